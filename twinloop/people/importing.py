"""People from a file: every row understood or set aside with its reason, and nothing written until it is asked for.

A number (警号) names one record: rows that share it and differ are all set aside, identical ones count once. A number
that is known already must bring the same name and kind; its other facts are brought up to date. Roles never come from
a file: 岗位 is kept as a word, and a security administrator grants.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from twinloop.decide import Refused
from twinloop.edge.identity import IdentityRefused, compact_id, compact_name, half_width
from twinloop.edge.tables import Note, Row, Table, Unreadable
from twinloop.ledger.locks import Lock, alone
from twinloop.people import actions, refusals, sealed
from twinloop.people.actions.accounts import USERNAME
from twinloop.people.columns import COLUMNS, MissingColumns, guessed, kind_of, phone_of, post_of
from twinloop.people.models import Account, Unit
from twinloop.people.rights import By, check_create_account

__all__ = ["COLUMNS", "BadRow", "MissingColumns", "Person", "Plan", "carry_out", "guessed", "plan"]


@dataclass(frozen=True)
class Person:
    """A row that can stand. `known` is the account that has the number already."""

    row: Row
    facts: Mapping[str, str]  # by field; "" = the file says nothing
    unit: Unit | None
    known: Account | None
    changes: bool  # a known person to whom the file brings something new


@dataclass(frozen=True)
class BadRow:
    row: Row
    faults: Sequence[tuple[str, str]]  # column ("" = the whole row), sentence

    def sentences(self) -> list[str]:
        return [f"{column}：{text}" if column else text for column, text in self.faults]


@dataclass
class Plan:
    """What an import would do."""

    columns: Mapping[str, str]  # field → column of the file
    good: list[Person] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    notes: Sequence[Note] = ()
    head: Sequence[str] = ()

    @property
    def new(self) -> list[Person]:
        return [p for p in self.good if p.known is None]

    @property
    def changed(self) -> list[Person]:
        return [p for p in self.good if p.changes]


def plan(table: Table, *, by: By, on: date, mapping: Mapping[str, str] | None = None) -> Plan:
    """Read all of `table`. Raises `Refused` (not allowed), `Unreadable` (no table, a required column missing)."""
    check_create_account(by=by)
    reader = _Reader(by, on)
    columns: dict[str, str] = {}
    sheets: dict[str, dict[str, str]] = {}
    head: list[str] = []
    for row in table:
        if row.sheet not in sheets and row.cells:
            sheets[row.sheet] = columns = guessed(list(row.cells), mapping)
            head += [name for name in row.cells if name not in head]
        reader.take(row, sheets.get(row.sheet, columns))
    if not sheets:
        raise Unreadable("empty")
    found = reader.finish()
    found.columns, found.notes, found.head = columns, table.notes, head
    return found


class _Reader:
    def __init__(self, by: By, on: date) -> None:
        self.by, self.on = by, on
        self.plan = Plan({})
        self.rows: dict[str, list[tuple[Row, dict[str, str], dict[str, str]]]] = {}
        self.units: dict[str, list[Unit]] = {}
        for unit in Unit.objects.filter(closed_on__isnull=True).select_related("parent"):
            for name in {unit.name, unit.code}:
                self.units.setdefault(name, []).append(unit)

    def take(self, row: Row, columns: Mapping[str, str]) -> None:
        """Rows are grouped by their number first: what shares one is judged together."""
        language = get_language() or "zh"
        if row.bad:
            self.plan.bad.append(BadRow(row, [(bad.at, bad.say(language)) for bad in row.bad]))
            return
        facts = {name: half_width(row.cells.get(columns.get(name, ""), "")).strip() for name in COLUMNS}
        self.rows.setdefault(facts["username"], []).append((row, facts, dict(columns)))

    def finish(self) -> Plan:
        known = {a.username: a for a in _accounts(self.rows)}
        holders: dict[object, str] = {}  # identity numbers of this file, by index
        for username, rows in self.rows.items():
            if username and any(facts != rows[0][1] for _row, facts, _columns in rows):
                numbers = "、".join(_where(row) for row, _facts, _columns in rows)
                text = _("同一警号的几行内容不同：第 %(rows)s 行，留一行") % {"rows": numbers}
                self.plan.bad += [BadRow(row, [(columns["username"], text)]) for row, _facts, columns in rows]
                continue
            for row, facts, columns in rows if not username else rows[:1]:
                self._judge(row, facts, columns, known.get(username), holders)
        self.plan.bad.sort(key=lambda bad: (bad.row.sheet, bad.row.number))
        return self.plan

    def _judge(
        self, row: Row, facts: dict[str, str], columns: Mapping[str, str], known: Account | None,
        holders: dict[object, str],
    ) -> None:  # fmt: skip
        faults: list[tuple[str, str]] = []

        def checked(name: str, check: Callable[[], object]) -> None:
            try:
                check()
            except (Refused, IdentityRefused) as refused:
                faults.append((columns.get(name, COLUMNS[name][0]), refusals.say(refused)))

        checked("username", lambda: _check_username(facts["username"]))
        checked("name", lambda: facts.update(name=sealed.check_name(facts["name"])))
        checked("kind", lambda: facts.update(kind=kind_of(facts["kind"])))
        checked("id_number", lambda: self._check_id(facts, known, holders))
        checked("phone", lambda: facts.update(phone=phone_of(facts["phone"])))
        checked("unit", lambda: self._unit(facts["unit"]))
        checked("post", lambda: facts.update(post=post_of(facts["post"], facts["kind"])))
        if known is not None and not faults:
            checked("username", lambda: _check_known(known, facts))
        if faults:
            self.plan.bad.append(BadRow(row, faults))
            return
        unit = self._unit(facts["unit"])
        changes = known is not None and _differs(known, facts, unit)
        if changes and known is not None and self.by and self.by.account == known.pk:
            own = refusals.say(Refused("own_account"))
            self.plan.bad.append(BadRow(row, [(columns["username"], own)]))
            return
        self.plan.good.append(Person(row, facts, unit, known, changes))

    def _check_id(self, facts: dict[str, str], known: Account | None, holders: dict[object, str]) -> None:
        if not facts["id_number"]:
            return
        number = sealed.check_id(facts["id_number"], on=self.on).value
        facts["id_number"] = number
        index = sealed.index_of(number)
        taken = Account.objects.filter(id_number_index=str(index)).exclude(pk=known.pk if known else 0)
        if holders.setdefault(index, facts["username"]) != facts["username"] or taken.exists():
            raise Refused("id_taken")

    def _unit(self, name: str) -> Unit | None:
        if not name:
            return None
        found = self.units.get(name, [])
        if len(found) == 1:
            return found[0]
        if found:
            raise Refused("unit_many", unit=name)
        near = difflib.get_close_matches(name, self.units, n=1, cutoff=0.3)
        raise Refused("unit_near", unit=name, near=near[0]) if near else Refused("unit_unknown", unit=name)


def _accounts(usernames: Iterable[str]) -> list[Account]:
    return list(Account.objects.filter(username__in=list(usernames)).select_related("unit"))


def _where(row: Row) -> str:
    return f"{row.sheet}!{row.number}" if row.sheet else str(row.number)


def _check_username(username: str) -> None:
    if not username:
        raise Refused("username_empty")
    if not USERNAME.fullmatch(username):
        raise Refused("username_shape")
    # 'Admin' beside 'admin' would be two people whom nobody tells apart
    if Account.objects.filter(username__iexact=username).exclude(username=username).exists():
        raise Refused("username_taken", username=username)


def _check_known(known: Account, facts: Mapping[str, str]) -> None:
    if not known.is_active:
        raise Refused("not_active", name=known.name)
    if compact_name(known.name) != compact_name(facts["name"]) or known.kind != facts["kind"]:
        raise Refused("number_of_other", username=known.username)
    held = sealed.opened(known, "id_number")
    if facts["id_number"] and held and compact_id(held) != facts["id_number"]:
        raise Refused("number_of_other", username=known.username)


def _differs(known: Account, facts: Mapping[str, str], unit: Unit | None) -> bool:
    """Whether the file brings something new; what it leaves empty stays."""
    return (
        (bool(facts["post"]) and facts["post"] != known.post)
        or (unit is not None and unit != known.unit)
        or (bool(facts["phone"]) and facts["phone"] != sealed.opened(known, "phone"))
        or (bool(facts["id_number"]) and known.id_number_index is None)
    )


@transaction.atomic
def carry_out(found: Plan, *, by: By, at: datetime, good_rows: bool = False) -> tuple[int, int]:
    """Write a plan: (new, changed). With bad rows nothing is written unless `good_rows` asks for the others."""
    if found.bad and not good_rows:
        raise Refused("import_rows", count=len(found.bad))
    alone(Lock.ACCOUNTS)
    there = set(Account.objects.filter(username__in=[p.facts["username"] for p in found.new]).values_list(
        "username", flat=True))  # fmt: skip
    new = [p for p in found.new if p.facts["username"] not in there]
    actions.enrol([_newcomer(p) for p in new], by=by, at=at)
    for person in found.changed:
        facts: dict[str, Any] = {"post": person.facts["post"]} if person.facts["post"] else {}
        if person.unit is not None:
            facts["unit"] = person.unit
        assert person.known is not None
        id_number, phone = person.facts["id_number"] or None, person.facts["phone"] or None
        actions.change_account(person.known, by=by, at=at, id_number=id_number, phone=phone, **facts)
    return len(new), len(found.changed)


def _newcomer(person: Person) -> actions.Newcomer:
    facts: dict[str, Any] = {
        name: person.facts[name] for name in ("username", "name", "kind", "id_number", "phone", "post")
    }
    return actions.Newcomer(unit=person.unit, **facts)
