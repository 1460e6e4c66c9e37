"""Old quarrels of the demo district: some before the first 2+2 campaign, more after it. All invented."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from twinloop.cases import actions as cases
from twinloop.cases.actions.noting import ask_gate
from twinloop.cases.models import Dispute
from twinloop.dispatch.pushes import actions as pushes
from twinloop.dispatch.pushes import letter
from twinloop.mediation.follow import actions, queries
from twinloop.mediation.follow.models import Nomination
from twinloop.people.models import Account, Team, Unit
from twinloop.places.models import Place

DESK, OFFICER = frozenset({"dispatcher"}), frozenset({"community_officer"})
# title, focus, type, origin, years it lasts, days since the nomination, how it ended
QUARRELS = (
    ("祠堂门前空地使用纠纷", "空地归谁", "D1", "call", 6, 210, "no"),
    ("山林界线多年纠纷", "界桩位置", "D1", "backlog", 9, 200, "no"),
    ("征地青苗补偿纠纷", "补偿没有到户", "D2", "backlog", 5, 190, "alone"),
    ("兄弟分家老屋纠纷", "老屋怎么分", "A3", "call", 4, 180, "alone"),
    ("共用水井纠纷", "井水先后", "B1", "call", 4, 170, "no"),
    ("田埂界址五年纠纷", "田埂退多少", "D1", "call", 5, 120, "settled"),
    ("宅基地滴水纠纷", "屋檐滴水", "B1", "call", 4, 110, "settled"),
    ("石场占地积案", "占地补偿", "D2", "backlog", 7, 95, "settled"),
    ("合伙货车欠款纠纷", "欠款多少", "C1", "call", 4, 80, "settled"),
    ("坟山进路纠纷", "路怎么走", "D1", "call", 8, 70, "failed"),
    ("水渠改道积案", "改道淹田", "D1", "backlog", 6, 20, "working"),
    ("巷道堵路纠纷", "巷道多宽", "B1", "call", 4, 4, "given"),
    ("退耕地界纠纷", "地界", "D1", "backlog", 5, 1, "open"),
)  # fmt: skip
ONE, HOUR = timedelta(days=1), timedelta(hours=1)
CENTRE = "综治中心"


def fill(at: datetime, *, beside: bool = False) -> None:
    """Does nothing where there are nominations, or no teams."""
    chief = Account.objects.filter(username="chief").first()
    officer = Account.objects.filter(username="community").first()
    if (Nomination.objects.exists() and not beside) or chief is None or officer is None:
        return
    teams = list(Team.objects.filter(kind=Team.Kind.TWO_PLUS_TWO, closed_on=None).select_related("station"))
    station = chief.unit.station if chief.unit else None
    served = Place.objects.communities().filter(Q(units=station) | Q(parent__units=station))
    places = list(served.distinct().order_by("code")) if station else []
    if not places:
        return
    for n, (title, focus, kind, origin, years, ago, end) in enumerate(QUARRELS):
        then = at - timedelta(days=ago)
        began = then.date() - timedelta(days=years * 366 + 20)
        dispute = cases.open_dispute(
            title=title, focus=focus, place=places[n % len(places)], origin=origin, started_on=began,
            by=officer.pk, at=then - ONE,
        )  # fmt: skip
        _handled(dispute, kind, officer, then - ONE)
        _went(dispute, end, teams, chief, officer, then, at)
    actions.tidy(at=at)


def _mediated(dispute: Dispute, officer: Account, at: datetime) -> None:
    """The village sits down with them, and has not brought it to an end."""
    ask_gate(dispute, "people", {"nature": "civil", "party_refuses": False}, by=officer.pk, at=at)
    cases.move(dispute, "open_mediation", by=officer.pk, roles=OFFICER, at=at)


def _to_court(dispute: Dispute, at: datetime) -> None:
    cases.move(
        dispute,
        "transfer",
        by=None,
        roles=DESK,
        at=at,
        why="调不下来，一方到法院起诉",
        given={"transfer_receipt": "法院蓉江法庭立案回执"},
    )


def _handled(dispute: Dispute, kind: str, officer: Account, at: datetime) -> None:
    cases.move(dispute, "sort", by=None, roles=DESK, at=at, given={"type_code": kind, "level": 2})
    cases.move(dispute, "order", by=None, roles=DESK, at=at, given={"taker": officer, "text": "了解来龙去脉"})
    cases.move(dispute, "start", by=officer.pk, roles=OFFICER, at=at)
    _pushed(dispute, at + HOUR)


def _pushed(dispute: Dispute, at: datetime) -> None:
    """Grave ones are told to the centre the same day, which signs and answers: nothing of old stays overdue."""
    centre = Unit.objects.filter(name=CENTRE, kind=Unit.Kind.AGENCY).first()
    desk = Account.objects.filter(username="dispatcher").first()
    if centre is None or desk is None:
        return
    asks = "请协助核实来龙去脉，把村组和有关单位叫到一起商量一次。"
    text = letter.drafted(Dispute.objects.get(pk=dispute.pk), at=at).replace(letter.BLANK, asks)
    for push in pushes.push_out(dispute, [centre], text, by=desk.pk, at=at):
        signs = Account.objects.filter(unit=centre).order_by("pk").values_list("pk", flat=True).first()
        pushes.receive(push, by=signs, at=at + HOUR / 2)
        pushes.reply(push, "已派人同村组核实，情况交责任民警。", "under_way", by=signs, at=at + 2 * ONE)


def _went(
    dispute: Dispute, end: str, teams: list[Team], chief: Account, officer: Account, then: datetime, at: datetime
) -> None:
    """How it went on after the nomination."""
    found = actions.nominate(dispute, by=officer.pk, at=then)
    if end in ("open", "given", "working"):
        _mediated(dispute, officer, then)
    if end == "open":
        return
    if end in ("no", "alone"):
        actions.decline(found, why="那时还没有 2+2 队，责任民警先办", by=chief.pk, at=then + ONE)
        if end == "alone":
            _settle(dispute, officer, then + 30 * ONE)
        else:
            _to_court(dispute, then + 60 * ONE)
        return
    free = [team for team in teams if queries.fit(team, dispute, queries.day_of(then)).is_free]
    free.sort(key=lambda team: team.station_id != dispute.station_id)
    if not free:
        return
    made = actions.accept(found, free[0], why="村里调过两回都没成", by=chief.pk, at=then + ONE)
    member = made.members.order_by("kind", "pk").first()
    if end == "given" or member is None:
        return
    day, next_on = (then + 2 * ONE).date(), (at + 2 * ONE).date()
    actions.step(
        made, "visit", day, "走了两家，各听了一遍，约好下次一起到现场看。", then="到现场丈量",
        then_on=next_on if end == "working" else (then + 6 * ONE).date(), by=member.pk, at=then + 2 * ONE,
    )  # fmt: skip
    if end == "settled":
        _settle(dispute, officer, then + 15 * ONE)
        actions.tidy(at=then + 15 * ONE)
    elif end == "failed":
        actions.end(made, "failed", why="一方要走诉讼", by=chief.pk, at=then + 30 * ONE)
        _to_court(dispute, then + 31 * ONE)


def _settle(dispute: Dispute, officer: Account, at: datetime) -> None:
    given = {"settled_by": officer.name, "settled_how": "reconciliation", "settled_on": at.date(), "terms": "互相退让"}
    cases.move(dispute, "settle", by=officer.pk, roles=OFFICER, at=at, given=given)
