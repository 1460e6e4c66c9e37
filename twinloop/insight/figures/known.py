"""What is summed at the moment, and whether the viewer's area is all that they see: asked once for a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from twinloop.insight.figures import windows
from twinloop.insight.figures.beyond import IS_ELSEWHERE, IS_ELSEWHERE_PLACES
from twinloop.ledger import sight


@dataclass(frozen=True)
class Known:
    """What is summed now: months and days of clocks by their first moment, and since when figures are by day."""

    months: frozenset[datetime]
    days: frozenset[datetime]
    since: datetime | None
    reach: datetime | None  # how far figures have read the ledger
    first: datetime | None = None  # no clock was due and no call came before; None where nothing is summed
    is_elsewhere: bool = True  # whether the viewer may see anything outside the own area


NOTHING = Known(frozenset(), frozenset(), None, None)
_KNOWN = """SELECT ARRAY(SELECT month FROM figures_kept k
        WHERE NOT EXISTS (SELECT 1 FROM figures_torn t WHERE t.month = k.month)),
    ARRAY(SELECT day FROM figures_keptday k WHERE NOT EXISTS (SELECT 1 FROM figures_tornday t WHERE t.day = k.day)),
    (SELECT since FROM figures_days), (SELECT at FROM figures_reach WHERE id = 1),
    (SELECT least(min(month), (SELECT min(month) FROM figures_torn)) FROM figures_kept HAVING count(*) > 0),
    {elsewhere}"""


def area() -> dict[str, list[int]]:
    """Of the scope that was told to the database, as statements name it."""
    held = sight.now()
    return {name: sorted(getattr(held, name)) for name in ("places", "stations", "accounts")}


def known() -> Known:
    """One query."""
    held = sight.now()
    elsewhere = "true" if held.sees_all else IS_ELSEWHERE if held.stations else IS_ELSEWHERE_PLACES
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN.format(elsewhere=elsewhere), area())
        months, days, since, reach, first, is_elsewhere = cursor.fetchone()
    since, first = (windows.midnight(one) if one else None for one in (since, first))
    return Known(
        frozenset(windows.midnight(month) for month in months), frozenset(windows.midnight(day) for day in days),
        since, reach, first, is_elsewhere,
    )  # fmt: skip
