"""Where people belong: the bureau, its stations and their teams, other agencies."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from twinloop.people import words
from twinloop.places.models import Place


class Unit(models.Model):
    """Bureau, command room, stations with one office and two teams (一室两队), outside agencies."""

    class Kind(models.TextChoices):
        BUREAU = "bureau", words.UNITS["bureau"]
        COMMAND_ROOM = "command_room", words.UNITS["command_room"]
        STATION = "station", words.UNITS["station"]
        OFFICE = "office", words.UNITS["office"]
        CALLS_TEAM = "calls_team", words.UNITS["calls_team"]
        COMMUNITY_TEAM = "community_team", words.UNITS["community_team"]
        AGENCY = "agency", words.UNITS["agency"]

    class Seat(models.TextChoices):
        NONE = "", words.SEATS[""]
        RESIDENT = "resident", words.SEATS["resident"]
        ROTATING = "rotating", words.SEATS["rotating"]

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, choices=Kind)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")
    seat = models.CharField(max_length=10, choices=Seat, blank=True)
    places = models.ManyToManyField(Place, blank=True, related_name="units")  # a station's townships or communities
    phone = models.CharField(max_length=20, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(kind="agency") | Q(seat=""), name="people_unit_seat_of_agency"),
            models.UniqueConstraint(
                fields=["parent", "kind"],
                condition=Q(kind__in=["office", "calls_team", "community_team"], closed_on__isnull=True),
                name="people_unit_one_office_two_teams",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["bureau", "agency"]) | Q(parent__isnull=False), name="people_unit_has_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def station(self) -> Unit | None:
        """The station that this unit is or belongs to."""
        if self.kind == Unit.Kind.STATION:
            return self
        return self.parent.station if self.parent else None
