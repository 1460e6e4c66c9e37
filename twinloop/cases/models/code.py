"""Codes that are data: dispute types with their outside lists, and numbers drawn per day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q


class DisputeType(models.Model):
    """One of the 12 types (editable, dated), and its codes in the three outside lists that reports must fill."""

    code = models.CharField(max_length=4)  # B1
    name = models.CharField(max_length=40)
    period = DateRangeField()  # old disputes keep their old code
    alarm110 = models.PositiveSmallIntegerField()  # 110 警情纠纷类 (9)
    zongzhi = models.CharField(max_length=4)  # 综治 (17 + 78)
    mediation_stat = models.PositiveSmallIntegerField()  # 人民调解统计 (18)

    class Meta:
        ordering = ["code"]
        constraints = [
            ExclusionConstraint(
                name="cases_type_once",
                expressions=[("code", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z][0-9]{1,2}$"), name="cases_type_code"),
            models.CheckConstraint(condition=Q(alarm110__range=(1, 9)), name="cases_type_alarm110"),
            models.CheckConstraint(condition=Q(mediation_stat__range=(1, 18)), name="cases_type_mediation"),
        ]

    # as the set of words in force says (`queries.types`)
    description, place_in_list, is_active = "", 0, True

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def worded(self, said: Mapping[str, Any] | None) -> Self:
        """This type under the words of a day; None leaves those of the first day."""
        if said:
            self.name, self.description = said["name"], said["description"]
            self.place_in_list, self.is_active = said["place"], said["active"]
        return self

    @property
    def category(self) -> str:
        return self.code[0]


class Number(models.Model):
    """The last number drawn of a kind on a day: JF260209-004, JQ260416-0086, XS260416-021."""

    kind = models.CharField(max_length=2)
    day = models.DateField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "day"], name="cases_number_day")]

    def __str__(self) -> str:
        return f"{self.kind}{self.day:%y%m%d}-{self.last}"
