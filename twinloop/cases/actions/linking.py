"""Which calls are one quarrel; two disputes that are one; one that is two. All of it can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F

from twinloop.cases.actions.moving import Conflict, move
from twinloop.cases.actions.registering import open_dispute
from twinloop.cases.models import Dispute, Incident, IncidentLink, Merge, Standing
from twinloop.decide import Refused
from twinloop.decide.workflow import Action, State
from twinloop.ledger.actions import record
from twinloop.ledger.whole import whole


def end_of_merges(dispute: Dispute) -> Dispute:
    """Where a merged dispute lives on: what comes late follows the merge."""
    seen = set()
    while dispute.merged_into_id and dispute.pk not in seen:
        seen.add(dispute.pk)
        dispute = Dispute.objects.get(pk=dispute.merged_into_id)
    return dispute


@whole()
def link(
    incident: Incident,
    dispute: Dispute,
    *,
    by: int | None,
    at: datetime,
    why: str,
    source: str = "person",
    first: bool = False,
) -> IncidentLink:
    """`incident` is about `dispute`. A settled or closed one is reopened by it (rule 5).

    `first`: the dispute was opened within this act, so that nobody else knows it yet.
    """
    if not first:
        dispute = Dispute.objects.select_for_update(no_key=True).get(pk=end_of_merges(dispute).pk)
    Incident.objects.select_for_update(no_key=True).get(pk=incident.pk)
    standing = IncidentLink.objects.filter(incident=incident, unlinked_at__isnull=True).first()
    if standing is not None:
        if standing.dispute_id == dispute.pk:
            return standing
        raise Refused("linked_elsewhere", number=standing.dispute.number)
    before = None if first else _newest(dispute)
    made = IncidentLink.objects.create(
        incident=incident, dispute=dispute, source=source, linked_by_id=by, linked_at=at, why=why
    )
    Dispute.objects.filter(pk=dispute.pk).update(version=F("version") + 1, touched_at=at)
    record(dispute.stream, "incident_linked", by=by, at=at, why=why, incident=incident.number, source=source)
    record(incident.stream, "incident_linked", by=by, at=at, why=why, dispute=dispute.number)
    if not first:
        _repeat(dispute, incident, before, at)
    return made


def _newest(dispute: Dispute) -> datetime | None:
    return (
        Incident.objects.filter(links__dispute=dispute, links__unlinked_at__isnull=True)
        .order_by("-received_at")
        .values_list("received_at", flat=True)
        .first()
    )


def _repeat(dispute: Dispute, incident: Incident, before: datetime | None, at: datetime) -> None:
    days = abs((incident.received_at - before).days) if before else None
    over = dispute.state in (State.SETTLED, State.CLOSED)
    facts = {"linked_days": days, "linked_incident_after": over}
    Standing.objects.filter(dispute=dispute).update(**facts)
    if over:
        move(dispute, Action.REOPEN, by=None, roles=frozenset({"system"}), at=at, why=incident.number)


@whole()
def unlink(link_: IncidentLink, *, by: int | None, at: datetime, why: str) -> None:
    """Not the same quarrel after all. The link stays in history."""
    if not why.strip():
        raise Refused("reason_missing")
    found = IncidentLink.objects.filter(pk=link_.pk, unlinked_at__isnull=True)
    if not found.update(unlinked_at=at, unlinked_by_id=by, unlinked_why=why):
        raise Refused("already_undone")
    Dispute.objects.filter(pk=link_.dispute_id).update(version=F("version") + 1, touched_at=at)
    stream = f"dispute:{link_.dispute_id}"
    record(stream, "incident_unlinked", by=by, at=at, why=why, incident=link_.incident.number)
    record(f"incident:{link_.incident_id}", "incident_unlinked", by=by, at=at, why=why, dispute=link_.dispute.number)


@whole()
def merge(
    source: Dispute,
    target: Dispute,
    *,
    by: int | None,
    roles: frozenset[str],
    at: datetime,
    why: str,
    version: int | None = None,
) -> Merge:
    """`source` is the same quarrel as `target`: it stops here and lives on there; calls and parties stay readable."""
    target = end_of_merges(target)
    if source.pk == target.pk:
        raise Refused("merge_itself")
    # always in one order, so that two merges at once wait for each other and do not lock up
    list(Dispute.objects.select_for_update(no_key=True).filter(pk__in=[source.pk, target.pk]).order_by("pk"))
    target.refresh_from_db()
    if target.merged_into_id:  # meanwhile merged away itself
        raise Conflict(target)
    move(source, Action.MERGE, by=by, roles=roles, at=at, why=why, version=version, given={"target": target})
    Dispute.objects.filter(pk=target.pk).update(version=F("version") + 1, touched_at=at)
    record(target.stream, "merged_here", by=by, at=at, why=why, source=source.number)
    return Merge.objects.create(source=source, target=target, by_id=by, at=at, why=why)


@whole()
def split_merge(
    source: Dispute, *, by: int | None, roles: frozenset[str], at: datetime, why: str, version: int | None = None
) -> Dispute:
    """Undo a merge: `source` goes back to where it stood."""
    made = Merge.objects.select_related("target").filter(source=source, undone_at__isnull=True).first()
    move(source, Action.SPLIT, by=by, roles=roles, at=at, why=why, version=version)
    if made is not None:
        Merge.objects.filter(pk=made.pk).update(undone_at=at, undone_by_id=by, undone_why=why)
        Dispute.objects.filter(pk=made.target_id).update(version=F("version") + 1, touched_at=at)
        record(made.target.stream, "split_from_here", by=by, at=at, why=why, source=source.number)
    return source


@whole()
def split_off(
    dispute: Dispute, incidents: Sequence[Incident], *, title: str, by: int | None, at: datetime, why: str
) -> Dispute:
    """Some of the calls are another quarrel: a dispute of their own. Undone by merging it back."""
    links = list(
        IncidentLink.objects.select_related("incident", "dispute").filter(
            dispute=dispute, incident__in=incidents, unlinked_at__isnull=True
        )
    )
    if not links or len(links) != len(incidents):
        raise Refused("split_foreign")
    if len(links) == dispute.links.filter(unlinked_at__isnull=True).count():
        raise Refused("split_all")
    for found in links:
        unlink(found, by=by, at=at, why=why)
    made = open_dispute(
        title=title, by=by, at=at, place=dispute.place, origin="split", type_code=dispute.type_code, focus=dispute.focus
    )
    for found in links:
        link(found.incident, made, by=by, at=at, why=why, first=True)
    record(dispute.stream, "split_off", by=by, at=at, why=why, made=made.number)
    return made
