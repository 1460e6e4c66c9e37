"""Agencies called together (吹哨): the suggested ones come, feed back, now and then object; sometimes it heats up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from twinloop.cases.models import Dispute
from twinloop.desk.year.engine import Engine, Quarrel
from twinloop.mediation.joint import actions, competence
from twinloop.mediation.joint.models import Answer, Objection
from twinloop.people.models import Account

ASKED = (
    "请核实情况，约双方当面对账，明天前反馈。",
    "请派人到场看一次，说清楚归谁管，能办的当场办。",
    "请一起上门，把能定的先定下来。",
)
FINISHED = (
    ("已到现场核对，双方认了数，写了字据。", "done"),
    ("已约谈责任方，承诺三天内办好，我们盯着。", "done"),
    ("已上门讲清政策，当事人表示理解。", "done"),
    ("依法不属行政处理范围，已告知可以起诉。", "cannot"),
)
ON_THE_WAY = ("已约双方，等一方回来。", "账册还没送来，明天再对。")
NOT_OURS = "这件事的主管单位不是我们，请改由主管单位牵头。"
STANDS = "现场看过，一部分确归你单位管，先一起办"


@dataclass
class Agencies:
    life: Engine

    def called(self, quarrel: Quarrel) -> bool:
        """Whether somebody at the desk whistles for it: the kinds in which an agency decides what police cannot."""
        table = self.life.assumed.agencies
        return quarrel.kind in table["kinds"] and self.life.happens(table["whistle"])

    def whistle(self, quarrel: Quarrel, at: datetime) -> None:
        """The lead and those who assist, as the table of competence suggests."""
        life = self.life
        dispute = Dispute.objects.select_related("place").get(pk=quarrel.pk)
        offers = [offer for offer in competence.offers(dispute, at=at) if offer.called is not None]
        lead = next((offer.unit for offer in offers if offer.is_lead), None)
        if lead is None:
            life.counts["no agency leads"] += 1
            return
        others = [offer.unit for offer in offers if offer.unit != lead][: life.chance.choice((1, 1, 2, 3))]
        text = f"{dispute.title}。{life.chance.choice(ASKED)}"
        ask = actions.Ask(
            units=[lead, *others], lead=lead.pk, text=text, is_urgent=(dispute.level or 3) == 1, where="村委会",
            suggested=competence.kept(offers),
        )  # fmt: skip
        made = actions.blow(dispute, ask, by=life.desk.pk, at=at)
        life.counts["whistles"] += 1
        for pk in made.answers.order_by("pk").values_list("pk", flat=True):
            how_soon = life.minutes("whistle_sign_urgent" if ask.is_urgent else "whistle_sign")
            life.at(at + how_soon, lambda then, pk=pk: self._sign(pk, then))  # type: ignore[misc]

    def _sign(self, pk: int, at: datetime) -> None:
        life, answer = self.life, self._answer(pk)
        actions.sign(answer, by=self._clerk(answer), at=at)
        if answer.whistle.is_urgent:
            life.at(at + life.minutes("whistle_arrive"), lambda then: self._arrive(pk, then))
        table = life.assumed.agencies
        hours = timedelta(hours=life.assumed.lasts("whistle_hours", life.chance))
        if life.happens(table["objects"]):
            hours += timedelta(hours=2)  # nobody finishes what they disown
            objection = actions.object_to(answer, "not_subject", NOT_OURS, by=self._clerk(answer), at=at)
            life.counts["objections"] += 1
            life.at(at + timedelta(hours=2), lambda then: self._stands(objection, then))
        if life.happens(table["in_between"]):
            life.at(at + hours / 2, lambda then: self._tell(pk, then))
        life.at(at + hours, lambda then: self._finish(pk, then))

    def _arrive(self, pk: int, at: datetime) -> None:
        answer = self._answer(pk)
        actions.arrive(answer, by=self._clerk(answer), at=at)

    def _stands(self, objection: Objection, at: datetime) -> None:
        arbiter = Account.objects.get(username="bureau")
        actions.decide(objection, "stays", why=STANDS, by=arbiter.pk, at=at)

    def _tell(self, pk: int, at: datetime) -> None:
        answer = self._answer(pk)
        text = self.life.chance.choice(ON_THE_WAY)
        actions.feed_back(answer, text, "under_way", is_final=False, by=self._clerk(answer), at=at)

    def _finish(self, pk: int, at: datetime) -> None:
        answer = self._answer(pk)
        text, result = self.life.chance.choices(FINISHED, weights=(4, 3, 3, 1))[0]
        actions.feed_back(answer, text, result, is_final=True, by=self._clerk(answer), at=at)
        self.life.counts["agencies done"] += 1

    def _answer(self, pk: int) -> Answer:
        return Answer.objects.select_related("whistle", "unit").get(pk=pk)

    def _clerk(self, answer: Answer) -> int | None:
        people = Account.objects.filter(unit=answer.unit_id, is_active=True).order_by("pk")
        return people.values_list("pk", flat=True).first()
