"""Under what a report is found again: keys that two reports of one quarrel are likely to share."""

from __future__ import annotations

from collections.abc import Iterator
from sys import intern

from twinloop.decide.linkage import names, numbers, vocabulary
from twinloop.decide.linkage.profiles import Background, Profile

_WORDS_KEPT = 65_536


def bare(item: Profile) -> tuple[str, ...]:
    """`few_keys` without what they are worth, as strings that all reports share, for thousands are kept."""
    return tuple([intern(key) for key, _ in few_keys(item)])


def word_keys(item: Profile) -> Iterator[str]:
    """The others: those of the words."""
    return map(_WORD_KEYS.__getitem__, item.story.terms)


class _WordKeys(dict[str, str]):
    """The key of a term; most have been met before."""

    def __missing__(self, term: str) -> str:
        if len(self) >= _WORDS_KEPT:
            self.clear()
        self[term] = found = intern(f"w{term}")
        return found


_WORD_KEYS = _WordKeys()


def keys(item: Profile, known: Background | None) -> Iterator[tuple[str, float]]:
    """Under what a report is found, and how much the key alone is worth (of words: nothing where `known` is None)."""
    yield from few_keys(item)
    for term, weight in worth_of_words(item, known).items():
        yield _WORD_KEYS[term], weight


def few_keys(item: Profile) -> Iterator[tuple[str, float]]:
    """All but the words: numbers, names, places, firms, matters."""
    yield from _number_keys(item)
    for side in item.sides:
        yield from _name_keys(side.name, item.report.place_code)
    yield from _place_keys(item)
    for found in item.organisations:
        yield f"o{found.core[-2:]}", 2.0
    for matter in item.story.matters:
        yield f"m{item.report.place_code}{matter}", 1.0


def worth_of_words(item: Profile, known: Background | None) -> dict[str, float]:
    """How much each word is worth as a key: the rarer, the more."""
    terms = item.story.terms
    if known is None:
        return dict.fromkeys(terms, 0.0)
    rarities = known.rarities(terms)
    return {t: exact((r - 4) / 4) if r > 4 else 0.0 for t, r in zip(terms, rarities, strict=True)}


def exact(weight: float) -> float:
    """To a millionth, as a binary fraction: sums of such weights are the same in whatever order they are added.

    Words are kept in sets, whose order is another in each process: of two earlier reports that share as much, it would
    say which one is compared.
    """
    return round(weight * 2**20) / 2**20


_TOWNSHIP = exact(0.3)


def _number_keys(item: Profile) -> Iterator[tuple[str, float]]:
    for phone in item.phones:
        yield f"p{phone}", 9.0
        for blurred in numbers.blurred(phone):
            yield f"q{blurred}", 1.5
    for number in filter(None, (side.id_number for side in item.sides)):
        yield f"i{number}", 9.0
        for blurred in numbers.blurred(number):
            yield f"j{blurred}", 1.0


def _place_keys(item: Profile) -> Iterator[tuple[str, float]]:
    place = item.report.place_code
    if place:
        yield f"l{place}", 1.0
    yield f"t{place[:9]}", _TOWNSHIP
    if item.address.village:
        yield f"v{item.address.village}", 1.0
    for pair in sorted(item.site):
        yield f"s{pair}", 1.0


def _name_keys(name: names.Name, place: str) -> Iterator[tuple[str, float]]:
    for given in (name.given, name.other):
        if len(given) > 1:
            yield "g" + "".join(vocabulary.sounds(given)), 4.0
    if name.is_full:
        yield "n" + "".join(vocabulary.sounds(name.surname + name.given)), 5.0
    if name.surname:
        yield f"f{vocabulary.sound(name.surname)}{place}", 2.0
    if name.firm:
        yield "c" + names.firm_core(name.firm)[-2:], 3.0
    if name.unit:
        yield f"u{name.unit}{place}", 2.0
