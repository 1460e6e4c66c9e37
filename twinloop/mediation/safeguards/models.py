"""What is done for a victim of domestic violence: letter decided, served three times, visits, advice, shelter."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from twinloop.cases.models import Attachment, Dispute, Party
from twinloop.mediation.safeguards import words
from twinloop.people.models import Account

STEPS = [(code, text) for code, (text, _article) in words.STEPS.items()]


class LetterSeries(models.Model):
    """The last number of a warning letter in a station's year."""

    body = models.CharField(max_length=20, blank=True)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["body", "year"], name="safeguards_series_once")]

    def __str__(self) -> str:
        return f"{self.body} {self.year}: {self.last}"


class Safeguard(models.Model):
    """One a dispute. `letter`: the decision on the warning letter (告诫书), by a sworn officer, with its reason."""

    dispute = models.OneToOneField(Dispute, on_delete=models.PROTECT, primary_key=True, related_name="safeguard")
    victim = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    perpetrator = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    opened_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    letter = models.CharField(max_length=8, choices=list(words.LETTERS.items()), blank=True)
    letter_year = models.PositiveSmallIntegerField(null=True)
    letter_serial = models.PositiveIntegerField(null=True)  # 告诫〔2026〕第3号, without gaps in a station's year
    letter_body = models.CharField(max_length=20, blank=True)  # code of the station
    facts = models.TextField(blank=True)
    forbids = models.TextField(blank=True)
    why = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    visit_every = models.PositiveSmallIntegerField(null=True)  # days; the rounds of visits read it
    visit_until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(victim=F("perpetrator")), name="safeguards_two_people"),
            models.CheckConstraint(condition=Q(letter__in=list(words.LETTERS)), name="safeguards_letter_known"),
            models.CheckConstraint(
                condition=Q(letter="") | (Q(decided_at__isnull=False) & ~Q(why="")), name="safeguards_decided"
            ),
            models.CheckConstraint(
                condition=~Q(letter="issued")
                | (Q(letter_serial__gte=1, letter_year__isnull=False) & ~Q(facts="") & ~Q(forbids="")),
                name="safeguards_letter_whole",
            ),
            models.UniqueConstraint(
                fields=["letter_body", "letter_year", "letter_serial"], name="safeguards_letter_once"
            ),
            models.CheckConstraint(
                condition=Q(visit_every__isnull=True, visit_until__isnull=True)
                | Q(visit_every__gte=1, visit_until__isnull=False),
                name="safeguards_visits_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id}"

    @property
    def letter_number(self) -> str:
        return f"告诫〔{self.letter_year}〕第{self.letter_serial}号" if self.letter_serial else ""


class Step(models.Model):
    """One thing that was done or offered; never changed. A second talk about advice or shelter is a second row."""

    safeguard = models.ForeignKey(Safeguard, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=20, choices=STEPS)
    on = models.DateField()
    to_whom = models.CharField(max_length=60, blank=True)  # masked: who took it, in which capacity
    how = models.CharField(max_length=10, choices=list(words.WAYS.items()), blank=True)
    answer = models.CharField(max_length=10, choices=list(words.ANSWERS.items()), default="done")
    text = models.CharField(max_length=500, blank=True)
    photo = models.ForeignKey(Attachment, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["safeguard", "kind"], condition=Q(kind__in=words.SERVICES), name="safeguards_served_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=list(words.STEPS)), name="safeguards_step_known"),
            models.CheckConstraint(
                condition=~Q(kind__in=words.SERVICES) | (~Q(to_whom="") & ~Q(how="") & Q(answer="done")),
                name="safeguards_service_whole",
            ),
            models.CheckConstraint(condition=Q(answer__in=list(words.ANSWERS)), name="safeguards_answer_known"),
        ]
        indexes = [models.Index(fields=["safeguard"], name="safeguards_step_of")]

    def __str__(self) -> str:
        return f"{self.safeguard_id} · {self.kind}"
