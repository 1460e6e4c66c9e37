"""Putting people on village posts, and taking them off again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from psycopg.types.range import Range

from twinloop.cases.queries import station_for
from twinloop.decide import Refused
from twinloop.decide.posts import Week, week_of
from twinloop.discovery.posts.models import Shift
from twinloop.ledger.actions import record
from twinloop.people.models import Account, Leave, RoleGrant
from twinloop.places.models import Place

STARTS, ENDS = time(8, 30), time(17, 30)  # a day in the village, unless something else is said
WEEKS_AHEAD = 26


@dataclass(frozen=True)
class Post:
    """Who is where from when to when, on one day."""

    account: Account
    place: Place
    on: date
    starts: time = STARTS
    ends: time = ENDS

    @property
    def period(self) -> Range[datetime]:
        def moment(at: time) -> datetime:
            return timezone.make_aware(datetime.combine(self.on, at), timezone.get_default_timezone())

        return Range(moment(self.starts), moment(self.ends))


@transaction.atomic
def plan_shift(post: Post, *, by: int | None, at: datetime) -> Shift:
    """One person, one village a day, never while away. Raises `Refused`."""
    check_post(post, today=timezone.localtime(at).date())
    try:
        with transaction.atomic():
            made = Shift.objects.create(
                account=post.account, place=post.place, station=station_for(post.place), period=post.period,
                planned_by_id=by, planned_at=at,
            )  # fmt: skip
    except IntegrityError as broken:  # the constraints are the judge: two people may plan at the same moment
        if "rosters_hold_apart" in str(broken):
            raise Refused("post_bound", name=post.account.name, day=f"{post.on}") from None
        raise held(post) from None
    made.refresh_from_db(fields=["on"])
    record(made.stream, "shift_planned", by=by, at=at, after=_told(post))
    return made


def check_post(post: Post, *, today: date) -> None:
    """What the constraints cannot say. Raises `Refused`."""
    if post.ends <= post.starts:
        raise Refused("post_times")
    if post.on < today:
        raise Refused("post_past", day=f"{post.on}")
    if post.on > today + timedelta(weeks=WEEKS_AHEAD):
        raise Refused("post_far", weeks=WEEKS_AHEAD)
    if post.place.kind != Place.Kind.COMMUNITY or not post.place.is_served:
        raise Refused("post_place", place=post.place.short)
    account = post.account
    grants = RoleGrant.objects.filter(account=account, role="auxiliary", period__contains=post.on)
    if account.kind != Account.Kind.AUXILIARY or not account.is_active or not grants.exists():
        raise Refused("post_person", name=account.name)
    if Leave.objects.filter(account=account, period__overlap=post.period).exists():
        raise Refused("post_leave", name=account.name, day=f"{post.on}")


def held(post: Post) -> Refused:
    """Says where the person is already that day."""
    day = Shift.objects.filter(account=post.account, on=post.on, dropped_at__isnull=True).select_related("place")
    other = next((shift for shift in day if shift.place_id != post.place.pk), None)
    if other is not None:
        return Refused("post_other_village", name=post.account.name, day=f"{post.on}", place=other.place.short)
    return Refused("post_overlap", name=post.account.name, day=f"{post.on}", place=post.place.short)


@transaction.atomic
def drop_shift(shift: Shift, *, by: int | None, at: datetime, why: str) -> None:
    """Nobody goes; what was kept already cannot be dropped."""
    why = why.strip()
    if not why:
        raise Refused("post_why")
    found = Shift.objects.filter(pk=shift.pk, dropped_at__isnull=True, in_at__isnull=True)
    if not found.update(dropped_at=at, dropped_by_id=by, dropped_why=why[:200]):
        shift.refresh_from_db()
        raise Refused("post_dropped" if shift.dropped_at else "post_kept")
    record(shift.stream, "shift_dropped", by=by, at=at, why=why)


@transaction.atomic
def repeat_week(week: Week, places: Sequence[Place], *, by: int | None, at: datetime) -> tuple[int, list[Refused]]:
    """The plan of the week before, carried over to `week` where it is possible: how many, and why not the others."""
    before = Shift.objects.filter(
        place__in=places, on__range=(week.later(-1).days[0], week.later(-1).days[-1]), dropped_at__isnull=True
    ).select_related("account", "place__parent")
    planned, refused = 0, []
    for shift in before.order_by("on", "pk"):
        starts, ends = (timezone.localtime(edge).time() for edge in (shift.period.lower, shift.period.upper))
        post = Post(shift.account, shift.place, shift.on + timedelta(weeks=1), starts, ends)
        taken = Shift.objects.filter(account=post.account, place=post.place, on=post.on, dropped_at__isnull=True)
        if taken.exists():
            continue
        try:
            plan_shift(post, by=by, at=at)
            planned += 1
        except Refused as no:
            refused.append(no)
    if not planned and not refused:
        raise Refused("post_nothing")
    return planned, refused


@transaction.atomic
def plan_shifts(posts: Sequence[Post], *, at: datetime, by: int | None = None) -> list[Shift]:
    """A whole roster at once, already checked (a published rota, the demo); one event a week. Overlaps fail."""
    stations = {place: station_for(place) for place in {post.place for post in posts}}
    made = Shift.objects.bulk_create(
        [
            Shift(
                account=p.account,
                place=p.place,
                station=stations[p.place],
                period=p.period,
                planned_by_id=by,
                planned_at=at,
            )
            for p in posts
        ]
    )
    weeks: dict[Week, int] = {}
    for post in posts:
        weeks[week_of(post.on)] = weeks.get(week_of(post.on), 0) + 1
    for week, count in sorted(weeks.items()):
        record(f"posts:{week}", "shifts_planned", by=by, at=at, shifts=count)
    return made


def _told(post: Post) -> dict[str, object]:
    return {
        "account": post.account.pk, "place": post.place.code, "on": post.on,
        "starts": f"{post.starts:%H:%M}", "ends": f"{post.ends:%H:%M}",
    }  # fmt: skip
