"""Second handling as a viewer may see it: what waits where, the rounds of one dispute, what the penalty asks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from twinloop.cases import visibility
from twinloop.cases.models import ORDER_OPEN, Dispute, Feedback, IncidentLink, Order, Standing
from twinloop.cases.queries import called_for, facts_of
from twinloop.decide.rounds import Round, Step, Success, fold, success
from twinloop.decide.rounds import Standing as Waits
from twinloop.decide.workflow import State, penalty_owed
from twinloop.followup.rounds.models import Escalation, Penalty
from twinloop.ledger.models import Event
from twinloop.ledger.sight import Scope
from twinloop.people.models import Account, RoleGrant

READERS = ("dispatcher", "officer", "community_officer", "chief", "bureau")
REVIEWERS = ("dispatcher", "community_officer", "chief")  # as `cases.rights` says of reviews
SENDERS = ("dispatcher", "chief")
SWORN = ("officer", "community_officer", "chief")
LEADERS = ("chief", "bureau")
TAKERS = ("community_officer", "officer", "auxiliary")
MAY_OPEN = (State.UNSETTLED, State.REOPENED, State.RETURNED, State.HANDLING)  # a review may open from here
CHARGED = (State.HANDLING, State.MEDIATING, State.UNSETTLED, State.REVIEW, State.REOPENED)  # rule 2 may hold here
GOING = (State.ORDERED, State.HANDLING, State.MEDIATING, State.UNSETTLED)
BACK = (State.REOPENED, State.RETURNED)
OVER = (State.SETTLED, State.CLOSED)
CLOSED = (State.CLOSED, State.MERGED, State.TRANSFERRED)  # as the index of what is open says
KEPT = 20_000  # disputes whose rounds a process remembers
LATE = 6  # from this round on they are told as one
_VERBS = ("noted_review", "order")


# --- what is owed by itself ------------------------------------------------------------------------------------------


def to_follow(since: datetime, until: datetime) -> QuerySet[Dispute]:
    """Disputes that may open a round or owe the penalty: those that wait, and those in hand that changed since."""
    waits = Q(state__in=[State.UNSETTLED, State.REOPENED, State.RETURNED])
    changed = Q(touched_at__gt=since, touched_at__lte=until)
    return Dispute.objects.filter(waits | changed).select_related("standing").order_by("pk")


def standing_of(dispute: Dispute, standing: Standing) -> Waits:
    """What `decide.rounds.opens` asks for."""
    state = State(dispute.state)
    if state not in MAY_OPEN:
        return Waits(state=state)
    orders = Order.objects.filter(dispute=dispute, round=dispute.round, state__in=ORDER_OPEN)
    last = Feedback.objects.filter(order__dispute=dispute, is_final=True).order_by("-at", "-pk").first()
    return Waits(
        state=state,
        triggers=called_for(dispute, standing),
        order_open=orders.exists(),
        ended_well=last is None or bool(last.is_settled),
        penalty_owed=is_penalty_owed(dispute, standing),
    )


def is_penalty_owed(dispute: Dispute, standing: Standing) -> bool:
    return State(dispute.state) in CHARGED and penalty_owed(facts_of(dispute, standing))


def failed_at(dispute: Dispute) -> tuple[str, datetime] | None:
    """Why and since when rule 2 holds: the newest failure on record."""
    found = Event.objects.filter(stream=dispute.stream, is_look=False).order_by("-seq")
    verbs = {"fail_mediation": "failed", "noted_session": "failed", "term_broken": "broken",
             "noted_terms_broken": "broken"}  # fmt: skip
    event = found.filter(Q(verb__in=verbs) | Q(verb="noted_circumstances", data__after__party_unwilling=True)).first()
    return (verbs.get(event.verb, "refused"), event.at) if event else None


def crimes(since: datetime, until: datetime) -> QuerySet[IncidentLink]:
    """Crimes linked to a quarrel that was known before them, not marked yet."""
    crime = Q(incident__confirmed_kind="crime") | Q(incident__confirmed_kind="", incident__reported_kind="crime")
    earlier = IncidentLink.objects.filter(
        dispute=OuterRef("dispute"),
        unlinked_at__isnull=True,
        incident__received_at__lt=OuterRef("incident__received_at"),
    )
    known = Q(dispute__registered_at__lt=F("incident__received_at")) | Exists(earlier)
    marked = Escalation.objects.filter(dispute=OuterRef("dispute"), incident=OuterRef("incident"))
    found = IncidentLink.objects.filter(crime, known, ~Exists(marked), unlinked_at__isnull=True)
    fresh = Q(linked_at__gt=since, linked_at__lte=until) | Q(dispute__touched_at__gt=since)
    return found.filter(fresh).select_related("incident", "dispute").order_by("pk")


# --- lists -----------------------------------------------------------------------------------------------------------


def visible(scope: Scope) -> QuerySet[Dispute]:
    return visibility.disputes(scope).select_related("place", "station", "owner", "leader", "standing")


def listed(scope: Scope, tab: str) -> QuerySet[Dispute]:
    """One tab, the graver first, then what waits longest; what is over, the newest first."""
    found = visible(scope)
    if tab == "review":
        # the states stand outside the OR, so that an index finds them
        found = found.filter(~Q(state=State.REVIEW) | Q(standing__review=""), state__in=(State.REVIEW, *BACK))
    elif tab == "send":
        found = found.filter(~Q(standing__review=""), state=State.REVIEW)
    elif tab == "going":
        found = found.filter(state__in=GOING, round__gt=1)
    elif tab == "penalty":
        running = Penalty.objects.filter(dispute=OuterRef("pk")).exclude(state="ended")
        found = found.filter(Exists(running))
    else:
        return found.filter(state__in=OVER, round__gt=1).order_by("-touched_at", "-pk")
    return found.order_by(F("level").asc(nulls_last=True), "touched_at", "pk")


def counts(scope: Scope) -> dict[str, int]:
    """How many each tab lists; three queries.

    What is open is counted by one walk through its index. A review that waits is not to be sent and the other way
    round, so one of the two is asked for and the other is the rest.
    """
    standing = visibility.disputes(scope).exclude(state__in=CLOSED).order_by()
    open_ = standing.aggregate(
        going=Count("pk", filter=Q(state__in=GOING, round__gt=1)),
        waits=Count("pk", filter=Q(state__in=(State.REVIEW, *BACK))),
    )
    send, penalty = (listed(scope, tab).order_by().count() for tab in ("send", "penalty"))
    return {"review": open_["waits"] - send, "send": send, "going": open_["going"], "penalty": penalty}


def visible_penalties(scope: Scope, disputes: Iterable[Dispute]) -> dict[int, Penalty]:
    """The running procedure of each of these disputes."""
    found = Penalty.objects.filter(dispute__in=list(disputes)).exclude(state="ended")
    return {one.dispute_id: one for one in found}


def escalations(scope: Scope) -> QuerySet[Escalation]:
    seen = Exists(visibility.disputes(scope).filter(pk=OuterRef("dispute_id")))
    return Escalation.objects.filter(seen).select_related("dispute__place", "dispute__owner", "incident", "reviewed_by")


# --- the rounds of one dispute ---------------------------------------------------------------------------------------


def _steps(streams: Sequence[str]) -> Iterator[tuple[str, Step]]:
    moved = Q(data__after__has_key="state") | Q(verb__in=_VERBS)
    found = (
        Event.objects.filter(moved, stream__in=streams, is_look=False).select_related("by").order_by("stream", "seq")
    )
    for event in found:
        before, after, given = event.before, event.after, event.data.get("given") or {}
        number = int(before.get("round") or after.get("round") or 0)
        yield event.stream, Step(
            at=event.at, verb=event.verb, before=str(before.get("state", "")), after=str(after.get("state", "")),
            round=number or 1, round_after=int(after.get("round") or 0), who=event.by.name if event.by else "",
            taker=str(given.get("taker", "")), text=str(given.get("text", "") or after.get("review", "")),
            triggers=tuple(event.data.get("triggers", ())),
        )  # fmt: skip


def rounds_of(disputes: Iterable[Dispute]) -> Mapping[int, tuple[Round, ...]]:
    """The rounds of each dispute, oldest first; one query."""
    found: dict[int, list[Step]] = defaultdict(list)
    for stream, step in _steps([one.stream for one in disputes]):
        found[int(stream.partition(":")[2])].append(step)
    return {pk: fold(steps) for pk, steps in found.items()}


def succeeded(scope: Scope, at: datetime, *, days: int = 365) -> tuple[Success, ...]:
    """How second and later rounds ended, of disputes that had one in the last `days`; the `LATE` ones as one."""
    recent = visibility.disputes(scope).filter(round__gt=1, touched_at__gte=at - timedelta(days=days))
    newest = recent.order_by("-touched_at", "-pk").values_list("pk", "version", "touched_at")[:2_000]
    found = [one for one in success(_ended(list(newest))) if one.number > 1]
    early, late = [one for one in found if one.number < LATE], [one for one in found if one.number >= LATE]
    if not late:
        return tuple(early)
    over, settled, held = (sum(getattr(one, name) for one in late) for name in ("over", "settled", "held"))
    return (*early, Success(number=LATE, over=over, settled=settled, held=held))


_Version = tuple[int, int, datetime]  # a dispute as it was: number, version, when it was touched last
_remembered: dict[_Version, tuple[Round, ...]] = {}
_remembering = Lock()


def _ended(disputes: Sequence[_Version]) -> list[tuple[Round, ...]]:
    """The rounds of each, as far as they say how they ended.

    They follow from the moves of a dispute, each of which gives it a new version: what was folded once is remembered,
    and only what changed since is read from the ledger. Who may see a dispute was asked before, each time.
    """
    with _remembering:  # another thread may let the oldest go meanwhile
        found = {one: _remembered[one] for one in disputes if one in _remembered}
    unknown = [one for one in disputes if one not in found]
    moved = Event.objects.filter(
        data__after__has_key="state", stream__in=[f"dispute:{one[0]}" for one in unknown], is_look=False
    ).order_by("stream", "seq")
    facts = [f"data__{side}__{name}" for name in ("state", "round") for side in ("before", "after")]
    steps: dict[str, list[Step]] = defaultdict(list)
    for stream, verb, when, before, after, number, then in (
        moved.values_list("stream", "verb", "at", *facts) if unknown else ()
    ):
        steps[stream].append(
            Step(at=when, verb=verb, before=before or "", after=after or "", round=int(number or then or 0) or 1,
                 round_after=int(then or 0))
        )  # fmt: skip
    folded = {one: fold(steps[f"dispute:{one[0]}"]) for one in unknown}
    with _remembering:
        _remembered.update(folded)
        for old in list(_remembered)[: max(0, len(_remembered) - KEPT)]:
            del _remembered[old]
    return [found[one] if one in found else folded[one] for one in disputes]


# --- who may be sent -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Taker:
    """Somebody of the community of the place, with why: its officer stands first."""

    account: Account
    is_officer: bool
    open: int

    @property
    def pk(self) -> int:
        return self.account.pk


def takers(dispute: Dispute, at: datetime) -> list[Taker]:
    """Those whose communities hold the place of the dispute; its community officer first, then the less laden."""
    if dispute.place_id is None:
        return []
    held = RoleGrant.objects.filter(role__in=TAKERS, period__contains=at.date())
    found = Account.objects.filter(is_active=True, communities=dispute.place_id, pk__in=held.values("account"))
    found = found.distinct().annotate(
        officer=Exists(held.filter(account=OuterRef("pk"), role="community_officer")),
        load=Count("orders", filter=Q(orders__state__in=ORDER_OPEN), distinct=True),
    )
    rows = [Taker(one, one.officer, one.load) for one in found.select_related("unit")]
    return sorted(rows, key=lambda one: (not one.is_officer, one.open, one.account.username))
