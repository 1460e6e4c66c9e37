"""Opening the rows behind a score: each to the page that its viewer may see, the others by their label alone.

Whoever was assessed may have handed a dispute on and no longer see it: the number stays, so that it can be contested.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from twinloop.cases import visibility as cases
from twinloop.cases.models import Clock
from twinloop.cases.telling import language
from twinloop.decide.clock_rules import RuleCode
from twinloop.decide.words import say
from twinloop.discovery.leads import visibility as leads
from twinloop.discovery.volunteers import visibility as volunteers
from twinloop.dispatch.pushes import queries as pushes
from twinloop.edge.masks import mask_text
from twinloop.insight.assessments.models import Score
from twinloop.insight.assessments.queries import key_of
from twinloop.ledger.sight import Scope
from twinloop.mediation.joint import queries as joint

SHOWN = 200  # rows behind one measure on a page
Door = tuple[str, str]  # title, address
NO_DOOR = ("", "")


@dataclass(frozen=True)
class Behind:
    """A row behind a measure; `url` is empty where the viewer may not open it."""

    key: str
    label: str
    title: str
    url: str
    note: str  # which clock
    hit: bool
    out: bool


@dataclass(frozen=True)
class Opened:
    """The rows behind one measure, those that are no hit first; `more`: how many are not listed."""

    rows: list[Behind]
    more: int


def opened(scope: Scope, score: Score) -> dict[str, Opened]:
    """Indicator → its rows. The same number of queries however many rows there are."""
    found = {code: _ordered(parts) for code, parts in score.rows.items()}
    every = [row for rows in found.values() for row, _hit in rows]
    doors, clocks, out = _doors(scope, every), _clocks(every), set(score.left_out)

    def behind(code: str, row: list[Any], hit: bool) -> Behind:
        key, (title, url) = key_of(code, row), doors.get(_key(row), NO_DOOR)
        return Behind(key, row[2], title, url, clocks.get(row[0], ""), hit, key in out)

    return {
        code: Opened([behind(code, row, hit) for row, hit in rows],
                     max(sum(len(side) for side in score.rows[code].values()) - SHOWN, 0))
        for code, rows in found.items()
    }  # fmt: skip


def _clocks(rows: Iterable[list[Any]]) -> dict[str, str]:
    """Row → which clock it is, of those that the viewer may see."""
    asked = [int(row[0].partition(":")[2]) for row in rows if row[0].startswith("clock:")]
    found = Clock.objects.filter(pk__in=asked).values_list("pk", "rule") if asked else []
    return {f"clock:{pk}": say(RuleCode(rule), language()) for pk, rule in found}


def _ordered(parts: Mapping[str, list[list[Any]]]) -> list[tuple[list[Any], bool]]:
    return [*((row, False) for row in parts["of"]), *((row, True) for row in parts["in"])][:SHOWN]


def _key(row: list[Any]) -> tuple[str, int]:
    """What opens it: a page of its own, else the dispute."""
    kind, _colon, key = row[0].partition(":")
    return (kind, int(key)) if kind in KINDS else ("dispute", row[1] or 0)


def _doors(scope: Scope, rows: Iterable[list[Any]]) -> dict[tuple[str, int], Door]:
    wanted: dict[str, set[int]] = {}
    for kind, key in map(_key, rows):
        wanted.setdefault(kind, set()).add(key)
    return {
        (kind, key): door
        for kind, keys in wanted.items()
        for key, door in (_disputes if kind == "dispute" else KINDS[kind])(scope, sorted(keys)).items()
    }


def _disputes(scope: Scope, keys: list[int]) -> dict[int, Door]:
    found = cases.disputes(scope).filter(pk__in=keys).only("number", "title")
    return {one.pk: (mask_text(one.title), reverse("dispute", args=[one.number])) for one in found}


def _answers(scope: Scope, keys: list[int]) -> dict[int, Door]:
    """An agency opens its item, the police the whistle."""
    own = joint.is_agency(scope)
    return {
        one.pk: (one.whistle.title, reverse("whistle_item", args=[one.pk]) if own
                 else reverse("whistle", args=[one.whistle_id]))
        for one in joint.answers(scope).filter(pk__in=keys).select_related("whistle")
    }  # fmt: skip


def _pushes(scope: Scope, keys: list[int]) -> dict[int, Door]:
    found = pushes.visible(scope).filter(pk__in=keys)
    return {one.pk: (one.title, reverse("push", args=[one.pk])) for one in found}


def _leads(scope: Scope, keys: list[int]) -> dict[int, Door]:
    """Who decides on leads opens one; a reporter finds one's own under 我的线索, here by its number."""
    if not scope.has(*leads.READERS):
        return {}
    found = leads.leads(scope).filter(pk__in=keys).only("number")
    return {one.pk: ("", reverse("lead_one", args=[one.number])) for one in found}


def _activities(scope: Scope, keys: list[int]) -> dict[int, Door]:
    if not scope.has(*volunteers.READERS):
        return {}
    found = volunteers.activities(scope).filter(pk__in=keys)
    return {one.pk: (str(one.get_sort_display()), reverse("activity", args=[one.pk])) for one in found}


KINDS: Mapping[str, Callable[[Scope, list[int]], dict[int, Door]]] = {
    "answer": _answers, "push": _pushes, "lead": _leads, "activity": _activities,
}  # fmt: skip
