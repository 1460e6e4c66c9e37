"""Mediations of the demo district: one to be arranged, one for today, one whose outcome nobody wrote down. Invented."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction

from twinloop.cases import actions as cases
from twinloop.cases.models import Dispute
from twinloop.cases.sealing import Identity
from twinloop.decide import Refused
from twinloop.decide.clocks import CHINA
from twinloop.mediation.mediators.models import Mediator
from twinloop.mediation.sessions import actions
from twinloop.mediation.sessions.models import Mediation
from twinloop.people.models import Account
from twinloop.places.models import Place

DESK, OFFICER = frozenset({"dispatcher"}), frozenset({"community_officer"})
FIRST, LAST = 9, 17  # hours at which a session of the demo begins
OVER = 14  # and one of yesterday at the latest: at three the same elder sits in the joint session (`consults.demo`)
TRIES = 6
ELSEWHERE = {"session_mediator_taken", "session_mediator_away", "session_room_taken"}
Made = TypeVar("Made")
CIVIL = {"nature": "civil", "party_refuses": False}
# title, focus, type, days ago; the session: hours from now, None where none is arranged yet
QUARRELS = (
    ("楼上深夜拖桌椅纠纷", "几点以后不能有响动", "B2", 6, None),
    ("共用水井抽水纠纷", "谁先抽、抽多久", "B1", 4, 2),
    ("鸭子吃秧苗纠纷", "赔多少、鸭子怎么管", "B1", 9, -20),
)  # fmt: skip


def fill(at: datetime, *, beside: bool = False) -> None:
    """Does nothing where there is a mediation. The elder of the role picker leads them."""
    officer = Account.objects.filter(username="community").first()
    lead = Mediator.objects.filter(account__username="mediator").first()
    if officer is None or lead is None or (Mediation.objects.exists() and not beside):
        return
    place = officer.communities.order_by("code").first() or Place.objects.served().communities().first()
    if place is None:
        return
    for title, focus, kind, ago, hours in QUARRELS:
        then = at - timedelta(days=ago)
        dispute = cases.open_dispute(title=title, focus=focus, place=place, by=officer.pk, at=then)
        for name, side in (("曾秋生", "a"), ("叶美玲", "b")):
            cases.add_party(dispute, Identity(name=name), side=side, by=officer.pk, at=then)
        _handled(dispute, kind, officer, then)
        made = actions.begin(
            dispute, track="people", strength="seek", lead=lead, facts=CIVIL, by=officer.pk, roles=OFFICER, at=then
        )
        if hours is not None:
            start, step = _by_day(at, hours), timedelta(hours=1) if hours > 0 else -timedelta(days=1)
            seated([start + n * step for n in range(TRIES)], lambda when, of=made: _plan(of, when, officer, at))  # type: ignore[misc]


def _plan(made: Mediation, start: datetime, officer: Account, at: datetime) -> None:
    booking = actions.Booking(start=start, end=start + timedelta(hours=1), where="村委会小会议室")
    actions.plan(made, booking, by=officer.pk, at=min(at, start - timedelta(days=1)))


def seated(starts: Iterable[datetime], act: Callable[[datetime], Made]) -> Made:
    """`act` at the first of these hours at which nobody sits elsewhere: the life before has its own sessions."""
    refused = Refused("session_mediator_taken")
    for start in starts:
        try:
            with transaction.atomic():
                return act(start)
        except Refused as told:
            if told.code not in ELSEWHERE:
                raise
            refused = told
    raise refused


def _by_day(at: datetime, hours: int) -> datetime:
    """So many hours from now or before, in the hours in which people meet."""
    start = (at + timedelta(hours=hours)).astimezone(CHINA).replace(minute=0, second=0, microsecond=0)
    if start.hour > LAST and hours > 0:
        start += timedelta(days=1)
        return start.replace(hour=FIRST)
    return start.replace(hour=min(max(start.hour, FIRST), LAST if hours > 0 else OVER))


def _handled(dispute: Dispute, kind: str, officer: Account, at: datetime) -> None:
    """Sorted, sent, on the spot."""
    cases.move(dispute, "sort", by=None, roles=DESK, at=at, given={"type_code": kind, "level": 3})
    order = {"taker": officer, "text": "到场了解，能调则调"}
    cases.move(dispute, "order", by=None, roles=DESK, at=at, given=order)
    cases.move(dispute, "start", by=officer.pk, roles=OFFICER, at=at)
