"""A shift and a village as their pages show them: what people wrote is masked, moments say whether they came late."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from twinloop.cases.telling import sentence
from twinloop.decide import Refused
from twinloop.discovery.leads.models import Lead
from twinloop.discovery.leads.visibility import leads
from twinloop.discovery.posts import words
from twinloop.discovery.posts.actions import is_late
from twinloop.discovery.posts.models import HelpGiven, JointCheck, Shift
from twinloop.discovery.posts.queries import Cell, Grid, Line
from twinloop.edge.masks import mask_text
from twinloop.ledger.sight import Scope


@dataclass(frozen=True)
class Kept:
    """One shift in a list: `state` is planned, on (in the village now), done, gone (nobody came)."""

    shift: Shift
    state: str
    hours: str
    in_late: bool
    out_late: bool


@dataclass(frozen=True)
class Checked:
    check: JointCheck
    partners: Sequence[str]
    looked: Sequence[str]
    findings: str


@dataclass(frozen=True)
class Helped:
    help: HelpGiven
    words: str


@dataclass(frozen=True)
class Shown:
    kept: Kept
    helps: Sequence[Helped]
    checks: Sequence[Checked]
    leads: Sequence[Lead]


def kept(shift: Shift, *, today: date) -> Kept:
    if shift.out_at:
        state = "done"
    elif shift.in_at:
        state = "on"
    else:
        state = "gone" if shift.on < today else "planned"
    late = (is_late(shift.in_at, shift.in_sent_at), is_late(shift.out_at, shift.out_sent_at))
    if shift.is_mended:  # sent later by its nature, and said so in another word
        late = (False, False)
    return Kept(shift, state, hours(shift.length), *late)


def hours(spent: timedelta) -> str:
    """Hours and minutes, 8:30: tenths of hours would not add up."""
    minutes = round(spent.total_seconds() / 60)
    return f"{minutes // 60}:{minutes % 60:02d}"


def checked(check: JointCheck) -> Checked:
    partners = [str(words.PARTNERS[code]) for code in check.partners]
    return Checked(check, partners, [str(words.LOOKED[code]) for code in check.looked], mask_text(check.findings))


def helped(help_: HelpGiven) -> Helped:
    return Helped(help_, mask_text(help_.words))


def shown(shift: Shift, scope: Scope, *, today: date) -> Shown:
    return Shown(
        kept(shift, today=today),
        [helped(entry) for entry in shift.helps.filter(withdrawn_at__isnull=True)],
        [checked(entry) for entry in shift.checks.filter(withdrawn_at__isnull=True)],
        list(leads(scope).filter(context=shift.context).order_by("reported_at")),
    )


@dataclass(frozen=True)
class Box:
    """A cell of the grid; `word` is what stands for the whole day to those who listen."""

    cell: Cell
    kept: Sequence[Kept]


@dataclass(frozen=True)
class Village:
    line: Line
    boxes: Sequence[Box]
    word: str


def villages(grid: Grid, *, today: date) -> list[Village]:
    return [
        Village(
            line,
            [Box(cell, [kept(shift, today=today) for shift in cell.shifts]) for cell in line.cells],
            str(words.STATES[line.standing.state]),
        )
        for line in grid.lines
    ]


def shut(check: Callable[..., None], *facts: Any) -> str:
    """The sentence that keeps an act shut, "" where it is open."""
    try:
        check(*facts)
    except Refused as refused:
        return sentence(refused)
    return ""


def sentences(refused: Sequence[Refused]) -> list[str]:
    return [sentence(no) for no in refused]
