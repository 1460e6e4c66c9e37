"""One call or report (接警单), its orders (处警单) and feedbacks (反馈单)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from twinloop.cases import words
from twinloop.cases.models.dispute import Dispute
from twinloop.people.models import Account, Unit
from twinloop.places.models import Place


class Incident(models.Model):
    """`reported_*` is what the call desk wrote, `confirmed_*` what handling found; both are kept."""

    number = models.CharField(max_length=20, unique=True)  # JQ260416-0086
    outside_number = models.CharField(max_length=40, blank=True)  # JJDBH of the 110 system
    channel = models.CharField(max_length=20, choices=list(words.CHANNELS.items()))
    reported_at = models.DateTimeField()  # BJSJ: when they rang
    received_at = models.DateTimeField()  # JJSJ: when it was written down
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="incidents")
    station = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="incidents")
    address = models.CharField(max_length=200, blank=True)
    address_key = models.CharField(max_length=200, blank=True, editable=False)  # 桥兰三组 = 桥兰村3组
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    narrative = models.TextField()
    reported_kind = models.CharField(max_length=20, choices=list(words.KINDS.items()), default="dispute")
    reported_type = models.CharField(max_length=4, blank=True)
    confirmed_kind = models.CharField(max_length=20, choices=list(words.KINDS.items()), blank=True)
    confirmed_type = models.CharField(max_length=4, blank=True)
    caller_name_sealed = models.BinaryField(null=True, editable=False)
    caller_name_masked = models.CharField(max_length=40, blank=True, editable=False)
    caller_phone_sealed = models.BinaryField(null=True, editable=False)
    caller_phone_masked = models.CharField(max_length=30, blank=True, editable=False)
    caller_is_confidential = models.BooleanField(default=False)
    search_keys = ArrayField(models.UUIDField(), default=list, editable=False)  # blind indexes of the caller
    recording_no = models.CharField(max_length=40, blank=True)
    registered_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-received_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["outside_number"], condition=~Q(outside_number=""), name="cases_incident_outside_once"
            ),
            models.CheckConstraint(
                condition=Q(received_at__gte=F("reported_at")), name="cases_incident_received_after"
            ),
            models.CheckConstraint(condition=~Q(narrative=""), name="cases_incident_says_something"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,  # a CHECK lets NULL pass
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="cases_incident_position_whole",
            ),
            models.CheckConstraint(
                condition=Q(reported_type="") | Q(reported_kind="dispute"), name="cases_incident_type_of_dispute"
            ),
        ]
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="cases_incident_recent"),
            models.Index(fields=["registered_at"], name="cases_incident_registered"),  # what came in since
            models.Index(fields=["station", "-received_at"], name="cases_incident_station"),
            models.Index(fields=["place", "-received_at"], name="cases_incident_place"),
            models.Index(fields=["registered_by", "-received_at"], name="cases_incident_by"),
            models.Index(fields=["address_key", "-received_at"], name="cases_incident_address"),
            models.Index(fields=["id", "received_at"], name="cases_incident_moment"),  # the search reads it alone
            GinIndex(fields=["search_keys"], name="cases_incident_keys"),
            # narratives and addresses are found by pairs of characters: migration 0004
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def stream(self) -> str:
        return f"incident:{self.pk}"


class IncidentLink(models.Model):
    """This incident belongs to that dispute: who said so and why. Undone, never deleted."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="links")
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="links")
    source = models.CharField(max_length=10, choices=list(words.LINK_SOURCES.items()), default="person")
    linked_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    linked_at = models.DateTimeField()
    why = models.CharField(max_length=200, blank=True)
    unlinked_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    unlinked_at = models.DateTimeField(null=True)
    unlinked_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-linked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident"],
                include=["dispute"],
                condition=Q(unlinked_at__isnull=True),
                name="cases_link_one_dispute",
            ),
            models.CheckConstraint(
                condition=Q(unlinked_at__isnull=True) | Q(unlinked_at__gte=F("linked_at")),
                name="cases_link_undone_after",
            ),
        ]
        indexes = [
            models.Index(
                fields=["dispute"], include=["incident"], condition=Q(unlinked_at__isnull=True),
                name="cases_link_dispute",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.incident_id} → {self.dispute_id}"


class Unlinked(models.Model):
    """An incident that belongs to no dispute: kept by triggers (migration 0024), read by the list."""

    # the database's own key takes the row with its incident
    incident = models.OneToOneField(
        Incident, on_delete=models.DO_NOTHING, primary_key=True, related_name="+", db_constraint=False
    )

    def __str__(self) -> str:
        return f"{self.incident_id}"


ORDER_OPEN = ("sent", "signed", "arrived")  # whoever has it has not come to an end


class Order(models.Model):
    """An order (处警单) to a person or unit: sent, signed, arrived, fed back; or returned, or recalled."""

    incident = models.ForeignKey(Incident, null=True, on_delete=models.PROTECT, related_name="orders")
    dispute = models.ForeignKey(Dispute, null=True, on_delete=models.PROTECT, related_name="orders")
    outside_number = models.CharField(max_length=40, blank=True)  # CJDBH
    round = models.PositiveSmallIntegerField(default=1)
    to_account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="orders")
    to_unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="orders")
    text = models.TextField(blank=True)  # CJYJ: the instruction
    why = models.CharField(max_length=200, blank=True)  # why this person
    state = models.CharField(max_length=10, choices=list(words.ORDER_STATES.items()), default="sent")
    sent_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-sent_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(incident__isnull=False) | Q(dispute__isnull=False), name="cases_order_about_something"
            ),
            models.CheckConstraint(
                condition=Q(to_account__isnull=False) | Q(to_unit__isnull=False) | ~Q(outside_number=""),
                name="cases_order_to_somebody",
            ),
            models.UniqueConstraint(
                fields=["dispute"], condition=Q(state__in=list(ORDER_OPEN)), name="cases_order_one_open"
            ),
            models.UniqueConstraint(
                fields=["outside_number"], condition=~Q(outside_number=""), name="cases_order_outside_once"
            ),
            models.CheckConstraint(
                condition=(Q(signed_at__isnull=True) | Q(signed_at__gte=F("sent_at")))
                & (Q(arrived_at__isnull=True) | Q(arrived_at__gte=F("sent_at"))),
                name="cases_order_in_time_order",
            ),
        ]
        indexes = [
            models.Index(fields=["to_account", "state"], name="cases_order_mine"),
            models.Index(fields=["incident"], condition=Q(state__in=list(ORDER_OPEN)), name="cases_order_open"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class Feedback(models.Model):
    """A feedback (反馈单); an order may have several, one of them final."""

    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="feedbacks")
    incident = models.ForeignKey(Incident, null=True, on_delete=models.PROTECT, related_name="feedbacks")
    outside_number = models.CharField(max_length=40, blank=True)  # FKDBH
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()  # JQCLJG
    is_final = models.BooleanField(default=False)
    is_settled = models.BooleanField(null=True)  # SFJJJF
    helped = models.PositiveIntegerField(default=0)
    injured = models.PositiveIntegerField(default=0)
    dead = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["order"], condition=Q(is_final=True), name="cases_feedback_one_final"),
            models.UniqueConstraint(
                fields=["outside_number"], condition=~Q(outside_number=""), name="cases_feedback_outside_once"
            ),
            models.CheckConstraint(
                condition=Q(order__isnull=False) | Q(incident__isnull=False), name="cases_feedback_about_something"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="cases_feedback_says_something"),
        ]

    def __str__(self) -> str:
        return self.text[:40]
