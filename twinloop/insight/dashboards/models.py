"""The plan: what a figure should reach, from a day on. Rows are added, never changed: the past keeps its own plan."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from twinloop.decide.figures import Indicator
from twinloop.decide.words import say
from twinloop.people.models import Account, Unit


class Plan(models.Model):
    """`value`: per cent, or how many for a sum; None: none of its own from that day. `station` None: the district."""

    indicator = models.CharField(max_length=24, choices=[(code.value, say(code)) for code in Indicator])
    station = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    value = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    why = models.CharField(max_length=200)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-since", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(value__isnull=True) | Q(value__gte=0), name="dashboards_plan_positive"),
            models.CheckConstraint(condition=~Q(why=""), name="dashboards_plan_why"),
        ]
        indexes = [models.Index(fields=["since"], name="dashboards_plan_since")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.since}"
