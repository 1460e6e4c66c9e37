"""A joint session as its page shows it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from twinloop.decide.clocks import CHINA
from twinloop.ledger.sight import Scope
from twinloop.mediation.consults import forms, queries, words
from twinloop.mediation.consults.actions.convening import pending
from twinloop.mediation.consults.actions.minuting import EARLY
from twinloop.mediation.consults.models import Body, Consult, Task


@dataclass(frozen=True)
class Line:
    """A task as a row: late, and with the form of whoever may end it."""

    task: Task
    is_late: bool
    form: forms.End | None


def state(consult: Consult) -> str:
    if consult.minutes_at is not None:
        return str(words.STATES["held"])
    return str(words.STATES["dropped" if consult.session.outcome in ("postponed", "dropped") else "planned"])


def lines(
    found: list[Task], *, at: datetime, may_end: bool, slot: str = "", form: forms.End | None = None
) -> list[Line]:
    today = at.astimezone(CHINA).date()
    made = []
    for task in found:
        fresh = forms.End(initial={"once": uuid.uuid4()}, auto_id=f"end{task.pk}-%s")
        own = form if form is not None and slot == f"end{task.pk}" else fresh
        ends = own if may_end and task.state == "open" else None
        made.append(Line(task, task.state == "open" and task.due_on < today, ends))
    return made


def page(consult: Consult, scope: Scope, *, at: datetime, slot: str = "", form: Any = None) -> dict[str, Any]:
    """What the police's page shows. `form`: what was typed and refused, shown again in its `slot`."""
    writes, bodies = scope.has(*queries.WRITERS), queries.on_table(consult)
    begun = at >= consult.starts_at - EARLY
    relead = form if slot == "lead" else forms.Relead(initial={"once": uuid.uuid4()}, auto_id="lead-%s")
    relead.offer(bodies)
    minutes, rows = form if slot == "minutes" else (
        forms.Minutes(initial={"once": uuid.uuid4()}, auto_id="minutes-%s"), forms.lines(None, bodies)
    )  # fmt: skip
    is_off = consult.session.outcome in ("postponed", "dropped")
    return {
        "consult": consult, "dispute": consult.dispute, "bodies": bodies, "state": state(consult),
        "gone": list(consult.bodies.exclude(gone_at=None)), "tracks": queries.tracks(consult.dispute),
        "writes": writes and consult.minutes_at is None, "begun": begun and not is_off, "is_off": is_off,
        "later": pending(consult.session.mediation) if is_off and consult.minutes_at is None else None,
        "came_known": any(body.came is not None for body in bodies), "slot": slot, "once": uuid.uuid4(),
        "relead": relead, "minutes": minutes, "rows": rows, "casedata": True,
        "whistles": _whistles(bodies),
        "tasks": lines(
            _tasks(consult), at=at, may_end=writes, slot=slot, form=form if slot.startswith("end") else None
        ),
    }  # fmt: skip


def _tasks(consult: Consult) -> list[Task]:
    return list(consult.tasks.select_related("body", "ended_by").order_by("number"))


def _whistles(bodies: list[Body]) -> dict[int, str]:
    """The whistles behind the bodies: number by key, each once."""
    return {body.answer.whistle_id: body.answer.whistle.number for body in bodies if body.answer}
