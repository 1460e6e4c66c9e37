"""Whistles of the demo district: a wage claim with four agencies, and one of each other state. All invented."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from twinloop.cases import actions as cases
from twinloop.cases.models import Dispute
from twinloop.decide import Refused
from twinloop.dispatch.pushes import demo as pushes
from twinloop.mediation.joint import actions, competence
from twinloop.mediation.joint.models import Answer, Whistle
from twinloop.people.models import Account
from twinloop.places.models import Place

DESK = frozenset({"dispatcher"})
# title, focus, type, level, what is asked, agencies (the first leads), urgent, hours ago
QUARRELS = (
    ("工地欠薪，十二名工人讨薪纠纷", "三个月工钱十八万元", "C2", 1,
     "核实欠薪数额，约谈发包方和劳务公司，明天开会诊。", ("人社", "住建", "综治", "法庭"), False, 20),
    ("小区物业停水逼缴费纠纷", "停水和拖欠物业费", "B3", 2, "督促恢复供水，主持双方对账。",
     ("住建", "市场监管", "综治"), True, 1),
    ("预付卡健身房关门退费纠纷", "剩余课时怎么退", "C3", 3, "查清收款主体，组织退费。",
     ("市场监管", "司法所"), False, 5),
    ("兄弟赡养老人分摊纠纷", "老人轮住和生活费", "A3", 3, "上门了解老人生活，一起调解。",
     ("民政", "司法所"), False, 40),
)  # fmt: skip


def fill(at: datetime, *, beside: bool = False) -> None:
    """Does nothing where there are whistles, or no agencies."""
    if Whistle.objects.exists() and not beside:
        return
    desk = Account.objects.filter(username="dispatcher").first()
    places = list(Place.objects.served().communities().order_by("code"))
    if desk is None or not places or not competence.agencies().exists():
        return
    wages, water, refund, elders = (_blown(n, places[n * 7 % len(places)], desk, at) for n in range(len(QUARRELS)))
    _wages(wages, at)
    arrived = _of(water, "住建")
    actions.arrive(arrived, by=_clerk(arrived), at=at - timedelta(minutes=45))
    sent_back = _of(refund, "司法所")
    text = "预付卡退费由市场监管主管，司法所只管婚姻家庭和邻里。"
    actions.object_to(sent_back, "not_subject", text, by=_clerk(sent_back), at=at - timedelta(hours=4))
    for word in ("民政", "司法所"):
        answer = _of(elders, word)
        actions.sign(answer, by=_clerk(answer), at=at - timedelta(hours=39))
        said = "已同兄弟三人谈好轮住，每人每月 300 元。"
        actions.feed_back(answer, said, "done", is_final=True, by=_clerk(answer), at=at - timedelta(hours=21))
    last = min(at.date() + timedelta(days=18), at.date().replace(month=12, day=31))
    with suppress(Refused):  # a year whose holidays nobody knows yet: the calendar stays empty
        actions.fill_seats(at.date(), last, by=desk.pk, at=at)


def _wages(whistle: Whistle, at: datetime) -> None:
    """Four agencies, four ways: at work, at work, finished, not signed yet; and a clerk says that it heats up."""
    for word, hours in (("人社", 19), ("住建", 18), ("综治", 19)):
        answer = _of(whistle, word)
        actions.sign(answer, by=_clerk(answer), at=at - timedelta(hours=hours))
    lead, centre = _of(whistle, "人社"), _of(whistle, "综治")
    actions.feed_back(
        lead, "已约发包方，账册明天上午送来，工人代表三人参加。", "under_way", is_final=False, by=_clerk(lead),
        at=at - timedelta(hours=6),
    )  # fmt: skip
    actions.feed_back(
        centre, "已腾出会诊室，通知各方明天九点。", "done", is_final=True, by=_clerk(centre), at=at - timedelta(hours=3)
    )
    actions.heat_up(
        whistle, ["group_event", "threat"], "有人说今晚要去堵发包方的门。", by=_clerk(lead),
        at=at - timedelta(minutes=6), answer=lead,
    )  # fmt: skip


def _blown(n: int, place: Place, desk: Account, at: datetime) -> Whistle:
    title, focus, kind, level, asked, words, urgent, hours = QUARRELS[n]
    then = at - timedelta(hours=hours)
    dispute: Dispute = cases.open_dispute(title=title, focus=focus, place=place, by=desk.pk, at=then)
    given = {"type_code": kind, "level": level}
    cases.move(dispute, "sort", by=desk.pk, roles=DESK, at=then, why="按登记内容分流", given=given)
    dispute = Dispute.objects.select_related("place").get(pk=dispute.pk)
    if level < 3:
        pushes.push(dispute, then + timedelta(minutes=2))
    units = [unit for word in words for unit in competence.agencies() if word in unit.name]
    text = f"{title}，在{place.parent or ''}{place}。争议焦点：{focus}。\n请做：{asked}"
    ask = actions.Ask(
        units=units, lead=units[0].pk, text=text, is_urgent=urgent, where=f"{place}物业办公室" if urgent else "",
        suggested=competence.kept(competence.offers(dispute, at=then)),
    )  # fmt: skip
    return actions.blow(dispute, ask, by=desk.pk, at=then + timedelta(minutes=4))


def _of(whistle: Whistle, word: str) -> Answer:
    return Answer.objects.select_related("whistle", "unit").get(whistle=whistle, unit__name__contains=word)


def _clerk(answer: Answer) -> int | None:
    return Account.objects.filter(unit=answer.unit_id).values_list("pk", flat=True).first()
