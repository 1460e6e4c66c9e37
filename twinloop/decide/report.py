"""Reports: what stands out in a period (`periods`) beyond chance, and what follows by which rule.

Counts are compared with the time before by the conditional exact test of two Poisson rates (Przyborowski and Wilenski
1940, Biometrika 31, 313-323), shares by Fisher's exact test. Many parts are looked at together, so that some would look
odd by chance: Benjamini and Hochberg (1995, JRSS B 57, 289-300) hold the share of false finds at ``Params.rate``.
*Ours*: the length of the time before, the least number that is tested, the rules of the suggestions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from twinloop.decide import Refused


class Side(StrEnum):
    """By what a report parts its counts."""

    TOTAL = "side_total"
    TYPE = "side_type"
    PLACE = "side_place"
    SLOT = "side_slot"
    WEEKDAY = "side_weekday"
    SETTLED_PLACE = "side_settled_place"
    SETTLED_TYPE = "side_settled_type"
    AGENCY = "side_agency"


class Advice(StrEnum):
    """A rule of the suggestions, in the order in which they are given."""

    REPEATS = "advice_repeats"
    LATE = "advice_late"
    PLACE = "advice_place"
    TYPE = "advice_type"
    SLOT = "advice_slot"
    WEEKDAY = "advice_weekday"
    SETTLING = "advice_settling"
    AGENCY = "advice_agency"
    VILLAGES = "advice_villages"


class ReportRefusal(StrEnum):
    PARAMS = "report_params"
    COUNTS = "report_counts"


@dataclass(frozen=True, slots=True)
class Params:
    """``rate``: of all finds, at most this share is false. ``few``: less is not tested, and is said to be little.

    ``repeat``: reports of one dispute within the period from which it is named.
    """

    rate: float = 0.05
    few: int = 10
    repeat: int = 3

    def __post_init__(self) -> None:
        if not 0 < self.rate < 1 or self.few < 1 or self.repeat < 2:
            raise Refused(ReportRefusal.PARAMS)


PARAMS = Params()


@dataclass(frozen=True, slots=True)
class Part:
    """``count`` in ``days`` days of this period, ``usual`` in ``usual_days`` days before it."""

    side: Side
    code: str
    count: int
    usual: int
    days: int
    usual_days: int

    @property
    def expected(self) -> float:
        """As many as the time before would bring in as many days."""
        return self.usual * self.days / self.usual_days if self.usual_days else 0.0


@dataclass(frozen=True, slots=True)
class Share:
    """``hits`` of ``of`` in this part, ``rest_hits`` of ``rest`` in all the others."""

    side: Side
    code: str
    hits: int
    of: int
    rest_hits: int
    rest: int

    @property
    def expected(self) -> float:
        """As many as there would be if this part did as the others do."""
        return self.of * self.rest_hits / self.rest if self.rest else 0.0


@dataclass(frozen=True, slots=True)
class Finding:
    """More (or fewer) than expected. ``p``: how often chance goes so far; ``q``: adjusted for how many were tried."""

    side: Side
    code: str
    is_more: bool
    count: int
    of: int | None
    expected: float
    p: float
    q: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """What stands out, the surest first; how many parts were tried, how many were too few to be."""

    findings: tuple[Finding, ...]
    tried: int
    few: int


def rate_p(part: Part) -> float:
    """Two-sided: given both counts together, the one of this period is binomial with its share of the days."""
    from scipy.stats import binomtest

    _checked(part.count, part.usual, part.days - 1, part.usual_days - 1)
    both = part.count + part.usual
    return float(binomtest(part.count, both, part.days / (part.days + part.usual_days)).pvalue) if both else 1.0


def share_p(share: Share) -> float:
    """Two-sided Fisher's exact test of this part against the others."""
    from scipy.stats import fisher_exact

    _checked(share.hits, share.of - share.hits, share.rest_hits, share.rest - share.rest_hits)
    if not share.of or not share.rest:
        return 1.0
    table = [[share.hits, share.of - share.hits], [share.rest_hits, share.rest - share.rest_hits]]
    return float(fisher_exact(table).pvalue)


def _checked(*counts: int) -> None:
    if min(counts) < 0:
        raise Refused(ReportRefusal.COUNTS)


def adjusted(ps: Sequence[float]) -> list[float]:
    """Benjamini and Hochberg's q of each p: rejecting those with ``q <= rate`` holds the share of false finds."""
    order = sorted(range(len(ps)), key=lambda n: ps[n], reverse=True)
    found, least = [1.0] * len(ps), 1.0
    for rank, index in zip(range(len(ps), 0, -1), order, strict=True):
        least = min(least, ps[index] * len(ps) / rank)
        found[index] = least
    return found


def outlook(parts: Iterable[Part], shares: Iterable[Share] = (), *, params: Params = PARAMS) -> Outlook:
    """What differs from the time before, or from the others, by more than chance.

    A part that is compared with less time than its own is not tried: too little is known of what is usual.
    """
    tried: list[tuple[Part | Share, float]] = []
    few = 0
    for part in parts:
        if part.usual_days < part.days:
            continue
        if part.count + part.usual < params.few:
            few += 1
        else:
            tried.append((part, rate_p(part)))
    for share in shares:
        if share.of < params.few or share.rest < params.few:
            few += bool(share.of)
        else:
            tried.append((share, share_p(share)))
    qs = adjusted([p for _one, p in tried])
    found = [_finding(one, p, q) for (one, p), q in zip(tried, qs, strict=True) if q <= params.rate]
    return Outlook(tuple(sorted(found, key=lambda one: (one.q, one.p, one.side, one.code))), len(tried), few)


def _finding(one: Part | Share, p: float, q: float) -> Finding:
    count, of = (one.count, None) if isinstance(one, Part) else (one.hits, one.of)
    return Finding(one.side, one.code, count > one.expected, count, of, one.expected, p, q)


@dataclass(frozen=True, slots=True)
class Standing:
    """At the period's end: disputes reported again and again and open, clocks past due, villages without their days."""

    repeats: int = 0
    late: int = 0
    villages: int = 0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``rule`` says why; ``code``: of which part, where it is of one."""

    rule: Advice
    code: str
    count: int
    expected: float | None = None


# a find of this side, and in this direction (more), calls for that
_CALLS_FOR = {
    (Side.PLACE, True): Advice.PLACE, (Side.TYPE, True): Advice.TYPE, (Side.SLOT, True): Advice.SLOT,
    (Side.WEEKDAY, True): Advice.WEEKDAY, (Side.SETTLED_PLACE, False): Advice.SETTLING,
    (Side.SETTLED_TYPE, False): Advice.SETTLING, (Side.AGENCY, False): Advice.AGENCY,
}  # fmt: skip


def suggest(found: Outlook, standing: Standing) -> tuple[Suggestion, ...]:
    """What the rules call for; nothing where nothing stands out and nothing is owed. A person decides."""
    owed = (
        (Advice.REPEATS, standing.repeats), (Advice.LATE, standing.late), (Advice.VILLAGES, standing.villages),
    )  # fmt: skip
    made = [Suggestion(rule, "", count) for rule, count in owed if count]
    for one in found.findings:
        if rule := _CALLS_FOR.get((one.side, one.is_more)):
            made.append(Suggestion(rule, one.code, one.count, one.expected))
    return tuple(sorted(made, key=lambda one: list(Advice).index(one.rule)))
