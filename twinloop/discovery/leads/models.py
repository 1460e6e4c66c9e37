"""Leads (线索): what a volunteer, a village post, a patrol or a resident reports, before it is a case."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from twinloop.cases.models import Dispute, Incident
from twinloop.discovery.leads import words
from twinloop.people.models import Account, Unit
from twinloop.places.models import Place

OPEN = "new"


class Lead(models.Model):
    """`reporter` is an account of ours; a resident stands sealed in the `outside_*` columns, or nowhere.

    A resident's tracking code is shown once; here lies its hash. Policies let it open this one row, no account needed.
    """

    number = models.CharField(max_length=20, unique=True)  # XS260416-021
    source = models.CharField(max_length=20, choices=list(words.SOURCES.items()))
    kind = models.CharField(max_length=20, choices=list(words.KINDS.items()), default="dispute")
    text = models.TextField()
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="leads")
    station = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="leads")
    address = models.CharField(max_length=200, blank=True)
    is_urgent = models.BooleanField(default=False)
    context = models.CharField(max_length=40, blank=True)  # "activity:12": where it was found
    reporter = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="leads")
    outside_name_sealed = models.BinaryField(null=True, editable=False)
    outside_name_masked = models.CharField(max_length=40, blank=True, editable=False)
    outside_phone_sealed = models.BinaryField(null=True, editable=False)
    outside_phone_masked = models.CharField(max_length=30, blank=True, editable=False)
    search_keys = ArrayField(models.UUIDField(), default=list, editable=False)
    is_confidential = models.BooleanField(default=False)
    code_digest = models.BinaryField(null=True, unique=True, editable=False, max_length=32)
    code_expires_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField()
    registered_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=list(words.STATES.items()), default=OPEN)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20, choices=list(words.DECLINES.items()), blank=True)
    why = models.CharField(max_length=200, blank=True)  # the reporter reads it
    incident = models.OneToOneField(Incident, null=True, on_delete=models.PROTECT, related_name="lead")
    dispute = models.ForeignKey(Dispute, null=True, on_delete=models.PROTECT, related_name="leads")

    class Meta:
        ordering = ["-reported_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="leads_lead_says_something"),
            models.CheckConstraint(condition=Q(source__in=list(words.SOURCES)), name="leads_lead_source_known"),
            models.CheckConstraint(condition=Q(state__in=list(words.STATES)), name="leads_lead_state_known"),
            models.CheckConstraint(
                condition=Q(state=OPEN, decided_at__isnull=True, incident__isnull=True, dispute__isnull=True)
                | Q(~Q(state=OPEN), decided_at__isnull=False),
                name="leads_lead_decided_when_over",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "joined"]) | Q(incident__isnull=False),
                name="leads_lead_became_incident",
            ),
            models.CheckConstraint(
                condition=~Q(state="joined") | Q(dispute__isnull=False), name="leads_lead_joined_somewhere"
            ),
            models.CheckConstraint(
                condition=Q(state="declined", reason__in=list(words.DECLINES)) | Q(~Q(state="declined"), reason=""),
                name="leads_lead_declined_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(reporter__isnull=True)
                | Q(outside_name_sealed__isnull=True, outside_phone_sealed__isnull=True),
                name="leads_lead_one_reporter",
            ),
            models.CheckConstraint(
                condition=Q(code_digest__isnull=True, code_expires_at__isnull=True)
                | Q(
                    code_digest__isnull=False,
                    code_expires_at__isnull=False,  # a CHECK lets NULL pass
                    code_expires_at__gt=F("reported_at"),
                ),
                name="leads_lead_code_expires",
            ),
        ]
        indexes = [
            models.Index(fields=["-reported_at", "-id"], name="leads_lead_recent"),
            models.Index(fields=["reported_at"], condition=Q(state=OPEN), name="leads_lead_waiting"),
            models.Index(fields=["station", "-reported_at"], name="leads_lead_station"),
            models.Index(fields=["place", "-reported_at"], name="leads_lead_place"),
            models.Index(fields=["reporter", "-reported_at"], name="leads_lead_reporter"),
            models.Index(fields=["context"], condition=~Q(context=""), name="leads_lead_context"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def stream(self) -> str:
        return f"lead:{self.pk}"


class LeadPhoto(models.Model):
    """A photo, encoded anew without position and device; stored under a random name outside any web root."""

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="photos")
    at = models.DateTimeField()
    name = models.CharField(max_length=120)
    stored = models.CharField(max_length=64, unique=True, editable=False)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(size__gt=0), name="leads_photo_size")]

    def __str__(self) -> str:
        return self.name


class LeadRemark(models.Model):
    """One more sentence of the reporter, after the report."""

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="remarks")
    at = models.DateTimeField()
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=500)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="leads_remark_says_something")]

    def __str__(self) -> str:
        return self.text[:40]


class Pace(models.Model):
    """How often something public was asked for: one row a key and span of time. The key is a keyed hash."""

    key = models.CharField(max_length=64)
    span = models.BigIntegerField()  # number of the span since 1970
    until = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "span"], name="leads_pace_once")]
        indexes = [models.Index(fields=["until"], name="leads_pace_until")]

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.count}"
