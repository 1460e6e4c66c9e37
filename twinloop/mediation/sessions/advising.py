"""Which mediation fits a dispute, and who would suit: what the record says, put to the plain cores. Stores nothing."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from twinloop.cases.models import Dispute, IncidentLink, Party, Standing
from twinloop.cases.parameters import InForce, in_force
from twinloop.cases.queries import shown_type_names
from twinloop.cases.telling import language
from twinloop.decide import Refused, matching
from twinloop.decide import mediation as core
from twinloop.decide.clocks import CHINA
from twinloop.decide.conflict import Post, Reason
from twinloop.decide.matching import Call, Candidate, Merit, Person
from twinloop.decide.mediation import PARAMS, Strength, Suggestion, Way
from twinloop.decide.parameters import ParameterKind
from twinloop.decide.words import cite, say
from twinloop.dispatch.pushes.models import Push
from twinloop.mediation.mediators import queries as register
from twinloop.mediation.mediators.models import Mediator
from twinloop.mediation.mediators.queries import Figures
from twinloop.mediation.sessions import gating
from twinloop.mediation.sessions.models import Unwilling, Wish

TRACKS = {Way.PEOPLE: "people", Way.POLICE: "police"}
ORDER = tuple(Strength)


def version(at: datetime) -> str:
    """What answered: the thresholds and, where the district has set its own, the weights."""
    held = in_force(at)
    return held.marked(ParameterKind.WEIGHTS, held.version(ParameterKind.MEDIATION, _shipped()))


@cache
def _shipped() -> str:
    return f"mediation-{zlib.crc32(repr(PARAMS).encode()):08x}"


@dataclass(frozen=True)
class Suited:
    """One who may lead: reasons as the component wants them, what is in hand, how it ended."""

    one: Mediator
    figures: Figures
    reasons: Sequence[str | tuple[str, str]]


@dataclass(frozen=True)
class Barred:
    one: Mediator
    why: str


@dataclass(frozen=True)
class Advice:
    """`suggestion` None where `refused` says why. `wished`: the mediator whom every party asked for."""

    suggestion: Suggestion | None
    refused: Refused | None
    track: str
    suited: Sequence[Suited]
    barred: Sequence[Barred]
    said: Mapping[int, Wish]  # party → the newest word
    wished: Mediator | None

    @property
    def is_suggested(self) -> bool:
        """Whether `track` is the one that would have been suggested without being asked about it."""
        return self.suggestion is not None and self.track == TRACKS[self.suggestion.way]

    @property
    def first(self) -> Mediator | None:
        """Whom the parties want, else who suits best."""
        return self.wished or (self.suited[0].one if self.suited else None)


def advise(dispute: Dispute, *, at: datetime, track: str = "") -> Advice:
    """The suggestion for `dispute`, and who may lead on `track` (the suggested one if none is given)."""
    parties = parties_of(dispute)
    said, held = newest(dispute), in_force(at)
    found: Suggestion | None = None
    refused: Refused | None = None
    try:
        found = core.suggest(facts_of(dispute, parties, said, at=at), held.mediation.choosing)
    except Refused as error:
        refused = error
    track = track or (TRACKS[found.way] if found else "people")
    suited, barred = leads(dispute, track, held, at=at)
    free = {row.one.pk: row.one for row in suited}
    return Advice(found, refused, track, suited, barred, said, free.get(_asked_by_all(parties, said) or 0))


def parties_of(dispute: Dispute) -> list[Party]:
    return list(Party.objects.filter(dispute=dispute, removed_at=None, is_guardian=False))


def newest(dispute: Dispute) -> dict[int, Wish]:
    rows = Wish.objects.filter(dispute=dispute).select_related("mediator", "by")
    return {wish.party_id: wish for wish in reversed(rows)}


def silent(dispute: Dispute, track: str) -> list[Party]:
    """Parties of the two sides who have not said yes to this track (人民调解法 17: nobody is mediated against a no)."""
    said = newest(dispute)
    asked = [party for party in parties_of(dispute) if party.side in ("a", "b")]
    return [p for p in asked if not ((wish := said.get(p.pk)) and wish.accepts and wish.track == track)]


def facts_of(dispute: Dispute, parties: Sequence[Party], said: Mapping[int, Wish], *, at: datetime) -> core.Facts:
    """What of the record bears on the choice."""
    standing = _asked_for(dispute)
    on = at.astimezone(CHINA).date()
    began = dispute.started_on or dispute.registered_at.astimezone(CHINA).date()
    asked = {track: standing.gate_open if standing.gate_track == track else None for track in TRACKS.values()}
    return core.Facts(
        level=dispute.level,
        domestic_violence=standing.domestic_violence,
        offence=bool(standing.offence),
        people_open=asked["people"],
        police_open=asked["police"],
        people_refused=standing.refuses,
        group_event=standing.group_event,
        needs_agency=standing.pushed,
        backlog=dispute.origin == "backlog",
        months=max(0, (on.year - began.year) * 12 + on.month - began.month - (on.day < began.day)),
        failed_sessions=standing.sessions_failed,
        incidents=standing.incidents,
        wish=_wish(parties, said),
    )


def _asked_for(dispute: Dispute) -> Any:  # Standing, with three facts of other rooms' tables
    of = {"dispute": OuterRef("pk")}
    links = IncidentLink.objects.filter(**of, unlinked_at__isnull=True).order_by().values("dispute")
    return Standing.objects.annotate(
        refuses=Exists(Unwilling.objects.filter(**of, track="people", lifted_at=None)),
        pushed=Exists(Push.objects.filter(**of).exclude(state="drafted")),
        incidents=Coalesce(Subquery(links.annotate(n=Count("pk")).values("n")), 0),
    ).get(dispute=dispute)


def _wish(parties: Sequence[Party], said: Mapping[int, Wish]) -> Strength | None:
    """What everybody asked for, where all asked for the same."""
    asked = {said[p.pk].strength if p.pk in said else "" for p in parties}
    only = asked.pop() if len(asked) == 1 else ""
    return Strength(only) if only else None


def _asked_by_all(parties: Sequence[Party], said: Mapping[int, Wish]) -> int | None:
    asked = {said[p.pk].mediator_id if p.pk in said else None for p in parties}
    return asked.pop() if len(asked) == 1 else None


# --- who leads -----------------------------------------------------------------------------------------------------


def leads(dispute: Dispute, track: str, held: InForce, *, at: datetime) -> tuple[list[Suited], list[Barred]]:
    """Who may lead on `track`, best first with reasons; who may not, each with the article."""
    on = at.astimezone(CHINA).date()
    everybody = list(register.listed(register.Asked(), on))
    unwanted = set(
        Unwilling.objects.filter(dispute=dispute, lifted_at=None, mediator__isnull=False).values_list(
            "mediator", flat=True
        )
    )
    away = {one.pk for one in everybody if register.away_on(one, on)}
    against = register.conflicts_of(everybody, dispute, on=on, track=track, unwanted=unwanted, away=away)
    by_id = {str(one.pk): one for one in everybody}
    figures = register.figures(everybody, on=on)
    barred = [Barred(one, told(against[one.pk])) for one in everybody if against[one.pk]]
    place = dispute.place.code if dispute.place else ""
    call = Call(id=dispute.number, at=at, type=dispute.type_code, place=place, level=dispute.level or 3)
    most = held.mediation.in_hand
    free = [_person(one, figures[one.pk], most) for one in everybody if not against[one.pk]]
    names = shown_type_names()
    best = matching.rank(call, free, held.weights).people
    ranked = [_suited(found, by_id[found.id], figures, names) for found in best]
    if track == "people":  # officers stand beside a people's mediator
        ranked.sort(key=lambda row: register.post_of(row.one) is Post.SWORN)
    return ranked, barred


def _person(one: Mediator, figures: Figures, most: int) -> Person:
    return Person(
        id=str(one.pk), on_duty=True, skills=dict.fromkeys(one.skills, 2), load=figures.open, capacity=most,
        communities=frozenset(place.code for place in one.communities.all()),
    )  # fmt: skip


def _suited(found: Candidate, one: Mediator, figures: Mapping[int, Figures], names: Mapping[str, str]) -> Suited:
    said: list[str | tuple[str, str]] = []
    for reason in found.reasons:
        if reason.merit in (Merit.FREE, Merit.LOAD):
            continue
        facts = {key: names.get(str(v), v) if key in ("type", "has") else v for key, v in reason.facts.items()}
        line = say(reason.merit, language(), **facts)
        said.append(("-", line) if reason.points < 0 else line)
    return Suited(one, figures[one.pk], said)


def told(reasons: Sequence[Reason]) -> str:
    """Every reason against somebody with its article, in one line."""
    return _("；").join(_one(reason) for reason in reasons)


def _one(reason: Reason) -> str:
    word = say(reason.code, language())
    cited = _("，").join(cite(article, language()) for article in reason.articles)
    return _("%(why)s（%(articles)s）") % {"why": word, "articles": cited} if cited else word


def kept(advice: Advice) -> dict[str, Any]:
    """The suggestion as it is stored."""
    strength = str(advice.suggestion.strength) if advice.suggestion else ""
    first = advice.first
    return {"strength": strength, "track": advice.track, "mediator": first.pk if first else None}


def opening(dispute: Dispute, track: str) -> dict[str, Any]:
    """What the choice itself tells the gate: everybody was asked; what is no offence is a civil quarrel."""
    told: dict[str, Any] = {"party_refuses": False}
    if "nature" not in gating.answered(dispute, track) and track == "people":
        offence = Standing.objects.values_list("offence", flat=True).get(dispute=dispute)
        told |= {"nature": "other_public_order" if offence else "civil"}
    return told


def lacks(dispute: Dispute, advice: Advice, *, at: datetime) -> list[str]:
    """What keeps a mediation from beginning now, a sentence each; empty: it may."""
    silent_now = silent(dispute, advice.track)
    said = [_("%(who)s 还没有说愿意") % {"who": party.name_masked} for party in silent_now
            if not ((wish := advice.said.get(party.pk)) and not wish.accepts)]  # fmt: skip
    if not advice.suited:
        said.append(_("名册里没有能主持的人"))
    elif not silent_now or any(not wish.accepts for wish in advice.said.values()):
        lead = advice.first
        assert lead is not None
        facts = gating.opening(dispute, advice.track, lead, at.astimezone(CHINA).date(), opening(dispute, advice.track))
        if shut := gating.shut(gating.decide(advice.track, facts)):
            said.append(f"{shut.facts['why']}{shut.facts['cited']}")
    return said
