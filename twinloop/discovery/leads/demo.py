"""A few leads in the demo district, through the room's own actions. All invented."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from twinloop.cases.sealing import Identity
from twinloop.discovery.leads import actions
from twinloop.discovery.leads.models import Lead
from twinloop.people.demo import NAMED
from twinloop.people.models import Account, Role
from twinloop.places.models import Place

DESK = frozenset({"dispatcher"})


class Said(NamedTuple):
    """Hours ago, by whom, about what, in which community (by order), the words."""

    hours: float
    source: str
    kind: str
    where: int
    text: str
    urgent: bool = False


WAITING = (
    Said(26, "volunteer", "neighbours", 0, "三组两家为一条排水沟又吵起来，说好周末各叫亲戚来，怕要动手。"),
    Said(21.5, "grid_worker", "money", 3, "装修队七个工人说工钱拖了三个月，今天堵在售楼处门口要说法。"),
    Said(5, "resident", "noise", 1, "楼上半夜装修，说过三次不听，昨晚门口对骂，小孩都吓醒了。"),
    Said(2, "resident", "family", 4, "隔壁老人说儿子三个月没给生活费，两兄弟互相推，老人哭了好几回。"),
    Said(0.7, "volunteer", "land", 6, "宅基地界石被人挪了，两家约好明早一起去量，都带了人。", urgent=True),
)
DECIDED = (
    Said(52, "volunteer", "neighbours", 2, "楼道堆放杂物，两户为过道争了半个月。"),
    Said(49, "grid_worker", "noise", 5, "广场舞音响太响，楼上有人往下泼水。"),
    Said(75, "volunteer", "else", 1, "听说有人要打架，去看没有找到人。"),
)


def fill(at: datetime, *, beside: bool = False) -> None:
    """Five that wait (one late, one urgent), two accepted, one declined; does nothing where there are leads."""
    if Lead.objects.exists() and not beside:
        return
    desk = Account.objects.get(username="dispatcher")
    waiting = [_report(said, at) for said in WAITING]
    taken, noise, declined = (_report(said, at) for said in DECIDED)
    then = at - timedelta(hours=40)
    actions.accept(taken, by=desk.pk, roles=DESK, at=then, open_dispute=True, title="楼道杂物占用争执")
    actions.accept(noise, by=desk.pk, roles=DESK, at=then, open_dispute=True, title="广场舞噪音泼水")
    actions.decline(declined, reason="checked", why="民警去看过，双方都不在场", by=desk.pk, roles=DESK, at=then)
    actions.add_remark(waiting[2], "今天又响到十一点。", by=None, at=at - timedelta(hours=1))


def _report(said: Said, at: datetime) -> Lead:
    places = list(Place.objects.served().communities().order_by("code"))
    place = places[said.where % len(places)]
    outside = said.source == "resident"
    reporter = None if outside else Account.objects.get(username=NAMED[Role(said.source)][0]).pk
    return actions.report(
        source=said.source,
        kind=said.kind,
        text=said.text,
        place=place,
        reporter=reporter,
        by=reporter,
        at=at - timedelta(hours=said.hours),
        who=Identity(phone="19900001234") if outside else Identity(),
        confidential=outside,
        urgent=said.urgent,
    )
