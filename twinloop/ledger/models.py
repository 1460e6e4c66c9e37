"""The ledger: every change and every look, append-only.

Rows are chained per stream (one dispute, one account, …) by a trigger when they are written, and over all
streams by seals that a job adds every few seconds: a chain over all at write time would let only one
transaction commit at a time (ADR 0005). `verify` recomputes both without trusting the database's own sums.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

SIGN_INS = [
    "second_factor_failed", "sessions_ended", "sign_in_failed", "sign_in_locked", "sign_in_unlocked", "signed_in",
    "signed_out",
]  # fmt: skip


class Event(models.Model):
    """One thing that happened: who, when, what, why, and what changed. Never updated, never deleted."""

    stream = models.CharField(max_length=48)  # "dispute:17"
    seq = models.PositiveIntegerField(default=0)  # 1, 2, … within the stream; set by the trigger
    verb = models.CharField(max_length=48)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()  # what the acting program says
    recorded_at = models.DateTimeField(null=True)  # the database's clock; set by the trigger
    why = models.TextField(blank=True)
    body = models.TextField(default="{}")  # canonical JSON: {"before":{},"after":{},…}; this very text is hashed
    data = models.JSONField(default=dict)  # the same, to be asked by queries; set by the trigger from body
    is_look = models.BooleanField(default=False)  # reading, unmasking, export: shown to auditors, not in a timeline
    previous = models.BinaryField(default=bytes, max_length=32)
    hash = models.BinaryField(default=bytes, max_length=32)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="ledger_event_once")]
        indexes = [
            models.Index(fields=["by", "-at"], name="ledger_event_by"),
            models.Index(fields=["-at"], name="ledger_event_at"),
            # few among many: what an auditor asks for
            models.Index(fields=["verb", "-id"], condition=models.Q(is_look=True), name="ledger_event_looks"),
            models.Index(fields=["verb", "at"], condition=models.Q(is_look=True), name="ledger_event_looks_at"),
            models.Index(fields=["-id"], condition=models.Q(verb__in=SIGN_INS), name="ledger_event_sign_ins"),
        ]

    def __str__(self) -> str:
        return f"{self.stream}#{self.seq} {self.verb}"

    @property
    def before(self) -> dict[str, Any]:
        return dict(self.data.get("before", {}))

    @property
    def after(self) -> dict[str, Any]:
        return dict(self.data.get("after", {}))


class Seal(models.Model):
    """All events from one id to another, folded into one hash over the seal before."""

    first = models.BigIntegerField()
    last = models.BigIntegerField(unique=True)
    events = models.PositiveIntegerField()
    at = models.DateTimeField()
    previous = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="ledger_seal_range"),
            models.CheckConstraint(condition=models.Q(events__gte=1), name="ledger_seal_events"),
        ]

    def __str__(self) -> str:
        return f"{self.first}–{self.last}"


class Once(models.Model):
    """A request that must be done once: who sent it under which key, and what was answered. Kept some days."""

    who = models.CharField(max_length=40)  # "account:17", "token:3", "resident"
    key = models.CharField(max_length=80)  # made by the sender (Idempotency-Key, the hidden field `once` of a form)
    what = models.CharField(max_length=40)  # "lead", "incidents": a key used for something else is refused
    digest = models.BinaryField(max_length=32)  # of what was sent: the same key with other content is refused
    answer = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["who", "key"], name="ledger_once_by_sender")]
        indexes = [models.Index(fields=["at"], name="ledger_once_at")]

    def __str__(self) -> str:
        return f"{self.who} {self.key}"
