"""The text of a whistle, drafted from the record: masked, without whole names. Papers are Chinese in any language."""

from __future__ import annotations

from datetime import datetime

from twinloop.cases import sealing
from twinloop.cases.models import Dispute
from twinloop.cases.queries import type_names
from twinloop.edge.masks import mask_text

MOST = 2000  # characters
BLANK = "（写明请各单位做什么）"


def masked(dispute: Dispute, text: str) -> str:
    """`text` without numbers and whole names of this case's people, whoever wrote it."""
    names = [sealing.open_(p.name_sealed, f"party:{p.pk}:name") for p in dispute.parties.all()]
    return mask_text(text, names)


def drafted(dispute: Dispute, *, at: datetime) -> str:
    """What is on record; what the agencies are asked to do is left to a person."""
    on = dispute.registered_at.astimezone(at.tzinfo)
    facts = [f"{on:%-m月%-d日}登记的“{dispute.title}”"]
    if kind := type_names().get(dispute.type_code):
        facts.append(f"属{kind}类")
    if dispute.place:
        facts.append(f"在{dispute.place.parent or ''}{dispute.place}")
    focus = f"争议焦点：{dispute.focus}。" if dispute.focus else ""
    return masked(dispute, f"{'，'.join(facts)}。{focus}\n请做：{BLANK}")
