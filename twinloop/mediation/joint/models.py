"""A whistle: one form, several agencies. Each agency has an item of its own (`Answer`) and sees nothing else.

`title` and `text` are masked copies: an agency reads them here and nothing of the dispute itself.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from twinloop.cases.models import Dispute
from twinloop.mediation.joint import words
from twinloop.people.models import Account, Unit
from twinloop.places.models import Place

GONE = ("moved", "recalled")  # no longer with that agency
OPEN = ("sent", "signed", "arrived")


class Whistle(models.Model):
    number = models.CharField(max_length=20, unique=True)  # CS260416-003
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="whistles")
    title = models.CharField(max_length=80)
    text = models.TextField()  # what happened and what is asked
    level = models.PositiveSmallIntegerField(null=True)  # as it stood
    where = models.CharField(max_length=80, blank=True)  # where to come, for what is urgent
    is_urgent = models.BooleanField(default=False)
    is_complex = models.BooleanField(default=False)  # five days for the feedback instead of one
    lead_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    blown_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    blown_at = models.DateTimeField()
    suggested = models.JSONField(default=list)  # as it was suggested: unit, part, points, reasons

    class Meta:
        ordering = ["-blown_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text="") & ~Q(title=""), name="joint_whistle_says_something"),
            models.CheckConstraint(condition=Q(is_urgent=False) | ~Q(where=""), name="joint_whistle_urgent_where"),
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__in=(1, 2, 3)), name="joint_whistle_level_known"
            ),
        ]
        indexes = [models.Index(fields=["dispute"], name="joint_whistle_dispute")]

    def __str__(self) -> str:
        return self.number


class Answer(models.Model):
    """One agency's item. `passed_from`: it came here by an objection of the first agency, and stays."""

    whistle = models.ForeignKey(Whistle, on_delete=models.PROTECT, related_name="answers")
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="whistle_answers")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="whistle_answers")
    part = models.CharField(max_length=6, choices=list(words.PARTS.items()))
    state = models.CharField(max_length=8, choices=list(words.STATES.items()), default="sent")
    sent_at = models.DateTimeField()
    signed_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True)
    arrived_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    arrived_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=500, blank=True)
    passed_from = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="passed_to")

    class Meta:
        ordering = ["whistle", "-part", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(words.STATES)), name="joint_answer_state_known"),
            models.CheckConstraint(condition=Q(part__in=list(words.PARTS)), name="joint_answer_part_known"),
            models.UniqueConstraint(
                fields=["dispute", "unit"], condition=Q(state__in=OPEN), name="joint_answer_once_a_dispute"
            ),
            models.UniqueConstraint(
                fields=["whistle"], condition=Q(part="lead") & ~Q(state__in=GONE), name="joint_answer_one_lead"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["signed", "arrived", "done"]) | Q(signed_at__isnull=False),
                name="joint_answer_signed_at",
            ),
            models.CheckConstraint(
                condition=~Q(state="arrived") | Q(arrived_at__isnull=False), name="joint_answer_arrived_at"
            ),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False) | (~Q(state="done") & Q(done_at__isnull=True)),
                name="joint_answer_done_at",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=GONE) | (Q(ended_at__isnull=False) & ~Q(ended_why="")),
                name="joint_answer_gone_whole",
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | Q(signed_at__gte=F("sent_at")), name="joint_answer_order_signed"
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-sent_at"], name="joint_answer_unit"),
            models.Index(fields=["state", "-sent_at"], name="joint_answer_state"),
        ]

    def __str__(self) -> str:
        return f"{self.whistle_id} · {self.unit_id}"

    @property
    def subject(self) -> str:
        """How its clocks name it."""
        return f"answer:{self.pk}"


class Report(models.Model):
    """One feedback of an agency; one of them is the final one."""

    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="reports")
    text = models.TextField()
    result = models.CharField(max_length=10, choices=list(words.RESULTS.items()))
    is_final = models.BooleanField(default=False)
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["answer"], condition=Q(is_final=True), name="joint_report_one_final"),
            models.CheckConstraint(condition=~Q(text=""), name="joint_report_says_something"),
            models.CheckConstraint(
                condition=Q(is_final=False) | Q(result__in=["done", "cannot"]), name="joint_report_final_result"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer_id} · {self.result}"


class Objection(models.Model):
    """派单异议: at most one an item; a named arbiter decides, until then the agency stays responsible."""

    answer = models.OneToOneField(Answer, on_delete=models.PROTECT, related_name="objection")
    ground = models.CharField(max_length=12, choices=list(words.GROUNDS.items()))
    text = models.CharField(max_length=500)
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    decision = models.CharField(max_length=6, choices=list(words.DECISIONS.items()), blank=True)
    to_unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    decided_why = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="joint_objection_says_something"),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True)
                | (Q(decision__in=list(words.DECISIONS), decided_at__isnull=False) & ~Q(decided_why="")),
                name="joint_objection_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(decision="moves", to_unit__isnull=False) | (~Q(decision="moves") & Q(to_unit__isnull=True)),
                name="joint_objection_moves_to",
            ),
        ]
        indexes = [models.Index(fields=["at"], condition=Q(decision=""), name="joint_objection_waits")]

    def __str__(self) -> str:
        return f"{self.answer_id} · {self.ground}"


class Heat(models.Model):
    """升温: somebody saw that it becomes dangerous. A request to the police; it moves nothing by itself."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="heats")
    whistle = models.ForeignKey(Whistle, on_delete=models.PROTECT, related_name="heats")
    answer = models.ForeignKey(Answer, null=True, on_delete=models.PROTECT, related_name="heats")  # whose clerk
    signs = models.JSONField(default=list)
    text = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=list(words.OUTCOMES.items()), blank=True)
    taken_why = models.CharField(max_length=500, blank=True)
    taken_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(signs=[]) | ~Q(text=""), name="joint_heat_says_something"),
            models.CheckConstraint(
                condition=Q(outcome="", taken_at__isnull=True)
                | (Q(outcome__in=list(words.OUTCOMES), taken_at__isnull=False) & ~Q(taken_why="")),
                name="joint_heat_taken_whole",
            ),
        ]
        indexes = [models.Index(fields=["-at"], condition=Q(taken_at__isnull=True), name="joint_heat_waits")]

    def __str__(self) -> str:
        return f"{self.whistle_id} · {self.pk}"

    def get_signs(self) -> list[str]:
        """What was ticked, in words."""
        return [str(words.SIGNS[code]) for code in self.signs]


class Competence(models.Model):
    """One line of the table of who is competent; an agency with lines of its own has no built-in ones."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="competences")
    subject = models.CharField(max_length=4, blank=True)  # C2, C, "" = every quarrel
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")  # null = everywhere
    leads = models.BooleanField(default=True)
    source = models.CharField(max_length=200)
    set_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    ended_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["unit", "subject", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "subject", "place"], condition=Q(ended_at__isnull=True), nulls_distinct=False,
                name="joint_competence_once",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="joint_competence_source"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.unit_id} · {self.subject or '*'}"


class Seat(models.Model):
    """Who sits at the window on a day: four resident agencies always, of the six others whose turn it is.

    `is_night`: on call from the close of that day's window until the next morning.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="seats")
    day = models.DateField()
    is_night = models.BooleanField(default=False)
    set_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["day", "unit"]
        constraints = [models.UniqueConstraint(fields=["day", "unit", "is_night"], name="joint_seat_once")]

    def __str__(self) -> str:
        return f"{self.day} · {self.unit_id}"
