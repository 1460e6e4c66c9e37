"""Nominations and campaigns as their pages show them: columns of the board, since when, what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from twinloop.cases.models import Dispute
from twinloop.cases.telling import language
from twinloop.decide.nomination import NominationGround, full_years
from twinloop.decide.words import say
from twinloop.edge.masks import mask_text
from twinloop.ledger.sight import Scope
from twinloop.mediation.follow import queries, words
from twinloop.mediation.follow.models import Campaign, Nomination, Step
from twinloop.people.models import Team
from twinloop.people.queries.teams import shortfalls, teams

FIRST, QUIET = timedelta(days=3), timedelta(days=14)  # ours: first step after being given; a step after the last
RECENT = timedelta(days=90)  # what is over stands on the board so long
DECIDE_WITHIN = timedelta(days=3)  # ours: a nomination waits for a word
MOST = 100


@dataclass(frozen=True)
class Card:
    """One dispute on the board. `next_on`: the day by which something is owed; None where nothing is."""

    dispute: Dispute
    title: str
    reasons: Sequence[str]
    column: str
    since: str
    next: str
    next_on: date | None
    is_late: bool
    nomination: Nomination
    campaign: Campaign | None = None


def reasons(nomination: Nomination) -> list[str]:
    """The grounds as sentences, the weightiest first."""
    return [say(NominationGround(code), language(), figure=figure) for code, figure in nomination.reasons]


def since(dispute: Dispute, on: date) -> str:
    """How long the quarrel lasts: in years, below that in months, below that in days."""
    began = dispute.started_on or queries.day_of(dispute.registered_at)
    years, days = full_years(began, on), max(0, (on - began).days)
    if years:
        return _("闹了 %(n)d 年") % {"n": years}
    return _("闹了 %(n)d 个月") % {"n": days // 30} if days >= 60 else _("闹了 %(n)d 天") % {"n": days}


def with_steps(found: QuerySet[Campaign]) -> QuerySet[Campaign]:
    """The newest step first in `taken`."""
    taken = Prefetch("steps", Step.objects.select_related("by").order_by("-on", "-pk"), to_attr="taken")
    return found.prefetch_related(taken)


def owed(campaign: Campaign) -> tuple[str, date]:
    """What the team does next and by when; where it wrote nothing, a step is expected after `FIRST`, `QUIET`."""
    taken: list[Step] = campaign.taken  # type: ignore[attr-defined]
    if not taken:
        return _("走访两边，记第一步"), queries.day_of(campaign.started_at + FIRST)
    newest = max(taken, key=lambda one: one.pk)
    if newest.then_on:
        return newest.then, newest.then_on
    return _("没有写下一步，问一问进展"), newest.on + QUIET


def card(campaign: Campaign, on: date) -> Card:
    column = {"": "working", "settled": "settled"}.get(campaign.outcome, "ended")
    if column == "working" and not campaign.taken:  # type: ignore[attr-defined]
        column = "given"
    what, by_when = ("", None) if campaign.outcome else owed(campaign)
    return Card(
        campaign.dispute, mask_text(campaign.dispute.title), reasons(campaign.nomination), column,
        since(campaign.dispute, on), what, by_when, bool(by_when and by_when < on), campaign.nomination, campaign,
    )  # fmt: skip


def nominated(one: Nomination, on: date) -> Card:
    last = queries.day_of(one.nominated_at + DECIDE_WITHIN)
    return Card(
        one.dispute, mask_text(one.dispute.title), reasons(one), "nominated", since(one.dispute, on),
        _("所长定：交 2+2 还是不用"), last, last < on, one,
    )  # fmt: skip


def board(scope: Scope, *, at: datetime) -> list[tuple[str, str, list[Card]]]:
    """(code, word, cards): what waits and runs, what is late on top; what ended within `RECENT`. Four queries."""
    on = queries.day_of(at)
    open_ = queries.nominations(scope).filter(decision="").order_by("nominated_at", "pk")[:MOST]
    running = with_steps(queries.campaigns(scope).filter(Q(outcome="") | Q(ended_at__gte=at - RECENT)))
    cards = [nominated(one, on) for one in open_]
    cards += [card(one, on) for one in running.order_by("started_at", "pk")[: 4 * MOST]]
    cards.sort(key=lambda one: (one.next_on or date.max, one.nomination.pk))
    return [(code, str(word), [one for one in cards if one.column == code]) for code, word in words.COLUMNS.items()]


def mine(scope: Scope, *, at: datetime) -> list[Card]:
    """One's own campaigns that run, what is owed first on top."""
    found = queries.campaigns(scope).filter(outcome="", members__in=sorted(scope.accounts)).distinct()
    cards = [card(one, queries.day_of(at)) for one in with_steps(found)[:MOST]]
    return sorted(cards, key=lambda one: one.next_on or date.max)


@dataclass(frozen=True)
class Shown:
    """One side of the day the user sets, ready to print."""

    side: str
    word: str
    settled: int
    total: int
    low: int | None
    high: int | None


def shares(scope: Scope, cut: date) -> list[Shown]:
    made = []
    for (side, word), share in zip(words.SIDES.items(), queries.success(scope, cut), strict=True):
        low, high = (None if x is None else round(100 * x) for x in (share.low, share.high))
        made.append(Shown(side, str(word), share.settled, share.total, low, high))
    return made


def rows(scope: Scope, cut: date, side: str) -> QuerySet[Nomination]:
    """The disputes behind one share, each once: its newest nomination on that side of the day."""
    found = queries.side(scope, cut, side).select_related("campaign__team")
    newest = queries.side(scope, cut, side).order_by().values("dispute").annotate(last=Max("pk")).values("last")
    return found.filter(pk__in=newest).order_by("-pk")


@dataclass(frozen=True)
class TeamRow:
    team: Team
    lacks: Sequence[str]
    running: int
    settled: int
    over: int


def team_rows(scope: Scope, on: date) -> list[TeamRow]:
    """Every 2+2 team with what it has in hand and what it settled, of the campaigns that the viewer sees."""
    counts = queries.campaigns(scope).order_by().values("team").annotate(
        running=Count("pk", filter=Q(outcome="")), settled=Count("pk", filter=Q(outcome="settled")),
        over=Count("pk", filter=Q(outcome__in=["settled", "failed"])),
    )  # fmt: skip
    held: dict[int, dict[str, Any]] = {row["team"]: row for row in counts}
    found = teams(on=on).filter(kind=Team.Kind.TWO_PLUS_TWO).order_by("station__code", "name")
    none = {"running": 0, "settled": 0, "over": 0}
    told = [(team, held.get(team.pk, none)) for team in found]
    return [
        TeamRow(team, shortfalls(team, on=on), said["running"], said["settled"], said["over"]) for team, said in told
    ]


def of(scope: Scope, dispute: Dispute) -> tuple[Nomination | None, list[Campaign], list[Nomination]]:
    """For the part on a dispute's page: what waits for a word, campaigns the newest first, what was declined."""
    found: Iterable[Nomination] = queries.nominations(scope).filter(dispute=dispute).order_by("-pk")
    found = list(found)
    campaigns = list(with_steps(queries.campaigns(scope).filter(dispute=dispute)).order_by("-pk"))
    waiting = next((one for one in found if not one.decision), None)
    return waiting, campaigns, [one for one in found if one.decision == "declined"]
