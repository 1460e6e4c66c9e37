"""What a whistle fills: the whistle itself with every agency's answer. Its text is masked already."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from twinloop.cases.models import Dispute
from twinloop.mediation.joint.models import GONE, Answer, Whistle
from twinloop.papers.filling import day, moment
from twinloop.papers.kinds import Subject
from twinloop.papers.naming import NUMERALS


def whistles(dispute: Dispute) -> Iterator[Subject]:
    for one in dispute.whistles.select_related("lead_unit", "blown_by").order_by("blown_at", "pk"):
        yield Subject(
            one.pk, moment(one.blown_at), lambda one=one: {"whistle": _whistle(one)}, one.number, is_done=True  # type: ignore[misc]
        )  # fmt: skip


def _whistle(one: Whistle) -> dict[str, Any]:
    answers = one.answers.exclude(state__in=GONE).select_related("unit", "signed_by").prefetch_related("reports")
    return {
        "title": one.title, "level": f"{NUMERALS[one.level - 1]}级" if one.level else "", "by": str(one.blown_by or ""),
        "blown_at": moment(one.blown_at), "day": day(one.blown_at), "urgent": "紧急" if one.is_urgent else "一般",
        "where": one.where, "within": "签收后 5 天" if one.is_complex else "签收后 24 小时",
        "lead": str(one.lead_unit), "lines": one.text.splitlines(), "answers": [_item(row) for row in answers],
    }  # fmt: skip


def _item(row: Answer) -> dict[str, Any]:
    last = next(iter(reversed(row.reports.all())), None)
    return {
        "unit": str(row.unit), "part": str(row.get_part_display()), "state": str(row.get_state_display()),
        "signed": f"{moment(row.signed_at)} {row.signed_by or ''}".strip() if row.signed_at else "",
        "arrived": moment(row.arrived_at), "said": f"{last.get_result_display()}：{last.text}" if last else "",
    }  # fmt: skip


PAPERS = {"whistle": whistles}
