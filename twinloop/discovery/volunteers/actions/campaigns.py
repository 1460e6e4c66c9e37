"""Campaigns, and which sort of team a volunteer team is."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from twinloop.decide import Refused
from twinloop.discovery.volunteers.models import Campaign, TeamSort
from twinloop.ledger.actions import record
from twinloop.people.models import Team


@transaction.atomic
def set_campaign(
    name: str, goal: str, starts_on: date, ends_on: date | None, *, by: int | None, at: datetime,
    campaign: Campaign | None = None,
) -> Campaign:  # fmt: skip
    """A new campaign, or `campaign` with other words and dates. Raises `Refused`."""
    name = name.strip()
    if not name:
        raise Refused("campaign_name")
    if ends_on is not None and ends_on < starts_on:
        raise Refused("campaign_period")
    if Campaign.objects.filter(name=name).exclude(pk=campaign.pk if campaign else 0).exists():
        raise Refused("campaign_taken", name=name)
    facts = {"name": name, "goal": goal.strip(), "starts_on": starts_on, "ends_on": ends_on}
    if campaign is None:
        made = Campaign.objects.create(**facts)
        record(made.stream, "campaign_set", by=by, at=at, after=facts)
        return made
    found = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if found.closed_on:
        raise Refused("campaign_closed", name=found.name)
    before = {key: getattr(found, key) for key in facts}
    Campaign.objects.filter(pk=found.pk).update(**facts)
    record(found.stream, "campaign_changed", by=by, at=at, before=before, after=facts)
    found.refresh_from_db()
    return found


@transaction.atomic
def close_campaign(campaign: Campaign, *, by: int | None, at: datetime) -> None:
    """Nothing more is recorded for it; what was stays counted."""
    if not Campaign.objects.filter(pk=campaign.pk, closed_on__isnull=True).update(closed_on=at.date()):
        raise Refused("campaign_closed", name=campaign.name)
    record(campaign.stream, "campaign_closed", by=by, at=at, after={"closed_on": at.date()})


@transaction.atomic
def sort_team(team: Team, sort: str, *, by: int | None, at: datetime) -> None:
    """Say which sort of volunteer team this is."""
    if team.kind != Team.Kind.VOLUNTEER or sort not in TeamSort.Sort.values:
        raise Refused("volunteer_team_sort")
    old = TeamSort.objects.select_for_update(no_key=True).filter(team=team).first()
    if old is not None and old.sort == sort:
        return
    TeamSort.objects.update_or_create(team=team, defaults={"sort": sort})
    before = {"sort": old.sort if old else ""}
    record(f"team:{team.pk}", "team_sorted", by=by, at=at, before=before, after={"sort": sort})
