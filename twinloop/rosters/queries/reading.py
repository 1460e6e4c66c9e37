"""What the pages of rotas read: lists, one rota's grid, a person's weeks, what waits. A fixed number of queries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from twinloop.decide.posts import Day, judge, week_of
from twinloop.discovery.posts import visibility as posts
from twinloop.discovery.posts.models import Shift
from twinloop.ledger.sight import SYSTEM, Scope, see_as
from twinloop.mediation.joint.queries import seat_kinds
from twinloop.people.models import Account, Unit
from twinloop.places.models import Place
from twinloop.rosters.models import Bar, Cell, Feed, Rota, SeatTerms, Swap, Terms, Told, Version, Wish
from twinloop.rosters.queries import visibility
from twinloop.rosters.queries.facts import Frame

WEEKS_SHOWN = 5  # of one's own coming weeks


def listed(scope: Scope) -> QuerySet[Rota]:
    """Newest first, each with its village days, versions and open swaps."""
    return (
        visibility.rotas(scope)
        .select_related("station", "current", "made_by")
        .annotate(
            days_planned=Count("current__cells", distinct=True),
            versions_kept=Count("versions", distinct=True),
            swaps_open=Count("swaps", filter=Q(swaps__state="agreed"), distinct=True),
        )
        .order_by("-span", "-pk")
    )


def one(scope: Scope, pk: int) -> Rota | None:
    return visibility.rotas(scope).select_related("station", "current", "made_by").filter(pk=pk).first()


@dataclass(frozen=True)
class Box:
    """A day of a line: who or where, under the keys that a click sends."""

    on: date
    account: Account | None
    place: Place | None
    is_fixed: bool
    state: str  # "", away, rest, past: why nothing can be put there


@dataclass(frozen=True)
class Line:
    head: Account | Place
    boxes: Sequence[Box]
    days: int
    weekends: int
    lacks: Sequence[date]  # Mondays of weeks in which a village has too few days


@dataclass(frozen=True)
class Grid:
    people: Sequence[Line]
    villages: Sequence[Line]


def grid(rota: Rota, cells: Sequence[Cell], frame: Frame, *, today: date) -> Grid:
    """Both ways round, out of cells and facts that were read already: no query."""
    by_person = {(c.account_id, c.on): c for c in cells}
    by_place = {(c.place_id, c.on): c for c in cells}
    places, accounts = dict(frame.places), dict(frame.people)
    for cell in cells:  # who left and what is served no longer still stands where it stood
        places.setdefault(cell.place_id, cell.place)
        accounts.setdefault(cell.account_id, cell.account)
    people = []
    for account in sorted(accounts.values(), key=lambda a: (a.unit_id or 0, a.username)):
        person = frame.problem.by_person.get(str(account.pk))
        boxes = []
        for on in rota.days:
            cell_ = by_person.get((account.pk, on))
            state = "past" if on < today else ""
            if person is None or on in person.leave or on in person.busy:
                state = state or "away"
            elif on.weekday() in person.rest:
                state = state or "rest"
            boxes.append(
                Box(on, account, places[cell_.place_id] if cell_ else None, bool(cell_ and cell_.is_fixed), state)
            )
        mine = [on for (who, on) in by_person if who == account.pk]
        people.append(Line(account, boxes, len(mine), sum(on.weekday() >= 5 for on in mine), []))
    villages = []
    for place in sorted(places.values(), key=lambda p: p.code):
        boxes = []
        for on in rota.days:
            cell_ = by_place.get((place.pk, on))
            who = accounts[cell_.account_id] if cell_ else None
            boxes.append(Box(on, who, place, bool(cell_ and cell_.is_fixed), "past" if on < today else ""))
        mine = [on for (where, on) in by_place if where == place.pk]
        lacks = [monday for monday in rota.days[::7] if sum(0 <= (on - monday).days < 7 for on in mine) < 2]
        villages.append(Line(place, boxes, len(mine), sum(on.weekday() >= 5 for on in mine), lacks))
    return Grid(people, villages)


def cells(version: Version | None) -> list[Cell]:
    return list(version.cells.select_related("account", "place")) if version else []


@dataclass(frozen=True)
class Kept:
    """Plan against check-ins of one person over a rota's days that are over."""

    account: Account
    planned: int
    came: int
    spent: timedelta


def kept(rota: Rota, *, today: date) -> list[Kept]:
    """Who was where as planned, and how long. One query."""
    rows = Shift.objects.filter(
        on__range=(rota.first, min(rota.last, today)), dropped_at__isnull=True,
        place__in=Cell.objects.filter(version=rota.current_id).values("place"),
    ).select_related("account")  # fmt: skip
    planned: Counter[Account] = Counter()
    came: Counter[Account] = Counter()
    spent: dict[Account, timedelta] = defaultdict(timedelta)
    for shift in rows:
        planned[shift.account] += shift.on < today or shift.in_at is not None
        came[shift.account] += shift.in_at is not None
        spent[shift.account] += shift.length
    rows_ = [Kept(one, n, came[one], spent[one]) for one, n in planned.items() if n]
    return sorted(rows_, key=lambda row: (row.came - row.planned, row.account.username))


def short(rota: Rota, frame: Frame, *, today: date) -> list[tuple[Place, str, int]]:
    """Villages whose week, this or the next, is short as things stand: check-ins and what is planned. One query."""
    found = []
    places = list(frame.places.values())
    shifts = Shift.objects.filter(place__in=places, dropped_at__isnull=True, on__range=(rota.first, rota.last))
    days = [Day(s.place_id, s.on, kept=s.in_at is not None) for s in shifts]
    for week in (week_of(today), week_of(today).later(1)):
        if not rota.first <= week.monday <= rota.last:
            continue
        for place, standing in zip(places, judge([p.pk for p in places], days, week, today=today), strict=True):
            if standing.state == "short":
                found.append((place, str(week), standing.lacks))
    return found


# --- one's own ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mine:
    shifts: Sequence[Shift]
    told: Sequence[Told]
    asked: Sequence[Swap]
    offered: Sequence[Swap]
    wishes: Sequence[Wish]
    drafts: Sequence[Rota]  # shown for discussion
    feed: Feed | None


def mine(scope: Scope, *, at: datetime) -> Mine:
    """Everything of one's own weeks. Seven queries."""
    today = timezone.localtime(at).date()
    account = scope.account
    shifts = Shift.objects.filter(account=account, dropped_at__isnull=True)
    span = (week_of(today).monday, week_of(today).monday + timedelta(weeks=WEEKS_SHOWN, days=-1))
    own = visibility.swaps(scope).filter(Q(asker=account) | Q(partner=account))
    found = list(own.select_related("asker", "partner", "rota").order_by("-at")[:20])
    return Mine(
        shifts=list(shifts.filter(on__range=span).select_related("place").order_by("on")),
        told=list(
            Told.objects.filter(account=account, seen_at__isnull=True).select_related("version__rota").order_by("at")
        ),
        asked=[one for one in found if one.asker_id == account],
        offered=[one for one in found if one.partner_id == account and one.state == "asked"],
        wishes=list(
            Wish.objects.filter(account=account, withdrawn_at__isnull=True)
            .exclude(on__lt=today)
            .select_related("place")
        ),
        drafts=list(visibility.rotas(scope).filter(state="discussed").order_by("span")),
        feed=Feed.objects.filter(account=account).first(),
    )


def partners(rota: Rota, account: int) -> list[Account]:
    """With whom somebody may swap: everybody else in the rota."""
    keys = Cell.objects.filter(version=rota.current_id).exclude(account=account).values("account")
    return list(Account.objects.filter(pk__in=keys).order_by("name"))


def published_with(scope: Scope, on: date) -> Rota | None:
    """The published rota in which the viewer stands on a day."""
    found = Cell.objects.filter(
        version__rota__state="published", version__pk__in=Rota.objects.values("current"), on=on, account=scope.account
    ).values("version__rota")
    return Rota.objects.filter(pk__in=found).select_related("current", "station").first()


def swaps_to_confirm(scope: Scope) -> list[Swap]:
    found = visibility.swaps(scope).filter(state="agreed").select_related("asker", "partner", "rota__station")
    return list(found.order_by("gives_on"))


# --- people and villages --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Member:
    account: Account
    terms: Terms | None
    bars: Sequence[Bar]
    wishes: Sequence[Wish]


def members(scope: Scope, *, at: datetime) -> list[Member]:
    """Everybody whom the viewer may post, with what holds for them. Four queries."""
    today = timezone.localtime(at).date()
    people = list(
        posts.auxiliaries(scope, at=today).select_related("unit").distinct().order_by("unit__code", "username")
    )
    terms = {t.account_id: t for t in Terms.objects.filter(account__in=people)}
    bars: dict[int, list[Bar]] = defaultdict(list)
    for bar in Bar.objects.filter(account__in=people, ended_at__isnull=True).select_related("place"):
        bars[bar.account_id].append(bar)
    wishes: dict[int, list[Wish]] = defaultdict(list)
    live = Wish.objects.filter(account__in=people, withdrawn_at__isnull=True).exclude(on__lt=today)
    for wish in live.select_related("place"):
        wishes[wish.account_id].append(wish)
    return [Member(one, terms.get(one.pk), bars[one.pk], wishes[one.pk]) for one in people]


def coming(place: Place, *, today: date, days: int = 35) -> list[Shift]:
    """Who comes to a village. One query."""
    found = Shift.objects.filter(place=place, dropped_at__isnull=True, on__range=(today, today + timedelta(days=days)))
    return list(found.select_related("account").order_by("on", "period"))


def villages_of(accounts: Iterable[int], on: date) -> set[int]:
    """Where these people are posted on a day: what lies there costs no way of its own. One query."""
    rows = Shift.objects.filter(account__in=list(accounts), on=on, dropped_at__isnull=True)
    return set(rows.values_list("place", flat=True))


# --- calendars ------------------------------------------------------------------------------------------------------


def feed(secret_hash: str) -> Feed | None:
    with see_as(SYSTEM):
        return Feed.objects.select_related("account", "place").filter(secret_hash=secret_hash).first()


def feed_shifts(found: Feed, *, today: date) -> list[Shift]:
    """Two weeks back, all that is planned ahead."""
    with see_as(SYSTEM):
        rows = Shift.objects.filter(dropped_at__isnull=True, on__gte=today - timedelta(days=14))
        rows = rows.filter(account=found.account) if found.account_id else rows.filter(place=found.place)
        return list(rows.select_related("account", "place__parent").order_by("period")[:500])


def agencies() -> list[tuple[Unit, SeatTerms | None]]:
    """Every agency with how it takes its turns. Two queries."""
    resident, rotating = seat_kinds()
    terms = {one.unit_id: one for one in SeatTerms.objects.all()}
    return [(unit, terms.get(unit.pk)) for unit in (*resident, *rotating)]
