"""Who mediates, where, and whom somebody must not mediate. Bars name people by blind keys, never in clear.

Behind the keys the identity lies sealed, so that they can be made anew when the index key changes. `keys_of` says with
which index key they were made; empty: before that was written down, and nothing sealed stands behind them.
"""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from twinloop.mediation.mediators import words
from twinloop.people.models import Account, Unit
from twinloop.places.models import Place


class Room(models.Model):
    """A room that can be booked: the community police room (社区警务室), a station's own (驻所调解室), a village hall.

    `weekdays`: 1 = Monday; none means every day. `opens_at`, `closes_at`: both or neither.
    """

    name = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=10, choices=list(words.ROOMS.items()), default="community")
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="mediation_rooms")
    address = models.CharField(max_length=100, blank=True)
    seats = models.PositiveSmallIntegerField(default=8)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list)
    opens_at = models.TimeField(null=True)
    closes_at = models.TimeField(null=True)
    closed_on = models.DateField(null=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="mediators_room_named"),
            models.CheckConstraint(condition=Q(seats__range=(2, 200)), name="mediators_room_seats"),
            models.CheckConstraint(condition=Q(kind__in=list(words.ROOMS)), name="mediators_room_kind"),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True, closes_at__isnull=True)
                | Q(opens_at__isnull=False, closes_at__isnull=False, closes_at__gt=F("opens_at")),
                name="mediators_room_hours",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Mediator(models.Model):
    """One who leads or helps in sessions, with an account or without. `skills`: codes of types (B1)."""

    account = models.OneToOneField(Account, null=True, on_delete=models.PROTECT, related_name="mediator")
    name = models.CharField(max_length=40)
    kind = models.CharField(max_length=14, choices=list(words.KINDS.items()))
    skills = ArrayField(models.CharField(max_length=4), default=list)
    languages = ArrayField(models.CharField(max_length=10), default=list)
    communities = models.ManyToManyField(Place, related_name="mediators")
    rooms = models.ManyToManyField(Room, related_name="mediators")
    own_keys = ArrayField(models.UUIDField(), default=list, editable=False)  # is this a party themself?
    keys_of = models.CharField(max_length=8, default="", editable=False)
    id_number_sealed = models.BinaryField(null=True)
    phone_sealed = models.BinaryField(null=True)
    joined_on = models.DateField()
    left_on = models.DateField(null=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="mediators_named"),
            models.CheckConstraint(condition=Q(kind__in=list(words.KINDS)), name="mediators_kind_known"),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")), name="mediators_left_after"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stream(self) -> str:
        return f"mediator:{self.pk}"

    @property
    def is_sworn(self) -> bool:
        return self.account is not None and self.account.kind == Account.Kind.SWORN

    @property
    def is_auxiliary(self) -> bool:
        return self.account is not None and self.account.kind == Account.Kind.AUXILIARY

    @property
    def station(self) -> Unit | None:
        return self.account.unit.station if self.account and self.account.unit else None


class Bar(models.Model):
    """Whom this mediator must not mediate: `keys` are blind indexes of the person, as `Party.search_keys`."""

    mediator = models.ForeignKey(Mediator, on_delete=models.PROTECT, related_name="bars")
    kind = models.CharField(max_length=10, choices=list(words.BARS.items()))
    keys = ArrayField(models.UUIDField(), editable=False)
    keys_of = models.CharField(max_length=8, default="", editable=False)
    name_sealed = models.BinaryField(null=True)
    id_number_sealed = models.BinaryField(null=True)
    phone_sealed = models.BinaryField(null=True)
    name_masked = models.CharField(max_length=60, editable=False)
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(words.BARS)), name="mediators_bar_kind"),
            models.CheckConstraint(condition=Q(keys__len__gte=1), name="mediators_bar_somebody"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | ~Q(ended_why=""), name="mediators_bar_end_says_why"
            ),
        ]
        indexes = [GinIndex(fields=["keys"], name="mediators_bar_keys")]

    def __str__(self) -> str:
        return f"{self.mediator_id} · {self.kind}"


class Absence(models.Model):
    """Away from … to …, both days included in the pages; leave of an account stands in `people.Leave` beside it."""

    mediator = models.ForeignKey(Mediator, on_delete=models.PROTECT, related_name="absences")
    period = DateRangeField()
    why = models.CharField(max_length=100, blank=True)
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["period", "id"]
        constraints = [
            ExclusionConstraint(
                name="mediators_away_once",
                expressions=[("mediator", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=Q(dropped_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__lower_inf=False, period__upper_inf=False),
                name="mediators_away_has_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mediator_id} · {self.period}"
