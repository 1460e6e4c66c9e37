"""The edge of every door: what was typed becomes checked values, or sentences about what is wrong with which field.

Text stays text: markup is neither refused nor cleaned, pages escape it. Numbers are folded to half-width; a narrative
stays as the caller said it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from twinloop.cases import sealing
from twinloop.cases.queries import types
from twinloop.cases.words import KINDS, SIDES
from twinloop.decide import Refused
from twinloop.edge.identity import IdentityRefused, check_id, is_minor
from twinloop.edge.phones import check_phone
from twinloop.edge.typed import check_name, half_width
from twinloop.intake.doors import finding, moments, words
from twinloop.intake.doors.rights import DOORS, Door
from twinloop.places.models import Place

TEXT, ADDRESS, CALLER, PARTY, UNIT, PEOPLE = 4000, 200, 40, 60, 60, 6
_NUMBER = re.compile(r"[0-9A-Za-z_./-]{1,40}")
_LINES = re.compile(r"\r\n?")


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody named in a report, as typed. `side` a, b or c."""

    side: str = "b"
    name: str = ""
    phone: str = ""
    id_number: str = ""

    def is_empty(self) -> bool:
        return not (self.name.strip() or self.phone.strip() or self.id_number.strip())


@dataclass(frozen=True, kw_only=True)
class Said:
    """A report as a person or a program hands it in: nothing checked yet. `place`: a code, a name, pinyin."""

    channel: str
    text: str
    phone: str = ""
    no_phone: bool = False  # 未显示号码
    name: str = ""
    is_confidential: bool = False
    place: str = ""
    address: str = ""
    reported: str | datetime = ""
    kind: str = "dispute"
    type_code: str = ""
    recording_no: str = ""
    outside_number: str = ""
    from_unit: str = ""
    flags: Sequence[str] = ()
    people: Sequence[Person] = ()
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True)
class Known:
    """A checked person of a report."""

    side: str
    who: sealing.Identity
    is_minor: bool | None


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A report that can be written down."""

    channel: str
    text: str
    caller: sealing.Identity
    is_confidential: bool
    place: Place | None
    address: str
    reported_at: datetime
    kind: str
    type_code: str
    recording_no: str
    outside_number: str
    from_unit: str
    flags: tuple[str, ...]
    people: tuple[Known, ...]
    position: tuple[float, float] | None


@dataclass
class _Desk:
    """Collects what is wrong, each with its field, so that a person reads all of it at once."""

    wrong: list[Refused] = field(default_factory=list)

    def take(self, name: str, check: Callable[..., Any], *args: Any, **more: Any) -> Any:
        try:
            return check(*args, **more)
        except IdentityRefused as refused:
            self._note(name, str(refused.code), refused.facts)
        except Refused as refused:
            self._note(name, refused.code, refused.facts)
        return None

    def _note(self, name: str, code: str, facts: Mapping[str, object]) -> None:
        given: dict[str, Any] = {"field": name, **facts}
        self.wrong.append(Refused(code, **given))


def check(said: Said, door: str, *, at: datetime) -> Checked:
    """Raises the first `Refused`; its facts name the `field`."""
    checked, wrong = problems(said, door, at=at)
    if wrong:
        raise wrong[0]
    assert checked is not None
    return checked


def problems(said: Said, door: str, *, at: datetime) -> tuple[Checked | None, list[Refused]]:
    """The checked report, or everything that is wrong with it."""
    desk, through = _Desk(), DOORS[door]
    found = {
        "channel": desk.take("channel", _channel, said.channel, through),
        "caller": _caller(said, through, desk),
        "is_confidential": said.is_confidential,
        "place": desk.take("place", _place, said.place, at) if said.place.strip() else None,
        "reported_at": desk.take("reported", _moment, said.reported, at=at),
        "text": desk.take("text", _text, said.text),
        "address": desk.take("address", _short, said.address, ADDRESS, "door_address_long"),
        "kind": desk.take("kind", _kind, said.kind),
        "type_code": desk.take("type_code", _type, said.type_code, said.kind, at),
        "recording_no": desk.take("recording_no", _number, said.recording_no),
        "outside_number": desk.take("outside_number", _outside, said, through),
        "from_unit": desk.take("from_unit", _unit, said, through),
        "flags": desk.take("flags", _flags, said.flags),
        "people": _people(said.people, at, desk),
        "position": desk.take("latitude", _position, said),
    }
    if door in ("call", "walk_in") and not said.place.strip() and not said.address.strip():
        desk.wrong.append(Refused("door_place_missing", field="place"))
    return (None, desk.wrong) if desk.wrong else (Checked(**found), [])


def _channel(channel: str, door: Door) -> str:
    if channel not in door.channels:
        raise Refused("door_channel")
    return channel


def _caller(said: Said, door: Door, desk: _Desk) -> sealing.Identity:
    typed = said.phone.strip()
    if door.needs_phone and not typed and not said.no_phone:
        desk.wrong.append(Refused("door_phone_missing", field="phone"))
    phone = desk.take("phone", check_phone, typed) if typed else None
    name = desk.take("name", _name, said.name, CALLER) if said.name.strip() else ""
    return sealing.Identity(name=name or "", phone=phone.value if phone else "")


def _name(typed: str, limit: int) -> str:
    name = check_name(typed)
    if len(name) > limit:
        raise Refused("door_name_long", limit=limit, length=len(name))
    return name


def _moment(reported: str | datetime, *, at: datetime) -> datetime:
    return moments.read(reported, at=at) if isinstance(reported, str) else moments.check(reported, at=at)


def _clean(text: str) -> str:
    """Line ends as one kind; a character that no page can show is refused, not dropped."""
    text = _LINES.sub("\n", text).strip()
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in text):
        raise Refused("door_text_letters")
    return text


def _text(typed: str) -> str:
    text = _clean(typed)
    if not text:
        raise Refused("door_text_missing")
    if len(text) > TEXT:
        raise Refused("door_text_long", limit=TEXT, length=len(text))
    return text


def _short(typed: str, limit: int, code: str) -> str:
    text = " ".join(_clean(half_width(typed)).split())
    if len(text) > limit:
        raise Refused(code, limit=limit, length=len(text))
    return text


def _place(typed: str, at: datetime) -> Place:
    return finding.place_of(_short(typed, ADDRESS, "door_address_long"), at=at)


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise Refused("door_kind")
    return kind


def _type(code: str, kind: str, at: datetime) -> str:
    code = half_width(code).strip().upper()
    if not code:
        return ""
    if kind != "dispute":
        raise Refused("door_type_needs_dispute")
    if code not in {known.code for known in types(moments.check(at, at=at).astimezone(moments.CHINA).date())}:
        raise Refused("door_type", typed=code[:10])
    return code


def _number(typed: str) -> str:
    number = half_width(typed).strip()
    if number and not _NUMBER.fullmatch(number):
        raise Refused("door_number_letters")
    return number


def _outside(said: Said, door: Door) -> str:
    if door.needs_outside and not said.outside_number.strip():
        raise Refused("door_outside_missing")
    return _number(said.outside_number)


def _unit(said: Said, door: Door) -> str:
    if door.needs_outside and not said.from_unit.strip():
        raise Refused("door_unit_missing")
    return _short(said.from_unit, UNIT, "door_unit_long")


def _flags(flags: Sequence[str]) -> tuple[str, ...]:
    if unknown := set(flags) - set(words.FLAGS):
        raise Refused("door_flag", unknown=len(unknown))
    return tuple(flag for flag in words.FLAGS if flag in flags)


def _people(people: Sequence[Person], at: datetime, desk: _Desk) -> tuple[Known, ...]:
    named = [(row, person) for row, person in enumerate(people, 1) if not person.is_empty()]
    if len(named) > PEOPLE:
        desk.wrong.append(Refused("door_people_many", field="people", limit=PEOPLE))
        return ()
    found = [_person(row, person, at, desk) for row, person in named]
    return tuple(known for known in found if known is not None)


def _person(row: int, said: Person, at: datetime, desk: _Desk) -> Known | None:
    today, before = at.astimezone(moments.CHINA).date(), len(desk.wrong)
    name = desk.take(f"people-{row}-name", _party_name, said.name, row)
    phone = desk.take(f"people-{row}-phone", check_phone, said.phone) if said.phone.strip() else None
    typed = said.id_number.strip()
    number = desk.take(f"people-{row}-id_number", check_id, typed, on=today) if typed else None
    if said.side not in SIDES:
        desk.wrong.append(Refused("door_side", field=f"people-{row}-side"))
    if len(desk.wrong) > before:
        return None
    who = sealing.Identity(name, number.value if number else "", phone.value if phone else "")
    return Known(said.side, who, is_minor(number.value, today) if number else None)


def _party_name(typed: str, row: int) -> str:
    if not typed.strip():
        raise Refused("door_person_name", row=row)
    return _name(typed, PARTY)


def _position(said: Said) -> tuple[float, float] | None:
    latitude, longitude = said.latitude, said.longitude
    if latitude is None and longitude is None:
        return None
    if latitude is None or longitude is None or not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise Refused("door_position")
    return round(latitude, 6), round(longitude, 6)
