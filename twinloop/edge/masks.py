"""What a value looks like until somebody says why they need it: 王*兰, 139****0127, 36******17, 柳塘村3组1*号.

Masks are idempotent: a masked value masked again stays as it is. What has an unknown shape is hidden more, not less.
The search inside narratives is in `mask_text`; its time grows with the length of the text and nothing else.
"""

import re

from twinloop.edge.masktext import mask_text
from twinloop.edge.maskvalues import (
    COMPOUND_SURNAMES,
    is_firm,
    mask_card,
    mask_id,
    mask_name,
    mask_phone,
    mask_plate,
    split_name,
)
from twinloop.edge.typed import half_width

__all__ = [
    "COMPOUND_SURNAMES",
    "headline",
    "is_firm",
    "mask_address",
    "mask_card",
    "mask_id",
    "mask_name",
    "mask_phone",
    "mask_plate",
    "mask_text",
    "split_name",
]

# 3号楼 and 5号路 name a building and a road that everybody sees; 18号, 501室 and 12户 name one household.
# A run is taken whole before its ending is looked at, so that no text makes the search start over inside it.
_RUN = re.compile(
    r"(?P<run>[0-9A-Za-z*\-—〇零一二三四五六七八九十百两]+)(?P<unit>[号室户](?P<thing>[楼院路线街桥井矿])?|\s*\Z)?"
)
_FIGURE = re.compile(r"[0-9〇零一二三四五六七八九十百两]")

HEADLINE = 40
_END = re.compile(r"[。！？；!?;\n]|(?<=[^\n]{10})[，,]")


def headline(text: str) -> str:
    """What a text is about, in a line of at most 40 characters: its first sentence, or clause, masked."""
    said = mask_text(text.strip())
    found = _END.search(said)
    return (said[: found.start()] if found and found.start() else said)[:HEADLINE]


def mask_address(address: str) -> str:
    """Hides house and room numbers and keeps place, road and group: 柳塘村3组18号 → 柳塘村3组1*号."""
    return _RUN.sub(_mask_house, half_width(address))


def _mask_house(found: re.Match[str]) -> str:
    run, unit = found["run"], found["unit"]
    if unit is None or found["thing"] or not _FIGURE.search(run):
        return found[0]
    if not unit.strip() and not any("0" <= c <= "9" for c in run):
        return found[0]  # a place whose name ends with a figure: 桥兰三
    kept = run[0] if len(run) > 1 and run[0].isascii() else "*"
    return kept + "".join(c if c in "-—" else "*" for c in run[1:]) + unit
