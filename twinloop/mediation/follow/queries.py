"""Who reads nominations and campaigns; what the rule finds; success before and after a day."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from twinloop.cases import visibility
from twinloop.cases.models import Dispute, IncidentLink
from twinloop.cases.parameters import InForce, in_force
from twinloop.cases.telling import language
from twinloop.decide.clocks import CHINA
from twinloop.decide.conflict import Conflict
from twinloop.decide.figures import wilson
from twinloop.decide.nomination import PARAMS, Facts, Params, Reason, nominate
from twinloop.decide.parameters import ParameterKind
from twinloop.decide.words import say
from twinloop.decide.workflow import State
from twinloop.ledger.sight import Scope
from twinloop.mediation.follow.models import Campaign, Nomination
from twinloop.mediation.mediators import queries as register
from twinloop.mediation.mediators.models import Mediator
from twinloop.people.models import Account, Team
from twinloop.people.queries.teams import members, shortfalls, teams

READERS = ("dispatcher", "officer", "community_officer", "auxiliary", "chief", "bureau")
DECIDERS = ("chief", "bureau")
WRITERS = ("officer", "community_officer", "auxiliary", "chief")
OVER = (State.SETTLED, State.CLOSED, State.MERGED, State.TRANSFERRED)
SETTLED = (State.SETTLED, State.CLOSED)
MOST = 500


def nominations(scope: Scope) -> QuerySet[Nomination]:
    """Of the disputes that the viewer sees; police alone."""
    found = Nomination.objects.select_related("dispute__place", "dispute__owner", "decided_by")
    return found if scope.sees_all else found.filter(_seen(scope))


def campaigns(scope: Scope) -> QuerySet[Campaign]:
    found = Campaign.objects.select_related("dispute__place", "dispute__owner", "team__station", "nomination")
    return found if scope.sees_all else found.filter(_seen(scope))


def _seen(scope: Scope) -> Q:
    if not scope.has(*READERS):
        return Q(pk__in=[])
    return Q(Exists(visibility.disputes(scope).filter(pk=OuterRef("dispute_id"))))


def is_member(scope: Scope, campaign: Campaign) -> bool:
    return campaign.members.filter(pk__in=scope.accounts).exists()


# --- the rule ------------------------------------------------------------------------------------------------------


def version(held: InForce) -> str:
    """Which thresholds answered: the district's own set, else the shipped one by what stands in it."""
    return held.version(ParameterKind.MEDIATION, _shipped())


@cache
def _shipped() -> str:
    return f"nomination-{zlib.crc32(repr(PARAMS).encode()):08x}"


def day_of(at: datetime) -> date:
    return at.astimezone(CHINA).date()


def counted(found: QuerySet[Dispute]) -> QuerySet[Dispute]:
    """With the number of reports in `calls`."""
    links = IncidentLink.objects.filter(dispute=OuterRef("pk"), unlinked_at__isnull=True).order_by()
    many = links.values("dispute").annotate(n=Count("pk")).values("n")
    return found.select_related("standing").annotate(calls=Coalesce(Subquery(many), 0))


def grounds(dispute: Dispute, on: date, params: Params) -> tuple[Reason, ...]:
    """What the rule with `params` says of a dispute that comes from `counted`."""
    return nominate(facts_of(dispute), on, params)


def facts_of(dispute: Dispute) -> Facts:
    """What the rule asks of a dispute that comes from `counted`."""
    unsettled = dispute.state in (State.UNSETTLED, State.REVIEW)
    handled = dispute.round - 1 + unsettled
    return Facts(
        began_on=dispute.started_on or day_of(dispute.registered_at),
        backlog=dispute.origin == "backlog",
        rounds=max(handled, dispute.standing.sessions_failed),
        calls=dispute.calls,  # type: ignore[attr-defined]
        domestic_violence=dispute.standing.domestic_violence,
        over=dispute.state in OVER,
    )


def open_since(moment: datetime) -> QuerySet[Dispute]:
    """Open disputes on which something was done after `moment`, the newest first, as `grounds` wants them."""
    return counted(Dispute.objects.filter(touched_at__gt=moment).exclude(state__in=OVER)).order_by("-touched_at", "-id")


def said_grounds(dispute: Dispute, on: date) -> list[str]:
    """What the rule says of any dispute, as sentences."""
    found = counted(Dispute.objects.filter(pk=dispute.pk)).get()
    return [
        say(one.ground, language(), figure=one.figure) for one in grounds(found, on, in_force(on).mediation.nominating)
    ]


def candidates(on: date, params: Params) -> list[Dispute]:
    """Disputes that may meet a ground and are neither nominated nor in a campaign; the core judges each."""
    cut = date(on.year - params.years, on.month, min(on.day, 28)) + timedelta(days=3)  # the core counts to the day
    old = Q(started_on__lt=cut) | Q(started_on=None, registered_at__lt=datetime.combine(cut, time(), CHINA))
    stuck = Q(round__gte=params.rounds) | Q(standing__sessions_failed__gte=params.rounds)
    open_ = Dispute.objects.exclude(state__in=OVER).exclude(
        Exists(Nomination.objects.filter(dispute=OuterRef("pk"), decision=""))
    )
    free = open_.exclude(Exists(Campaign.objects.filter(dispute=OuterRef("pk"), outcome="")))
    found = counted(free).filter(Q(origin="backlog") | old | stuck | Q(calls__gte=params.calls))
    return list(found.order_by("registered_at", "pk")[:MOST])


# --- teams ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fit:
    """A 2+2 team for one dispute. `why`: sentences that keep it out; `unchecked`: who is not in the register."""

    team: Team
    people: Sequence[Account]
    why: Sequence[str]
    bound: Sequence[tuple[str, str]]  # name, code of the conflict
    unchecked: Sequence[str]

    @property
    def is_free(self) -> bool:
        return not self.why and not self.bound


def fits(dispute: Dispute, on: date) -> list[Fit]:
    """Every 2+2 team, those of the dispute's station first; composition and conflicts of each."""
    found = list(teams(on=on).filter(kind=Team.Kind.TWO_PLUS_TWO))
    found.sort(key=lambda team: (team.station_id != dispute.station_id, team.name))
    return [fit(team, dispute, on) for team in found]


def fit(team: Team, dispute: Dispute, on: date) -> Fit:
    people = [row.account for row in members(team, on=on)]
    known = list(Mediator.objects.filter(account__in=people).select_related("account__unit"))
    against = register.conflicts_of(known, dispute, on=on, leads=False)
    bound = [(one.name, str(reason.code)) for one in known for reason in against[one.pk][:1]]
    listed = {one.account_id for one in known}
    unchecked = [one.name for one in people if one.pk not in listed]
    return Fit(team, people, shortfalls(team, on=on), bound, unchecked)


def why_of(code: str) -> str:
    return say(Conflict(code), language())


def first_day(scope: Scope) -> date | None:
    """When the first campaign's dispute was nominated: before and after part there unless the user says."""
    found = campaigns(scope).order_by("started_at").values_list("nomination__nominated_at", flat=True).first()
    return day_of(found) if found else None


# --- success before and after --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Share:
    """Nominated quarrels and those of them that are settled now; `low`, `high`: the 95 % interval, None without any."""

    settled: int
    total: int
    low: float | None = None
    high: float | None = None


def success(scope: Scope, cut: date) -> tuple[Share, Share]:
    """Before `cut` and from that day on, by the day on which the nomination was made; stopped ones count for nobody.

    What is still open counts as not settled: waiting does not improve the figure.
    """
    return _share(side(scope, cut, "before")), _share(side(scope, cut, "after"))


def side(scope: Scope, cut: date, which: str) -> QuerySet[Nomination]:
    """The rows of one side of the day: "before", "after"."""
    moment = datetime.combine(cut, time(), CHINA)
    found = rows(scope)
    return found.filter(nominated_at__lt=moment) if which == "before" else found.filter(nominated_at__gte=moment)


def rows(scope: Scope) -> QuerySet[Nomination]:
    """The rows behind the figures: every nominated quarrel, less those whose campaign was stopped."""
    return nominations(scope).exclude(campaign__outcome="left")


def _share(found: QuerySet[Nomination]) -> Share:
    settled = found.filter(dispute__state__in=SETTLED).values("dispute").distinct().count()
    total = found.values("dispute").distinct().count()
    return Share(settled, total, *(wilson(settled, total) if total else (None, None)))
