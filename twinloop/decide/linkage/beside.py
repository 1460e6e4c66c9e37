"""One report beside the earlier ones that a search has brought: as `Session` would say, remembering none of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from twinloop.decide.linkage.facts import Report
from twinloop.decide.linkage.keying import few_keys, worth_of_words
from twinloop.decide.linkage.params import DEFAULTS, Params
from twinloop.decide.linkage.profiles import Background, Profile, profile
from twinloop.decide.linkage.session import COMPARED, LEAST_SHARED, Link, Prepared, Quarrel, best, bits_of, merged


def judge(
    report: Report,
    earlier: Sequence[tuple[Prepared, str]],
    *,
    known: Background,
    params: Params = DEFAULTS,
    compared: int = COMPARED,
    least: float = 0.0,
) -> list[Link]:
    """The best member of every quarrel among `earlier` (oldest first, each with the label of its quarrel).

    Only the `compared` reports that share the rarest keys are compared. The answer is that of a `Session` that was told
    to `remember` each of them; this one takes a hundredth of the time, as it builds no index for one question.
    Links below the probability `least` may be missing.
    """
    item = profile(report)
    shared = _shared(item, [ready for ready, _label in earlier], known)
    chosen = [index for index in range(len(earlier)) if shared[index] > LEAST_SHARED]
    chosen.sort(key=lambda index: (-shared[index], -index))
    quarrels = _quarrels(earlier, {earlier[index][1] for index in chosen[:compared]})
    calls, needed = _calls(item, earlier), bits_of(least, params)
    last = {label: earlier[quarrel.members[-1]][0].item.at for label, quarrel in quarrels.items()}
    return best(
        quarrels[label].link(item, ready.item, last[label], calls, known, params, needed)
        for ready, label in (earlier[index] for index in chosen[:compared])
    )


def _shared(item: Profile, others: Sequence[Prepared], known: Background) -> list[float]:
    """What the keys weigh that a report has in common with each other. Words, which are most of them, by their sets."""
    worth: dict[str, float] = defaultdict(float)
    for key, weight in few_keys(item):
        worth[key] += weight
    words = {term: weight for term, weight in worth_of_words(item, known).items() if weight}
    terms, of_key, of_word, is_shared = frozenset(words), worth.__getitem__, words.__getitem__, worth.__contains__
    return [
        sum(map(of_key, filter(is_shared, other.keys)), sum(map(of_word, terms & other.item.story.terms)))
        for other in others
    ]


def _quarrels(earlier: Sequence[tuple[Prepared, str]], labels: set[str]) -> dict[str, Quarrel]:
    """What a comparison asks of the quarrels of `labels`, from all their reports."""
    found = {label: Quarrel(label) for label in labels}
    for index, (ready, label) in enumerate(earlier):
        if (quarrel := found.get(label)) is not None:
            quarrel.sides = merged(quarrel.sides, ready.item.sides) if quarrel.members else ready.sides
            quarrel.members.append(index)
            quarrel.counted.matters |= ready.item.story.matters
            quarrel.counted.sure |= ready.item.story.sure
    return found


def _calls(item: Profile, earlier: Sequence[tuple[Prepared, str]]) -> dict[str, set[str]]:
    """Of each telephone of the report: the quarrels that it reported before."""
    found: dict[str, set[str]] = {phone: set() for phone in item.phones}
    for ready, label in earlier:
        for phone in item.phones & ready.item.phones:
            found[phone].add(label)
    return found
