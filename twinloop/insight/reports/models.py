"""A report as it was made. It is not written over: a rerun that counts otherwise is the next version."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from twinloop.decide.periods import Period, ReportKind
from twinloop.decide.words import say
from twinloop.people.models import Account, Unit
from twinloop.places.models import Place


class Report(models.Model):
    """`station` and `place` empty: the district. A community's report carries its station too, whose chief reads it.

    `facts`: what `counting.count()` found, and what `decide.report` said of it; no names of parties.
    """

    kind = models.CharField(max_length=8, choices=[(kind.value, say(kind)) for kind in ReportKind])
    first = models.DateField()
    last = models.DateField()
    station = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField(default=1)
    facts = models.JSONField()
    made_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")  # None: on schedule
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-last", "-first", "station__code", "place__code", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "first", "station", "place", "version"], nulls_distinct=False, name="reports_once"
            ),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="reports_ends"),
            models.CheckConstraint(condition=Q(version__gte=1), name="reports_version"),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in ReportKind]), name="reports_kind_known"
            ),
        ]
        indexes = [models.Index(fields=["kind", "-last"], name="reports_kind_last")]

    def __str__(self) -> str:
        return f"{self.kind} {self.first} {self.version}"

    @property
    def stream(self) -> str:
        return f"report:{self.pk}"

    @property
    def period(self) -> Period:
        return Period(ReportKind(self.kind), self.first, self.last)
