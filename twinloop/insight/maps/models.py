"""Where communities lie, as the user brought it, and the ground beneath. No personal data, so no row rules."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from twinloop.people.models import Account
from twinloop.places.models import Place


class Layer(models.Model):
    """One file of positions and boundaries. Undone as a whole; what an older one says of a place holds again then."""

    name = models.CharField(max_length=120)  # of the file
    digest = models.CharField(max_length=64)  # SHA-256: the same file twice adds nothing
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["digest"], condition=Q(undone_at__isnull=True), name="maps_layer_file_once"
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="maps_layer_undone_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stream(self) -> str:
        return f"map:{self.pk}"


class Shape(models.Model):
    """What a layer says of one community: its boundary (none where the file has a point), its middle, its people."""

    layer = models.ForeignKey(Layer, on_delete=models.CASCADE, related_name="shapes")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="shapes")
    rings = models.JSONField(null=True)  # polygons → rings → [longitude, latitude]
    latitude = models.FloatField()
    longitude = models.FloatField()
    people = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["layer", "place"], name="maps_shape_once"),
            models.CheckConstraint(
                condition=Q(latitude__range=(-90, 90), longitude__range=(-180, 180)), name="maps_shape_on_earth"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id}"


class Ground(models.Model):
    """An address of tiles and whom to thank for them; empty: none. The newest holds, the older ones stay."""

    address = models.CharField(max_length=200, blank=True)  # https://host/{z}/{x}/{y}.png
    credit = models.CharField(max_length=120, blank=True)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.address
