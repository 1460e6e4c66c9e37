"""A week with the clock moved: disputes at random, the jobs turning, against a plain model written down here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

import pytest

from tests import world
from tests.followup.rounds.test_rounds import FIELD, handled, send
from tests.world import CHINA, NOW
from twinloop.cases import actions as cases
from twinloop.cases.actions.clocking import RUNNING
from twinloop.cases.models import Clock, Dispute, Term
from twinloop.decide import Refused
from twinloop.followup.daily import actions as daily
from twinloop.followup.daily.actions import owning
from twinloop.followup.daily.models import Day, Item
from twinloop.followup.rounds import actions as rounds
from twinloop.followup.visits import actions as visits
from twinloop.followup.visits import turning
from twinloop.followup.visits.models import Callback
from twinloop.ledger.models import Event
from twinloop.ledger.queries import broken
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.models import Account

ONE = timedelta(days=1)
OPEN, SETTLED = {1: 3, 2: 7}, {1: 7, 2: 15, 3: 30}  # days between visits by level: domain.md section 4
HOURS = (9, 14, 19)  # people act; 20:00 is the cut

HAPPENED = {
    "settle", "close", "reopen", "open_review", "open_penalty", "owner_changed", "visit_made", "visit_missed",
    "visit_late", "day_cut",
}  # fmt: skip


@dataclass
class Plain:
    """What the rules say of one dispute, without the product's code. `seen`: (moment, mind; None = nobody met)."""

    pk: int
    number: str
    level: int
    began: datetime
    state: str = "handling"
    round: int = 1
    settled_at: datetime | None = None
    seen: list[tuple[datetime, str | None]] = field(default_factory=list)
    charged: date | None = None
    owner: int = 0
    owed: date | None = None
    is_told: bool = False
    reviews: int = 0
    late: int = 0
    made: int = 0
    handed: int = 0
    carried: int = 0

    @property
    def has_answer(self) -> bool:
        return any(mind for at, mind in self.seen if self.settled_at and at >= self.settled_at)

    def wanted(self) -> date | None:
        is_settled = self.state in ("settled", "closed")
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
    if at.hour >= 19:  # the day's list is compared with what is open; the evening's turns are those that count here
        daily.turn(at=at)


def act(rng: Random, district: world.District, plain: Plain, at: datetime) -> None:
    """One thing that somebody may do to the dispute as it stands, done to both."""
    dispute = Dispute.objects.select_related("standing").get(pk=plain.pk)
    row = Callback.objects.filter(dispute=dispute, state="planned").first()
    if rng.random() < 0.15:
        hand_over(rng, district, plain, at)
    elif row is not None and rng.random() < 0.5:
        visit(rng, plain, row, at)
    elif plain.state == "handling" and rng.random() < 0.15:
        charge(district, plain, dispute, at)
    elif plain.state == "settled" and plain.has_answer:
        close(plain, dispute, at)
    elif plain.state == "handling" and rng.random() < 0.6:
        given = {"settled_by": "测", "settled_how": "reconciliation", "settled_on": at.date(), "terms": "清沟"}
        cases.move(dispute, "settle", by=None, roles=FIELD, at=at, given=given)
        plain.state, plain.settled_at = "settled", at
    elif plain.state == "handling":
        cases.move(dispute, "report_unsettled", by=None, roles=FIELD, at=at, why="一方走了")
        plain.state = "unsettled"
    elif plain.state in ("settled", "closed"):
        cases.link(world.incident(district.near, at=at), dispute, by=None, at=at, why="又吵")
        plain.state = "reopened"
    elif plain.state == "review":
        send(district, dispute, at=at)
        taker = district.people["community_officer"]
        fresh = Dispute.objects.select_related("standing").get(pk=plain.pk)
        cases.move(fresh, "start", by=taker.pk, roles=FIELD, at=at)
        plain.state, plain.owner, plain.carried = "handling", taker.pk, 0


def close(plain: Plain, dispute: Dispute, at: datetime) -> None:
    """An answer since the settlement is enough at levels 2 and 3; level 1 wants a leader's word, which nobody gave."""
    more = {"by": None, "roles": frozenset({"chief"}), "at": at}
    if plain.level == 1:
        with pytest.raises(Refused) as caught:
            cases.move(dispute, "close", **more)
        assert "lack_leader" in str(caught.value.facts)
    else:
        for term in Term.objects.filter(dispute=dispute, dropped_at=None, performed_on=None, broken_on=None):
            cases.perform_term(term, by=None, at=at, on=at.date(), kept=True)
        cases.move(Dispute.objects.get(pk=dispute.pk), "close", **more)
        plain.state = "closed"


def charge(district: world.District, plain: Plain, dispute: Dispute, at: datetime) -> None:
    """An assault whose mediation one side refuses: the procedure is opened at once, and the quarrel goes on."""
    cases.note(dispute, "offence", by=None, roles=FIELD, at=at, offence=True)
    cases.note(dispute, "circumstances", by=None, roles=FIELD, at=at, party_unwilling=True)
    fresh = Dispute.objects.get(pk=plain.pk)
    officer = district.people["officer"].pk
    rounds.open_penalty(fresh, "不愿调解", by=officer, scope=district.scope("officer"), at=at)
    plain.state, plain.charged = "penalty", at.date()


def hand_over(rng: Random, district: world.District, plain: Plain, at: datetime) -> None:
    """A leader gives the dispute to somebody else; clocks and the visit that is owed go along."""
    new = rng.choice([district.people[role].pk for role in ("officer", "community_officer")])
    old = Account.objects.get(pk=plain.owner)
    more = {"by": district.people["chief"].pk, "scope": district.scope("chief", at), "at": at}
    if new == plain.owner:
        with pytest.raises(Refused, match="owner_same"):
            owning.transfer([plain.number], old, new, "调岗", **more)
    else:
        owning.transfer([plain.number], old, new, "调岗", **more)
        plain.owner, plain.handed = new, plain.handed + 1


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
    if is_met and is_bad and plain.state in ("settled", "closed"):
        plain.state = "reopened"
    plain.plan()


def law(start: date) -> date:
    """The last of 30 days, the first not counted, moved off a weekend (no holiday lies there)."""
    last = start + timedelta(days=30)
    while last.weekday() >= 5:
        last += ONE
    return last


def compare(plains: list[Plain]) -> None:
    """One question a table, for all of them: a week has many turns."""
    pks = [plain.pk for plain in plains]
    stood = {row.pk: row for row in Dispute.objects.filter(pk__in=pks)}
    rows = list(Callback.objects.filter(dispute__in=pks).values_list("dispute", "state", "due_on"))
    verbs = Counter(
        Event.objects.filter(stream__in=[row.stream for row in stood.values()]).values_list("stream", "verb")
    )
    clocks = list(Clock.objects.filter(RUNNING, dispute__in=pks).values_list("dispute", "rule", "due_at", "owner"))
    for plain in plains:
        dispute = stood[plain.pk]
        assert (dispute.state, dispute.round, dispute.owner_id) == (plain.state, plain.round, plain.owner)
        assert [due for pk, state, due in rows if (pk, state) == (plain.pk, "planned")] == (
            [plain.owed] if plain.owed else []
        )
        assert sum(pk == plain.pk and state in ("done", "missed") for pk, state, _due in rows) == plain.made
        assert verbs[dispute.stream, "visit_late"] == plain.late
        assert verbs[dispute.stream, "open_review"] == plain.reviews
        assert verbs[dispute.stream, "owner_changed"] == plain.handed
        mine = {rule: due.astimezone(CHINA).date() for pk, rule, due, _who in clocks if pk == plain.pk and due}
        assert {rule: due for rule, due in mine.items() if rule.startswith("callback_")} == callback_clock(plain)
        charged = {"penalty": law(plain.charged)} if plain.charged else {}
        assert {rule: due for rule, due in mine.items() if rule.startswith("penalty")} == charged


def callback_clock(plain: Plain) -> dict[str, date]:
    if plain.state != "settled" or plain.settled_at is None or plain.has_answer:
        return {}
    return {f"callback_level_{plain.level}": plain.settled_at.date() + timedelta(days=SETTLED[plain.level])}


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


@pytest.mark.parametrize("seed", [5, 7])
def test_a_week_goes_as_the_rules_say(db, seed):
    rng = Random(seed)
    with see_as(SYSTEM):
        district = world.district()
        plains = [begun(district, 1 + n % 3) for n in range(6)]
        for day in range(8):
            for hour in HOURS:
                at = (NOW + day * ONE).replace(hour=hour, minute=30)
                for plain in plains:
                    if rng.random() < 0.45:
                        act(rng, district, plain, at)
                if hour == HOURS[-1] or rng.random() < 0.3:  # else the worker was down
                    turned(plains, at + timedelta(minutes=5))
            cut = (NOW + day * ONE).replace(hour=20, minute=0)
            owed = {plain.pk for plain in plains if plain.owed and plain.owed <= cut.date()}
            turned(plains, cut)
            check_cut(plains, cut.date(), owed)
            if day % 3 == 0:
                count = Event.objects.count()
                run_jobs(cut)
                assert Event.objects.count() == count, "a second turn at the same moment changes nothing"
        assert set(Event.objects.values_list("verb", flat=True)) >= HAPPENED, "a week in which all of it happens"
        assert list(broken()) == []


def begun(district: world.District, level: int) -> Plain:
    dispute = handled(district, level=level, at=NOW)
    cases.link(world.incident(district.near, at=NOW), dispute, by=None, at=NOW, why="头一回", first=True)
    assert dispute.owner_id
    return Plain(pk=dispute.pk, number=dispute.number, level=level, began=NOW, owner=dispute.owner_id)


def turned(plains: list[Plain], at: datetime) -> None:
    """One turn of every job, on both sides."""
    run_jobs(at)
    for plain in plains:
        plain.jobs(at)
    compare(plains)
