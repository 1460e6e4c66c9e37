"""What is computed from events, so that figures need not read them again; and figures frozen at a month's end.

`Course` and `Settled` are projections, `Tally` their sums by months: `actions.rebuild()` writes them anew, equal to
what `actions.catch_up()` keeps. Station, place and type follow the dispute by a trigger (migration 0004), so that who
may see a row is asked of no other table.
"""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.fields.ranges import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.expressions import RawSQL

from twinloop.cases.models import Dispute
from twinloop.decide.figures import Indicator, Mode
from twinloop.decide.words import say
from twinloop.people.models import Unit
from twinloop.places.models import Place


class Course(models.Model):
    """One dispute as figures see it: when it began, when round two opened, when it left us."""

    dispute = models.OneToOneField(Dispute, on_delete=models.PROTECT, primary_key=True, related_name="course")
    registered_at = models.DateTimeField()
    second_at = models.DateTimeField(null=True)
    merged_at = models.DateTimeField(null=True)
    transferred_at = models.DateTimeField(null=True)
    is_backlog = models.BooleanField(default=False)
    is_domestic_violence = models.BooleanField(default=False)
    is_grave = models.BooleanField(default=False, db_default=False)  # level 1 or 2, now
    station = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, null=True, db_index=False, on_delete=models.PROTECT, related_name="+")
    type_code = models.CharField(max_length=4, default="", blank=True)
    heard = ArrayField(models.DateTimeField(), default=list)  # its reports, each moment once, in order
    opened = ArrayField(models.DateTimeField(), default=list)  # its mediations, in order
    methods = ArrayField(models.CharField(max_length=12), default=list)  # of each
    # no settlement holds and it is ours: few ever are, and an index finds them
    is_open = models.BooleanField(default=False, db_default=False)
    # an index on the array's own end would not do: no policy lets a subscript look before it
    last_heard = models.GeneratedField(
        expression=RawSQL("heard[cardinality(heard)]", ()),
        output_field=models.DateTimeField(null=True),
        db_persist=True,
    )

    first_heard = models.GeneratedField(
        expression=RawSQL("heard[1]", ()), output_field=models.DateTimeField(null=True), db_persist=True
    )

    class Meta:
        indexes = [
            models.Index(fields=["dispute"], condition=Q(is_open=True), name="figures_course_open"),
            models.Index(fields=["last_heard"], name="figures_course_heard"),
            models.Index(fields=["merged_at"], condition=Q(merged_at__isnull=False), name="figures_course_merged"),
            models.Index(
                fields=["transferred_at"], condition=Q(transferred_at__isnull=False), name="figures_course_away"
            ),
            models.Index(fields=["registered_at"], name="figures_course_registered"),
            models.Index(fields=["second_at"], condition=Q(second_at__isnull=False), name="figures_course_second"),
            models.Index(fields=["dispute"], condition=Q(is_backlog=True), name="figures_course_backlog"),
            # who sees communities is shown a few of many
            models.Index(
                fields=["place", "registered_at"],
                name="figures_course_near",
                include=["dispute", "station", "type_code", "merged_at", "transferred_at", "is_domestic_violence"],
            ),
            models.Index(fields=["place", "last_heard"], name="figures_course_near_heard"),
            models.Index(fields=["place"], condition=Q(is_backlog=True), name="figures_course_near_backlog"),
            models.Index(
                fields=["first_heard", "last_heard"],
                condition=Q(last_heard__gt=F("first_heard")),
                name="figures_course_repeated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id}"


class Settled(models.Model):
    """One settlement: it held from `at` until `until` (None: it holds). `flared_at`: reopened or reported again."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="settlements")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    mode = models.CharField(max_length=12, choices=[(mode.value, say(mode)) for mode in Mode])
    round = models.PositiveSmallIntegerField()
    flared_at = models.DateTimeField(null=True)
    station = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, null=True, db_index=False, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["dispute", "number"]
        constraints = [
            models.UniqueConstraint(fields=["dispute", "number"], name="figures_settled_numbered"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("at")), name="figures_settled_ends"
            ),
            models.CheckConstraint(
                condition=Q(flared_at__isnull=True) | Q(flared_at__gte=F("at")), name="figures_settled_flared"
            ),
            ExclusionConstraint(  # at most one holds at a moment: a plain join finds it
                name="figures_settled_one",
                expressions=[
                    ("dispute", RangeOperators.EQUAL),
                    (Func(F("at"), F("until"), function="tstzrange"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [
            models.Index(fields=["at"], name="figures_settled_at"),
            models.Index(fields=["until"], condition=Q(until__isnull=False), name="figures_settled_until"),
            models.Index(
                fields=["at"],
                condition=Q(flared_at__isnull=False),
                name="figures_settled_flared",
                include=["mode", "flared_at", "dispute", "station", "place"],
            ),
            models.Index(
                fields=["place", "at"],
                name="figures_settled_near",
                include=["id", "dispute", "station", "number", "until", "mode", "round", "flared_at"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id}/{self.number}"


class Tally(models.Model):
    """How many rows count as `verdict` in a window that holds `month` and ends after `turned`. Rows add up: a
    correction is a row of its own. `by` day, dplace (its communities), dslot (its calls by slot): `month` is a day;
    turn: `turned` is. `station` None: of clocks and calls the whole district, which is no sum of stations, for one may
    be seen by two; else no station."""

    code = models.CharField(max_length=24)  # a figure, a total; "…:young" while a settlement cannot be judged
    station = models.ForeignKey(Unit, null=True, db_index=False, on_delete=models.PROTECT, related_name="+")
    by = models.CharField(max_length=8, blank=True)  # "", place, type, month, method, slot; day, dplace, dslot, turn
    part = models.CharField(max_length=24, blank=True)
    month = models.DateField()
    turned = models.DateField()
    verdict = models.CharField(max_length=16)
    n = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["code", "by", "month"], name="figures_tally_asked"),
            models.Index(
                fields=["part", "code", "month"], condition=Q(by__in=["place", "dplace"]), name="figures_tally_near"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.month:%Y-%m} {self.n:+}"


class Kept(models.Model):
    """A month whose clocks, calls and visits are summed."""

    month = models.DateField(primary_key=True)

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class Torn(models.Model):
    """Somebody changed a clock, a call or a visit of a month long over: asked row by row until it is summed again."""

    month = models.DateField()

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class Days(models.Model):
    """From which day on figures are summed by day too: the first of a month, moved on with the months."""

    since = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="figures_days_single")]

    def __str__(self) -> str:
        return f"{self.since}"


class KeptDay(models.Model):
    """A day whose clocks, calls and visits are summed."""

    day = models.DateField(primary_key=True)

    def __str__(self) -> str:
        return f"{self.day}"


class TornDay(models.Model):
    """Somebody changed a clock, a call or a visit of a day that is over: asked row by row until it is summed again."""

    day = models.DateField()

    def __str__(self) -> str:
        return f"{self.day}"


class Reach(models.Model):
    """How far the projections have read the ledger: the last event that a seal closed."""

    event = models.BigIntegerField()
    at = models.DateTimeField()
    folded = models.BigIntegerField(default=0, db_default=0)  # the last row of `Tally` when it was folded

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="figures_reach_single")]

    def __str__(self) -> str:
        return f"{self.event}"


class Frozen(models.Model):
    """A month's figure as it was published. It is not written over: later corrections stand beside it."""

    month = models.DateField()
    station = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")  # None: the district
    indicator = models.CharField(max_length=24, choices=[(code.value, say(code)) for code in Indicator])
    numerator = ArrayField(models.CharField(max_length=40))
    denominator = ArrayField(models.CharField(max_length=40), null=True)
    amount = models.FloatField(null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-month", "indicator"]
        constraints = [
            models.UniqueConstraint(
                fields=["month", "station", "indicator"], nulls_distinct=False, name="figures_frozen_once"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="figures_frozen_month"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.indicator}"
