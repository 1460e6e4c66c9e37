"""The inner loop of a simulated district: who wants it is asked, a mediator sits down with both, promises are kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from twinloop.cases import actions as cases
from twinloop.cases.models import Dispute
from twinloop.cases.sealing import Identity
from twinloop.decide import Refused
from twinloop.decide.clocks import CHINA
from twinloop.desk.year.engine import Engine, Quarrel, workday
from twinloop.ledger.sight import Scope
from twinloop.mediation.agreements import actions as agreements
from twinloop.mediation.agreements.models import Agreement, Due
from twinloop.mediation.sessions import actions as sessions
from twinloop.mediation.sessions import advising
from twinloop.mediation.sessions.models import Mediation, Session
from twinloop.people.models import Account

MONEY = frozenset({"C1", "C2", "C3", "D2", "A3"})
PROMISED = {
    "A1": "不再上门找，东西当场还清", "A2": "双方不再当着孩子争吵，各自住处说好", "A3": "每月给生活费",
    "B1": "水沟各清一半，界线按石桩", "B2": "晚上十点以后不再有响动", "B3": "物业七天内修好，业主补交费用",
    "C1": "分期还清欠款", "C2": "分两次付清工钱", "C3": "退款", "D1": "按丈量的界线种，不再挪石头",
    "D2": "补偿损失，摊位按划线",
}  # fmt: skip
HOUR = timedelta(hours=1)
TRIES = 3
Ended = Callable[[datetime, bool], None]


@dataclass
class Mediating:
    life: Engine

    def begins(self, quarrel: Quarrel, dispute: Dispute, scope: Scope, at: datetime) -> bool:
        """Whether both want to sit down: more of them where the reporter is a neighbour, or in a second handling."""
        table = self.life.assumed.mediation
        wanted = table["wanted_second"] if dispute.round > 1 else table["wanted"].get(quarrel.source, 0.0)
        if quarrel.is_violent or dispute.state != "handling" or not scope.has("officer", "community_officer"):
            return False
        return self.life.happens(wanted)

    def sit(self, quarrel: Quarrel, dispute: Dispute, officer: Account, at: datetime, *, ended: Ended) -> None:
        """Ask both, choose as suggested, arrange the first session. What refuses ends as not settled."""
        try:
            made = self._choose(quarrel, dispute, officer, at)
        except Refused as refused:
            self.life.counts[f"refused:{refused.code}"] += 1
            ended(at, False)
            return
        self.life.counts[f"mediations {made.strength}"] += 1
        self._arrange(quarrel, made.pk, officer, at, ended, TRIES)

    def _choose(self, quarrel: Quarrel, dispute: Dispute, officer: Account, at: datetime) -> Mediation:
        roles = self.life.scope(officer, at).roles
        parties = advising.parties_of(dispute)
        sides = {party.side for party in parties}
        for side, name in zip("ab", quarrel.parties, strict=True):
            if side not in sides:
                parties.append(cases.add_party(dispute, Identity(name=name), side=side, by=officer.pk, at=at))
        for party in parties:
            sessions.wish(party, track="people", accepts=True, by=officer.pk, at=at)
        advice = advising.advise(dispute, at=at)
        if advice.refused is not None:
            raise advice.refused
        if advice.first is None or advice.suggestion is None:
            raise Refused("mediator_left", name="")
        pick = sessions.Pick(strength=str(advice.suggestion.strength), track=advice.track, lead=advice.first)
        return sessions.choose(dispute, pick, by=officer.pk, roles=roles, at=at, advice=advice)

    def _arrange(
        self, quarrel: Quarrel, pk: int, officer: Account, at: datetime, ended: Ended, tries: int
    ) -> None:  # fmt: skip
        """A day and an hour at which the mediator is free; somebody else has the hour: another day."""
        mediation = Mediation.objects.select_related("lead", "dispute").get(pk=pk)
        start = workday(at, self.life.chance.uniform(*self.life.assumed.mediation["days"]), self.life.chance)
        booking = sessions.Booking(start=start, end=start + HOUR, where="村委会小会议室")
        try:
            session = sessions.plan(mediation, booking, by=officer.pk, at=at)
        except Refused as refused:
            self.life.counts[f"refused:{refused.code}"] += 1
            if tries:
                self._arrange(quarrel, pk, officer, at, ended, tries - 1)
            else:
                ended(at, False)
            return
        self.life.at(start + HOUR, lambda then: self._close(quarrel, session.pk, officer, then, ended))

    def _close(self, quarrel: Quarrel, pk: int, officer: Account, at: datetime, ended: Ended) -> None:
        life, table = self.life, self.life.assumed.mediation
        session = Session.objects.select_related("mediation__dispute", "mediation__lead").get(pk=pk)
        dispute, lead = session.mediation.dispute, session.mediation.lead
        roles = life.scope(officer, at).roles
        sessions.came(session, [one.pk for one in session.attendees.all()], by=officer.pk, at=at)
        odds = table["odds"][session.mediation.strength]
        settled = life.happens(life.assumed.chance(odds, quarrel.kind, dispute.level or 3, life.skill(-lead.pk)))
        life.counts["sessions"] += 1
        if not settled:
            result = sessions.Result(outcome="failed", said="一方要价太高，谈不拢，各自再想想")
            sessions.close(session, result, by=officer.pk, roles=roles, at=at)
            ended(at, False)
            return
        terms, oral = self._terms(quarrel, dispute, at), session.mediation.procedure == "simple"
        result = sessions.Result(outcome="agreed", said="当面说清，双方都认", terms=terms, oral=oral)
        sessions.close(session, result, by=officer.pk, roles=roles, at=at)
        life.counts["agreements"] += 1
        agreement = Agreement.objects.get(dispute=dispute, state="signed")
        for due in Due.objects.filter(agreement=agreement, live=True).order_by("due_on", "pk"):
            self._owe(due, officer)
        ended(at, True)

    def _terms(self, quarrel: Quarrel, dispute: Dispute, at: datetime) -> tuple[agreements.Given, ...]:
        """One promise: a sum in one or two parts, or something done by a day."""
        chance, today = self.life.chance, at.astimezone(CHINA).date()
        sides = {party.side: party.pk for party in advising.parties_of(dispute)}
        common = {"by_party": sides["b"], "to_party": sides["a"], "text": PROMISED[quarrel.kind]}
        due = today + timedelta(days=chance.randint(5, 40))
        if quarrel.kind not in MONEY:
            return (agreements.Given(kind="act", how="本人做好，村里看一眼", due_on=due, **common),)  # type: ignore[arg-type]
        half = Decimal(chance.randint(2, 90) * 100)
        parts = ((half, due), (half, due + timedelta(days=30))) if chance.random() < 0.5 else ((2 * half, due),)
        return (agreements.Given(kind="money", how="转账", amount=2 * half, parts=parts, **common),)  # type: ignore[arg-type]

    def _owe(self, due: Due, officer: Account) -> None:
        """Kept on its day or a little before, or not: then somebody says so the day after."""
        life, pk = self.life, due.pk
        noon = datetime(due.due_on.year, due.due_on.month, due.due_on.day, 12, tzinfo=CHINA)
        if life.happens(life.assumed.mediation["kept"]):
            life.at(noon, lambda then: self._kept(pk, officer, then))
        else:
            life.at(noon + timedelta(days=1), lambda then: self._broken(pk, officer, then))

    def _kept(self, pk: int, officer: Account, at: datetime) -> None:
        agreements.perform(Due.objects.get(pk=pk), "双方都说做到了", on=at.date(), by=officer.pk, at=at)
        self.life.counts["promises kept"] += 1

    def _broken(self, pk: int, officer: Account, at: datetime) -> None:
        roles = self.life.scope(officer, at).roles
        agreements.break_due(Due.objects.get(pk=pk), "到期没有做，电话不接", by=officer.pk, roles=roles, at=at)
        self.life.counts["promises broken"] += 1
