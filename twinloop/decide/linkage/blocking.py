"""A million reports at once: who may be of one quarrel is told by DuckDB, before any two reports are read.

Quarrels that share a rare key (a party's name or number, a door, a word), or a commoner one in the same township or
community, are paired. What a pair shares is weighed by how rare it is, with place and time, by the weights of the
comparison (Fellegi and Sunter, *A theory for record linkage*, JASA 64, 1969); whoever cannot come near the bits of one
quarrel is let go, and of the rest each quarrel keeps the few likeliest before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import log2
from typing import TYPE_CHECKING

from twinloop.decide.linkage.params import DEFAULTS, Params

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Pair = tuple[int, int]
BEHIND = 12  # quarrels behind a key that are all paired
WORDS = 12  # rarest pairs of characters of a quarrel, of those that stand in few and of those that stand in many
WORD_IN = 200, 200  # a word leads from one to another if it stands in so many, or in one of so many
EARLIER = 6  # quarrels that each is held against
SLACK = 8.0  # bits that the comparison may find beyond what is weighed here: matter, amount, day, people in the text
KNOWN_OTHERWISE = (
    6.0  # most bits of one side in one community where the other is written otherwise: may be 国华 of 钟国华
)
_WHAT, _WORD = 9.0, 5.0  # most bits of all words and of one, as in `comparing`
_USUAL = 2000  # quarrels that a key is counted among beyond those that are there: one of two is not yet rare
_DAY = 86_400_000_000  # microseconds

# `unit`: the dispute that a report belongs to, or stands for the report alone. `moment`: microseconds. `place` and
# `town`: 0 where not known. `keys` of a party, or (`id` below 0) of whoever reported: numbers and ways to write the
# name, divided by commas, the same for the same one
TABLES = """
CREATE TABLE report (id BIGINT, unit BIGINT, moment BIGINT, place BIGINT, town BIGINT, door VARCHAR, text VARCHAR);
CREATE TABLE party (id BIGINT, unit BIGINT, keys VARCHAR)
"""


def block(there: DuckDBPyConnection, params: Params = DEFAULTS) -> int:
    """Fill the table `pair` (`a`, `b`: units; `score`: bits) from `report` and `party`; how many pairs there are.

    The texts are gone afterwards.
    """
    for step in (_UNITS, _SIGNS, _WORDS, _BLOCKS, _MET, _PAIRS):
        there.execute(step.format_map(_given(params)))
    found = there.execute("SELECT count(*) FROM pair").fetchone()
    return int(found[0]) if found else 0


def _given(params: Params) -> dict[str, float]:
    join = params.join_from
    return {
        **params.scaled(), "who": params.factors.get("who", 1.0),
        "behind": BEHIND, "words": WORDS, "earlier": EARLIER, "what": _WHAT, "word": _WORD,
        "few": WORD_IN[0], "share": WORD_IN[1], "usual": _USUAL, "day": _DAY, "prior": params.prior,
        "one_side": params.most_one_side, "both": params.most_both_sides, "other": params.most_other_opponent,
        "known_otherwise": KNOWN_OTHERWISE,
        "least": log2(join / (1 - join)) / params.slope - SLACK,
    }  # fmt: skip


_UNITS = """
CREATE TABLE unit AS SELECT * FROM
    (SELECT unit, min(moment) AS first, max(moment) AS last, max(place) AS place, max(town) AS town,
        count(*) AS reports FROM report GROUP BY unit)
    LEFT JOIN (SELECT unit, count(*) AS people FROM party WHERE id > 0 GROUP BY unit) USING (unit)
"""
# whoever reported is mostly a party as well: a key counts for one of the two
_SIGNS = """
CREATE TABLE sign AS
SELECT unit, 1::UTINYINT AS kind, key, max(id) AS who FROM
    (SELECT id, unit, hash(unnest(string_split(keys, ','))) AS key FROM party WHERE keys <> '') GROUP BY unit, key
UNION ALL SELECT DISTINCT unit, 2::UTINYINT, hash(door, town), 0 FROM report WHERE door <> ''
"""
# of words as rare as one another the same ones at every run: by their hash, in one number with how rare they are, as a
# pair of numbers would be kept as text (beyond 4 GiB for a million)
_WORDS = """
CREATE TABLE said AS WITH spelt AS (SELECT unit, string_split(text, '') AS c FROM report)
    SELECT DISTINCT unit, unnest(list_transform(range(1, len(c)), lambda i: c[i] || c[i + 1])) AS word FROM spelt;
ALTER TABLE report DROP text;
CREATE TABLE word AS SELECT word, hash(word) AS key, count(*) AS n FROM said
    WHERE regexp_full_match(word, '[\u3400-\u9fff]{{2}}') GROUP BY word HAVING count(*) > 1;
INSERT INTO sign SELECT unit, 3,
        unnest(min_by(key, least(n, 4194303) * 1099511627776 + (key >> 24)::BIGINT, {words})), 0
    FROM said JOIN word USING (word) GROUP BY unit, n > {behind};
DROP TABLE said
"""
# a key that many share leads no further than the township, or the community
_BLOCKS = """
CREATE TABLE block AS
WITH counted AS (SELECT kind, key, count(*) AS n FROM sign GROUP BY kind, key HAVING count(*) > 1),
placed AS (SELECT s.unit, s.kind, c.n, s.key, s.who, u.town, u.place, u.last
    FROM sign s JOIN counted c USING (kind, key) JOIN unit u USING (unit)),
towns AS (SELECT kind, key, town, count(*) AS m FROM placed WHERE n > {behind} GROUP BY kind, key, town),
places AS (SELECT kind, key, town, place, count(*) AS m FROM placed
    SEMI JOIN (SELECT * FROM towns WHERE m > {behind}) USING (kind, key, town) WHERE n > {behind}
    GROUP BY kind, key, town, place)
SELECT p.unit, p.kind, p.n, p.who, p.last, CASE WHEN p.n <= {behind} THEN hash(p.kind, p.key)
    WHEN t.m <= {behind} THEN hash(p.kind, p.key, p.town) ELSE hash(p.kind, p.key, p.town, p.place) END AS block,
    CASE WHEN p.n <= {behind} THEN p.n WHEN t.m <= {behind} THEN t.m ELSE l.m END AS many
FROM placed p LEFT JOIN towns t USING (kind, key, town) LEFT JOIN places l USING (kind, key, town, place);
DROP TABLE sign
"""
# in a crowd each meets the three before it
_MET = """
CREATE TABLE met AS
WITH near AS (
    SELECT s.unit AS a, t.unit AS b, s.kind, s.n, s.who AS x, t.who AS y
    FROM block s JOIN block t ON s.block = t.block AND s.unit < t.unit WHERE s.many BETWEEN 2 AND {behind}),
crowd AS (
    SELECT unit, kind, n, who, unnest([lead(one, 1) OVER w, lead(one, 2) OVER w, lead(one, 3) OVER w]) AS next
    FROM (SELECT *, {{'unit': unit, 'who': who}} AS one FROM block
        WHERE many > {behind} AND (kind < 3 OR n <= greatest({few}, (SELECT count(*) FROM unit) / {share})))
    WINDOW w AS (PARTITION BY block ORDER BY last, unit))
SELECT * FROM near
UNION ALL SELECT least(unit, next.unit), greatest(unit, next.unit), kind, n,
    CASE WHEN unit < next.unit THEN who ELSE next.who END, CASE WHEN unit < next.unit THEN next.who ELSE who END
FROM crowd WHERE next IS NOT NULL;
DROP TABLE block
"""
# name, sound, number and tail of one person repeat one another: the rarest counts, and both sides are met only where
# two people of each are
_PAIRS = """
CREATE TABLE pair AS
WITH told AS (SELECT a, b, kind, x, y, log2(((SELECT count(*) FROM unit) + {usual}) / (n + 0.5)) AS w FROM met),
alike AS (SELECT a, b, max(w) FILTER (kind = 1) AS one, sum(w) FILTER (kind = 1) / 3 AS every,
    CASE WHEN bool_or(kind = 1) THEN 1 + (min(x) FILTER (kind = 1) <> max(x) FILTER (kind = 1)
        AND min(y) FILTER (kind = 1) <> max(y) FILTER (kind = 1))::INT ELSE 0 END AS matched,
    max(w) FILTER (kind = 2) AS door, avg(least({word}, w - 2)) FILTER (kind = 3) AS mean,
    count(*) FILTER (kind = 3) AS words FROM told GROUP BY a, b),
beside AS (SELECT alike.*, coalesce(u.place = v.place AND u.place > 0, false) AS here,
    u.place = 0 OR v.place = 0 AS unknown, u.town = v.town AS near,
    CASE WHEN (u.last, a) > (v.last, b) THEN a ELSE b END AS later,
    greatest(0, greatest(u.first, v.first) - least(u.last, v.last)) AS gap, least(u.people, v.people) AS people
    FROM alike JOIN unit u ON u.unit = a JOIN unit v ON v.unit = b)
SELECT a, b, {prior} + least(coalesce(greatest(one, every), 0) * {who} + coalesce(least({door_same}, door), 0)
        + CASE WHEN unknown THEN 0 WHEN here THEN {place_same} WHEN near THEN {place_township} ELSE {place_other} END,
        CASE WHEN matched > 1 THEN {both} WHEN coalesce(matched = 0 OR people < 2, true) THEN {one_side}
            WHEN here THEN {known_otherwise} ELSE {other} END)
    + CASE WHEN matched > 1 THEN {both_sides} ELSE 0 END
    + CASE WHEN words > 0 THEN least({what}, {term_scale} * mean * 4 * (1 - 0.75 ** words)) ELSE 0 END
    + CASE WHEN gap <= {day} / 12 THEN {gap_moment} WHEN gap <= {day} / 2 THEN {gap_hours}
        WHEN gap <= 4 * {day} THEN {gap_days} WHEN gap <= 30 * {day} THEN {gap_weeks}
        WHEN gap <= 120 * {day} THEN {gap_months} WHEN gap <= 300 * {day} THEN {gap_half_year}
        ELSE {gap_years} END AS score
FROM beside WHERE score >= {least}
QUALIFY row_number() OVER (PARTITION BY later ORDER BY score DESC, a, b) <= {earlier};
DROP TABLE met
"""


def joined(pairs: Iterable[Pair], most: int | None = None) -> list[list[int]]:
    """Whatever hangs together, each group sorted, the groups by their first.

    ``most``: a pair that would make a group of more is left out; so the strongest should come first.
    """
    root: dict[int, int] = {}
    size: dict[int, int] = {}
    for a, b in pairs:
        one, two = sorted((_top(root, a), _top(root, b)))
        both = size.get(one, 1) + size.get(two, 1)
        if one != two and (most is None or both <= most):
            root[two], size[one] = one, both
    groups: dict[int, list[int]] = {}
    for unit in sorted(root):
        groups.setdefault(_top(root, unit), []).append(unit)
    return list(groups.values())


def packs(pairs: Iterable[Pair], most: int) -> Iterator[list[Pair]]:
    """The pairs in packs that name at most ``most`` (at least 2) each, those that hang together in one where possible.

    What reads a report for a pack reads it for many pairs; a pair that would have made a pack too large waits for the
    next round.
    """
    left = list(pairs)
    while left:
        root: dict[int, int] = {}
        size: dict[int, int] = {}
        held: dict[int, list[Pair]] = {}
        over: list[Pair] = []
        for pair in left:
            one, two = _top(root, pair[0]), _top(root, pair[1])
            if one != two:
                both = size.get(one, 1) + size.get(two, 1)
                if both > most:
                    over.append(pair)
                    continue
                if len(held.get(one, ())) < len(held.get(two, ())):
                    one, two = two, one
                root[two] = one
                size[one] = both
                held.setdefault(one, []).extend(held.pop(two, ()))
            held.setdefault(one, []).append(pair)
        yield from _filled(held, size, most)
        left = over


def _filled(held: dict[int, list[Pair]], size: dict[int, int], most: int) -> Iterator[list[Pair]]:
    """Small heaps together, as asking for each alone would take longer than reading it."""
    pack: list[Pair] = []
    named = 0
    for top, heap in held.items():
        if pack and named + size.get(top, 1) > most:
            yield pack
            pack, named = [], 0
        pack = [*pack, *heap] if pack else heap
        named += size.get(top, 1)
    if pack:
        yield pack


def _top(root: dict[int, int], unit: int) -> int:
    while (above := root.setdefault(unit, unit)) != unit:
        root[unit] = unit = root[above]
    return unit
