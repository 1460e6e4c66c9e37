"""The people of the demo district, of the article's size: all invented, all marked so.

Three stations with one office and two teams; 60 sworn officers; 39 auxiliaries posted to 36 communities; call handlers
above half of each station; ten agencies; 12 elders in two 好邻舍 teams; a 2+2 team a station; 36 grid workers; 500
volunteers. Nobody has a password: the role picker of the sign-in page signs them in, in demo mode only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from twinloop.people import actions, demorota
from twinloop.people.actions import Newcomer
from twinloop.people.demonames import Inventor, numbers
from twinloop.people.models import Account, Role, Team, Trait, Unit
from twinloop.people.words import DOES, SKILLS
from twinloop.places.models import Place

SEED = 2022
YEARS = 3  # full years that everybody has been there already: older cases of the demo have their people
K, R, U = Account.Kind, Role, Unit.Kind
VOLUNTEERS, VOLUNTEER_TEAMS = 500, 12
# one person a role whom everybody finds again; the stories of the guide are told with them
NAMED = {
    R.DISPATCHER: ("dispatcher", "何静"),
    R.OFFICER: ("officer", "陈立群"),
    R.COMMUNITY_OFFICER: ("community", "周明远"),
    R.AUXILIARY: ("auxiliary", "罗晓峰"),
    R.MEDIATOR: ("mediator", "赖桂英"),
    R.VOLUNTEER: ("volunteer", "温思雨"),
    R.GRID_WORKER: ("grid", "钟海燕"),
    R.AGENCY: ("agency", "廖文斌"),
    R.CHIEF: ("chief", "曾国辉"),
    R.BUREAU: ("bureau", "谢建平"),
    R.AUDITOR: ("auditor", "邓玉洁"),
    R.SECURITY_ADMIN: ("security", "郭子宁"),
    R.SYSTEM_ADMIN: ("system", "范宇航"),
}
STATIONS = (("RJ-GX", "高校园区", 10), ("RJ-TK", "潭口", 14), ("RJ-TD", "潭东", 15))  # code, name, extra call handlers
AGENCIES = (
    ("ZZ", "综治中心", "resident", ("B1", "D1")), ("XF", "信访局", "resident", ("D1", "D2")),
    ("FY", "法院蓉江法庭", "resident", ("A2", "C1")), ("SF", "司法所", "resident", ("A2", "B1")),
    ("SJ", "市场监管局", "rotating", ("C3", "B3")), ("MZ", "民政局", "rotating", ("A2", "A3")),
    ("RS", "人社局", "rotating", ("C2",)), ("ZJ", "住建局", "rotating", ("B3", "D2")),
    ("ZR", "自然资源局", "rotating", ("D1",)), ("NY", "农业农村局", "rotating", ("D1", "C1")),
)  # fmt: skip
ELDERS = ("party_member", "cadre", "model", "teacher", "soldier")
TYPES = tuple(SKILLS)
KNOWS = {"B1": 3, "B2": 2}  # the memorable officer and elder: whoever tries a quarrel between neighbours meets them


@dataclass(frozen=True)
class Station:
    unit: Unit
    office: Unit
    calls: Unit
    community: Unit
    places: list[Place]
    extra_handlers: int


def fill(at: datetime) -> int:
    """Invent everybody once; how many people are new. Places come first (`places.demo.fill`)."""
    if is_filled():
        return 0
    at = timezone.localtime(at)
    with transaction.atomic():
        return len(_District(at).people())


def is_filled() -> bool:
    return Account.objects.filter(is_demo=True).exists()


class Shown(NamedTuple):
    """Somebody to try the demo as: `does` is one short sentence in the language of the moment."""

    username: str
    name: str
    role: Role
    does: str


def accounts() -> list[Shown]:
    """One person a role, in the order of the roles, for the sign-in page of a demo and the start message."""
    there = Account.objects.filter(is_demo=True, is_active=True, username__in=[n for n, _name in NAMED.values()])
    names = dict(there.values_list("username", "name"))
    return [
        Shown(username, names[username], role, str(DOES[role])) for role, (username, _) in NAMED.items()
        if username in names
    ]  # fmt: skip


class _District:
    def __init__(self, at: datetime) -> None:
        self.at = at
        self.since = date(at.year - YEARS, 1, 1)
        self.invent = Inventor(SEED)
        self.invent.keep(*(name for _username, name in NAMED.values()))
        self.badges = {kind: numbers(shape) for kind, shape in _BADGES.items()}
        self.named = dict(NAMED)
        self.bureau = self._unit("RJ-FJ", "蓉江新区公安分局（演示）", U.BUREAU)
        self.room = self._unit("RJ-ZHS", "综合指挥室", U.COMMAND_ROOM, self.bureau)
        self.stations = [self._station(*facts) for facts in STATIONS]

    def _unit(self, code: str, name: str, kind: str, parent: Unit | None = None, seat: str = "") -> Unit:
        return actions.create_unit(code, name, kind, parent=parent, seat=seat, by=None, at=self.at)

    def _station(self, code: str, name: str, extra: int) -> Station:
        towns = Place.objects.served().filter(kind=Place.Kind.TOWNSHIP, name__startswith=name)
        station = self._unit(code, f"{name}派出所", U.STATION, self.bureau)
        actions.change_unit(station, places=towns, by=None, at=self.at)
        office, calls, community = (
            self._unit(f"{code}-{letters}", f"{name}所{word}", kind, station)
            for letters, word, kind in (
                ("ZH", "综合室", U.OFFICE), ("JJ", "接处警队", U.CALLS_TEAM), ("SQ", "社区警务队", U.COMMUNITY_TEAM)
            )
        )  # fmt: skip
        inside = Place.objects.served().communities().filter(parent__in=towns).order_by("-is_demo", "code")
        return Station(station, office, calls, community, list(inside), extra)

    # --- who there is ---

    def people(self) -> list[Account]:
        everybody = [*self._head(), *(new for station in self.stations for new in self._force(station))]
        everybody += [*self._agencies(), *self._elders(), *self._grid(), *self._volunteers()]
        found = actions.enrol(everybody, by=None, at=self.at, since=self.since, is_demo=True)
        self._teams(found)
        demorota.fill(found, self.room, at=self.at)
        return found

    def _new(self, kind: str, role: str | None, unit: Unit | None, post: str, **facts: object) -> Newcomer:
        username, name = self.named.pop(Role(role), ("", "")) if role else ("", "")
        if username and role in (R.OFFICER, R.MEDIATOR):
            facts["skills"] = KNOWS
        sworn = kind in (K.SWORN, K.AUXILIARY)
        traits = self.invent.some(tuple(Trait.Code.values), 1, 2) if self.invent.chance.random() < 0.4 else []
        return Newcomer(
            username=username or next(self.badges[kind]), name=name or self.invent.name(), kind=kind, unit=unit,
            post=post, roles=[role] if role else [], phone=self.invent.phone(),
            id_number=self.invent.id_number((1968, 2000)) if sworn else "",
            traits=traits if sworn or kind == K.MEDIATOR else [],
            **facts,  # type: ignore[arg-type]
        )  # fmt: skip

    def _skills(self, least: int, most: int) -> dict[str, int]:
        found = sorted(self.invent.some(TYPES, least, most))
        return {code: self.invent.chance.choice((1, 2, 2, 3)) for code in found}

    def _head(self) -> list[Newcomer]:
        leaders = [self._new(K.SWORN, R.BUREAU, self.bureau, post) for post in ("局长", "副局长", "副局长", "政委")]
        crew = [self._new(kind, R.DISPATCHER, self.room, "指挥室值班员")
                for kind in (K.SWORN,) * 5 + (K.AUXILIARY,) * 4]  # fmt: skip
        offices = [
            self._new(K.STAFF, role, self.bureau, str(Role(role).label))
            for role in (R.AUDITOR, R.SECURITY_ADMIN, R.SYSTEM_ADMIN)
        ]
        return [*leaders, *crew, *offices]

    def _force(self, station: Station) -> list[Newcomer]:
        found = [
            self._new(K.SWORN, R.CHIEF, station.unit, "所长", is_veteran=True),
            self._new(K.SWORN, None, station.unit, "教导员", is_veteran=True),
            *(self._new(K.SWORN, None, station.office, "内勤民警") for _ in range(2)),
        ]
        for kind, count, most in ((K.SWORN, 9, 4), (K.AUXILIARY, station.extra_handlers, 2)):
            post = "接处警民警" if kind == K.SWORN else "接处警辅警"
            found += [self._new(kind, R.OFFICER, station.calls, post, skills=self._skills(1, most))
                      for _ in range(count)]  # fmt: skip
        for n in range(4):
            found.append(self._new(K.SWORN, R.COMMUNITY_OFFICER, station.community, "社区民警", is_veteran=n < 2,
                                   communities=station.places[n::4], skills=self._skills(3, 5)))  # fmt: skip
        # one more than there are communities: somebody can always take over
        for place in [*station.places, *station.places[:1]]:
            found.append(self._new(K.AUXILIARY, R.AUXILIARY, station.community, "驻村辅警",
                                   communities=[place], skills=self._skills(1, 2)))  # fmt: skip
        return found

    def _agencies(self) -> list[Newcomer]:
        return [
            self._new(K.AGENCY, R.AGENCY, self._unit(f"RJ-BM-{code}", name, U.AGENCY, seat=seat), "联络员",
                      skills=dict.fromkeys(skills, 3))
            for code, name, seat, skills in AGENCIES
        ]  # fmt: skip

    def _elders(self) -> list[Newcomer]:
        posts = {e: str(Account.Elder(e).label) for e in ELDERS}
        found = []
        for n in range(12):
            station, elder = self.stations[n % 2], ELDERS[n % 5]
            found.append(self._new(K.MEDIATOR, R.MEDIATOR, station.unit, posts[elder], elder=elder,
                                   communities=station.places[:6], skills=self._skills(2, 4)))  # fmt: skip
        return found

    def _grid(self) -> list[Newcomer]:
        places = [place for station in self.stations for place in station.places]
        return [self._new(K.GRID_WORKER, R.GRID_WORKER, None, "网格员", communities=[place]) for place in places]

    def _volunteers(self) -> list[Newcomer]:
        places = [place for station in self.stations for place in station.places]
        return [
            self._new(K.VOLUNTEER, R.VOLUNTEER, None, ("志愿者", "义警队员", "社会组织成员")[n % 3],
                      communities=[places[n % len(places)]])
            for n in range(VOLUNTEERS)
        ]  # fmt: skip

    # --- teams ---

    def _teams(self, people: list[Account]) -> None:
        by_kind: dict[str, list[Account]] = {}
        for account in people:
            by_kind.setdefault(account.kind, []).append(account)
        for n, station in enumerate(self.stations[:2]):
            place = station.places[0]
            self._team(f"{place.short}好邻舍调解队", Team.Kind.NEIGHBOUR, by_kind[K.MEDIATOR][n::2],
                       station=station.unit, place=place,
                       room=f"{place.short.removesuffix('社区')}社区警务室")  # fmt: skip
        for station in self.stations:
            own = [a for a in people if a.unit == station.community]
            veterans = [a for a in own if a.is_veteran][:2]
            helpers = [a for a in own if a.kind == K.AUXILIARY][:2]
            self._team(f"{station.unit.name} 2+2 警辅调解队", Team.Kind.TWO_PLUS_TWO, veterans + helpers,
                       station=station.unit)  # fmt: skip
        for n in range(VOLUNTEER_TEAMS):
            station = self.stations[n % 3]
            place = station.places[n // 3]
            members = by_kind[K.VOLUNTEER][n::VOLUNTEER_TEAMS]
            self._team(f"{place.short}平安志愿服务队", Team.Kind.VOLUNTEER, members, station=station.unit, place=place)

    def _team(self, name: str, kind: str, members: list[Account], *, station: Unit, place: Place | None = None,
              room: str = "") -> None:  # fmt: skip
        team = actions.create_team(name, kind, station=station, place=place, room=room, by=None, at=self.at)
        actions.man_team(team, members, lead=members[0], since=self.since, at=self.at)


_BADGES: dict[str, str] = {
    K.SWORN: "9{:05d}",
    K.AUXILIARY: "F9{:04d}",
    K.STAFF: "S9{:04d}",
    K.MEDIATOR: "T9{:04d}",
    K.AGENCY: "B9{:04d}",
    K.GRID_WORKER: "W9{:04d}",
    K.VOLUNTEER: "Z9{:04d}",
}
