"""Volunteers' teams, and who belongs to them from when to when."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from twinloop.people import words
from twinloop.people.models.account import Account
from twinloop.people.models.unit import Unit
from twinloop.places.models import Place


class Team(models.Model):
    """好邻舍 mediation teams, 2+2 teams, volunteer teams."""

    class Kind(models.TextChoices):
        NEIGHBOUR = "neighbour", words.TEAMS["neighbour"]
        TWO_PLUS_TWO = "two_plus_two", words.TEAMS["two_plus_two"]
        VOLUNTEER = "volunteer", words.TEAMS["volunteer"]

    name = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    station = models.ForeignKey(
        Unit,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="teams",
        limit_choices_to={"kind": "station"},
    )
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="teams")
    room = models.CharField(max_length=60, blank=True)  # the community police room (社区警务室) where it sits
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["kind", "name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="memberships")
    is_lead = models.BooleanField(default=False)
    period = DateRangeField()

    class Meta:
        ordering = ["-is_lead", "account"]
        constraints = [
            ExclusionConstraint(
                name="people_membership_once",
                expressions=[
                    ("team", RangeOperators.EQUAL),
                    ("account", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="people_membership_one_lead",
                expressions=[("team", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=Q(is_lead=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team} · {self.account}"
