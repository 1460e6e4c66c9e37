"""The register: who is in it, when they are away, how much they have in hand, whom they must not mediate."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from twinloop.cases.models import Dispute, Party
from twinloop.decide import Refused
from twinloop.decide.clocks import CHINA
from twinloop.decide.conflict import Facts, Post, Reason, Tie, conflicts
from twinloop.ledger.sight import SYSTEM, Scope, see_as
from twinloop.mediation.mediators import keys, words
from twinloop.mediation.mediators.models import Absence, Bar, Mediator, Room
from twinloop.people.models import Account, Leave, Team

READERS = ("dispatcher", "officer", "community_officer", "auxiliary", "mediator", "chief", "bureau")
KEEPERS = ("chief", "bureau")  # enrol, change, retire, rooms
CHOOSERS = ("officer", "community_officer", "dispatcher", "chief", "bureau")  # whose work meets a conflict first
YEAR = timedelta(days=365)
OPEN, SETTLED, ENDED = ("open", "agreed"), ("settled",), ("settled", "failed")  # states of a mediation
GROUPS = {
    "all": Q(),
    "elders": Q(kind__in=words.ELDERS),
    "room": Q(rooms__kind="station"),
    "police": Q(kind__in=["officer", "auxiliary"]),
    "people": Q(kind__in=[*words.ELDERS, "other"]),
    "sector": Q(kind="sector"),
}


def day_of(at: datetime) -> date:
    return at.astimezone(CHINA).date()


def here(on: date) -> QuerySet[Mediator]:
    """Everybody who mediates on a day."""
    return Mediator.objects.filter(Q(left_on=None) | Q(left_on__gt=on), joined_on__lte=on)


@dataclass(frozen=True)
class Asked:
    """How the list is cut. `team`, `place`: keys; empty or None = not asked."""

    group: str = "all"
    team: int | None = None
    place: int | None = None
    skill: str = ""
    language: str = ""


def listed(asked: Asked, on: date) -> QuerySet[Mediator]:
    """Mediators of a list, with what a line shows; four more queries whatever its length."""
    found = Mediator.objects.filter(left_on__lte=on) if asked.group == "left" else here(on)
    found = found.filter(GROUPS.get(asked.group, Q()))
    if asked.team is not None:
        found = found.filter(account__memberships__team=asked.team, account__memberships__period__contains=on)
    if asked.place is not None:
        found = found.filter(communities=asked.place)
    if asked.skill:
        found = found.filter(skills__contains=[asked.skill])
    if asked.language:
        found = found.filter(languages__contains=[asked.language])
    return _whole(found, on)


def _whole(found: QuerySet[Mediator], on: date) -> QuerySet[Mediator]:
    away = Absence.objects.filter(dropped_at=None, period__endswith__gt=on)
    leave = Leave.objects.filter(period__endswith__gt=datetime.combine(on, time(), CHINA))
    return (
        found.select_related("account__unit__parent")
        .prefetch_related(
            "communities", "rooms", Prefetch("absences", away, to_attr="away"),
            Prefetch("account__leaves", leave, to_attr="on_leave"),
        )
        .order_by("name", "pk")
        .distinct()
    )  # fmt: skip


def one(pk: int, on: date) -> Mediator | None:
    return _whole(Mediator.objects.filter(pk=pk), on).first()


def teams(on: date) -> list[Team]:
    """Teams in which a mediator sits: the 好邻舍 teams and the 2+2 teams."""
    sits = Mediator.objects.filter(account__memberships__team=OuterRef("pk"), account__memberships__period__contains=on)
    return list(Team.objects.filter(Exists(sits), closed_on=None))


def rooms(on: date) -> QuerySet[Room]:
    """Rooms that are in use on a day."""
    return Room.objects.filter(Q(closed_on=None) | Q(closed_on__gt=on)).select_related("place")


def candidates(on: date) -> list[Account]:
    """Accounts that could join the register: mediators and police who are not in it."""
    kinds = [Account.Kind.MEDIATOR, Account.Kind.SWORN, Account.Kind.AUXILIARY]
    found = Account.objects.filter(is_active=True, kind__in=kinds, mediator=None)
    return list(found.select_related("unit").order_by("kind", "username"))


# --- figures -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figures:
    """`open` now; of the last year: `settled` of `ended` (settled or failed; refused ones count for nobody)."""

    open: int = 0
    settled: int = 0
    ended: int = 0


def figures(mediators: Collection[Mediator], *, on: date) -> dict[int, Figures]:
    """What each has in hand and how it ended: counts alone, of the whole district. One query.

    The count stands over what the viewer may see: it names no dispute (as 'who looked' of a dispute does).
    """
    pks = [one.pk for one in mediators]
    year = Q(led__ended_at__date__gt=on - YEAR)
    with see_as(SYSTEM):
        rows = (
            Mediator.objects.filter(pk__in=pks)
            .order_by()
            .annotate(
                open=Count("led", filter=Q(led__state__in=OPEN), distinct=True),
                settled=Count("led", filter=Q(led__state__in=SETTLED) & year, distinct=True),
                ended=Count("led", filter=Q(led__state__in=ENDED) & year, distinct=True),
            )
            .values_list("pk", "open", "settled", "ended")
        )
        return {pk: Figures(*counts) for pk, *counts in rows}


# --- calendar ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Away:
    """Days, both included; `absence` is the own entry, None for leave that the account took."""

    since: date
    until: date
    why: str = ""
    absence: Absence | None = None


def calendar(mediator: Mediator) -> list[Away]:
    """What is still to come of both calendars, soonest first; the mediator comes from `listed` or `one`."""
    own = [
        Away(row.period.lower, row.period.upper - timedelta(days=1), row.why, row)
        for row in mediator.away  # type: ignore[attr-defined]
    ]
    taken = [
        Away(row.period.lower.astimezone(CHINA).date(), row.period.upper.astimezone(CHINA).date())
        for row in (mediator.account.on_leave if mediator.account else ())  # type: ignore[attr-defined]
    ]
    return sorted([*own, *taken], key=lambda away: (away.since, away.until))


def away_on(mediator: Mediator, on: date) -> Away | None:
    return next((away for away in calendar(mediator) if away.since <= on <= away.until), None)


def may_tend(scope: Scope, mediator: Mediator, *others: str) -> bool:
    """Calendar and bars: who keeps the register, the community officer, `others`, and the mediator themself."""
    own = mediator.account_id is not None and mediator.account_id in scope.accounts
    return own or scope.has(*KEEPERS, "community_officer", *others)


def check_own(scope: Scope, mediator: Mediator, *others: str) -> None:
    if not may_tend(scope, mediator, *others):
        raise Refused("mediator_own")


# --- conflicts -----------------------------------------------------------------------------------------------------


def bars(scope: Scope, mediator: Mediator) -> QuerySet[Bar]:
    """Bars of one mediator, for those who choose and for the mediator; the database holds the same."""
    if not (scope.sees_all or may_tend(scope, mediator, *CHOOSERS)):
        return Bar.objects.none()
    return Bar.objects.filter(mediator=mediator).select_related("by").order_by("ended_at", "-at")


def ties(mediators: Iterable[Mediator], dispute: Dispute) -> dict[int, frozenset[Tie]]:
    """What binds each mediator to a party of `dispute`. Two queries; a bar that the viewer may not read still bars.

    What can no longer be compared (`keys.lost`) binds too, until it is written anew: it must not pass in silence.
    """
    parties = keys.of_parties(Party.objects.filter(dispute=dispute, removed_at=None))
    everybody = list(mediators)
    held: dict[int, set[Tie]] = {one.pk: {Tie.PARTY} if parties & set(one.own_keys) else set() for one in everybody}
    with see_as(SYSTEM):
        bars = list(Bar.objects.filter(mediator__in=held, ended_at=None).only("mediator_id", "kind", "keys", "keys_of"))
    lost = keys.lost({bar.keys_of for bar in bars} | {one.keys_of for one in everybody})
    for bar in bars:
        if parties & set(bar.keys):
            held[bar.mediator_id].add(Tie(bar.kind))
        if bar.keys_of in lost:
            held[bar.mediator_id].add(Tie.UNCOMPARED)
    for one in everybody:
        if one.own_keys and one.keys_of in lost:
            held[one.pk].add(Tie.UNCOMPARED)
    return {pk: frozenset(found) for pk, found in held.items()}


def post_of(mediator: Mediator) -> Post:
    if mediator.is_auxiliary or mediator.kind == "auxiliary":
        return Post.AUXILIARY
    return Post.SWORN if mediator.is_sworn else Post.PEOPLE


def conflicts_of(
    mediators: Sequence[Mediator],
    dispute: Dispute,
    *,
    on: date,
    track: str = "people",
    leads: bool = True,
    unwanted: Collection[int] = (),
    away: Collection[int] = (),
) -> Mapping[int, tuple[Reason, ...]]:
    """Every reason why each may not mediate `dispute`; `unwanted`, `away`: mediators by key."""
    bound = ties(mediators, dispute)
    return {
        one.pk: conflicts(
            Facts(
                post=post_of(one), police=track == "police", leads=leads, ties=bound[one.pk],
                unwanted=one.pk in unwanted, left=one.left_on is not None and one.left_on <= on, absent=one.pk in away,
            )
        )
        for one in mediators
    }  # fmt: skip
