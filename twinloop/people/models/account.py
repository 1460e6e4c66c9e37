"""Who signs in or is only named, and what each may do from when to when."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Case, F, Q, When

from twinloop.people import words
from twinloop.people.models.unit import Unit
from twinloop.places.models import Place


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> Account:
        account = self.model(username=username, **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """A person who signs in, or could: staff, mediator, grid worker, agency liaison, volunteer."""

    class Kind(models.TextChoices):
        SWORN = "sworn", words.KINDS["sworn"]
        AUXILIARY = "auxiliary", words.KINDS["auxiliary"]
        MEDIATOR = "mediator", words.KINDS["mediator"]
        GRID_WORKER = "grid_worker", words.KINDS["grid_worker"]
        AGENCY = "agency", words.KINDS["agency"]
        VOLUNTEER = "volunteer", words.KINDS["volunteer"]
        STAFF = "staff", words.KINDS["staff"]

    class Elder(models.TextChoices):
        """The five elders (五老)."""

        PARTY_MEMBER = "party_member", words.ELDERS["party_member"]
        CADRE = "cadre", words.ELDERS["cadre"]
        MODEL = "model", words.ELDERS["model"]
        TEACHER = "teacher", words.ELDERS["teacher"]
        SOLDIER = "soldier", words.ELDERS["soldier"]

    username = models.CharField(max_length=40, unique=True)  # the badge number (警号) where there is one
    name = models.CharField(max_length=40)
    pinyin = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=20, choices=Kind)
    elder = models.CharField(max_length=20, choices=Elder, blank=True)
    is_veteran = models.BooleanField(default=False)  # an old hand of the community: may sit in a 2+2 team
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="people")
    post = models.CharField(max_length=40, blank=True)
    id_number_sealed = models.BinaryField(null=True, editable=False)
    id_number_index = models.UUIDField(null=True, unique=True, editable=False)
    phone_sealed = models.BinaryField(null=True, editable=False)
    phone_tail = models.CharField(max_length=4, blank=True)
    communities = models.ManyToManyField(Place, blank=True, related_name="people")
    language = models.CharField(max_length=10, blank=True)
    theme = models.CharField(max_length=5, blank=True)
    single_keys = models.BooleanField(default=True)
    tours = ArrayField(
        models.CharField(max_length=20), default=list, blank=True
    )  # roles whose tour was seen or skipped
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    must_change_password = models.BooleanField(default=False)
    joined_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)

    objects = AccountManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name", "kind"]

    class Meta:
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(condition=Q(elder="") | Q(kind="mediator"), name="people_elder_mediates"),
            models.CheckConstraint(
                condition=Q(joined_on__isnull=True) | Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")),
                name="people_left_after_joined",
            ),
        ]
        indexes = [models.Index(fields=["name"], name="people_account_name")]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a person may be asked to do; `decide.workflow` speaks of the same codes (a test compares)."""

    DISPATCHER = "dispatcher", words.ROLES["dispatcher"]
    OFFICER = "officer", words.ROLES["officer"]
    COMMUNITY_OFFICER = "community_officer", words.ROLES["community_officer"]
    AUXILIARY = "auxiliary", words.ROLES["auxiliary"]
    MEDIATOR = "mediator", words.ROLES["mediator"]
    VOLUNTEER = "volunteer", words.ROLES["volunteer"]
    GRID_WORKER = "grid_worker", words.ROLES["grid_worker"]
    AGENCY = "agency", words.ROLES["agency"]
    CHIEF = "chief", words.ROLES["chief"]
    BUREAU = "bureau", words.ROLES["bureau"]
    AUDITOR = "auditor", words.ROLES["auditor"]
    SECURITY_ADMIN = "security_admin", words.ROLES["security_admin"]
    SYSTEM_ADMIN = "system_admin", words.ROLES["system_admin"]


class RoleGrant(models.Model):
    """A role for a time, given by a security administrator. Its scope is the person's unit and communities."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20, choices=Role)
    period = DateRangeField()
    granted_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["account", "role"]
        constraints = [
            ExclusionConstraint(
                name="people_grant_once",
                expressions=[
                    ("account", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            # the three offices stand apart from one another and from every case role, whatever the code forgets
            ExclusionConstraint(
                name="people_grant_offices_apart",
                expressions=[
                    ("account", RangeOperators.EQUAL),
                    (
                        Case(
                            When(role="auditor", then=1),
                            When(role="security_admin", then=2),
                            When(role="system_admin", then=3),
                            default=0,
                            output_field=models.IntegerField(),
                        ),
                        RangeOperators.NOT_EQUAL,
                    ),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=Q(period__isempty=False), name="people_grant_period"),
        ]

    def __str__(self) -> str:
        return f"{self.account} · {self.get_role_display()}"
