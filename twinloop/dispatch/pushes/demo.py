"""A few pushes of the demo district, through the room's own actions. All invented."""

from __future__ import annotations

from datetime import datetime, timedelta

from twinloop.cases import actions as cases
from twinloop.cases.models import Dispute
from twinloop.dispatch.pushes import actions, letter
from twinloop.dispatch.pushes.models import Push
from twinloop.people.models import Account, Unit
from twinloop.places.models import Place

DESK = frozenset({"dispatcher"})
# title, focus, type, level, what is asked of the unit ("" = not pushed yet), hours ago
QUARRELS = (
    ("征地补偿款分配纠纷", "补偿款按人口还是按田亩分", "D2", 1, "请组织核对田亩，三天内开一次协调会。", 30),
    ("装修队欠薪堵门纠纷", "七名工人三个月工钱", "C2", 2, "请核实欠薪数额，约谈发包方。", 26),
    ("两家宅基地界石纠纷", "界石被挪了一米", "D1", 2, "请派人实地丈量。", 3),
    ("楼上漏水赔偿纠纷", "防水谁做，赔多少", "B1", 2, "", 2),
)  # fmt: skip


def fill(at: datetime, *, beside: bool = False) -> None:
    """One answered, one signed, one just sent, one still due; does nothing where there are pushes."""
    if Push.objects.exists() and not beside:
        return
    desk, liaison = (Account.objects.get(username=name) for name in ("dispatcher", "agency"))
    unit = liaison.unit
    if unit is None or unit.kind != Unit.Kind.AGENCY:
        return
    places = list(Place.objects.served().communities().order_by("code"))
    made = [_pushed(n, places[n * 5 % len(places)], unit, desk, at) for n in range(len(QUARRELS))]
    answered, signed = made[0], made[1]
    if answered and signed:
        then = at - timedelta(hours=29)
        actions.receive(answered, by=liaison.pk, at=then)
        actions.reply(
            answered, "已核对田亩，明天开协调会，村组两边都来。", "under_way", by=liaison.pk, at=at - timedelta(hours=8)
        )
        actions.receive(signed, by=liaison.pk, at=at - timedelta(hours=25))


def _pushed(n: int, place: Place, unit: Unit, desk: Account, at: datetime) -> Push | None:
    title, focus, kind, level, asks, hours = QUARRELS[n]
    then = at - timedelta(hours=hours)
    dispute: Dispute = cases.open_dispute(title=title, focus=focus, place=place, by=desk.pk, at=then)
    given = {"type_code": kind, "level": level}
    cases.move(dispute, "sort", by=desk.pk, roles=DESK, at=then, why="按登记内容分流", given=given)
    if not asks:
        return None
    sent = then + timedelta(minutes=8)
    text = letter.drafted(Dispute.objects.get(pk=dispute.pk), at=sent).replace(letter.BLANK, asks)
    return actions.push_out(dispute, [unit], text, by=desk.pk, at=sent)[0]


def push(dispute: Dispute, at: datetime) -> Push | None:
    """As a desk does with a grave dispute: told to the centre at once, which signs. None where nobody could."""
    desk, liaison = (Account.objects.filter(username=name).first() for name in ("dispatcher", "agency"))
    unit = liaison.unit if liaison else None
    if desk is None or liaison is None or unit is None or unit.kind != Unit.Kind.AGENCY:
        return None
    dispute = Dispute.objects.select_related("place", "station").get(pk=dispute.pk)
    text = letter.drafted(dispute, at=at).replace(letter.BLANK, "请核实情况，三天内答复处理意见。")
    (made,) = actions.push_out(dispute, [unit], text, by=desk.pk, at=at)
    return actions.receive(made, by=liaison.pk, at=at + timedelta(minutes=1))


def answer(made: Push | None, at: datetime) -> None:
    """The centre writes back."""
    if made is not None:
        clerk = Account.objects.get(username="agency").pk
        actions.reply(made, "已上门核实，双方同意先各退一步，我们继续跟进。", "under_way", by=clerk, at=at)
