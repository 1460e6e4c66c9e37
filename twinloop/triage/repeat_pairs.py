"""Two incidents that may be of one quarrel, waiting for a person's word."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from twinloop.cases.models import Incident, IncidentLink, Merge
from twinloop.people.models import Account
from twinloop.triage import words


class RepeatPair(models.Model):
    """`incident` came after `earlier`. A refused pair stays and is not suggested again.

    `kind` join: not in one dispute, yet alike; part: a person joined them, and nothing speaks for it.
    `link`, `merged`: what joining made, so that it can be undone.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="repeat_pairs")
    earlier = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="later_pairs")
    kind = models.CharField(max_length=4, choices=list(words.PAIR_KINDS.items()), default="join")
    source = models.CharField(max_length=6, choices=list(words.PAIR_SOURCES.items()), default="door")
    probability = models.FloatField()
    reasons = models.JSONField(default=list)  # codes and facts, masked; sentences in old rows
    state = models.CharField(max_length=8, choices=list(words.PAIR_STATES.items()), default="open")
    made_at = models.DateTimeField()
    answered_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    link = models.ForeignKey(IncidentLink, null=True, on_delete=models.PROTECT, related_name="+")
    merged = models.ForeignKey(Merge, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "earlier"], name="triage_repeat_pair_once"),
            models.CheckConstraint(condition=~Q(incident=F("earlier")), name="triage_repeat_pair_of_two"),
            models.CheckConstraint(condition=Q(probability__range=(0, 1)), name="triage_repeat_pair_share"),
            models.CheckConstraint(
                condition=Q(state="open", answered_at__isnull=True)
                | (~Q(state="open") & Q(answered_at__isnull=False, answered_by__isnull=False)),
                name="triage_repeat_pair_answered",
            ),
            models.CheckConstraint(condition=Q(state__in=list(words.PAIR_STATES)), name="triage_repeat_pair_state"),
            models.CheckConstraint(condition=Q(kind__in=list(words.PAIR_KINDS)), name="triage_repeat_pair_kind"),
        ]
        indexes = [
            models.Index(fields=["-probability", "-id"], condition=Q(state="open"), name="triage_repeat_pair_open"),
            models.Index(fields=["state", "-answered_at"], name="triage_repeat_pair_state_at"),
            models.Index(fields=["earlier"], name="triage_repeat_pair_earlier"),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} ~ {self.earlier_id}"
