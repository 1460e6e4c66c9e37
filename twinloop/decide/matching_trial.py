"""`twinloop try matching`: reads a line's call and people, answers with the ranked list, assigns a batch together.

Facts may be missing: unknown duty bars, unknown kinship bars nobody, an unknown type or place gives no points.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from twinloop.decide import Refused, words
from twinloop.decide.matching import FORBIDDEN, Call, MatchRefusal, Person, Ranking, Reason, Short, Shortfall, rank
from twinloop.decide.matching_joint import assign, check_ids

_TYPE = re.compile(r"[A-D][1-3]")
_PLACE = re.compile(r"\d{12}", re.ASCII)
CALL_KEYS = frozenset({"type", "place_code", "at", "parties", "level", "needs_sworn", "minors", "elders", "dialect"})
PERSON_KEYS = frozenset(
    {"id", "skills", "traits", "communities", "on_duty", "load", "handled", "related_to"}
    | {"absent", "sworn", "scope", "capacity", "recent", "knows"}
)


def _bad(field: str) -> Refused:
    return Refused(MatchRefusal.BAD, field=field)


def _checked(raw: object, keys: frozenset[str], field: str) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise _bad(field)
    for key in raw:
        if key in FORBIDDEN:
            raise Refused(MatchRefusal.FORBIDDEN, key=key)
        if key not in keys:
            raise Refused(MatchRefusal.UNKNOWN, key=key)
    return {key: value for key, value in raw.items() if value is not None}


def _ids(value: object, field: str) -> frozenset[str]:
    if not isinstance(value, list) or any(type(one) not in {str, int} for one in value):
        raise _bad(field)
    return frozenset(str(one) for one in value)


def _places(value: object, field: str) -> frozenset[str]:
    found = _ids(value, field)
    if not all(_PLACE.fullmatch(code) for code in found):
        raise _bad(field)
    return found


def _flag(row: Mapping[str, Any], name: str) -> bool | None:
    value = row.get(name)
    if value is not None and not isinstance(value, bool):
        raise _bad(name)
    return value


def _count(row: Mapping[str, Any], name: str, default: int | None) -> int | None:
    value = row.get(name, default)
    if value is not None and (type(value) is not int or not 0 <= value <= 10_000):
        raise _bad(name)
    return value


def _at(value: object) -> datetime:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        at = None
    if at is None:
        raise _bad("call.at")
    if at.tzinfo is None:
        raise Refused(MatchRefusal.NO_OFFSET, field="call.at")
    return at


def read_call(raw: object, number: object) -> Call:
    """A call as a line gives it. Raises ``Refused`` naming ``key`` or ``field``."""
    row = _checked(raw, CALL_KEYS, "call")
    if "at" not in row:
        raise Refused(MatchRefusal.MISSING, field="call.at")
    kind, place = row.get("type", ""), row.get("place_code", "")
    if kind != "" and not (isinstance(kind, str) and _TYPE.fullmatch(kind)):
        raise _bad("call.type")
    if place != "" and not (isinstance(place, str) and _PLACE.fullmatch(place)):
        raise _bad("call.place_code")
    level = row.get("level", 3)
    if type(level) is not int or level not in {1, 2, 3}:
        raise _bad("call.level")
    return Call(
        id=str(number), at=_at(row["at"]), type=kind, place=place, level=level,
        parties=_ids(row.get("parties", []), "call.parties"),
        needs_sworn=bool(_flag(row, "needs_sworn")), minors=bool(_flag(row, "minors")),
        elders=bool(_flag(row, "elders")), dialect=bool(_flag(row, "dialect")),
    )  # fmt: skip


def _skills(value: object) -> Mapping[str, int]:
    """["B1"] or {"B1": 3}; a list says nothing of the grade, which is then the lowest."""
    graded = dict.fromkeys(value, 1) if isinstance(value, list) else value
    if not isinstance(graded, dict) or any(not _TYPE.fullmatch(str(code)) for code in graded):
        raise _bad("skills")
    if any(type(grade) is not int or not 1 <= grade <= 3 for grade in graded.values()):
        raise _bad("skills")
    return MappingProxyType(dict(graded))


def _handled(value: object) -> tuple[Mapping[str, tuple[int, int]], frozenset[str]]:
    """{"B1": [11, 10]} or {"B1": {"handled": 11, "settled": 10}}; a bare number does not say how it ended.

    A key that is no type is a party met before.
    """
    if not isinstance(value, dict):
        raise _bad("handled")
    figures: dict[str, tuple[int, int]] = {}
    for code, said in value.items():
        if not _TYPE.fullmatch(code):
            continue
        pair = [said.get("handled"), said.get("settled")] if isinstance(said, dict) else said
        if type(pair) is int and pair >= 0:
            continue
        if not isinstance(pair, list) or len(pair) != 2 or any(type(n) is not int for n in pair):
            raise _bad("handled")
        if not 0 <= pair[1] <= pair[0]:
            raise _bad("handled")
        figures[code] = (pair[0], pair[1])
    met = frozenset(code for code in value if not _TYPE.fullmatch(code))
    return MappingProxyType(figures), met


def read_person(raw: object) -> Person:
    row = _checked(raw, PERSON_KEYS, "people")
    if type(row.get("id")) not in {str, int}:
        raise Refused(MatchRefusal.MISSING, field="people.id")
    traits = _ids(row.get("traits", []), "traits")
    if ruled_out := sorted(traits & FORBIDDEN):
        raise Refused(MatchRefusal.FORBIDDEN, key=ruled_out[0])
    handled, met = _handled(row.get("handled", {}))
    load, recent = _count(row, "load", 0), _count(row, "recent", 0)
    return Person(
        id=str(row["id"]), on_duty=_flag(row, "on_duty"), absent=bool(_flag(row, "absent")),
        sworn=_flag(row, "sworn"), skills=_skills(row.get("skills", [])), traits=traits,
        communities=_places(row.get("communities", []), "communities"),
        scope=_places(row["scope"], "scope") if "scope" in row else None,
        load=load or 0, capacity=_count(row, "capacity", None), handled=handled, recent=recent or 0,
        related_to=_ids(row.get("related_to", []), "related_to"), knows=_ids(row.get("knows", []), "knows") | met,
    )  # fmt: skip


def read_people(raw: object) -> tuple[Person, ...]:
    if not isinstance(raw, list):
        raise _bad("people")
    people = tuple(read_person(row) for row in raw)
    check_ids((), people)
    return people


def reason_words(reason: Reason, lang: str) -> str:
    """One fact with its figures."""
    return words.say(reason.merit, lang, **reason.facts)


def short_words(short: Short, lang: str) -> str:
    return words.say(short.code, lang, **short.facts)


def answer(ranking: Ranking, lang: str) -> dict[str, Any]:
    return {
        "ranked": [
            {
                "id": one.id,
                "score": one.score,
                "reasons": [
                    {"factor": r.merit.removeprefix("merit_"), "points": r.points, "words": reason_words(r, lang)}
                    for r in one.reasons
                ],
            }
            for one in ranking.people
        ],
        "barred": [{"id": row.id, "reasons": [words.say(bar, lang) for bar in row.bars]} for row in ranking.barred],
        "shortfalls": [short_words(short, lang) for short in ranking.shortfalls],
    }


def try_one(line: Mapping[str, Any], lang: str) -> dict[str, Any]:
    if line.get("people") is None:
        raise Refused(MatchRefusal.MISSING, field="people")
    return answer(rank(read_call(line["call"], line["id"]), read_people(line["people"])), lang)


class Batch:
    """Lines that are assigned together: each is checked as it comes, all are answered when the last has been read."""

    def __init__(self) -> None:
        self.people: tuple[Person, ...] | None = None
        self.calls: list[Call] = []

    def take(self, line: Mapping[str, Any]) -> None:
        """Raises ``Refused`` for a line that cannot be read, names other people than the first, or uses an id again."""
        call, raw = read_call(line["call"], line["id"]), line.get("people")
        if raw is None and self.people is None:
            raise Refused(MatchRefusal.MISSING, field="people")
        people = self.people if raw is None else read_people(raw)
        assert people is not None
        if self.people is not None and sorted(people, key=_by_id) != sorted(self.people, key=_by_id):
            raise Refused(MatchRefusal.OTHER_PEOPLE, field="people")
        check_ids((*self.calls, call), ())
        self.people = people
        self.calls.append(call)

    def answers(self, lang: str) -> Sequence[dict[str, Any]]:
        """One a line taken, in their order."""
        people = self.people or ()
        found = []
        for call, given in zip(self.calls, assign(self.calls, people).calls, strict=True):
            said = answer(rank(call, people), lang)
            if not given.who and said["ranked"]:
                said["shortfalls"].append(words.say(Shortfall.LEFT_WAITING, lang))
            found.append({"assigned": given.who or None, **said})
        return found


def _by_id(person: Person) -> str:
    return person.id
