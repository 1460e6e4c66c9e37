"""Calls, orders, feedbacks, second handlings: the outer loop of a simulated district."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from twinloop.cases import actions as cases
from twinloop.cases.models import ORDER_OPEN, Dispute, Incident, Order
from twinloop.decide import Refused
from twinloop.desk.year import tales
from twinloop.desk.year.agencies import Agencies
from twinloop.desk.year.engine import DESK, Engine, Quarrel, sent_at
from twinloop.desk.year.lawful import Lawful
from twinloop.desk.year.mediating import Mediating
from twinloop.dispatch.orders import actions as orders
from twinloop.dispatch.orders.actions.reporting import Report
from twinloop.dispatch.orders.queries import suggesting
from twinloop.dispatch.pushes import actions as pushes
from twinloop.dispatch.pushes import letter
from twinloop.dispatch.pushes.models import Push
from twinloop.followup.rounds import actions as rounds
from twinloop.followup.rounds import queries as second
from twinloop.intake.doors.actions import receive
from twinloop.intake.doors.checking import Person, Said
from twinloop.ledger.sight import Scope
from twinloop.people.models import Account, Unit

UNDER_WAY = ("到了，双方都在，先分开听", "人都到了，正在核对", "一方不在家，已经打电话叫回来", "先劝开了，再坐下来说")
UNSETTLED = ("unwilling", "unclear", "survey")
CALMED = ("双方说开了", "一方道歉，另一方接受", "劝开，都回家了", "当面讲清楚，各退一步", "对方答应不再这样")
PLANS = (
    "社区民警约双方到警务室，村干部参加，当面说清",
    "先分开谈，再请家里老人一起坐下来",
    "实地看一次，把尺寸、账目核清楚再谈",
)
ASKS = "请核实情况，三天内答复处理意见。"
ANSWERS = (("已上门核实，双方同意先各退一步，我们继续跟进。", "under_way"), ("已处理，双方签字确认。", "done"))


@dataclass
class Calls:
    """What becomes of a report, whoever brought it; `mediating` takes over where the parties sit down together."""

    life: Engine
    mediating: Mediating
    agencies: Agencies
    lawful: Lawful
    known: dict[int, Quarrel] = field(default_factory=dict)  # by the dispute they became
    planned: set[int] = field(default_factory=set)  # disputes whose second handling has its hour

    def __post_init__(self) -> None:
        self.lawful.hand, self.lawful.push = self._petitioned, self.push

    def _petitioned(self, quarrel: Quarrel, at: datetime) -> None:
        """An answer ends the petition, not the quarrel: that goes the way of the old ones."""
        self.known[quarrel.pk] = quarrel
        self.hand_to_community(quarrel, at)

    def call(self, quarrel: Quarrel, at: datetime) -> None:
        """The desk writes it down; the first call opens a dispute, a later one joins it."""
        life, again = self.life, quarrel.pk > 0
        tale = tales.told(quarrel.kind, quarrel.place.short or quarrel.place.name, life.chance, again=again)
        said = Said(
            channel="call_110", text=tale.text, phone=quarrel.phone, name=quarrel.parties[0], place=quarrel.place.code,
            reported=at, type_code=quarrel.kind, people=[Person(side="b", name=quarrel.parties[1])],
        )  # fmt: skip
        dispute = Dispute.objects.get(pk=quarrel.pk) if again else None
        incident = receive(
            said, door="call", by=life.desk.pk, at=at, dispute=dispute, opens=not again, title=tale.title
        )
        quarrel.calls += 1
        life.counts["calls"] += 1
        life.counts["repeats"] += again
        self.opened(quarrel, incident, at)

    def opened(self, quarrel: Quarrel, incident: Incident, at: datetime) -> None:
        """A report has its dispute: the desk sorts it, the grave ones are pushed, somebody is sent."""
        life = self.life
        link = suggesting.link_of(incident)
        assert link is not None
        if not quarrel.pk:
            quarrel.pk = link.pk
            self.known[link.pk] = quarrel
            level = life.chance.choices((1, 2, 3), weights=life.assumed.levels[quarrel.source])[0]
            given = {"type_code": quarrel.kind, "level": level}
            cases.move(link, "sort", by=life.desk.pk, roles=DESK, at=at, given=given)
            if level < 3:
                life.at(at + timedelta(minutes=8), lambda then: self.push(quarrel, then))
            if self.lawful.is_violent(quarrel):
                life.at(at + timedelta(minutes=25), lambda then: self.lawful.safeguard(quarrel, then))
            elif self.agencies.called(quarrel):
                life.at(at + timedelta(minutes=15), lambda then: self.agencies.whistle(quarrel, then))
        life.at(at + life.minutes("send"), lambda then: self._send(quarrel, incident.pk, then))

    def _send(self, quarrel: Quarrel, incident: int, at: datetime) -> None:
        life = self.life
        found = Incident.objects.select_related("place__parent").get(pk=incident)
        suggested, _ranking = suggesting.for_incident(found, at=at)
        if suggested.first is None:
            life.counts["nobody"] += 1
            return
        taker = Account.objects.get(pk=suggested.first.pk)
        order = orders.send(
            found, taker, by=life.desk.pk, roles=DESK, at=at, text="到场了解，能调则调", suggested=suggested
        )
        life.counts["orders"] += 1
        life.at(at + life.minutes("sign"), lambda then: self._sign(quarrel, order, then))

    # --- other units
    def push(self, quarrel: Quarrel, at: datetime) -> None:
        """A grave quarrel is told to a unit the same day (推送), which signs and answers."""
        dispute = Dispute.objects.select_related("place", "station").get(pk=quarrel.pk)
        staffed = Unit.objects.filter(kind=Unit.Kind.AGENCY, closed_on=None, people__is_active=True)
        unit = self.life.chance.choice(list(staffed.distinct().order_by("code")))
        text = letter.drafted(dispute, at=at).replace(letter.BLANK, ASKS)
        (push,) = pushes.push_out(dispute, [unit], text, by=self.life.desk.pk, at=at)
        self.life.counts["pushes"] += 1
        self.life.at(at + self.life.minutes("push_receipt"), lambda then: self._receive(push.pk, then))

    def _receive(self, pk: int, at: datetime) -> None:
        push = pushes.receive(Push.objects.get(pk=pk), by=self._clerk(pk), at=at)
        days = timedelta(days=self.life.assumed.lasts("push_reply_days", self.life.chance))
        self.life.at(at + days, lambda then: self._reply(push.pk, then))

    def _reply(self, pk: int, at: datetime) -> None:
        text, result = self.life.chance.choice(ANSWERS)
        pushes.reply(Push.objects.get(pk=pk), text, result, by=self._clerk(pk), at=at)
        self.life.counts["push replies"] += 1

    def _clerk(self, push: int) -> int | None:
        return Account.objects.filter(unit__pushes=push, is_active=True).values_list("pk", flat=True).first()

    # --- the officer
    def _sign(self, quarrel: Quarrel, order: Order, at: datetime) -> None:
        scope = self._scope(order, at)
        signed = orders.sign(order, by=order.to_account_id or 0, scope=scope, at=at)
        way = self.life.minutes("arrive_village" if quarrel.place.is_village else "arrive_outskirts")
        self.life.at(at + way, lambda then: self._arrive(quarrel, signed, then))

    def _arrive(self, quarrel: Quarrel, order: Order, at: datetime) -> None:
        life, scope = self.life, self._scope(order, at)
        there = orders.arrive(order, by=order.to_account_id or 0, scope=scope, at=at)
        later = life.minutes("handle")
        if there.dispute and there.dispute.round > 1:
            later = timedelta(hours=life.assumed.lasts("second_hours", life.chance))
        told = life.minutes("tell")
        if told < later and life.happens(life.assumed.answering["tells"]):
            life.at(at + told, lambda then: self._tell(order, then))
        life.at(at + later, lambda then: self._handle(quarrel, there, then))

    def _tell(self, order: Order, at: datetime) -> None:
        """首次反馈: how it stands, while it goes on."""
        report = Report("progress", text=self.life.chance.choice(UNDER_WAY))
        orders.feedback(order, report, by=order.to_account_id or 0, scope=self._scope(order, at), at=at)

    def _handle(self, quarrel: Quarrel, order: Order, at: datetime) -> None:
        """Both sit down with a mediator where it suits and they want it; else the officer settles it, or does not."""
        life, scope = self.life, self._scope(order, at)
        dispute = Dispute.objects.select_related("place").get(pk=quarrel.pk)
        taker = order.to_account_id or 0
        if self.mediating.begins(quarrel, dispute, scope, at):
            again = lambda then, settled: self._mediated(quarrel, order.pk, settled, then)  # noqa: E731
            self.mediating.sit(quarrel, dispute, order.to_account or life.desk, at, ended=again)
            return
        load = Order.objects.filter(to_account=taker, state__in=ORDER_OPEN).count() - 1
        settled = life.happens(
            life.assumed.settles(
                quarrel.kind, dispute.level or 3, life.skill(taker), load, second=dispute.round > 1
            )
        )  # fmt: skip
        self._report(quarrel, order, scope, settled, at)

    def _report(self, quarrel: Quarrel, order: Order, scope: Scope, settled: bool, at: datetime) -> None:
        life = self.life
        if settled:
            report = Report("calmed", text=life.chance.choice(CALMED))
        else:
            report = Report("unsettled", why=life.chance.choice(UNSETTLED))
        try:
            orders.feedback(order, report, by=order.to_account_id or 0, scope=scope, at=at)
        except Refused as refused:
            if not quarrel.is_violent:
                raise
            # the letter is not served yet: nothing is reported before it is
            life.counts[f"refused:{refused.code}"] += 1
            later = at + timedelta(days=life.assumed.lasts("again_days", life.chance))
            life.at(later, lambda then: self._report(quarrel, order, self._scope(order, then), settled, then))
            return
        life.counts["settled on the spot" if settled else "unsettled"] += 1
        self._after(quarrel, settled, at)

    def _mediated(self, quarrel: Quarrel, pk: int, settled: bool, at: datetime) -> None:
        """The mediation ended; the order that led to it ends with it."""
        order = Order.objects.select_related("to_account").get(pk=pk)
        scope = self._scope(order, at)
        if order.state == "arrived":
            report = Report("agreed", text="调解达成协议") if settled else Report("unsettled", why="unwilling")
            orders.feedback(order, report, by=order.to_account_id or 0, scope=scope, at=at)
        self._after(quarrel, settled, at)

    def _after(self, quarrel: Quarrel, settled: bool, at: datetime) -> None:
        life, calls = self.life, self.life.assumed.calls
        if quarrel.calls < 5 and life.happens(calls["again_settled" if settled else "again_unsettled"]):
            back = at + timedelta(days=life.chance.uniform(*calls["again_days"]))
            life.at(back, lambda then: self.call(quarrel, then))
        if not settled and self.lawful.is_offence(Dispute.objects.get(pk=quarrel.pk)):
            life.at(at + timedelta(hours=1), lambda then: self.lawful.penalise(quarrel, then))
        elif not settled:
            self.take_up(quarrel.pk, at)

    def take_up(self, dispute: int, at: datetime) -> None:
        """What waits for a review gets its hour, once; one that nobody simulated knows of is left to people."""
        quarrel, life = self.known.get(dispute), self.life
        if quarrel is None or dispute in self.planned:
            return
        self.planned.add(dispute)
        rounds_so_far = Dispute.objects.values_list("round", flat=True).get(pk=dispute)
        hours = timedelta(hours=life.assumed.lasts("review_hours", life.chance)) * max(1, rounds_so_far - 1)
        life.at(at + hours, lambda then: self.second(quarrel, then))

    def _scope(self, order: Order, at: datetime) -> Scope:
        """Of whoever was sent; the order itself is looked at anew by each action."""
        assert order.to_account is not None
        return self.life.scope(order.to_account, at)

    def hand_to_community(self, quarrel: Quarrel, at: datetime) -> None:
        """What was carried over goes to the officer of its community, who has it from now on."""
        life = self.life
        dispute = Dispute.objects.select_related("owner").get(pk=quarrel.pk)
        if dispute.owner is None:
            life.counts["nobody"] += 1
            return
        given = {"taker": dispute.owner, "text": "多年没有解决的，请 2+2 调解队一起办", "in_community": True}
        order = cases.give_order(dispute, by=life.desk.pk, roles=DESK, at=at, given=given)
        life.at(at + life.minutes("sign"), lambda then: self._sign(quarrel, order, then))

    def second(self, quarrel: Quarrel, at: datetime) -> None:
        """The desk analyses why it was not settled and sends it to the community of the place."""
        life = self.life
        self.planned.discard(quarrel.pk)
        rounds.turn(quarrel.pk, at=at)
        dispute = Dispute.objects.get(pk=quarrel.pk)
        if dispute.state != "review" or dispute.round > life.assumed.settling["rounds"]:
            return
        held = life.scope(life.desk, at)
        parts = {
            "focus": dispute.focus or dispute.title, "source": "到场民警反馈和来电记录",
            "duration": f"来电{max(1, quarrel.calls)}次", "conduct": "按反馈记录，没有新的情况",
            "plan": life.chance.choice(PLANS),
        }  # fmt: skip
        rounds.review(dispute, parts, by=life.desk.pk, scope=held, at=at)
        later = sent_at(at, life.chance)
        life.at(later, lambda then: self._send_again(quarrel, parts["plan"], then))

    def _send_again(self, quarrel: Quarrel, plan: str, at: datetime) -> None:
        life, dispute = self.life, Dispute.objects.get(pk=quarrel.pk)
        if dispute.state != "review":
            return  # closed by something else overnight
        takers = second.takers(dispute, at)
        if not takers:
            life.counts["nobody"] += 1
            return
        held = life.scope(life.desk, at)
        order = rounds.send(dispute, takers[0].account, plan, by=life.desk.pk, scope=held, at=at)
        life.counts["second handlings"] += 1
        life.at(at + life.minutes("sign"), lambda then: self._sign(quarrel, order, then))
