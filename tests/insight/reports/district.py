"""A district of which every figure of April 2026 is counted by hand: what happened, in order.

| dispute | place | type | registered | reports | settled |
|---|---|---|---|---|---|
| 1 near | A1 | 03-10 09:00 | 03-10 | 03-20 |
| 2 near | B1 | 04-02 09:30 (Thursday) | 04-02, 04-10, 04-20 | – (repeats: 3, open) |
| 3 near | B1 | 04-07 09:10 (Tuesday) | 04-07 | 04-08 |
| 4 far  | C1 | 04-15 20:00 (Wednesday) | 04-15 | 04-16, reopened 04-25 |
| 5 far  | B1 | 05-04 09:00 | 05-04 | – (after the period) |

One call of April is no dispute: 04-12 13:00 (Sunday) near.
"""

from __future__ import annotations

from datetime import date, datetime

from tests import world
from twinloop.cases.models import Dispute, IncidentLink
from twinloop.insight.figures import actions as figures
from twinloop.ledger import actions as ledger
from twinloop.people.models import Unit


def on(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=world.CHINA)


AT = on(5, 6)


def told(dispute: Dispute, at: datetime, verb: str, before: str, after: str) -> None:
    ledger.record(
        dispute.stream, verb, by=None, at=at, before={"state": before, "round": 1}, after={"state": after, "round": 1}
    )


def _one(place: object, code: str, *reports: datetime) -> Dispute:
    made = world.dispute(place, at=reports[0])  # type: ignore[arg-type]
    Dispute.objects.filter(pk=made.pk).update(type_code=code)
    for moment in reports:
        incident = world.incident(place, at=moment)  # type: ignore[arg-type]
        IncidentLink.objects.create(incident=incident, dispute=made, linked_at=moment)
    return made


def alone(found: world.District) -> None:
    """The demo's stations are closed: what each station is owed is made for the district's two, not for all of them."""
    others = Unit.objects.filter(kind=Unit.Kind.STATION).exclude(pk__in=[found.station.pk, found.other.pk])
    assert others.update(closed_on=date(2026, 1, 1))


def build() -> tuple[world.District, dict[int, Dispute]]:
    """Call it as SYSTEM."""
    found = world.district()
    made = {
        1: _one(found.near, "A1", on(3, 10)),
        2: _one(found.near, "B1", on(4, 2, 9, 30), on(4, 10), on(4, 20)),
        3: _one(found.near, "B1", on(4, 7, 9, 10)),
        4: _one(found.far, "C1", on(4, 15, 20)),
        5: _one(found.far, "B1", on(5, 4)),
    }
    world.incident(found.near, at=on(4, 12, 13), reported_kind="traffic")
    told(made[1], on(3, 20), "settle", "handling", "settled")
    told(made[3], on(4, 8), "settle", "handling", "settled")
    told(made[4], on(4, 16), "settle", "handling", "settled")
    told(made[4], on(4, 25), "reopen", "settled", "handling")
    ledger.seal(at=on(5, 5))
    figures.rebuild(at=on(5, 5))
    return found, made
