"""The warning letter against domestic violence (告诫书), once it is issued."""

from __future__ import annotations

from collections.abc import Iterator

from twinloop.cases.models import Dispute
from twinloop.mediation.safeguards.models import Safeguard
from twinloop.papers import naming
from twinloop.papers.filling import day
from twinloop.papers.kinds import Subject


def letters(dispute: Dispute) -> Iterator[Subject]:
    for one in Safeguard.objects.filter(dispute=dispute, letter="issued").select_related("perpetrator"):
        yield Subject(
            one.pk, str(one.perpetrator),
            lambda one=one: {  # type: ignore[misc]
                "perpetrator": naming.party(one.perpetrator, {}),
                "letter": {"facts": one.facts, "forbids": one.forbids, "day": day(one.decided_at)},
            },
            one.letter_number, is_done=True,
        )  # fmt: skip


PAPERS = {"warning_letter": letters}
