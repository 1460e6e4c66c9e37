"""A report becomes an incident, an incident a dispute, a name a party."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F, Model

from twinloop.cases import sealing
from twinloop.cases.actions import numbering
from twinloop.cases.models import Dispute, Incident, Involvement, Party, Standing
from twinloop.cases.queries import station_for
from twinloop.decide import Refused
from twinloop.edge import searchkeys
from twinloop.ledger import many
from twinloop.ledger.actions import record
from twinloop.ledger.whole import whole
from twinloop.people.models import Account
from twinloop.places.models import Place


@dataclass(frozen=True)
class Caller:
    """Who reports; `is_confidential` hides them even from those who see the case."""

    who: sealing.Identity = field(default_factory=sealing.Identity)
    is_confidential: bool = False


NOBODY = Caller()


@whole()
def register_incident(
    *,
    channel: str,
    narrative: str,
    reported_at: datetime,
    by: int | None,
    at: datetime,
    place: Place | None = None,
    address: str = "",
    caller: Caller = NOBODY,
    upto: int | None = None,
    beside: Callable[[Incident, Sequence[int]], Iterable[Sequence[Model]]] = lambda _incident, _newer: (),
    **facts: Any,
) -> Incident:
    """Write down a report under a new number. `facts` are further columns of Incident (reported_type, …).

    `beside`: rows of other tables that come to stand with it, in the same statement; it is told the report and the ids
    of those that came to stand after the id `upto`.
    """
    masked = sealing.masked(caller.who)
    number, pk, newer = numbering.draw_report(at, upto)  # before the row, as a token is tied to it
    incident = Incident(
        id=pk,
        number=number,
        channel=channel,
        narrative=narrative,
        reported_at=reported_at,
        received_at=facts.pop("received_at", at),
        place=place,
        station=station_for(place),
        address=address,
        address_key=searchkeys.address_key(address),
        caller_name_sealed=sealing.seal(caller.who.name, f"incident:{pk}:name"),
        caller_name_masked=masked.name,
        caller_phone_sealed=sealing.seal(caller.who.phone, f"incident:{pk}:phone"),
        caller_phone_masked=masked.phone,
        caller_is_confidential=caller.is_confidential,
        search_keys=sealing.keys(caller.who),
        registered_by_id=by,
        registered_at=at,
        **facts,
    )
    many.put_together([incident], *beside(incident, newer))
    record(incident.stream, "incident_registered", by=by, at=at, number=incident.number, channel=channel)
    return incident


@whole()
def open_dispute(
    *,
    title: str,
    by: int | None,
    at: datetime,
    place: Place | None = None,
    origin: str = "call",
    incident: Incident | None = None,
    **facts: Any,
) -> Dispute:
    """A new dispute, of an incident where there is one. `facts` are further columns (focus, source, started_on)."""
    dispute = Dispute.objects.create(
        number=numbering.draw("JF", at),
        title=title,
        origin=origin,
        place=place or (incident.place if incident else None),
        station=station_for(place) or (incident.station if incident else None),
        registered_by_id=by,
        registered_at=at,
        touched_at=at,
        **facts,
    )
    Standing.objects.create(dispute=dispute)
    record(dispute.stream, "dispute_opened", by=by, at=at, number=dispute.number, origin=origin)
    if incident is not None:
        from twinloop.cases.actions.linking import link

        link(incident, dispute, by=by, at=at, why="", first=True)
    return dispute


EDITABLE = ("title", "focus", "source", "started_on", "owner", "leader")


@whole()
def change_dispute(dispute: Dispute, *, by: int | None, at: datetime, version: int, **facts: Any) -> Dispute:
    """Correct what is written about a dispute; only EDITABLE columns, only on the version that was read."""
    from twinloop.cases.actions.moving import Conflict

    assert set(facts) <= set(EDITABLE), facts
    before = {name: _plain(getattr(dispute, name)) for name in facts}
    after = {name: _plain(value) for name, value in facts.items()}
    changed = {name for name in facts if before[name] != after[name]}
    if not changed:
        return dispute
    found = Dispute.objects.filter(pk=dispute.pk, version=version)
    if not found.update(version=F("version") + 1, touched_at=at, **{name: facts[name] for name in changed}):
        raise Conflict(dispute)
    record(
        dispute.stream,
        "dispute_changed",
        by=by,
        at=at,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    if dispute.version != version:  # read at another time than what was shown
        dispute.refresh_from_db()
        return dispute
    for name in changed:
        setattr(dispute, name, facts[name])
    dispute.version, dispute.touched_at = version + 1, at
    return dispute


def _plain(value: object) -> object:
    return value.name if isinstance(value, Account) else value


@whole()
def add_party(
    dispute: Dispute, who: sealing.Identity, *, side: str, by: int | None, at: datetime, **facts: Any
) -> Party:
    """A person or firm on a side. The event says which mask was added, never who it is."""
    masked = sealing.masked(who)
    pk = many.new_ids(Party, 1)[0]  # before the row, as a token is tied to it
    party = Party(
        id=pk,
        dispute=dispute,
        side=side,
        name_masked=masked.name,
        id_number_masked=masked.id_number,
        phone_masked=masked.phone,
        address_masked=masked.address,
        search_keys=sealing.keys(who),
        **{
            f"{name}_sealed": sealing.seal(getattr(who, name), f"party:{pk}:{name}")
            for name in ("name", "id_number", "phone", "address")
        },
        **facts,
    )
    many.put([party])
    _touch(dispute, at)
    if party.is_minor:
        Standing.objects.filter(dispute=dispute).update(minors=True)
    record(dispute.stream, "party_added", by=by, at=at, party=party.pk, side=side, name=masked.name)
    return party


@whole()
def remove_party(party: Party, *, by: int | None, at: datetime, why: str) -> None:
    """Written down by mistake: hidden, kept in history."""
    if not why:
        raise Refused("reason_missing")
    if Party.objects.filter(pk=party.pk, removed_at__isnull=True).update(removed_at=at):
        _touch(party.dispute, at)
        record(party.dispute.stream, "party_removed", by=by, at=at, why=why, party=party.pk, name=party.name_masked)


@whole()
def involve(
    dispute: Dispute, account: Account, *, part: str, by: int | None, at: datetime, side: str = ""
) -> Involvement:
    """From now on `account` works on the dispute and sees it."""
    found, made = Involvement.objects.get_or_create(
        dispute=dispute, account=account, part=part, until=None, defaults={"since": at, "side": side}
    )
    if made:
        _touch(dispute, at)
        record(dispute.stream, "person_involved", by=by, at=at, account=account.pk, name=account.name, part=part)
    return found


def _touch(dispute: Dispute, at: datetime) -> None:
    """Anything new about a dispute moves its version, so that whoever read it before is told."""
    Dispute.objects.filter(pk=dispute.pk).update(version=F("version") + 1, touched_at=at)


def columns(given: Mapping[str, Any], allowed: tuple[str, ...]) -> dict[str, Any]:
    """Of what a request sent only what may be set: owner, level or state cannot be smuggled in."""
    return {name: given[name] for name in allowed if name in given}
