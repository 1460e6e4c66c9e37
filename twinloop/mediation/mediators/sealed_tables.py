"""What this room seals and compares by blind keys, for a change of keys."""

from __future__ import annotations

from django.db import models, transaction
from django.db.models import Q

from twinloop.cases import sealing
from twinloop.cases.rotating import Indexed, Sealed
from twinloop.cases.sealing import Identity
from twinloop.mediation.mediators import keys
from twinloop.mediation.mediators.models import Bar, Mediator

TABLES = (
    Sealed(Bar, "bar", {f"{field}_sealed": field for field in keys.FIELDS}),
    Sealed(Mediator, "mediator", {f"{field}_sealed": field for field in ("id_number", "phone")}),
)


@transaction.atomic
def _reindex_bars(pks: list[int]) -> int:
    """Those with nothing sealed keep their old keys: `keys.of_parties` still compares them."""
    found = Bar.objects.select_for_update(no_key=True).filter(pk__in=pks, name_sealed__isnull=False)
    for bar in found:
        made = keys.of_person(keys.opened(bar, "bar"))
        Bar.objects.filter(pk=bar.pk).update(keys=made, keys_of=keys.current())
    return len(found)


@transaction.atomic
def _reindex_mediators(pks: list[int]) -> int:
    """Also those whose keys were made of the name alone, which the register holds."""
    written = 0
    for one in Mediator.objects.select_for_update(no_key=True).filter(pk__in=pks):
        numbers = keys.opened(one, "mediator")
        who = Identity(name=one.name, id_number=numbers.id_number, phone=numbers.phone)
        by_name = any(one.own_keys == keys.of_person(Identity(name=one.name), key) for key in sealing.index_keys())
        if who.id_number or who.phone or by_name:
            Mediator.objects.filter(pk=one.pk).update(own_keys=keys.of_mediator(who), keys_of=keys.current())
            written += 1
    return written


def _needs(found: models.QuerySet[Bar] | models.QuerySet[Mediator], key_id: str) -> int:
    """Rows whose keys nobody can make anew, as far as they were or may have been made with this index key."""
    if key_id not in sealing.index_keys():
        return 0
    return found.filter(keys_of__in=("", key_id)).count()


def _bars_need(key_id: str) -> int:
    return _needs(Bar.objects.filter(name_sealed=None, ended_at=None), key_id)


def _mediators_need(key_id: str) -> int:
    unsealed = Mediator.objects.filter(~Q(own_keys=[]), id_number_sealed=None, phone_sealed=None, left_on=None)
    return _needs(unsealed, key_id)


INDEXES = (Indexed(Bar, _reindex_bars, _bars_need), Indexed(Mediator, _reindex_mediators, _mediators_need))
