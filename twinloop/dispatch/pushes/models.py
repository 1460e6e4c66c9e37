"""A push: one dispute, one unit outside the police, one letter; signed for, answered, or sent back."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from twinloop.cases.models import Dispute
from twinloop.dispatch.pushes import words
from twinloop.people.models import Account, Unit

LIVE = ("drafted", "sent", "received")  # one of these at a time for a dispute and a unit


class Push(models.Model):
    """`title` and `letter` are masked copies: the unit reads them here and nothing of the dispute itself."""

    number = models.CharField(max_length=20, unique=True)  # TS260416-003
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="pushes")
    to_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="pushes")
    level = models.PositiveSmallIntegerField()  # as it stood when the letter was written
    title = models.CharField(max_length=80)
    letter = models.TextField()
    state = models.CharField(max_length=10, choices=list(words.STATES.items()), default="drafted")
    drafted_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    sent_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True)
    received_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField(null=True)
    replied_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    replied_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=10, choices=list(words.RESULTS.items()), blank=True)
    reply = models.TextField(blank=True)
    returned_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    returned_at = models.DateTimeField(null=True)
    returned_why = models.CharField(max_length=500, blank=True)
    taken_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)  # the police go on with what came back
    withdrawn_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-drafted_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(words.STATES)), name="pushes_state_known"),
            models.CheckConstraint(condition=Q(level__in=(1, 2)), name="pushes_level_grave"),
            models.CheckConstraint(condition=~Q(letter="") & ~Q(title=""), name="pushes_says_something"),
            models.UniqueConstraint(
                fields=["dispute", "to_unit"], condition=Q(state__in=LIVE), name="pushes_one_live_a_unit"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["drafted", "withdrawn"]) | Q(sent_at__isnull=False), name="pushes_sent_at"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["received", "replied", "returned"]) | Q(received_at__isnull=False),
                name="pushes_received_at",
            ),
            models.CheckConstraint(
                condition=~Q(state="replied") | (Q(replied_at__isnull=False) & ~Q(reply="") & ~Q(result="")),
                name="pushes_replied_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | (Q(returned_at__isnull=False) & ~Q(returned_why="")),
                name="pushes_returned_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_why="")),
                name="pushes_withdrawn_whole",
            ),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True) | Q(received_at__gte=F("sent_at")), name="pushes_order_received"
            ),
            models.CheckConstraint(
                condition=Q(replied_at__isnull=True) | Q(replied_at__gte=F("received_at")), name="pushes_order_replied"
            ),
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True) | Q(returned_at__isnull=False), name="pushes_taken_was_returned"
            ),
        ]
        indexes = [
            models.Index(fields=["to_unit", "-drafted_at"], name="pushes_unit"),
            models.Index(fields=["dispute"], name="pushes_dispute"),
            models.Index(fields=["state", "-drafted_at"], name="pushes_state"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def subject(self) -> str:
        """How its clocks name it."""
        return f"push:{self.pk}"
