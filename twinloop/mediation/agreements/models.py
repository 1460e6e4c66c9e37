"""An agreement: who does what for whom by when; signed by all, then fixed; watched until every part is kept.

Migration 0002 forbids, in the database, to change what was signed.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from twinloop.cases.models import Attachment, Dispute, Party
from twinloop.mediation.agreements import words
from twinloop.people.models import Account


class Series(models.Model):
    """The last number given in a year by one committee or station: 近村人调字〔2026〕第 3 号."""

    track = models.CharField(max_length=6, choices=list(words.TRACKS.items()))
    body = models.CharField(max_length=20, blank=True)  # code of the community (people) or of the station (police)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["track", "body", "year"], name="agreements_series_once")]

    def __str__(self) -> str:
        return f"{self.track} {self.body} {self.year}: {self.last}"


class Agreement(models.Model):
    """`version` counts drafts; a void draft keeps its number, so that none is missing."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="agreements")
    track = models.CharField(max_length=6, choices=list(words.TRACKS.items()))
    is_oral = models.BooleanField(default=False)
    number = models.CharField(max_length=60)  # 近村人调字〔2026〕第3号
    body = models.CharField(max_length=20, blank=True)
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    facts = models.TextField(blank=True)  # 纠纷的主要事实
    matter = models.TextField(blank=True)  # 争议事项
    subject = models.CharField(max_length=8, choices=list(words.SUBJECTS.items()), default="other")
    mediator = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="agreements_led")
    mediator_name = models.CharField(max_length=60, blank=True)  # one without an account
    state = models.CharField(max_length=6, choices=list(words.STATES.items()), default="draft")
    version = models.PositiveIntegerField(default=1)
    drafted_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    signed_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # kept, broken or void
    ended_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    ended_why = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-drafted_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["track", "body", "year", "serial"], name="agreements_number_once"),
            models.UniqueConstraint(fields=["dispute"], condition=Q(state="draft"), name="agreements_one_draft"),
            models.UniqueConstraint(fields=["dispute"], condition=Q(state="signed"), name="agreements_one_standing"),
            models.CheckConstraint(condition=Q(state__in=list(words.STATES)), name="agreements_state_known"),
            models.CheckConstraint(condition=Q(track__in=list(words.TRACKS)), name="agreements_track_known"),
            models.CheckConstraint(condition=Q(subject__in=list(words.SUBJECTS)), name="agreements_subject_known"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "void"]) | Q(signed_at__isnull=False), name="agreements_signed_at"
            ),
            models.CheckConstraint(
                condition=~Q(state="draft") | Q(signed_at__isnull=True), name="agreements_draft_unsigned"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "signed"]) | Q(ended_at__isnull=False), name="agreements_ended_at"
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | (~Q(facts="") & ~Q(matter="")), name="agreements_signed_whole"
            ),
            models.CheckConstraint(condition=~Q(number=""), name="agreements_numbered"),
            models.CheckConstraint(condition=Q(serial__gte=1) & Q(version__gte=1), name="agreements_counts"),
        ]
        indexes = [
            models.Index(fields=["dispute"], name="agreements_dispute"),
            models.Index(fields=["state", "-drafted_at"], name="agreements_state"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def stream(self) -> str:
        return f"dispute:{self.dispute_id}"

    @property
    def subject_key(self) -> str:
        """How its clock names it."""
        return f"agreement:{self.pk}"

    @property
    def paper(self) -> str:
        return str(words.PAPERS[self.track, self.is_oral])


class Draft(models.Model):
    """What an earlier version said; kept whole, without identities."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="drafts")
    version = models.PositiveIntegerField()
    content = models.JSONField()
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["version"]
        constraints = [models.UniqueConstraint(fields=["agreement", "version"], name="agreements_version_once")]

    def __str__(self) -> str:
        return f"{self.agreement_id} · {self.version}"


class Promise(models.Model):
    """One term: who (`by_party`) owes whom (`to_party`, empty: the other sides) what."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="promises")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=list(words.PROMISES.items()))
    by_party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="promises")
    to_party = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="promised")
    text = models.CharField(max_length=200)
    how = models.CharField(max_length=100, blank=True)  # 履行方式: 现金, 转账, 当面
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True)  # yuan
    at_once = models.BooleanField(default=False)  # 当场履行

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="agreements_promise_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="agreements_promise_number"),
            models.CheckConstraint(condition=~Q(text=""), name="agreements_promise_says"),
            models.CheckConstraint(condition=Q(kind__in=list(words.PROMISES)), name="agreements_promise_kind"),
            models.CheckConstraint(
                condition=Q(kind="money", amount__gt=0) | (~Q(kind="money") & Q(amount__isnull=True)),
                name="agreements_promise_amount",
            ),
            models.CheckConstraint(
                condition=Q(to_party__isnull=True) | ~Q(to_party=F("by_party")), name="agreements_promise_two"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Due(models.Model):
    """One instalment, or the whole of a promise: what is owed on a day. The daily job writes `warned_at`, `late_at`."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="dues")
    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="dues")
    number = models.PositiveSmallIntegerField()
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    due_on = models.DateField()
    live = models.BooleanField(default=False)  # the agreement is signed and stands, and this is neither kept nor broken
    warned_at = models.DateTimeField(null=True)  # a few days before
    due_told_at = models.DateTimeField(null=True)  # on the day
    late_at = models.DateTimeField(null=True)  # the day is over: waits for a person's word
    performed_on = models.DateField(null=True)
    broken_on = models.DateField(null=True)
    recorded_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(null=True)
    evidence = models.CharField(max_length=300, blank=True)  # receipt, transfer, who saw it; how it is known
    photo = models.ForeignKey(Attachment, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["promise", "number"], name="agreements_due_once"),
            models.UniqueConstraint(fields=["promise", "due_on"], name="agreements_due_one_a_day"),
            models.CheckConstraint(condition=Q(amount__isnull=True) | Q(amount__gt=0), name="agreements_due_amount"),
            models.CheckConstraint(
                condition=Q(performed_on__isnull=True) | Q(broken_on__isnull=True), name="agreements_due_one_end"
            ),
            models.CheckConstraint(
                condition=Q(live=False) | Q(performed_on__isnull=True, broken_on__isnull=True),
                name="agreements_due_live_open",
            ),
            models.CheckConstraint(
                condition=Q(performed_on__isnull=True, broken_on__isnull=True)
                | (Q(recorded_at__isnull=False) & ~Q(evidence="")),
                name="agreements_due_evidence",
            ),
            models.CheckConstraint(
                condition=Q(broken_on__isnull=True) | Q(broken_on__gt=F("due_on")), name="agreements_due_broken_after"
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], condition=Q(live=True), name="agreements_due_live"),
            models.Index(fields=["agreement"], name="agreements_due_agreement"),
        ]

    def __str__(self) -> str:
        return f"{self.promise_id}/{self.number} {self.due_on}"


class Signature(models.Model):
    """Who signed which version, how. A party, a guardian for a minor party, or the mediator (`part`)."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="signatures")
    version = models.PositiveIntegerField()
    part = models.CharField(max_length=8, choices=[("party", "party"), ("mediator", "mediator")])
    party = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="signatures")
    guardian = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="+")  # signs beside the minor
    guardian_name = models.CharField(max_length=20, blank=True)  # masked: a guardian who is no party on file
    how = models.CharField(max_length=6, choices=list(words.SIGNINGS.items()))
    photo = models.ForeignKey(Attachment, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "version", "part", "party"], nulls_distinct=False, name="agreements_signed_once"
            ),
            models.CheckConstraint(
                condition=Q(part="party", party__isnull=False) | Q(part="mediator", party__isnull=True),
                name="agreements_signature_of",
            ),
            models.CheckConstraint(
                condition=~Q(how="photo") | Q(photo__isnull=False), name="agreements_signature_photo"
            ),
            models.CheckConstraint(condition=Q(how__in=list(words.SIGNINGS)), name="agreements_signature_how"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} · {self.part}"


class Confirmation(models.Model):
    """司法确认: asked by both sides together within 30 days, or declined; what the court said."""

    agreement = models.OneToOneField(Agreement, on_delete=models.PROTECT, primary_key=True, related_name="confirmation")
    state = models.CharField(max_length=10, choices=list(words.CONFIRMATIONS.items()))
    court = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    result_on = models.DateField(null=True)
    ruling = models.CharField(max_length=200, blank=True)  # number of the ruling, or why it was rejected

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=list(words.CONFIRMATIONS)), name="agreements_confirmation_state"
            ),
            models.CheckConstraint(condition=Q(state="declined") | ~Q(court=""), name="agreements_confirmation_court"),
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "rejected"]) | Q(result_on__isnull=False),
                name="agreements_confirmation_result",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} · {self.state}"
