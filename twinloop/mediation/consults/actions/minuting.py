"""Who came, who leads instead, what was agreed among the bodies, and each task until it is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from twinloop.decide import Refused
from twinloop.decide.clocks import CHINA
from twinloop.edge.masks import mask_text
from twinloop.ledger.actions import record
from twinloop.ledger.whole import whole
from twinloop.mediation.consults import words
from twinloop.mediation.consults.actions.convening import follow
from twinloop.mediation.consults.models import Body, Consult, Task
from twinloop.mediation.joint import actions as joint
from twinloop.mediation.joint import letter

EARLY = timedelta(hours=1)  # people came before the hour
FACTS, SAID = 2000, 500


@dataclass(frozen=True, kw_only=True)
class Given:
    """One line: `body` its key."""

    body: int | None
    text: str
    due_on: date | None


def _open(consult: Consult, *, by: int | None, at: datetime) -> Consult:
    locked = follow(consult, by=by, at=at)
    if locked.minutes_at is not None:
        raise Refused("consult_over")
    return locked


def _begun(consult: Consult, at: datetime) -> None:
    if at < consult.starts_at - EARLY:
        raise Refused("consult_early", at=f"{timezone.localtime(consult.starts_at, CHINA):%m-%d %H:%M}")


@whole()
def attend(consult: Consult, here: Mapping[int, str], *, by: int | None, at: datetime) -> Consult:
    """`here`: the bodies that came, by key, and who came for them; the others did not."""
    locked = _open(consult, by=by, at=at)
    _begun(locked, at)
    bodies = list(locked.bodies.filter(gone_at=None))
    present = [body for body in bodies if body.pk in here]
    if not present:
        raise Refused("consult_nobody")
    for body in bodies:
        came = body.pk in here
        Body.objects.filter(pk=body.pk).update(came=came, who=here[body.pk].strip()[:60] if came else "")
    record(locked.dispute.stream, "consult_came", by=by, at=at, number=locked.number, count=len(present))
    return locked


@whole()
def relead(consult: Consult, body: Body, why: str, *, by: int | None, at: datetime) -> Body:
    """Another body leads from now on; where both answer one whistle its lead changes with it."""
    locked = _open(consult, by=by, at=at)
    why = why.strip()[:500]
    if not why:
        raise Refused("consult_why")
    new = locked.bodies.select_related("answer__whistle").filter(pk=body.pk).first()
    if new is None or new.gone_at is not None:
        raise Refused("consult_body_gone", body=body.name)
    if new.part == "lead":
        raise Refused("consult_same_lead", body=new.name)
    old = locked.bodies.filter(part="lead", gone_at=None).select_related("answer").first()
    locked.bodies.filter(part="lead", gone_at=None).update(part="assist")
    Body.objects.filter(pk=new.pk).update(part="lead")
    if old and old.answer and new.answer and old.answer.whistle_id == new.answer.whistle_id:
        joint.relead(new.answer, why, by=by, at=at)
    record(locked.dispute.stream, "consult_lead", by=by, at=at, why=why, number=locked.number, to=new.name)
    new.refresh_from_db()
    return new


@whole()
def write_minutes(
    consult: Consult, facts: str, tasks: Sequence[Given], *, by: int | None, at: datetime
) -> Consult:  # fmt: skip
    """What was said and who does what by when; fixed from then on. The lead was there (domain.md I3)."""
    locked = _open(consult, by=by, at=at)
    _begun(locked, at)
    bodies = {body.pk: body for body in locked.bodies.filter(gone_at=None)}
    _check_came(list(bodies.values()))
    facts = facts.strip()
    if not facts:
        raise Refused("consult_facts")
    if len(facts) > FACTS:
        raise Refused("consult_long", most=FACTS)
    _check_tasks(locked, bodies, tasks)
    dispute = locked.dispute
    Consult.objects.filter(pk=locked.pk).update(
        facts=letter.masked(dispute, facts), minutes_by_id=by, minutes_at=at
    )  # fmt: skip
    Task.objects.bulk_create(
        Task(
            consult=locked, dispute=dispute, body=bodies[one.body or 0], unit_id=bodies[one.body or 0].unit_id,
            number=number, text=letter.masked(dispute, one.text.strip())[:300], due_on=one.due_on or date.max,
        )
        for number, one in enumerate(tasks, 1)
    )  # fmt: skip
    record(dispute.stream, "consult_minutes", by=by, at=at, number=locked.number, count=len(tasks))
    locked.refresh_from_db()
    return locked


def _check_came(bodies: Sequence[Body]) -> None:
    if all(body.came is None for body in bodies):
        raise Refused("consult_came_first")
    if not any(body.came and body.part == "lead" for body in bodies):
        raise Refused("consult_lead_absent")


def _check_tasks(consult: Consult, bodies: Mapping[int, Body], tasks: Sequence[Given]) -> None:
    """Every line whole, given to somebody of this table, not before the day of the session."""
    if not tasks:
        raise Refused("consult_no_task")
    day = consult.starts_at.astimezone(CHINA).date()
    for n, one in enumerate(tasks, 1):
        if one.body is None or not one.text.strip() or one.due_on is None:
            raise Refused("consult_task_whole", n=n)
        if one.body not in bodies:
            raise Refused("consult_task_body", n=n)
        if one.due_on < day:
            raise Refused("consult_task_past", n=n)


@whole()
def end_task(task: Task, how: str, said: str, *, by: int | None, at: datetime) -> Task:
    """Done, or cannot be: with a sentence. Whoever comes second is told where it stands."""
    if how not in words.ENDS:
        raise Refused("consult_task_end")
    said = mask_text(said.strip())[:SAID]
    if not said:
        raise Refused("consult_task_said")
    won = Task.objects.filter(pk=task.pk, state="open").update(state=how, said=said, ended_by_id=by, ended_at=at)
    task.refresh_from_db()
    if not won:
        raise Refused("consult_task_over", state=words.TASKS[task.state])
    record(
        f"dispute:{task.dispute_id}", f"consult_task_{how}", by=by, at=at, why=said, n=task.number,
        number=task.consult.number, body=task.body.name,
    )  # fmt: skip
    return task
