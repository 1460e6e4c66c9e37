"""Told at a glance: nobody of one report is anybody of the other, as of most that only share words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from twinloop.decide.linkage import names, numbers

if TYPE_CHECKING:
    from twinloop.decide.linkage.profiles import Side


class People(NamedTuple):
    """By what people who are all named in full would be met again.

    `wholes`: two names written as a given one (卫平); `parts`: of each that without which no text names them, and
    their surname.
    """

    sounds: frozenset[str]
    givens: frozenset[str]
    wholes: frozenset[str]
    ids: tuple[str, ...]
    parts: tuple[tuple[str, str], ...]


def people(sides: Sequence[Side]) -> People | None:
    """None where somebody is named otherwise: 陈某, 小颜, a firm, a flat."""
    said = [side.name for side in sides]
    sounds = frozenset(map(names.full_sound, said))
    if "" in sounds:
        return None
    return People(
        sounds,
        frozenset([name.given for name in said]),
        frozenset([name.other for name in said if name.other]),
        tuple([side.id_number for side in sides if side.id_number]),
        tuple(map(_parts, said)),
    )


def _parts(name: names.Name) -> tuple[str, str]:
    return (name.given if len(name.given) > 1 else name.other or name.surname + name.given), name.surname


def are_strangers(one: People, two: People, texts: tuple[str, str]) -> bool:
    """No two of them agree in name or number, and neither report's text names anybody of the other.

    So `sides.compare` finds nobody in both, and everybody to be somebody else.
    """
    return (
        one.sounds.isdisjoint(two.sounds)
        and one.wholes.isdisjoint(two.givens)
        and two.wholes.isdisjoint(one.givens)
        and not (_are_named(one.parts, texts[1]) or _are_named(two.parts, texts[0]))
        and all(numbers.level(a, b) is numbers.NumberLevel.DIFFERENT for a in one.ids for b in two.ids)
    )


def _are_named(parts: Iterable[tuple[str, str]], text: str) -> bool:
    """Whether a text may name one of them: in full, by the given name, or as 陈某, 陈老板."""
    for part, surname in parts:
        if part in text or (surname in text and any(called in text for called in names.called(surname))):
            return True
    return False
