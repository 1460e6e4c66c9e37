"""Visits that are owed and made, who wants another hand, and links by which a party answers without us."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from twinloop.cases.models import Attachment, Dispute, Party
from twinloop.followup.visits import words
from twinloop.people.models import Account


class Watch(models.Model):
    """One a dispute that is followed. `by_other`: somebody asked that not its handler comes; `over_at`: calm enough."""

    dispute = models.OneToOneField(Dispute, on_delete=models.PROTECT, primary_key=True, related_name="watch")
    by_other = models.BooleanField(default=False)
    asked_on = models.DateField(null=True)
    over_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField()  # when the plan was last reckoned

    def __str__(self) -> str:
        return f"{self.dispute_id}"


class Callback(models.Model):
    """One visit or call: owed by somebody on a day, then made, not reached or dropped. A link's answer is one too."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="callbacks")
    state = models.CharField(max_length=8, choices=list(words.STATES.items()), default="planned")
    reason = models.CharField(max_length=20, choices=list(words.CAUSES.items()))
    due_on = models.DateField()
    owner = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    is_given = models.BooleanField(default=False)  # handed to this person by somebody, not by the plan
    planned_at = models.DateTimeField()
    late_at = models.DateTimeField(null=True)  # when the chief was told
    way = models.CharField(max_length=6, choices=list(words.WAYS.items()), blank=True)
    on = models.DateField(null=True)
    met_at = models.DateTimeField(null=True)  # the moment, where the hour was said or it was written down that day
    party = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=list(words.OUTCOMES.items()), blank=True)
    terms = models.CharField(max_length=8, choices=list(words.TERMS.items()), blank=True)
    satisfaction = models.PositiveSmallIntegerField(null=True, choices=list(words.SATISFACTION.items()))
    mind = models.CharField(max_length=8, choices=list(words.MINDS.items()), blank=True)
    risk = models.CharField(max_length=300, blank=True)  # what is new
    why = models.CharField(max_length=300, blank=True)
    consents = models.BooleanField(default=False)  # that a photo or the place is kept
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    photo = models.ForeignKey(Attachment, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["dispute"], condition=Q(state="planned"), name="visits_one_owed"),
            models.CheckConstraint(condition=Q(state__in=list(words.STATES)), name="visits_state_known"),
            models.CheckConstraint(
                condition=~Q(state="done")
                | (Q(on__isnull=False, at__isnull=False, satisfaction__isnull=False) & ~Q(outcome="") & ~Q(way="")),
                name="visits_done_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="missed") | (Q(on__isnull=False, at__isnull=False) & ~Q(way="")),
                name="visits_missed_whole",
            ),
            models.CheckConstraint(
                condition=Q(satisfaction__isnull=True) | Q(satisfaction__range=(1, 5)), name="visits_satisfaction"
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False, consents=True),
                name="visits_place_with_consent",
            ),
            models.CheckConstraint(
                condition=Q(photo__isnull=True) | Q(consents=True), name="visits_photo_with_consent"
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "due_on"], condition=Q(state="planned"), name="visits_owed_of"),
            models.Index(fields=["due_on"], include=["dispute"], condition=Q(state="planned"), name="visits_owed_on"),
            models.Index(fields=["dispute", "on"], name="visits_of_dispute"),
            models.Index(fields=["due_on"], name="visits_due"),  # of every state: what the wall counts
            models.Index(fields=["at"], condition=Q(state="done"), name="visits_done"),
            models.Index(fields=["-on", "-id"], condition=Q(state__in=["done", "missed"]), name="visits_made"),
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} · {self.due_on}"

    @property
    def is_dissatisfied(self) -> bool:
        """Whether it says that the quarrel is not settled (domain.md section 3.4)."""
        return bool(
            (self.satisfaction and self.satisfaction <= 2) or self.outcome == "unsettled" or self.terms == "broken"
        )


class Link(models.Model):
    """A one-time address for one party. Of the token only its digest is kept; the next one ends the last."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="answer_links")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    digest = models.BinaryField(max_length=32, unique=True)
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # answered, or replaced by another
    answer = models.OneToOneField(Callback, null=True, on_delete=models.PROTECT, related_name="link")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dispute", "party"], condition=Q(ended_at__isnull=True), name="visits_link_open_once"
            ),
            models.CheckConstraint(
                condition=Q(answer__isnull=True) | Q(ended_at__isnull=False), name="visits_link_answered_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} · {self.at:%Y-%m-%d}"


class Reach(models.Model):
    """Up to when changes of disputes have been followed by a plan."""

    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="visits_reach_single")]

    def __str__(self) -> str:
        return f"{self.at}"
