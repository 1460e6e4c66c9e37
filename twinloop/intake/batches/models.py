"""What was brought in from files, by whom, and what each row made: a file counts once and can be taken back."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from twinloop.intake.batches import words
from twinloop.people.models import Account
from twinloop.places.models import Place


class Batch(models.Model):
    """One import. `draft` = sent but not confirmed; a killed import stays `running` and is gone on with."""

    kind = models.CharField(max_length=12, choices=list(words.KINDS.items()))
    names = models.CharField(max_length=400)  # of the files, as they were sent
    digest = models.CharField(max_length=64)  # SHA-256 over the files
    state = models.CharField(max_length=8, choices=list(words.STATES.items()), default="draft")
    mapping = models.JSONField(default=dict)  # form → field → column, as used
    accepted = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    read = models.PositiveIntegerField(default=0)  # rows so far, for the progress
    written = models.PositiveIntegerField(default=0)
    notes = models.JSONField(default=list)  # sentences: hidden sheets, encodings, columns without use
    refused = models.CharField(max_length=400, blank=True)  # why nothing came in
    kept = models.JSONField(default=list)  # numbers that an undo left, because they had gone on
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_why = models.CharField(max_length=200, blank=True)
    judge_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    judge_at = models.DateTimeField(null=True)  # when somebody asked for judgements
    judged_at = models.DateTimeField(null=True)  # when the last of them was made

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "digest"], condition=Q(state="running"), name="batches_batch_one_running"
            ),
            models.CheckConstraint(
                condition=~Q(state="undone") | (Q(undone_at__isnull=False) & ~Q(undone_why="")),
                name="batches_batch_undone_why",
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(undone_at__gte=F("at")), name="batches_batch_undone_after"
            ),
            models.CheckConstraint(
                condition=Q(judged_at__isnull=True) | Q(judge_at__isnull=False, judged_at__gte=F("judge_at")),
                name="batches_batch_judged_after",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def stream(self) -> str:
        return f"batch:{self.pk}"


class Item(models.Model):
    """One record of a file: under which number it came and what it made. Goes when it is taken back."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="items")
    form = models.CharField(max_length=10, choices=list(words.FORMS.items()))
    number = models.CharField(max_length=80)  # what names the record in its file
    digest = models.BinaryField(max_length=16)  # keyed, of the content: the same record again is nothing new
    row = models.PositiveIntegerField()
    made = models.BigIntegerField()  # the id of the incident, order, feedback, dispute, account or figure

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["form", "number"], name="batches_item_number_once")]
        indexes = [models.Index(fields=["batch", "form"], name="batches_item_of_batch"),
                   models.Index(fields=["form", "made"], name="batches_item_made")]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.form} {self.number}"


class Mapping(models.Model):
    """Which column was which, for a kind of file with this very head: the next one like it needs no guess."""

    kind = models.CharField(max_length=12)
    head = models.CharField(max_length=64)  # SHA-256 of the columns, sorted
    columns = models.JSONField()  # field → column
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["kind", "head"], name="batches_mapping_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.head[:8]}"


class OutsideFigure(models.Model):
    """A figure that others count: eight grave categories, satisfaction, safety survey. Half-open: [first, after)."""

    code = models.CharField(max_length=60)  # the indicator's name as its source calls it
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")  # None = the district
    first_on = models.DateField()
    after_on = models.DateField()
    numerator = models.DecimalField(max_digits=16, decimal_places=4)
    denominator = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    source = models.CharField(max_length=200)

    class Meta:
        ordering = ["code", "first_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "place", "first_on", "after_on"], name="batches_figure_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(after_on__gt=F("first_on")), name="batches_figure_period"),
            models.CheckConstraint(condition=Q(numerator__gte=0), name="batches_figure_numerator"),
            models.CheckConstraint(
                condition=Q(denominator__isnull=True) | Q(denominator__gt=0), name="batches_figure_denominator"
            ),
            models.CheckConstraint(condition=~Q(source=""), name="batches_figure_source"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.first_on}"
