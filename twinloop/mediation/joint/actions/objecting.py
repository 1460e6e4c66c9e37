"""派单异议: an agency says once that it is not theirs; an arbiter decides. Till then it is responsible (首接负责)."""

from __future__ import annotations

from datetime import datetime

from twinloop.decide import Refused
from twinloop.decide.whistle import Held, check_decision, check_objection
from twinloop.edge.masks import mask_text
from twinloop.ledger.whole import whole
from twinloop.mediation.joint import words
from twinloop.mediation.joint.actions import stepping
from twinloop.mediation.joint.actions.blowing import put
from twinloop.mediation.joint.models import GONE, OPEN, Answer, Objection, Whistle
from twinloop.people.models import Unit


@whole()
def object_to(answer: Answer, ground: str, text: str, *, by: int | None, at: datetime) -> Objection:
    """The clocks go on: nobody wins time by objecting."""
    locked = Answer.objects.select_for_update(no_key=True).get(pk=answer.pk)
    held = Held(
        is_over=locked.state not in OPEN,
        is_passed_on=locked.passed_from_id is not None,
        has_objected=Objection.objects.filter(answer=locked).exists(),
    )
    check_objection(held, ground, text)
    made = Objection.objects.create(answer=locked, ground=ground, text=mask_text(text.strip())[:500], by_id=by, at=at)
    stepping.told(locked, "whistle_objected", by=by, at=at, why=made.text, whistle_ground=ground)
    return made


@whole()
def decide(
    objection: Objection, decision: str, *, why: str, by: int | None, at: datetime, to_unit: Unit | None = None
) -> Objection:
    """A named arbiter, not the one who blew the whistle. What moves goes with its part to another agency, for good."""
    locked = Objection.objects.select_for_update(no_key=True).get(pk=objection.pk)
    answer = (
        Answer.objects.select_for_update(no_key=True, of=("self",)).select_related("whistle").get(pk=locked.answer_id)
    )
    if locked.decision:
        raise Refused("whistle_decided")
    if by is not None and by == answer.whistle.blown_by_id:
        raise Refused("whistle_not_arbiter")
    if decision not in words.DECISIONS:
        raise Refused("whistle_decision_missing")
    moves = decision == "moves"
    called = Answer.objects.filter(whistle=answer.whistle_id).exclude(state__in=GONE).values_list("unit", flat=True)
    check_decision(
        moves=moves, target=to_unit.pk if to_unit else None, own=answer.unit_id, called=frozenset(called), why=why
    )
    why = why.strip()[:500]
    Objection.objects.filter(pk=locked.pk).update(
        decision=decision, to_unit=to_unit if moves else None, decided_why=why,
        decided_by_id=by, decided_at=at,
    )  # fmt: skip
    objection.refresh_from_db()
    if moves and to_unit is not None:
        _pass_on(answer, to_unit, why, by=by, at=at)
    else:
        stepping.told(answer, "whistle_stays", by=by, at=at, why=why)
    return objection


def _pass_on(answer: Answer, unit: Unit, why: str, *, by: int | None, at: datetime) -> Answer:
    stepping.step(answer, OPEN, "moved", ended_by_id=by, ended_at=at, ended_why=why)
    stepping.drop(answer, by=by, at=at, why=why)
    stepping.told(answer, "whistle_passed", by=by, at=at, why=why, to=unit.name)
    made = put(answer.whistle, unit, answer.part, at=at, passed_from=answer)
    if answer.part == "lead":
        Whistle.objects.filter(pk=answer.whistle_id).update(lead_unit=unit)
    stepping.send(made, by=by, at=at)
    return made
