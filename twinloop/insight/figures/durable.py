"""How long settlements hold, by the method that made them: from the projection, within what the viewer may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language

from twinloop.decide.figures import PARAMS, Curve, Mode, Params, Point, Window, curve, watched
from twinloop.decide.words import say
from twinloop.insight.figures.models import Settled

DAYS = (30, 90, 180)
DRAWN = Params(days=(7, 14, 30, 45, 60, 90, 120, 150, 180))


@dataclass(frozen=True)
class Held:
    """One curve. `mode` is '' for every method together."""

    mode: str
    curve: Curve

    @property
    def name(self) -> str:
        return say(Mode(self.mode), get_language() or "") if self.mode else ""

    @property
    def is_small(self) -> bool:
        return self.curve.settlements < PARAMS.small

    @property
    def marks(self) -> list[Point | None]:
        """At 30, 90 and 180 days; None where nothing was watched so long."""
        at = {point.day: point for point in self.curve.points}
        return [at.get(day) for day in DAYS]

    @property
    def shown(self) -> list[tuple[Point, float, float, float]]:
        """(point, share, low, high) in per cent."""
        return [(one, 100 * one.share, 100 * one.low, 100 * one.high) for one in self.curve.points]

    @property
    def last(self) -> tuple[int, float, float, float] | None:
        """(days, share, low, high) of the longest of 30, 90 and 180 days that was watched, in per cent."""
        marks = [one for one in self.marks if one]
        if not marks:
            return None
        one = marks[-1]
        return one.day, 100 * one.share, 100 * one.low, 100 * one.high


def curves(window: Window, *, at: datetime) -> list[Held]:
    """All together, then each method, the most settlements first. Empty where nothing was settled. One query."""
    found = Settled.objects.filter(at__gte=window.start, at__lt=min(window.end, at))
    spells: dict[str, tuple[list[float], list[float]]] = {}
    for mode, settled_at, flared_at, merged_at in found.values_list(
        "mode", "at", "flared_at", "dispute__course__merged_at"
    ):
        days, broke = watched(settled_at, flared_at, merged_at, at=at)
        for key in ("", mode):
            spells.setdefault(key, ([], []))[int(broke)].append(days)
    made = [Held(mode, curve(held, broke, params=DRAWN)) for mode, (held, broke) in spells.items()]
    return sorted(made, key=lambda one: (one.mode != "", -one.curve.settlements, one.mode))
