"""Templates that the user put in place of ours, and the number that each paper was given."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from twinloop.cases.models import Dispute, Incident
from twinloop.papers.kinds import KINDS
from twinloop.people.models import Account

CODES = [(code, kind.name) for code, kind in KINDS.items()]


class Template(models.Model):
    """A Word file for one kind of paper; kept when the next takes its place."""

    kind = models.CharField(max_length=20, choices=CODES)
    version = models.PositiveIntegerField()
    content = models.BinaryField(editable=False)
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=120)
    why = models.CharField(max_length=200)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="papers_template_version"),
            models.UniqueConstraint(fields=["kind"], condition=Q(ended_at__isnull=True), name="papers_template_one"),
            models.CheckConstraint(condition=~Q(why="") & Q(version__gte=1), name="papers_template_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"


class Series(models.Model):
    """The last number of a kind of paper in a station's year."""

    kind = models.CharField(max_length=20, choices=CODES)
    body = models.CharField(max_length=20, blank=True)  # code of the station
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "body", "year"], name="papers_series_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.body} {self.year}: {self.last}"


class Paper(models.Model):
    """A paper was made of `subject` (a row of the room that fills it): its number stays, however often it is taken.

    It belongs to a dispute, or to one report (`Kind.of_incident`), whichever dispute that is in.
    """

    dispute = models.ForeignKey(Dispute, null=True, on_delete=models.PROTECT, related_name="papers")
    incident = models.ForeignKey(Incident, null=True, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=20, choices=CODES)
    subject = models.BigIntegerField()
    number = models.CharField(max_length=60)
    made_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    taken = models.PositiveIntegerField(default=0)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject"], name="papers_paper_once"),
            models.CheckConstraint(
                condition=Q(dispute__isnull=True) ^ Q(incident__isnull=True), name="papers_paper_of_one"
            ),
            models.CheckConstraint(condition=~Q(number=""), name="papers_paper_numbered"),
        ]
        indexes = [
            models.Index(fields=["dispute"], name="papers_paper_dispute"),
            models.Index(fields=["incident"], name="papers_paper_incident"),
        ]

    def __str__(self) -> str:
        return self.number
