"""What a month's assessment found, row by row; contests with their answers; nominations; the schemes, dated.

`Score.rows` keeps the rows behind every figure, so that a score opens to what it was counted from for good.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from twinloop.insight.assessments import words
from twinloop.people.models import Account, Team, Unit
from twinloop.places.models import Place


class Scheme(models.Model):
    """Measures of one kind of subject from a month on; the shipped ones hold before the first row."""

    kind = models.CharField(max_length=12, choices=list(words.KINDS.items()))
    since = models.DateField()
    measures = models.JSONField()
    ranks = models.BooleanField(default=False)  # a league table instead of thresholds alone
    why = models.CharField(max_length=200)
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["kind", "-since"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "since"], name="assessments_scheme_once"),
            models.CheckConstraint(condition=~Q(why=""), name="assessments_scheme_why"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.since}"


class Assessment(models.Model):
    """A calendar month of one kind of subject, counted once."""

    kind = models.CharField(max_length=12, choices=list(words.KINDS.items()))
    month = models.DateField()
    measures = models.JSONField()  # as they held: [{"indicator", "weight", "threshold", "minimum", "better"}]
    ranks = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-month", "kind"]
        constraints = [models.UniqueConstraint(fields=["kind", "month"], name="assessments_month_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.month:%Y-%m}"

    @property
    def stream(self) -> str:
        return f"assessment:{self.pk}"


class Score(models.Model):
    """One subject's month: of a person, a community, a team, or a unit (station or agency).

    `rows`: {indicator: {"in": [row], "of": [row]}}, a row is [name, dispute or null, label]; `beside`: figures that are
    said and not judged.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="scores")
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="scores")
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    rows = models.JSONField()
    beside = models.JSONField(default=dict)
    total = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    verdict = models.CharField(max_length=8, choices=list(words.VERDICTS.items()))
    before = models.JSONField(null=True)  # {"total", "verdict"} as first counted, where it was corrected
    left_out = models.JSONField(default=list)  # keys (`queries.key_of`) of the rows that an upheld contest took out

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "account", "place", "unit", "team"],
                nulls_distinct=False,
                name="assessments_score_once",
            ),
            models.CheckConstraint(
                condition=Q(account__isnull=False, place__isnull=True, unit__isnull=True, team__isnull=True)
                | Q(account__isnull=True, place__isnull=False, unit__isnull=True, team__isnull=True)
                | Q(account__isnull=True, place__isnull=True, unit__isnull=False, team__isnull=True)
                | Q(account__isnull=True, place__isnull=True, unit__isnull=True, team__isnull=False),
                name="assessments_score_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} · {self.subject}"

    @property
    def subject(self) -> str:
        if self.account is not None:
            return self.account.name
        return str(self.place or self.team or self.unit or "")


class Contest(models.Model):
    """The assessed says why the score is not right; a named leader answers; both words are kept."""

    score = models.ForeignKey(Score, on_delete=models.PROTECT, related_name="contests")
    why = models.CharField(max_length=500)
    rows = models.JSONField(default=list)  # keys of the rows that it is about
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answer = models.CharField(max_length=8, choices=list(words.ANSWERS.items()), blank=True)
    text = models.CharField(max_length=500, blank=True)
    answered_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["score"], condition=Q(answer=""), name="assessments_contest_one_open"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="") & ~Q(text="")),
                name="assessments_contest_answered_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score_id} · {self.answer or 'open'}"


class Nomination(models.Model):
    """评优推荐: a person proposes and a leader decides; the grounds are the score's own figures and a sentence."""

    score = models.ForeignKey(Score, on_delete=models.PROTECT, related_name="nominations")
    honour = models.CharField(max_length=8, choices=list(words.HONOURS.items()))
    grounds = models.CharField(max_length=500)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=list(words.STATES.items()), default="proposed")
    decided_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["score", "honour"], name="assessments_nomination_once"),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_at__isnull=True)
                | (~Q(state="proposed") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="assessments_nomination_decided_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score_id} · {self.honour}"
