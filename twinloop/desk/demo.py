"""The demo district of the article's size: places, units, people. All invented, all marked so."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from twinloop.decide import Refused
from twinloop.discovery.leads import demo as leads
from twinloop.discovery.patrols import demo as patrols
from twinloop.discovery.posts import demo as posts
from twinloop.discovery.volunteers import demo as volunteers
from twinloop.dispatch.orders import demo as orders
from twinloop.dispatch.pushes import demo as pushes
from twinloop.followup.daily import demo as daily
from twinloop.followup.rounds import demo as rounds
from twinloop.followup.visits import demo as visits
from twinloop.insight.assessments import demo as assessments
from twinloop.insight.dashboards import demo as dashboards
from twinloop.insight.reports import demo as reports
from twinloop.intake.doors import demo as doors
from twinloop.intake.petitions import demo as petitions
from twinloop.ledger import actions as ledger
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.agreements import demo as agreements
from twinloop.mediation.consults import demo as consults
from twinloop.mediation.follow import demo as follow
from twinloop.mediation.joint import demo as joint
from twinloop.mediation.mediators import demo as mediators
from twinloop.mediation.safeguards import demo as safeguards
from twinloop.mediation.sessions import demo as sessions
from twinloop.people import demo as people
from twinloop.places import demo as places
from twinloop.rosters import demo as rosters

log = logging.getLogger(__name__)
MONTH = 4  # weeks of activities and village posts in the small district
SEED = 2022
BEGUN = "demo-year-begun"  # in the data folder while a year is lived
ACCOUNTS = "demo-accounts.txt"  # what `twinloop up` prints when it is ready


def fill(
    *, life: bool = True, days: int = 0, small: bool = False, tell: Callable[[date], None] = lambda _: None
) -> None:
    """Fill an empty database once; does nothing when it has been filled. Without `life` no case is made (tests).

    `days`: so many days until now are lived through first (`desk.year`; with a `small` share of life), a call of `tell`
    each; then the made-up cases are told beside it. Raises `Unfinished` where such a life was cut off.
    """
    if days and (settings.ENV.data / BEGUN).exists():
        raise Unfinished
    at = timezone.localtime()
    with see_as(SYSTEM):
        if not people.is_filled():
            places.fill(at)
            people.fill(at)
            weeks = max(MONTH, (days + 6) // 7)
            volunteers.fill(at, weeks)
            posts.fill(at, weeks)
            if life:
                mediators.fill(at)
                if days:
                    _live_through(at, days, tell, small=small)
                    at = timezone.localtime()  # that took a while
                live(at, beside=bool(days), lived=whole_months(at.date() - timedelta(days=days), at.date()))
        _tell()


# made of people and cases where nothing is yet; the other rooms tell cases of their own
MADE = (mediators, rosters, visits, daily)


def whole_months(first: date, last: date) -> list[date]:
    """First days of the months that lie between two days from end to end, the oldest first."""
    found, month = [], (first.replace(day=1) + timedelta(days=32 if first.day > 1 else 0)).replace(day=1)
    while (after := (month + timedelta(days=32)).replace(day=1)) <= last:
        found.append(month)
        month = after
    return found


def live(at: datetime, *, beside: bool = False, lived: Sequence[date] = ()) -> None:
    """Cases of every kind, for a district that has its people; a room that has some already makes none.

    `beside`: they are told beside the life that was lived, so that each of the guide's stories is there to be tried.
    `lived`: first days of the whole months of that life, each of which is judged.
    """
    for room in (
        mediators, doors, leads, patrols, pushes, agreements, joint, safeguards, sessions, consults, rosters, visits,
        daily, rounds, follow, petitions,
    ):  # fmt: skip
        try:
            with transaction.atomic():  # a story that the life before leaves no room for is not told by halves
                room.fill(at) if room in MADE else room.fill(at, beside=beside)
        except Refused as refused:
            if not beside:
                raise
            log.warning("the demo does without %s: %s", room.__name__, refused.code)
    orders.hand_out(doors.TAKEN.text, at)
    orders.catch_up(at)
    visits.catch_up(at)
    if beside:
        ledger.seal(at=at)  # figures read what is sealed
    assessments.fill(at, lived)
    dashboards.fill(at)
    if beside:
        reports.fill(at, lived)


class Unfinished(Exception):  # noqa: N818 - what a person did, not what went wrong
    """A year that was begun in this data folder and cut off: it cannot be gone on with."""


def _live_through(at: datetime, days: int, tell: Callable[[date], None], *, small: bool) -> None:
    from twinloop.desk.year import together

    mark = settings.ENV.data / BEGUN
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()
    together.live(at.date() - timedelta(days=days), days + 1, tell, seed=SEED, end=at, small=small)
    mark.unlink()


def _tell() -> None:
    """Who can be tried, a line each: written at every start, so that a data folder of its own finds it too."""
    with translation.override("zh-hans"):  # as the other lines of the start
        shown = people.accounts()
        lines = [f"{who.username:<10} {who.name}，{who.role.label}：{who.does}" for who in shown]
    if not lines:
        return
    head = "演示账户（都是编的，不用密码，在登录页上点岗位）："
    folder = settings.ENV.data
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ACCOUNTS).write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
