"""What a set of mediation's thresholds would say of the open quarrels, beside what the present one says.

Of those on which something was done in the month: which mediation is suggested, and who nominates itself.
"""

from __future__ import annotations

from datetime import datetime

from twinloop.cases.telling import language
from twinloop.decide import Refused, mediation
from twinloop.decide.nomination import nominate
from twinloop.decide.parameters import Mediating
from twinloop.decide.words import say
from twinloop.dispatch.tuning import words as said
from twinloop.dispatch.tuning.trying import Tried
from twinloop.mediation.follow import queries
from twinloop.mediation.mediators import queries as register
from twinloop.mediation.sessions import advising

MOST = 150  # disputes: seconds, on two busy cores


def tried(now: Mediating, then: Mediating, *, since: datetime, at: datetime) -> Tried:
    """Each open dispute touched after `since`, the newest first; the register's people who have their hands full."""
    on, result = queries.day_of(at), Tried()
    counts = dict.fromkeys(("nominated_before", "nominated_after"), 0)
    found = queries.open_since(since)
    rows = list(found[: MOST + 1])
    result.limited = len(rows) > MOST
    for dispute in rows[:MOST]:
        facts = advising.facts_of(dispute, advising.parties_of(dispute), advising.newest(dispute), at=at)
        record = queries.facts_of(dispute)
        named = [bool(nominate(record, on, params.nominating)) for params in (now, then)]
        counts["nominated_before"] += named[0]
        counts["nominated_after"] += named[1]
        lines = [_said(facts, params, is_named) for params, is_named in zip((now, then), named, strict=True)]
        result.cases += 1
        result.note("dispute", dispute.number, *lines)
    loads = [figures.open for figures in register.figures(list(register.listed(register.Asked(), on)), on=on).values()]
    full = [sum(load >= params.in_hand for load in loads) for params in (now, then)]
    result.counts = counts | {"full_before": full[0], "full_after": full[1]}
    return result


def _said(facts: mediation.Facts, params: Mediating, is_named: bool) -> str:
    try:
        strength = say(mediation.suggest(facts, params.choosing).strength, language())
    except Refused:
        strength = str(said.NO_MEDIATION)
    return str(said.NOMINATED).format(strength=strength) if is_named else strength
