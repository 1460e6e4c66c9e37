"""From draft to what holds: discussed, published, changed, dropped. Only here shifts are written that people keep."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NoReturn

from django.db import IntegrityError, transaction
from django.utils import timezone

from twinloop.decide import Refused
from twinloop.decide.roster import RosterRule
from twinloop.discovery.posts import actions as posts
from twinloop.discovery.posts.actions import Post
from twinloop.discovery.posts.models import Shift
from twinloop.ledger.actions import record
from twinloop.ledger.locks import Lock, alone
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.models import Account, Duty, Leave
from twinloop.places.models import Place
from twinloop.rosters import words
from twinloop.rosters.actions import writing
from twinloop.rosters.actions.writing import Spot
from twinloop.rosters.models import Cell, Rota, Told, Version
from twinloop.rosters.queries.facts import Frame, frame


@transaction.atomic
def discuss(rota: Rota, *, by: int | None, at: datetime) -> Rota:
    """Show the draft to everybody in it; from now on each change is a version of its own."""
    rota = writing.locked(rota)
    writing.must_be(rota, "draft")
    _check_something(rota)
    Version.objects.filter(rota=rota, state="open").update(state="kept")
    rota.state = "discussed"
    rota.save(update_fields=["state"])
    assert rota.current is not None
    record(rota.stream, "rota_discussed", by=by, at=at, version=rota.current.no)
    return rota


@transaction.atomic
def publish(rota: Rota, why: str = "", *, by: int | None, at: datetime) -> Rota:
    """From now on it holds, and everybody in it is told. No rule of a person may be broken; villages that lack days
    ask for a reason. Whatever was published before stays as it was where this is refused."""
    rota = writing.locked(rota)
    writing.must_be(rota, "draft", "discussed")
    _check_something(rota)
    assert rota.current is not None
    today, found = timezone.localtime(at).date(), frame(rota)
    cells = writing.spots(rota.current.cells.all())
    coming = {one for one in cells if one.on >= today}
    broken = writing.broken(found, cells)
    writing.refuse_first(found, broken, [one for one in broken if one.on is not None and one.on < today])
    short = {one.village for one in broken if one.rule is RosterRule.DAYS}
    if short and not why.strip():
        raise Refused("rota_short_why", count=len(short))
    _check_alone(rota, found)
    rota.state, rota.published_by_id, rota.published_at = "published", by, at
    try:
        with transaction.atomic():
            rota.save(update_fields=["state", "published_by", "published_at"])
    except IntegrityError:
        raise Refused("rota_overlaps", first=f"{rota.first}") from None
    version = rota.current
    version.state, version.why = "kept", why.strip()[:200]
    version.save(update_fields=["state", "why"])
    before = _settle(rota, found, coming, by=by, at=at, why=str(words.PUBLISHED))
    record(rota.stream, "rota_published", by=by, at=at, why=why.strip(), version=version.no, short=len(short))
    tell(version, before, coming, by=by, at=at, everybody=True)
    return rota


@transaction.atomic
def change(
    rota: Rota, put: Iterable[Spot], drop: Iterable[Spot], why: str, *, by: int | None, at: datetime,
    sort: str = "hand",
) -> Version:  # fmt: skip
    """A published rota by hand, or by a swap: a version of its own, shifts moved, everybody concerned told."""
    from twinloop.rosters.actions.planning import check_edit

    if not why.strip():
        raise Refused("rota_why")
    rota = writing.locked(rota)
    writing.must_be(rota, "published")
    assert rota.current is not None
    found, before = frame(rota), writing.spots(rota.current.cells.all())
    after = check_edit(rota, found, before, set(put), set(drop), at=at)
    made = writing.new_version(rota, sort, after, by=by, at=at, state="kept", why=why.strip()[:200])
    apply(rota, found, made, before, after, by=by, at=at, why=why.strip()[:200])
    return made


def apply(
    rota: Rota, found: Frame, version: Version, before: set[Spot], after: set[Spot], *, by: int | None, at: datetime,
    why: str,
) -> None:  # fmt: skip
    """The version becomes what people keep; who is concerned is told."""
    today = timezone.localtime(at).date()
    coming = {one for one in after if one.on >= today}
    _settle(rota, found, coming, by=by, at=at, why=why)
    moved = before ^ after
    told = {"put": [list(one) for one in sorted(moved & after)], "drop": [list(one) for one in sorted(moved & before)]}
    record(rota.stream, "rota_changed", by=by, at=at, why=why, version=version.no, sort=version.sort, after=told)
    tell(version, {one for one in before if one.on >= today}, coming, by=by, at=at)


@transaction.atomic
def drop(rota: Rota, why: str, *, by: int | None, at: datetime) -> Rota:
    """A rota that shall not be: its coming shifts go with it."""
    if not why.strip():
        raise Refused("rota_why")
    rota = writing.locked(rota)
    writing.must_be(rota, "draft", "discussed", "published")
    was = rota.state
    if was == "published" and rota.current is not None:
        today, found = timezone.localtime(at).date(), frame(rota)
        before = {one for one in writing.spots(rota.current.cells.all()) if one.on >= today}
        _settle(rota, found, set(), by=by, at=at, why=why.strip()[:200])
        tell(rota.current, before, set(), by=by, at=at)
    rota.state, rota.ended_why = "dropped", why.strip()[:200]
    rota.save(update_fields=["state", "ended_why"])
    record(rota.stream, "rota_dropped", by=by, at=at, why=why.strip(), before={"state": was})
    return rota


def _check_something(rota: Rota) -> None:
    if rota.current is None or not rota.current.cells.exists():
        raise Refused("rota_empty")


def _check_alone(rota: Rota, found: Frame) -> None:
    """A rota of the district and one of a station must not plan the same weeks; the constraint sees like with like."""
    alone(Lock.ROTAS)
    with see_as(SYSTEM):
        others = Rota.objects.filter(state="published", span__overlap=(rota.first, rota.span.upper)).exclude(pk=rota.pk)
        if rota.station_id is not None:
            others = others.filter(station__in=[rota.station_id]) | others.filter(station__isnull=True)
        other = others.order_by("span").first()
    if other is not None:
        raise Refused("rota_overlaps", first=f"{other.first}")


# --- shifts ---------------------------------------------------------------------------------------------------------


def _settle(
    rota: Rota, found: Frame, wanted: set[Spot], *, by: int | None, at: datetime, why: str
) -> set[Spot]:  # fmt: skip
    """Make the coming shifts of the rota's villages what is wanted; kept ones stay. Gives what stood before."""
    today = timezone.localtime(at).date()
    with see_as(SYSTEM):
        places = set(found.places) | {one.place for one in wanted} | _places_of(rota)
        live = Shift.objects.filter(
            place__in=places, dropped_at__isnull=True, on__range=(max(today, rota.first), rota.last)
        ).select_related("place", "account")
        stands = {Spot(one.on, one.account_id, one.place_id): one for one in live}
        for spot, shift in sorted(stands.items()):
            if spot not in wanted and shift.in_at is None:
                posts.drop_shift(shift, by=by, at=at, why=why)
        new = sorted(wanted - set(stands))
        accounts = Account.objects.in_bulk({one.account for one in new})
        villages = Place.objects.in_bulk({one.place for one in new})
        made = [Post(accounts[one.account], villages[one.place], one.on) for one in new]
        try:
            with transaction.atomic():
                posts.plan_shifts(made, by=by, at=at)
        except IntegrityError:
            _say_held(made)
    return set(stands)


def _places_of(rota: Rota) -> set[int]:
    """Villages of earlier versions too: one that is served no longer loses its shifts."""
    return set(Cell.objects.filter(version__rota=rota).values_list("place", flat=True).distinct().order_by())


def _say_held(made: list[Post]) -> NoReturn:
    """Which of them is held by what: the constraints have refused the whole."""
    for post in made:
        facts: dict[str, Any] = {"name": post.account.name, "day": f"{post.on}"}
        if Leave.objects.filter(account=post.account, period__overlap=post.period).exists():
            raise Refused("rota_held", what=words.HOLDS["leave"], **facts)
        duties = Duty.objects.filter(account=post.account, period__overlap=post.period)
        if duties.exclude(kind=Duty.Kind.COMMUNITY).exists():
            raise Refused("rota_held", what=words.HOLDS["duty"], **facts)
        taken = Shift.objects.filter(account=post.account, on=post.on, dropped_at__isnull=True)
        if taken.exists():
            raise Refused("rota_held", what=words.HOLDS["post"], **facts)
    raise Refused("rota_held", what=words.HOLDS["session"], name="", day="")


# --- telling --------------------------------------------------------------------------------------------------------


def tell(
    version: Version, before: set[Spot], after: set[Spot], *, by: int | None, at: datetime, everybody: bool = False
) -> None:
    """One row and one event for each person whose days change; at publication for everybody who has any."""
    days: dict[int, dict[date, list[str]]] = defaultdict(dict)
    names = dict(Place.objects.filter(pk__in={one.place for one in before | after}).values_list("pk", "short"))
    for one in sorted(before if everybody else before - after):
        days[one.account].setdefault(one.on, ["", ""])[0] = names[one.place]
    for one in sorted(after if everybody else after - before):
        days[one.account].setdefault(one.on, ["", ""])[1] = names[one.place]
    for account, own in sorted(days.items()):
        told = [[f"{on}", *pair] for on, pair in sorted(own.items())]
        Told.objects.update_or_create(version=version, account_id=account, defaults={"days": told, "at": at})
        record(f"account:{account}", "rota_days_changed", by=by, at=at, rota=version.rota_id, version=version.no,
               days=told)  # fmt: skip


@transaction.atomic
def seen(told: Told, *, by: int | None, at: datetime) -> None:
    """The person says that they know."""
    if Told.objects.filter(pk=told.pk, account=by, seen_at__isnull=True).update(seen_at=at):
        record(told.version.rota.stream, "rota_seen", by=by, at=at, version=told.version.no)
