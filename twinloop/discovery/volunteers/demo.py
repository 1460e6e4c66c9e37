"""A believable last month (or year) of the demo's volunteers: campaigns, teams, activities of every team. Invented."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from twinloop.discovery.volunteers import actions
from twinloop.discovery.volunteers.actions import Facts
from twinloop.discovery.volunteers.models import Activity, Campaign, TeamSort
from twinloop.people.models import Account, Membership, Team

SEED = 1600
WEEKS = 4
A_TEAM_A_WEEK = 2
CAMPAIGNS = (
    ("新时代枫桥式派出所", "矛盾不上交、平安不出事、服务不缺位，纠纷在村里发现、在村里化解", 300, None),
    ("百万警进千万家", "走访见面、收集矛盾线索，每户都有人上门", 90, 60),
    ("万警千车下基层", "送法、送服务到偏远村组", 45, 30),
)
DONE = {
    "visit": (
        "逐户走访，问有没有和邻居、家里人闹不愉快的，留下联系卡", "走访独居老人和出租户，记下 2 处容易起争执的地方",
        "跟网格员一起摸排外出返乡户，没有发现新的矛盾",
    ),
    "risk": ("对工地周边住户作噪音和扬尘纠纷评估", "对山林边界有争议的两个村组作风险评估，建议村委先丈量",),
    "law": (
        "在村委会讲婚姻家庭和赡养的法律，现场答问", "给学生和家长讲反欺凌和未成年人保护", "讲反诈和民间借贷，发宣传单",
    ),
    "help": ("帮老人缴费、代办证件，修好楼道灯", "帮扶刑满回村人员联系务工", "陪同调解后回看，两家关系平稳"),
}  # fmt: skip
SPOTS = ("村委会", "文化广场", "祠堂", "小学", "党群服务中心", "各村组", "")


def fill(at: datetime, weeks: int = WEEKS) -> int:
    """Once, so many weeks back; how many activities are new. People come first."""
    at = timezone.localtime(at)
    if Activity.objects.exists() or not Team.objects.filter(kind=Team.Kind.VOLUNTEER).exists():
        return 0
    campaigns = [
        actions.set_campaign(
            name, goal, at.date() - timedelta(days=back), at.date() + timedelta(days=on) if on else None,
            by=None, at=at,
        )
        for name, goal, back, on in CAMPAIGNS
    ]  # fmt: skip
    teams = list(Team.objects.filter(kind=Team.Kind.VOLUNTEER, place__isnull=False).select_related("place__parent"))
    for n, team in enumerate(teams):
        sort = (TeamSort.Sort.VIGILANTES, TeamSort.Sort.VOLUNTEERS, TeamSort.Sort.SOCIETY)[n % 3]
        actions.sort_team(team, sort, by=None, at=at)
    return len(actions.record_history(list(_weeks(teams, campaigns, at, weeks)), at=at))


def _weeks(teams: list[Team], campaigns: list[Campaign], at: datetime, weeks: int) -> Iterator[Facts]:
    chance = random.Random(SEED)  # noqa: S311 -- invents, protects nothing
    members: dict[int, list[Account]] = {}
    inside = Membership.objects.filter(team__in=teams, period__contains=at.date()).select_related("account")
    for membership in inside.order_by("-is_lead", "account__username"):
        members.setdefault(membership.team_id, []).append(membership.account)
    for team in teams:
        for back in range(weeks * 7, 0, -7):
            for part in range(A_TEAM_A_WEEK):
                on = at.date() - timedelta(days=back - part * 3)
                if on < at.date():
                    yield _one(team, members[team.pk], campaigns, on, chance)


def _one(team: Team, people: list[Account], campaigns: list[Campaign], on: date, chance: random.Random) -> Facts:
    sort = chance.choices(list(DONE), weights=(5, 2, 2, 3))[0]
    hour = 19 if chance.random() < 0.25 else chance.randint(8, 15)
    starts = timezone.make_aware(datetime.combine(on, time(hour, chance.choice((0, 30)))))
    running = [one for one in campaigns if one.starts_on <= on and (one.ends_on is None or on <= one.ends_on)]
    # the memorable one of the team is mostly there: whoever opens the demo as a volunteer finds something of theirs
    gone = people[:1] + chance.sample(people[1:], min(len(people) - 1, chance.randint(2, 9)))
    reached = chance.randint(6, 40) if sort != "law" else chance.randint(25, 120)
    assert team.place is not None
    return Facts(
        sort=sort, place=team.place, starts_at=starts,
        ends_at=starts + timedelta(minutes=chance.choice((60, 90, 120, 150))),
        people=gone, reached=reached, helped=min(reached, chance.randint(0, 9)), words=chance.choice(DONE[sort]),
        spot=chance.choice(SPOTS), campaign=chance.choice([None, *running[:2], *running[:1]]), team=team,
    )  # fmt: skip
