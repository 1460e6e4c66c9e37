"""The agency's side: signs (签收), comes (报到), says what it did (反馈), as often as it likes, once finally."""

from __future__ import annotations

from datetime import datetime

from twinloop.decide import Refused
from twinloop.decide.clocks import RuleCode
from twinloop.edge.masks import mask_text
from twinloop.ledger.whole import whole
from twinloop.mediation.joint import letter, words
from twinloop.mediation.joint.actions import stepping
from twinloop.mediation.joint.models import OPEN, Answer, Objection, Report


@whole()
def sign(answer: Answer, *, by: int | None, at: datetime) -> Answer:
    """From now on the feedback is owed: a day, or five for what is complex."""
    stepping.step(answer, ("sent",), "signed", signed_by_id=by, signed_at=at)
    _signed(answer, by=by, at=at)
    return answer


@whole()
def arrive(answer: Answer, *, by: int | None, at: datetime) -> Answer:
    """Who comes has also signed."""
    locked = Answer.objects.select_for_update(no_key=True).get(pk=answer.pk)
    unsigned = locked.signed_at is None
    columns = {"signed_by_id": by, "signed_at": at} if unsigned else {}
    stepping.step(answer, ("sent", "signed"), "arrived", arrived_by_id=by, arrived_at=at, **columns)
    if unsigned:
        _signed(answer, by=by, at=at)
    stepping.stop(answer, RuleCode.WHISTLE_ARRIVAL, by=by, at=at)
    stepping.told(answer, "whistle_arrived", by=by, at=at)
    return answer


@whole()
def feed_back(answer: Answer, text: str, result: str, *, is_final: bool, by: int | None, at: datetime) -> Report:
    """What was done so far, or finally. A pending objection is decided first: nobody finishes what they disown."""
    text = mask_text(text.strip())
    if not text:
        raise Refused("whistle_feedback_empty")
    if len(text) > letter.MOST:
        raise Refused("whistle_text_long", most=letter.MOST)
    if result not in words.RESULTS:
        raise Refused("whistle_result")
    if is_final and result == "under_way":
        raise Refused("whistle_final_result")
    if is_final and Objection.objects.filter(answer=answer, decision="").exists():
        raise Refused("whistle_pending")
    if is_final:
        stepping.step(answer, ("signed", "arrived"), "done", done_at=at, ended_by_id=by, ended_at=at)
        rules = (RuleCode.WHISTLE_ARRIVAL, RuleCode.WHISTLE_FEEDBACK, RuleCode.WHISTLE_FEEDBACK_COMPLEX)
        stepping.stop(answer, *rules, by=by, at=at)
    else:
        _check_open(answer)
    made = Report.objects.create(answer=answer, text=text, result=result, is_final=is_final, by_id=by, at=at)
    verb = "whistle_done" if is_final else "whistle_feedback"
    stepping.told(answer, verb, by=by, at=at, why=text, whistle_result=result)
    return made


def _check_open(answer: Answer) -> None:
    """A feedback on the way needs a signature first, and an item that is still the agency's."""
    stands = Answer.objects.select_for_update(no_key=True).get(pk=answer.pk).state
    if stands not in OPEN or stands == "sent":
        raise Refused("whistle_moved", state=words.STATES[stands])


def _signed(answer: Answer, *, by: int | None, at: datetime) -> None:
    stepping.stop(answer, RuleCode.WHISTLE_SIGNED, by=by, at=at)
    whole = answer.whistle.is_complex
    stepping.start(answer, RuleCode.WHISTLE_FEEDBACK_COMPLEX if whole else RuleCode.WHISTLE_FEEDBACK, by=by, at=at)
    stepping.told(answer, "whistle_signed", by=by, at=at)
