"""What is done where the violence is at home: opened, the letter decided, each step put down for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction

from twinloop.cases import actions as cases
from twinloop.cases.models import Dispute, Party, Standing
from twinloop.decide import Refused
from twinloop.decide.clocks import CHINA
from twinloop.decide.safeguard import is_served
from twinloop.decide.words import say
from twinloop.decide.workflow import State
from twinloop.ledger.actions import record
from twinloop.ledger.whole import whole
from twinloop.mediation.safeguards import queries, words
from twinloop.mediation.safeguards.models import Safeguard, Step
from twinloop.people.models import Account

MOST = 30  # days between two visits (*ours*)
OVER = (State.CLOSED, State.MERGED, State.TRANSFERRED)
_DRAW = """INSERT INTO safeguards_letterseries (body, year, last) VALUES (%s, %s, 1)
    ON CONFLICT (body, year) DO UPDATE SET last = safeguards_letterseries.last + 1 RETURNING last"""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """The decision. An issued letter says the facts and what is forbidden (反家庭暴力法 16)."""

    issued: bool
    why: str
    facts: str = ""
    forbids: str = ""


@dataclass(frozen=True, kw_only=True)
class Done:
    """One step. `every`, `until`: of the visits alone."""

    kind: str
    on: date
    to_whom: str = ""
    how: str = ""
    answer: str = "done"
    text: str = ""
    every: int | None = None
    until: date | None = None


@whole()
def begin(
    dispute: Dispute, victim: Party, perpetrator: Party, *, by: int | None, roles: frozenset[str], at: datetime
) -> Safeguard:
    """From now on the dispute goes the way of the Act; no mediation of it. Doing it again gives the same."""
    _check_open(dispute)
    for party in (victim, perpetrator):
        if party.dispute_id != dispute.pk or party.removed_at is not None:
            raise Refused("safeguard_not_party")
    if victim.pk == perpetrator.pk:
        raise Refused("safeguard_same")
    made, new = Safeguard.objects.get_or_create(
        dispute=dispute,
        defaults={"victim": victim, "perpetrator": perpetrator, "opened_by_id": by, "opened_at": at},
    )
    if new:
        if not Standing.objects.get(dispute=dispute).domestic_violence:
            cases.note(dispute, "safeguard", by=by, roles=roles, at=at, domestic_violence=True)
        record(
            dispute.stream, "safeguard_opened", by=by, at=at, victim=victim.name_masked,
            perpetrator=perpetrator.name_masked,
        )  # fmt: skip
    return made


@whole()
def decide(safeguard: Safeguard, letter: Letter, *, by: int, at: datetime) -> Safeguard:
    """A sworn officer decides on the letter, with a reason either way; once."""
    locked = _locked(safeguard)
    if locked.letter:
        raise Refused("safeguard_decided", letter=words.LETTERS[locked.letter])
    if Account.objects.get(pk=by).kind != Account.Kind.SWORN:
        raise Refused("safeguard_sworn")
    why, facts, forbids = letter.why.strip()[:500], letter.facts.strip(), letter.forbids.strip()
    if not why:
        raise Refused("safeguard_why")
    if letter.issued and not (facts and forbids):
        raise Refused("safeguard_content")
    columns: dict[str, object] = {"letter": "issued" if letter.issued else "refused", "why": why}
    if letter.issued:
        columns |= {"facts": facts, "forbids": forbids, **_number(locked.dispute, at)}
    Safeguard.objects.filter(pk=locked.pk).update(decided_by_id=by, decided_at=at, **columns)
    safeguard.refresh_from_db()
    verb = "letter_issued" if letter.issued else "letter_refused"
    record(safeguard.dispute.stream, verb, by=by, at=at, why=why, number=safeguard.letter_number)
    return safeguard


@whole()
def put_down(safeguard: Safeguard, done: Done, *, by: int | None, at: datetime) -> Step:
    """A step was done, declined or is not needed. Raises `Refused`."""
    locked = _locked(safeguard)
    _check_step(locked, done, at.astimezone(CHINA).date())
    try:
        with transaction.atomic():
            made = Step.objects.create(
                safeguard=locked, kind=done.kind, on=done.on, to_whom=done.to_whom.strip()[:60], how=done.how,
                answer=done.answer, text=done.text.strip()[:500], by_id=by, at=at,
            )  # fmt: skip
    except IntegrityError:
        raise Refused("safeguard_step_done", step=words.STEPS[done.kind][0]) from None
    if done.kind == "visits":
        Safeguard.objects.filter(pk=locked.pk).update(visit_every=done.every, visit_until=done.until)
    record(
        locked.dispute.stream, "safeguard_step", by=by, at=at, why=made.text, step=done.kind, answer=done.answer,
        on=done.on,
    )  # fmt: skip
    facts = queries.facts_of(locked, list(locked.steps.all()))
    if is_served(facts) and not Standing.objects.get(dispute=locked.dispute_id).letter_served:
        cases.note(locked.dispute, "letter", by=by, roles=frozenset(), at=at, letter_served=True)
    return made


def _check_step(found: Safeguard, done: Done, today: date) -> None:
    if done.kind not in words.STEPS:
        raise Refused("safeguard_no_step")
    if done.answer not in words.ANSWERS:
        raise Refused("safeguard_answer")
    if done.on > today:
        raise Refused("safeguard_future")
    after_letter = (*words.SERVICES, "visits")
    if done.kind in after_letter and found.letter != "issued":
        raise Refused("safeguard_no_letter")
    if done.kind in after_letter and done.answer != "done":
        raise Refused("safeguard_answer")
    if done.kind in words.SERVICES:
        _check_service(found, done)
    if done.kind == "visits" and not (done.every and done.until and 1 <= done.every <= MOST and done.until > done.on):
        raise Refused("safeguard_visits", most=MOST)
    if done.kind not in after_letter and not done.text.strip():
        raise Refused("safeguard_empty")


def _check_service(found: Safeguard, done: Done) -> None:
    if not done.to_whom.strip():
        raise Refused("safeguard_to")
    if done.how not in words.WAYS:
        raise Refused("safeguard_how")
    if found.decided_at and done.on < found.decided_at.astimezone(CHINA).date():
        raise Refused("safeguard_before")


def _locked(safeguard: Safeguard) -> Safeguard:
    locked = (
        Safeguard.objects.select_for_update(no_key=True, of=("self",)).select_related("dispute").get(pk=safeguard.pk)
    )
    _check_open(locked.dispute)
    return locked


def _check_open(dispute: Dispute) -> None:
    if dispute.state in OVER:
        raise Refused("safeguard_closed", state=say(State(dispute.state)))


def _number(dispute: Dispute, at: datetime) -> dict[str, object]:
    """The next number of the station's year; drawn without gaps within the transaction."""
    year, body = at.astimezone(CHINA).year, dispute.station.code if dispute.station else ""
    with connection.cursor() as cursor:
        cursor.execute(_DRAW, [body, year])
        return {"letter_body": body, "letter_year": year, "letter_serial": cursor.fetchone()[0]}
