"""A week with the clock moved: disputes at random, the jobs turning, against a plain model written down here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

import pytest

from tests import world
from tests.followup.rounds.test_rounds import FIELD, handled, send
from tests.world import CHINA, NOW
from twinloop.cases import actions as cases
from twinloop.cases.actions.clocking import RUNNING
from twinloop.cases.models import Clock, Dispute
from twinloop.followup.daily import actions as daily
from twinloop.followup.daily.models import Day, Item
from twinloop.followup.rounds import actions as rounds
from twinloop.followup.visits import actions as visits
from twinloop.followup.visits import turning
from twinloop.followup.visits.models import Callback
from twinloop.ledger.models import Event
from twinloop.ledger.queries import broken
from twinloop.ledger.sight import SYSTEM, see_as

ONE = timedelta(days=1)
OPEN, SETTLED = {1: 3, 2: 7}, {1: 7, 2: 15, 3: 30}  # days between visits by level: domain.md section 4
HOURS = (9, 14, 19)  # people act; 20:00 is the cut


@dataclass
class Plain:
    """What the rules say of one dispute, without the product's code. `seen`: (moment, mind; None = nobody met)."""

    pk: int
    level: int
    began: datetime
    state: str = "handling"
    round: int = 1
    settled_at: datetime | None = None
    seen: list[tuple[datetime, str | None]] = field(default_factory=list)
    owed: date | None = None
    is_told: bool = False
    reviews: int = 0
    late: int = 0
    made: int = 0
    carried: int = 0

    @property
    def has_answer(self) -> bool:
        return any(mind for at, mind in self.seen if self.settled_at and at >= self.settled_at)

    def wanted(self) -> date | None:
        is_settled = self.state == "settled"
        start = self.settled_at if is_settled and self.settled_at else self.began
        days = SETTLED if is_settled else OPEN
        met = [(at.date(), mind) for at, mind in self.seen if at >= start and mind]
        if is_settled and len(met) >= 3 and all(mind == "calm" for _on, mind in met[-3:]):
            return None
        every, last = days.get(self.level), met[-1] if met else (start.date(), "calm")
        graver = days.get(max(1, self.level - 1), every)
        if last[1] == "uneasy":
            every = graver
        if last[1] == "hostile":
            every = min(n for n in (every, graver, 3) if n is not None)
        if every is None:
            return None
        tries = [at.date() + ONE for at, mind in self.seen if mind is None]  # not late on the day of a try
        return max([last[0] + timedelta(days=every), *tries])

    def plan(self) -> None:
        self.owed = self.wanted()
        if self.owed is None:
            self.is_told = False

    def jobs(self, at: datetime) -> None:
        if self.state in ("unsettled", "reopened"):
            self.state, self.round, self.reviews = "review", self.round + 1, self.reviews + 1
            self.carried = 0  # the next round is another thing of the day
        self.plan()
        if self.owed and self.owed < at.date() and not self.is_told:
            self.is_told, self.late = True, self.late + 1


def run_jobs(at: datetime) -> None:
    rounds.follow(at=at)
    turning.follow(at=at)
    turning.roll(at=at)
    turning.climb(at=at)
    daily.turn(at=at)


def act(rng: Random, district: world.District, plain: Plain, at: datetime) -> None:
    """One thing that somebody may do to the dispute as it stands, done to both."""
    dispute = Dispute.objects.select_related("standing").get(pk=plain.pk)
    row = Callback.objects.filter(dispute=dispute, state="planned").first()
    if row is not None and rng.random() < 0.5:
        visit(rng, plain, row, at)
    elif plain.state == "handling" and rng.random() < 0.6:
        given = {"settled_by": "测", "settled_how": "reconciliation", "settled_on": at.date(), "terms": "清沟"}
        cases.move(dispute, "settle", by=None, roles=FIELD, at=at, given=given)
        plain.state, plain.settled_at = "settled", at
    elif plain.state == "handling":
        cases.move(dispute, "report_unsettled", by=None, roles=FIELD, at=at, why="一方走了")
        plain.state = "unsettled"
    elif plain.state == "settled":
        cases.link(world.incident(district.near, at=at), dispute, by=None, at=at, why="又吵")
        plain.state = "reopened"
    elif plain.state == "review":
        send(district, dispute, at=at)
        taker = district.people["community_officer"]
        fresh = Dispute.objects.select_related("standing").get(pk=plain.pk)
        cases.move(fresh, "start", by=taker.pk, roles=FIELD, at=at)
        plain.state, plain.carried = "handling", 0


def visit(rng: Random, plain: Plain, row: Callback, at: datetime) -> None:
    is_met, is_bad = rng.random() < 0.7, rng.random() < 0.3
    mind = rng.choice(["calm", "calm", "uneasy", "hostile"]) if is_met else None
    said = visits.Made(
        on=at.date(), way="visit", reached=is_met, outcome="settled", satisfaction=1 if is_bad else 5,
        mind=mind or "", why="还在吵" if is_bad else "",
    )  # fmt: skip
    visits.put_down(row, said, by=None, at=at)
    plain.seen.append((at, mind))
    plain.made, plain.is_told = plain.made + 1, False
    if is_met and is_bad and plain.state == "settled":
        plain.state = "reopened"
    plain.plan()


def compare(plain: Plain) -> None:
    dispute = Dispute.objects.get(pk=plain.pk)
    assert (dispute.state, dispute.round) == (plain.state, plain.round)
    owed = list(Callback.objects.filter(dispute=dispute, state="planned").values_list("due_on", flat=True))
    assert owed == ([plain.owed] if plain.owed else [])
    assert Callback.objects.filter(dispute=dispute, state__in=["done", "missed"]).count() == plain.made
    events = Event.objects.filter(stream=dispute.stream)
    assert events.filter(verb="visit_late").count() == plain.late
    assert events.filter(verb="open_review").count() == plain.reviews
    running = Clock.objects.filter(RUNNING, dispute=dispute, rule__startswith="callback_")
    dues = [due.astimezone(CHINA).date() for due in running.values_list("due_at", flat=True) if due]
    wanted = []
    if plain.state == "settled" and plain.settled_at is not None and not plain.has_answer:
        wanted = [plain.settled_at.date() + timedelta(days=SETTLED[plain.level])]
    assert dues == wanted


def check_cut(plains: list[Plain], on: date, owed: set[int]) -> None:
    """What the day still owed at its cut was carried over once, with the right count, and nothing else was."""
    day = Day.objects.get(day=on)
    assert day.made_at is not None
    assert not day.items.filter(end="").exists()
    rows = Item.objects.filter(day=day, end="carried")
    waits = {plain.pk: plain for plain in plains if plain.state == "review"}
    found = dict(rows.filter(key__startswith="dispute:").values_list("dispute", "carries"))
    assert found == {pk: plain.carried for pk, plain in waits.items()}
    assert rows.filter(key__startswith="dispute:").count() == len(waits)
    assert sorted(rows.filter(key__startswith="visit:").values_list("dispute", flat=True)) == sorted(owed)
    for plain in waits.values():
        plain.carried += 1
    assert Event.objects.filter(verb="day_cut", stream=day.stream).count() == 1


@pytest.mark.parametrize("seed", range(3))
def test_a_week_goes_as_the_rules_say(db, seed):
    rng = Random(seed)
    with see_as(SYSTEM):
        district = world.district()
        plains = []
        for n in range(6):
            dispute = handled(district, level=1 + n % 3, at=NOW)
            cases.link(world.incident(district.near, at=NOW), dispute, by=None, at=NOW, why="头一回", first=True)
            plains.append(Plain(pk=dispute.pk, level=1 + n % 3, began=NOW))
        for day in range(8):
            for hour in HOURS:
                at = (NOW + day * ONE).replace(hour=hour, minute=30)
                for plain in plains:
                    if rng.random() < 0.25:
                        act(rng, district, plain, at)
                if hour != HOURS[-1] and rng.random() < 0.3:
                    continue  # the worker was down
                turned(plains, at + timedelta(minutes=5))
            cut = (NOW + day * ONE).replace(hour=20, minute=0)
            owed = {plain.pk for plain in plains if plain.owed and plain.owed <= cut.date()}
            turned(plains, cut)
            check_cut(plains, cut.date(), owed)
        assert list(broken()) == []


def turned(plains: list[Plain], at: datetime) -> None:
    """One turn of every job; a second at the same moment changes nothing."""
    run_jobs(at)
    for plain in plains:
        plain.jobs(at)
        compare(plain)
    count = Event.objects.count()
    run_jobs(at)
    assert Event.objects.count() == count
