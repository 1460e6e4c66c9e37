"""Where things happen: county → township → community, under 12-digit statistical codes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from twinloop.places import words


def kind_of(code: str) -> str:
    """county, township or community: a code of 12 digits says so by its zeros."""
    return "county" if code.endswith("000000") else "township" if code.endswith("000") else "community"


def prefix_of(code: str) -> str:
    """What the codes of all places below `code` begin with."""
    return code[: {"county": 6, "township": 9, "community": 12}[kind_of(code)]]


def within(typed: str) -> str:
    """What the codes under a typed place begin with: 6, 9 or 12 digits of a county, township or community."""
    return prefix_of(typed.ljust(12, "0"))


def above(code: str) -> str:
    """The code of the place above: of its township, of its county; "" above a county."""
    return {"county": "", "township": f"{code[:6]}000000", "community": f"{code[:9]}000"}[kind_of(code)]


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
    is_schematic = models.BooleanField(default=False)  # the position is drawn for a sketch map, not surveyed
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
                # a CHECK passes on NULL: each half must be said to be there
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="places_position_whole",
            ),
            models.CheckConstraint(
                condition=Q(kind="county", code__endswith="000000")
                | (Q(kind="township", code__endswith="000") & ~Q(code__endswith="000000"))
                | (Q(kind="community") & ~Q(code__endswith="000")),
                name="places_kind_of_code",
            ),
            # no statistical code has a 9 there (data/README.md)
            models.CheckConstraint(condition=Q(is_demo=False) | Q(code__regex=r"^[0-9]{6}9"), name="places_demo_range"),
            models.CheckConstraint(
                condition=Q(is_schematic=False) | Q(latitude__isnull=False), name="places_schematic_position"
            ),
            models.CheckConstraint(
                condition=Q(is_served=False) | Q(retired_on__isnull=True), name="places_retired_not_served"
            ),
        ]
        indexes = [models.Index(fields=["code"], name="places_code_prefix", opclasses=["varchar_pattern_ops"])]

    def __str__(self) -> str:
        return self.short

    @property
    def prefix(self) -> str:
        """The digits that all places below share: 6 of a county, 9 of a township, 12 of a community."""
        return prefix_of(self.code)

    @property
    def full_name(self) -> str:
        """章贡区潭口镇江坝村; reads the places above, so select them with `select_related("parent__parent")`."""
        return f"{self.parent.full_name if self.parent else ''}{self.short}"
