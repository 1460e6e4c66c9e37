"""Who may do what with an activity or a campaign. `check_x` raises `Refused`, its sentence keeps a button shut."""

from __future__ import annotations

from twinloop.decide import Refused
from twinloop.discovery.volunteers.models import Activity
from twinloop.discovery.volunteers.visibility import SET_CAMPAIGNS
from twinloop.ledger.sight import Scope


def check_change(activity: Activity, scope: Scope) -> None:
    """Who recorded it, the community officer of the place, the chief of the station, the bureau."""
    if activity.withdrawn_at:
        raise Refused("activity_gone")
    if activity.recorded_by_id in scope.accounts or scope.has("bureau"):
        return
    if scope.has("chief") and activity.station_id in scope.stations:
        return
    if not (scope.has("community_officer") and activity.place_id in scope.places):
        raise Refused("activity_not_yours")


def check_campaign(scope: Scope) -> None:
    if not scope.has(*SET_CAMPAIGNS):
        raise Refused("campaign_role")
