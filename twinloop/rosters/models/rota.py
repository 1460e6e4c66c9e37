"""A rota of village posts: its versions and their cells, who swaps, whom it was told.

A published rota is written into `discovery.posts`, whose shifts are what people check in to.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from twinloop.people.models import Account, Unit
from twinloop.places.models import Place
from twinloop.rosters import words


class Rota(models.Model):
    """One plan of one station, or of the whole district (`station` empty), over whole ISO weeks."""

    station = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="rotas")
    span = DateRangeField()  # from a Monday up to, not including, another
    state = models.CharField(max_length=10, choices=list(words.STATES.items()), default="draft")
    made_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    published_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=200, blank=True)
    current = models.ForeignKey("Version", null=True, on_delete=models.PROTECT, related_name="+")
    # a plan that the worker is making: since when, how long at most, and what came in its way
    asked_at = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    asked_seconds = models.PositiveSmallIntegerField(default=0)
    failed = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-span", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(words.STATES)), name="rosters_rota_state"),
            models.CheckConstraint(
                condition=Q(span__isempty=False, span__lower_inf=False, span__upper_inf=False), name="rosters_rota_ends"
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False, current__isnull=False),
                name="rosters_rota_published_whole",
            ),
            models.CheckConstraint(condition=~Q(state="dropped") | ~Q(ended_why=""), name="rosters_rota_dropped_why"),
            ExclusionConstraint(
                name="rosters_rota_one_published",
                expressions=[
                    (Coalesce("station", 0), RangeOperators.EQUAL),
                    ("span", RangeOperators.OVERLAPS),
                ],
                condition=Q(state="published"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first}–{self.last}"

    @property
    def stream(self) -> str:
        return f"rota:{self.pk}"

    @property
    def first(self) -> date:
        found: date = self.span.lower
        return found

    @property
    def last(self) -> date:
        found: date = self.span.upper - timedelta(days=1)
        return found

    @property
    def weeks(self) -> int:
        return ((self.last - self.first).days + 1) // 7

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range(7 * self.weeks)]


class Version(models.Model):
    """One state of a rota. `report`: what the core proved and what could not hold; `moves`: who is moved and why."""

    rota = models.ForeignKey(Rota, on_delete=models.PROTECT, related_name="versions")
    no = models.PositiveSmallIntegerField()
    sort = models.CharField(max_length=8, choices=list(words.SORTS.items()))
    state = models.CharField(max_length=8, choices=list(words.VERSIONS.items()), default="open")
    base = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="later")
    report = models.JSONField(default=dict)
    moves = models.JSONField(default=list)
    why = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    decided_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-no"]
        constraints = [
            models.UniqueConstraint(fields=["rota", "no"], name="rosters_version_number"),
            models.CheckConstraint(condition=Q(sort__in=list(words.SORTS)), name="rosters_version_sort"),
            models.CheckConstraint(condition=Q(state__in=list(words.VERSIONS)), name="rosters_version_state"),
            models.UniqueConstraint(
                fields=["rota"], condition=Q(state="proposed"), name="rosters_version_one_proposed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rota_id} · {self.no}"


class Cell(models.Model):
    """Somebody is in a village on a day. `is_fixed`: a person decided it; planning anew leaves it."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="cells")
    on = models.DateField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    is_fixed = models.BooleanField(default=False)

    class Meta:
        ordering = ["on", "place"]
        constraints = [
            models.UniqueConstraint(fields=["version", "account", "on"], name="rosters_cell_one_village_a_day"),
            models.UniqueConstraint(fields=["version", "place", "on"], name="rosters_cell_one_face_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.on} · {self.account_id} · {self.place_id}"


class Told(models.Model):
    """Somebody's days changed: which, and when they said that they have seen it."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="told")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="rota_told")
    days = models.JSONField()  # [[day, place before or "", place after or ""], …], names as they were
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [models.UniqueConstraint(fields=["version", "account"], name="rosters_told_once")]
        indexes = [models.Index(fields=["account"], condition=Q(seen_at__isnull=True), name="rosters_told_waits")]

    def __str__(self) -> str:
        return f"{self.version_id} · {self.account_id}"


class Swap(models.Model):
    """`asker` gives `gives_on`; the partner takes it and, where `takes_on` is said, gives that day in return."""

    rota = models.ForeignKey(Rota, on_delete=models.PROTECT, related_name="swaps")
    asker = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    gives_on = models.DateField()
    takes_on = models.DateField(null=True)
    why = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=list(words.SWAPS.items()), default="asked")
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    no_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(words.SWAPS)), name="rosters_swap_state"),
            models.CheckConstraint(condition=~Q(asker=models.F("partner")), name="rosters_swap_two_people"),
            models.UniqueConstraint(
                fields=["rota", "asker", "gives_on"], condition=Q(state__in=["asked", "agreed"]),
                name="rosters_swap_one_a_day",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.asker_id} → {self.partner_id} · {self.gives_on}"
