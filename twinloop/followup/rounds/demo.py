"""Second handlings of the demo district, from a review that is due to a crime in a known quarrel. All invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from twinloop.cases import actions as cases
from twinloop.cases.models import Dispute, Incident, Order
from twinloop.dispatch.orders import demo as orders
from twinloop.dispatch.orders.actions.reporting import Report
from twinloop.dispatch.pushes import demo as pushes
from twinloop.followup.rounds import actions, queries
from twinloop.followup.rounds.models import Penalty
from twinloop.intake.doors import actions as doors
from twinloop.intake.doors.checking import Person, Said
from twinloop.ledger.sight import Scope
from twinloop.people.models import Account
from twinloop.people.scope import scope_of
from twinloop.places.models import Place

MINUTE = timedelta(minutes=1)
DESK, OFFICER, HOUR = frozenset({"dispatcher"}), frozenset({"community_officer", "officer"}), timedelta(hours=1)
TITLES = {
    "reviewed": ("猪栏粪水流进厨房纠纷", "粪水从谁家地界排", "B1", "赖春兰", "赖水根"),
    "waits": ("合租水电费分摊纠纷", "三个月水电费怎么分", "C1", "丁小满", "许立冬"),
    "sent": ("楼上漏水泡坏吊顶纠纷", "修吊顶的钱和防水谁来做", "B3", "沈秋菊", "高大勇"),
    "settled": ("晒谷场占位纠纷", "晒谷场轮流的日子", "D1", "罗来发", "罗冬生"),
    "penalty": ("摆摊抢位推搡受伤纠纷", "摊位归谁、医药费谁出", "D2", "彭桂花", "邹志强"),
    "crime": ("地界毁苗反复争吵纠纷", "田埂往哪边移", "D1", "温大旺", "曾广财"),
}
SAID = {
    "reviewed": ("猪栏的粪水又流到我家厨房，上次说清沟到现在没有清", 26),
    "waits": ("室友不肯分水电费，把电闸关了", 5),
    "sent": ("楼上又漏水，吊顶掉下来一块，他不开门", 50),
    "settled": ("他们家又把谷子晒到我们的位置上", 200),
    "penalty": ("摆摊被人推倒，手肘流血，要他赔医药费他不肯", 30),
    "crime": ("田里的苗又被拔了一片，说好的田埂他又往这边挖", 640),
}
REVIEW = {
    "focus": "粪水从谁家地界排，沟归谁清", "source": "去年翻修猪栏改了排水",
    "duration": "半年里报警三次，间隔越来越短", "conduct": "上次约定清沟没有照办，推搡过一次，没有动器械",
    "plan": "社区民警带村干部到现场量地，定下沟的走向，当场清通，一个月后回头看",
}  # fmt: skip


@dataclass(frozen=True)
class Cast:
    """Who acts: the desk, a community's officer, a chief."""

    desk: Account
    officer: Account
    chief: Account
    at: datetime

    def held(self, who: Account) -> Scope:
        return scope_of(who, at=self.at)


def fill(at: datetime, *, beside: bool = False) -> None:
    """Does nothing where there are second handlings or the demo's people are missing."""
    found = {name: Account.objects.filter(username=name).first() for name in ("dispatcher", "community", "chief")}
    desk, officer, chief = found["dispatcher"], found["community"], found["chief"]
    place = officer.communities.order_by("code").first() if officer else None
    if (Penalty.objects.exists() and not beside) or desk is None or officer is None or chief is None or place is None:
        return
    cast = Cast(desk, officer, chief, at)
    made = {name: _first_round(name, place, cast) for name in TITLES}
    actions.follow(at=at - 3 * HOUR)
    _second(made["sent"], cast, at - 2 * HOUR)
    _second(made["settled"], cast, at - 150 * HOUR, settle=True)
    _review(made["reviewed"], cast, at - HOUR)
    _penalty(made["penalty"], cast)
    _crime(made["crime"], place, cast)
    actions.follow(at=at)


def _call(name: str, place: Place, cast: Cast, at: datetime) -> Incident:
    """Through the call desk's own door; the number is nobody's."""
    title, _, kind, one, other = TITLES[name]
    said = Said(
        channel="call_110", text=SAID[name][0], name=one, phone=f"1990000{list(TITLES).index(name):04d}",
        place=place.code, address="2组", reported=at, type_code=kind,
        people=[Person(side="a", name=one), Person(side="b", name=other)],
    )  # fmt: skip
    return doors.receive(said, door="call", by=cast.desk.pk, at=at, opens=True, title=title)


def _first_round(name: str, place: Place, cast: Cast) -> Dispute:
    """Called, sorted, sent, not settled; the crime's quarrel rests for a while, the penalty's stays on the spot."""
    then = cast.at - timedelta(hours=SAID[name][1])
    call = _call(name, place, cast, then)
    dispute = call.links.get().dispute
    focus = TITLES[name][1]
    dispute = cases.change_dispute(dispute, by=cast.desk.pk, at=then, version=dispute.version, focus=focus)
    level = 2 if name in ("penalty", "crime") else 3
    given = {"type_code": TITLES[name][2], "level": level}
    cases.move(dispute, "sort", by=cast.desk.pk, roles=DESK, at=then + MINUTE, given=given)
    pushed = pushes.push(dispute, then + 2 * MINUTE) if level == 2 else None
    order = orders.go(call, cast.desk, then + 3 * MINUTE)
    if order is None:  # nobody had duty then: the community's officer goes
        given = {"taker": cast.officer, "text": "到场了解，能调则调"}
        cases.move(dispute, "order", by=cast.desk.pk, roles=DESK, at=then + 3 * MINUTE, given=given)
        cases.move(dispute, "start", by=cast.officer.pk, roles=OFFICER, at=then + HOUR / 2)
    if name == "penalty":
        return dispute
    if name == "crime":
        done = _settled(dispute, order, cast, then + HOUR)
        pushes.answer(pushed, then + 2 * HOUR)
        return done
    text = "双方各说各话，没有谈拢"
    if order is not None:
        orders.feed_back(order, Report("unsettled", why="unwilling", text=text), then + HOUR)
        return dispute
    return cases.move(dispute, "report_unsettled", by=cast.officer.pk, roles=OFFICER, at=then + HOUR, why=text)


def _settled(dispute: Dispute, order: Order | None, cast: Cast, at: datetime) -> Dispute:
    terms = "田埂按老界恢复，谁也不再挖"
    if order is not None:
        orders.feed_back(order, Report("calmed", text=terms), at)
        dispute.refresh_from_db()
        if dispute.state == "settled":  # a sworn officer was sent
            return dispute
    done = {"settled_by": cast.officer.name, "settled_how": "reconciliation", "settled_on": at.date(), "terms": terms}
    return cases.move(dispute, "settle", by=cast.officer.pk, roles=OFFICER, at=at, given=done)


def _review(dispute: Dispute, cast: Cast, at: datetime) -> None:
    dispute.refresh_from_db()
    actions.review(dispute, REVIEW, by=cast.desk.pk, scope=cast.held(cast.desk), at=at)


def _second(dispute: Dispute, cast: Cast, at: datetime, *, settle: bool = False) -> None:
    """Reviewed and sent to the community; settled there, if so wished."""
    _review(dispute, cast, at)
    takers = queries.takers(dispute, cast.at)
    if not takers:
        return
    dispute.refresh_from_db()
    held = cast.held(cast.desk)
    actions.send(dispute, takers[0].account, REVIEW["plan"], by=cast.desk.pk, scope=held, at=at + HOUR / 4)
    if settle:
        taker = takers[0].account
        cases.move(dispute, "start", by=taker.pk, roles=OFFICER, at=at + HOUR)
        done = {"settled_by": taker.name, "settled_how": "reconciliation", "settled_on": at.date(),
                "terms": "单日归东头，双日归西头"}  # fmt: skip
        cases.move(dispute, "settle", by=taker.pk, roles=OFFICER, at=at + 2 * HOUR, given=done)


def _penalty(dispute: Dispute, cast: Cast) -> None:
    """Slight injury, one side unwilling: opened the same day, the injury is being appraised."""
    then, by = cast.at - 26 * HOUR, cast.officer.pk
    cases.note(dispute, "offence", by=by, roles=OFFICER, at=then, offence=True)
    cases.note(dispute, "circumstances", by=by, roles=OFFICER, at=then, party_unwilling=True, why="要求依法处理")
    dispute.refresh_from_db()
    held = cast.held(cast.officer)
    row = actions.open_penalty(dispute, "一方不愿调解，要求依法处理", by=by, scope=held, at=then + HOUR)
    actions.appraise(row, "轻微伤", "县公安局法医室", by=by, scope=held, at=cast.at - 20 * HOUR)


def _crime(dispute: Dispute, place: Place, cast: Cast) -> None:
    """Weeks after it was settled one of them is hurt with a hoe."""
    at = cast.at - 4 * HOUR
    said = Said(
        channel="call_110", text="在田里被邻居用锄头打伤了腿，说是为了田埂的事", name=TITLES["crime"][3],
        phone="19900000005", place=place.code, address="2组", reported=at, kind="crime", flags=["injury"],
    )  # fmt: skip
    crime = doors.receive(said, door="call", by=cast.desk.pk, at=at)
    cases.link(crime, dispute, by=cast.desk.pk, at=at + HOUR / 6, why="同一条田埂")
    order = orders.go(crime, cast.desk, at + HOUR / 5)
    if order is not None:
        orders.feed_back(order, Report("progress", text="伤者送医，对方带回所里问话"), at + HOUR)
