"""How a dispute is mediated: the software suggests, the parties say what they want, a person decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from twinloop.cases.held import settings_held
from twinloop.cases.models import Dispute, Party, Standing
from twinloop.decide import Refused
from twinloop.decide.mediation import Strength
from twinloop.ledger.actions import record
from twinloop.ledger.whole import whole
from twinloop.mediation.mediators.models import Mediator
from twinloop.mediation.sessions import advising
from twinloop.mediation.sessions.actions.beginning import begin, lift, unwilling
from twinloop.mediation.sessions.advising import Advice
from twinloop.mediation.sessions.models import Choice, Mediation, Unwilling, Wish


@dataclass(frozen=True, kw_only=True)
class Pick:
    """What a person decided. `why`: where it is weaker or another than was suggested."""

    strength: str
    track: str
    lead: Mediator
    procedure: str = "simple"
    accepted_on: date | None = None
    why: str = ""


@whole()
def wish(
    party: Party, *, track: str, accepts: bool, mediator: Mediator | None = None, strength: str = "", said: str = "",
    by: int | None, at: datetime,
) -> Wish:  # fmt: skip
    """A party was asked and said yes, perhaps to whom; or no, which bars the track until they change their mind."""
    if party.removed_at is not None:
        raise Refused("mediation_party_other")
    standing_no = Unwilling.objects.filter(party=party, track=track, mediator=None, lifted_at=None)
    made = Wish.objects.create(
        dispute_id=party.dispute_id, party=party, track=track, accepts=accepts, said=said.strip()[:200], by_id=by,
        at=at, mediator=mediator if accepts else None, strength=strength if accepts else "",
    )  # fmt: skip
    if not accepts:
        if not standing_no.exists():
            unwilling(party, track=track, why=said, by=by, at=at)
        return made
    for no in standing_no:
        no.party = party
        lift(no, by=by, at=at)
    record(
        f"dispute:{party.dispute_id}", "mediation_willing", by=by, at=at, why=said.strip()[:200], who=party.name_masked,
        track=track, lead=mediator.name if mediator else "—",
    )  # fmt: skip
    return made


@settings_held()
@whole()
def choose(
    dispute: Dispute, pick: Pick, *, by: int | None, roles: frozenset[str], at: datetime, advice: Advice | None = None
) -> Mediation:  # fmt: skip
    """A person decides; the suggestion and the decision are both kept. Raises `Refused`, with the article.

    `advice`: what was reckoned for this track at this very moment; without it, it is reckoned here.
    """
    if Standing.objects.get(dispute=dispute).domestic_violence:
        raise Refused("mediation_violence")
    if advice is None or advice.track != pick.track:
        advice = advising.advise(dispute, at=at, track=pick.track)
    if advice.refused is not None:
        raise advice.refused
    _check_lead(advice, pick.lead)
    silent = [p for p in advising.silent(dispute, pick.track) if not _said_no(advice, p)]  # a no is the gate's to say
    if silent:
        raise Refused("mediation_silent", who="、".join(party.name_masked for party in silent))
    suggested = advising.kept(advice if advice.is_suggested else advising.advise(dispute, at=at))
    answer = {"strength": pick.strength, "track": pick.track, "mediator": pick.lead.pk}
    why = pick.why.strip()[:200]
    overrules = _overrules(suggested, answer)
    if overrules and not why:
        raise Refused("mediation_why")
    made = begin(
        dispute, track=pick.track, strength=pick.strength, lead=pick.lead, procedure=pick.procedure, by=by,
        roles=roles, at=at, accepted_on=pick.accepted_on, facts=advising.opening(dispute, pick.track),
        is_wished=advice.wished == pick.lead,
    )  # fmt: skip
    grounds = [str(ground) for ground in advice.suggestion.grounds] if advice.suggestion else []
    common = {"dispute": dispute, "params_version": advising.version(at), "at": at}
    first = Choice.objects.create(answer=suggested, reasons=grounds, **common)
    Choice.objects.create(answer=answer, by_id=by, overrules=first if overrules else None, why=why, **common)
    record(
        dispute.stream, "mediation_suggested", by=None, at=at, strength=suggested["strength"],
        track=suggested["track"], grounds=grounds, overruled=overrules,
    )  # fmt: skip
    return made


def _check_lead(advice: Advice, lead: Mediator) -> None:
    for row in advice.barred:
        if row.one.pk == lead.pk:
            raise Refused("mediation_lead_barred", name=lead.name, why=row.why)
    if lead.pk not in {row.one.pk for row in advice.suited}:
        raise Refused("mediator_left", name=lead.name)
    if advice.wished is not None and advice.wished.pk != lead.pk:
        raise Refused("mediation_wished", name=advice.wished.name)


def _said_no(advice: Advice, party: Party) -> bool:
    said = advice.said.get(party.pk)
    return said is not None and not said.accepts


def _overrules(suggested: dict[str, object], answer: dict[str, object]) -> bool:
    """A stronger kind may be taken at once; a weaker one, another track or another person is put down with a reason."""
    order = [str(one) for one in Strength]
    weaker = order.index(str(answer["strength"])) < order.index(str(suggested["strength"]))
    return weaker or any(suggested[name] != answer[name] for name in ("track", "mediator"))
