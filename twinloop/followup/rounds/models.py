"""The penalty procedure of a dispute, its appraisals, and crimes that were linked to a known quarrel.

Rounds themselves are no rows: they are read from the events of the dispute (`decide.rounds.fold`).
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from twinloop.cases.models import Dispute, Incident
from twinloop.followup.rounds import words
from twinloop.people.models import Account


class Penalty(models.Model):
    """One spell of the procedure (程序规定 165, 185). `since`: from when its days are counted, the day of failure."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="penalties")
    state = models.CharField(max_length=8, choices=list(words.STATES.items()), default="owed")
    cause = models.CharField(max_length=8, choices=list(words.CAUSES.items()))
    since = models.DateTimeField()
    owed_until = models.DateTimeField()  # the end of that day: until then it is to be opened
    late_at = models.DateTimeField(null=True)  # when the chief was told that nobody opened it
    opened_at = models.DateTimeField(null=True)
    extended_at = models.DateTimeField(null=True)
    extended_by = models.CharField(max_length=60, blank=True)  # the office that approved it
    decision = models.CharField(max_length=14, choices=list(words.DECISIONS.items()), blank=True)
    number = models.CharField(max_length=60, blank=True)
    decided_on = models.DateField(null=True)
    text = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dispute"], condition=~Q(state="ended"), name="rounds_penalty_one_at_a_time"
            ),
            models.CheckConstraint(condition=Q(state__in=list(words.STATES)), name="rounds_penalty_state"),
            models.CheckConstraint(
                condition=~Q(state__in=["open", "decided"]) | Q(opened_at__isnull=False), name="rounds_penalty_opened"
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_on__isnull=True)
                | (Q(decided_on__isnull=False, decided_by__isnull=False) & ~Q(decision="") & ~Q(number="")),
                name="rounds_penalty_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(extended_at__isnull=True) | ~Q(extended_by=""), name="rounds_penalty_extended_by"
            ),
            models.CheckConstraint(
                condition=~Q(state="ended") | Q(ended_at__isnull=False), name="rounds_penalty_ended"
            ),
        ]
        indexes = [
            models.Index(fields=["owed_until"], condition=Q(state="owed"), name="rounds_penalty_owed"),
            models.Index(fields=["dispute", "since"], name="rounds_penalty_of"),
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} · {self.state}"


class Appraisal(models.Model):
    """An injury or thing that is being appraised: its days do not count (程序规定 165)."""

    penalty = models.ForeignKey(Penalty, on_delete=models.PROTECT, related_name="appraisals")
    what = models.CharField(max_length=100)
    office = models.CharField(max_length=60)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=200, blank=True)
    back_at = models.DateTimeField(null=True)
    back_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["penalty"], condition=Q(back_at__isnull=True), name="rounds_appraisal_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(back_at__isnull=True) | (Q(back_at__gte=F("asked_at")) & ~Q(result="")),
                name="rounds_appraisal_back_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.penalty_id} · {self.what}"


class Escalation(models.Model):
    """A crime that was linked to a quarrel known before. A person finds whether the one grew from the other."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="escalations")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="escalations")
    at = models.DateTimeField()  # when the crime was reported
    marked_at = models.DateTimeField()
    finding = models.CharField(max_length=14, choices=list(words.FINDINGS.items()), blank=True)
    text = models.TextField(blank=True)
    reviewed_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["dispute", "incident"], name="rounds_escalation_once"),
            models.CheckConstraint(
                condition=Q(finding="", reviewed_at__isnull=True)
                | (Q(reviewed_at__isnull=False, reviewed_by__isnull=False) & ~Q(finding="") & ~Q(text="")),
                name="rounds_escalation_reviewed_whole",
            ),
        ]
        indexes = [models.Index(fields=["at"], condition=Q(finding=""), name="rounds_escalation_open")]

    def __str__(self) -> str:
        return f"{self.dispute_id} · {self.incident_id}"


class Reach(models.Model):
    """Up to when changes have been followed."""

    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="rounds_reach_single")]

    def __str__(self) -> str:
        return f"{self.at}"
