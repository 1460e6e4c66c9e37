"""A push as a letter with its receipt. The letter is masked already: no name of a party leaves the police with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from twinloop.cases.models import Dispute
from twinloop.dispatch.pushes.models import Push
from twinloop.papers.filling import day, moment
from twinloop.papers.kinds import Subject


def letters(dispute: Dispute) -> Iterator[Subject]:
    for one in dispute.pushes.exclude(state="withdrawn").select_related("to_unit", "received_by").order_by("pk"):
        yield _letter(one)


def _letter(one: Push) -> Subject:
    return Subject(one.pk, str(one.to_unit), lambda: _values(one), one.number, is_done=one.state != "drafted")


def _values(one: Push) -> dict[str, Any]:
    return {
        "bureau": str(one.dispute.station or ""),
        "push": {
            "to": str(one.to_unit), "lines": one.letter.splitlines(), "day": day(one.sent_at or one.drafted_at),
            "received_by": str(one.received_by or ""), "received_at": moment(one.received_at), "reply": one.reply,
        },
    }  # fmt: skip


PAPERS = {"push": letters}
