"""What the worker and the community do of an evening: visits fall due, clocks climb, what is done is closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef

from twinloop.cases import actions as cases
from twinloop.cases.actions.clocking import climb_clocks
from twinloop.cases.models import ORDER_OPEN, Dispute, Feedback, Order, Term
from twinloop.desk.year.engine import Engine
from twinloop.followup.daily import actions as daily
from twinloop.followup.daily.models import Day
from twinloop.followup.rounds import actions as rounds
from twinloop.followup.visits import actions as visits
from twinloop.followup.visits import turning
from twinloop.followup.visits.models import Callback
from twinloop.mediation.agreements import actions as agreements
from twinloop.people.models import Account, Unit
from twinloop.triage import repeats_deciding as repeats
from twinloop.triage.models import RepeatPair

WHYS = ("还有点担心对方再来", "觉得处理得太慢", "不太满意结果")
WORDS = ("结转的明天盯住", "今天清得干净", "超时的那件说明原因", "两件大的我明天过问", "")
LEADER = frozenset({"bureau"})
CLOSER = frozenset({"community_officer"})


@dataclass
class Evenings:
    life: Engine
    take_up: Callable[[int, datetime], None]
    ends: date = date.max  # the day after the last one
    meet: Callable[[], None] = lambda: None  # waits until every process that lives this district has come here

    def turn(self, at: datetime) -> None:
        """The jobs look at the whole district, so one process does them while the others wait."""
        self.meet()
        if self.life.part == 0:
            rounds.follow(at=at)
            turning.follow(at=at)
            turning.roll(at=at)
            turning.climb(at=at)
            climb_clocks(at=at)
            agreements.watch(at=at)
            self._clear(at)
        self.meet()
        by = at.date() + timedelta(days=int(self.life.assumed.visits["ahead"]))
        due = Callback.objects.filter(state="planned", due_on__lte=by, owner__isnull=False)
        for row in due.select_related("dispute__place", "owner").order_by("pk"):
            if self._is_ours(row.dispute) and self.life.happens(self.life.assumed.visits["made"]):
                self.life.attempt(lambda then, row=row: self._visit(row, then), at)  # type: ignore[misc]
        self._put_on_record(at)
        self._close(at)
        self._answer(at)
        for pk in Dispute.objects.filter(state="review").order_by("pk").values_list("pk", flat=True):
            self.take_up(pk, at)  # opened again by a call, a broken promise, a visit

    def _clear(self, at: datetime) -> None:
        """日清: the day is cut, and the next morning's begins; each station's chief says a word to it."""
        if self.ends - at.date() > timedelta(days=self.life.assumed.visits["cleared_days"]):
            return
        cut = daily.turn(at=at).cut
        day = Day.objects.filter(day=cut).first() if cut else None
        if day is None:
            return
        self.life.counts["days cleared"] += 1
        chiefs = Account.objects.filter(grants__role="chief", is_active=True).select_related("unit__parent")
        for chief in chiefs.distinct().order_by("pk"):
            station = chief.unit.station if chief.unit else None
            if station is not None and self.life.happens(self.life.assumed.visits["confirmed"]):
                self.life.attempt(lambda then, of=station, by=chief: self._confirm(day, of, by, then), at)  # type: ignore[misc]

    def _confirm(self, day: Day, station: Unit, chief: Account, at: datetime) -> None:
        word = self.life.chance.choice(WORDS)
        daily.confirm(day, station, word, by=chief.pk, scope=self.life.scope(chief, at), at=at)

    def _is_ours(self, dispute: Dispute) -> bool:
        return self.life.is_ours(dispute.place) if dispute.place else self.life.part == 0

    def _put_on_record(self, at: datetime) -> None:
        """What an auxiliary settled stays in handling until a sworn officer records it (程序规定)."""
        settled = Feedback.objects.filter(order__dispute=OuterRef("pk"), is_final=True, is_settled=True)
        open_ = Order.objects.filter(dispute=OuterRef("pk"), state__in=ORDER_OPEN)
        waits = Dispute.objects.filter(Exists(settled), ~Exists(open_), state="handling", owner__isnull=False)
        waits = waits.exclude(standing__domestic_violence=True, standing__letter_served=False)  # the letter comes first
        for dispute in filter(self._is_ours, waits.select_related("owner", "place", "standing").order_by("pk")):
            self.life.attempt(lambda then, one=dispute: self._settle(one, then), at)  # type: ignore[misc]

    def _settle(self, dispute: Dispute, at: datetime) -> None:
        given = {
            "settled_by": dispute.owner.name if dispute.owner else "",
            "settled_how": "warning_letter" if dispute.standing.domestic_violence else "reconciliation",
            "settled_on": at.date(), "terms": "无",
        }  # fmt: skip
        cases.move(dispute, "settle", by=dispute.owner_id, roles=CLOSER, at=at, given=given)
        self.life.counts["put on record"] += 1

    def _answer(self, at: datetime) -> None:
        """重复待认: the desk joins a call to its quarrel as it takes it; what waits here is alike, and no repeat."""
        waiting = RepeatPair.objects.filter(state="open").select_related("incident__place").order_by("pk")
        for pair in waiting:
            ours = self.life.is_ours(pair.incident.place) if pair.incident.place else self.life.part == 0
            if ours and self.life.happens(self.life.assumed.channels["answered"]):
                self.life.attempt(lambda then, one=pair: self._apart(one, then), at)  # type: ignore[misc]
                self.life.counts["repeats answered"] += 1

    def _apart(self, pair: RepeatPair, at: datetime) -> None:
        repeats.refuse(pair, by=self.life.desk.pk, at=at)

    def _visit(self, row: Callback, at: datetime) -> None:
        life, table = self.life, self.life.assumed.visits
        if not life.happens(table["reached"]):
            visits.put_down(row, visits.Made(on=at.date(), way="call", reached=False), by=row.owner_id, at=at)
            life.counts["visits missed"] += 1
            return
        calm = life.happens(table["calm"])
        satisfied = life.chance.choices((1, 2, 3, 4, 5), weights=table["satisfaction"])[0] if calm else 3
        made = visits.Made(
            on=at.date(), way=life.chance.choice(("visit", "call")), reached=True,
            outcome="settled" if calm else "partly", satisfaction=satisfied, mind="calm" if calm else "uneasy",
            why="" if calm and satisfied > 2 else life.chance.choice(WHYS),
            terms="kept" if calm else "none",
        )  # fmt: skip
        visits.put_down(row, made, by=row.owner_id, at=at)
        life.counts["visits"] += 1

    def _close(self, at: datetime) -> None:
        """见底销号: called back, content, nothing owed; a grave one is signed by the leader first."""
        owes = Term.objects.filter(dropped_at=None, performed_on=None, broken_on=None).values("dispute")
        ready = Dispute.objects.filter(
            state="settled", standing__callback_reached=True, standing__callback_dissatisfied=False, owner__isnull=False
        ).exclude(pk__in=owes)
        for dispute in filter(self._is_ours, ready.select_related("place").order_by("pk")):
            if self.life.happens(self.life.assumed.visits["closed"]):
                self.life.attempt(lambda then, one=dispute: self._sign_off(one, then), at)  # type: ignore[misc]

    def _sign_off(self, dispute: Dispute, at: datetime) -> None:
        if dispute.level == 1:
            cases.note(dispute, "leader", by=dispute.leader_id, roles=LEADER, at=at, why="同意销号")
        cases.move(dispute, "close", by=dispute.owner_id, roles=CLOSER, at=at)
        self.life.counts["closed"] += 1
