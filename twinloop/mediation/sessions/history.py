"""Everything that was tried by mediation in one dispute: mediations, sessions, outcomes, agreements, in one strip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q

from twinloop.cases.models import Dispute
from twinloop.edge.masks import mask_text
from twinloop.ledger.sight import Scope
from twinloop.mediation.agreements import queries as agreed
from twinloop.mediation.agreements.models import Agreement
from twinloop.mediation.sessions import queries
from twinloop.mediation.sessions.models import Mediation, Session

WORDS = 60  # characters of what was said; the rest stands on the session's page


@dataclass(frozen=True)
class Sitting:
    session: Session
    said: str


@dataclass(frozen=True)
class Paper:
    """An agreement with what became of it: parts performed of all, and those whose day is over."""

    agreement: Agreement
    kept: int
    parts: int
    late: int


@dataclass(frozen=True)
class Chapter:
    """One mediation and what came of it; `mediation` None: an agreement without one."""

    mediation: Mediation | None
    sittings: Sequence[Sitting] = ()
    why: str = ""
    papers: list[Paper] = field(default_factory=list)


def of_dispute(scope: Scope, dispute: Dispute, on: date) -> list[Chapter]:
    """The newest first. Three queries, however long the story is."""
    chapters = [_chapter(one) for one in queries.of_dispute(scope, dispute)]
    for paper in _papers(scope, dispute, on):
        _put(chapters, paper)
    return chapters


def _chapter(one: Mediation) -> Chapter:
    sittings = [Sitting(row, _short(row.said)) for row in one.sessions.all()]
    return Chapter(one, sittings, _short(one.ended_why) if one.state in ("failed", "refused", "ended") else "")


def _papers(scope: Scope, dispute: Dispute, on: date) -> list[Paper]:
    counted = agreed.visible(scope).filter(dispute=dispute).annotate(
        parts=Count("dues"), kept=Count("dues", filter=Q(dues__performed_on__isnull=False)),
        late=Count("dues", filter=Q(dues__live=True, dues__due_on__lt=on)),
    )  # fmt: skip
    return [Paper(one, one.kept, one.parts, one.late) for one in counted.order_by("-drafted_at", "-pk")]


def _put(chapters: list[Chapter], paper: Paper) -> None:
    """Under the mediation that went on when it was drafted, else by itself where its day belongs."""
    drafted = paper.agreement.drafted_at
    for place, chapter in enumerate(chapters):
        held = chapter.mediation
        if held is not None and held.opened_at <= drafted:
            if held.ended_at is None or drafted <= held.ended_at:
                chapter.papers.append(paper)
            else:
                chapters.insert(place, Chapter(None, papers=[paper]))
            return
    chapters.append(Chapter(None, papers=[paper]))


def _short(text: str) -> str:
    shown = mask_text(text)
    return shown if len(shown) <= WORDS else shown[: WORDS - 1] + "…"
