"""Facts that a later move asks for, each written by one verb; notes and files."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import F

from twinloop.cases import filed
from twinloop.cases.models import Attachment, Dispute, Note, Standing, Term
from twinloop.cases.queries import working_day
from twinloop.decide import Refused, gate
from twinloop.edge import uploads
from twinloop.ledger.actions import record
from twinloop.ledger.whole import whole

# kind of note → the columns of Standing that it may write
KINDS: dict[str, tuple[str, ...]] = {
    "review": ("review",),
    "callback": ("callback_reached", "callback_dissatisfied"),
    "leader": (),
    "offence": ("offence", "violence"),
    "safeguard": ("domestic_violence",),
    "circumstances": ("group_event", "minors", "party_unwilling"),
    "terms_broken": ("terms_broken",),
    "application": ("application_approved",),
    "letter": ("letter_served",),  # by the room of safeguards alone
    "decision": ("decision",),  # by the room of rounds alone, which keeps its number, kind and day
    "session": ("sessions_failed",),  # by the room of sessions alone: one of several came to nothing
}
SIGNS_FOR_LEVEL_ONE = frozenset({"bureau", "chief"})


def _touch(dispute: Dispute, at: datetime) -> None:
    Dispute.objects.filter(pk=dispute.pk).update(version=F("version") + 1, touched_at=at)


@whole()
def note(
    dispute: Dispute,
    kind: str,
    *,
    by: int | None,
    roles: frozenset[str],
    at: datetime,
    why: str = "",
    **facts: Any,
) -> Standing:
    """Record facts of one kind about a dispute; unknown names are not read. Raises `Refused`."""
    if kind not in KINDS:
        raise Refused("no_such_note")
    standing = Standing.objects.select_for_update(no_key=True).get(dispute=dispute)
    columns = {name: facts[name] for name in KINDS[kind] if name in facts}
    columns |= _more(kind, dispute, columns, by=by, roles=roles, at=at)
    if not columns:
        raise Refused("nothing_noted")
    before = {name: getattr(standing, name) for name in columns}
    for name, value in columns.items():
        setattr(standing, name, value)
    standing.save(update_fields=list(columns))
    _touch(dispute, at)
    record(dispute.stream, f"noted_{kind}", by=by, at=at, why=why, before=before, after=columns)
    if kind == "callback" and standing.callback_reached:
        _callback_done(dispute, by, at)
    return standing


def _more(
    kind: str, dispute: Dispute, columns: dict[str, Any], *, by: int | None, roles: frozenset[str], at: datetime
) -> dict[str, Any]:
    if kind == "callback":
        if dispute.state not in ("settled", "penalty"):
            raise Refused("callback_too_early")
        return {"callback_at": at}
    if kind == "leader":
        if not roles & SIGNS_FOR_LEVEL_ONE:
            raise Refused("leader_only")
        return {"leader_signed_at": at, "leader_signed_by_id": by}
    if kind == "review" and not str(columns.get("review", "")).strip():
        raise Refused("review_empty")
    return {}


def _callback_done(dispute: Dispute, by: int | None, at: datetime) -> None:
    from twinloop.cases.actions.clocking import stop_clocks
    from twinloop.cases.actions.following import CALLBACKS

    stop_clocks(CALLBACKS, dispute=dispute.pk, by=by, at=at)


@whole()
def ask_gate(dispute: Dispute, track: str, facts: dict[str, Any], *, by: int | None, at: datetime) -> gate.Decision:
    """Ask whether the dispute may be mediated, and keep the answer with its articles."""
    standing = Standing.objects.select_for_update(no_key=True).get(dispute=dispute)
    if standing.domestic_violence:
        facts = {**facts, "nature": "domestic_violence"}
    decision = gate.decide(gate.Track(track), gate.Facts.from_mapping(facts), is_working=working_day)
    standing.gate_track, standing.gate_open = track, decision.allowed
    standing.gate_articles = list(decision.articles)
    standing.gate_reasons = [str(r.code) for r in decision.reasons]
    standing.save(update_fields=["gate_track", "gate_open", "gate_articles", "gate_reasons"])
    _touch(dispute, at)
    record(
        dispute.stream,
        "gate_asked",
        by=by,
        at=at,
        track=track,
        allowed=decision.allowed,
        articles=list(decision.articles),
        facts={k: v for k, v in facts.items() if v not in (None, "")},
    )
    return decision


@whole()
def perform_term(term: Term, *, by: int | None, at: datetime, on: date, kept: bool, watched: bool = False) -> None:
    """A promise was kept, or broken, on a day; one that an agreement watches is told by it alone (`watched`)."""
    if term.is_watched and not watched:
        raise Refused("term_watched")
    if on > at.date():
        raise Refused("future_date")
    column = "performed_on" if kept else "broken_on"
    found = Term.objects.filter(pk=term.pk, dropped_at__isnull=True, performed_on__isnull=True, broken_on__isnull=True)
    if not found.update(**{column: on}):
        raise Refused("term_over")
    if not kept:
        Standing.objects.filter(dispute=term.dispute_id).update(terms_broken=True, broken_agreement=True)
    _touch(term.dispute, at)
    record(term.dispute.stream, "term_kept" if kept else "term_broken", by=by, at=at, term=term.number, on=on)


@whole()
def add_note(dispute: Dispute, text: str, *, by: int, at: datetime, caucus_side: str = "") -> Note:
    """A note; with `caucus_side` it belongs to that side's talk alone."""
    if not text.strip():
        raise Refused("note_empty")
    made = Note(dispute=dispute, by_id=by, at=at, text=text.strip(), caucus_side=caucus_side)
    made.save(force_insert=True)
    _touch(dispute, at)
    record(dispute.stream, "note_added", by=by, at=at, note=made.pk, caucus=caucus_side)
    return made


def attach(dispute: Dispute, stream: BinaryIO, name: str, *, by: int, at: datetime) -> Attachment:
    """Check a file by its content, strip it, store it under a random name. Raises `uploads.UploadRefused`."""
    checked = uploads.check(stream, name)
    with filed.written([checked]) as (row,), transaction.atomic():
        made = Attachment.objects.create(dispute=dispute, by_id=by, at=at, kind=checked.kind, **row)
        _touch(dispute, at)
        record(dispute.stream, "file_added", by=by, at=at, file=made.pk, size=made.size, sha256=made.sha256)
    return made


@whole()
def drop_attachment(attachment: Attachment, *, by: int, at: datetime, why: str) -> None:
    """Hidden from the case; the file is kept with the history until its retention ends."""
    if not why.strip():
        raise Refused("reason_missing")
    found = Attachment.objects.filter(pk=attachment.pk, removed_at__isnull=True)
    if found.update(removed_at=at, removed_by_id=by, removed_why=why):
        _touch(attachment.dispute, at)
        record(attachment.dispute.stream, "file_removed", by=by, at=at, why=why, file=attachment.pk)
