"""A mediation of a dispute, its sessions, who sat there, what followed.

The database keeps one room and one mediator from being in two sessions at a time (`session_room_once`, `seat_once`),
and one dispute from two open mediations.
"""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from twinloop.cases import words as cases
from twinloop.cases.models import Dispute, Party
from twinloop.mediation.mediators.models import Mediator, Room
from twinloop.mediation.sessions import words
from twinloop.people.models import Account


class Choice(models.Model):
    """What was suggested (`by` is null) and what a person decided; kept for good. `overrules`: put aside, `why`."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="mediation_choices")
    answer = models.JSONField()  # {"strength", "track", "mediator"}
    reasons = models.JSONField(default=list)
    params_version = models.CharField(max_length=60)
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    overrules = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="overruled_by")
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(overrules__isnull=True) | (Q(by__isnull=False) & ~Q(why="")), name="mediation_choice_why"
            ),
        ]
        indexes = [models.Index(fields=["dispute", "-id"], name="mediation_choice_dispute")]

    def __str__(self) -> str:
        return f"{self.dispute_id} · {self.pk}"


class Unwilling(models.Model):
    """A party refused mediation on a track, or one mediator (人民调解法 17, 23). `lifted_at`: changed their mind."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="mediation_refusals")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="mediation_refusals")
    track = models.CharField(max_length=8, choices=list(words.TRACKS.items()), blank=True)
    mediator = models.ForeignKey(Mediator, null=True, on_delete=models.PROTECT, related_name="refused_by")
    why = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(mediator__isnull=False, track="") | (Q(mediator__isnull=True) & ~Q(track="")),
                name="mediation_unwilling_of_what",
            ),
            models.UniqueConstraint(
                fields=["party", "track", "mediator"],
                condition=Q(lifted_at__isnull=True),
                nulls_distinct=False,
                name="mediation_unwilling_once",
            ),
        ]
        indexes = [models.Index(fields=["dispute"], name="mediation_unwilling_dispute")]

    def __str__(self) -> str:
        return f"{self.dispute_id} · {self.party_id}"


class Wish(models.Model):
    """What a party said when asked: willing or not, whom they want, how strong. The newest of each party holds."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="mediation_wishes")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="mediation_wishes")
    track = models.CharField(max_length=8, choices=list(words.TRACKS.items()))
    accepts = models.BooleanField()
    mediator = models.ForeignKey(Mediator, null=True, on_delete=models.PROTECT, related_name="wished_by")
    strength = models.CharField(max_length=6, choices=list(words.STRENGTHS.items()), blank=True)
    said = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(accepts=True) | Q(mediator__isnull=True, strength=""), name="mediation_wish_or_no"
            ),
        ]
        indexes = [models.Index(fields=["dispute", "-id"], name="mediation_wish_dispute")]

    def __str__(self) -> str:
        return f"{self.dispute_id} · {self.party_id}"


class Mediation(models.Model):
    """One mediation from acceptance to its end. `accepted_on`: acceptance, or the injury appraisal if there is one."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="mediations")
    track = models.CharField(max_length=8, choices=list(words.TRACKS.items()))
    strength = models.CharField(max_length=6, choices=list(words.STRENGTHS.items()))
    procedure = models.CharField(max_length=8, choices=list(words.PROCEDURES.items()), default="simple")
    lead = models.ForeignKey(Mediator, on_delete=models.PROTECT, related_name="led")
    is_wished = models.BooleanField(default=False)  # the parties chose the mediator
    accepted_on = models.DateField()
    gate_facts = models.JSONField(default=dict)  # what was answered at opening; asked again at each session
    state = models.CharField(max_length=8, choices=list(words.STATES.items()), default="open")
    opened_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=300, blank=True)
    extended_to = models.DateField(null=True)  # beyond the 30 days, both sides agreed

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["dispute"], condition=Q(state__in=["open", "agreed"]), name="mediation_one_open"
            ),
            models.CheckConstraint(condition=Q(track__in=list(words.TRACKS)), name="mediation_track_known"),
            models.CheckConstraint(condition=Q(strength__in=list(words.STRENGTHS)), name="mediation_strength_known"),
            models.CheckConstraint(condition=Q(procedure__in=list(words.PROCEDURES)), name="mediation_procedure_known"),
            models.CheckConstraint(condition=Q(state__in=list(words.STATES)), name="mediation_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "agreed"]) | Q(ended_at__isnull=False), name="mediation_ended_at"
            ),
            models.CheckConstraint(
                condition=Q(extended_to__isnull=True) | Q(track="people"), name="mediation_extends_people"
            ),
        ]
        indexes = [
            models.Index(fields=["dispute"], name="mediation_dispute"),
            models.Index(fields=["state", "-opened_at"], name="mediation_state"),
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} · {self.track}"

    @property
    def stream(self) -> str:
        return f"dispute:{self.dispute_id}"

    @property
    def subject_key(self) -> str:
        """How its clocks name it."""
        return f"mediation:{self.pk}"


class Session(models.Model):
    """One meeting. `live`: it takes its room and its mediators; a postponed or dropped one gives them back."""

    mediation = models.ForeignKey(Mediation, on_delete=models.PROTECT, related_name="sessions")
    round = models.PositiveSmallIntegerField()
    room = models.ForeignKey(Room, null=True, on_delete=models.PROTECT, related_name="sessions")
    where = models.CharField(max_length=100, blank=True)  # no room: at home, in the field
    period = DateTimeRangeField()
    live = models.BooleanField(default=True)
    recording_no = models.CharField(max_length=40, blank=True)
    outcome = models.CharField(max_length=10, choices=list(words.OUTCOMES.items()), blank=True)
    outcome_at = models.DateTimeField(null=True)
    outcome_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    said = models.CharField(max_length=500, blank=True)  # what was agreed orally, or why not
    planned_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()

    class Meta:
        ordering = ["period", "id"]
        constraints = [
            ExclusionConstraint(
                name="mediation_session_room_once",
                expressions=[("room", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=Q(live=True, room__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["mediation", "round"], condition=Q(live=True), name="mediation_session_round_once"
            ),
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__lower_inf=False, period__upper_inf=False),
                name="mediation_session_has_ends",
            ),
            models.CheckConstraint(condition=Q(round__range=(1, 20)), name="mediation_session_round"),
            models.CheckConstraint(
                condition=Q(outcome="", outcome_at__isnull=True) | (~Q(outcome="") & Q(outcome_at__isnull=False)),
                name="mediation_session_outcome_at",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["postponed", "dropped"]) | Q(live=False), name="mediation_session_gives_back"
            ),
            models.CheckConstraint(condition=Q(room__isnull=False) | ~Q(where=""), name="mediation_session_somewhere"),
        ]
        indexes = [models.Index(fields=["mediation"], name="mediation_session_of")]

    def __str__(self) -> str:
        return f"{self.mediation_id} · {self.round}"


class Seat(models.Model):
    """A mediator at a session; `period` and `live` are the session's, kept here for the exclusion constraint."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="mediators")
    mediator = models.ForeignKey(Mediator, on_delete=models.PROTECT, related_name="seats")
    is_lead = models.BooleanField(default=False)
    period = DateTimeRangeField()
    live = models.BooleanField(default=True)

    class Meta:
        ordering = ["-is_lead", "id"]
        constraints = [
            ExclusionConstraint(
                name="mediation_seat_once",
                expressions=[("mediator", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=Q(live=True),
            ),
            models.UniqueConstraint(fields=["session"], condition=Q(is_lead=True), name="mediation_seat_one_lead"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} · {self.mediator_id}"


class Attendee(models.Model):
    """Who is asked to come, how they were told, whether they came. Names are masked; parties stand by their row."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendees")
    part = models.CharField(max_length=12, choices=list(words.PARTS.items()))
    party = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="attendances")
    of_party = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="helped_by")  # whose guardian
    name_masked = models.CharField(max_length=60)
    told_how = models.CharField(max_length=10, choices=list(words.TOLD.items()), blank=True)
    told_at = models.DateTimeField(null=True)
    told_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=8, choices=list(words.ANSWERS.items()), blank=True)
    came = models.BooleanField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "party"], condition=Q(party__isnull=False), name="mediation_attendee_once"
            ),
            models.CheckConstraint(
                condition=~Q(part="party") | Q(party__isnull=False), name="mediation_attendee_party"
            ),
            models.CheckConstraint(
                condition=~Q(part="guardian") | Q(of_party__isnull=False), name="mediation_attendee_guards"
            ),
            models.CheckConstraint(
                condition=Q(told_how="", told_at__isnull=True) | (~Q(told_how="") & Q(told_at__isnull=False)),
                name="mediation_attendee_told",
            ),
        ]
        indexes = [models.Index(fields=["session"], name="mediation_attendee_of")]

    def __str__(self) -> str:
        return self.name_masked


class Caucus(models.Model):
    """What one side said in private. Only the mediators of this session read it, never one sent by the other side."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="caucuses")
    side = models.CharField(max_length=1, choices=list(cases.SIDES.items()))
    text = models.TextField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="mediation_caucus_says")]
        indexes = [models.Index(fields=["session"], name="mediation_caucus_of")]

    def __str__(self) -> str:
        return f"{self.session_id} · {self.side}"
