"""Ways that a law lays down: violence at home, the penalty procedure, petitions; each step by a named person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from twinloop.cases import actions as cases
from twinloop.cases.models import Dispute, Party
from twinloop.cases.sealing import Identity
from twinloop.decide.clocks import CHINA
from twinloop.desk.year.engine import DESK, Engine, Quarrel
from twinloop.desk.year.tales import MARK
from twinloop.followup.rounds import actions as rounds
from twinloop.followup.rounds.models import Penalty
from twinloop.intake.petitions import actions as petitions
from twinloop.mediation.safeguards import actions as safeguards
from twinloop.mediation.safeguards.models import Safeguard
from twinloop.mediation.sessions import advising
from twinloop.people.models import Account

OFFICER = frozenset({"community_officer"})
HOME = frozenset({"A2"})
LETTERS = (
    safeguards.Letter(
        issued=True, why="情节较轻，首次，依法不给予治安处罚", facts="酒后推搡，打了一下，受害人手臂红肿",
        forbids="禁止再实施任何形式的家庭暴力",
    ),
    safeguards.Letter(issued=False, why="现场查明双方只是争吵，没有动手，批评教育"),
)  # fmt: skip
OFFENCES = ("推搡致对方手肘擦伤", "砸坏对方门窗", "堵门辱骂，劝了不听")
PETITIONS = (
    ("移民补偿发放信访", "补偿按人头还是按户"), ("村道占地信访", "占了菜地没有补"), ("老房拆除信访", "面积少算了"),
    ("承包款去向信访", "账目没有公开"), ("采砂损田信访", "田埂塌了谁修"), ("用水收费信访", "水费比邻村高"),
)  # fmt: skip
SOURCES = ("visit", "visit", "letter", "transferred")


@dataclass
class Lawful:
    life: Engine
    # what others do of it: the quarrel behind a petition is handed to its community, a grave one told to a unit
    hand: Callable[[Quarrel, datetime], None] = lambda quarrel, at: None
    push: Callable[[Quarrel, datetime], None] = lambda quarrel, at: None

    # violence at home
    def is_violent(self, quarrel: Quarrel) -> bool:
        rate = self.life.assumed.lawful["violence"]
        quarrel.is_violent = quarrel.kind in HOME and quarrel.source == "call" and self.life.happens(rate)
        return quarrel.is_violent

    def safeguard(self, quarrel: Quarrel, at: datetime) -> None:
        """The community's officer takes it the way of the Act, before anybody thinks of mediating."""
        life = self.life
        dispute = Dispute.objects.select_related("owner").get(pk=quarrel.pk)
        if (officer := self._sworn(dispute)) is None:
            life.counts["nobody"] += 1
            return
        victim, other = self._parties(quarrel, dispute, officer, at)
        made = safeguards.begin(dispute, victim, other, by=officer.pk, roles=OFFICER, at=at)
        life.counts["safeguards"] += 1
        life.at(at + timedelta(hours=3), lambda then: self._letter(made.pk, officer.pk, then))

    def _letter(self, pk: int, officer: int, at: datetime) -> None:
        life, found, today = self.life, Safeguard.objects.get(pk=pk), at.astimezone(CHINA).date()
        letter = LETTERS[0] if life.happens(life.assumed.lawful["letter"]) else LETTERS[1]
        safeguards.decide(found, letter, by=officer, at=at)
        text = "已告知可以向法院申请，给了申请书样式"
        safeguards.put_down(found, safeguards.Done(kind="advice", on=today, text=text), by=officer, at=at)
        if letter.issued:
            life.counts["warning letters"] += 1
            life.at(at + timedelta(hours=life.chance.uniform(1, 20)), lambda then: self._serve(pk, officer, then))
        else:
            life.at(at + timedelta(hours=life.chance.uniform(1, 4)), lambda then: self._admonished(pk, officer, then))

    def _admonished(self, pk: int, officer: int, at: datetime) -> None:
        """批评教育 instead of a letter, where nobody was hit after all (反家庭暴力法 16): so it was settled."""
        found = Safeguard.objects.select_related("dispute").get(pk=pk)
        if found.dispute.state != "handling":
            return
        by = Account.objects.get(pk=officer)
        given = {
            "settled_by": by.name, "settled_how": "decision", "settled_on": at.astimezone(CHINA).date(),
            "terms": "批评教育，双方保证不再动手",
        }  # fmt: skip
        cases.move(found.dispute, "settle", by=officer, roles=self.life.scope(by, at).roles, at=at, given=given)
        self.life.counts["admonished"] += 1

    def _serve(self, pk: int, officer: int, at: datetime) -> None:
        found, today = Safeguard.objects.get(pk=pk), at.astimezone(CHINA).date()
        for kind, to_whom, how in (
            ("served_victim", "本人", "in_person"), ("served_perpetrator", "本人", "in_person"),
            ("served_village", "村委会妇女主任", "phone"),
        ):  # fmt: skip
            done = safeguards.Done(kind=kind, on=today, to_whom=to_whom, how=how)
            safeguards.put_down(found, done, by=officer, at=at)
        watched = safeguards.Done(kind="visits", on=today, every=15, until=today + timedelta(days=90))
        safeguards.put_down(found, watched, by=officer, at=at)

    # the penalty procedure
    def is_offence(self, dispute: Dispute) -> bool:
        """Of what was not settled: one side was hurt or damaged, and wants it dealt with by the law."""
        return dispute.state == "review" and self.life.happens(self.life.assumed.lawful["offence"])

    def penalise(self, quarrel: Quarrel, at: datetime) -> None:
        life = self.life
        dispute = Dispute.objects.select_related("owner").get(pk=quarrel.pk)
        if (officer := self._sworn(dispute)) is None:
            return
        held = life.scope(officer, at)
        cases.note(dispute, "offence", by=officer.pk, roles=held.roles, at=at, offence=True)
        why = f"{life.chance.choice(OFFENCES)}，一方不愿调解，要求依法处理"
        cases.note(
            dispute, "circumstances", by=officer.pk, roles=held.roles, at=at, party_unwilling=True, why="要求依法处理"
        )
        dispute.refresh_from_db()
        made = rounds.open_penalty(dispute, why, by=officer.pk, scope=held, at=at)
        life.counts["penalty procedures"] += 1
        days = timedelta(days=life.assumed.lasts("penalty_days", life.chance))
        life.at(at + days, lambda then: self._decided(made.pk, then))

    def _decided(self, pk: int, at: datetime) -> None:
        life, found = self.life, Penalty.objects.select_related("dispute").get(pk=pk)
        leader = Account.objects.get(username="bureau")
        decision = life.chance.choices(("warning", "fine", "detention", "none"), weights=(3, 5, 1, 1))[0]
        life.counts["penalties decided"] += 1
        number = f"演示公（治）行罚决字〔{at:%Y}〕{life.part + 1}{life.counts['penalties decided']:03d}号"
        rounds.decide(
            found, decision, number, at.astimezone(CHINA).date(), "按查明的事实决定", by=leader.pk,
            scope=life.scope(leader, at), at=at,
        )  # fmt: skip

    # petitions
    def petition(self, quarrel: Quarrel, at: datetime) -> None:
        """Somebody writes or comes about an old matter; it is accepted or declined, answered, and rests."""
        life, today = self.life, at.astimezone(CHINA).date()
        title, focus = life.chance.choice(PETITIONS)
        dispute = cases.open_dispute(
            title=f"{quarrel.place.short or quarrel.place.name}{title}{MARK}"[:60], focus=focus, place=quarrel.place,
            origin="backlog", started_on=today - timedelta(days=life.chance.randint(200, 3000)), by=life.desk.pk,
            at=at,
        )  # fmt: skip
        quarrel.pk, quarrel.kind = dispute.pk, "D2"
        cases.add_party(dispute, Identity(name=quarrel.parties[0]), side="a", by=life.desk.pk, at=at)
        level = life.chance.choices((2, 3), weights=(1, 3))[0]
        cases.move(dispute, "sort", by=life.desk.pk, roles=DESK, at=at, given={"type_code": "D2", "level": level})
        petitions.register(
            dispute, petitions.Given(received_on=today, source=life.chance.choice(SOURCES)), by=life.desk.pk, at=at
        )
        life.counts["petitions"] += 1
        if level < 3:
            life.at(at + timedelta(minutes=8), lambda then: self.push(quarrel, then))
        life.at(at + timedelta(days=life.chance.uniform(2, 14)), lambda then: self._taken_on(quarrel, then))

    def _taken_on(self, quarrel: Quarrel, at: datetime) -> None:
        life, dispute = self.life, Dispute.objects.select_related("owner").get(pk=quarrel.pk)
        if (officer := self._sworn(dispute)) is None:
            life.counts["nobody"] += 1
            return
        if life.happens(life.assumed.lawful["declined"]):
            why = "这类争议应当由法院裁判"
            petitions.decline(dispute, "legal_route", why=why, where="区人民法院立案庭", by=officer.pk, at=at)
            life.counts["petitions declined"] += 1
            life.at(at + timedelta(days=1), lambda then: self.hand(quarrel, then))
            return
        petitions.accept(dispute, by=officer.pk, at=at)
        days = timedelta(days=life.assumed.lasts("petition_days", life.chance))
        life.at(at + days, lambda then: self._answered(quarrel, officer.pk, then))

    def _answered(self, quarrel: Quarrel, officer: int, at: datetime) -> None:
        life, dispute = self.life, Dispute.objects.get(pk=quarrel.pk)
        given = petitions.Answer(
            result=life.chance.choices(("supported", "explained", "rejected"), weights=(5, 3, 2))[0],
            on=at.astimezone(CHINA).date(), request="把事情查清，该补的补", facts="到现场看过，核对了账目和图纸",
            opinion="按查明的数量和标准办，由经手单位落实", law="民法典、信访工作条例",
        )  # fmt: skip
        petitions.answer(dispute, given, by=officer, at=at)
        life.counts["petitions answered"] += 1
        life.at(at + timedelta(hours=2), lambda then: self.hand(quarrel, then))
        if life.happens(life.assumed.lawful["agreed"]):
            life.at(at + timedelta(days=life.chance.uniform(1, 20)), lambda then: self._rests(dispute, officer, then))

    def _rests(self, dispute: Dispute, officer: int, at: datetime) -> None:
        petitions.close(dispute, agreed=True, by=officer, at=at)

    def _parties(self, quarrel: Quarrel, dispute: Dispute, officer: Account, at: datetime) -> tuple[Party, Party]:
        known = {party.side: party for party in advising.parties_of(dispute)}
        for side, name in zip("ab", quarrel.parties, strict=True):
            if side not in known:
                known[side] = cases.add_party(dispute, Identity(name=name), side=side, by=officer.pk, at=at)
        return known["a"], known["b"]

    def _sworn(self, dispute: Dispute) -> Account | None:
        """Who has the case, or the officer whose community it is."""
        own = dispute.owner
        if own is not None and own.kind == Account.Kind.SWORN:
            return own
        near = Account.objects.filter(kind=Account.Kind.SWORN, communities=dispute.place_id, is_active=True)
        return near.order_by("pk").first()
