"""A visit on paper (回访记录): made, or not reached, which is written down too and is no visit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from twinloop.cases.models import Dispute
from twinloop.followup.visits.models import Callback
from twinloop.papers import naming
from twinloop.papers.filling import day
from twinloop.papers.kinds import Subject


def visits(dispute: Dispute) -> Iterator[Subject]:
    """Only a visit that reached somebody is on file for the dossier."""
    found = dispute.callbacks.filter(state__in=["done", "missed"]).select_related("party", "by")
    for one in found.order_by("on", "pk"):
        label = f"{day(one.on)} {one.get_way_display()} {one.get_state_display()}"
        yield Subject(one.pk, label, lambda one=one: {"visit": _visit(one)}, is_done=one.state == "done")  # type: ignore[misc]


def _visit(one: Callback) -> dict[str, Any]:
    met = naming.party(one.party, {}) if one.party is not None else {}
    owed = one.dispute.callbacks.filter(state="planned").first()
    return {
        "reason": str(one.get_reason_display()), "due": day(one.due_on), "on": day(one.on),
        "way": str(one.get_way_display()), "who": met.get("name", ""), "phone": met.get("phone", ""),
        "result": str(one.get_outcome_display() if one.outcome else one.get_state_display()),
        "terms": str(one.get_terms_display()) if one.terms else "",
        "satisfaction": str(one.get_satisfaction_display()) if one.satisfaction else "",
        "mind": str(one.get_mind_display()) if one.mind else "", "risk": one.risk, "why": one.why,
        "then": f"{day(owed.due_on)}前再回访：{owed.get_reason_display()}。" if owed else "不再排回访。",
    }  # fmt: skip


PAPERS = {"visit": visits}
