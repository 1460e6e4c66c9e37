"""What is set, since when, by whom, and how it differs from the set before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from twinloop.cases.actions.setting import newest
from twinloop.cases.models import ParameterSet
from twinloop.cases.queries import set_values
from twinloop.decide import parameters
from twinloop.decide.parameters import ParameterKind
from twinloop.dispatch.tuning import naming, words
from twinloop.dispatch.tuning.trying import WINDOW, Tried
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.triage import repeats_learning

KINDS = tuple(ParameterKind)
HISTORY = 30


@dataclass(frozen=True)
class Line:
    """One set. `state`: now, later, before, never (superseded before its day came). `row` None: the shipped one."""

    row: ParameterSet | None
    state: str
    changes: Sequence[tuple[str, str, str]]


def history(kind: ParameterKind, *, on: date) -> list[Line]:
    """Every set, the newest first, the shipped one last."""
    rows = list(ParameterSet.objects.filter(kind=kind).select_related("by").order_by("-id")[:HISTORY])
    holds = next((row.pk for row in rows if row.since <= on), None)
    found, soonest = [], date.max
    for n, row in enumerate(rows):
        before = rows[n + 1] if n + 1 < len(rows) else row.follows
        whole = parameters.shipped(kind)  # an old set may lack a figure that came later
        differing = parameters.changes(whole | set_values(kind, before, on=row.since), whole | row.values)
        state = "now" if row.pk == holds else "later" if row.since > on else "before"
        # a newer set that begins no later took its place before it ever held
        state = "never" if soonest <= row.since else state
        soonest = min(soonest, row.since)
        found.append(Line(row, state, naming.changed(differing)))
    return [*found, Line(None, "before" if holds else "now", [])]


def start(kind: ParameterKind, *, on: date) -> tuple[dict[str, Any], int | None]:
    """What the form begins with: the newest set, begun or not, and its row."""
    row = newest(kind)
    return parameters.shipped(kind) | set_values(kind, row, on=on), row.pk if row else None


@dataclass(frozen=True)
class Learnt:
    """What the answers in the queue 重复待认 teach; `figures` are empty where it is no better than what is shipped."""

    said: str
    why: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)


def learnt(*, at: datetime) -> Learnt:
    """For the form of thresholds. Writes nothing. Raises `Refused` where too few were answered."""
    with see_as(SYSTEM):
        found = repeats_learning.taught(at=at)
    told = {
        "pairs": found.same + found.other, "same": found.same, "other": found.other,
        "right_before": f"{found.right[0]:.0%}", "right_after": f"{found.right[1]:.0%}",
        "loss_before": f"{found.loss[0]:.3f}", "loss_after": f"{found.loss[1]:.3f}",
    }  # fmt: skip
    if not found.is_better:
        return Learnt(str(words.NOT_BETTER).format(**told))
    why = str(words.LEARNT_WHY).format(**told)
    return Learnt(str(words.LEARNT).format(**told), why, repeats_learning.figures(found))


def held(kind: ParameterKind, *, on: date) -> dict[str, Any]:
    """The set that holds on a day as things stand."""
    return set_values(kind, ParameterSet.objects.filter(kind=kind, since__lte=on).order_by("-id").first(), on=on)


@dataclass(frozen=True)
class Outcome:
    """A preview in words: what differs, what would come of it."""

    lead: str
    changes: Sequence[tuple[str, str, str]]
    tried: Tried
    counts: Sequence[tuple[str, int]]

    @property
    def table(self) -> list[tuple[str, str, int]]:
        return [(before, after, n) for (before, after), n in self.tried.table.most_common()]


def outcome(kind: ParameterKind, before: Mapping[str, Any], after: Mapping[str, Any], tried: Tried) -> Outcome:
    lead = str(words.TRIED[kind]).format(days=WINDOW.days, cases=tried.cases, changed=tried.changed)
    counts = [(str(words.COUNTS[name]), n) for name, n in tried.counts.items()]
    return Outcome(lead, naming.changed(parameters.changes(before, after)), tried, counts)


def tabs(at: datetime) -> list[tuple[str, str]]:
    """(kind, its name) of the pages."""
    return [(kind.value, naming.name(kind)) for kind in KINDS]
