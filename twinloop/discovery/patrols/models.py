"""Key places and who goes there, hazards and who puts them right, help given, training held."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from twinloop.discovery.leads.models import Lead
from twinloop.discovery.patrols import words
from twinloop.people.models import Account, Unit
from twinloop.places.models import Place


def position_whole(name: str) -> models.CheckConstraint:
    """Both halves or none, on this earth."""
    none = Q(latitude__isnull=True, longitude__isnull=True)
    whole = Q(latitude__isnull=False, longitude__isnull=False, latitude__range=(-90, 90), longitude__range=(-180, 180))
    return models.CheckConstraint(condition=none | whole, name=name)


class KeyPlace(models.Model):
    """A place that is looked at again and again; the contact is sealed, its mask is shown."""

    name = models.CharField(max_length=60)
    sort = models.CharField(max_length=10, choices=list(words.SPOTS.items()))
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="key_places")
    station = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="key_places")
    address = models.CharField(max_length=120, blank=True)
    address_key = models.CharField(max_length=200, blank=True, editable=False)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    contact_name_sealed = models.BinaryField(null=True, editable=False)
    contact_name_masked = models.CharField(max_length=40, blank=True, editable=False)
    contact_phone_sealed = models.BinaryField(null=True, editable=False)
    contact_phone_masked = models.CharField(max_length=30, blank=True, editable=False)
    is_from_data = models.BooleanField(default=False)  # found among the calls, accepted by a person
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["place", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "name"], condition=Q(closed_at__isnull=True), name="patrols_spot_once"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="patrols_spot_named"),
            models.CheckConstraint(condition=Q(sort__in=list(words.SPOTS)), name="patrols_spot_sort"),
            position_whole("patrols_spot_position"),
        ]
        indexes = [models.Index(fields=["station"], name="patrols_spot_station")]

    def __str__(self) -> str:
        return self.name

    @property
    def stream(self) -> str:
        return f"keyplace:{self.pk}"


class Plan(models.Model):
    """On these weekdays somebody looks in at a place; `account` empty = whoever of the station patrols."""

    spot = models.ForeignKey(KeyPlace, on_delete=models.PROTECT, related_name="plans")
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="patrol_plans")
    weekdays = ArrayField(models.PositiveSmallIntegerField(choices=list(words.WEEKDAYS.items())))
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-since", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["spot"], condition=Q(until__isnull=True), name="patrols_plan_one_open"),
            models.CheckConstraint(condition=Q(weekdays__len__gt=0), name="patrols_plan_days"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="patrols_plan_ends"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.spot_id} {self.weekdays}"


class Visit(models.Model):
    """Somebody was there. The position is of that moment alone, and only where they gave it."""

    spot = models.ForeignKey(KeyPlace, on_delete=models.PROTECT, related_name="visits")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    station = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="patrols")
    at = models.DateTimeField()
    found = models.CharField(max_length=10, choices=list(words.FOUND.items()))
    text = models.CharField(max_length=500)
    lead = models.ForeignKey(Lead, null=True, on_delete=models.PROTECT, related_name="+")
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="patrols_visit_says_something"),
            models.CheckConstraint(condition=Q(found__in=list(words.FOUND)), name="patrols_visit_found"),
            position_whole("patrols_visit_position"),
        ]
        indexes = [models.Index(fields=["spot", "-at"], name="patrols_visit_spot")]

    def __str__(self) -> str:
        return f"{self.spot_id} {self.at:%Y-%m-%d}"


class Hazard(models.Model):
    """Something that must be put right by a day. Its way stands in `HazardStep`."""

    number = models.CharField(max_length=20, unique=True)  # YH260416-002
    sort = models.CharField(max_length=10, choices=list(words.HAZARDS.items()))
    gravity = models.PositiveSmallIntegerField(choices=list(words.GRAVITIES.items()))  # 1 gravest
    text = models.CharField(max_length=500)
    spot = models.ForeignKey(KeyPlace, null=True, blank=True, on_delete=models.PROTECT, related_name="hazards")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    station = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=120, blank=True)
    owner_unit = models.CharField(max_length=60, blank=True)  # a firm or an office answers for it …
    owner_name_sealed = models.BinaryField(null=True, editable=False)  # … or a person
    owner_name_masked = models.CharField(max_length=40, blank=True, editable=False)
    owner_phone_sealed = models.BinaryField(null=True, editable=False)
    owner_phone_masked = models.CharField(max_length=30, blank=True, editable=False)
    deadline = models.DateField()
    state = models.CharField(max_length=10, choices=list(words.HAZARD_STATES.items()), default="open")
    round = models.PositiveSmallIntegerField(default=1)  # how often it was given a deadline
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="hazards")
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["deadline", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="patrols_hazard_says_something"),
            models.CheckConstraint(condition=Q(state__in=list(words.HAZARD_STATES)), name="patrols_hazard_state"),
            models.CheckConstraint(condition=Q(sort__in=list(words.HAZARDS)), name="patrols_hazard_sort"),
            models.CheckConstraint(condition=Q(gravity__in=list(words.GRAVITIES)), name="patrols_hazard_gravity"),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | Q(~Q(state="closed"), closed_at__isnull=True),
                name="patrols_hazard_closed_at",
            ),
        ]
        indexes = [
            models.Index(fields=["deadline"], condition=~Q(state="closed"), name="patrols_hazard_open"),
            models.Index(fields=["station", "-at"], name="patrols_hazard_station"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def stream(self) -> str:
        return f"hazard:{self.pk}"


class HazardStep(models.Model):
    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=list(words.STEPS.items()))
    text = models.CharField(max_length=500, blank=True)
    deadline = models.DateField(null=True)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")  # referred to
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(words.STEPS)), name="patrols_step_kind"),
            models.CheckConstraint(
                condition=~Q(kind="failed") | Q(deadline__isnull=False), name="patrols_step_deadline"
            ),
            models.CheckConstraint(condition=~Q(kind="referred") | Q(unit__isnull=False), name="patrols_step_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.hazard_id} {self.kind}"


class HazardPhoto(models.Model):
    """Encoded anew without position and device; stored under a random name outside any web root."""

    step = models.ForeignKey(HazardStep, on_delete=models.PROTECT, related_name="photos")
    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="photos")
    name = models.CharField(max_length=120)
    stored = models.CharField(max_length=64, unique=True, editable=False)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(size__gt=0), name="patrols_photo_size")]

    def __str__(self) -> str:
        return self.name


class HelpService(models.Model):
    """Help given (救助服务): how many people, in a sentence."""

    sort = models.CharField(max_length=10, choices=list(words.HELPS.items()))
    people = models.PositiveIntegerField()
    text = models.CharField(max_length=300)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    station = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(people__gte=1), name="patrols_help_people"),
            models.CheckConstraint(condition=~Q(text=""), name="patrols_help_says_something"),
        ]
        indexes = [models.Index(fields=["station", "-at"], name="patrols_help_station")]

    def __str__(self) -> str:
        return self.text[:40]


class Training(models.Model):
    title = models.CharField(max_length=80)
    sort = models.CharField(max_length=10, choices=list(words.TRAININGS.items()))
    hours = models.DecimalField(max_digits=4, decimal_places=1)
    held_on = models.DateField()
    station = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="trainings")
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-held_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(hours__gte=0.5, hours__lte=24), name="patrols_training_hours"),
            models.CheckConstraint(condition=~Q(title=""), name="patrols_training_titled"),
        ]
        indexes = [models.Index(fields=["station", "-held_on"], name="patrols_training_station")]

    def __str__(self) -> str:
        return self.title


class TrainingPart(models.Model):
    training = models.ForeignKey(Training, on_delete=models.PROTECT, related_name="parts")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="trainings")

    class Meta:
        ordering = ["account"]
        constraints = [models.UniqueConstraint(fields=["training", "account"], name="patrols_part_once")]

    def __str__(self) -> str:
        return f"{self.training_id} {self.account_id}"
