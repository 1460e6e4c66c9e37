"""What people add to a case: notes, files; and how they look at lists."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from twinloop.cases import words
from twinloop.cases.models.dispute import Dispute
from twinloop.people.models import Account


class Note(models.Model):
    """A note. A caucus note belongs to one side: mediators sent by the other side never see it."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="notes")
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()
    caucus_side = models.CharField(max_length=1, choices=list(words.SIDES.items()), blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="cases_note_says_something")]
        indexes = [models.Index(fields=["dispute", "-at"], name="cases_note_dispute")]

    def __str__(self) -> str:
        return self.text[:40]


class Attachment(models.Model):
    """A file, checked by its content and stripped of metadata; stored under a random name outside any web root."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="attachments")
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    name = models.CharField(max_length=120)
    stored = models.CharField(max_length=64, unique=True, editable=False)
    kind = models.CharField(max_length=10)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    removed_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [models.CheckConstraint(condition=Q(size__gt=0), name="cases_attachment_size")]
        indexes = [models.Index(fields=["dispute"], name="cases_attachment_dispute")]

    def __str__(self) -> str:
        return self.name


class SavedView(models.Model):
    """A named set of filters of a list."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=20)
    name = models.CharField(max_length=30)
    query = models.CharField(max_length=500)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["account", "page", "name"], name="cases_view_once")]

    def __str__(self) -> str:
        return self.name
