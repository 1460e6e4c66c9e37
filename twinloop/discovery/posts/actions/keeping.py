"""Check-in and check-out: two moments, each with a place only where the person chose to add it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from twinloop.decide import Refused
from twinloop.discovery.posts.models import Shift
from twinloop.ledger.actions import record

LATE = timedelta(minutes=3)  # sent longer after the tap than this: said so on every page
AHEAD = timedelta(minutes=10)  # a phone's clock may be so much ahead
OWN_DAY = timedelta(hours=16)  # longer than this nobody is in a village: somebody forgot to check out


@dataclass(frozen=True)
class Position:
    """Degrees; of the moment, never of the time between."""

    latitude: Decimal
    longitude: Decimal

    def __post_init__(self) -> None:
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):
            raise Refused("post_position")


@transaction.atomic
def check_in(
    shift: Shift, *, by: int | None, at: datetime, tapped_at: datetime | None = None, position: Position | None = None
) -> Shift:
    """`tapped_at`: when the button was tapped, where it could be sent only later. Raises `Refused`."""
    moment = _moment(tapped_at, at)
    held = Shift.objects.select_for_update(no_key=True, of=("self",)).get(pk=shift.pk)
    if held.dropped_at:
        raise Refused("post_dropped")
    if held.in_at:
        raise Refused("post_in_already", at=_clock(held.in_at))
    if timezone.localtime(moment).date() != held.on:
        raise Refused("post_day", day=f"{held.on}")
    _keep(held, "in", moment, at, position)
    record(held.stream, "shift_in", by=by, at=at, **_told(moment, at, position))
    return held


@transaction.atomic
def check_out(
    shift: Shift, *, by: int | None, at: datetime, tapped_at: datetime | None = None, position: Position | None = None
) -> Shift:
    """Ends the hours. Raises `Refused`."""
    moment = _moment(tapped_at, at)
    held = Shift.objects.select_for_update(no_key=True, of=("self",)).get(pk=shift.pk)
    if held.in_at is None:
        raise Refused("post_not_in")
    if held.out_at:
        raise Refused("post_out_already", at=_clock(held.out_at))
    if moment <= held.in_at:
        raise Refused("post_out_before", at=_clock(held.in_at))
    if moment - held.in_at > OWN_DAY:
        raise Refused("post_out_late", hours=round(OWN_DAY.total_seconds() / 3600))
    _keep(held, "out", moment, at, position)
    record(held.stream, "shift_out", by=by, at=at, **_told(moment, at, position))
    return held


@transaction.atomic
def mend_shift(
    shift: Shift, in_at: datetime | None, out_at: datetime | None, *, by: int | None, at: datetime, why: str
) -> Shift:
    """Somebody who leads writes the times in afterwards, or takes them out; with a reason, and marked for good."""
    if not why.strip():
        raise Refused("post_why")
    held = Shift.objects.select_for_update(no_key=True, of=("self",)).get(pk=shift.pk)
    if held.dropped_at:
        raise Refused("post_dropped")
    if out_at and (in_at is None or out_at <= in_at):
        raise Refused("post_mend_times", day=f"{held.on}")
    if any(moment and (timezone.localtime(moment).date() != held.on or moment > at) for moment in (in_at, out_at)):
        raise Refused("post_mend_times", day=f"{held.on}")
    before = {"in": _iso(held.in_at), "out": _iso(held.out_at)}
    cleared = {} if in_at else {"in_latitude": None, "in_longitude": None}
    if out_at is None:
        cleared |= {"out_latitude": None, "out_longitude": None}
    Shift.objects.filter(pk=held.pk).update(
        in_at=in_at, in_sent_at=at if in_at else None, out_at=out_at, out_sent_at=at if out_at else None,
        is_mended=True, **cleared,
    )  # fmt: skip
    after = {"in": _iso(in_at), "out": _iso(out_at)}
    record(held.stream, "shift_mended", by=by, at=at, why=why.strip(), before=before, after=after)
    held.refresh_from_db()
    return held


@transaction.atomic
def keep_many(kept: Mapping[Shift, tuple[datetime, datetime | None]], *, at: datetime) -> int:
    """Times of many shifts at once, for the system alone (the demo, an old book); one event for the whole."""
    for shift, (in_at, out_at) in kept.items():
        shift.in_at = shift.in_sent_at = in_at
        shift.out_at = shift.out_sent_at = out_at
    Shift.objects.bulk_update(kept, ["in_at", "in_sent_at", "out_at", "out_sent_at"], batch_size=500)
    record("posts", "shifts_kept", by=None, at=at, shifts=len(kept))
    return len(kept)


def is_late(moment: datetime | None, sent_at: datetime | None) -> bool:
    """Tapped without a signal and sent later."""
    return bool(moment and sent_at and sent_at - moment > LATE)


def _moment(tapped_at: datetime | None, at: datetime) -> datetime:
    """The moment of the tap. A phone whose clock is a little ahead says now; one that is far ahead is refused."""
    if tapped_at is None:
        return at
    if tapped_at - at > AHEAD:
        raise Refused("post_moment")
    return min(tapped_at, at)


def _keep(shift: Shift, end: str, moment: datetime, at: datetime, position: Position | None) -> None:
    columns: dict[str, object] = {f"{end}_at": moment, f"{end}_sent_at": at}
    if position is not None:
        columns |= {f"{end}_latitude": position.latitude, f"{end}_longitude": position.longitude}
    found = Shift.objects.filter(pk=shift.pk, **{f"{end}_at__isnull": True})
    assert found.update(**columns), "the row is locked: nobody else has written it"
    for name, value in columns.items():
        setattr(shift, name, value)


def _told(moment: datetime, at: datetime, position: Position | None) -> dict[str, Any]:
    """The position itself stays out of the ledger, which never forgets."""
    return {"moment": _iso(moment), "late": is_late(moment, at), "position": position is not None}


def _iso(moment: datetime | None) -> str:
    return timezone.localtime(moment).isoformat() if moment else ""


def _clock(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M}"
