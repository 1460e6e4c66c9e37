"""A nomination for a 2+2 team, the campaign that a person makes of it, and what the team does step by step."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from twinloop.cases.models import Dispute
from twinloop.mediation.follow import words
from twinloop.people.models import Account, Team


class Nomination(models.Model):
    """`reasons`: [ground, figure] as the rule found them; `nominated_by` empty = the system."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="nominations")
    reasons = models.JSONField()
    version = models.CharField(max_length=30)  # which thresholds answered
    nominated_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    nominated_at = models.DateTimeField()
    decision = models.CharField(max_length=10, choices=list(words.DECISIONS.items()), blank=True)
    why = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["nominated_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["dispute"], condition=Q(decision=""), name="follow_nominated_once"),
            models.CheckConstraint(condition=~Q(reasons=[]), name="follow_nominated_why"),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True)
                | (Q(decision__in=["accepted", "declined"], decided_at__isnull=False, decided_by__isnull=False)
                   & ~Q(why="")),
                name="follow_decided_whole",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.dispute_id} · {self.decision or 'open'}"


class Campaign(models.Model):
    """攻坚: one team on one dispute until it is settled, given up or stopped. `members`: who was in it at the start."""

    nomination = models.OneToOneField(Nomination, on_delete=models.PROTECT, related_name="campaign")
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="campaigns")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="campaigns")
    members = models.ManyToManyField(Account, related_name="campaigns")
    started_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=list(words.OUTCOMES.items()), blank=True)
    ended_why = models.CharField(max_length=500, blank=True)
    ended_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["started_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["dispute"], condition=Q(outcome=""), name="follow_campaign_once"),
            models.CheckConstraint(
                condition=Q(outcome="", ended_at__isnull=True)
                | (Q(outcome__in=["settled", "failed", "left"], ended_at__isnull=False) & ~Q(ended_why="")),
                name="follow_campaign_ended_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} · {self.team_id}"


class Step(models.Model):
    """What the team did on a day, and what comes next by when. Never changed: a further step puts it right."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=list(words.KINDS.items()))
    on = models.DateField()
    text = models.TextField()
    then = models.CharField(max_length=200, blank=True)
    then_on = models.DateField(null=True)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="follow_step_says_something"),
            models.CheckConstraint(condition=Q(kind__in=list(words.KINDS)), name="follow_step_kind_known"),
            models.CheckConstraint(
                condition=Q(then="", then_on__isnull=True)
                | (Q(then_on__isnull=False, then_on__gte=F("on")) & ~Q(then="")),
                name="follow_step_next_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} · {self.kind}"
