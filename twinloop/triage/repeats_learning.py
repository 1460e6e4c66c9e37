"""What people's answers in the queue teach about how much who, where, when and what should count.

A pair keeps what the comparison said when it was made. That of today would say more of those that were joined: they
share their parties now.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime

from django.utils import timezone

from twinloop.cases.models import ParameterSet
from twinloop.decide import Refused
from twinloop.decide.linkage import DEFAULTS, Evidence, Params, learning
from twinloop.decide.linkage.params import scale
from twinloop.decide.parameters import ParameterKind, thresholds
from twinloop.decide.parameters.thresholds import FACTORS
from twinloop.triage.repeat_pairs import RepeatPair

LEAST_PAIRS, LEAST_EACH = 40, 8
MOST_PAIRS = 5_000  # the newest


def taught(*, at: datetime) -> learning.Taught:
    """Factors learnt from the answers of people; nothing is changed by it. Two queries.

    Raises `Refused`: repeats_few_answers (fewer than 40 answered pairs, or than 8 of either answer).
    """
    rows = RepeatPair.objects.filter(kind="join", state__in=("joined", "refused"), answered_at__lte=at)
    newest = rows.order_by("-answered_at", "-id")[:MOST_PAIRS]
    then = _held()
    samples = [
        sample
        for row in newest.only("probability", "reasons", "state", "made_at")
        if (sample := _sample(row, then(timezone.localtime(row.made_at).date())))
    ]
    same = sum(one.same for one in samples)
    if len(samples) < LEAST_PAIRS or min(same, len(samples) - same) < LEAST_EACH:
        raise Refused("repeats_few_answers", same=same, other=len(samples) - same, least=LEAST_PAIRS, each=LEAST_EACH)
    return learning.from_confirmations(samples)


def figures(found: learning.Taught) -> dict[str, float]:
    """As they stand in the set of thresholds."""
    factors = {name: round(found.factors[scale], 2) for name, scale in FACTORS.items()}
    return factors | {"repeats_lean": round(found.lean, 2)}


def _held() -> Callable[[date], Params]:
    """By which parameters pairs of a day were compared."""
    rows = ParameterSet.objects.filter(kind=ParameterKind.THRESHOLDS).order_by("-id").values_list("since", "values")
    sets = [(since, thresholds.read(values).linkage()) for since, values in rows]
    return lambda day: next((params for since, params in sets if since <= day), DEFAULTS)


def _sample(pair: RepeatPair, params: Params) -> learning.Sample | None:
    """None: its reasons were kept as sentences (before 2026-11-27)."""
    if any(isinstance(one, str) for one in pair.reasons):
        return None
    kept = [Evidence(one["code"], one["bits"] / params.factors.get(scale(one["code"]), 1.0)) for one in pair.reasons]
    rest = _bits(pair.probability, params) - sum(one["bits"] for one in pair.reasons)
    return learning.sample(kept, pair.state == "joined", rest=rest)


def _bits(probability: float, params: Params) -> float:
    """The sum of evidence that gives this probability."""
    share = min(1 - 1e-15, max(1e-15, probability))
    return math.log2(share / (1 - share)) / params.slope - params.prior
