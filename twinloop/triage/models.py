"""What was suggested and what people said to it: kept for good, never edited."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from twinloop.cases.models import Dispute, Incident
from twinloop.people.models import Account
from twinloop.triage import words
from twinloop.triage.repeat_pairs import RepeatPair

__all__ = ["Judgement", "RepeatPair"]


class Judgement(models.Model):
    """One decision of the software (`by` is null) or of a person, about an incident or a dispute.

    `answer` and `reasons` are as they were shown, masked. A person's word is a row too: `overrules` names the
    suggestion that it put aside, and `why`; without `overrules` the person agreed.
    """

    what = models.CharField(max_length=10, choices=list(words.WHATS.items()))
    incident = models.ForeignKey(Incident, null=True, on_delete=models.PROTECT, related_name="judgements")
    dispute = models.ForeignKey(Dispute, null=True, on_delete=models.PROTECT, related_name="judgements")
    answer = models.JSONField()
    reasons = models.JSONField(default=list)
    params_version = models.CharField(max_length=60)
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    overrules = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="overruled_by")
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(incident__isnull=False) | Q(dispute__isnull=False), name="triage_judgement_about_something"
            ),
            models.CheckConstraint(
                condition=Q(overrules__isnull=True) | Q(by__isnull=False), name="triage_judgement_people_overrule"
            ),
            models.CheckConstraint(condition=Q(what__in=list(words.WHATS)), name="triage_judgement_what_known"),
            models.CheckConstraint(condition=~Q(overrules=models.F("pk")), name="triage_judgement_not_itself"),
        ]
        indexes = [
            models.Index(fields=["incident", "what", "-id"], name="triage_judgement_incident"),
            models.Index(fields=["dispute", "what", "-id"], name="triage_judgement_dispute"),
            models.Index(fields=["-at", "-id"], name="triage_judgement_recent"),
            models.Index(fields=["what", "-at"], name="triage_judgement_what"),
            models.Index(fields=["-at"], condition=Q(overrules__isnull=False), name="triage_judgement_overruled"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.pk}"


class LearnedModel(models.Model):
    """A sorter that learnt from the district's own confirmed types. The newest one in use answers; none: the shipped.

    `before` and `after`: share of confirmed cases put right by the shipped model and, unseen, by this one.
    """

    version = models.CharField(max_length=60, unique=True)
    at = models.DateTimeField()
    cases = models.PositiveIntegerField()
    before = models.FloatField()
    after = models.FloatField()
    state = models.CharField(max_length=10, choices=list(words.MODEL_STATES.items()))
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(words.MODEL_STATES)), name="triage_model_state_known"),
            models.CheckConstraint(condition=Q(before__range=(0, 1), after__range=(0, 1)), name="triage_model_shares"),
            models.CheckConstraint(
                condition=~Q(state="used") | Q(after__gte=models.F("before")), name="triage_model_not_worse"
            ),
        ]

    def __str__(self) -> str:
        return self.version
