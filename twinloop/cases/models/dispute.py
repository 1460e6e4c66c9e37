"""The quarrel itself: many calls, two or more sides, months long."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from twinloop.cases import words
from twinloop.decide.words import say
from twinloop.decide.workflow import How, State
from twinloop.people.models import Account, Unit
from twinloop.places.models import Place

STATES = [(s.value, say(s)) for s in State]
# what policies ask, and what lists ask of an open dispute: in indexes, so that these are read alone
OF_POLICIES = ["state", "station", "place", "owner", "leader", "registered_by"]
OF_OPEN = ["state", "level", "round", "station", "place", "owner", "leader", "registered_by", "registered_at",
           "touched_at"]  # fmt: skip


class Dispute(models.Model):
    """`state`, `state_before` and `round` are written by `actions.move()` alone."""

    number = models.CharField(max_length=20, unique=True)  # JF260209-004
    title = models.CharField(max_length=80)
    focus = models.CharField(max_length=200, blank=True)  # 争议焦点
    source = models.CharField(max_length=200, blank=True)  # 纠纷源头
    origin = models.CharField(max_length=10, choices=list(words.ORIGINS.items()), default="call")
    started_on = models.DateField(null=True, blank=True)
    type_code = models.CharField(max_length=4, blank=True)
    level = models.PositiveSmallIntegerField(null=True)
    level_confirmed_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    level_expires_on = models.DateField(null=True)
    state = models.CharField(max_length=12, choices=STATES, default=State.REGISTERED)
    state_before = models.CharField(max_length=60, blank=True)  # the way back out of an order, a transfer, a merge
    round = models.PositiveSmallIntegerField(default=1)
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="disputes")
    station = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="disputes")
    owner = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="owned")  # 责任民警
    leader = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="led")  # 包案
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    registered_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)  # counts every change: ETag, lost updates

    class Meta:
        ordering = ["-touched_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__range=(1, 3)), name="cases_dispute_level"
            ),
            models.CheckConstraint(condition=Q(round__gte=1), name="cases_dispute_round"),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | (~Q(state="merged") & Q(merged_into__isnull=True)),
                name="cases_dispute_merged_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("pk")), name="cases_dispute_not_into_itself"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["merged", "transferred"]) | ~Q(state_before=""),
                name="cases_dispute_knows_way_back",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False), name="cases_dispute_closed_at"
            ),
            models.CheckConstraint(
                condition=Q(started_on__isnull=True) | Q(started_on__gte="1949-10-01"), name="cases_dispute_started"
            ),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in State]), name="cases_dispute_state_known"),
        ]
        indexes = [
            models.Index(fields=["-touched_at", "-id"], name="cases_dispute_recent"),
            models.Index(fields=["state", "-touched_at"], name="cases_dispute_state"),
            models.Index(fields=["station", "-touched_at"], name="cases_dispute_station"),
            models.Index(fields=["place", "-touched_at"], name="cases_dispute_place"),
            models.Index(fields=["owner", "-touched_at"], name="cases_dispute_owner"),
            models.Index(fields=["type_code", "-touched_at"], name="cases_dispute_type"),
            models.Index(fields=["level", "-touched_at"], name="cases_dispute_level"),
            models.Index(fields=["-registered_at", "-id"], include=OF_POLICIES, name="cases_dispute_registered"),
            models.Index(fields=["merged_into"], name="cases_dispute_merged"),
            # a twentieth of a large district is open: lists of it are read from here alone, with what policies ask
            models.Index(
                fields=["id"],
                include=OF_OPEN,
                condition=~Q(state__in=["closed", "merged", "transferred"]),
                name="cases_dispute_open",
            ),
            # a tenth is handled a second time
            models.Index(
                fields=["-touched_at", "-id"],
                include=OF_POLICIES,
                condition=Q(round__gt=1),
                name="cases_dispute_again",
            ),
            # titles are found by pairs of characters: migration 0004
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def stream(self) -> str:
        return f"dispute:{self.pk}"

    @property
    def way_back(self) -> list[str]:
        """States to go back through, the nearest last."""
        return [state for state in self.state_before.split(">") if state]


class Standing(models.Model):
    """What is on record about a dispute when somebody wants to move it (`workflow.Facts`), one row a dispute.

    A later room leaves its fact here through `cases.actions.note()`; a request can never claim one.
    """

    dispute = models.OneToOneField(Dispute, on_delete=models.PROTECT, primary_key=True, related_name="standing")
    review = models.TextField(blank=True)  # the newest written analysis, for this round
    gate_track = models.CharField(max_length=10, blank=True)
    gate_open = models.BooleanField(null=True)
    gate_articles = models.JSONField(default=list)
    gate_reasons = models.JSONField(default=list)
    domestic_violence = models.BooleanField(default=False)
    offence = models.BooleanField(null=True)
    settled_by = models.CharField(max_length=60, blank=True)
    settled_how = models.CharField(max_length=20, choices=[(h.value, say(h)) for h in How], blank=True)
    settled_on = models.DateField(null=True)
    terms_text = models.TextField(blank=True)
    terms_broken = models.BooleanField(default=False)
    broken_agreement = models.BooleanField(default=False)  # once signed and not kept: stays when the settlement falls
    letter_served = models.BooleanField(default=False)  # 告诫书 served on both, village told, visits planned
    callback_at = models.DateTimeField(null=True)
    callback_reached = models.BooleanField(default=False)
    callback_dissatisfied = models.BooleanField(default=False)
    leader_signed_at = models.DateTimeField(null=True)
    leader_signed_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=200, blank=True)
    application_approved = models.BooleanField(default=False)
    transfer_receipt = models.CharField(max_length=200, blank=True)
    linked_incident_after = models.BooleanField(default=False)  # a new call since it was settled
    linked_days = models.PositiveIntegerField(null=True)
    order_returned = models.BooleanField(default=False)
    sessions_failed = models.PositiveSmallIntegerField(default=0)
    party_unwilling = models.BooleanField(default=False)
    group_event = models.BooleanField(default=False)
    minors = models.BooleanField(default=False)
    violence = models.BooleanField(default=False)
    first_unsettled = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.dispute_id}"


class Term(models.Model):
    """One thing promised in the settlement that stands: who, what, by when, kept or broken."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="terms")
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200)
    amount_yuan = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    due_on = models.DateField(null=True)
    performed_on = models.DateField(null=True)
    broken_on = models.DateField(null=True)
    dropped_at = models.DateTimeField(null=True)  # the settlement fell; the promise is history
    is_watched = models.BooleanField(default=False)  # part by part, on the agreement's own page

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["dispute", "number"], condition=Q(dropped_at__isnull=True), name="cases_term_once"
            ),
            models.CheckConstraint(
                condition=Q(amount_yuan__isnull=True) | Q(amount_yuan__gt=0), name="cases_term_amount"
            ),
            models.CheckConstraint(
                condition=Q(performed_on__isnull=True) | Q(broken_on__isnull=True), name="cases_term_one_end"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="cases_term_says_something"),
        ]

    def __str__(self) -> str:
        return self.text


class Involvement(models.Model):
    """A person who works on a dispute sees it, whatever their place: handler, mediator, reporter, agency."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="involvements")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="involvements")
    part = models.CharField(max_length=10, choices=list(words.PARTS.items()))
    side = models.CharField(max_length=1, choices=list(words.SIDES.items()), blank=True)  # a mediator sent by one side
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["since"]
        constraints = [
            models.UniqueConstraint(
                fields=["dispute", "account", "part"], condition=Q(until__isnull=True), name="cases_involved_once"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="cases_involved_order"
            ),
        ]
        indexes = [models.Index(fields=["account", "dispute"], name="cases_involved_account")]

    def __str__(self) -> str:
        return f"{self.account_id} · {self.part}"


class Merge(models.Model):
    """Two disputes turned out to be one quarrel. Both histories stay; undoing is a date, not a deletion."""

    source = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="merges_out")
    target = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="merges_in")
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    why = models.CharField(max_length=200)
    undone_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["source"], condition=Q(undone_at__isnull=True), name="cases_merge_once"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="cases_merge_two"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id}"
