"""The days, what each owed and how every item of it ended; who confirmed; when the cut is."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language

from twinloop.cases.models import Dispute, Incident
from twinloop.decide.daily import CarryReason, DayEnd, DayKind, DayVerdict
from twinloop.decide.words import say
from twinloop.followup.daily import words
from twinloop.people.models import Account, Unit
from twinloop.places.models import Place

KINDS = words.choices(DayKind)
ENDS = words.choices(DayEnd)
REASONS = words.choices(CarryReason)
VERDICTS = words.choices(DayVerdict)


class Day(models.Model):
    """A day that one cut clears. `through`: the last day that its cut covers, later where the worker was down."""

    day = models.DateField(unique=True)
    through = models.DateField()
    opened_at = models.DateTimeField()
    cut_at = models.DateTimeField()  # when the cut is due
    made_at = models.DateTimeField(null=True)
    is_late = models.BooleanField(default=False)  # the worker was down over the cut
    handover_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-day"]
        constraints = [
            models.CheckConstraint(condition=Q(through__gte=F("day")), name="daily_day_through"),
            models.CheckConstraint(
                condition=Q(made_at__isnull=True) | Q(made_at__gte=F("cut_at")), name="daily_day_cut"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}"

    @property
    def stream(self) -> str:
        return f"day:{self.day:%Y%m%d}"


class Item(models.Model):
    """One open thing of a day, by name. No text of a case: its pages and papers can name no party."""

    day = models.ForeignKey(Day, on_delete=models.PROTECT, related_name="items")
    key = models.CharField(max_length=60)  # "order:12": the same thing has the same key every day
    kind = models.CharField(max_length=12, choices=KINDS)
    number = models.CharField(max_length=20)
    url = models.CharField(max_length=120)
    level = models.PositiveSmallIntegerField(null=True)
    type_code = models.CharField(max_length=4, blank=True)
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    station = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    dispute = models.ForeignKey(Dispute, null=True, on_delete=models.PROTECT, related_name="day_items")
    incident = models.ForeignKey(Incident, null=True, on_delete=models.PROTECT, related_name="day_items")
    holder = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="day_items")
    is_given = models.BooleanField(default=False)  # handed to the holder by name, whoever owns the case
    since = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    carries = models.PositiveSmallIntegerField(default=0)  # how often it was carried before
    first_on = models.DateField()  # the day that owed it first
    is_on_handover = models.BooleanField(default=False)  # stood on the list of 08:00
    end = models.CharField(max_length=8, choices=ENDS, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=12, choices=REASONS, blank=True)
    why = models.CharField(max_length=200, blank=True)
    until = models.DateField(null=True)
    given_to = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=8, choices=VERDICTS, blank=True)
    verdict_why = models.CharField(max_length=200, blank=True)
    checked_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["day", "id"]
        constraints = [
            models.UniqueConstraint(fields=["day", "key"], name="daily_item_once_a_day"),
            models.CheckConstraint(condition=Q(end__in=["", *DayEnd]), name="daily_item_end_known"),
            models.CheckConstraint(
                condition=Q(end="", ended_at__isnull=True) | (~Q(end="") & Q(ended_at__isnull=False)),
                name="daily_item_ended_at",
            ),
            models.CheckConstraint(
                condition=~Q(end="carried") | (~Q(reason="") & Q(until__isnull=False)), name="daily_item_carried_whole"
            ),
            models.CheckConstraint(condition=~Q(end="carried", reason="other", why=""), name="daily_item_other_says"),
            models.CheckConstraint(
                condition=~Q(end="handed") | (Q(given_to__isnull=False) & ~Q(why="")), name="daily_item_handed_whole"
            ),
            models.CheckConstraint(
                condition=Q(verdict="", checked_at__isnull=True)
                | (~Q(verdict="") & Q(checked_at__isnull=False, end__in=["carried", "closed"])),
                name="daily_item_checked_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["key", "-day"], name="daily_item_key"),
            models.Index(fields=["holder", "day"], name="daily_item_holder"),
            models.Index(fields=["station", "day"], name="daily_item_station"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def kind_said(self) -> str:
        """In the viewer's language."""
        return say(DayKind(self.kind), get_language() or "")


class Confirmation(models.Model):
    """The chief has seen how the day of the station ended. `station` empty: the bureau, for what has none."""

    day = models.ForeignKey(Day, on_delete=models.PROTECT, related_name="confirmations")
    station = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["day", "station"], nulls_distinct=False, name="daily_confirmed_once")
        ]

    def __str__(self) -> str:
        return f"{self.day_id} {self.station_id}"


class Hours(models.Model):
    """When the cut and the handover are, from a day on; the shipped ones hold before the first row."""

    since = models.DateField(unique=True)
    cut = models.TimeField()
    handover = models.TimeField()
    why = models.CharField(max_length=200)
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-since"]
        constraints = [
            models.CheckConstraint(condition=Q(handover__lt=F("cut")), name="daily_hours_in_order"),
            models.CheckConstraint(condition=~Q(why=""), name="daily_hours_why"),
        ]

    def __str__(self) -> str:
        return f"{self.since} {self.cut:%H:%M}"


class Cover(models.Model):
    """Somebody looks after a dispute while its officer is away; its clocks and visits go along and come back."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="covers")
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")  # who is away
    cover = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="covers")
    since = models.DateField()
    until = models.DateField()  # the last day
    why = models.CharField(max_length=200)
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dispute"], condition=Q(ended_at__isnull=True), name="daily_cover_one_at_a_time"
            ),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="daily_cover_order"),
            models.CheckConstraint(condition=~Q(cover=F("owner")), name="daily_cover_other"),
            models.CheckConstraint(condition=~Q(why=""), name="daily_cover_why"),
        ]
        indexes = [models.Index(fields=["until"], condition=Q(ended_at__isnull=True), name="daily_cover_open")]

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.since}"
