"""A rota as its pages show it: rules and reasons in words, people and villages by name, what changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from twinloop.cases.telling import language, sentence
from twinloop.decide import Refused
from twinloop.decide.roster import Broken, RosterLoad, RosterMove, RosterProof, RosterRule
from twinloop.decide.words import say
from twinloop.people.models import Account
from twinloop.places.models import Place
from twinloop.rosters.actions import Spot
from twinloop.rosters.actions.writing import broken, spots
from twinloop.rosters.models import Cell, Rota, Version
from twinloop.rosters.queries import reading
from twinloop.rosters.queries.facts import Frame

NAMED = 6  # of a long list


def shut(check: Callable[..., None], *facts: Any) -> str:
    """The sentence that keeps an act shut, "" where it is open."""
    try:
        check(*facts)
    except Refused as refused:
        return sentence(refused)
    return ""


class Names:
    """People and villages by key, read once."""

    def __init__(self, accounts: Mapping[int, Account], places: Mapping[int, Place]) -> None:
        self._accounts, self._places = accounts, places

    @classmethod
    def of(cls, frame: Frame, cells: Sequence[Cell] = ()) -> Names:
        accounts = {**{c.account_id: c.account for c in cells}, **frame.people}
        return cls(accounts, {**{c.place_id: c.place for c in cells}, **frame.places})

    def person(self, key: object) -> str:
        found = self._accounts.get(int(str(key))) if key else None
        return found.name if found else ""

    def place(self, key: object) -> str:
        found = self._places.get(int(str(key))) if key else None
        return found.short if found else ""


@dataclass(frozen=True)
class Problem:
    """One rule that does not hold, and whose."""

    what: str
    rule: str
    on: date | None


def problems(found: Sequence[Broken], names: Names) -> list[Problem]:
    told = []
    for one in found:
        whose = " · ".join(word for word in (names.person(one.person), names.place(one.village)) if word)
        rule = say(one.rule, language())
        if one.lacks:
            rule = _("%(rule)s：差 %(n)s 天") % {"rule": rule, "n": one.lacks}
        told.append(Problem(whose, rule, one.on))
    return told


@dataclass(frozen=True)
class Report:
    """What the core said of a plan, in words."""

    proof: str
    seconds: float
    years: Sequence[int]
    clashes: Sequence[tuple[str, str, int, Sequence[tuple[str, str]]]]  # village, week, lacks, [(rule, whom)]
    relax: Sequence[tuple[str, str, str, str]]  # rule, person, village, day
    loads: Mapping[int, Sequence[str]]


def report(raw: Mapping[str, Any], names: Names) -> Report | None:
    if not raw:
        return None
    lang = language()
    clashes = [
        (
            names.place(one["village"]), one["week"], one["lacks"],
            [(say(RosterRule(rule), lang), _whom(people, names)) for rule, people in one["against"]],
        )
        for one in raw.get("clashes", [])
    ]  # fmt: skip
    relax = [
        (say(RosterRule(one["rule"]), lang), names.person(one["person"]), names.place(one["village"]), one["on"])
        for one in raw.get("relax", [])
    ]
    loads = {
        one["person"]: [say(RosterLoad(code), lang, **facts) for code, facts in one["reasons"]]
        for one in raw.get("loads", [])
    }
    proof = say(RosterProof(raw["proof"]), lang, gap=f"{raw['gap']:.1%}")
    return Report(proof, raw["seconds"], raw.get("years", []), clashes, relax, loads)


def _whom(people: Sequence[int], names: Names) -> str:
    said = "、".join(names.person(who) for who in people[:NAMED])
    return said + " " + _("等 %(n)s 人") % {"n": len(people)} if len(people) > NAMED else said


@dataclass(frozen=True)
class Moved:
    on: str
    person: str
    before: str
    after: str
    why: str


def moves(version: Version, names: Names) -> list[Moved]:
    """Of a proposed repair: who, from where to where, why."""
    found = []
    for one in version.moves:
        facts: dict[str, object] = dict(one["facts"])
        if "who" in facts:
            facts["who"] = names.person(facts["who"])
        if "village" in facts:
            facts["village"] = names.place(facts["village"])
        if "rule" in facts:
            facts["rule"] = say(RosterRule(str(facts["rule"])), language())
        why = say(RosterMove(one["why"]), language(), **facts)
        before, after = names.place(one["before"]), names.place(one["after"])
        found.append(Moved(one["on"], names.person(one["person"]), before, after, why))
    return found


def differences(version: Version, names: Names) -> list[Moved]:
    """Against the version that it came from, a line a person and day."""
    after = spots(version.cells.all())
    before = spots(version.base.cells.all()) if version.base else set()
    found: dict[tuple[date, int], list[str]] = {}
    for one in before - after:
        found.setdefault((one.on, one.account), ["", ""])[0] = names.place(one.place)
    for one in after - before:
        found.setdefault((one.on, one.account), ["", ""])[1] = names.place(one.place)
    return [Moved(f"{on}", names.person(who), b, a, "") for (on, who), (b, a) in sorted(found.items())]


@dataclass(frozen=True)
class Page:
    """Everything of one rota's page."""

    grid: reading.Grid
    problems: Sequence[Problem]
    report: Report | None
    names: Names
    cells: Sequence[Cell]


def page(rota: Rota, version: Version | None, frame: Frame, *, today: date) -> Page:
    cells = reading.cells(version)
    names = Names.of(frame, cells)
    standing = {Spot(c.on, c.account_id, c.place_id) for c in cells}
    found = problems(broken(frame, standing), names) if cells else []
    said = report(version.report, names) if version else None
    return Page(reading.grid(rota, cells, frame, today=today), found, said, names, cells)
