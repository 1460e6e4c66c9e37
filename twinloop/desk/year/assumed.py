"""The assumptions of a simulated district, read from one file."""

from __future__ import annotations

import math
import random
import tomllib
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from twinloop.decide.clocks import CHINA

SHIPPED = Path(__file__).with_name("parameters.toml")
PER_DAY = ("volunteer_reports", "post_reports", "resident_reports", "patrols", "helped")  # of `channels`


@dataclass(frozen=True)
class Assumed:
    """The tables of the file, as they stand there."""

    dated: date
    small: dict[str, float]
    calls: dict[str, Any]
    channels: dict[str, float]
    kinds: dict[str, float]
    levels: dict[str, list[float]]
    answering: dict[str, Any]
    settling: dict[str, Any]
    mediation: dict[str, Any]
    agencies: dict[str, Any]
    lawful: dict[str, float]
    visits: dict[str, Any]

    def of_small(self) -> Assumed:
        """The same district with the smaller share of life that the small demo lives."""
        share, backlog = self.small["share"], self.small["backlog"]
        return replace(
            self,
            calls=self.calls | {"a_day": self.calls["a_day"] * share},
            channels={name: rate * share if name in PER_DAY else rate for name, rate in self.channels.items()}
            | {"backlog": backlog},
            lawful=self.lawful | {"petitions": self.lawful["petitions"] * share},
        )

    def rate(self, on: date) -> float:
        """Calls to be expected on a day."""
        found = self.calls["a_day"] * self.calls["weekdays"][on.weekday()] * self.calls["months"][on.month - 1]
        return float(found)

    def lasts(self, step: str, chance: random.Random) -> float:
        """How long a step takes, in the unit of the file (minutes unless the name says otherwise)."""
        median, spread = self.answering[step]
        return float(median * math.exp(chance.gauss(0, spread)))

    def settles(self, kind: str, level: int, skill: float, load: int, *, second: bool) -> float:
        """The chance that this person settles it, 0 to 1."""
        table = self.settling
        return self.chance(table["second" if second else "spot"] + table["load"] * load, kind, level, skill)

    def chance(self, odds: float, kind: str, level: int, skill: float) -> float:
        """The chance of a settlement from its log-odds, what the type and the level add, and who tries."""
        table = self.settling
        return 1 / (1 + math.exp(-(odds + table["level"][level - 1] + table.get(kind, 0.0) + skill)))

    def number(self, rate: float, chance: random.Random) -> int:
        """How many come on a day of which `rate` are to be expected."""
        return _poisson(rate, chance)


def read(path: Path = SHIPPED) -> Assumed:
    """The file's assumptions. Raises ValueError or KeyError where a table is missing or a series has a wrong length."""
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    found = Assumed(**{name: told[name] for name in Assumed.__dataclass_fields__})
    for name, length in (("weekdays", 7), ("months", 12), ("hours", 24)):
        if len(found.calls[name]) != length:
            raise ValueError(f"calls.{name}: {length}")
    return found


def arrivals(assumed: Assumed, first: date, days: int, chance: random.Random) -> list[datetime]:
    """The moments of the calls of `days` days from `first` on, in their order."""
    found = []
    for on in (first + timedelta(days=n) for n in range(days)):
        for _ in range(_poisson(assumed.rate(on), chance)):
            hour = chance.choices(range(24), weights=assumed.calls["hours"])[0]
            found.append(datetime.combine(on, time(hour, chance.randrange(60), chance.randrange(60)), tzinfo=CHINA))
    return sorted(found)


def _poisson(mean: float, chance: random.Random) -> int:
    """Knuth's way; means here are below ten."""
    left, count = math.exp(-mean), 0
    product = chance.random()
    while product > left:
        count += 1
        product *= chance.random()
    return count
