"""A district's life, driven through the product's own actions with the clock moved: nothing here writes a row.

Every step is an event of a queue in time: a call comes, is sent, signed, arrived at, fed back; what was not settled
gets its second handling; the jobs of the worker turn each evening. An action that refuses is counted by its code, never
forced: what the rules forbid does not happen in the simulation either.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count

from twinloop.cases import actions as cases
from twinloop.cases.models import Dispute, Incident, Order
from twinloop.decide import Refused
from twinloop.decide.clocks import CHINA
from twinloop.desk.year import tales
from twinloop.desk.year.assumed import Assumed, arrivals
from twinloop.dispatch.orders import actions as orders
from twinloop.dispatch.orders.actions.reporting import Report
from twinloop.dispatch.orders.queries import suggesting
from twinloop.followup.rounds import actions as rounds
from twinloop.followup.rounds import queries as second
from twinloop.followup.visits import actions as visits
from twinloop.followup.visits import turning
from twinloop.followup.visits.models import Callback
from twinloop.intake.doors.actions import receive
from twinloop.intake.doors.checking import Person, Said
from twinloop.ledger.sight import SYSTEM, Scope, see_as
from twinloop.people import demorota
from twinloop.people.demonames import Inventor
from twinloop.people.models import Account, Duty, Unit
from twinloop.people.scope import scope_of
from twinloop.places.models import Place

DESK = frozenset({"dispatcher"})
EVENING = time(21, 30)
UNSETTLED = ("unwilling", "unclear", "survey")
Step = Callable[[datetime], None]


@dataclass
class Quarrel:
    """What the simulation knows of a quarrel; the product knows only what was told to it."""

    kind: str
    place: Place
    phone: str
    parties: tuple[str, str]
    pk: int = 0
    calls: int = 0


@dataclass
class Life:
    """One run. `counts`: what happened, and what was refused (`refused:<code>`)."""

    assumed: Assumed
    seed: int
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311 - invents, protects nothing
        self.invent = Inventor(self.seed)
        self.desk = Account.objects.get(username="dispatcher")
        self.places = list(Place.objects.served().communities().order_by("code"))
        self._skill: dict[int, float] = {}
        self._queue: list[tuple[datetime, int, Step]] = []
        self._number = count()

    def live(self, first: date, days: int, tell: Callable[[date], None] = lambda _: None) -> None:
        """Live `days` days from `first` on; what is still going on at the end stays as it is."""
        with see_as(SYSTEM):
            self._on_duty(first)
        for at in arrivals(self.assumed, first, days, self.chance):
            self._at(at, self._new_call)
        for n in range(days):
            self._at(datetime.combine(first + timedelta(days=n), EVENING, tzinfo=CHINA), self._evening)
        end = datetime.combine(first + timedelta(days=days), time(), tzinfo=CHINA)
        shown = None
        with see_as(SYSTEM):
            while self._queue and self._queue[0][0] < end:
                at, _, step = heapq.heappop(self._queue)
                if at.date() != shown:
                    shown = at.date()
                    tell(shown)
                self._try(step, at)

    def _on_duty(self, first: date) -> None:
        """The demo's duty begins today: the days before it get theirs, once."""
        begun = Duty.objects.order_by("period").values_list("period", flat=True).first()
        start = datetime.combine(first, demorota.HANDOVER, tzinfo=CHINA) - timedelta(days=1)
        if begun is None or begun.lower <= start:
            return
        people = list(Account.objects.filter(is_demo=True).select_related("unit__parent").order_by("pk"))
        room = Unit.objects.select_related("parent").get(kind=Unit.Kind.COMMAND_ROOM)
        until = demorota.handover(begun.lower.astimezone(CHINA))
        self.counts["shifts"] = demorota.stretch(people, room, first=start, until=until)

    def _at(self, at: datetime, step: Step) -> None:
        heapq.heappush(self._queue, (at.replace(microsecond=0), next(self._number), step))

    def _try(self, step: Step, at: datetime) -> None:
        try:
            step(at)
        except Refused as refused:
            self.counts[f"refused:{refused.code}"] += 1

    def _minutes(self, step: str) -> timedelta:
        return timedelta(minutes=self.assumed.lasts(step, self.chance))

    # --- a call comes
    def _new_call(self, at: datetime) -> None:
        kind = self.chance.choices(list(self.assumed.kinds), weights=list(self.assumed.kinds.values()))[0]
        place = self.chance.choices(self.places, weights=[1 / (2 + n % 9) for n in range(len(self.places))])[0]
        parties = (self.invent.name(), self.invent.name())
        self._call(Quarrel(kind, place, f"1990{self.chance.randrange(10**7):07d}", parties), at)

    def _call(self, quarrel: Quarrel, at: datetime) -> None:
        """The desk writes it down; the first call opens a dispute, a later one joins it."""
        again = quarrel.calls > 0
        tale = tales.told(quarrel.kind, quarrel.place.short or quarrel.place.name, self.chance, again=again)
        said = Said(
            channel="call_110", text=tale.text, phone=quarrel.phone, name=quarrel.parties[0], place=quarrel.place.code,
            reported=at, type_code=quarrel.kind, people=[Person(side="b", name=quarrel.parties[1])],
        )  # fmt: skip
        dispute = Dispute.objects.get(pk=quarrel.pk) if again else None
        incident = receive(
            said, door="call", by=self.desk.pk, at=at, dispute=dispute, opens=not again, title=tale.title
        )
        quarrel.calls += 1
        self.counts["calls"] += 1
        self.counts["repeats"] += again
        link = suggesting.link_of(incident)
        assert link is not None
        if not again:
            quarrel.pk = link.pk
            level = self.chance.choices((1, 2, 3), weights=(3, 22, 75))[0]
            given = {"type_code": quarrel.kind, "level": level}
            cases.move(link, "sort", by=self.desk.pk, roles=DESK, at=at, given=given)
        self._at(at + self._minutes("send"), lambda then: self._send(quarrel, incident.pk, then))

    def _send(self, quarrel: Quarrel, incident: int, at: datetime) -> None:
        found = Incident.objects.select_related("place__parent").get(pk=incident)
        suggested, _ranking = suggesting.for_incident(found, at=at)
        if suggested.first is None:
            self.counts["nobody"] += 1
            return
        taker = Account.objects.get(pk=suggested.first.pk)
        order = orders.send(
            found, taker, by=self.desk.pk, roles=DESK, at=at, text="到场了解，能调则调", suggested=suggested
        )
        self.counts["orders"] += 1
        signs = at + self._minutes("sign")
        self._at(signs, lambda then: self._sign(quarrel, order.pk, then))

    # --- the officer
    def _sign(self, quarrel: Quarrel, pk: int, at: datetime) -> None:
        order, scope = self._order(pk, at)
        orders.sign(order, by=order.to_account_id or 0, scope=scope, at=at)
        self._at(at + self._minutes("arrive"), lambda then: self._arrive(quarrel, pk, then))

    def _arrive(self, quarrel: Quarrel, pk: int, at: datetime) -> None:
        order, scope = self._order(pk, at)
        orders.arrive(order, by=order.to_account_id or 0, scope=scope, at=at)
        later = self._minutes("handle")
        if order.dispute_id and Dispute.objects.filter(pk=order.dispute_id, round__gt=1).exists():
            later = timedelta(days=self.assumed.lasts("second_days", self.chance))
        self._at(at + later, lambda then: self._feed_back(quarrel, pk, then))

    def _feed_back(self, quarrel: Quarrel, pk: int, at: datetime) -> None:
        order, scope = self._order(pk, at)
        dispute = Dispute.objects.get(pk=quarrel.pk)
        taker = order.to_account_id or 0
        load = Order.objects.filter(to_account=taker, state__in=("sent", "signed", "arrived")).count() - 1
        likely = self.assumed.settles(
            quarrel.kind, dispute.level or 3, self.skill(taker), load, second=dispute.round > 1
        )
        settled = self.chance.random() < likely
        if settled:
            report = Report("calmed", text=self.chance.choice(("双方说开了", "一方道歉，另一方接受", "劝开，都回家了")))
        else:
            report = Report("unsettled", why=self.chance.choice(UNSETTLED))
        orders.feedback(order, report, by=taker, scope=scope, at=at)
        self.counts["settled" if settled else "unsettled"] += 1
        calls = self.assumed.calls
        if quarrel.calls < 5 and self.chance.random() < calls["again_settled" if settled else "again_unsettled"]:
            back = at + timedelta(days=self.chance.uniform(*calls["again_days"]))
            self._at(back, lambda then: self._call(quarrel, then))
        if not settled and dispute.round < self.assumed.settling["rounds"]:
            hours = timedelta(hours=self.assumed.lasts("review_hours", self.chance))
            self._at(at + hours, lambda then: self._second(quarrel, then))

    def _order(self, pk: int, at: datetime) -> tuple[Order, Scope]:
        order = Order.objects.select_related("to_account").get(pk=pk)
        assert order.to_account is not None
        return order, scope_of(order.to_account, at=at)

    def skill(self, account: int) -> float:
        """A person's own log-odds: hidden from the product, the same in every run of a seed."""
        if account not in self._skill:
            spread = self.assumed.settling["skill_spread"]
            own = random.Random(self.seed * 1_000_003 + account)  # noqa: S311 - invents, protects nothing
            self._skill[account] = own.gauss(0, spread)
        return self._skill[account]

    # --- second handling
    def _second(self, quarrel: Quarrel, at: datetime) -> None:
        rounds.follow(at=at)
        dispute = Dispute.objects.get(pk=quarrel.pk)
        held = scope_of(self.desk, at=at)
        parts = {
            "focus": dispute.focus or dispute.title, "source": "到场民警反馈和来电记录",
            "duration": f"来电{quarrel.calls}次", "conduct": "按反馈记录，没有新的情况",
            "plan": "社区民警约双方到警务室，村干部参加，当面说清",
        }  # fmt: skip
        rounds.review(dispute, parts, by=self.desk.pk, scope=held, at=at)
        takers = second.takers(dispute, at)
        if not takers:
            self.counts["nobody"] += 1
            return
        dispute.refresh_from_db()
        later = at + timedelta(minutes=10)
        rounds.send(dispute, takers[0].account, parts["plan"], by=self.desk.pk, scope=held, at=later)
        order = Order.objects.get(dispute=dispute, state="sent")
        self.counts["second handlings"] += 1
        self._at(later + self._minutes("sign"), lambda then: self._sign(quarrel, order.pk, then))

    # --- what the worker and the community do of an evening
    def _evening(self, at: datetime) -> None:
        turning.follow(at=at)
        turning.roll(at=at)
        due = Callback.objects.filter(state="planned", due_on__lte=at.date(), owner__isnull=False)
        for row in due.select_related("dispute", "owner").order_by("pk"):
            if self.chance.random() < self.assumed.visits["made"]:
                self._try(lambda then, row=row: self._visit(row, then), at)  # type: ignore[misc]
        turning.climb(at=at)

    def _visit(self, row: Callback, at: datetime) -> None:
        table = self.assumed.visits
        if self.chance.random() >= table["reached"]:
            visits.put_down(row, visits.Made(on=at.date(), way="call", reached=False), by=row.owner_id, at=at)
            self.counts["visits missed"] += 1
            return
        calm = self.chance.random() < table["calm"]
        made = visits.Made(
            on=at.date(), way=self.chance.choice(("visit", "call")), reached=True,
            outcome="settled" if calm else "partly", satisfaction=self._satisfied(calm),
            mind="calm" if calm else "uneasy", why="" if calm else "还有点担心对方再来",
        )  # fmt: skip
        visits.put_down(row, made, by=row.owner_id, at=at)
        self.counts["visits"] += 1

    def _satisfied(self, calm: bool) -> int:
        return self.chance.choices((1, 2, 3, 4, 5), weights=self.assumed.visits["satisfaction"])[0] if calm else 3
