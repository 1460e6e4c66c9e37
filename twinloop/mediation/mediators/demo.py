"""The register of the demo district: 12 elders, two officers a station, two of a sector; six rooms. All invented."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from twinloop.mediation.mediators import actions
from twinloop.mediation.mediators.actions import Given, Place
from twinloop.mediation.mediators.models import Mediator, Room
from twinloop.people.models import Account, Unit
from twinloop.places import models as places

SECTOR = (("钟水莲", "C2"), ("邱志强", "B3"))  # labour, property management
SPEAKS = (["putonghua", "hakka"], ["hakka"], ["putonghua", "gan"], ["putonghua"])


def fill(at: datetime) -> None:
    """Does nothing where the register is not empty."""
    if Mediator.objects.exists():
        return
    communities = list(places.Place.objects.served().communities().order_by("-is_demo", "code"))
    stations = list(Unit.objects.filter(kind=Unit.Kind.STATION).order_by("code"))
    rooms = _rooms(stations, communities, at)
    _elders(rooms, at)
    _officers(stations, rooms, at)
    for name, skill in SECTOR:
        given = Given(name=name, kind="sector", skills=[skill], languages=SPEAKS[0])
        actions.enrol(given, by=None, at=at - timedelta(days=400))


def _rooms(stations: list[Unit], communities: list[places.Place], at: datetime) -> list[Room]:
    """One in each station, open every day; two community rooms with hours; the governance centre."""
    then = at - timedelta(days=450)
    said = [Place(name=f"{one.name}驻所调解室", kind="station", seats=8) for one in stations]
    for place in communities[:2]:
        said.append(
            Place(
                name=f"{place.short.removesuffix('社区')}社区警务室",
                place=place,
                weekdays=[1, 3, 5],
                opens_at=time(9),
                closes_at=time(17),
            )
        )
    said.append(Place(name="综治中心联合调解室", kind="centre", seats=20, weekdays=[1, 2, 3, 4, 5]))
    return [actions.open_room(given, by=None, at=then) for given in said]


def _elders(rooms: list[Room], at: datetime) -> None:
    found = Account.objects.filter(kind=Account.Kind.MEDIATOR, is_active=True).order_by("username")
    halls = [room for room in rooms if room.kind == "community"]
    for n, account in enumerate(found.prefetch_related("skills", "communities")):
        given = Given(
            name=account.name, kind=account.elder or "other", account=account, languages=SPEAKS[n % len(SPEAKS)],
            skills=[skill.type_code for skill in account.skills.all()], communities=list(account.communities.all()),
            rooms=[halls[n % len(halls)]] if halls else [],
        )  # fmt: skip
        made = actions.enrol(given, by=None, at=at - timedelta(days=420))
        if n == 3:
            since = at.date() + timedelta(days=1)
            actions.be_away(made, since, since + timedelta(days=4), by=account.pk, at=at, why="去外地看孙子")


def _officers(stations: list[Unit], rooms: list[Room], at: datetime) -> None:
    for station, room in zip(stations, rooms, strict=False):
        found = Account.objects.filter(kind=Account.Kind.SWORN, is_active=True, unit__parent=station)
        community = found.filter(grants__role="community_officer").order_by("username").distinct()
        for account in community.prefetch_related("skills", "communities")[:2]:
            given = Given(
                name=account.name, kind="officer", account=account, languages=SPEAKS[0], rooms=[room],
                skills=[skill.type_code for skill in account.skills.all()],
                communities=list(account.communities.all()),
            )  # fmt: skip
            actions.enrol(given, by=None, at=at - timedelta(days=420))
