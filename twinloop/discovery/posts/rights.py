"""Who plans a post, who keeps it, who mends it. `check_x` raises `Refused`, its sentence keeps a button shut."""

from __future__ import annotations

from twinloop.cases.queries import station_for
from twinloop.decide import Refused
from twinloop.discovery.posts.models import Shift
from twinloop.discovery.posts.visibility import PLANNERS
from twinloop.ledger.sight import Scope
from twinloop.places.models import Place


def check_plan(place: Place, scope: Scope) -> None:
    """The bureau everywhere, a chief in the station's places, a community officer in their own."""
    if scope.has("bureau"):
        return
    if scope.has("community_officer") and place.pk in scope.places:
        return
    if scope.has("chief"):
        station = station_for(place)
        if station is not None and station.pk in scope.stations:
            return
    raise Refused("post_scope", place=place.short)


def check_import(scope: Scope) -> None:
    if not scope.has(*PLANNERS):
        raise Refused("post_import_role")


def check_keep(shift: Shift, scope: Scope) -> None:
    """Only the person themselves says that they are there: nobody's deputy checks in for them."""
    if shift.dropped_at:
        raise Refused("post_dropped")
    if shift.account_id != scope.account:
        raise Refused("post_not_yours")


def check_mend(shift: Shift, scope: Scope) -> None:
    if shift.dropped_at:
        raise Refused("post_dropped")
    if shift.account_id == scope.account or not scope.has(*PLANNERS):
        raise Refused("post_mend_role")
    check_plan(shift.place, scope)
