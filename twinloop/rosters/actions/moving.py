"""What a click or a drag on the grid means: which cells come, which go."""

from __future__ import annotations

from datetime import date

from twinloop.rosters.actions.writing import Spot


def meant(
    cells: set[Spot], source: Spot | None, on: date | None, account: int | None, place: int | None
) -> tuple[set[Spot], set[Spot]]:  # fmt: skip
    """(put, drop). `source` onto a village's day keeps the person, onto a person's day keeps the village; where
    somebody stands already the two change places. Without a source the target is filled, without a target emptied."""
    if source is not None and on is None:
        return set(), {source}
    if on is None:
        return set(), set()
    if source is None:
        if account is None or place is None:
            return set(), set()
        return {Spot(on, account, place)}, {one for one in cells if (one.on, one.place) == (on, place)}
    return _moved(cells, source, on, account, place)


def _moved(
    cells: set[Spot], source: Spot, on: date, account: int | None, place: int | None
) -> tuple[set[Spot], set[Spot]]:  # fmt: skip
    if account is not None and place is None:
        there = next((one for one in cells if (one.on, one.account) == (on, account)), None)
        new, back = Spot(on, account, source.place), there and Spot(source.on, source.account, there.place)
    else:
        target = source.place if place is None else place
        there = next((one for one in cells if (one.on, one.place) == (on, target)), None)
        new = Spot(on, source.account if account is None else account, target)
        back = there and Spot(source.on, there.account, source.place)
    if there is None or there == source:
        return {new} - {source}, {source} - {new}
    assert back is not None
    return {new, back} - {source, there}, {source, there} - {new, back}
