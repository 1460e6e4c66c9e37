"""What a set would have said of last month's cases beside what the present one says. Nothing is written.

The whole district is asked, whoever asks: figures are for the administrator, the cases behind them only for who may
see them. The newest cases come first and their number is limited, so that an answer takes seconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from twinloop.cases.models import Dispute, Incident, IncidentLink
from twinloop.cases.queries import type_names
from twinloop.cases.words import LEVELS
from twinloop.decide import matching, risk, sorting
from twinloop.decide.parameters import Mediating, ParameterKind, Read, Thresholds, Types
from twinloop.dispatch.orders.queries import suggesting
from twinloop.dispatch.orders.queries.staff import staff
from twinloop.dispatch.tuning import words
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.triage import learned, levels
from twinloop.triage.models import Judgement
from twinloop.triage.repeats_finding import Asked, asked_of, found

WINDOW = timedelta(days=30)
MOST_LEVELS, MOST_CALLS, MOST_SORTED, MOST_REPEATS = 1000, 60, 150, 20  # seconds each, on two busy cores
SHOWN = 100


@dataclass(frozen=True)
class Moved:
    """A case for which the answer changes; `page` is the name of its page's address."""

    page: str
    number: str
    before: str
    after: str


@dataclass
class Tried:
    """`cases` looked at, `limited` to the newest; `table`: (before, after, how many); `counts`: other figures."""

    cases: int = 0
    limited: bool = False
    table: Counter[tuple[str, str]] = field(default_factory=Counter)
    counts: dict[str, int] = field(default_factory=dict)
    moved: list[Moved] = field(default_factory=list)

    @property
    def changed(self) -> int:
        return len(self.moved)

    @property
    def shown(self) -> Sequence[Moved]:
        return self.moved[:SHOWN]

    def note(self, page: str, number: str, before: str, after: str) -> None:
        if before != after:
            self.table[before, after] += 1
            self.moved.append(Moved(page, number, before, after))


_above: list[Callable[..., Tried]] = []  # mediation stands above this room and tries its own set


def register(act: Callable[..., Tried]) -> None:
    """Called once, as the rooms begin: `act(now, then, since=…, at=…)` tries the thresholds of mediation."""
    _above[:] = [act]


def tried(kind: ParameterKind, now: Read, then: Read, *, at: datetime) -> Tried:
    """`now`: the set that holds without the change; `then`: the one proposed."""
    with see_as(SYSTEM):
        match now, then:
            case risk.Params(), risk.Params():
                return _levels(now, then, at)
            case matching.Params(), matching.Params():
                return _people(now, then, at)
            case Thresholds(), Thresholds():
                return _thresholds(now, then, at)
            case Types(), Types():
                return _types(now, then, at)
            case Mediating(), Mediating():
                return _above[0](now, then, since=at - WINDOW, at=at)
    raise AssertionError(kind)


def _month(at: datetime) -> QuerySet[Incident]:
    found = Incident.objects.filter(received_at__gt=at - WINDOW, received_at__lte=at).select_related("place")
    return found.order_by("-received_at", "-id")


def _cut(rows: QuerySet[Incident], most: int, into: Tried) -> list[Incident]:
    """The newest `most`; whether there were more is kept."""
    taken = list(rows[: most + 1])
    into.limited = into.limited or len(taken) > most
    return taken[:most]


def _kind(incident: Incident) -> str:
    return incident.confirmed_kind or incident.reported_kind


def _levels(now: risk.Params, then: risk.Params, at: datetime) -> Tried:
    """Each dispute once, by its newest report; a report without a dispute stands for itself."""
    result = Tried()
    calls = _cut(_month(at), MOST_LEVELS, result)
    links = IncidentLink.objects.filter(incident__in=calls, unlinked_at__isnull=True).select_related("dispute")
    of_call = {link.incident_id: link.dispute for link in links}
    record = levels.on_records(list({d.pk: d for d in of_call.values()}.values()), at)
    marks = _marks(calls)
    seen: set[int] = set()
    for call in calls:
        dispute, marked = of_call.get(call.pk), marks.get(call.stream, {})
        if (dispute and dispute.pk in seen) or (_kind(call) not in levels.KINDS and not marked):
            continue
        if dispute:
            seen.add(dispute.pk)
        facts = levels.facts_in(call.narrative) | (record[dispute.pk] if dispute else {}) | marked
        _level(result, dispute, call, facts, (now, then), at)
    return result


def _level(
    into: Tried, dispute: Dispute | None, call: Incident, facts: Mapping[str, object],
    sets: tuple[risk.Params, risk.Params], at: datetime,
) -> None:  # fmt: skip
    read = risk.Facts.from_mapping(facts)
    before, after = (str(LEVELS[risk.score(read, timezone.localtime(at), params).level]) for params in sets)
    into.cases += 1
    into.note("dispute" if dispute else "incident", dispute.number if dispute else call.number, before, after)


def _marks(calls: Sequence[Incident]) -> dict[str, dict[str, object]]:
    """What people ticked when they had a report judged, by its stream; the last time counts."""
    rows = Event.objects.filter(stream__in=[call.stream for call in calls], verb="judged").order_by("id")
    return {
        event.stream: {name: 1 if name == "injury" else True for name in event.data.get("marked", ())} for event in rows
    }


def _people(now: matching.Params, then: matching.Params, at: datetime) -> Tried:
    """Who would go first at the moment of each call, with what is on record of the staff today."""
    result = Tried(counts={"nobody_before": 0, "nobody_after": 0})
    for call in _cut(_month(at), MOST_CALLS, result):
        asked = suggesting.call_of(call, suggesting.link_of(call), at=call.received_at)
        members = staff(asked.parties, at=asked.at, also=[call.place_id] if call.place_id else [])
        names = {member.person.id: member.account.name for member in members}
        people = [member.person for member in members]
        first = [next(iter(matching.rank(asked, people, params).people), None) for params in (now, then)]
        before, after = (names[one.id] if one else str(words.NOBODY) for one in first)
        result.cases += 1
        result.counts["nobody_before"] += first[0] is None
        result.counts["nobody_after"] += first[1] is None
        result.note("incident", call.number, before, after)
    return result


def _thresholds(now: Thresholds, then: Thresholds, at: datetime) -> Tried:
    result = Tried()
    counts: Counter[str] = Counter(dict.fromkeys(
        ("sorting_cases", "sorting_before", "sorting_after", "repeats_cases", "repeats_before", "repeats_after",
         "likely_before", "likely_after"), 0))  # fmt: skip
    for call in _cut(_month(at), MOST_SORTED, result):
        _sorted(call, now, then, result, counts)
    for call in _cut(_month(at), MOST_REPEATS, result):
        _asked(call, now, then, result, counts)
    result.counts, result.cases = dict(counts), counts["sorting_cases"]
    return result


def _sorted(call: Incident, now: Thresholds, then: Thresholds, into: Tried, counts: Counter[str]) -> None:
    model = learned.current()
    first = sorting.sort(call.narrative, model, least=now.sorting_least)
    same = now.sorting_least == then.sorting_least
    both = [first, first if same else sorting.sort(call.narrative, model, least=then.sorting_least)]
    said = [str(words.ABSTAINS) if one.abstained else one.label.value for one in both]
    counts["sorting_cases"] += 1
    counts["sorting_before"] += both[0].abstained
    counts["sorting_after"] += both[1].abstained
    into.note("incident", call.number, *said)


def _asked(call: Incident, now: Thresholds, then: Thresholds, into: Tried, counts: Counter[str]) -> None:
    asked, same = asked_of(call), _weighs(now) == _weighs(then)
    least = min(now.repeats_suggest, then.repeats_suggest)
    first = _best(asked, least, now)
    best = [first, first if same else _best(asked, least, then)]
    asks = [share >= params.repeats_suggest for share, params in zip(best, (now, then), strict=True)]
    counts["repeats_cases"] += 1
    counts["repeats_before"] += asks[0]
    counts["repeats_after"] += asks[1]
    counts["likely_before"] += best[0] >= now.repeats_join
    counts["likely_after"] += best[1] >= then.repeats_join
    into.note("incident", call.number, *(str(words.ASKS if one else words.SILENT) for one in asks))


def _weighs(params: Thresholds) -> tuple[dict[str, float], float]:
    return params.factors(), params.repeats_lean


def _best(asked: Asked, least: float, params: Thresholds) -> float:
    return max((hit.link.probability for hit in found(asked, least=least, params=params.linkage())), default=0.0)


def _types(now: Types, then: Types, at: datetime) -> Tried:
    """Reports whose type would be given no more; old ones keep it."""
    closing, names, result = then.closed - now.closed, type_names(), Tried()
    calls = _cut(_month(at), MOST_LEVELS, result)
    for call in calls:
        code = call.confirmed_type or call.reported_type
        result.cases += 1
        if code in closing:
            result.note("incident", call.number, f"{code} {names.get(code, '')}", str(words.ABSTAINS))
    said = Judgement.objects.filter(what="sorting", by__isnull=True, incident__in=calls, answer__type__in=closing)
    result.counts["suggested"] = said.values("incident").distinct().count() if closing else 0
    result.counts["renamed"] = sum(
        row.name != (now.words[code].name if code in now.words else names.get(code)) for code, row in then.words.items()
    )
    return result
