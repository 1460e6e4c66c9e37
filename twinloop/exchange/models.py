"""Tokens of programs. A token acts as its account and sees what the account sees, within its scopes."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from twinloop.exchange import words
from twinloop.ledger.sight import NOBODY
from twinloop.ledger.sight import Scope as Sight
from twinloop.people.models import Account


class ApiToken(models.Model):
    class Scope(models.TextChoices):
        READ_INCIDENTS = "read:incidents", words.SCOPES["read:incidents"]
        READ_DISPUTES = "read:disputes", words.SCOPES["read:disputes"]
        READ_EVENTS = "read:events", words.SCOPES["read:events"]
        WRITE_DISPUTES = "write:disputes", words.SCOPES["write:disputes"]
        WRITE_PUSHES = "write:pushes", words.SCOPES["write:pushes"]
        WRITE_INCIDENTS = "write:incidents", words.SCOPES["write:incidents"]
        WRITE_LEADS = "write:leads", words.SCOPES["write:leads"]
        WRITE_VISITS = "write:visits", words.SCOPES["write:visits"]
        WRITE_ORDERS = "write:orders", words.SCOPES["write:orders"]

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="api_tokens")
    name = models.CharField(max_length=60)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope))
    digest = models.BinaryField(max_length=32, unique=True)  # SHA-256 of the token; the token itself is shown once
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    minute = models.DateTimeField(null=True)  # calls are counted by the minute
    calls = models.PositiveIntegerField(default=0)
    revoked_at = models.DateTimeField(null=True)

    sight: Sight = NOBODY  # of its account, where it was just used (`actions.used_token`)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="exchange_token_expires"),
            models.CheckConstraint(condition=Q(scopes__len__gt=0), name="exchange_token_scopes"),
        ]

    def __str__(self) -> str:
        return self.name
