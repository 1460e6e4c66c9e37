"""What this room seals, for a change of keys."""

from twinloop.cases.rotating import Sealed
from twinloop.discovery.leads.models import Lead

TABLES = (Sealed(Lead, "lead", {"outside_name_sealed": "name", "outside_phone_sealed": "phone"}),)
