"""Key places, visits, hazards, help and training of the demo district, through the room's own actions. All invented."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from twinloop.discovery.patrols import actions, queries
from twinloop.discovery.patrols.models import KeyPlace
from twinloop.people.models import Account, Unit
from twinloop.places.models import Place

SPOTS = (
    ("星光量贩歌厅", "venue", "商业街"), ("老街棋牌室", "venue", "老街"), ("安置房二期工地", "site", "二期北门"),
    ("学院路改造工地", "site", "学院路"), ("中心农贸市场", "crowded", "市场路"), ("汽车客运站", "crowded", "站前路"),
)  # fmt: skip
HELPED = (
    ("lost", 1, "走失的老人在公园找到，送回家里"), ("things", 1, "出租车上落下的包当晚找回"),
    ("elder", 3, "停水两天，给三户老人送水"), ("rescue", 2, "路口摔倒的两人，守到救护车来"),
)  # fmt: skip


def fill(at: datetime, *, beside: bool = False) -> None:
    """Does nothing where there are key places."""
    if KeyPlace.objects.exists() and not beside:
        return
    chief, officer = (Account.objects.get(username=name) for name in ("chief", "officer"))
    station = Unit.objects.filter(kind=Unit.Kind.STATION, parts__people=officer).first()
    if station is None:
        return
    towns = station.places.all()
    places = list(Place.objects.served().communities().filter(parent__in=towns).order_by("code"))
    kept = [
        actions.keep_spot(name=name, sort=sort, place=places[n % len(places)], address=address, by=chief.pk,
                          at=at - timedelta(days=30))
        for n, (name, sort, address) in enumerate(SPOTS)
    ]  # fmt: skip
    _patrol(kept, chief, officer, at)
    _hazards(kept, chief, officer, at)
    for n, (sort, people, text) in enumerate(HELPED):
        actions.help_given(sort=sort, people=people, text=text, place=places[n % len(places)], by=officer.pk,
                           at=at - timedelta(days=n * 3, hours=2))  # fmt: skip
    force = list(queries.force_of(station)[:8])
    for n, (title, sort) in enumerate((("接处警现场处置规范", "calls"), ("治安管理处罚法学习", "law"))):
        day = at - timedelta(days=6 + n * 9)
        actions.train(station, force, title=title, sort=sort, hours=Decimal("1.5"), held_on=day.date(), by=chief.pk,
                      at=day)  # fmt: skip


def _patrol(kept: list[KeyPlace], chief: Account, officer: Account, at: datetime) -> None:
    since = (at - timedelta(days=21)).date()
    for n, spot in enumerate(kept):
        days = (1, 3, 5) if n % 2 else (2, 4, 6)
        actions.plan_visits(spot, weekdays=[*days, at.isoweekday()], since=since, by=chief.pk, at=at)
        for ago in (2, 4):
            actions.visit(
                spot, found="well", text="门口、通道都看过，正常", by=officer.pk, at=at - timedelta(days=ago, hours=n)
            )
    actions.visit(kept[4], found="dispute", text="两个摊主为摊位过界吵了几天，今天把对方的筐踢了", by=officer.pk,
                  at=at - timedelta(minutes=40))  # fmt: skip


def _hazards(kept: list[KeyPlace], chief: Account, officer: Account, at: datetime) -> None:
    def find(spot: KeyPlace, sort: str, gravity: int, text: str, ago: int, days: int) -> object:
        found = at - timedelta(days=ago)
        return actions.find(
            sort=sort, gravity=gravity, text=text, deadline=(found + timedelta(days=days)).date(), place=spot.place,
            spot=spot, owner_unit=f"{spot.name}管理方", by=officer.pk, at=found,
        )  # fmt: skip

    find(kept[0], "fire", 2, "消防后门上锁，门口堆着酒箱", 9, 7)  # overdue
    find(kept[2], "building", 1, "临街脚手架没有护网", 1, 3)
    waits = actions.find(
        sort="crowd", gravity=3, text="早市人多，出口被三轮车堵住", deadline=(at + timedelta(days=3)).date(),
        place=kept[4].place, spot=kept[4], owner_unit="市场管理方", by=officer.pk, at=at - timedelta(days=3),
    )  # fmt: skip
    actions.rectify(waits, "划了停车线，派人疏导", by=officer.pk, at=at - timedelta(hours=5))
    gone = actions.find(
        sort="traffic", gravity=2, text="工地出口没有警示灯", deadline=(at - timedelta(days=5)).date(),
        place=kept[3].place, spot=kept[3], owner_unit="施工方", by=officer.pk, at=at - timedelta(days=12),
    )  # fmt: skip
    actions.rectify(gone, "装了两盏警示灯", by=officer.pk, at=at - timedelta(days=8))
    actions.recheck(gone, True, "晚上看过，灯亮着", by=chief.pk, at=at - timedelta(days=7))
