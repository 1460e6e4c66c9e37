"""The demo district's places: 36 communities as in the article, 33 村居 and 3 居委会.

27 are the real ones of 潭口镇 and 潭东镇 (26 and 1). The statistical codes have none for the campus office
(高校园区管理处), so it and its nine communities (7 and 2) are invented: marked `is_demo`, under codes that no real
place can have (data/README.md). All positions are invented for a sketch map and marked `is_schematic`.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from twinloop.ledger.actions import record
from twinloop.places import actions, naming
from twinloop.places.models import Place, above, kind_of

COUNTY, TANKOU, TANDONG = "360702000000", "360702191000", "360702192000"
CAMPUS = "360702991000"
INVENTED = {
    CAMPUS: "高校园区管理处",
    "360702991001": "湖畔居委会",
    "360702991002": "云栖居委会",
    "360702991201": "柳塘村委会",
    "360702991202": "石桥村委会",
    "360702991203": "桂塘村委会",
    "360702991204": "青荷村委会",
    "360702991205": "月塘村委会",
    "360702991206": "南浦村委会",
    "360702991207": "书岭村委会",
}
WHY = "演示辖区"

# 1/1000 of a degree north of 25.7 and east of 114.8: 潭口 west, 潭东 south-east, the campus office north
_SKETCH: dict[str, dict[str, tuple[int, int]]] = {
    TANKOU: {
        "": (72, 22), "001": (71, 25), "204": (88, 31), "205": (97, 12), "206": (61, 38), "207": (84, 6),
        "208": (52, 17), "209": (45, 33), "210": (78, 41), "211": (66, 8), "212": (38, 21), "213": (57, -4),
        "214": (92, 48), "215": (33, 44),
    },
    TANDONG: {
        "": (54, 88), "200": (48, 104), "201": (63, 97), "202": (37, 92), "203": (72, 84), "204": (28, 108),
        "205": (57, 76), "206": (41, 78), "207": (66, 112), "208": (81, 96), "209": (19, 95), "210": (31, 72),
        "211": (46, 61), "212": (15, 80), "213": (76, 68),
    },
    CAMPUS: {
        "": (104, 76), "001": (107, 81), "002": (101, 69), "201": (118, 62), "202": (124, 78), "203": (112, 94),
        "204": (97, 88), "205": (129, 93), "206": (94, 106), "207": (116, 108),
    },
}  # fmt: skip


def communities() -> list[str]:
    """The codes of the 36, in order."""
    return sorted(f"{town[:9]}{last}" for town, lasts in _SKETCH.items() for last in lasts if last)


def fill(at: datetime) -> int:
    """Load 赣州, invent what is missing, serve the district; how many places are new in it. Can be repeated."""
    with transaction.atomic():
        actions.load_gazetteer(by=None, at=at)
        _invent(at)
        if Place.objects.served().exists():  # filled before: what an administrator changed since stays
            return 0
        _draw()
        return actions.serve([CAMPUS, TANKOU, TANDONG, *communities()], by=None, at=at, why=WHY)


def _invent(at: datetime) -> None:
    there = set(Place.objects.filter(code__in=INVENTED).values_list("code", flat=True))
    for code in sorted(INVENTED.keys() - there):
        name, short = INVENTED[code], naming.short_name(code, INVENTED[code])
        Place.objects.create(
            code=code, name=name, short=short, pinyin=naming.sounds(short), kind=kind_of(code), is_demo=True,
            is_village=naming.is_village(code, name), parent=Place.objects.get(code=above(code)),
        )  # fmt: skip
        record(f"place:{code}", "invented", by=None, at=at, why=WHY)


def _draw() -> None:
    placed = {f"{town[:9]}{last or '000'}": where for town, lasts in _SKETCH.items() for last, where in lasts.items()}
    found = list(Place.objects.filter(code__in=placed, latitude__isnull=True))
    for place in found:
        north, east = placed[place.code]
        place.latitude = Decimal("25.7") + Decimal(north) / 1000
        place.longitude = Decimal("114.8") + Decimal(east) / 1000
        place.is_schematic = True
    Place.objects.bulk_update(found, ["latitude", "longitude", "is_schematic"])
