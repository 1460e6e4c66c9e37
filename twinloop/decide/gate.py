"""May this be mediated at all, on which track, by whom, under which article.

Source: 公安机关办理行政案件程序规定 (程序规定) 52, 178, 179, 181, 183, 186; 治安管理处罚法 9; 人民调解法 2, 17, 25;
反家庭暴力法 15-17, 23; domain.md section 3 'Mediation gate' and 'Domestic violence'; guardrails 3 and 4 of mission.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from twinloop.decide.gate_codes import (
    DEFAULTS,
    Decision,
    Fact,
    Facts,
    GateReason,
    GateRefusal,
    Lead,
    Nature,
    Params,
    Reason,
    Relation,
    Track,
)

__all__ = [
    "DEFAULTS",
    "Decision",
    "Fact",
    "Facts",
    "GateReason",
    "GateRefusal",
    "Lead",
    "Nature",
    "Params",
    "Reason",
    "Relation",
    "Track",
    "decide",
]

WorkingDay = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class _Case:
    facts: Facts
    params: Params
    is_working: WorkingDay


def _bar(code: GateReason, *articles: str) -> Reason:
    return Reason(code, articles, bars=True)


def _unknown(fact: Fact, *articles: str) -> Reason:
    return Reason(GateReason.UNKNOWN, articles, bars=True, fact=fact)


# --- police track ---------------------------------------------------------------------------------------------------

_OUTSIDE = {
    Nature.CRIMINAL: (
        _bar(GateReason.CRIMINAL, "治安管理处罚法 9", "程序规定 178"),
        Reason(GateReason.REPORT_CRIME),
    ),
    Nature.CIVIL: (
        _bar(GateReason.NO_OFFENCE, "程序规定 178 第2款"),
        Reason(GateReason.TO_PEOPLE, ("程序规定 178 第2款",)),
    ),
}

_SAFEGUARDS = (
    Reason(GateReason.WARNING_LETTER, ("反家庭暴力法 16",)),
    Reason(GateReason.SERVE_AND_VISIT, ("反家庭暴力法 17",)),
    Reason(GateReason.PROTECTION_ORDER, ("反家庭暴力法 23",)),
)


def _domestic_violence(case: _Case, *articles: str, bars: bool = True) -> Iterator[Reason]:
    """Its own track: the safeguard steps come first, a child's before all."""
    yield Reason(GateReason.DOMESTIC_VIOLENCE, ("反家庭暴力法 15", "反家庭暴力法 16", *articles), bars=bars)
    if case.facts.minor:
        yield Reason(GateReason.PROTECT_MINOR, ("反家庭暴力法 15",))
    yield from _SAFEGUARDS


def _slight(case: _Case) -> Iterator[Reason]:
    facts, articles = case.facts, ("治安管理处罚法 9", "程序规定 178")
    if facts.slight is None:
        yield _unknown(Fact.SLIGHT, *articles)
    elif not facts.slight:
        yield _bar(GateReason.NOT_SLIGHT, *articles)
    if facts.civil_origin is None:
        yield _unknown(Fact.CIVIL_ORIGIN, *articles)
    elif not facts.civil_origin:
        yield _bar(GateReason.NO_CIVIL_ORIGIN, *articles)
    if facts.slight and facts.civil_origin:
        yield Reason(GateReason.SLIGHT_CIVIL_OFFENCE, articles)


def _close(facts: Facts) -> tuple[bool | None, Fact]:
    """Art. 178(1): near to one another, and over a trifle. Unknown only where the other half leaves it open."""
    near = None if facts.relation is None else facts.relation is not Relation.OTHER
    if near is False or facts.trifle is False:
        return False, Fact.TRIFLE
    if near is None:
        return None, Fact.RELATION
    return facts.trifle, Fact.TRIFLE


def _situation(case: _Case) -> Iterator[Reason]:
    """One of the three situations of art. 178 is enough; it is unknown only while none holds and one may."""
    facts = case.facts
    close, open_half = _close(facts)
    situations = (
        (close, open_half, GateReason.CLOSE_RELATION, "程序规定 178(1)"),
        (facts.victim_first_at_fault, Fact.VICTIM_FIRST_AT_FAULT, GateReason.VICTIM_AT_FAULT, "程序规定 178(2)"),
        (facts.easier_to_defuse, Fact.EASIER_TO_DEFUSE, GateReason.EASIER, "程序规定 178(3)"),
    )
    holding = [Reason(code, (article,)) for holds, _, code, article in situations if holds]
    unknown = [_unknown(fact, article) for holds, fact, _, article in situations if holds is None]
    yield from holding or unknown or [_bar(GateReason.NO_SITUATION, "程序规定 178")]


_BARS = (
    (Fact.HIRED, GateReason.HIRED, "程序规定 179(1)"),
    (Fact.GANG_OR_PROVOCATION, GateReason.GANG_OR_PROVOCATION, "程序规定 179(2)"),
    (Fact.REPEAT_OFFENDER, GateReason.REPEAT_OFFENDER, "程序规定 179(3)"),
    (Fact.PARTY_REFUSES, GateReason.PARTY_REFUSES, "程序规定 179(4)"),
    (Fact.REOFFENDED_DURING, GateReason.REOFFENDED_DURING, "程序规定 179(5)"),
    (Fact.SUSPECT_FLED, GateReason.SUSPECT_FLED, "程序规定 179(6)"),
)


def _barred(case: _Case) -> Iterator[Reason]:
    for fact, code, article in _BARS:
        holds: bool | None = getattr(case.facts, fact)
        if holds is None:
            yield _unknown(fact, article)
        elif holds:
            yield _bar(code, article)


def _guardian(case: _Case) -> Iterator[Reason]:
    facts, article = case.facts, "程序规定 181"
    if facts.minor is None:
        yield _unknown(Fact.MINOR, article)
    elif facts.minor and facts.guardian_present:
        yield Reason(GateReason.GUARDIAN, (article,))
    elif facts.minor and facts.earner_16:
        yield Reason(GateReason.EARNS, (article,))
    elif facts.minor and facts.guardian_present is None:
        yield _unknown(Fact.GUARDIAN_PRESENT, article)
    elif facts.minor:
        yield _bar(GateReason.NO_GUARDIAN, article)


def _lead(case: _Case) -> Iterator[Reason]:
    """Two sworn officers, or one with auxiliaries and the whole session recorded (art. 52)."""
    facts, article = case.facts, "程序规定 52"
    if facts.led_by is None:
        yield _unknown(Fact.LED_BY, article)
    elif facts.led_by is Lead.AUXILIARY:
        yield _bar(GateReason.AUXILIARY_LEADS, article)
    if facts.sworn_officers == 0:
        yield _bar(GateReason.NO_SWORN_OFFICER, article)
    elif facts.recording_no:
        yield Reason(GateReason.RECORDED, (article,))
    elif facts.sworn_officers is None:
        yield _unknown(Fact.SWORN_OFFICERS, article)
    elif facts.sworn_officers == 1:
        yield Reason(GateReason.NO_RECORDING, (article,), bars=True, fact=Fact.RECORDING_NO)


def _is_past(since: date, on: date, working_days: int, is_working: WorkingDay) -> bool:
    """Whether the last of so many working days after ``since`` is over before ``on`` begins."""
    day = since + timedelta(days=1)
    while day < on and working_days > 0:
        working_days -= is_working(day)
        day += timedelta(days=1)
    return working_days <= 0


def _first_session(case: _Case) -> Iterator[Reason]:
    """Without the day of acceptance its clock cannot be read here; the clock of the case watches it."""
    facts, article = case.facts, "公通字〔2007〕81号"
    if facts.accepted_on is None:
        return
    if facts.on is None:
        yield _unknown(Fact.ON, article)
    elif facts.on < facts.accepted_on:
        yield _bar(GateReason.DATES_BACKWARDS, article)
    elif _is_past(facts.accepted_on, facts.on, case.params.first_within, case.is_working):
        params = case.params
        yield Reason(GateReason.FIRST_TOO_LATE, (article,), bars=params.first_late_bars, days=params.first_within)


def _second_session(case: _Case) -> Iterator[Reason]:
    facts, article = case.facts, "程序规定 183"
    if facts.first_round_on is None:
        yield _unknown(Fact.FIRST_ROUND_ON, article)
    if facts.on is None:
        yield _unknown(Fact.ON, article)
    if facts.first_round_on is None or facts.on is None:
        return
    if facts.on < facts.first_round_on:
        yield _bar(GateReason.DATES_BACKWARDS, article)
    elif _is_past(facts.first_round_on, facts.on, case.params.second_within, case.is_working):
        yield Reason(GateReason.SECOND_TOO_LATE, (article,), bars=True, days=case.params.second_within)
    else:
        yield Reason(GateReason.SECOND_IN_TIME, (article,))


def _rounds(case: _Case) -> Iterator[Reason]:
    done = case.facts.rounds_done
    if done is None:
        yield _unknown(Fact.ROUNDS_DONE, "程序规定 183")
    elif done >= case.params.sessions:
        yield _bar(GateReason.SESSIONS_USED_UP, "程序规定 183")
    elif done == 0:
        yield from _first_session(case)
    else:
        yield from _second_session(case)


def _police(case: _Case) -> Iterator[Reason]:
    nature = case.facts.nature
    if nature in _OUTSIDE:  # nothing else can open the gate for these
        yield from _OUTSIDE[nature]
        return
    if nature is Nature.DOMESTIC_VIOLENCE:
        yield from _domestic_violence(case, "程序规定 179(7)")
        return
    if nature is None:
        yield _unknown(Fact.NATURE, "程序规定 178")
    for rule in (_slight, _situation, _barred, _guardian, _lead, _rounds):
        yield from rule(case)


# --- people's track -------------------------------------------------------------------------------------------------


def _people_nature(case: _Case) -> Iterator[Reason]:
    nature = case.facts.nature
    if nature is None:
        yield _unknown(Fact.NATURE, "人民调解法 2")
    elif nature is Nature.CRIMINAL:
        yield _bar(GateReason.CRIMINAL, "人民调解法 25", "人民调解法 2")
        yield Reason(GateReason.REPORT_CRIME, ("人民调解法 25",))
    elif nature is Nature.DOMESTIC_VIOLENCE:
        bars = case.params.domestic_violence_bars
        yield from _domestic_violence(case, "反家庭暴力法 17", "反家庭暴力法 23", bars=bars)
    elif nature is not Nature.CIVIL:
        yield Reason(GateReason.STILL_PUNISHABLE, ("程序规定 186",))


def _people(case: _Case) -> Iterator[Reason]:
    yield from _people_nature(case)
    refuses = case.facts.party_refuses
    if refuses is None:
        yield _unknown(Fact.PARTY_REFUSES, "人民调解法 17")
    elif refuses:
        yield _bar(GateReason.PARTY_REFUSES, "人民调解法 17")
    else:
        yield Reason(GateReason.WILLING, ("人民调解法 17",))
    if case.facts.minor:
        yield Reason(GateReason.TELL_GUARDIAN)


def decide(track: Track, facts: Facts, params: Params = DEFAULTS, *, is_working: WorkingDay) -> Decision:
    """May a session be held on ``facts.on``? Every bar and every unknown fact is named, none is guessed.

    ``is_working(day)`` answers for the working-day limits and may itself refuse an unknown year.
    """
    rules = _police if track is Track.POLICE else _people
    reasons = sorted(rules(_Case(facts, params, is_working)), key=lambda reason: not reason.bars)
    allowed = not any(reason.bars for reason in reasons)
    deciding = [reason for reason in reasons if reason.bars or allowed]
    articles = dict.fromkeys(article for reason in deciding for article in reason.articles)
    return Decision(allowed, tuple(articles), tuple(reasons))
