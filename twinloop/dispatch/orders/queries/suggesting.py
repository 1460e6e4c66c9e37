"""Who suits a call, in words: the ranking of `decide.matching` with names instead of numbers."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.utils.translation import gettext as _

from twinloop.cases.models import Dispute, Incident, IncidentLink
from twinloop.cases.parameters import InForce, in_force
from twinloop.cases.queries import shown_type_names
from twinloop.cases.telling import language
from twinloop.decide import matching
from twinloop.decide.matching import Bar, Barred, Call, Candidate, Merit, Ranking, Short
from twinloop.decide.matching_joint import assign
from twinloop.decide.parameters import ParameterKind
from twinloop.decide.words import say
from twinloop.dispatch.orders.queries.staff import Member, case_id, staff
from twinloop.places.models import Place
from twinloop.triage import spoken

SHOWN = 5
SWORN_KINDS = frozenset({"crime", "public_order"})  # may end in a penalty: 程序规定 52


@dataclass(frozen=True)
class Choice:
    """One person as the board shows them; `reasons` as the component wants them: words, or
    ("-", words); `kept`: the same as codes."""

    pk: int
    rank: int
    name: str
    unit: str
    meta: str
    score: float
    reasons: Sequence[str | tuple[str, str]]
    kept: Sequence[spoken.Kept] = ()
    team: tuple[int, str] | None = None  # the unit's id and name


@dataclass(frozen=True)
class Team:
    """A unit of which `able` people may go now."""

    pk: int
    name: str
    able: int


@dataclass(frozen=True)
class No:
    pk: int
    name: str
    why: str


@dataclass(frozen=True)
class Suggested:
    """`people` best first; `barred` those on duty or of the place who may not go; `away` how many more are off duty."""

    people: Sequence[Choice]
    barred: Sequence[No]
    away: int
    lacks: Sequence[str]
    version: str = ""  # of the weights that answered

    @property
    def first(self) -> Choice | None:
        return self.people[0] if self.people else None

    @property
    def teams(self) -> list[Team]:
        """Units that may be asked as a whole: that of whoever suits best first."""
        able = Counter(one.team for one in self.people if one.team)
        return [Team(pk, name, n) for (pk, name), n in able.items()]


@cache
def version() -> str:
    """Which weights are shipped, by what stands in them."""
    return f"matching-{zlib.crc32(repr(matching.DEFAULTS).encode()):08x}"


def link_of(incident: Incident) -> Dispute | None:
    link = IncidentLink.objects.filter(incident=incident, unlinked_at__isnull=True).select_related("dispute").first()
    return link.dispute if link else None


def call_of(incident: Incident, dispute: Dispute | None, *, at: datetime, level: int | None = None) -> Call:
    """What of a call bears on who goes."""
    kind = incident.confirmed_kind or incident.reported_kind
    code = (dispute.type_code if dispute else "") or incident.confirmed_type or incident.reported_type
    cases = {case_id(incident.pk)} | ({case_id(dispute=dispute.pk)} if dispute else set())
    return Call(
        id=str(incident.pk),
        at=at,
        type=code,
        place=incident.place.code if incident.place else "",
        parties=frozenset(cases),
        needs_sworn=kind in SWORN_KINDS or (dispute is not None and dispute.state == "penalty"),
        level=level or (dispute.level if dispute else None) or 3,
    )


def for_incident(incident: Incident, *, at: datetime, without: Iterable[int] = ()) -> tuple[Suggested, Ranking]:
    """Who should go to `incident`; `without`: who did not answer, or gave it back."""
    call = call_of(incident, link_of(incident), at=at)
    also = [incident.place_id] if incident.place_id else []
    return ranked(call, staff(call.parties, at=at, also=also), without=without)


def for_form(type_code: str, place: Place | None, *, at: datetime) -> Suggested:
    """Who would go to a call that is still being typed."""
    call = Call(id="form", at=at, type=type_code, place=place.code if place else "")
    return ranked(call, staff((), at=at, also=[place.pk] if place else []))[0]


def by_type(codes: Sequence[str], *, at: datetime) -> dict[str, Suggested]:
    """Who would go to a call of each of these types, wherever it is: the staff is read once."""
    members, held, names = staff((), at=at), in_force(at), shown_type_names()
    calls = {code: Call(id="type", at=at, type=code, place="") for code in codes}
    return {code: _ranked(call, members, held, names)[0] for code, call in calls.items()}


def ranked(call: Call, members: Sequence[Member], *, without: Iterable[int] = ()) -> tuple[Suggested, Ranking]:
    return _ranked(call, members, in_force(call.at), shown_type_names(), without)


def _ranked(
    call: Call, members: Sequence[Member], held: InForce, names: Mapping[str, str], without: Iterable[int] = ()
) -> tuple[Suggested, Ranking]:
    left_out = {str(pk) for pk in without}
    by_id = {member.person.id: member for member in members}
    asked = [member.person for member in members if member.person.id not in left_out]
    found = matching.rank(call, asked, held.weights)
    lang = language()
    people = [_choice(n, one, by_id[one.id], names, lang) for n, one in enumerate(found.people, 1)]
    near = [row for row in found.barred if row.bars != (Bar.OFF_DUTY,)]
    barred = [No(int(row.id), by_id[row.id].account.name, why(row, by_id[row.id], lang)) for row in near]
    lacks = [_short(short, by_id, names, lang) for short in found.shortfalls]
    answered = held.version(ParameterKind.WEIGHTS, version())
    return Suggested(people, barred, len(found.barred) - len(near), lacks, answered), found


def why(row: Barred, member: Member, lang: str) -> str:
    """Every rule that stands against somebody, in one line."""
    said = [say(bar, lang) for bar in row.bars]
    if Bar.ABSENT in row.bars and member.until:
        said[row.bars.index(Bar.ABSENT)] = _("请假至 %(day)s") % {"day": f"{member.until:%m-%d}"}
    return _("，").join(said)


def _choice(rank: int, one: Candidate, member: Member, names: Mapping[str, str], lang: str) -> Choice:
    unit, load = member.account.unit, member.person.load
    free = _("空闲") if not load else _("手头 %(n)s 起") % {"n": load}
    recent = _("30 天派了 %(n)s 起") % {"n": member.person.recent}
    told = [r for r in one.reasons if r.merit not in (Merit.FREE, Merit.LOAD)]
    said: list[str | tuple[str, str]] = []
    for reason in told:
        line = say(reason.merit, lang, **_named(reason.facts, names))
        said.append(("-", line) if reason.points < 0 else line)
    return Choice(
        pk=member.account.pk,
        rank=rank,
        name=member.account.name,
        unit=f"{unit.name if unit else ''} · {member.account.get_kind_display()}".strip(" ·"),
        meta=f"{free} · {recent}",
        score=one.score,
        reasons=said,
        kept=[spoken.merit(r.merit, r.facts, against=r.points < 0) for r in told],
        team=(unit.pk, unit.name) if unit else None,
    )


def _named(facts: Mapping[str, object], names: Mapping[str, str]) -> dict[str, object]:
    """Types by their name: 邻里相邻 instead of B1."""
    return {key: names.get(str(value), value) if key in ("type", "has") else value for key, value in facts.items()}


def _short(short: Short, by_id: Mapping[str, Member], names: Mapping[str, str], lang: str) -> str:
    facts = _named(short.facts, names)
    if "who" in facts:
        facts["who"] = by_id[str(facts["who"])].account.name
    return say(short.code, lang, **facts)


@dataclass(frozen=True)
class Proposal:
    """One call of a joint assignment; `choice` None where nobody is left for it."""

    incident: Incident
    choice: Choice | None
    why: str


def together(calls: Sequence[tuple[Incident, Dispute | None, int | None]], *, at: datetime) -> list[Proposal]:
    """One joint assignment of calls that wait: (incident, its dispute, its level). Same queries for 2 and 200."""
    asked = [call_of(incident, dispute, at=at, level=level) for incident, dispute, level in calls]
    also = {incident.place_id for incident, _d, _l in calls if incident.place_id}
    members = staff({name for call in asked for name in call.parties}, at=at, also=also)
    people = [member.person for member in members]
    by_id = {member.person.id: member for member in members}
    names, lang, mean, weights = shown_type_names(), language(), matching.mean_recent(people), in_force(at).weights
    found = []
    for (incident, _d, _l), call, given in zip(calls, asked, assign(asked, people, weights).calls, strict=True):
        if not given.who:
            found.append(Proposal(incident, None, _("没有能派的人，或要先派更急的")))
            continue
        member = by_id[given.who]
        one = Candidate(given.who, given.score, member.person, matching.Scorer(call, mean, weights))
        found.append(Proposal(incident, _choice(1, one, member, names, lang), ""))
    return found


def kept(suggested: Suggested) -> dict[str, Any]:
    """The suggestion as it is stored: who, in order, with points."""
    first = suggested.first
    return {
        "who": first.pk if first else None,
        "name": first.name if first else "",
        "ranked": [[one.pk, one.name, one.score] for one in suggested.people[:SHOWN]],
        "lacks": list(suggested.lacks),
    }


def told(choice: Choice | None) -> list[spoken.Kept]:
    """The reasons of one choice as they are stored."""
    return list(choice.kept) if choice else []
