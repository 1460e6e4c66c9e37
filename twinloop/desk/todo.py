"""The work list of 今日. Rooms below the desk do not know it: a provider stands here and asks the room's query.

To fill it: write a function ``(scope, at) -> Iterable[Todo]`` below and name it in `PROVIDERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from twinloop.cases.waiting import waiting as running
from twinloop.discovery.leads import queries as leads
from twinloop.discovery.patrols.waiting import waiting as patrolled
from twinloop.discovery.posts.queries import waiting as posted
from twinloop.discovery.posts.words import TODO as POST_WORDS
from twinloop.dispatch.pushes.waiting import waiting as pushed
from twinloop.edge.masks import mask_text
from twinloop.followup.daily.waiting import waiting as uncleared
from twinloop.followup.rounds.waiting import waiting as again
from twinloop.followup.visits.waiting import waiting as visited
from twinloop.mediation.agreements.waiting import waiting as promised
from twinloop.mediation.consults.waiting import waiting as consulted
from twinloop.mediation.follow.waiting import waiting as followed
from twinloop.mediation.joint.waiting import waiting as whistled
from twinloop.mediation.safeguards.waiting import waiting as protected
from twinloop.mediation.sessions.waiting import waiting as seated
from twinloop.people.scope import Scope
from twinloop.rosters.waiting import waiting as rostered


@dataclass(frozen=True)
class Clock:
    what: str
    due: datetime
    warn: datetime | None = None


@dataclass(frozen=True)
class Todo:
    """One row: what to do first (`verb`), why (`what`), on which case, by when, and where it is done."""

    verb: str
    what: str
    case_no: str
    case_url: str
    place: str
    kind: str
    clock: Clock
    url: str  # where the act is done
    act: str  # word on the button
    level: int | None = 3  # None where nothing has been graded yet
    primary: bool = False


@dataclass(frozen=True)
class Group:
    title: str
    late: bool
    rows: Sequence[Todo]


Provider = Callable[[Scope, datetime], Iterable[Todo]]
MOST = 100  # rows of one provider; who has more waiting filters the list of disputes


def clocks(scope: Scope, at: datetime) -> Iterable[Todo]:
    """Running clocks of the viewer's own disputes, orders and incidents."""
    for due in running(scope, most=MOST):
        yield Todo(
            due.verb, due.what, due.number, due.url, due.place, due.kind, Clock(due.clock, due.due, due.warn),
            due.url, due.act, level=due.level or 3, primary=due.due <= at,
        )  # fmt: skip


def pushes(scope: Scope, at: datetime) -> Iterable[Todo]:
    """Letters to other units that are due; for a liaison what waits to be signed and answered."""
    for row in pushed(scope, most=MOST):
        yield Todo(
            row.verb, row.what, row.number, row.url, row.place, _("推送"), Clock(row.clock, row.due, row.warn),
            row.url, _("去办"), level=row.level, primary=row.due <= at,
        )  # fmt: skip


def of_leads(scope: Scope, at: datetime) -> Iterable[Todo]:
    """Leads that nobody has decided on; late after a day."""
    for lead in leads.waiting(scope, most=MOST):
        due, url = lead.reported_at + leads.LATE, reverse("lead_one", args=[lead.number])
        said = mask_text(" ".join(lead.text.split()))[:60]
        yield Todo(
            _("看"), said, lead.number, url, str(lead.place or ""), str(lead.get_source_display()),
            Clock(_("受理"), due, due - leads.SOON), url, _("看线索"),
            level=None, primary=due <= at or lead.is_urgent,
        )  # fmt: skip


def posts(scope: Scope, at: datetime) -> Iterable[Todo]:
    """An auxiliary's village of today: to be checked in, then out."""
    for shift, what in posted(scope, at=at):
        due = shift.period.lower if what == "in" else shift.period.upper
        url, word = reverse("post", args=[shift.pk]), str(POST_WORDS[what])
        yield Todo(
            word, _("今天驻村"), "", url, shift.place.short, _("驻村"), Clock(word, due, due), url, word,
            level=None, primary=due <= at,
        )  # fmt: skip


def patrols(scope: Scope, at: datetime) -> Iterable[Todo]:
    """Planned visits of today that nobody made yet; hazards whose day has come or that wait to be looked at again."""
    for row in patrolled(scope, at=at, most=MOST):
        yield Todo(
            row.verb, row.what, row.number, row.url, row.place, row.kind, Clock(row.clock, row.due),
            row.url, _("去办"), primary=row.due <= at,
        )  # fmt: skip


def owed(scope: Scope, at: datetime) -> Iterable[Todo]:
    """Promises of agreements that fall due today or are late; a person says what happened."""
    for row in promised(scope, at=at, most=MOST):
        yield Todo(
            row.verb, row.what, row.number, row.url, row.place, _("履行"), Clock(_("履行"), row.due, row.due),
            row.url, _("去办"), level=row.level or 3, primary=row.due <= at,
        )  # fmt: skip


def whistles(scope: Scope, at: datetime) -> Iterable[Todo]:
    """An agency's items; for the police what heats up, objections to decide, what is late."""
    for row in whistled(scope, at=at, most=MOST):
        yield Todo(
            row.verb, row.what, row.number, row.url, row.place, _("吹哨"), Clock(row.clock, row.due, row.warn),
            row.url, _("去办"), level=row.level, primary=row.due <= at,
        )  # fmt: skip


def consults(scope: Scope, at: datetime) -> Iterable[Todo]:
    """An agency's tasks of joint sessions; for whoever convened, minutes to write and what is late."""
    for row in consulted(scope, at=at, most=MOST):
        yield Todo(
            row.verb, row.what, row.number, row.url, "", _("会诊"), Clock(_("会诊"), row.due, row.due),
            row.url, _("去办"), primary=row.due <= at,
        )  # fmt: skip


def safeguards(scope: Scope, at: datetime) -> Iterable[Todo]:
    """The next step that is owed to a victim of domestic violence."""
    for row in protected(scope, most=MOST):
        yield Todo(
            row.verb, row.what, row.number, row.url, row.place, _("保护"), Clock(_("保护"), row.due, row.due),
            row.url, _("去办"), level=row.level or 3, primary=row.due <= at,
        )  # fmt: skip


def sessions(scope: Scope, at: datetime) -> Iterable[Todo]:
    """Mediations that one leads: today's sessions, and those whose outcome is not written down."""
    for row in seated(scope, at=at, most=MOST):
        yield Todo(
            row.verb, row.what, row.number, row.url, row.place, _("调解"), Clock(_("调解"), row.due, row.due),
            row.url, _("去办"), level=row.level or 3, primary=row.due <= at,
        )  # fmt: skip


def visits(scope: Scope, at: datetime) -> Iterable[Todo]:
    """One's own visits and calls of the day; for a chief those that nobody made."""
    for row in visited(scope, at=at, most=MOST):
        yield Todo(
            row.verb, row.what, row.number, row.url, row.place, _("回访"), Clock(_("回访"), row.due, row.due),
            row.url, _("去办"), level=row.level or 3, primary=row.due <= at,
        )  # fmt: skip


def rounds(scope: Scope, at: datetime) -> Iterable[Todo]:
    """Reviews to write, cases to send on to the community, penalties to open today, crimes to look back on."""
    for row in again(scope, at=at, most=MOST):
        yield Todo(
            row.verb, row.what, row.number, row.url, row.place, _("二次处置"), Clock(row.verb, row.due, row.due),
            row.url, _("去办"), level=row.level, primary=row.due <= at,
        )  # fmt: skip


def uncleared_day(scope: Scope, at: datetime) -> Iterable[Todo]:
    """One row: how much of one's own is open before the cut (日清日结)."""
    for row in uncleared(scope, at=at):
        yield Todo(
            row.verb, row.what, "", row.url, "", _("日清"), Clock(_("日清"), row.due, row.due), row.url, _("去清"),
            level=None,
        )  # fmt: skip


def campaigns(scope: Scope, at: datetime) -> Iterable[Todo]:
    """2+2: the next step of one's own campaigns; for a chief nominations to decide."""
    for row in followed(scope, at=at, most=MOST):
        yield Todo(
            row.verb, row.what, row.number, row.url, row.place, _("随诊"), Clock(_("随诊"), row.due, row.due),
            row.url, _("去办"), level=row.level or 3, primary=row.due <= at,
        )  # fmt: skip


def rotas(scope: Scope, at: datetime) -> Iterable[Todo]:
    """What changed in one's days, swaps to answer and to confirm, posts of people who are away."""
    for row in rostered(scope, at=at, most=MOST):
        yield Todo(
            row.verb, row.what, "", row.url, row.place, _("排班"), Clock(row.clock, row.due, row.due),
            row.url, _("去办"), level=None, primary=row.due <= at,
        )  # fmt: skip


PROVIDERS: tuple[Provider, ...] = (
    safeguards,
    rounds,
    sessions,
    owed,
    clocks,
    pushes,
    whistles,
    consults,
    of_leads,
    posts,
    visits,
    campaigns,
    rotas,
    uncleared_day,
    patrols,
)


def waiting(scope: Scope, *, at: datetime, providers: Iterable[Provider] | None = None) -> list[Todo]:
    """Everything that waits for the holder of `scope`, soonest first."""
    given = PROVIDERS if providers is None else providers
    return sorted((row for provide in given for row in provide(scope, at)), key=lambda row: row.clock.due)


def grouped(rows: Sequence[Todo], *, at: datetime, ends: datetime) -> list[Group]:
    """已超时, before the cut (`ends`; tomorrow's after today's), 之后; empty groups left out."""
    hour = f"{ends:%H:%M}"
    before = _("%(hour)s 前") % {"hour": hour} if ends.date() == at.date() else _("明天 %(hour)s 前") % {"hour": hour}
    late = [row for row in rows if row.clock.due <= at]
    soon = [row for row in rows if at < row.clock.due <= ends]
    rest = [row for row in rows if row.clock.due > ends]
    groups = (Group(_("已超时"), True, late), Group(before, False, soon), Group(_("之后"), False, rest))
    return [group for group in groups if group.rows]
