"""A petition: one a dispute, with its days, its answer and the reviews by the bodies above."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from twinloop.cases.models import Dispute
from twinloop.intake.petitions import words
from twinloop.people.models import Account


class Petition(models.Model):
    """`number`: the petition office's, where there is one. The quarrel, its people and its clocks are the dispute's."""

    dispute = models.OneToOneField(Dispute, on_delete=models.PROTECT, primary_key=True, related_name="petition")
    number = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=12, choices=list(words.SOURCES.items()), default="visit")
    stage = models.CharField(max_length=10, choices=list(words.STAGES.items()), default="received")
    received_on = models.DateField()
    accepted_on = models.DateField(null=True)
    due_on = models.DateField(
        null=True
    )  # of the decision, then of the answer; None: nothing is owed, or holidays are unknown
    ground = models.CharField(max_length=12, choices=[(c, w) for c, (w, _a) in words.GROUNDS.items()], blank=True)
    where = models.CharField(max_length=120, blank=True)  # who is competent, as the petitioner was told
    why = models.CharField(max_length=500, blank=True)  # of declining
    decided_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    extra_days = models.PositiveSmallIntegerField(default=0)
    extra_why = models.CharField(max_length=500, blank=True)
    extra_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    answered_on = models.DateField(null=True)  # the petitioner got it in writing
    result = models.CharField(max_length=10, choices=list(words.RESULTS.items()), blank=True)
    request = models.TextField(blank=True)
    facts = models.TextField(blank=True)
    opinion = models.TextField(blank=True)
    law = models.TextField(blank=True)
    answered_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    closed_on = models.DateField(null=True)
    ended = models.CharField(max_length=10, choices=list(words.ENDS.items()), blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="petitions_number_once"),
            models.CheckConstraint(condition=Q(stage__in=list(words.STAGES)), name="petitions_stage_known"),
            models.CheckConstraint(
                condition=~Q(stage__in=["accepted", "answered"]) | Q(accepted_on__isnull=False),
                name="petitions_accepted_day",
            ),
            models.CheckConstraint(
                condition=~Q(stage="declined") | (~Q(ground="") & ~Q(why="")), name="petitions_declined_why"
            ),
            models.CheckConstraint(
                condition=~Q(stage="answered") | Q(answered_on__gte=F("accepted_on")), name="petitions_answered_day"
            ),
            models.CheckConstraint(
                condition=Q(extra_days=0) | (Q(extra_days__lte=30) & ~Q(extra_why="")), name="petitions_extra"
            ),
            models.CheckConstraint(
                condition=~Q(stage="closed") | (Q(closed_on__isnull=False) & ~Q(ended="")), name="petitions_closed_how"
            ),
        ]
        indexes = [models.Index(fields=["stage", "received_on"], name="petitions_stage_day")]

    def __str__(self) -> str:
        return self.number or str(self.dispute_id)


class Review(models.Model):
    """复查 (1), 复核 (2): asked of the body above; its written opinion, when it came."""

    petition = models.ForeignKey(Petition, on_delete=models.PROTECT, related_name="reviews")
    level = models.PositiveSmallIntegerField(choices=list(words.REVIEWS.items()))
    asked_on = models.DateField()
    body = models.CharField(max_length=120, blank=True)
    concluded_on = models.DateField(null=True)
    outcome = models.CharField(max_length=8, choices=list(words.OUTCOMES.items()), blank=True)
    text = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["level"]
        constraints = [
            models.UniqueConstraint(fields=["petition", "level"], name="petitions_review_once"),
            models.CheckConstraint(
                condition=Q(concluded_on__isnull=True) | (Q(concluded_on__gte=F("asked_on")) & ~Q(outcome="")),
                name="petitions_review_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.petition_id} · {self.level}"
