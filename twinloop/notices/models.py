"""Notices to people, what each of them wants, and the letters that leave for the outside."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from twinloop.notices import words
from twinloop.people.models import Account


class Notice(models.Model):
    """One thing told to one person. While it is unread, the same thing said again only counts up."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="notices")
    verb = models.CharField(max_length=48)  # of the event; its words stand in the room's told_to.py
    number = models.CharField(max_length=60, blank=True)  # of the case or the report, never a person's name
    url = models.CharField(max_length=200)
    is_urgent = models.BooleanField(default=False)
    times = models.PositiveIntegerField(default=1)
    event = models.BigIntegerField()  # the newest ledger event behind it
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    outside = models.CharField(max_length=8, choices=list(words.OUTSIDE_STATES.items()), default="waiting")

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "verb", "number", "url"],
                condition=Q(read_at__isnull=True),
                name="notices_one_unread",
            ),
            models.CheckConstraint(condition=Q(outside__in=list(words.OUTSIDE_STATES)), name="notices_outside_known"),
            models.CheckConstraint(condition=Q(times__gte=1), name="notices_times"),
            models.CheckConstraint(condition=Q(url__startswith="/"), name="notices_own_address"),
        ]
        indexes = [
            models.Index(fields=["account", "-at"], name="notices_of_account"),
            models.Index(fields=["account"], condition=Q(outside="waiting"), name="notices_to_plan"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.number}"


class Preference(models.Model):
    """What a person chose; without a row the defaults of decide/notices.py hold."""

    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="+")
    outside = models.CharField(max_length=8, choices=list(words.OUTSIDE.items()), default="urgent")
    morning = models.BooleanField(default=True)
    evening = models.BooleanField(default=False)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(outside__in=list(words.OUTSIDE)), name="notices_wish_known"),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="notices_quiet_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.outside


class Cursor(models.Model):
    """Up to which event people have been told: moved in the transaction that writes the notices."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    last = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="notices_one_cursor")]

    def __str__(self) -> str:
        return str(self.last)


class Letter(models.Model):
    """The outbox: one message to one person by way of the gateway. Its id is what a receiver tells doubles by."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=list(words.KINDS.items()))
    body = models.TextField()  # the CloudEvent as it goes out: this very text is signed
    state = models.CharField(max_length=8, choices=list(words.LETTER_STATES.items()), default="waiting")
    failures = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField()  # not before; while a worker has it, when another may take it
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=40, blank=True)  # a code or a status, never what the receiver wrote
    day = models.DateField(null=True)  # of a digest
    slot = models.CharField(max_length=8, blank=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(words.LETTER_STATES)), name="notices_letter_known"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent"), name="notices_sent_at"
            ),
            models.CheckConstraint(condition=Q(next_at__gte=F("made_at")), name="notices_next_after"),
            models.UniqueConstraint(
                fields=["account", "day", "slot"], condition=Q(kind="digest"), name="notices_digest_once"
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="notices_to_send"),
            models.Index(fields=["account", "-made_at"], name="notices_pace"),
        ]

    def __str__(self) -> str:
        return str(self.id)
