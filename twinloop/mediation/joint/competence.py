"""Who is competent for a quarrel: the table as people set it, the built-in one for agencies without lines of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from twinloop.cases.models import Dispute
from twinloop.cases.queries import type_names, types
from twinloop.cases.telling import language
from twinloop.decide.clocks import CHINA
from twinloop.decide.whistle import BUILT_IN, Called, Quarrel, Row, call
from twinloop.decide.words import say
from twinloop.mediation.joint.models import Competence, Seat
from twinloop.mediation.joint.words import CATEGORIES, EVERY
from twinloop.people.models import Unit

OPENS, CLOSES = time(8, 30), time(17, 30)  # the window; outside it the agency on call counts as seated


def agencies() -> QuerySet[Unit]:
    return Unit.objects.filter(kind=Unit.Kind.AGENCY, closed_on__isnull=True).order_by("seat", "code")


def subjects(on: date) -> list[str]:
    """What a line may name: every quarrel, a category, a type in force."""
    codes = [one.code for one in types(on)]
    return ["", *sorted({code[0] for code in codes}), *codes]


@dataclass(frozen=True)
class Line:
    """One line of the table as the settings show it; `row` is None where it is built in."""

    unit: Unit
    subject: str
    place: str
    leads: bool
    source: str
    stands_in: bool
    row: Competence | None


def lines(on: date) -> list[Line]:
    """Agency by agency, its own lines or the built-in ones in force on a day. Two queries."""
    own: dict[int, list[Competence]] = {}
    for row in Competence.objects.filter(ended_at__isnull=True).select_related("place"):
        own.setdefault(row.unit_id, []).append(row)
    found: list[Line] = []
    for unit in agencies():
        set_ = own.get(unit.pk)
        if set_ is not None:
            found += [Line(unit, r.subject, str(r.place or ""), r.leads, r.source, False, r) for r in set_]
            continue
        built_in = [row for one in BUILT_IN if one.name in unit.name for row in one.rows(unit.pk, on)]
        found += [Line(unit, row.subject, "", row.leads, row.source, row.stands_in, None) for row in built_in]
    return found


@dataclass(frozen=True)
class Offer:
    """An agency on the form: suggested with reasons, or only to be chosen by hand."""

    unit: Unit
    is_seated: bool
    called: Called | None

    @property
    def reasons(self) -> list[str]:
        """What speaks for it, in the language of the moment; where it rests on, at the end."""
        if self.called is None:
            return []
        said = [say(reason, language()) for reason in self.called.reasons]
        return [*said, self.called.source] if self.called.source else said

    @property
    def is_lead(self) -> bool:
        return self.called is not None and self.called.part == "lead"

    def kept(self) -> dict[str, Any]:
        assert self.called is not None
        said = [str(reason) for reason in self.called.reasons]
        return {"unit": self.unit.name, "part": str(self.called.part), "points": self.called.points, "reasons": said}


def seated(at: datetime) -> frozenset[int]:
    """Who is on at this moment: the window's seats by day, by night who is on call; where nobody is, the day's."""
    local = at.astimezone(CHINA)
    is_day = OPENS <= local.time() < CLOSES
    evening = local.date() if local.time() >= CLOSES else local.date() - timedelta(days=1)
    wanted = Q(day=local.date(), is_night=False) if is_day else Q(day=evening, is_night=True)
    rows = Seat.objects.filter(wanted | Q(day=local.date(), is_night=False)).values_list("unit", "is_night")
    on_call = frozenset(unit for unit, is_night in rows if is_night)
    return on_call if on_call and not is_day else frozenset(unit for unit, is_night in rows if not is_night)


def offers(dispute: Dispute, *, at: datetime) -> list[Offer]:
    """Every agency: the suggested ones first, the best on top. Four queries and the places above."""
    return _Table(at).offers(dispute.type_code, tuple(_places(dispute)))


def by_subject(codes: Sequence[str], *, at: datetime) -> dict[str, list[Offer]]:
    """`offers` for quarrels of these types wherever they are. Four queries."""
    table = _Table(at)
    return {code: table.offers(code, ()) for code in codes}


class _Table:
    """The table of competence and who is on, read once."""

    def __init__(self, at: datetime) -> None:
        self.on = seated(at)
        self.rows = [
            Row(agency=one.unit.pk, subject=one.subject, leads=one.leads, source=one.source,
                stands_in=one.stands_in, place=one.row.place.code if one.row and one.row.place else "")
            for one in lines(at.astimezone(CHINA).date())
        ]  # fmt: skip
        self.units = {unit.pk: unit for unit in agencies()}

    def offers(self, type_code: str, places: tuple[str, ...]) -> list[Offer]:
        called = call(Quarrel(type_code=type_code, places=places, seated=self.on), self.rows)
        found = [
            Offer(self.units[one.agency], one.agency in self.on, one) for one in called if one.agency in self.units
        ]
        taken = {offer.unit.pk for offer in found}
        return found + [Offer(unit, pk in self.on, None) for pk, unit in self.units.items() if pk not in taken]


def _places(dispute: Dispute) -> list[str]:
    found, place = [], dispute.place
    while place is not None:
        found.append(place.code)
        place = place.parent
    return found


def subject_words(on: date) -> dict[str, str]:
    """Code → words: 每件, C 经济劳资, C2 劳动劳资."""
    names = type_names()
    words_of = {code: f"{code} {CATEGORIES.get(code) or names.get(code, '')}".strip() for code in subjects(on)}
    return words_of | {"": str(EVERY)}


def kept(found: Sequence[Offer]) -> list[dict[str, Any]]:
    """What was suggested, as the whistle keeps it."""
    return [one.kept() for one in found if one.called is not None]
