"""What a petitioner gets in writing: taken on or not (art. 22, 23), longer (34), the opinion (32)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from twinloop.cases.models import Dispute
from twinloop.intake.petitions import words
from twinloop.intake.petitions.models import Petition
from twinloop.papers import naming
from twinloop.papers.filling import day
from twinloop.papers.kinds import Subject


def _values(one: Petition) -> dict[str, Any]:
    ground = words.GROUNDS.get(one.ground)
    who = [naming.party(party, {})["name"] for party in one.dispute.parties.filter(side="a", removed_at=None)]
    return {
        "petition": {
            "number": one.number, "who": "、".join(who), "source": str(one.get_source_display()),
            "received_on": day(one.received_on), "accepted_on": day(one.accepted_on), "due_on": day(one.due_on),
            "ground": str(ground[0]) if ground else "", "where": one.where, "why": one.why,
            "extra_days": one.extra_days, "extra_why": one.extra_why, "result": str(one.get_result_display()),
            "request": one.request, "facts": one.facts, "opinion": one.opinion, "law": one.law,
            "answered_on": day(one.answered_on),
        }
    }  # fmt: skip


def _subject(one: Petition) -> Subject:
    return Subject(one.pk, one.number or str(one.get_source_display()), lambda: _values(one))


def _of(dispute: Dispute) -> Iterator[Petition]:
    yield from Petition.objects.filter(dispute=dispute).select_related("dispute")


def accepted(dispute: Dispute) -> Iterator[Subject]:
    yield from (_subject(one) for one in _of(dispute) if one.accepted_on)


def declined(dispute: Dispute) -> Iterator[Subject]:
    yield from (_subject(one) for one in _of(dispute) if one.ground)


def longer(dispute: Dispute) -> Iterator[Subject]:
    yield from (_subject(one) for one in _of(dispute) if one.extra_days)


def opinions(dispute: Dispute) -> Iterator[Subject]:
    yield from (_subject(one) for one in _of(dispute) if one.result)


PAPERS = {
    "petition_accepted": accepted, "petition_declined": declined, "petition_longer": longer,
    "petition_opinion": opinions,
}  # fmt: skip
