"""What the gate is told about a mediation: the answers given before, and what the record knows better than a form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from twinloop.cases.models import Dispute, Party
from twinloop.cases.queries import working_day
from twinloop.cases.telling import language
from twinloop.decide import Refused, gate
from twinloop.decide.conflict import Tie
from twinloop.decide.gate import GateReason
from twinloop.decide.words import cite, say
from twinloop.ledger.models import Event
from twinloop.mediation.mediators import queries as register
from twinloop.mediation.mediators import words as register_words
from twinloop.mediation.mediators.models import Mediator
from twinloop.mediation.sessions import queries
from twinloop.mediation.sessions.models import Session, Unwilling

Facts = dict[str, Any]
# what a session brings along itself: never taken over from an earlier answer
OF_THE_DAY = ("on", "rounds_done", "first_round_on", "guardian_present", "recording_no", "led_by", "sworn_officers")
HELD = ("agreed", "again", "failed")  # outcomes of a session at which people sat together


def track_of(track: str) -> gate.Track:
    """Court and sector mediators work by the rules of people's mediation."""
    return gate.Track.POLICE if track == "police" else gate.Track.PEOPLE


def answered(dispute: Dispute, track: str) -> Facts:
    """What was answered when the gate of this track was last asked."""
    asked = Event.objects.filter(stream=dispute.stream, verb="gate_asked", data__track=track_of(track).value)
    last = asked.order_by("-seq").first()
    return dict(last.data.get("facts", {})) if last else {}


def opening(dispute: Dispute, track: str, lead: Mediator, accepted_on: date, given: Mapping[str, Any]) -> Facts:
    """The facts on the day of acceptance: refusals and minors as they are on record."""
    facts = {**answered(dispute, track), **given}
    if refused_by(dispute, track):
        facts["party_refuses"] = True
    if minors(dispute):
        facts["minor"] = True
        facts.setdefault("guardian_present", True)  # asked at each session, of those who came
    if track_of(track) is gate.Track.POLICE:
        facts["led_by"] = "auxiliary" if lead.is_auxiliary else "sworn"
        facts |= {"accepted_on": accepted_on.isoformat(), "on": accepted_on.isoformat(), "rounds_done": 0}
    return facts


def refused_by(dispute: Dispute, track: str) -> bool:
    """A party said no to this track and has not changed their mind (人民调解法 17)."""
    return Unwilling.objects.filter(dispute=dispute, track=track, lifted_at=None).exists()


def minors(dispute: Dispute | int) -> list[Party]:
    pk = dispute if isinstance(dispute, int) else dispute.pk
    return list(Party.objects.filter(dispute=pk, removed_at=None, is_minor=True, is_guardian=False))


def of_session(session: Session, on: date, **more: Any) -> Facts:
    """The facts of one session; `more` is what is only known when it is over."""
    mediation = session.mediation
    kept = {name: value for name, value in mediation.gate_facts.items() if name not in OF_THE_DAY}
    facts = {**kept, "party_refuses": refused_by(mediation.dispute, mediation.track)}
    if minors(mediation.dispute_id):
        facts["minor"] = True
    if mediation.track == "police":
        before = queries.held_before(session)
        lead = next((seat.mediator for seat in queries.seats(session) if seat.is_lead), mediation.lead)
        facts |= {
            "on": on, "rounds_done": len(before), "led_by": "auxiliary" if lead.is_auxiliary else "sworn",
            "sworn_officers": sum(seat.mediator.is_sworn for seat in queries.seats(session)),
            "recording_no": session.recording_no or None, "accepted_on": mediation.accepted_on,
        }  # fmt: skip
        if before:
            facts["first_round_on"] = before[0]
    return {**facts, **more}


def decide(track: str, facts: Mapping[str, Any]) -> gate.Decision:
    return gate.decide(track_of(track), gate.Facts.from_mapping(facts), is_working=working_day)


def shut(decision: gate.Decision, among: Iterable[GateReason] | None = None) -> Refused | None:
    """The refusal with every reason that bars and its articles; `among`: only these count."""
    wanted = None if among is None else frozenset(among)
    bars = [r for r in decision.reasons if r.bars and (wanted is None or r.code in wanted)]
    if not bars:
        return None
    told = [say(r.code, language(), **r.facts) for r in bars]
    articles = tuple(dict.fromkeys(article for r in bars for article in r.articles))
    cited = (
        _("（%(articles)s）") % {"articles": _("，").join(cite(a, language()) for a in articles)} if articles else ""
    )
    return Refused("mediation_gate", articles=articles, why=_("；").join(dict.fromkeys(told)), cited=cited)


def check_lead(lead: Mediator, dispute: Dispute, track: str, on: date) -> None:
    """Raises `Refused`: left, related, refused by a party, or not sworn where the law asks for it."""
    if lead.left_on is not None and lead.left_on <= on:
        raise Refused("mediator_left", name=lead.name)
    check_seat(lead, dispute)
    if track == "police" and lead.is_auxiliary:
        raise Refused("mediation_lead_auxiliary", name=lead.name)
    if track == "police" and not lead.is_sworn:
        raise Refused("mediation_lead_sworn", name=lead.name)


def check_seat(mediator: Mediator, dispute: Dispute) -> None:
    """Whoever leads or helps must be nobody's relative and refused by nobody (人民调解法 17, 23)."""
    bound = register.ties([mediator], dispute)[mediator.pk]
    if bound - {Tie.UNCOMPARED}:
        gravest = min(bound, key=list(Tie).index)
        raise Refused("mediation_barred", name=mediator.name, why=register_words.BARS[gravest])
    if bound:
        raise Refused("mediation_uncompared", name=mediator.name)
    said = Unwilling.objects.filter(dispute=dispute, mediator=mediator, lifted_at=None).select_related("party").first()
    if said is not None:
        raise Refused("mediation_unwanted", name=mediator.name, party=said.party.name_masked)
