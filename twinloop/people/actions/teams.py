"""Teams and who is in them.

A team may be saved incomplete: whether it is in service is not stored but asked (`queries.teams.shortfalls`), so that
a 2+2 team drops out by itself when one of its four is moved, closed or leaves.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from psycopg.types.range import Range

from twinloop.decide import Refused
from twinloop.ledger.actions import record
from twinloop.people.models import Account, Membership, Team, Unit
from twinloop.people.rights import By, check_team, check_team_of, who
from twinloop.places.models import Place

K = Account.Kind
MEMBERS: dict[str, frozenset[str]] = {
    Team.Kind.NEIGHBOUR: frozenset({K.MEDIATOR}),
    Team.Kind.TWO_PLUS_TWO: frozenset({K.SWORN, K.AUXILIARY}),
    Team.Kind.VOLUNTEER: frozenset({K.VOLUNTEER}),
}


def stream(team: Team) -> str:
    return f"team:{team.pk}"


@transaction.atomic
def create_team(
    name: str,
    kind: str,
    *,
    by: By,
    at: datetime,
    station: Unit | None = None,
    place: Place | None = None,
    room: str = "",
) -> Team:
    check_team(station, by=by)
    team = Team(name=name.strip(), kind=kind, station=station, place=place, room=room.strip())
    check_shape(team)
    team.save()
    record(stream(team), "team_created", by=who(by), at=at, after=_told(team))
    return team


@transaction.atomic
def change_team(team: Team, *, by: By, at: datetime, name: str, place: Place | None, room: str) -> bool:
    """Name, place and room; a team keeps its kind and station."""
    check_team_of(team, by=by)
    team = Team.objects.select_for_update(no_key=True, of=("self",)).select_related("station", "place").get(pk=team.pk)
    before = _told(team)
    team.name, team.place, team.room = name.strip(), place, room.strip()
    check_shape(team)
    team.save()
    changed = {key: value for key, value in _told(team).items() if before[key] != value}
    if changed:
        was = {key: before[key] for key in changed}
        record(stream(team), "team_changed", by=who(by), at=at, before=was, after=changed)
    return bool(changed)


@transaction.atomic
def close_team(team: Team, *, by: By, at: datetime) -> None:
    check_team_of(team, by=by)
    if not Team.objects.filter(pk=team.pk, closed_on__isnull=True).update(closed_on=at.date()):
        raise Refused("team_closed", name=team.name)
    record(stream(team), "team_closed", by=who(by), at=at, after={"closed_on": at.date()})


def check_shape(team: Team) -> None:
    if not team.name:
        raise Refused("name_empty")
    if team.kind not in Team.Kind.values:
        raise Refused("kind_unknown", kind=team.kind)
    if Team.objects.filter(name=team.name).exclude(pk=team.pk).exists():
        raise Refused("team_name_taken", name=team.name)
    if team.kind == Team.Kind.TWO_PLUS_TWO and (team.station is None or team.station.kind != Unit.Kind.STATION):
        raise Refused("team_station", kind=team.get_kind_display())


# --- membership --------------------------------------------------------------------------------------------


@transaction.atomic
def join_team(
    team: Team, account: Account, *, by: By, at: datetime, is_lead: bool = False, start: date | None = None
) -> Membership:
    check_team_of(team, by=by)
    team = Team.objects.select_for_update(no_key=True, of=("self",)).select_related("station").get(pk=team.pk)
    start = start or at.date()
    check_member(team, account, start)
    if is_lead:
        check_lead(team, account, start)
    membership = Membership.objects.create(team=team, account=account, is_lead=is_lead, period=Range[date](start, None))
    facts = {"account": account.pk, "is_lead": is_lead, "start": start}
    record(stream(team), "member_joined", by=who(by), at=at, after=facts)
    return membership


def check_member(team: Team, account: Account, start: date) -> None:
    if team.closed_on:
        raise Refused("team_closed", name=team.name)
    if not account.is_active:
        raise Refused("not_active", name=account.name)
    if account.kind not in MEMBERS[team.kind]:
        raise Refused("member_kind", kind=account.get_kind_display(), team=team.get_kind_display())
    station = account.unit.station if account.unit else None
    if team.kind == Team.Kind.TWO_PLUS_TWO and team.station is not None and station != team.station:
        raise Refused("member_station", name=account.name, station=team.station.name)
    if team.memberships.filter(account=account, period__overlap=Range[date](start, None)).exists():
        raise Refused("member_held", name=account.name)


def check_lead(team: Team, account: Account, start: date) -> None:
    held = team.memberships.filter(is_lead=True, period__overlap=Range[date](start, None)).select_related("account")
    if (other := held.exclude(account=account).first()) is not None:
        raise Refused("lead_held", name=other.account.name)
    if team.kind == Team.Kind.TWO_PLUS_TWO and account.kind != K.SWORN:
        raise Refused("lead_not_sworn")


@transaction.atomic
def set_lead(membership: Membership, is_lead: bool, *, by: By, at: datetime) -> None:
    team = membership.team
    check_team_of(team, by=by)
    Team.objects.select_for_update(no_key=True, of=("self",)).get(pk=team.pk)
    if is_lead:
        check_lead(team, membership.account, at.date())
    if not Membership.objects.filter(pk=membership.pk, is_lead=not is_lead).update(is_lead=is_lead):
        return
    facts = {"account": membership.account_id, "is_lead": is_lead}
    record(stream(team), "member_lead", by=who(by), at=at, after=facts)


@transaction.atomic
def leave_team(membership: Membership, *, by: By, at: datetime) -> None:
    team, today = membership.team, at.date()
    check_team_of(team, by=by)
    membership = (
        Membership.objects.select_for_update(no_key=True, of=("self",)).select_related("account").get(pk=membership.pk)
    )
    if membership.period.upper is not None and membership.period.upper <= today:
        raise Refused("member_gone", name=membership.account.name)
    record(stream(team), "member_left", by=who(by), at=at, before={"account": membership.account_id})
    if membership.period.lower >= today:  # in and out on one day
        membership.delete()
        return
    membership.period = Range[date](membership.period.lower, today)
    membership.save(update_fields=["period"])


def _told(team: Team) -> dict[str, object]:
    return {
        "name": team.name, "kind": team.kind, "room": team.room,
        "station": team.station.code if team.station else "", "place": team.place.code if team.place else "",
    }  # fmt: skip
