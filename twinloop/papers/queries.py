"""Which papers a dispute offers, what each was numbered, what its dossier still lacks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from twinloop.cases.actions.looking import MAY_OPEN
from twinloop.cases.models import Attachment, Dispute, Incident, IncidentLink
from twinloop.decide.dossier import Facts, Line, Part, check
from twinloop.papers import building
from twinloop.papers.kinds import KINDS, Kind, Subject, fillers
from twinloop.papers.models import Paper, Template

READERS = tuple(sorted(MAY_OPEN))
KEEPERS = ("system_admin",)


@dataclass(frozen=True)
class Offer:
    """One paper that can be taken: of which kind, of what, its number once it has one."""

    kind: Kind
    subject: Subject
    paper: Paper | None

    @property
    def number(self) -> str:
        return self.paper.number if self.paper else self.subject.number

    @property
    def is_on_file(self) -> bool:
        return self.paper is not None or self.subject.is_done


def offers(about: Dispute | Incident) -> list[Offer]:
    """In the order of `KINDS`. Of an incident: what is made of one report."""
    reports = _reports(about)
    mine = Q(incident__in=reports) | (Q(dispute=about) if isinstance(about, Dispute) else Q(pk__in=[]))
    made = {(paper.kind, paper.subject): paper for paper in Paper.objects.filter(mine)}
    return [
        Offer(KINDS[code], subject, made.get((code, subject.pk)))
        for code in fillers()
        for subject in _subjects(about, code, reports)
    ]


def offer(about: Dispute | Incident, code: str, subject: int) -> Offer | None:
    if code not in fillers():
        return None
    for one in _subjects(about, code, _reports(about)):
        if one.pk == subject:
            return Offer(KINDS[code], one, Paper.objects.filter(kind=code, subject=subject).first())
    return None


def _reports(about: Dispute | Incident) -> QuerySet[Incident]:
    if isinstance(about, Incident):
        return Incident.objects.filter(pk=about.pk)
    # asked for first: whatever looks among these looks them up, instead of asking every report for its dispute
    links = IncidentLink.objects.filter(dispute=about, unlinked_at__isnull=True)
    return Incident.objects.filter(pk__in=list(links.values_list("incident", flat=True)))


def _subjects(about: Dispute | Incident, code: str, reports: QuerySet[Incident]) -> Iterable[Subject]:
    if KINDS[code].of_incident:
        return fillers()[code](reports)  # type: ignore[no-any-return]
    return fillers()[code](about) if isinstance(about, Dispute) else ()


def evidence(dispute: Dispute) -> list[Attachment]:
    return list(dispute.attachments.filter(removed_at__isnull=True).order_by("at", "pk"))


def lines(found: list[Offer], files: int) -> tuple[Line, ...]:
    """The thirteen parts. What happened is read from which papers the rooms offer."""
    counts: dict[Part, int] = {Part.EVIDENCE: files}
    for one in found:
        if one.kind.part and one.is_on_file:
            counts[one.kind.part] = counts.get(one.kind.part, 0) + 1
    codes = {one.kind.code for one in found}
    agreed = any(one.kind.part == Part.AGREEMENT and one.subject.is_done for one in found)
    return check(
        Facts(
            mediated=agreed or bool(codes & {"registration", "minutes"}), ordinary="application" in codes,
            agreed=agreed, counts=counts,
            confirmation_asked=any(one.kind.code == "confirmation" and one.subject.is_done for one in found),
        )
    )  # fmt: skip


def template(code: str) -> tuple[bytes, Template | None]:
    """The Word template in force: the user's, or ours."""
    own = Template.objects.filter(kind=code, ended_at__isnull=True).first()
    return (bytes(own.content), own) if own else (building.default(code), None)


def templates() -> list[tuple[Kind, Template | None]]:
    own = {
        one.kind: one for one in Template.objects.filter(ended_at__isnull=True).select_related("by").defer("content")
    }
    offered = fillers()
    return [(kind, own.get(code)) for code, kind in KINDS.items() if code in offered or kind.is_general]


def values_known(code: str) -> Mapping[str, Any]:
    """Names that our own template prints: what a replacement may print too."""
    from twinloop.papers.filling import tags

    return dict.fromkeys(sorted(tags(building.default(code))))
