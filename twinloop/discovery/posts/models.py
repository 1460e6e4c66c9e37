"""Village posts (D2): an auxiliary is in a village on a day, checks in and out, helps, checks, and finds disputes."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from twinloop.discovery.posts import words
from twinloop.people.models import Account, Unit
from twinloop.places.models import Place

# the day of a shift is the law's day, wherever the server stands
LAW_DAY = "(lower(%(expressions)s) AT TIME ZONE 'Asia/Shanghai')::date"
LONGEST = timedelta(hours=24)
MOST = 500  # people helped by one entry


class Shift(models.Model):
    """One planned day in one village. Check-in and check-out are two moments; between them nobody is followed.

    `in_at`, `out_at`: when it was tapped; `*_sent_at`: when it arrived, later where there was no signal.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="posts")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="posts")
    station = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="posts")  # of the place
    period = DateTimeRangeField()
    on = models.GeneratedField(
        expression=Func(F("period"), template=LAW_DAY), output_field=models.DateField(), db_persist=True
    )
    planned_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    in_at = models.DateTimeField(null=True)
    in_sent_at = models.DateTimeField(null=True)
    in_latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    in_longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    out_at = models.DateTimeField(null=True)
    out_sent_at = models.DateTimeField(null=True)
    out_latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    out_longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    is_mended = models.BooleanField(default=False)  # somebody else wrote the times in afterwards
    dropped_at = models.DateTimeField(null=True)
    dropped_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    dropped_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["period", "id"]
        constraints = [
            ExclusionConstraint(
                name="posts_shift_one_at_a_time",
                expressions=[("account", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=Q(dropped_at__isnull=True),
            ),
            ExclusionConstraint(
                name="posts_shift_one_village_a_day",
                expressions=[
                    ("account", RangeOperators.EQUAL),
                    (Func(F("period"), template=LAW_DAY), RangeOperators.EQUAL),
                    ("place", RangeOperators.NOT_EQUAL),
                ],
                condition=Q(dropped_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__lower_inf=False, period__upper_inf=False),
                name="posts_shift_has_ends",
            ),
            models.CheckConstraint(
                condition=Q(in_at__isnull=True, in_sent_at__isnull=True)
                | Q(in_at__isnull=False, in_sent_at__isnull=False, dropped_at__isnull=True),
                name="posts_shift_in_whole",
            ),
            models.CheckConstraint(
                condition=Q(out_at__isnull=True, out_sent_at__isnull=True)
                | Q(
                    out_sent_at__isnull=False,
                    in_at__isnull=False,
                    out_at__gt=F("in_at"),
                    out_at__lte=F("in_at") + LONGEST,
                ),
                name="posts_shift_out_after_in",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{end}_latitude__isnull": True, f"{end}_longitude__isnull": True})
                    # a CHECK passes on NULL: each half must be said to be there
                    | Q(
                        **{
                            f"{end}_latitude__isnull": False,
                            f"{end}_longitude__isnull": False,
                            f"{end}_at__isnull": False,
                            f"{end}_latitude__range": (-90, 90),
                            f"{end}_longitude__range": (-180, 180),
                        }
                    ),
                    name=f"posts_shift_{end}_position",
                )
                for end in ("in", "out")
            ),
            models.CheckConstraint(
                condition=Q(dropped_at__isnull=True, dropped_why="")
                | (Q(dropped_at__isnull=False) & ~Q(dropped_why="")),
                name="posts_shift_dropped_why",
            ),
        ]
        indexes = [
            models.Index(fields=["on", "place"], name="posts_shift_on"),
            models.Index(fields=["place", "-on"], name="posts_shift_place"),
            models.Index(fields=["account", "-on"], name="posts_shift_account"),
        ]

    def __str__(self) -> str:
        return f"{self.account} · {self.place} · {self.on}"

    @property
    def stream(self) -> str:
        return f"shift:{self.pk}"

    @property
    def context(self) -> str:
        """How a lead names the shift it was found in."""
        return f"shift:{self.pk}"

    @property
    def length(self) -> timedelta:
        """From check-in to check-out; nothing while one of them is missing."""
        return self.out_at - self.in_at if self.in_at and self.out_at else timedelta(0)


class HelpGiven(models.Model):
    """Somebody was helped with something during a shift."""

    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="helps")
    sort = models.CharField(max_length=10, choices=list(words.HELPS.items()))
    people = models.PositiveSmallIntegerField(default=1)
    words = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(sort__in=list(words.HELPS)), name="posts_help_sort"),
            models.CheckConstraint(condition=Q(people__range=(1, MOST)), name="posts_help_people"),
        ]
        indexes = [models.Index(fields=["shift"], name="posts_help_shift")]

    def __str__(self) -> str:
        return f"{self.get_sort_display()} × {self.people}"


class JointCheck(models.Model):
    """A check together with the village's security director (治保主任), a grid worker …: what was looked at, found."""

    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="checks")
    partners = ArrayField(models.CharField(max_length=20, choices=list(words.PARTNERS.items())))
    looked = ArrayField(models.CharField(max_length=10, choices=list(words.LOOKED.items())))
    findings = models.CharField(max_length=500)
    at = models.DateTimeField()
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(partners__len__gt=0, partners__contained_by=list(words.PARTNERS)), name="posts_check_with"
            ),
            models.CheckConstraint(
                condition=Q(looked__len__gt=0, looked__contained_by=list(words.LOOKED)), name="posts_check_looked"
            ),
            models.CheckConstraint(condition=~Q(findings=""), name="posts_check_says_something"),
        ]
        indexes = [models.Index(fields=["shift"], name="posts_check_shift")]

    def __str__(self) -> str:
        return self.findings[:40]
