"""An agreement is drafted, changed, made void. A wrong term is refused at once, an unfinished paper is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from twinloop.cases.models import Dispute, Party, Standing
from twinloop.decide import Refused
from twinloop.decide.agreement import check_promises
from twinloop.decide.clocks import CHINA
from twinloop.decide.words import say
from twinloop.decide.workflow import State
from twinloop.ledger.actions import record
from twinloop.ledger.whole import whole
from twinloop.mediation.agreements import checking, words
from twinloop.mediation.agreements.checking import Given
from twinloop.mediation.agreements.models import Agreement, Draft, Due, Promise
from twinloop.people.models import Account

WHEN = (State.HANDLING, State.MEDIATING)
MOST, PARTS, YEARS = 12, 36, 10
_DRAW = """INSERT INTO agreements_series (track, body, year, last) VALUES (%s, %s, %s, 1)
    ON CONFLICT (track, body, year) DO UPDATE SET last = agreements_series.last + 1 RETURNING last"""


@dataclass(frozen=True, kw_only=True)
class Content:
    """What the paper says (人民调解法 29)."""

    track: str = "people"
    is_oral: bool = False
    facts: str = ""
    matter: str = ""
    subject: str = "other"
    mediator: Account | None = None
    mediator_name: str = ""
    terms: tuple[Given, ...] = ()


@whole()
def draft(dispute: Dispute, content: Content, *, by: int | None, at: datetime) -> Agreement:
    """The first version; it has its number from now on. Raises `Refused`."""
    dispute = Dispute.objects.select_related("place", "station").get(pk=dispute.pk)
    _check_time(dispute)
    _check(dispute, content, at)
    live = Agreement.objects.filter(dispute=dispute, state="draft").first()
    if live is not None:
        raise Refused("agreement_open", number=live.number)
    numbered = _number(dispute, content.track, at)
    try:
        with transaction.atomic():
            made = Agreement.objects.create(
                dispute=dispute, drafted_by_id=by, drafted_at=at, changed_at=at, **_columns(content), **numbered
            )
    except IntegrityError:  # somebody else began one at the same moment
        raise Refused("agreement_open", number="") from None
    _write(made, content.terms, at)
    record(made.stream, "agreement_drafted", by=by, at=at, number=made.number, terms=len(content.terms))
    return made


@whole()
def redraft(agreement: Agreement, content: Content, *, version: int, by: int | None, at: datetime) -> Agreement:
    """A new version; the one before is kept whole, and its signatures do not count for this one."""
    locked = _locked(agreement)
    if locked.version != version:
        raise Refused("agreement_version", version=locked.version)
    dispute = Dispute.objects.get(pk=locked.dispute_id)
    _check_time(dispute)
    _check(dispute, content, at)
    Draft.objects.create(agreement=locked, version=locked.version, content=told(locked), by_id=by, at=at)
    locked.dues.all().delete()
    locked.promises.all().delete()
    columns = _columns(content) | {"track": locked.track}  # its number is of that track: another track, another paper
    Agreement.objects.filter(pk=locked.pk).update(version=locked.version + 1, changed_at=at, **columns)
    agreement.refresh_from_db()
    _write(agreement, content.terms, at)
    record(agreement.stream, "agreement_changed", by=by, at=at, number=agreement.number, version=agreement.version)
    return agreement


@whole()
def void(agreement: Agreement, why: str, *, by: int | None, at: datetime) -> Agreement:
    """A draft comes to nothing; its number stays used, so that none is missing."""
    why = why.strip()[:500]
    if not why:
        raise Refused("agreement_void_why")
    locked = _locked(agreement)
    Agreement.objects.filter(pk=locked.pk).update(state="void", ended_at=at, ended_by_id=by, ended_why=why)
    agreement.refresh_from_db()
    record(agreement.stream, "agreement_void", by=by, at=at, why=why, number=agreement.number)
    return agreement


def told(agreement: Agreement) -> dict[str, Any]:
    """A version as plain data: parties by their keys, never by name."""
    terms = [
        {
            "kind": p.kind, "by": p.by_party_id, "to": p.to_party_id, "text": p.text, "how": p.how,
            "amount": str(p.amount or ""), "at_once": p.at_once,
            "dues": [[str(d.amount or ""), d.due_on.isoformat()] for d in p.dues.all()],
        }
        for p in agreement.promises.prefetch_related("dues")
    ]  # fmt: skip
    return {"facts": agreement.facts, "matter": agreement.matter, "subject": agreement.subject, "terms": terms}


def _locked(agreement: Agreement) -> Agreement:
    locked = Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    if locked.state != "draft":
        raise Refused("agreement_moved", state=words.STATES[locked.state])
    return locked


def _check_time(dispute: Dispute) -> None:
    if Standing.objects.get(dispute=dispute).domestic_violence:
        raise Refused("agreement_violence")
    if dispute.state not in WHEN:
        raise Refused("agreement_not_now", state=say(State(dispute.state)))


def _check(dispute: Dispute, content: Content, at: datetime) -> None:
    on = at.astimezone(CHINA).date()
    if content.mediator is None and not content.mediator_name.strip():
        raise Refused("agreement_no_mediator")
    if len(content.terms) > MOST or any(len(term.parts) > PARTS for term in content.terms):
        raise Refused("agreement_many", most=MOST, parts=PARTS)
    parties = {party.pk: party for party in checking.parties(dispute)}
    for number, term in enumerate(content.terms, 1):
        _check_term(term, number, parties, on)
    check_promises(checking.drafted(list(parties.values()), content.terms), on)


def _check_term(term: Given, number: int, parties: dict[int, Party], on: date) -> None:
    if term.by_party not in parties or (term.to_party is not None and term.to_party not in parties):
        raise Refused("agreement_side", number=number)
    if term.by_party == term.to_party:
        raise Refused("agreement_same", number=number)
    if term.kind == "money" and (term.amount is None or term.amount <= 0 or term.amount != round(term.amount, 2)):
        raise Refused("agreement_money", number=number)
    if term.kind != "money" and (term.amount is not None or term.parts):
        raise Refused("agreement_not_money", number=number)
    days = [day for _sum, day in term.parts] + ([term.due_on] if term.due_on else [])
    if any(day.year > on.year + YEARS for day in days):
        raise Refused("agreement_far", number=number, years=YEARS)


def _columns(content: Content) -> dict[str, Any]:
    facts = asdict(content) | {"mediator": content.mediator}
    del facts["terms"]
    return {name: value.strip() if isinstance(value, str) else value for name, value in facts.items()}


def _number(dispute: Dispute, track: str, at: datetime) -> dict[str, Any]:
    """The next number of the community's committee, or of the station; drawn without gaps within the transaction."""
    year = at.astimezone(CHINA).year
    body, name = "", ""
    if track == "people" and dispute.place is not None:
        body, name = dispute.place.code, dispute.place.short
    elif track == "police" and dispute.station is not None:
        body, name = dispute.station.code, dispute.station.name
    with connection.cursor() as cursor:
        cursor.execute(_DRAW, [track, body, year])
        serial = cursor.fetchone()[0]
    mark = "人调字" if track == "people" else "治调字"
    return {"body": body, "year": year, "serial": serial, "number": f"{name}{mark}〔{year}〕第{serial}号"}


def _write(agreement: Agreement, terms: Sequence[Given], at: datetime) -> None:
    on = at.astimezone(CHINA).date()
    for number, term in enumerate(terms, 1):
        promise = Promise.objects.create(
            agreement=agreement, number=number, kind=term.kind, by_party_id=term.by_party,
            to_party_id=term.to_party, text=term.text.strip()[:200], how=term.how.strip(), amount=term.amount,
            at_once=term.at_once,
        )  # fmt: skip
        whole = on if term.at_once else term.due_on
        parts = term.parts or (((term.amount, whole),) if whole else ())
        Due.objects.bulk_create(
            Due(agreement=agreement, promise=promise, number=n, amount=amount, due_on=day)
            for n, (amount, day) in enumerate(parts, 1)
        )
