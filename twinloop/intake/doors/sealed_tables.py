"""What this room seals, for a change of keys."""

from twinloop.cases.rotating import Sealed
from twinloop.intake.doors.models import Named

TABLES = (Sealed(Named, "named", {f"{f}_sealed": f for f in ("name", "phone", "id_number")}),)
