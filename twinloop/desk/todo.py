"""The work list of 今日. Rooms below the desk do not know it: a provider stands here and asks the room's query.

To fill it: write a function ``(scope, at) -> Iterable[Todo]`` below and name it in `PROVIDERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from twinloop.cases.waiting import Waiting
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


def _told(
    rows: Iterable[Waiting], at: datetime, kind: str, *, ungraded: int | None = 3, act: str = ""
) -> Iterator[Todo]:
    """Rows of a room; `kind` stands where it does not say its own, `ungraded` where nothing has been graded yet."""
    for row in rows:
        yield Todo(
            row.verb, row.what, row.number, row.url, row.place, row.kind or kind,
            Clock(row.clock or kind, row.due, row.warn), row.url, row.act or act or _("去办"),
            level=row.level or ungraded, primary=row.due <= at,
        )  # fmt: skip


def clocks(scope: Scope, at: datetime) -> Iterable[Todo]:
    """Running clocks of the viewer's own disputes, orders and incidents."""
    return _told(running(scope, most=MOST), at, _("警情"))


def pushes(scope: Scope, at: datetime) -> Iterable[Todo]:
    """Letters to other units that are due; for a liaison what waits to be signed and answered."""
    return _told(pushed(scope, most=MOST), at, _("推送"))


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
    return _told(patrolled(scope, at=at, most=MOST), at, _("巡查"))


def owed(scope: Scope, at: datetime) -> Iterable[Todo]:
    """Promises of agreements that fall due today or are late; a person says what happened."""
    return _told(promised(scope, at=at, most=MOST), at, _("履行"))


def whistles(scope: Scope, at: datetime) -> Iterable[Todo]:
    """An agency's items; for the police what heats up, objections to decide, what is late."""
    return _told(whistled(scope, at=at, most=MOST), at, _("吹哨"))


def consults(scope: Scope, at: datetime) -> Iterable[Todo]:
    """An agency's tasks of joint sessions; for whoever convened, minutes to write and what is late."""
    return _told(consulted(scope, at=at, most=MOST), at, _("会诊"))


def safeguards(scope: Scope, at: datetime) -> Iterable[Todo]:
    """The next step that is owed to a victim of domestic violence."""
    return _told(protected(scope, most=MOST), at, _("保护"))


def sessions(scope: Scope, at: datetime) -> Iterable[Todo]:
    """Mediations that one leads: today's sessions, and those whose outcome is not written down."""
    return _told(seated(scope, at=at, most=MOST), at, _("调解"))


def visits(scope: Scope, at: datetime) -> Iterable[Todo]:
    """One's own visits and calls of the day; for a chief those that nobody made."""
    return _told(visited(scope, at=at, most=MOST), at, _("回访"))


def rounds(scope: Scope, at: datetime) -> Iterable[Todo]:
    """Reviews to write, cases to send on to the community, penalties to open today, crimes to look back on."""
    return _told(again(scope, at=at, most=MOST), at, _("二次处置"), ungraded=None)


def uncleared_day(scope: Scope, at: datetime) -> Iterable[Todo]:
    """One row: how much of one's own is open before the cut (日清日结)."""
    return _told(uncleared(scope, at=at), at, _("日清"), ungraded=None, act=_("去清"))


def campaigns(scope: Scope, at: datetime) -> Iterable[Todo]:
    """2+2: the next step of one's own campaigns; for a chief nominations to decide."""
    return _told(followed(scope, at=at, most=MOST), at, _("随诊"))


def rotas(scope: Scope, at: datetime) -> Iterable[Todo]:
    """What changed in one's days, swaps to answer and to confirm, posts of people who are away."""
    return _told(rostered(scope, at=at, most=MOST), at, _("排班"), ungraded=None)


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
