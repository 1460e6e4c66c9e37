"""Files read into records: which form each row is, its facts, or what is wrong with it. Writes nothing that stays."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from twinloop.decide import Refused
from twinloop.edge.identity import IdentityRefused
from twinloop.edge.rejects import REASON
from twinloop.edge.tables import Row
from twinloop.edge.words import say as say_edge
from twinloop.intake.batches import words
from twinloop.intake.batches.columns import fields_named, fingerprint, guess, key, missing, refuse_missing
from twinloop.intake.batches.models import Mapping as Saved
from twinloop.intake.batches.records import Facts, Faults, Form, Reader
from twinloop.intake.batches.typed import Fault

Progress = Callable[[int, int], None]  # rows read, rows written


@dataclass(frozen=True)
class Part:
    """One record of a row; `faults` where it cannot stand."""

    form: Form
    number: str
    facts: Facts
    faults: Sequence[tuple[str, str]] = ()


@dataclass
class Heads:
    """Which forms each sheet holds and which column is which field. `given`: a mapping that a person wrote."""

    kind: str
    forms: Sequence[Form]
    given: Mapping[str, str]
    seen: dict[str, None] = field(default_factory=dict)  # every column, also of a file that is refused
    known: dict[tuple[str, ...], list[tuple[Form, dict[str, str]]]] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)
    found: set[str] = field(default_factory=set)

    def of(self, row: Row, has_head: bool) -> list[tuple[Form, dict[str, str]]]:
        head = tuple(name for name in row.cells if name != REASON)
        if head not in self.known:
            self.seen |= dict.fromkeys(head)
            self.known[head] = self._guessed(head, has_head)
        return self.known[head]

    def _guessed(self, head: Sequence[str], has_head: bool) -> list[tuple[Form, dict[str, str]]]:
        saved = Saved.objects.filter(kind=self.kind, head=fingerprint(head)).first()
        given = {**(saved.columns if saved else {}), **self.given}
        tried = [(form, guess(form.columns, head, given)) for form in self.forms]
        present = [(form, found) for form, found in tried if not missing(form.columns, found)]
        present = _without_shadows(present)
        if not present:
            form, found = max(tried, key=lambda pair: len(pair[1]))
            if has_head or form.columns.number not in found:
                raise refuse_missing(missing(form.columns, found), head)
            present = [(form, found)]  # a JSON line may lack what others have: that is a bad row, not a bad file
        used = {column for _form, found in present for column in found.values()}
        self.found |= used
        self.unused += [name for name in head if name and name not in used and name not in self.unused]
        return present

    def check_given(self) -> None:
        """A column that the mapping names and no sheet has is a mistake of the mapping."""
        heads = {key(name) for head in self.known for name in head}
        for column in self.given.values():
            if self.known and key(column) not in heads:
                found = _("、").join(next(iter(self.known))[:30])
                raise Refused("batch_mapping", column=column[:40], found=found)

    def columns(self) -> list[str]:
        return [name for name in self.seen if name]

    def mapping(self) -> dict[str, dict[str, str]]:
        return {form.code: columns for pairs in self.known.values() for form, columns in pairs}


def _without_shadows(present: list[tuple[Form, dict[str, str]]]) -> list[tuple[Form, dict[str, str]]]:
    """A sheet of feedbacks has the number of the call and of the order, too: those forms need columns of their own."""
    if len(present) < 2:
        return present
    return [(form, found) for form, found in present if any(of in found for of in form.columns.own)]


def heads_for(kind: str, forms: Sequence[Form], mapping: Mapping[str, str]) -> Heads:
    given = fields_named([form.columns for form in forms], mapping) if mapping else {}
    return Heads(kind, forms, given)


def parts_of(row: Row, heads: Heads, now: datetime, *, has_head: bool = True) -> list[Part]:
    """The records of one row: usually one; a joined sheet holds call, order and feedback side by side."""
    if row.bad:
        language = get_language() or "zh"
        faults = [(bad.at, bad.say(language)) for bad in row.bad]
        return [Part(heads.forms[0], "", {}, faults)]
    there = heads.of(row, has_head)
    cells = [(form, {of: row.cells.get(column, "") for of, column in columns.items()}) for form, columns in there]
    chosen = [(form, own) for form, own in cells if _speaks(form, own, len(there) > 1)] or cells[:1]
    return [_part(form, own, _columns(there, form), now) for form, own in chosen]


class Sheets:
    """Rows of one file. A sheet of a workbook that holds something else is passed over and said."""

    def __init__(self, heads: Heads, now: datetime, kind: str) -> None:
        self.heads, self.now, self.kind = heads, now, kind
        self.passed: dict[str, Refused] = {}
        self.read: set[str] = set()

    def parts(self, row: Row) -> list[Part]:
        if row.sheet in self.passed:
            return []
        try:
            found = parts_of(row, self.heads, self.now, has_head=self.kind != "jsonl")
        except Refused as refused:
            if self.kind != "xlsx":
                raise
            self.passed[row.sheet] = refused
            return []
        self.read.add(row.sheet)
        return found

    def notes(self) -> list[str]:
        """Raises the first refusal where no sheet could be read."""
        if self.passed and not self.read:
            raise next(iter(self.passed.values()))
        return [str(words.NOTES["sheet_passed"]).format(sheet=sheet) for sheet in self.passed]


def _columns(there: Sequence[tuple[Form, dict[str, str]]], form: Form) -> Mapping[str, str]:
    return next(columns for other, columns in there if other is form)


def _speaks(form: Form, own: Mapping[str, str], shared: bool) -> bool:
    return not shared or (bool(own.get(form.columns.number)) and any(own.get(of) for of in form.columns.own))


def _part(form: Form, own: Mapping[str, str], columns: Mapping[str, str], now: datetime) -> Part:
    try:
        strange = [of for of, cell in own.items() if not _is_text(cell)]
        if strange:
            raise Faults([(of, Fault("characters")) for of in strange])
        facts = form.reading(Reader(own, now))
    except Faults as faults:
        said = [(columns.get(of) or form.columns.name(of), sentence(fault)) for of, fault in faults.found]
        return Part(form, "", {}, said)
    return Part(form, facts["number"], facts)


_STRANGE = re.compile("[\0\ud800-\udfff]")


def _is_text(cell: str) -> bool:
    """No NUL and no half of a character pair: PostgreSQL keeps neither."""
    return not _STRANGE.search(cell)


def sentence(fault: Exception) -> str:
    """Why, in the language of whoever imports."""
    if isinstance(fault, IdentityRefused):
        return say_edge(fault.code, get_language() or "zh", **fault.facts)
    if isinstance(fault, Fault):
        return fault.said or str(words.FAULTS[fault.code]).format_map(fault.facts)
    return str(fault)


def fault_of(form: Form, fault: str) -> list[tuple[str, str]]:
    """(column, sentence) pairs of a staged fault."""
    if fault.startswith("["):
        return [(column, said) for column, said in json.loads(fault)]
    of = {"orphan": "call", "before_call": form.moment, "order_elsewhere": "order"}.get(fault, form.columns.number)
    return [(form.columns.name(of), str(words.FAULTS[fault]))]


_KEY = hashlib.blake2b(settings.SECRET_KEY.encode(), digest_size=32, person=b"batches").digest()
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(facts: Facts) -> bytes:
    """Keyed: a digest beside a narrative must not betray the telephone that went into it."""
    return hashlib.blake2b(_ENCODER.encode(facts).encode(), digest_size=16, key=_KEY).digest()


def digest_of_files(paths: Sequence[Path]) -> str:
    """SHA-256 over the files' own digests, sorted: the order in which they were named says nothing."""
    each = []
    for path in paths:
        with path.open("rb") as stream:
            each.append(hashlib.file_digest(stream, "sha256").hexdigest())
    return each[0] if len(each) == 1 else hashlib.sha256("".join(sorted(each)).encode()).hexdigest()
