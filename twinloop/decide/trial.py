"""One decision over a file, nothing stored: the runner behind ``twinloop try``.

Source: interfaces.md ('twinloop try'). One JSON object a line in, one out, same order; a line that cannot be read is
answered on its own line and the others go on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from twinloop.decide import Refused, clocks, gate, linkage, matching_trial, risk, sorting, words
from twinloop.decide.roster import trying as roster_trying
from twinloop.decide.trial_held import Held

LABELS = frozenset({"truth", "trap", "expect"})  # labelled files can be fed as they are

Line = Mapping[str, Any]
Answer = dict[str, Any]
Session = Callable[[Line, str], Answer]


class TrialRefusal(StrEnum):
    NOT_JSON = "not_json"
    UNKNOWN_KEY = "unknown_key"
    TWICE_KEY = "twice_key"
    MISSING_FIELD = "missing_field"
    BAD_FIELD = "bad_field"
    UNKNOWN_DECISION = "unknown_decision"


_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)?", re.ASCII)


def _moment(value: object, field: str) -> datetime:
    """Read an ISO 8601 moment; whether it has its offset is the core's own question."""
    try:
        if not isinstance(value, str) or not _MOMENT.fullmatch(value):
            raise ValueError
        return datetime.fromisoformat(value)
    except ValueError:
        raise Refused(TrialRefusal.BAD_FIELD, field=field) from None


def _code(codes: type[StrEnum], value: object, field: str) -> Any:
    try:
        return codes(str(value))
    except ValueError:
        raise Refused(TrialRefusal.BAD_FIELD, field=field) from None


def _facts(line: Line) -> Mapping[str, Any]:
    facts = line.get("facts")
    if facts is not None and not isinstance(facts, dict):
        raise Refused(TrialRefusal.BAD_FIELD, field="facts")
    return facts or {}


def _pauses(value: object) -> list[clocks.Pause]:
    pairs = [] if value is None else value
    if not isinstance(pairs, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
        raise Refused(TrialRefusal.BAD_FIELD, field="pauses")
    return [
        clocks.Pause(_moment(start, "pauses"), None if end is None else _moment(end, "pauses")) for start, end in pairs
    ]


def try_gate(line: Line, lang: str) -> Answer:
    track = _code(gate.Track, line["track"], "track")
    facts = gate.Facts.from_mapping(_facts(line))
    decision = gate.decide(track, facts, is_working=clocks.Calendar().is_working)
    reasons = [words.say(reason.code, lang, **reason.facts) for reason in decision.reasons]
    return {"allowed": decision.allowed, "articles": list(decision.articles), "reasons": reasons}


def try_clocks(line: Line, lang: str) -> Answer:
    code = _code(clocks.RuleCode, line["rule"], "rule")
    start = _moment(line["start"], "start")
    if start.tzinfo is None:
        raise Refused(clocks.ClockRefusal.NO_OFFSET, field="start")
    rule = clocks.rule_for(code, start.astimezone(clocks.CHINA).date(), clocks.RULES)
    due = clocks.due(rule, start, _pauses(line.get("pauses")), clocks.Calendar())
    return {
        "due": due.due_at and due.due_at.isoformat(),
        "warn_at": due.warn_at and due.warn_at.isoformat(),
    }


def _risk_words(reason: risk.Reason, lang: str) -> str:
    note = words.say(risk.RiskNote.FLOOR, lang, floor=reason.floor) if reason.floor else ""
    return words.say(reason.factor, lang, value=reason.value) + note


def try_risk(line: Line, lang: str) -> Answer:
    score = risk.score(risk.Facts.from_mapping(_facts(line)), _moment(line["at"], "at"))
    reasons = [
        {"factor": reason.factor, "points": reason.points, "words": _risk_words(reason, lang)}
        for reason in score.reasons
    ]
    return {
        "level": score.level,
        "points": score.points,
        "floor": score.floor,
        "expires_at": score.expires_at.isoformat(),
        "reasons": reasons,
    }


def begin_linkage() -> Session:
    """A session that remembers the lines before."""
    session = linkage.Session()

    def try_linkage(line: Line, lang: str) -> Answer:
        received = _moment(line["received_at"], "received_at")
        if type(line["text"]) is not str:
            raise Refused(TrialRefusal.BAD_FIELD, field="text")
        answer = session.add(linkage.Report.from_mapping(line, received))
        links = [
            {"to": link.to, "probability": round(link.probability, 4), "reasons": _signs(link.evidence, lang)}
            for link in answer.links
        ]
        return {"dispute": answer.dispute, "links": links}

    return try_linkage


def _signs(evidence: Iterable[linkage.Evidence], lang: str) -> list[str]:
    """The heaviest first, each with its bits: 电话相同（+9.0）."""
    ranked = sorted(evidence, key=lambda sign: (-abs(sign.bits), sign.code))
    return [f"{words.say(linkage.Sign(e.code), lang, **dict(e.facts))} ({e.bits:+.1f})" for e in ranked if e.bits]


def try_sorting(line: Line, lang: str) -> Answer:
    if not isinstance(line["text"], str):
        raise Refused(TrialRefusal.BAD_FIELD, field="text")
    found = sorting.sort(line["text"])
    return {
        "kind": found.kind,
        "type": found.type,
        "confidence": round(found.confidence, 4),
        "alternatives": [
            {"kind": other.label.kind, "type": other.label.type, "confidence": round(other.confidence, 4)}
            for other in found.alternatives
        ],
        "abstained": found.abstained,
        "reasons": sorting.told(found, lang),
        "flags": [flag.code.removeprefix("flag_") for flag in found.flags],
    }


class Decision:
    """A decision that can be tried: the keys of its lines, and ``begin``, which gives what answers them.

    ``begin`` is called once a file, so that a decision that remembers earlier lines (linkage) can keep them.
    ``when``: the field that carries the time, named when the calendar does not reach that far.
    ``batch``: lines that carry the same ``batch`` are judged together by one of these, once the last line is read.
    """

    def __init__(
        self,
        begin: Callable[[], Session],
        *,
        needs: frozenset[str],
        may: frozenset[str],
        when: str,
        batch: Callable[[], matching_trial.Batch] | None = None,
    ) -> None:
        self.begin = begin
        self.needs = needs | {"id"}
        self.known = self.needs | may | LABELS
        self.when = when
        self.batch = batch


DECISIONS: dict[str, Decision] = {
    "gate": Decision(lambda: try_gate, needs=frozenset({"track"}), may=frozenset({"facts"}), when="on"),
    "clocks": Decision(lambda: try_clocks, needs=frozenset({"rule", "start"}), may=frozenset({"pauses"}), when="start"),
    "linkage": Decision(
        begin_linkage,
        needs=frozenset({"received_at", "text"}),
        may=frozenset({"phone", "place_code", "address", "parties"}),
        when="received_at",
    ),
    "risk": Decision(lambda: try_risk, needs=frozenset({"at"}), may=frozenset({"facts"}), when="at"),
    "sorting": Decision(lambda: try_sorting, needs=frozenset({"text"}), may=frozenset(), when="text"),
    "matching": Decision(
        lambda: matching_trial.try_one,
        needs=frozenset({"call"}),
        may=frozenset({"people", "batch"}),
        when="call.at",
        batch=matching_trial.Batch,
    ),
    "roster": Decision(lambda: roster_trying.try_roster, needs=frozenset(), may=roster_trying.KEYS, when="start"),
}


def _no_constant(text: str) -> None:
    raise ValueError(text)  # NaN and Infinity are no JSON


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A key that stands twice would hide one of its two values."""
    read = dict(pairs)
    if len(read) < len(pairs):
        names = [name for name, _ in pairs]
        raise Refused(TrialRefusal.TWICE_KEY, key=next(name for name in names if names.count(name) > 1))
    return read


def _parse(text: str) -> Line:
    try:
        line = json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Refused(TrialRefusal.NOT_JSON, field="line") from None
    if not isinstance(line, dict):
        raise Refused(TrialRefusal.NOT_JSON, field="line")
    return line


def _check_keys(line: Line, decision: Decision) -> None:
    for key in line:
        if key not in decision.known:
            raise Refused(TrialRefusal.UNKNOWN_KEY, key=key)
    for field in sorted(decision.needs):
        if line.get(field) is None:
            raise Refused(TrialRefusal.MISSING_FIELD, field=field)
    if type(line["id"]) not in {str, int}:
        raise Refused(TrialRefusal.BAD_FIELD, field="id")


def _refusal(refused: Refused, when: str, line: int, lang: str) -> Answer:
    named = {name: refused.facts[name] for name in ("key", "field") if name in refused.facts} or {"field": when}
    return {**named, "line": line, "reason": words.say(refused.code, lang, **{"line": line, **refused.facts})}


def _answer(decision: Decision, session: Session, text: str, number: int, lang: str, held: Held) -> Answer | None:
    """The answer of a line; None where it waits for the rest of its batch."""
    line: Line = {}
    try:
        line = _parse(text)
        _check_keys(line, decision)
        if decision.batch is not None and line.get("batch") is not None:
            held.take(decision.batch, line)
            return None
        return {"id": line["id"], **session(line, lang)}
    except Refused as refused:
        refusal = refused
    except OverflowError:  # a date beyond the year 9999
        refusal = Refused(TrialRefusal.BAD_FIELD, field=decision.when)
    return {"id": line.get("id"), "refused": _refusal(refusal, decision.when, number, lang)}


def _lines(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    for number, text in enumerate(lines, start=1):
        stripped = text.lstrip("\ufeff").strip()
        if stripped:
            yield number, stripped


def run(decision: str, lines: Iterable[str], write: Callable[[str], None], *, lang: str = words.CHINESE) -> int:
    """Answer every line through ``write`` (one JSON text with its line end); 0, or 1 if any line was refused.

    Raises ``Refused(UNKNOWN_DECISION)`` before anything is read or written. Empty lines are passed over.
    """
    if decision not in DECISIONS:
        raise Refused(TrialRefusal.UNKNOWN_DECISION, decision=decision, known=tuple(DECISIONS))
    chosen, held = DECISIONS[decision], Held(write)
    session = chosen.begin()
    for number, text in _lines(lines):
        answer = _answer(chosen, session, text, number, lang, held)
        if answer is not None:
            held.put(answer)
    held.end(lang)
    return int(held.any_refused)
