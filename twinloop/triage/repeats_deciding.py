"""A person says of two incidents: one quarrel, or not. Both can be taken back; neither is overruled by the software."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from twinloop.cases import actions as cases
from twinloop.cases import visibility
from twinloop.cases.actions.linking import end_of_merges
from twinloop.cases.models import Dispute, Incident, IncidentLink, Merge
from twinloop.decide import Refused
from twinloop.edge.masks import mask_text
from twinloop.ledger.actions import record
from twinloop.ledger.sight import Scope
from twinloop.triage.models import Judgement
from twinloop.triage.repeat_pairs import RepeatPair
from twinloop.triage.repeats import VERSION


@transaction.atomic
def join(pair: RepeatPair, *, by: int, scope: Scope, at: datetime, why: str) -> Dispute:
    """One quarrel: the later incident goes to the dispute of the earlier one, which is opened where there is none.

    Where both have a dispute already, that of the later is merged into the other. A settled dispute is reopened by it,
    and round two follows by the rules of the dispute.
    """
    pair = _taken(pair, "open", "joined", by=by, at=at)
    target = _dispute_of(pair.earlier) or _opened(pair.earlier, by=by, at=at)
    source = _dispute_of(pair.incident)
    if not scope.sees_all and not _sees(scope, target, source):
        raise Refused("repeat_outside")
    made: dict[str, Any] = {}
    if source is None:
        made["link"] = cases.link(pair.incident, target, by=by, at=at, why=why, source="system")
    elif source.pk == target.pk:
        raise Refused("repeat_one_already", number=target.number)
    else:
        made["merged"] = cases.merge(source, target, by=by, roles=scope.roles, at=at, why=why)
    RepeatPair.objects.filter(pk=pair.pk).update(**made)
    _said(pair, "joined", by=by, at=at, why=why, dispute=target.number)
    return target


@transaction.atomic
def part(pair: RepeatPair, *, by: int, at: datetime, why: str) -> None:
    """Not one quarrel after all: the later incident leaves the dispute in which a person had put both."""
    pair = _taken(pair, "open", "joined", by=by, at=at)
    link = IncidentLink.objects.filter(
        incident=pair.incident, unlinked_at__isnull=True, dispute__links__incident=pair.earlier
    ).first()
    if link is None:
        raise Refused("repeat_apart_already")
    cases.unlink(link, by=by, at=at, why=why)
    RepeatPair.objects.filter(pk=pair.pk).update(link=link)
    _said(pair, "parted", by=by, at=at, why=why, dispute=link.dispute.number)


@transaction.atomic
def refuse(pair: RepeatPair, *, by: int, at: datetime, why: str = "") -> None:
    """The suggestion is wrong. It stays as refused, so that it is not made again."""
    pair = _taken(pair, "open", "refused", by=by, at=at)
    _said(pair, "refused", by=by, at=at, why=why)


@transaction.atomic
def undo(pair: RepeatPair, *, by: int, roles: frozenset[str], at: datetime, why: str) -> None:
    """Back into the queue, and what joining or parting did is taken back with it."""
    before = pair.state
    if before not in {"joined", "refused"}:
        raise Refused("repeat_not_answered")
    taken = RepeatPair.objects.filter(pk=pair.pk, state=before)
    if not taken.update(state="open", answered_by=None, answered_at=None, link=None, merged=None):
        raise Refused("repeat_answered")
    if before == "joined":
        _taken_back(pair, by=by, roles=roles, at=at, why=why)
    _said(pair, "undone", by=by, at=at, why=why)


def _taken_back(pair: RepeatPair, *, by: int, roles: frozenset[str], at: datetime, why: str) -> None:
    if pair.kind == "part" and pair.link_id:
        link = IncidentLink.objects.select_related("dispute").get(pk=pair.link_id)
        cases.link(pair.incident, link.dispute, by=by, at=at, why=why, source="person")
    elif pair.merged_id:
        merged = Merge.objects.select_related("source").get(pk=pair.merged_id)
        if merged.undone_at is not None:
            raise Refused("repeat_undone_elsewhere")
        cases.split_merge(merged.source, by=by, roles=roles, at=at, why=why)
    elif pair.link_id:
        link = IncidentLink.objects.select_related("incident", "dispute").get(pk=pair.link_id)
        if link.unlinked_at is not None:
            raise Refused("repeat_undone_elsewhere")
        cases.unlink(link, by=by, at=at, why=why)


def _taken(pair: RepeatPair, old: str, new: str, *, by: int, at: datetime) -> RepeatPair:
    """The first answer counts; whoever comes second is told so."""
    found = RepeatPair.objects.filter(pk=pair.pk, state=old)
    if not found.update(state=new, answered_by_id=by, answered_at=at):
        raise Refused("repeat_answered")
    return RepeatPair.objects.select_related("incident", "earlier").get(pk=pair.pk)


def _sees(scope: Scope, *found: Dispute | None) -> bool:
    wanted = {dispute.pk for dispute in found if dispute}
    return visibility.disputes(scope).filter(pk__in=wanted).count() == len(wanted)


def _dispute_of(incident: Incident) -> Dispute | None:
    link = IncidentLink.objects.filter(incident=incident, unlinked_at__isnull=True).select_related("dispute").first()
    return end_of_merges(link.dispute) if link else None


def _opened(incident: Incident, *, by: int, at: datetime) -> Dispute:
    title = mask_text(incident.narrative)[:40]
    return cases.open_dispute(title=title, by=by, at=at, incident=incident, type_code=incident.reported_type)


def _said(pair: RepeatPair, verdict: str, *, by: int, at: datetime, why: str, dispute: str = "") -> None:
    """The person's word beside the suggestion, and the event."""
    standing = Judgement.objects.filter(incident=pair.incident, what="repeats", by__isnull=True).first()
    overrules = standing if verdict == "refused" else None
    Judgement.objects.create(
        what="repeats", incident=pair.incident, answer={"verdict": verdict, "earlier": pair.earlier_id},
        params_version=VERSION, by_id=by, at=at, why=why, overrules=overrules,
    )  # fmt: skip
    record(
        pair.incident.stream, f"repeat_{verdict}", by=by, at=at, why=why, earlier=pair.earlier.number, dispute=dispute
    )
