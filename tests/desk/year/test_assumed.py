"""The assumptions and what is drawn from them: shape by day, season and hour; wordings that do not repeat."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from twinloop.desk.year import reports, tales
from twinloop.desk.year.assumed import SHIPPED, arrivals, read

YEAR = date(2022, 1, 1)


def test_a_year_of_calls_has_the_shape_of_the_file() -> None:
    assumed = read()
    found = arrivals(assumed, YEAR, 365, random.Random(1))
    expected = sum(assumed.rate(YEAR + timedelta(days=n)) for n in range(365))
    assert abs(len(found) - expected) < 4 * expected**0.5
    assert found == sorted(found)
    hours, months = Counter(at.hour for at in found), Counter(at.month for at in found)
    assert sum(hours[h] for h in (18, 19, 20)) > 5 * sum(hours[h] for h in (2, 3, 4))
    assert months[2] / 28 > months[11] / 30


def test_the_same_seed_draws_the_same_calls() -> None:
    drawn = [arrivals(read(), YEAR, 60, random.Random(seed)) for seed in (7, 7, 8)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_skill_helps_and_load_and_gravity_hinder() -> None:
    assumed = read()

    def chance(level: int = 3, skill: float = 0.0, load: int = 0, *, second: bool = False) -> float:
        return assumed.settles("B1", level, skill, load, second=second)

    assert chance(skill=1) > chance() > chance(skill=-1)
    assert chance() > chance(load=5)
    assert chance() > chance(level=2) > chance(level=1)
    assert chance(second=True) > chance()
    assert all(0 < assumed.settles(kind, 1, -2, 9, second=False) < 1 for kind in assumed.kinds)


def test_a_file_with_a_short_series_is_refused(tmp_path: Path) -> None:
    text = SHIPPED.read_text(encoding="utf-8").replace("weekdays = [0.95, ", "weekdays = [")
    path = tmp_path / "other.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="weekdays"):
        read(path)


def test_callers_do_not_sound_alike_and_are_marked() -> None:
    assumed, chance = read(), random.Random(3)
    kinds = chance.choices(list(assumed.kinds), weights=list(assumed.kinds.values()), k=1200)
    told = [tales.told(kind, "柳塘村", chance, again=chance.random() < 0.2) for kind in kinds]
    assert len({tale.text for tale in told}) / len(told) > 0.97
    assert len({tale.text[:8] for tale in told}) / len(told) > 0.4
    assert all(tale.text.endswith(tales.MARK) and tale.title.endswith(tales.MARK) for tale in told)
    lengths = sorted(len(tale.text) for tale in told)
    assert lengths[-120] > 1.6 * lengths[120]


@pytest.mark.parametrize("kind", list(read().kinds))
def test_every_type_of_quarrel_has_its_own_words(kind: str) -> None:
    chance = random.Random(kind)
    assert len({tales.told(kind, "石桥村", chance).focus for _ in range(200)}) >= 5


def test_reports_are_told_by_somebody_else_in_many_ways_and_marked():
    """A volunteer is no side of it: nobody speaks of his own wife, and few reports are alike."""
    chance = random.Random(8)
    kinds = list(read().kinds)
    told = [reports.told(kind, "柳塘村", chance) for kind in kinds * 30]
    assert all(tale.text.endswith(tales.MARK) and tale.title.endswith(tales.MARK) for tale in told)
    assert not [tale.text for tale in told if "我老" in tale.text or "我家" in tale.text]
    assert len({tale.text for tale in told}) > 0.95 * len(told)
    assert max(len(tale.title) for tale in told) <= 60


def test_the_small_demo_assumes_a_share_of_the_same_district():
    whole, small = read(), read().of_small()
    share = whole.small["share"]
    assert small.calls["a_day"] == whole.calls["a_day"] * share
    assert small.channels["patrols"] == whole.channels["patrols"] * share
    assert small.channels["patrol_dispute"] == whole.channels["patrol_dispute"]  # a chance is no rate
    assert (small.channels["backlog"], small.kinds) == (whole.small["backlog"], whole.kinds)
