"""What dispatch knows beside the orders themselves (`cases.Order`, `cases.Feedback`)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from twinloop.cases.models import Dispute, Incident, Order
from twinloop.dispatch.orders import words
from twinloop.people.models import Account, Unit


class Recusal(models.Model):
    """Somebody stays away from a case (回避): said when an order was given back, kept for every later choice."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="recusals")
    incident = models.ForeignKey(Incident, null=True, on_delete=models.PROTECT, related_name="recusals")
    dispute = models.ForeignKey(Dispute, null=True, on_delete=models.PROTECT, related_name="recusals")
    why = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(incident__isnull=False) | Q(dispute__isnull=False), name="orders_recusal_of_something"
            ),
            models.UniqueConstraint(
                fields=["account", "incident", "dispute"], nulls_distinct=False, name="orders_recusal_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}"


class Silence(models.Model):
    """An order that nobody signed in time: found by the job, once, and put on top with a new suggestion."""

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="silence")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.order_id}"


class Dismissal(models.Model):
    """Nobody is sent, and why: the call leaves the board."""

    incident = models.OneToOneField(Incident, on_delete=models.PROTECT, related_name="dismissal")
    reason = models.CharField(max_length=20, choices=list(words.DISMISS_WHYS.items()))
    why = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason="other") | ~Q(why=""), name="orders_dismissal_other_says"),
        ]

    def __str__(self) -> str:
        return self.reason


class Watching(models.Model):
    """Who has which call open on the board now: written anew every few seconds, stale after half a minute."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="watching")
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="watchers")
    seen_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["incident", "-seen_at"], name="orders_watching_call")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.incident_id}"


class Handover(models.Model):
    """交接班: what was open when a dispatcher left, and who took it over. `items` are numbers and words, masked."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="handovers")
    given_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    note = models.CharField(max_length=1000, blank=True)
    items = models.JSONField(default=list)
    taken_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)
    taken_note = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["-given_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit"], condition=Q(taken_at__isnull=True), name="orders_handover_one_open"
            ),
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True, taken_by__isnull=True)
                | Q(taken_at__isnull=False, taken_by__isnull=False, taken_at__gte=F("given_at")),
                name="orders_handover_taken_whole",
            ),
            models.CheckConstraint(
                condition=Q(taken_by__isnull=True) | ~Q(taken_by=F("given_by")), name="orders_handover_to_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.given_at:%Y-%m-%d %H:%M}"

    @property
    def stream(self) -> str:
        return f"handover:{self.pk}"
