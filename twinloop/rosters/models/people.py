"""What holds for a person in every rota, what they wish, the calendar of their phone, and what binds them.

`Hold` is filled by triggers (migration 0002): one exclusion constraint keeps a post apart from duty, sessions, leave.
"""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from twinloop.people.models import Account, Unit
from twinloop.places.models import Place
from twinloop.rosters import words


class Terms(models.Model):
    """What holds for one person in every rota: fixed rest days (1 = Monday), fewer days a week than the rule allows."""

    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="rota_terms")
    rest = ArrayField(models.PositiveSmallIntegerField(), default=list)
    days_a_week = models.PositiveSmallIntegerField(null=True)
    set_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(rest__contained_by=list(range(1, 8))), name="rosters_terms_weekdays"),
            models.CheckConstraint(
                condition=Q(days_a_week__isnull=True) | Q(days_a_week__range=(0, 7)), name="rosters_terms_days"
            ),
        ]

    def __str__(self) -> str:
        return str(self.account_id)


class Bar(models.Model):
    """A village that a person may not take. Read by those who plan only: a complaint is nobody else's business."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="rota_bars")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="rota_bars")
    why = models.CharField(max_length=10, choices=list(words.BARS.items()))
    set_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    ended_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["account", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "place"], condition=Q(ended_at__isnull=True), name="rosters_bar_once"
            ),
            models.CheckConstraint(condition=Q(why__in=list(words.BARS)), name="rosters_bar_why"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} · {self.place_id}"


class Wish(models.Model):
    """A day that somebody would rather have free, or a village they would like."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="rota_wishes")
    on = models.DateField(null=True)
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(on__isnull=True, place__isnull=False) | Q(on__isnull=False, place__isnull=True),
                name="rosters_wish_one_thing",
            ),
            models.UniqueConstraint(
                fields=["account", "on", "place"], condition=Q(withdrawn_at__isnull=True), nulls_distinct=False,
                name="rosters_wish_once",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.account_id} · {self.on or self.place_id}"


class Feed(models.Model):
    """A calendar that a phone subscribes to. Only the hash of its secret is kept; a new one ends the old."""

    account = models.OneToOneField(Account, null=True, on_delete=models.CASCADE, related_name="rota_feed")
    place = models.OneToOneField(Place, null=True, on_delete=models.CASCADE, related_name="rota_feed")
    secret_hash = models.CharField(max_length=64, unique=True)
    renewed_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    renewed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(account__isnull=True, place__isnull=False) | Q(account__isnull=False, place__isnull=True),
                name="rosters_feed_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"feed {self.pk}"


class Hold(models.Model):
    """Where somebody is bound: written by triggers only. A leave taken later puts posts aside (`stands` false) until
    the rota is repaired; anything else that would overlap a post is refused by the constraint."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    period = DateTimeRangeField()
    side = models.PositiveSmallIntegerField()  # 1 a village post, 2 anything that keeps from one
    sort = models.CharField(max_length=8)
    key = models.BigIntegerField()
    stands = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sort", "key"], name="rosters_hold_once"),
            ExclusionConstraint(
                name="rosters_hold_apart",
                expressions=[
                    ("account", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                    ("side", RangeOperators.NOT_EQUAL),
                ],
                condition=Q(stands=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sort}:{self.key}"


class SeatTerms(models.Model):
    """How an agency takes its turns at the window: on which weekdays (1 = Monday; empty: any), and when it is away."""

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="seat_terms")
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list)
    away_from = models.DateField(null=True)
    away_to = models.DateField(null=True)
    on_call = models.BooleanField(default=True)  # takes nights
    set_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=list(range(1, 8))), name="rosters_seat_terms_weekdays"
            ),
            models.CheckConstraint(
                condition=Q(away_from__isnull=True, away_to__isnull=True) | Q(away_to__gte=models.F("away_from")),
                name="rosters_seat_terms_away",
            ),
        ]

    def __str__(self) -> str:
        return str(self.unit_id)
