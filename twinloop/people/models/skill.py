"""What somebody is good at, and which traits they agreed to have known."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from twinloop.people import words
from twinloop.people.models.account import Account


class Skill(models.Model):
    """What sort of dispute a person is good at: a type code (B1) and how good (1–3, 3 best)."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="skills")
    type_code = models.CharField(max_length=4)
    grade = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["type_code"]
        constraints = [
            models.UniqueConstraint(fields=["account", "type_code"], name="people_skill_once"),
            models.CheckConstraint(condition=Q(grade__range=(1, 3)), name="people_skill_grade"),
        ]

    def __str__(self) -> str:
        return f"{self.type_code}×{self.grade}"


class Trait(models.Model):
    """Temperament, only as the person declared it and agreed to share it (guardrail 2; PIPL art. 13, 29)."""

    class Code(models.TextChoices):
        PATIENT = "patient", words.TRAITS["patient"]
        FIRM = "firm", words.TRAITS["firm"]
        DIALECT_HAKKA = "dialect_hakka", words.TRAITS["dialect_hakka"]
        WITH_ELDERS = "with_elders", words.TRAITS["with_elders"]
        WITH_MINORS = "with_minors", words.TRAITS["with_minors"]

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="traits")
    code = models.CharField(max_length=20, choices=Code)
    consented_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "code"], condition=Q(withdrawn_at__isnull=True), name="people_trait_once"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("consented_at")),
                name="people_trait_withdrawn_after",
            ),
        ]

    def __str__(self) -> str:
        return self.get_code_display()
