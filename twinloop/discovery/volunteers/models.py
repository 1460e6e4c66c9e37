"""What volunteers do (D1): campaigns, activities with the people who took part, photos."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from twinloop.discovery.volunteers import words
from twinloop.people.models import Account, Team, Unit
from twinloop.places.models import Place

# the day of an activity is the law's day, wherever the server stands
LAW_DAY = "((%(expressions)s) AT TIME ZONE 'Asia/Shanghai')::date"
LONGEST = timedelta(hours=16)
MOST = 20_000  # people reached by one activity


class Campaign(models.Model):
    """新时代枫桥式派出所, 百万警进千万家 …: what many activities are done for, for a time."""

    name = models.CharField(max_length=40, unique=True)
    goal = models.CharField(max_length=200, blank=True)  # in words
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-starts_on", "name"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="volunteers_campaign_named"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="volunteers_campaign_period"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stream(self) -> str:
        return f"campaign:{self.pk}"


class TeamSort(models.Model):
    """Which sort of volunteer team: ordinary volunteers, 义警队, a community organisation."""

    class Sort(models.TextChoices):
        VOLUNTEERS = "volunteers", words.TEAM_SORTS["volunteers"]
        VIGILANTES = "vigilantes", words.TEAM_SORTS["vigilantes"]
        SOCIETY = "society", words.TEAM_SORTS["society"]

    team = models.OneToOneField(Team, on_delete=models.CASCADE, primary_key=True, related_name="volunteer_sort")
    sort = models.CharField(max_length=10, choices=Sort)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(sort__in=list(words.TEAM_SORTS)), name="volunteers_team_sort_known"),
        ]

    def __str__(self) -> str:
        return f"{self.team} · {self.get_sort_display()}"


class Activity(models.Model):
    """One thing done at one place in one stretch of time. Withdrawn ones stay, and count nowhere."""

    class Sort(models.TextChoices):
        VISIT = "visit", words.SORTS["visit"]
        RISK = "risk", words.SORTS["risk"]
        LAW = "law", words.SORTS["law"]
        HELP = "help", words.SORTS["help"]

    sort = models.CharField(max_length=10, choices=Sort)
    campaign = models.ForeignKey(Campaign, null=True, blank=True, on_delete=models.PROTECT, related_name="activities")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="activities")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="activities")
    station = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="activities")  # of the place
    spot = models.CharField(max_length=60, blank=True)  # 村委会广场
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    on = models.GeneratedField(
        expression=Func(F("starts_at"), template=LAW_DAY), output_field=models.DateField(), db_persist=True
    )
    reached = models.PositiveIntegerField(default=0)  # everybody who was met, listened, was visited
    helped = models.PositiveIntegerField(default=0)  # those among them who were helped with something
    words = models.CharField(max_length=500, blank=True)
    recorded_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(sort__in=list(words.SORTS)), name="volunteers_activity_sort"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")) & Q(ends_at__lte=F("starts_at") + LONGEST),
                name="volunteers_activity_times",
            ),
            models.CheckConstraint(
                condition=Q(helped__lte=F("reached"), reached__lte=MOST), name="volunteers_activity_reach"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_why="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_why="")),
                name="volunteers_activity_withdrawn_why",
            ),
        ]
        indexes = [
            models.Index(fields=["on"], name="volunteers_activity_on"),
            models.Index(fields=["place", "on"], name="volunteers_activity_place_on"),
        ]

    def __str__(self) -> str:
        return f"{self.get_sort_display()} {self.place}"

    @property
    def stream(self) -> str:
        return f"activity:{self.pk}"

    @property
    def context(self) -> str:
        """How a lead names the activity it was found in."""
        return f"activity:{self.pk}"

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at


class Part(models.Model):
    """Somebody took part. Nobody is in two places at once, so that no hour is counted twice."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="parts")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="activities")
    period = DateTimeRangeField()  # the activity's own, held here for the constraint below
    is_live = models.BooleanField(default=True)  # not withdrawn, not corrected away

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "account"], name="volunteers_part_once"),
            ExclusionConstraint(
                name="volunteers_part_one_place_at_a_time",
                expressions=[("account", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=Q(is_live=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} · {self.activity}"


class Photo(models.Model):
    """A photo of an activity, encoded anew without position and device, under a random name."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="photos")
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    name = models.CharField(max_length=120)
    stored = models.CharField(max_length=64, unique=True, editable=False)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    removed_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(condition=Q(size__gt=0), name="volunteers_photo_size")]
        indexes = [models.Index(fields=["activity"], name="volunteers_photo_activity")]

    def __str__(self) -> str:
        return self.name
