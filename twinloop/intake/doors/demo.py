"""One quarrel reported twice in the demo district, through the call desk's own door: a repeat waits to be looked at."""

from __future__ import annotations

from datetime import datetime, timedelta

from twinloop.intake.doors import actions
from twinloop.intake.doors.checking import Person, Said
from twinloop.intake.doors.models import Report
from twinloop.people.models import Account
from twinloop.places.models import Place

# said, caller, telephone, the other side, how long ago; nobody in it exists, and the numbers are nobody's
CALLS = (
    ("隔壁钟水根把两家共用的水沟用水泥堵了，一下雨粪水就倒灌进我家厨房，讲了三次他不肯挖开。",
     "谢春兰", "19900000461", "钟水根", timedelta(days=6)),
    ("谢春兰家今早拿锄头挖我家的水沟，说是粪水倒灌进她厨房，水泥都挖烂了，要她赔。",
     "钟水根", "19900000472", "谢春兰", timedelta(hours=3)),
)  # fmt: skip


def fill(at: datetime) -> None:
    """The first call opens a dispute; the second, of the other side, is left to a person. Once."""
    if Report.objects.filter(incident__narrative=CALLS[0][0]).exists():
        return
    desk = Account.objects.get(username="dispatcher")
    officer = Account.objects.filter(username="community").first()
    place = officer.communities.order_by("code").first() if officer else None
    place = place or Place.objects.served().communities().order_by("code")[0]
    for n, (text, name, phone, other, ago) in enumerate(CALLS):
        said = Said(
            channel="call_110", text=text, phone=phone, name=name, place=place.code, address="4组", type_code="B1",
            reported=at - ago, people=[Person(name=other)],
        )  # fmt: skip
        actions.receive(said, door="call", by=desk.pk, at=at - ago, opens=n == 0, title="两家共用水沟被堵")
