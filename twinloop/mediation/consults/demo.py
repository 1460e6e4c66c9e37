"""A joint session of the demo district: a quarrel over smoke, agencies at one table, minutes with tasks. Invented."""

from __future__ import annotations

from datetime import datetime, timedelta

from twinloop.cases import actions as cases
from twinloop.cases.models import Dispute
from twinloop.cases.sealing import Identity
from twinloop.dispatch.pushes import demo as pushes
from twinloop.mediation.consults import actions
from twinloop.mediation.consults.actions import Given
from twinloop.mediation.consults.models import Consult
from twinloop.mediation.joint import actions as joint
from twinloop.mediation.joint import competence
from twinloop.mediation.mediators.models import Mediator
from twinloop.mediation.sessions import actions as sessions
from twinloop.mediation.sessions.actions import Booking
from twinloop.mediation.sessions.demo import seated
from twinloop.people.models import Account, Unit

DESK, OFFICER = frozenset({"dispatcher"}), frozenset({"community_officer"})
CALLED = ("市场监管", "综治")
AIM = "几点收摊，烟道怎样改，楼上的窗户什么时候洗。"
FACTS = """店主愿意改烟道，说要半个月。
楼上两户同意等，改好以前晚上九点半收摊。
市场监管所看过执照，排烟口高度不够。"""


def fill(at: datetime, *, beside: bool = False) -> None:
    """Does nothing where there is a joint session, or nobody to hold it."""
    officer = Account.objects.filter(username="community").first()
    lead = Mediator.objects.filter(account__username="mediator").first()
    agencies = [unit for unit in competence.agencies() if any(word in unit.name for word in CALLED)]
    if officer is None or lead is None or not agencies or (Consult.objects.exists() and not beside):
        return
    dispute = _handled(officer, at - timedelta(days=5))
    sessions.begin(
        dispute, track="people", strength="joint", lead=lead, facts={"nature": "civil", "party_refuses": False},
        by=officer.pk, roles=OFFICER, at=at - timedelta(days=2),
    )  # fmt: skip
    consult = seated(_hours(at), lambda start: _convened(dispute, agencies, start, officer, at))
    begun = consult.starts_at
    for body in consult.bodies.filter(kind="agency").select_related("answer__whistle"):
        assert body.answer is not None
        clerk = Account.objects.filter(unit=body.unit_id).values_list("pk", flat=True).first()
        joint.sign(body.answer, by=clerk, at=consult.convened_at + timedelta(minutes=20))
        joint.feed_back(body.answer, "已派人参加会诊。", "done", is_final=True, by=clerk, at=consult.ends_at)
    actions.attend(consult, dict.fromkeys(consult.bodies.values_list("pk", flat=True), ""), by=officer.pk, at=begun)
    agency, police = (consult.bodies.filter(kind=kind).order_by("-part")[0].pk for kind in ("agency", "police"))
    tasks = (
        Given(body=agency, text="指导店主把排烟口改到楼顶，改好后复查", due_on=at.date() + timedelta(days=15)),
        Given(body=police, text="改好以前每晚九点半后到店门口看一次", due_on=at.date() + timedelta(days=15)),
    )
    actions.write_minutes(consult, FACTS, tasks, by=officer.pk, at=consult.ends_at)


def _convened(dispute: Dispute, agencies: list[Unit], start: datetime, officer: Account, at: datetime) -> Consult:
    booking = Booking(start=start, end=start + timedelta(hours=1), where="综治中心会诊室")
    call = actions.Call(units=agencies, lead=str(agencies[0].pk), aim=AIM, booking=booking)
    return actions.convene(dispute, call, by=officer.pk, at=at - timedelta(days=1))


def _hours(at: datetime) -> list[datetime]:
    """`_held`, and the hours of a day before it, not before it is convened."""
    last = _held(at)
    found = [last - timedelta(hours=n) for n in range(24)]
    return [start for start in found if 9 <= start.hour <= 15 and start > at - timedelta(days=1)]


def _held(at: datetime) -> datetime:
    """The last hour from nine to three o'clock, four hours or more ago: nobody confers by night."""
    latest = (at - timedelta(hours=4)).replace(minute=0, second=0, microsecond=0)
    if latest.hour < 9:
        return (latest - timedelta(days=1)).replace(hour=15)
    return latest.replace(hour=min(latest.hour, 15))


def _handled(officer: Account, at: datetime) -> Dispute:
    place = officer.communities.order_by("code").first()
    made = cases.open_dispute(title="楼下烧烤店油烟扰民纠纷", focus="油烟和收摊时间", place=place, by=officer.pk, at=at)
    for name, side in (("游美华", "a"), ("段志刚", "b")):
        cases.add_party(made, Identity(name=name), side=side, by=officer.pk, at=at)
    cases.move(made, "sort", by=None, roles=DESK, at=at, given={"type_code": "B2", "level": 2})
    pushed = pushes.push(made, at)
    order = {"taker": officer, "text": "到场了解，能调则调"}
    cases.move(made, "order", by=None, roles=DESK, at=at, given=order)
    started = cases.move(made, "start", by=officer.pk, roles=OFFICER, at=at)
    pushes.answer(pushed, at + timedelta(hours=5))
    return started
