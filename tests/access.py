"""Who gets past the door of each page: each room says it of its own pages in `tests/<room>/access.py`.

PAGES = {"lead": {"volunteer", …}}         # address name → roles; every other role gets 403 or 404
PUBLIC = {"report": "a resident's door"}   # open to who is not signed in, and why
SAMPLE = {"batch": 1}                       # a value for an argument of an address, where `test_house.SAMPLE` has none
FURTHER = {"lead_take"}                     # past the door a further question may still end in 403
OBJECTS = {"hazard"}                        # one object's address: the room's own tests say who sees which
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent


def said(name: str) -> dict[str, Any]:
    """The tables called `name` of every room, as one; an address that two rooms claim is a mistake."""
    found: dict[str, Any] = {}
    for path in sorted(FOLDER.rglob("access.py")):
        if path.parent == FOLDER:
            continue
        module = import_module("tests." + ".".join(path.relative_to(FOLDER).with_suffix("").parts))
        own = getattr(module, name, {})
        own = own if isinstance(own, dict) else dict.fromkeys(own, True)
        assert not set(found) & set(own), (path, set(found) & set(own))
        found |= own
    return found
