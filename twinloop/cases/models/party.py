"""A person or firm in a dispute. Identity is sealed; masks are what pages show."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from twinloop.cases import words
from twinloop.cases.models.dispute import Dispute


class Party(models.Model):
    """`search_keys` are blind indexes: whole name, its pinyin and initials, number, phone and both tails."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="parties")
    side = models.CharField(max_length=1, choices=list(words.SIDES.items()))
    name_sealed = models.BinaryField(editable=False)
    name_masked = models.CharField(max_length=60, editable=False)
    id_number_sealed = models.BinaryField(null=True, editable=False)
    id_number_masked = models.CharField(max_length=30, blank=True, editable=False)
    phone_sealed = models.BinaryField(null=True, editable=False)
    phone_masked = models.CharField(max_length=30, blank=True, editable=False)
    address_sealed = models.BinaryField(null=True, editable=False)
    address_masked = models.CharField(max_length=200, blank=True, editable=False)
    is_address_hidden = models.BooleanField(default=False)  # domestic violence: the other side must not learn it
    search_keys = ArrayField(models.UUIDField(), default=list, editable=False)
    sex = models.CharField(max_length=6, choices=list(words.SEXES.items()), blank=True)
    is_firm = models.BooleanField(default=False)
    is_minor = models.BooleanField(null=True)  # unknown stays unknown
    is_reporter = models.BooleanField(default=False)
    represents = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="represented_by"
    )
    is_guardian = models.BooleanField(default=False)
    claim = models.CharField(max_length=200, blank=True)  # 诉求
    consented_at = models.DateTimeField(null=True)  # to be contacted and visited
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["side", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(represents__isnull=True) | ~Q(represents=F("pk")), name="cases_party_not_itself"
            ),
            models.CheckConstraint(
                condition=Q(is_guardian=False) | Q(represents__isnull=False), name="cases_party_guardian_of_somebody"
            ),
            models.CheckConstraint(
                condition=Q(is_firm=False) | (Q(id_number_sealed__isnull=True) & ~Q(is_minor=True)),
                name="cases_party_firm_is_no_person",
            ),
        ]
        indexes = [
            models.Index(fields=["dispute"], name="cases_party_dispute"),
            GinIndex(fields=["search_keys"], name="cases_party_keys"),
        ]

    def __str__(self) -> str:
        return self.name_masked
