"""What holds for a person in every rota, what they wish, and the calendar that their phone reads."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.utils import timezone

from twinloop.decide import Refused
from twinloop.ledger.actions import record
from twinloop.people.models import Account
from twinloop.places.models import Place
from twinloop.rosters.models import Bar, Feed, Rota, Terms, Wish

WISHES = 20  # at once, of one person


@transaction.atomic
def set_terms(
    account: Account, rest: Sequence[int], days_a_week: int | None, *, by: int | None, at: datetime
) -> Terms:  # fmt: skip
    """Fixed rest days (1 = Monday) and fewer days a week than the rule allows."""
    if days_a_week is not None and not 0 <= days_a_week <= 7:
        raise Refused("terms_days")
    facts = {"rest": sorted({day for day in rest if 1 <= day <= 7}), "days_a_week": days_a_week}
    made, _new = Terms.objects.update_or_create(account=account, defaults={**facts, "set_by_id": by, "set_at": at})
    record(f"account:{account.pk}", "rota_terms_set", by=by, at=at, after=facts)
    return made


@transaction.atomic
def bar(account: Account, place: Place, why: str, *, by: int | None, at: datetime) -> Bar:
    """The person may not take the village. The event does not say why: a complaint stays with those who plan."""
    try:
        with transaction.atomic():
            made = Bar.objects.create(account=account, place=place, why=why, set_by_id=by, set_at=at)
    except IntegrityError:
        raise Refused("bar_twice", name=account.name, place=place.short) from None
    record(f"account:{account.pk}", "rota_bar_set", by=by, at=at, after={"place": place.code})
    return made


@transaction.atomic
def unbar(one: Bar, *, by: int | None, at: datetime) -> None:
    if not Bar.objects.filter(pk=one.pk, ended_at__isnull=True).update(ended_at=at, ended_by_id=by):
        raise Refused("bar_gone")
    record(f"account:{one.account_id}", "rota_bar_ended", by=by, at=at, before={"place": one.place.code})


@transaction.atomic
def wish(account: Account, on: date | None = None, place: Place | None = None, *, at: datetime) -> Wish:
    """A day to have free, or a village one would like; the plan weighs it, no more."""
    if (on is None) == (place is None):
        raise Refused("rota_nothing")
    if on is not None and on <= timezone.localtime(at).date():
        raise Refused("wish_past")
    if place is not None and (place.kind != Place.Kind.COMMUNITY or not place.is_served):
        raise Refused("wish_place")
    today = timezone.localtime(at).date()
    live = Wish.objects.filter(account=account, withdrawn_at__isnull=True).exclude(on__lt=today)
    if live.count() >= WISHES:
        raise Refused("wish_most", most=WISHES)
    try:
        with transaction.atomic():
            made = Wish.objects.create(account=account, on=on, place=place, at=at)
    except IntegrityError:
        raise Refused("wish_twice") from None
    facts = {"on": on, "place": place.code if place else ""}
    record(f"account:{account.pk}", "rota_wished", by=account.pk, at=at, after=facts)
    return made


@transaction.atomic
def unwish(one: Wish, *, by: int | None, at: datetime) -> None:
    if Wish.objects.filter(pk=one.pk, withdrawn_at__isnull=True).update(withdrawn_at=at):
        record(f"account:{one.account_id}", "rota_unwished", by=by, at=at)


@transaction.atomic
def renew_feed(*, account: Account | None = None, place: Place | None = None, by: int | None, at: datetime) -> str:
    """A new secret; the old address ends. The secret is shown once: only its hash is kept."""
    secret = secrets.token_urlsafe(24)
    facts = {"secret_hash": hashed(secret), "renewed_by_id": by, "renewed_at": at}
    if account is not None:
        Feed.objects.update_or_create(account=account, defaults=facts)
        record(f"account:{account.pk}", "rota_feed_renewed", by=by, at=at)
    else:
        assert place is not None
        Feed.objects.update_or_create(place=place, defaults=facts)
        record(f"place:{place.code}", "rota_feed_renewed", by=by, at=at)
    return secret


def hashed(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def note_export(rota: Rota, rows: int, *, by: int | None, at: datetime) -> None:
    """That a rota was taken out as a file, and how much of it."""
    record(rota.stream, "rota_exported", by=by, at=at, is_look=True, rows=rows)
