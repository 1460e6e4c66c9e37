"""Who acts: accounts, units, teams, roles, skills, duty, leave."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Case, F, Q, When

from twinloop.people import words
from twinloop.places.models import Place


class Unit(models.Model):
    """Bureau, command room, stations with one office and two teams (一室两队), outside agencies."""

    class Kind(models.TextChoices):
        BUREAU = "bureau", words.UNITS["bureau"]
        COMMAND_ROOM = "command_room", words.UNITS["command_room"]
        STATION = "station", words.UNITS["station"]
        OFFICE = "office", words.UNITS["office"]
        CALLS_TEAM = "calls_team", words.UNITS["calls_team"]
        COMMUNITY_TEAM = "community_team", words.UNITS["community_team"]
        AGENCY = "agency", words.UNITS["agency"]

    class Seat(models.TextChoices):
        NONE = "", words.SEATS[""]
        RESIDENT = "resident", words.SEATS["resident"]
        ROTATING = "rotating", words.SEATS["rotating"]

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, choices=Kind)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")
    seat = models.CharField(max_length=10, choices=Seat, blank=True)
    places = models.ManyToManyField(Place, blank=True, related_name="units")  # a station's townships or communities
    phone = models.CharField(max_length=20, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(kind="agency") | Q(seat=""), name="people_unit_seat_of_agency"),
            models.UniqueConstraint(
                fields=["parent", "kind"],
                condition=Q(kind__in=["office", "calls_team", "community_team"], closed_on__isnull=True),
                name="people_unit_one_office_two_teams",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["bureau", "agency"]) | Q(parent__isnull=False), name="people_unit_has_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def station(self) -> Unit | None:
        """The station that this unit is or belongs to."""
        if self.kind == Unit.Kind.STATION:
            return self
        return self.parent.station if self.parent else None


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


class Duty(models.Model):
    """On duty from … to …: one duty at a time."""

    class Kind(models.TextChoices):
        COMMAND = "command", words.DUTIES["command"]
        CALLS = "calls", words.DUTIES["calls"]
        COMMUNITY = "community", words.DUTIES["community"]
        LEAD = "lead", words.DUTIES["lead"]

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="duties")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="duties")
    kind = models.CharField(max_length=20, choices=Kind)
    period = DateTimeRangeField()

    class Meta:
        ordering = ["period"]
        constraints = [
            ExclusionConstraint(
                name="people_duty_one_at_a_time",
                expressions=[("account", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__lower_inf=False, period__upper_inf=False),
                name="people_duty_has_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} · {self.get_kind_display()}"


class Leave(models.Model):
    """Away from … to …, with a deputy who acts meanwhile (and whose own deputy acts if both are away)."""

    class Kind(models.TextChoices):
        ANNUAL = "annual", words.LEAVES["annual"]
        SICK = "sick", words.LEAVES["sick"]
        TRAINING = "training", words.LEAVES["training"]
        AWAY = "away", words.LEAVES["away"]
        OTHER = "other", words.LEAVES["other"]

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="leaves")
    kind = models.CharField(max_length=20, choices=Kind)
    period = DateTimeRangeField()
    deputy = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="stands_in")
    recorded_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["period"]
        constraints = [
            ExclusionConstraint(
                name="people_leave_once",
                expressions=[("account", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                condition=Q(deputy__isnull=True) | ~Q(deputy=F("account")), name="people_leave_deputy_other"
            ),
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__lower_inf=False, period__upper_inf=False),
                name="people_leave_has_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} · {self.get_kind_display()}"


class Team(models.Model):
    """好邻舍 mediation teams, 2+2 teams, volunteer teams."""

    class Kind(models.TextChoices):
        NEIGHBOUR = "neighbour", words.TEAMS["neighbour"]
        TWO_PLUS_TWO = "two_plus_two", words.TEAMS["two_plus_two"]
        VOLUNTEER = "volunteer", words.TEAMS["volunteer"]

    name = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    station = models.ForeignKey(
        Unit,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="teams",
        limit_choices_to={"kind": "station"},
    )
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="teams")
    room = models.CharField(max_length=60, blank=True)  # the community police room (社区警务室) where it sits
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["kind", "name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="memberships")
    is_lead = models.BooleanField(default=False)
    period = DateRangeField()

    class Meta:
        ordering = ["-is_lead", "account"]
        constraints = [
            ExclusionConstraint(
                name="people_membership_once",
                expressions=[
                    ("team", RangeOperators.EQUAL),
                    ("account", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="people_membership_one_lead",
                expressions=[("team", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=Q(is_lead=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team} · {self.account}"
