"""What a door adds to an incident: how it came in, who is named in it, what the caller was told, to whom it went on."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from twinloop.cases.models import Incident, Party
from twinloop.cases.words import SIDES
from twinloop.intake.doors import words
from twinloop.people.models import Account, Unit

OVER = Q(received_at__isnull=False) | Q(returned_at__isnull=False) | Q(recalled_at__isnull=False)


class Report(models.Model):
    """How an incident came in. `flags` is what the desk marked while listening, no judgement."""

    incident = models.OneToOneField(Incident, on_delete=models.PROTECT, related_name="report")
    door = models.CharField(max_length=10, choices=list(words.DOORS.items()))
    from_unit = models.CharField(max_length=60, blank=True)  # 12345, or the unit that sent it on
    flags = ArrayField(models.CharField(max_length=20, choices=list(words.FLAGS.items())), default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(flags__contained_by=list(words.FLAGS)), name="doors_report_flags_known"),
            models.CheckConstraint(condition=~Q(door="transfer") | ~Q(from_unit=""), name="doors_report_from_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.door} {self.incident_id}"


class Named(models.Model):
    """A person whom the caller named; becomes a party when the incident gets its dispute."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="named")
    side = models.CharField(max_length=1, choices=list(SIDES.items()))
    name_sealed = models.BinaryField(editable=False)
    name_masked = models.CharField(max_length=60, editable=False)
    phone_sealed = models.BinaryField(null=True, editable=False)
    phone_masked = models.CharField(max_length=30, blank=True, editable=False)
    id_number_sealed = models.BinaryField(null=True, editable=False)
    id_number_masked = models.CharField(max_length=30, blank=True, editable=False)
    is_minor = models.BooleanField(null=True)  # unknown stays unknown
    party = models.OneToOneField(Party, null=True, on_delete=models.PROTECT, related_name="named")

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(name_masked=""), name="doors_named_somebody")]
        indexes = [models.Index(fields=["incident"], name="doors_named_incident")]

    def __str__(self) -> str:
        return self.name_masked


class Notice(models.Model):
    """The caller was told that this is no police matter, or whose it is (程序规定 61)."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="notices")
    reason = models.CharField(max_length=20, choices=list(words.NOTICE_REASONS.items()))
    way = models.CharField(max_length=10, choices=list(words.WAYS.items()))
    text = models.TextField()
    told_at = models.DateTimeField()
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="doors_notice_says_something"),
            models.CheckConstraint(condition=Q(at__gte=F("told_at")), name="doors_notice_not_ahead"),
        ]
        indexes = [models.Index(fields=["incident"], name="doors_notice_incident")]

    def __str__(self) -> str:
        return self.text[:40]


class Handover(models.Model):
    """An incident went on to the unit whose matter it is: sent, then received, returned, or called back."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="handovers")
    to_unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    to_name = models.CharField(max_length=60, blank=True)  # a unit outside our list
    why = models.CharField(max_length=500)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField(null=True)
    receipt = models.CharField(max_length=100, blank=True)  # who signed, or the number of the receipt
    returned_at = models.DateTimeField(null=True)
    returned_why = models.CharField(max_length=200, blank=True)
    recalled_at = models.DateTimeField(null=True)
    recalled_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-sent_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["incident"], condition=~OVER, name="doors_handover_one_open"),
            models.CheckConstraint(
                condition=Q(to_unit__isnull=False, to_name="") | (Q(to_unit__isnull=True) & ~Q(to_name="")),
                name="doors_handover_to_one",
            ),
            models.CheckConstraint(condition=~Q(why=""), name="doors_handover_why"),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True, receipt="") | (Q(received_at__isnull=False) & ~Q(receipt="")),
                name="doors_handover_receipt",
            ),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True, returned_why="")
                | (Q(returned_at__isnull=False) & ~Q(returned_why="")),
                name="doors_handover_returned_why",
            ),
            models.CheckConstraint(
                condition=(Q(returned_at__isnull=True) | Q(recalled_at__isnull=True))
                & (Q(received_at__isnull=True) | Q(returned_at__isnull=True, recalled_at__isnull=True)),
                name="doors_handover_one_end",
            ),
            models.CheckConstraint(
                condition=(Q(received_at__isnull=True) | Q(received_at__gte=F("sent_at")))
                & (Q(returned_at__isnull=True) | Q(returned_at__gte=F("sent_at")))
                & (Q(recalled_at__isnull=True) | Q(recalled_at__gte=F("sent_at"))),
                name="doors_handover_in_time_order",
            ),
        ]
        indexes = [models.Index(fields=["incident"], name="doors_handover_incident")]

    def __str__(self) -> str:
        return self.to

    @property
    def to(self) -> str:
        return self.to_unit.name if self.to_unit else self.to_name

    @property
    def state(self) -> str:
        ends = (("received", self.received_at), ("returned", self.returned_at), ("recalled", self.recalled_at))
        return next((name for name, at in ends if at), "sent")

    @property
    def said(self) -> str:
        return str(words.HANDOVER_STATES[self.state])
