"""Where things happen: county → township → community, under 12-digit statistical codes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from twinloop.places import words


class PlaceQuery(models.QuerySet["Place"]):
    def within(self, place: Place) -> PlaceQuery:
        """`place` itself and all below it; codes nest, so a prefix is the whole tree query."""
        return self.filter(code__startswith=place.prefix)

    def communities(self) -> PlaceQuery:
        return self.filter(kind=Place.Kind.COMMUNITY)

    def served(self) -> PlaceQuery:
        """The places of the district that this installation serves."""
        return self.filter(is_served=True)


class Place(models.Model):
    class Kind(models.TextChoices):
        COUNTY = "county", words.COUNTY
        TOWNSHIP = "township", words.TOWNSHIP
        COMMUNITY = "community", words.COMMUNITY

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=60)
    short = models.CharField(max_length=60)  # 江坝村 for 江坝村委会: what people say
    pinyin = models.CharField(max_length=240, blank=True)  # "jiangbacun jbc": typed at the call desk
    kind = models.CharField(max_length=10, choices=Kind)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    is_served = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)  # invented for the demo district
    is_village = models.BooleanField(default=False)  # 村委会, not 居委会: post rules differ
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    retired_on = models.DateField(null=True)  # merged or renamed away: old cases keep it

    objects = PlaceQuery.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{12}$"), name="places_code_12_digits"),
            models.CheckConstraint(
                condition=Q(kind="county", parent__isnull=True) | Q(~Q(kind="county"), parent__isnull=False),
                name="places_parent_but_county",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="places_position_whole",
            ),
        ]
        indexes = [models.Index(fields=["code"], name="places_code_prefix", opclasses=["varchar_pattern_ops"])]

    def __str__(self) -> str:
        return self.short

    @property
    def prefix(self) -> str:
        """The digits that all places below share: 6 of a county, 9 of a township, 12 of a community."""
        return self.code[: {"county": 6, "township": 9, "community": 12}[self.kind]]
