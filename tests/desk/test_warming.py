"""A web process reads what the first report needs before anybody reports."""

from __future__ import annotations

from twinloop.decide.linkage import vocabulary
from twinloop.decide.sorting import model
from twinloop.desk import warming


def test_what_the_first_report_needs_is_read_beside_the_start() -> None:
    model.shipped.cache_clear()
    vocabulary.sound.cache_clear()
    warming.begin().join(60)
    assert model.shipped.cache_info().currsize == 1
    assert vocabulary.sound.cache_info().currsize == 1
