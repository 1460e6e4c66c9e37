"""When somebody is on duty, and when away."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from twinloop.people import words
from twinloop.people.models.account import Account
from twinloop.people.models.unit import Unit


class Duty(models.Model):
    """On duty from … to …: one duty at a time."""

    class Kind(models.TextChoices):
        COMMAND = "command", words.DUTIES["command"]
        CALLS = "calls", words.DUTIES["calls"]
        COMMUNITY = "community", words.DUTIES["community"]
        LEAD = "lead", words.DUTIES["lead"]

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="duties")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="duties")
    kind = models.CharField(max_length=20, choices=Kind)
    period = DateTimeRangeField()

    class Meta:
        ordering = ["period"]
        constraints = [
            ExclusionConstraint(
                name="people_duty_one_at_a_time",
                expressions=[("account", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__lower_inf=False, period__upper_inf=False),
                name="people_duty_has_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} · {self.get_kind_display()}"


class Leave(models.Model):
    """Away from … to …, with a deputy who acts meanwhile (and whose own deputy acts if both are away)."""

    class Kind(models.TextChoices):
        ANNUAL = "annual", words.LEAVES["annual"]
        SICK = "sick", words.LEAVES["sick"]
        TRAINING = "training", words.LEAVES["training"]
        AWAY = "away", words.LEAVES["away"]
        OTHER = "other", words.LEAVES["other"]

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="leaves")
    kind = models.CharField(max_length=20, choices=Kind)
    period = DateTimeRangeField()
    deputy = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="stands_in")
    recorded_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["period"]
        constraints = [
            ExclusionConstraint(
                name="people_leave_once",
                expressions=[("account", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                condition=Q(deputy__isnull=True) | ~Q(deputy=F("account")), name="people_leave_deputy_other"
            ),
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__lower_inf=False, period__upper_inf=False),
                name="people_leave_has_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} · {self.get_kind_display()}"
