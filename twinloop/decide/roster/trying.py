"""`twinloop try roster` and `twinloop roster`: a problem read out of JSON, the answer written as JSON.

The schema stands in docs/methods/roster.md. Unknown keys are refused by name; what is missing is empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any, TypeVar

from twinloop.decide import Refused, words
from twinloop.decide.roster.cells import Broken
from twinloop.decide.roster.codes import RosterProof, RosterRefusal
from twinloop.decide.roster.facts import DEFAULTS, History, Params, Person, Problem, Shift, Stop, Village
from twinloop.decide.roster.planning import Plan, solve
from twinloop.decide.roster.repairing import Move, repair
from twinloop.decide.roster.turns import Line, LinePlan, Unit, turns

KEYS = frozenset({"posts", "people", "rules", "start", "weeks", "holidays", "fixed", "old", "since", "lines"}
                 | {"seconds", "gap", "seed"})  # fmt: skip
T = TypeVar("T")


def _bad(field: str) -> Refused:
    return Refused(RosterRefusal.BAD, field=field)


def _row(raw: object, field: str, keys: frozenset[str]) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise _bad(field)
    for key in raw:
        if key not in keys:
            raise Refused(RosterRefusal.UNKNOWN_KEY, key=f"{field}.{key}")
    return {key: value for key, value in raw.items() if value is not None}


def _list(value: object, field: str, read: Callable[[object, str], T]) -> list[T]:
    if not isinstance(value, list):
        raise _bad(field)
    return [read(one, field) for one in value]


def _name(value: object, field: str) -> str:
    if type(value) not in {str, int} or value == "":
        raise _bad(field)
    return str(value)


def _day(value: object, field: str) -> date:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else date.fromisoformat("")
    except ValueError:
        raise _bad(field) from None


def _number(value: object, field: str, most: float = 100_000) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise _bad(field)
    return value


def _count(value: object, field: str) -> int:
    if type(value) is not int or not 0 <= value <= 10_000:
        raise _bad(field)
    return value


def _weekday(value: object, field: str) -> int:
    """1 is Monday, 7 Sunday, as in ISO 8601."""
    if type(value) is not int or not 1 <= value <= 7:
        raise _bad(field)
    return value - 1


def _table(value: object, field: str, read: Callable[[object, str], T]) -> dict[str, T]:
    if not isinstance(value, dict):
        raise _bad(field)
    return {key: read(one, field) for key, one in value.items()}


def _history(value: object, field: str) -> History:
    row = _row(value, field, frozenset({"days", "weekends", "holidays"}))
    return History(**{key: _count(one, field) for key, one in row.items()})


def _set(read: Callable[[object, str], T]) -> Callable[[object, str], frozenset[T]]:
    return lambda value, field: frozenset(_list(value, field, read))


_PERSON: Mapping[str, Callable[[object, str], Any]] = {
    "id": _name, "leave": _set(_day), "busy": _set(_day), "rest": _set(_weekday), "barred": _set(_name),
    "wish_off": _set(_day), "wish_villages": _set(_name), "worked": _set(_day), "history": _history,
    "days_a_week": _count, "distance": lambda value, field: _table(value, field, _number),
    "known": lambda value, field: _table(value, field, _count),
}  # fmt: skip
_UNIT: Mapping[str, Callable[[object, str], Any]] = {
    "id": _name, "weekdays": _set(_weekday), "away": _set(_day), "wish_off": _set(_day), "history": _history,
    "last": _day,
}  # fmt: skip


def _person(raw: object, field: str) -> Person:
    row = _row(raw, field, frozenset(_PERSON))
    return Person(**{key: _PERSON[key](one, f"{field}.{key}") for key, one in {"id": None, **row}.items()})


def _unit(raw: object, field: str) -> Unit:
    row = _row(raw, field, frozenset(_UNIT))
    return Unit(**{key: _UNIT[key](one, f"{field}.{key}") for key, one in {"id": None, **row}.items()})


def _village(raw: object, field: str) -> Village:
    if not isinstance(raw, dict):
        return Village(_name(raw, field))
    row = _row(raw, field, frozenset({"id", "days"}))
    return Village(_name(row.get("id"), f"{field}.id"), _count(row.get("days", 2), f"{field}.days"))


def _shift(raw: object, field: str) -> Shift:
    row = _row(raw, field, frozenset({"on", "village", "person"}))
    return Shift(_day(row.get("on"), field), _name(row.get("village"), field), _name(row.get("person"), field))


def _line(raw: object, field: str) -> Line:
    """`every` "day" (working days: give `days`) or "week"; `from` and `to` where `days` are not given."""
    row = _row(raw, field, frozenset({"id", "units", "every", "from", "to", "days", "needed", "gap"}))
    if "days" in row:
        days = sorted(set(_list(row["days"], f"{field}.days", _day)))
    else:
        first, last = _day(row.get("from"), f"{field}.from"), _day(row.get("to"), f"{field}.to")
        if not 0 <= (last - first).days < 800:
            raise _bad(f"{field}.to")
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    if row.get("every", "day") not in {"day", "week"}:
        raise _bad(f"{field}.every")
    slots: dict[tuple[int, ...], list[date]] = {}
    for on in days:
        slots.setdefault(tuple(on.isocalendar()[: 2 if row.get("every") == "week" else 3]), []).append(on)
    units = tuple(_list(row.get("units"), f"{field}.units", _unit))
    counts = {key: _count(row.get(key, 1), f"{field}.{key}") for key in ("needed", "gap")}
    return Line(_name(row.get("id"), field), units, tuple(tuple(slot) for slot in slots.values()), **counts)


def params_of(raw: object) -> Params:
    """The rules of a line over the shipped ones."""
    row = _row(raw if raw is not None else {}, "rules", frozenset(one.name for one in fields(Params)))
    return replace(DEFAULTS, **row)


def problem_of(line: Mapping[str, Any]) -> Problem:
    """Raises ``Refused`` naming the key or the field."""
    return Problem(
        _day(line.get("start"), "start"),
        _count(line.get("weeks", 4), "weeks"),
        tuple(_list(line.get("people"), "people", _person)),
        tuple(_list(line.get("posts"), "posts", _village)),
        frozenset(_list(line.get("holidays") or [], "holidays", _day)),
        frozenset(_list(line.get("fixed") or [], "fixed", _shift)),
    )


def try_roster(line: Mapping[str, Any], lang: str = words.CHINESE) -> dict[str, Any]:
    """One problem: a roster of posts (`posts`), or its repair (`old`, `since`), and lines of turns (`lines`)."""
    if line.get("posts") is None and line.get("lines") is None:
        raise _bad("posts")
    params, seed = params_of(line.get("rules")), _count(line.get("seed", 1), "seed")
    stop = Stop(_number(line.get("seconds", 20), "seconds", 3600) or 1.0, _number(line.get("gap", 0.005), "gap", 1))
    answer: dict[str, Any] = {}
    if line.get("posts") is not None:
        problem = problem_of(line)
        if line.get("old") is None:
            answer |= _plan(solve(problem, stop, seed, params), lang)
        else:
            mended = repair(problem, _list(line["old"], "old", _shift), _day(line.get("since"), "since"), stop, seed,
                            params)  # fmt: skip
            moves = [_move(move, lang) for move in mended.moves]
            answer |= _plan(mended.plan, lang) | {"moves": moves, "changes": mended.changes, "told": mended.told}
    if line.get("lines") is not None:
        holidays = frozenset(_list(line.get("holidays") or [], "holidays", _day))
        made = [(one, turns(one, holidays, stop, seed, params)) for one in _list(line["lines"], "lines", _line)]
        answer["turns"] = [_turns(one, plan, lang) for one, plan in made]
    return answer


def _broken(found: Iterable[Broken], lang: str) -> list[dict[str, Any]]:
    return [
        {"rule": one.rule, "person": one.person, "village": one.village, "on": one.on and one.on.isoformat(),
         "lacks": one.lacks, "words": words.say(one.rule, lang)} for one in found
    ]  # fmt: skip


def _proof(proof: RosterProof, gap: float, lang: str) -> dict[str, Any]:
    return {"proof": proof, "gap": round(gap, 6), "proven": words.say(proof, lang, gap=f"{gap:.1%}")}


def _plan(plan: Plan, lang: str) -> dict[str, Any]:
    return {
        "shifts": [{"on": one.on.isoformat(), "village": one.village, "person": one.person} for one in plan.shifts],
        "holds": plan.holds,
        **_proof(plan.proof, plan.gap, lang),
        "cost": round(plan.cost, 3),
        "broken": _broken(plan.broken, lang),
        "clashes": [
            {"village": one.village, "week": one.week.isoformat(), "lacks": one.lacks,
             "against": [{"rule": rule, "words": words.say(rule, lang), "people": who} for rule, who in one.against]}
            for one in plan.clashes
        ],
        "relax": [
            {"rule": one.rule, "person": one.person, "village": one.village, "on": one.on.isoformat(),
             "words": words.say(one.rule, lang)} for one in plan.relax
        ],
        "loads": [
            {"person": one.person, "days": one.days, "weekends": one.weekends, "holidays": one.holidays,
             "villages": one.villages, "reasons": [words.say(r.code, lang, **r.facts) for r in one.reasons]}
            for one in plan.loads
        ],
    }  # fmt: skip


def _move(move: Move, lang: str) -> dict[str, Any]:
    return {
        "person": move.person, "on": move.on.isoformat(), "before": move.before or None, "after": move.after or None,
        "why": move.why, "words": words.say(move.why, lang, **move.facts),
    }  # fmt: skip


def _turns(line: Line, plan: LinePlan, lang: str) -> dict[str, Any]:
    return {
        "line": plan.line,
        "turns": [{"from": line.slots[one.slot][0].isoformat(), "to": line.slots[one.slot][-1].isoformat(),
                   "unit": one.unit} for one in plan.turns],
        **_proof(plan.proof, plan.gap, lang),
        "broken": _broken(plan.broken, lang),
        "kept_out": [
            {"from": line.slots[number][0].isoformat(), "unit": unit, "rule": rule, "words": words.say(rule, lang)}
            for number, found in plan.kept_out.items() for unit, rule in found
        ],
        "loads": [
            {"unit": one.unit, "turns": one.turns, "weekends": one.weekends, "holidays": one.holidays,
             "wishes_missed": one.wishes_missed} for one in plan.loads
        ],
    }  # fmt: skip
