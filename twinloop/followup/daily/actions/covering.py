"""Who stands in for an officer, for which disputes and until when; who takes a dispute in charge (包案)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from twinloop.cases import actions as cases
from twinloop.cases import visibility
from twinloop.cases.actions import change_dispute
from twinloop.cases.actions.clocking import RUNNING
from twinloop.cases.models import ORDER_OPEN, Clock, Dispute, Involvement
from twinloop.decide import Refused
from twinloop.decide.clocks import CHINA
from twinloop.followup.daily import queries
from twinloop.followup.daily.models import Cover
from twinloop.followup.visits.models import Callback
from twinloop.ledger.actions import record
from twinloop.ledger.sight import Scope
from twinloop.ledger.whole import whole
from twinloop.people.models import Account, RoleGrant

LONGEST = 120  # days that one may stand in
CHARGE = {1: ("bureau",), 2: ("chief", "bureau")}  # who takes a level in charge (domain.md section 4)


def _picked(numbers: Sequence[str], scope: Scope) -> list[Dispute]:
    """The disputes under lock. Raises `Refused` where one is missing or not the viewer's."""
    if not scope.has(*queries.CHIEFS):
        raise Refused("owner_not_leader")
    if not numbers:
        raise Refused("owner_nobody")
    found = visibility.disputes(scope).filter(number__in=set(numbers))
    rows = list(found.select_for_update(no_key=True, of=("self",)).order_by("pk"))
    if len(rows) != len(set(numbers)):
        raise Refused("owner_foreign")
    return rows


@whole()
def cover(
    numbers: Sequence[str], taker: int | None, since: date | None, until: date | None, why: str, *, by: int,
    scope: Scope, at: datetime,
) -> int:  # fmt: skip
    """Somebody looks after these disputes from `since` to `until`; all or none. The officer stays responsible."""
    rows, today = _picked(numbers, scope), at.astimezone(CHINA).date()
    if not why.strip():
        raise Refused("owner_why")
    who = queries.takers(scope, today).filter(pk=taker).first() if taker else None
    if who is None:
        raise Refused("cover_taker")
    if since is None or until is None or not today <= since <= until or (until - since).days > LONGEST:
        raise Refused("cover_days", most=LONGEST)
    for dispute in rows:
        if dispute.owner_id is None or dispute.owner is None:
            raise Refused("cover_nobody", number=dispute.number)
        if dispute.owner_id == who.pk:
            raise Refused("cover_same", number=dispute.number, name=who.name)
        try:
            with transaction.atomic():
                made = Cover.objects.create(
                    dispute=dispute, owner=dispute.owner, cover=who, since=since, until=until, why=why.strip()[:200],
                    by_id=by, at=at,
                )  # fmt: skip
        except IntegrityError:
            raise Refused("cover_twice", number=dispute.number) from None
        record(
            dispute.stream, "cover_set", by=by, at=at, why=made.why, name=who.name, to_account=who.pk,
            owner_account=dispute.owner_id, since=since, until=until,
        )  # fmt: skip
    turn_covers(at=at)
    return len(rows)


@whole()
def end_cover(numbers: Sequence[str], *, by: int, scope: Scope, at: datetime) -> int:
    """Back before the day: what ran with the stand-in runs with the officer again."""
    rows = _picked(numbers, scope)
    covers = list(Cover.objects.select_for_update(no_key=True).filter(dispute__in=rows, ended_at__isnull=True))
    if not covers:
        raise Refused("cover_none")
    for one in covers:
        _end(one, by=by, at=at)
    return len(covers)


def turn_covers(*, at: datetime) -> int:
    """Begin what begins today, end what is over; repeated it does nothing twice."""
    today, changed = at.astimezone(CHINA).date(), 0
    for one in Cover.objects.filter(ended_at__isnull=True, until__lt=today).order_by("pk"):
        with transaction.atomic():
            changed += _end(one, by=None, at=at)
    for one in Cover.objects.filter(ended_at__isnull=True, begun_at__isnull=True, since__lte=today).order_by("pk"):
        with transaction.atomic():
            changed += _begin(one, at)
    return changed


def _begin(one: Cover, at: datetime) -> bool:
    if not Cover.objects.filter(pk=one.pk, begun_at__isnull=True, ended_at__isnull=True).update(begun_at=at):
        return False
    cases.involve(one.dispute, one.cover, part="handler", by=None, at=at)
    _hand(one, one.owner, one.cover)
    record(one.dispute.stream, "cover_begun", by=None, at=at, name=one.cover.name, to_account=one.cover_id)
    return True


def _end(one: Cover, *, by: int | None, at: datetime) -> bool:
    """What was handed over goes back to whoever answers for the dispute now."""
    if not Cover.objects.filter(pk=one.pk, ended_at__isnull=True).update(ended_at=at):
        return False
    if one.begun_at is not None:
        dispute = Dispute.objects.select_related("owner").get(pk=one.dispute_id)
        _hand(one, one.cover, dispute.owner or one.owner)
        held = Involvement.objects.filter(dispute=dispute, account=one.cover, part="handler", until=None)
        if (
            dispute.owner_id != one.cover_id
            and not dispute.orders.filter(to_account=one.cover_id, state__in=ORDER_OPEN).exists()
        ):
            held.update(until=at)
    record(
        one.dispute.stream, "cover_ended", by=by, at=at, name=one.cover.name, to_account=one.cover_id,
        owner_account=one.owner_id,
    )  # fmt: skip
    return True


def _hand(one: Cover, old: Account, new: Account) -> None:
    Clock.objects.filter(RUNNING, dispute=one.dispute_id, order__isnull=True, owner=old).update(owner=new)
    Callback.objects.filter(dispute=one.dispute_id, state="planned", owner=old).update(owner=new)


@whole()
def take_charge(numbers: Sequence[str], leader: int | None, why: str, *, by: int, scope: Scope, at: datetime) -> int:
    """包案: a bureau leader answers above the officer at level 1, a chief or a bureau leader at level 2."""
    rows, today = _picked(numbers, scope), at.astimezone(CHINA).date()
    if not why.strip():
        raise Refused("owner_why")
    who = Account.objects.filter(pk=leader or 0, is_active=True).select_related("unit__parent").first()
    if who is None:
        raise Refused("charge_leader")
    held = set(RoleGrant.objects.filter(account=who, period__contains=today).values_list("role", flat=True))
    for dispute in rows:
        roles = CHARGE.get(dispute.level or 3)
        if roles is None:
            raise Refused("charge_level", number=dispute.number)
        own = who.unit.station if who.unit else None
        if held.isdisjoint(roles) or ("bureau" not in held and (own is None or own.pk != dispute.station_id)):
            raise Refused("charge_role", number=dispute.number, level=dispute.level)
        old = dispute.leader
        change_dispute(dispute, by=by, at=at, version=dispute.version, leader=who)
        record(
            dispute.stream, "leader_set", by=by, at=at, why=why.strip()[:200], new=who.name, to_account=who.pk,
            old=old.name if old else "",
        )  # fmt: skip
    return len(rows)
