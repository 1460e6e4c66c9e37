"""Clocks as rows: opened, paused, stopped, missed, climbed. The rules behind them are dated rows too."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from twinloop.cases.models.dispute import Dispute
from twinloop.cases.models.incident import Incident, Order
from twinloop.decide.clocks import RuleCode, Rung, Unit
from twinloop.decide.words import say
from twinloop.people.models import Account

RULES = [(c.value, say(c)) for c in RuleCode]


class ClockRule(models.Model):
    """A rule as an administrator set it from a day on; the built-in rows of `decide/defaults` hold before."""

    code = models.CharField(max_length=40, choices=RULES)
    since = models.DateField()
    value = models.PositiveIntegerField()
    unit = models.CharField(max_length=12, choices=[(u.value, say(u)) for u in Unit])
    rest_day = models.CharField(max_length=4, choices=[("keep", "keep"), ("move", "move")], default="keep")
    warn_percent = models.PositiveSmallIntegerField(default=80)
    climb_minutes = models.PositiveIntegerField(default=60)
    source = models.CharField(max_length=200)
    set_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["code", "-since"]
        constraints = [
            models.UniqueConstraint(fields=["code", "since"], name="cases_rule_once"),
            models.CheckConstraint(condition=Q(warn_percent__range=(1, 100)), name="cases_rule_warn"),
            models.CheckConstraint(condition=Q(climb_minutes__gte=1), name="cases_rule_climb"),
            models.CheckConstraint(condition=~Q(source=""), name="cases_rule_source"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.since}"


class HolidayYear(models.Model):
    """A year of the State Council's calendar that the package does not know yet, typed in by an administrator."""

    year = models.PositiveSmallIntegerField(unique=True)
    holidays = ArrayField(models.DateField(), default=list)
    workdays = ArrayField(models.DateField(), default=list, blank=True)
    source = models.CharField(max_length=200)

    class Meta:
        ordering = ["year"]
        constraints = [models.CheckConstraint(condition=Q(year__range=(2000, 2100)), name="cases_year_range")]

    def __str__(self) -> str:
        return f"{self.year}"


class Clock(models.Model):
    """One running limit. `due_at` is empty while a pause is open."""

    rule = models.CharField(max_length=40, choices=RULES)
    dispute = models.ForeignKey(Dispute, null=True, on_delete=models.PROTECT, related_name="clocks")
    incident = models.ForeignKey(Incident, null=True, on_delete=models.PROTECT, related_name="clocks")
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="clocks")
    subject = models.CharField(max_length=40, blank=True)  # what else it is about: "term:2", "push:17"
    owner = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="clocks")
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)  # no longer owed: the order was recalled, the dispute merged
    warned_at = models.DateTimeField(null=True)
    missed_at = models.DateTimeField(null=True)
    rung = models.CharField(max_length=12, choices=[(r.value, say(r)) for r in Rung], blank=True)

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(dispute__isnull=False) | Q(incident__isnull=False), name="cases_clock_about_something"
            ),
            models.UniqueConstraint(
                fields=["rule", "dispute", "incident", "order", "subject"],
                condition=Q(met_at__isnull=True, dropped_at__isnull=True),
                nulls_distinct=False,
                name="cases_clock_one_open",
            ),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True) | Q(due_at__gte=F("started_at")), name="cases_clock_due_after"
            ),
            models.CheckConstraint(
                condition=Q(met_at__isnull=True) | Q(met_at__gte=F("started_at")), name="cases_clock_met_after"
            ),
        ]
        indexes = [
            models.Index(fields=["dispute"], name="cases_clock_dispute"),
            models.Index(
                fields=["due_at"],
                include=["dispute"],
                condition=Q(met_at__isnull=True, dropped_at__isnull=True),
                name="cases_clock_open",
            ),
            models.Index(fields=["due_at"], condition=Q(dropped_at__isnull=True), name="cases_clock_due"),
            models.Index(
                fields=["owner", "due_at"],
                condition=Q(met_at__isnull=True, dropped_at__isnull=True),
                name="cases_clock_mine",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.pk}"


class ClockPause(models.Model):
    """The clock stands still, with a reason; an open end is a pause that still holds."""

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="pauses")
    period = DateTimeRangeField()
    why = models.CharField(max_length=200)
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["period"]
        constraints = [
            ExclusionConstraint(
                name="cases_pause_once",
                expressions=[("clock", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(condition=Q(period__isempty=False), name="cases_pause_period"),
            models.CheckConstraint(condition=~Q(why=""), name="cases_pause_why"),
        ]

    def __str__(self) -> str:
        return self.why
