"""Sets of parameters as rows: who set what, why, and from which day on. Never edited: the next row supersedes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from twinloop.decide.parameters import ParameterKind
from twinloop.decide.words import say
from twinloop.people.models import Account


class ParameterSet(models.Model):
    """One whole set. On a day the newest row holds whose `since` has come; a row not yet begun may be superseded.

    `follows` makes the rows of a kind one chain: of two people who set at once the second is refused.
    """

    kind = models.CharField(max_length=10, choices=[(k.value, say(k)) for k in ParameterKind])
    since = models.DateField()
    values = models.JSONField()
    version = models.CharField(max_length=30)  # by what stands in `values`
    follows = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=200)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["kind", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "follows"], nulls_distinct=False, name="cases_parameter_chain"),
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in ParameterKind]), name="cases_parameter_kind"),
            models.CheckConstraint(condition=~Q(why=""), name="cases_parameter_why"),
        ]
        indexes = [models.Index(fields=["kind", "-id"], name="cases_parameter_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.since}"
