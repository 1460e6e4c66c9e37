"""What this room seals and compares by blind keys, for a change of keys."""

from django.db import transaction

from twinloop.cases import sealing
from twinloop.cases.rotating import Indexed, Sealed
from twinloop.discovery.leads.models import Lead

TABLES = (Sealed(Lead, "lead", {"outside_name_sealed": "name", "outside_phone_sealed": "phone"}),)


@transaction.atomic
def _reindex(pks: list[int]) -> int:
    found = Lead.objects.select_for_update(no_key=True).filter(pk__in=pks).exclude(search_keys=[])
    for lead in found:
        who = sealing.Identity(
            name=sealing.open_(lead.outside_name_sealed, f"lead:{lead.pk}:name"),
            phone=sealing.open_(lead.outside_phone_sealed, f"lead:{lead.pk}:phone"),
        )
        Lead.objects.filter(pk=lead.pk).update(search_keys=sealing.keys(who))
    return len(found)


INDEXES = (Indexed(Lead, _reindex),)
