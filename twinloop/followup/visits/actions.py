"""Visits: planned by themselves, given to somebody, written down once; what they say follows by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, BinaryIO

from chinese_calendar.constants import Holiday, holidays

from twinloop.cases import actions as cases
from twinloop.cases.models import Dispute, Party, Term
from twinloop.decide import Refused
from twinloop.decide.clocks import CHINA
from twinloop.decide.visits import plan
from twinloop.followup.visits import queries, words
from twinloop.followup.visits.models import Callback, Watch
from twinloop.ledger.actions import record
from twinloop.ledger.whole import whole
from twinloop.people.models import Account

FESTIVALS = {Holiday.spring_festival.value, Holiday.tomb_sweeping_day.value, Holiday.mid_autumn_festival.value}
AHEAD = timedelta(days=60)
LATE = timedelta(minutes=10)  # two clocks never agree


@dataclass(frozen=True)
class Made:
    """What was found. `reached` False: nobody was met or picked up; then only `way` and `on` count.

    `hour` of `on`, in +08:00: whether a visit of the day of settlement came before it or after.
    """

    on: date
    way: str
    reached: bool
    outcome: str = ""
    terms: str = "none"
    satisfaction: int | None = None
    mind: str = ""
    risk: str = ""
    why: str = ""
    party: Party | None = None
    hour: time | None = None
    consents: bool = False
    spot: tuple[Decimal, Decimal] | None = None
    photo: tuple[BinaryIO, str] | None = None


def festivals(today: date) -> list[date]:
    """The first day of each festival in the next weeks; none in a year that the calendar does not know."""
    days = sorted(day for day, name in holidays.items() if name in FESTIVALS and today <= day <= today + AHEAD)
    return [day for day in days if day - timedelta(days=1) not in days]


@whole()
def reckon(dispute: Dispute, *, at: datetime) -> Callback | None:
    """Bring what is owed of a dispute in line with its record; gives what is owed, None where nothing is."""
    locked = Dispute.objects.select_for_update(no_key=True).get(pk=dispute.pk)
    today = at.astimezone(CHINA).date()
    watch = Watch.objects.select_for_update(no_key=True).filter(dispute=locked).first() or Watch(dispute=locked)
    owed = Callback.objects.select_for_update(no_key=True, of=("self",)).filter(dispute=locked, state="planned").first()
    made = list(queries.made_of([locked.pk]))
    facts = queries.facts_of(locked, watch, festivals(today), today, made)
    wanted = plan(facts) if facts else None
    over = at if wanted and wanted.is_over else None
    if over and watch.over_at is None:
        record(locked.stream, "visits_over", by=None, at=at)
    watch.over_at, watch.looked_at = (watch.over_at or over) if over else None, at
    _look(watch)
    if wanted is None or wanted.due_on is None or wanted.reason is None:
        if owed:
            _drop(owed, at)
        return None
    tried = max((row.on for row in made if row.state == "missed" and row.on), default=None)
    due, reason = after_tries(wanted.due_on, tried), wanted.reason.value
    if owed is None:
        owner = _hand(locked, watch, today)
        owed = Callback.objects.create(dispute=locked, due_on=due, reason=reason, owner=owner, planned_at=at)
        _let_in(locked, owner, None, at)
        _told_plan(owed, at)
    elif (owed.reason, owed.due_on) != (reason, due) and _may_move(owed, reason, due, today):
        moved = owed.due_on != due
        owed.reason, owed.due_on = reason, due
        owed.save(update_fields=["reason", "due_on"])
        if moved:
            _told_plan(owed, at)
    return owed


def after_tries(due: date, tried: date | None) -> date:
    """Whoever tried and met nobody is not late on that day: the next try is owed on the day after."""
    return max(due, tried + timedelta(days=1)) if tried else due


def _look(watch: Watch) -> None:
    """When it was reckoned, and whether it is over; a watch that is new begins with it."""
    Watch.objects.bulk_create(
        [watch], update_conflicts=True, unique_fields=["dispute"], update_fields=["over_at", "looked_at"]
    )


def _may_move(owed: Callback, reason: str, due: date, today: date) -> bool:
    """A debt that is late stays late; otherwise the day follows the record, also after a level was lowered."""
    return owed.reason != reason or due < owed.due_on or owed.due_on >= today


def _told_plan(owed: Callback, at: datetime) -> None:
    to = owed.owner_id or 0
    record(
        owed.dispute.stream, "visit_planned", by=None, at=at, callback=owed.pk, due=owed.due_on, reason=owed.reason,
        to_account=to,
    )  # fmt: skip


def _drop(owed: Callback, at: datetime) -> None:
    Callback.objects.filter(pk=owed.pk, state="planned").update(state="dropped", at=at)
    record(owed.dispute.stream, "visit_dropped", by=None, at=at, callback=owed.pk, due=owed.due_on)


def _hand(dispute: Dispute, watch: Watch, today: date) -> Account | None:
    """Its officer; where another hand was asked for, the one of the station with the fewest visits owed."""
    if not watch.by_other:
        return dispute.owner
    known = queries.handlers(dispute)
    free = [who for who in queries.candidates(dispute, today) if who.pk not in known]
    owed = queries.load(free)
    return min(free, key=lambda who: (owed.get(who.pk, 0), who.pk), default=None)


def _let_in(dispute: Dispute, who: Account | None, by: int | None, at: datetime) -> None:
    """Who is to come must be able to read what it is about."""
    if who is not None and who.pk != dispute.owner_id:
        cases.involve(dispute, who, part="watcher", by=by, at=at)


@whole()
def ask(dispute: Dispute, why: str, *, by_other: bool, by: int, at: datetime) -> Callback | None:
    """Somebody wants a visit, perhaps by another hand than the one that handled it."""
    if not why.strip():
        raise Refused("visit_not_asked")
    watch, _new = Watch.objects.get_or_create(dispute=dispute, defaults={"looked_at": at})
    watch.asked_on, watch.by_other = at.astimezone(CHINA).date(), by_other or watch.by_other
    watch.over_at = None
    watch.save(update_fields=["asked_on", "by_other", "over_at"])
    record(dispute.stream, "visit_asked", by=by, at=at, why=why.strip()[:300], other=by_other)
    owed = reckon(dispute, at=at)
    if owed and watch.by_other and owed.owner_id in queries.handlers(dispute):
        _give(owed, _hand(dispute, watch, watch.asked_on), by=by, at=at)
    return owed


@whole()
def give(owed: Callback, to: Account, *, by: int, at: datetime) -> None:
    """Hand a visit to somebody else. Raises `Refused` where the user asked for another hand than the handler's."""
    row = _owed(owed)
    today = at.astimezone(CHINA).date()
    if not queries.candidates(row.dispute, today).filter(pk=to.pk).exists():
        raise Refused("visit_nobody")
    by_other = Watch.objects.filter(dispute=row.dispute_id, by_other=True).exists()
    if by_other and to.pk in queries.handlers(row.dispute):
        raise Refused("visit_same_hand")
    _give(row, to, by=by, at=at)


def _give(row: Callback, to: Account | None, *, by: int, at: datetime) -> None:
    Callback.objects.filter(pk=row.pk).update(owner=to, is_given=True)
    _let_in(row.dispute, to, by, at)
    record(
        row.dispute.stream, "visit_given", by=by, at=at, callback=row.pk, to=to.name if to else "",
        to_account=to.pk if to else 0,
    )  # fmt: skip


def _owed(given: Callback) -> Callback:
    """The row under its lock. Raises `Refused` where somebody was quicker."""
    row = Callback.objects.select_for_update(no_key=True, of=("self",)).select_related("by", "dispute").get(pk=given.pk)
    if row.state in ("done", "missed"):
        when = (row.at or row.planned_at).astimezone(CHINA)
        raise Refused("visit_over", who=row.by.name if row.by else "—", when=f"{when:%Y-%m-%d %H:%M}")
    if row.state != "planned":
        raise Refused("visit_gone")
    return row


@whole()
def put_down(owed: Callback, made: Made, *, by: int | None, at: datetime) -> Callback:
    """Write a visit down, once, and what follows: the callback of the dispute, reopening, the next visit."""
    dispute = Dispute.objects.select_for_update(no_key=True).get(pk=owed.dispute_id)
    row = _owed(owed)
    _check(made, dispute, at)
    by_other = Watch.objects.filter(dispute=dispute, by_other=True).exists()
    if by_other and by is not None and by in queries.handlers(dispute):
        raise Refused("visit_same_hand")
    if made.photo and made.consents:
        row.photo = cases.attach(dispute, *made.photo, by=by or 0, at=at)
    _fill(row, made, by, at)
    row.save()
    verb = "visit_made" if made.reached else "visit_missed"
    more: dict[str, Any] = (
        {"outcome": made.outcome, "mind": made.mind, "satisfaction": made.satisfaction} if made.reached else {}
    )
    record(dispute.stream, verb, by=by, at=at, why=made.why[:300], callback=row.pk, way=made.way, on=made.on, **more)
    if made.reached:
        Watch.objects.filter(dispute=dispute, asked_on__lte=made.on).update(asked_on=None)
    heard(dispute, row, by=by, at=at)
    reckon(dispute, at=at)
    return row


def _check(made: Made, dispute: Dispute, at: datetime) -> None:
    today, began = at.astimezone(CHINA).date(), dispute.registered_at.astimezone(CHINA).date()
    if not began <= made.on <= today or moment(made, at) > at + LATE:
        raise Refused("visit_day")
    if made.way not in ("visit", "call"):
        raise Refused("visit_what")
    if (made.spot and not made.consents) or (made.photo and not made.consents):
        raise Refused("visit_where")
    if made.reached:
        check_answer(made)


def check_answer(made: Made) -> None:
    """What a reached party said must be whole, whoever writes it down."""
    if made.outcome not in words.OUTCOMES or made.terms not in words.TERMS:
        raise Refused("visit_outcome")
    if made.satisfaction not in words.SATISFACTION:
        raise Refused("visit_satisfied")
    if made.way != "link" and made.mind not in words.MINDS:
        raise Refused("visit_mind")
    bad = made.satisfaction <= 2 or made.outcome == "unsettled" or made.terms == "broken"
    if bad and not made.why.strip():
        raise Refused("visit_why")


def moment(made: Made, at: datetime) -> datetime:
    """When the visit was: as it was said, else as it was written down if that was the same day, else its first minute.

    The last is on the safe side: what may have been before the settlement does not count as a callback.
    """
    if made.hour is not None:
        return datetime.combine(made.on, made.hour, CHINA)
    return at if made.on == at.astimezone(CHINA).date() else datetime.combine(made.on, time(), CHINA)


def _fill(row: Callback, made: Made, by: int | None, at: datetime) -> None:
    row.state, row.way, row.on, row.by_id, row.at = "done" if made.reached else "missed", made.way, made.on, by, at
    row.met_at = moment(made, at)
    row.party, row.why, row.consents = made.party, made.why.strip()[:300], made.consents
    if made.reached:
        row.outcome, row.terms, row.satisfaction = made.outcome, made.terms, made.satisfaction
        row.mind, row.risk = made.mind, made.risk.strip()[:300]
    if made.spot:
        row.latitude, row.longitude = made.spot


def heard(dispute: Dispute, row: Callback, *, by: int | None, at: datetime) -> None:
    """What a callback means for its dispute: on record where it is settled; dissatisfied opens it again.

    All promises kept: those that no agreement watches are performed. One that was not kept is a person's to name.
    """
    if row.state == "done" and row.terms == "kept" and row.on is not None and dispute.state == "settled":
        open_ = Term.objects.filter(dispute=dispute, dropped_at=None, performed_on=None, broken_on=None)
        for term in open_.filter(is_watched=False):
            cases.perform_term(term, by=by, at=at, on=row.on, kept=True)
    if dispute.state == "closed" and row.state == "done" and row.is_dissatisfied:
        _reopen(dispute, row, at)
    elif dispute.state in ("settled", "penalty") and _since_settled(dispute, row):
        reached, bad = row.state == "done", row.is_dissatisfied
        stood = dispute.standing.callback_reached and not dispute.standing.callback_dissatisfied
        if reached or not stood:  # nobody at home does not undo an answer that was given
            cases.note(
                dispute, "callback", by=by, roles=frozenset(), at=at, why=row.why, callback_reached=reached,
                callback_dissatisfied=reached and bad,
            )  # fmt: skip
        if reached and bad and dispute.state == "settled":
            _reopen(dispute, row, at)


def _since_settled(dispute: Dispute, row: Callback) -> bool:
    """A visit of before the settlement, written down later by a phone without signal, is no callback."""
    if dispute.settled_at is None:  # the penalty procedure: nothing was settled
        return True
    return row.met_at is not None and row.met_at >= dispute.settled_at


def _reopen(dispute: Dispute, row: Callback, at: datetime) -> None:
    if dispute.state == "closed":
        type(dispute.standing).objects.filter(dispute=dispute).update(callback_dissatisfied=True)
    cases.move(dispute, "reopen", by=None, roles=frozenset({"system"}), at=at, why=row.why)
