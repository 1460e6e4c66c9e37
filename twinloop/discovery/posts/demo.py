"""A believable last month (or year) of the demo's village posts: who was where, help given, joint checks. Invented."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from twinloop.decide.posts import week_of
from twinloop.discovery.posts import actions
from twinloop.discovery.posts.actions import Post
from twinloop.discovery.posts.models import HelpGiven, JointCheck, Shift
from twinloop.people.models import Account, Leave
from twinloop.places.models import Place

SEED = 36
WEEKS = 4  # before this one
PATTERNS = ((0, 2), (1, 3), (0, 3), (1, 4), (2, 4))  # weekdays of a person's two days
HELPS = {
    "errand": ("代取药", "帮老人交医保", "代办居住证"), "elderly": ("看望独居老人", "接放学的孩子"),
    "advice": ("讲借条怎么写", "讲宅基地确权的手续"), "traffic": ("疏通堵住的村道", "帮电动车上牌"),
    "rescue": ("送摔伤的老人去卫生院",), "other": ("修好路灯",),
}  # fmt: skip
FINDINGS = (
    "没有发现问题", "一户飞线充电，当场拆除", "出租房一间没有登记，已补", "灭火器过期两只，三天内换",
    "两家共用水沟堵了，约周六一起清",
)  # fmt: skip


def fill(at: datetime, weeks: int = WEEKS) -> int:
    """Once, so many weeks back; how many shifts are new. People come first."""
    at = timezone.localtime(at)
    if Shift.objects.exists():
        return 0
    people = Account.objects.filter(kind="auxiliary", grants__role="auxiliary", is_demo=True).distinct()
    posts = _weeks(list(people.prefetch_related("communities").order_by("pk")), at, weeks)
    made = actions.plan_shifts(posts, at=at)
    for shift in made:  # the database computes the day; here it is known
        shift.on = timezone.localtime(shift.period.lower).date()
    _keep(made, at)
    return len(made)


def _weeks(people: Sequence[Account], at: datetime, weeks: int) -> list[Post]:
    """Two days a week for each village; a few weeks fall short, so that there is something to mend."""
    chance = random.Random(SEED)  # noqa: S311 -- invents, protects nothing
    away = [(leave.account_id, leave.period) for leave in Leave.objects.filter(account__in=people)]
    this = week_of(at.date())
    posts: list[Post] = []
    covered: dict[Place, int] = {}
    for n, account in enumerate(people):
        home = next(iter(account.communities.all()), None)
        if home is None:
            continue
        second = covered.get(home, 0) > 0  # of the spare people: one day more
        covered[home] = covered.get(home, 0) + 1
        for week in (this.later(-back) for back in range(weeks, -2, -1)):
            days = PATTERNS[n % len(PATTERNS)][: 1 if second else 2]
            if chance.random() < (0.15 if week == this else 0.06):  # this week there is something to mend
                days = days[:1]
            for day in days:
                post = Post(account, home, week.days[day])
                if not any(pk == account.pk and period.lower < post.period.upper and post.period.lower < period.upper
                           for pk, period in away):  # fmt: skip
                    posts.append(post)
    # whoever tries the demo as an auxiliary is in the village today, whatever the weekday
    named = next((account for account in people if account.username == "auxiliary"), None)
    if named is not None and not any(post.account == named and post.on == at.date() for post in posts):
        posts.append(Post(named, named.communities.all()[0], at.date()))
    return posts


def _keep(shifts: Sequence[Shift], at: datetime) -> None:
    chance = random.Random(SEED)  # noqa: S311
    kept: dict[Shift, tuple[datetime, datetime | None]] = {}
    helps, checks = [], []
    for shift in shifts:
        if shift.on >= at.date() or chance.random() < 0.03:
            continue
        came = shift.period.lower + timedelta(minutes=chance.randint(-20, 25))
        kept[shift] = (came, shift.period.upper + timedelta(minutes=chance.randint(-30, 40)))
        noted = {"shift": shift, "at": came + timedelta(hours=chance.randint(1, 7)), "by_id": shift.account_id}
        for _n in range(chance.choice((0, 0, 1, 1, 2))):
            sort = chance.choice(list(HELPS))
            text, count = chance.choice(HELPS[sort]), chance.choice((1, 1, 1, 2, 3))
            helps.append(HelpGiven(sort=sort, people=count, words=text, **noted))
        if chance.random() < 0.25:
            partners = sorted(chance.sample(("security_director", "grid_worker", "cadre"), chance.choice((1, 2))))
            looked = sorted(chance.sample(("rental", "shop", "fire", "school", "road"), 2))
            checks.append(JointCheck(partners=partners, looked=looked, findings=chance.choice(FINDINGS), **noted))
    actions.keep_many(kept, at=at)
    actions.note_many(helps, checks, at=at)
