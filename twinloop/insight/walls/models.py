"""Screens that hang on a wall: what may look without signing in, and at what. No personal data, so no row rules."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from twinloop.people.models import Account, Unit


class Screen(models.Model):
    """One device on a wall. Of link and device only hashes are kept: who reads the table cannot open the wall."""

    name = models.CharField(max_length=40)  # 一楼大厅
    unit = models.ForeignKey(
        Unit, null=True, on_delete=models.PROTECT, related_name="+"
    )  # a station; None: the district
    link_hash = models.BinaryField(max_length=32, unique=True)
    link_until = models.DateTimeField()
    device_hash = models.BinaryField(max_length=32, null=True, unique=True)
    bound_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)  # last question of the device, to some minutes
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    revoked_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name"], condition=Q(revoked_at__isnull=True), nulls_distinct=False,
                name="walls_screen_named_once",
            ),
            models.CheckConstraint(
                condition=Q(device_hash__isnull=True, bound_at__isnull=True)
                | Q(device_hash__isnull=False, bound_at__isnull=False, bound_at__gte=F("made_at")),
                name="walls_screen_bound_whole",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False, revoked_at__gte=F("made_at")),
                name="walls_screen_revoked_whole",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def stream(self) -> str:
        return f"screen:{self.pk}"
