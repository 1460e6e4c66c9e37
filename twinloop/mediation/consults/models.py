"""A joint session: a sitting of a mediation with bodies beside the parties, its minutes, and each body's tasks.

`title`, `aim`, `facts` and the tasks are masked copies: an agency reads its own here and nothing of the dispute.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from twinloop.cases.models import Dispute
from twinloop.mediation.consults import words
from twinloop.mediation.joint.models import Answer
from twinloop.mediation.sessions.models import Session
from twinloop.people.models import Account, Unit


class Consult(models.Model):
    """`starts_at`, `ends_at`, `where`: the session's, for agencies, who see no session."""

    number = models.CharField(max_length=20, unique=True)  # HZ260416-001
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="consults")
    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="consult")
    title = models.CharField(max_length=80)
    aim = models.CharField(max_length=500)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    where = models.CharField(max_length=100)
    convened_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    convened_at = models.DateTimeField()
    facts = models.TextField(blank=True)  # what was said, once there are minutes
    minutes_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    minutes_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(aim="") & ~Q(title="") & ~Q(where=""), name="consults_says_what"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="consults_ends_after"),
            models.CheckConstraint(
                condition=Q(facts="", minutes_at__isnull=True) | (~Q(facts="") & Q(minutes_at__isnull=False)),
                name="consults_minutes_whole",
            ),
            models.UniqueConstraint(
                fields=["dispute"], condition=Q(minutes_at__isnull=True), name="consults_one_planned"
            ),
        ]
        indexes = [models.Index(fields=["dispute"], name="consults_dispute")]

    def __str__(self) -> str:
        return self.number


class Body(models.Model):
    """Who sits there as a body. An agency has its `answer` to a whistle, the police their station."""

    consult = models.ForeignKey(Consult, on_delete=models.PROTECT, related_name="bodies")
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=list(words.KINDS.items()))
    name = models.CharField(max_length=60)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.ForeignKey(Answer, null=True, on_delete=models.PROTECT, related_name="bodies")
    part = models.CharField(max_length=6, choices=list(words.PARTS.items()), default="assist")
    who = models.CharField(max_length=60, blank=True)  # came for it
    came = models.BooleanField(null=True)
    gone_at = models.DateTimeField(null=True)  # recalled or passed on before the minutes
    gone_why = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["consult", "-part", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["consult"], condition=Q(part="lead", gone_at__isnull=True), name="consults_body_one_lead"
            ),
            models.UniqueConstraint(
                fields=["consult", "unit"], condition=Q(gone_at__isnull=True), name="consults_body_once"
            ),
            models.CheckConstraint(
                condition=~Q(kind="agency") | Q(unit__isnull=False, answer__isnull=False), name="consults_body_called"
            ),
            models.CheckConstraint(condition=Q(kind__in=list(words.KINDS)), name="consults_body_kind"),
            models.CheckConstraint(condition=Q(gone_at__isnull=True) | ~Q(gone_why=""), name="consults_body_gone"),
        ]
        indexes = [models.Index(fields=["unit", "-id"], name="consults_body_unit")]

    def __str__(self) -> str:
        return self.name


class Task(models.Model):
    """One line of the minutes: a body does something by a day; followed until it is done or cannot be."""

    consult = models.ForeignKey(Consult, on_delete=models.PROTECT, related_name="tasks")
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="tasks")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")  # the body's: who may see it
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    due_on = models.DateField()
    state = models.CharField(max_length=6, choices=list(words.TASKS.items()), default="open")
    said = models.CharField(max_length=500, blank=True)
    ended_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["consult", "number"]
        constraints = [
            models.UniqueConstraint(fields=["consult", "number"], name="consults_task_numbered"),
            models.CheckConstraint(condition=~Q(text=""), name="consults_task_says_what"),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True)
                | (Q(state__in=["done", "cannot"], ended_at__isnull=False) & ~Q(said="")),
                name="consults_task_ended_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(state="open"), name="consults_task_owed"),
            models.Index(fields=["unit", "due_on"], condition=Q(state="open"), name="consults_task_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.consult_id} · {self.number}"
