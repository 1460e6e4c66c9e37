"""Which column of a file is which field: by name, by code, by a mapping that a person gave or that was used before."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from django.utils.translation import gettext as _

from twinloop.decide import Refused
from twinloop.edge.typed import half_width


@dataclass(frozen=True)
class Columns:
    """`fields`: field → names that files use, the first one's own. `own` tell the form from others on one sheet."""

    number: str
    fields: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]
    either: tuple[str, ...] = ()  # at least one of these
    own: tuple[str, ...] = field(default=())

    def name(self, of: str) -> str:
        return self.fields[of][0]


def key(name: str) -> str:
    """Names of columns as they are compared: half-width, without spaces, letters in one case."""
    return "".join(half_width(name).split()).upper()


def fingerprint(head: Sequence[str]) -> str:
    return hashlib.sha256("\x1f".join(sorted(key(name) for name in head if name)).encode()).hexdigest()


def guess(columns: Columns, head: Sequence[str], given: Mapping[str, str]) -> dict[str, str]:
    """field → column of the file. `given` (field → column) wins where its column is there."""
    there = {key(name): name for name in head if name}
    found: dict[str, str] = {}
    for of, names in columns.fields.items():
        wanted = [given[of]] if of in given and key(given[of]) in there else names
        column = next((there[key(name)] for name in wanted if key(name) in there), None)
        if column is not None and column not in found.values():
            found[of] = column
    return found


def missing(columns: Columns, found: Mapping[str, str]) -> list[str]:
    """Names of the columns that are needed and not there."""
    names = [columns.name(of) for of in columns.required if of not in found]
    if columns.either and not any(of in found for of in columns.either):
        names.append(_("或").join(columns.name(of) for of in columns.either))
    return names


def fields_named(every: Sequence[Columns], mapping: Mapping[str, str]) -> dict[str, str]:
    """A mapping as a person writes it (field, its name or its code → column), by field. Raises `Refused`."""
    calls = {key(name): of for columns in every for of, names in columns.fields.items() for name in (of, *names)}
    found: dict[str, str] = {}
    for name, column in mapping.items():
        if key(name) not in calls:
            raise Refused("batch_field", field=name[:40])
        found[calls[key(name)]] = column
    return found


def refuse_missing(names: Sequence[str], head: Sequence[str]) -> Refused:
    between = _("、")
    return Refused("batch_columns", missing=between.join(names), found=between.join(h for h in head[:30] if h))


@cache
def listed(form: str) -> dict[str, tuple[str, str]]:
    """code → (Chinese name, code) of a form of the 110 system: JJD, CJD, FKD."""
    text = (files("twinloop.intake.batches") / "fields.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["field"]: (row["name"], row["field"]) for row in rows if row["form"].startswith(form)}


def of_list(form: str, fields: Mapping[str, tuple[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    """field → (Chinese name, code, further names) for the codes that we read."""
    known = listed(form)
    return {of: (*known[code], *more) for of, (code, more) in fields.items()}
