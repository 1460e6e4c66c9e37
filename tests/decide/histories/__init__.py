"""Histories written for Twinloop to try the comparison on: all persons, numbers and events are invented."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

CHINA = timezone(timedelta(hours=8))
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def lines() -> list[dict[str, Any]]:
    """In the schema of ``twinloop try linkage``, oldest first, with ``truth`` and ``trap``."""
    text = (Path(__file__).parent / "written.txt").read_text(encoding="utf-8")
    rows = [_line(number, row) for number, row in enumerate(text.splitlines(), start=1) if row]
    return sorted(rows, key=lambda row: str(row["received_at"]))


def _line(number: int, row: str) -> dict[str, Any]:
    truth, traps, at, phone, place, address, parties, text = row.split("|")
    town, _, village = place.partition("-")
    return {
        "id": f"W{number:04}",
        "received_at": datetime.fromisoformat(at).replace(tzinfo=CHINA).isoformat(),
        "text": text,
        "phone": _phone(phone),
        "place_code": f"36070219{town}{village}" if town else None,
        "address": address,
        "parties": [_party(party) for party in parties.split(";") if party.strip("-")],
        "truth": truth,
        "trap": [f"{trap}:{truth}" for trap in traps.split(",") if trap != "-"],
    }


def _phone(mark: str) -> str:
    number = int(mark) * 37 % 1000
    return f"1990{number:03}{(number * 7 + int(mark)) % 10}{int(mark):03}"


def _party(said: str) -> dict[str, Any]:
    name, _, mark = said.partition("#")
    return {"name": name, "id_number": _id_number(int(mark)) if mark else None}


def _id_number(mark: int) -> str:
    body = f"360702{1950 + mark * 2}0{1 + mark % 9}{10 + mark % 18}99{6 + mark % 4}"
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]
