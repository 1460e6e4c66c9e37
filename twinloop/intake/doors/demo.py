"""Calls of the demo district, through the call desk's own door: a quarrel reported twice, and what just came in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from twinloop.intake.doors import actions
from twinloop.intake.doors.checking import Person, Said
from twinloop.intake.doors.models import Report
from twinloop.people.models import Account
from twinloop.places.models import Place


@dataclass(frozen=True)
class Call:
    """What a caller says. Nobody in it exists, and the numbers are nobody's. `where`: of the served communities."""

    text: str
    name: str
    phone: str
    ago: timedelta
    other: str = ""
    type_code: str = ""  # "" = as the software suggests, nobody has said anything yet
    address: str = ""
    where: int = 0
    kind: str = "dispute"
    flags: Sequence[str] = ()
    title: str = ""  # of the dispute that the desk opens of it


DRAIN = (
    Call("隔壁钟水根把两家共用的水沟用水泥堵了，一下雨粪水就倒灌进我家厨房，讲了三次他不肯挖开。",
         "谢春兰", "19900000461", timedelta(days=6), "钟水根", "B1", "4组", title="两家共用水沟被堵"),
    Call("谢春兰家今早拿锄头挖我家的水沟，说是粪水倒灌进她厨房，水泥都挖烂了，要她赔。",
         "钟水根", "19900000472", timedelta(seconds=100), "谢春兰", "B1", "4组"),
)  # fmt: skip
# on the board when it is opened: grave, a quarrel known already, two matters in one, no quarrel at all
WAITING = (
    Call("我老公又喝酒打我，把碗都砸了，小孩吓得躲在床底下，你们快点来。",
         "罗小梅", "19900000483", timedelta(seconds=20), "钟建国", "A2", "湖滨花园3栋", 2,
         flags=("ongoing", "violence")),
    Call("楼上装修从早上七点敲到现在，我上去说了两句，他把门一摔，还把垃圾倒在我家门口。",
         "邱秋萍", "19900000494", timedelta(seconds=70), "段海峰", "B2", "和顺里5栋", 4),
    Call("老板拖了我们九个人两个月工钱，现在人都站在售楼部门口，他说没钱，我们今天不拿到不走。",
         "曾福生", "19900000505", timedelta(seconds=45), "恒远装饰", "C2", "云栖工地", 7, flags=("group_event",)),
    Call("我想问一下，小孩的户口从外县迁过来要带哪些材料，周末办不办。",
         "叶丽娟", "19900000516", timedelta(seconds=10), where=3, kind="help"),
)  # fmt: skip
# taken half an hour ago, in the area of the officer whom a newcomer may try, who is sent before the board is opened
TAKEN = Call("小区门口两家早点铺为谁先摆摊吵起来，桌子都推到路上了，围了一圈人，你们来个人说说。",
             "温海燕", "19900000527", timedelta(minutes=28), "段小军", "B1", "老街口早点铺")  # fmt: skip


def fill(at: datetime, *, beside: bool = False) -> None:
    """The first call opens a dispute; the second, of the other side, and those that came since wait. Told once."""
    if Report.objects.filter(incident__narrative=DRAIN[0].text).exists():
        return
    desk = Account.objects.get(username="dispatcher")
    officer = Account.objects.filter(username="community").first()
    places = list(Place.objects.served().communities().order_by("code"))
    first = officer.communities.order_by("code").first() if officer else None
    for call in DRAIN:
        _told(call, first or places[0], desk, at)
    for call in WAITING if beside else ():
        _told(call, places[call.where % len(places)], desk, at)
    theirs = _near(places, Account.objects.filter(username="officer").select_related("unit__parent").first())
    if beside and theirs:
        _told(TAKEN, theirs, desk, at)


def _near(places: Sequence[Place], officer: Account | None) -> Place | None:
    """A community of the officer's station."""
    station = officer.unit.station if officer and officer.unit else None
    of = set(station.places.values_list("pk", flat=True)) if station else set()
    return next((place for place in places if {place.pk, place.parent_id} & of), None)


def _told(call: Call, place: Place, desk: Account, at: datetime) -> None:
    said = Said(
        channel="call_110", text=call.text, phone=call.phone, name=call.name, place=place.code, address=call.address,
        kind=call.kind, type_code=call.type_code, reported=at - call.ago, flags=call.flags,
        people=[Person(name=call.other)] if call.other else (),
    )  # fmt: skip
    then = at - call.ago
    actions.receive(said, door="call", by=desk.pk, at=then, opens=bool(call.title), title=call.title)
