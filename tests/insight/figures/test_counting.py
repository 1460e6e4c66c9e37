"""The database counts what the plain core counts, over histories that the product's own events describe."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest

from tests import world
from twinloop.cases.models import Dispute, IncidentLink
from twinloop.decide.figures import Dispute as Fact
from twinloop.decide.figures import (
    Indicator,
    Mode,
    Record,
    Settlement,
    Window,
    measure,
)
from twinloop.insight.figures import actions, queries
from twinloop.insight.figures.models import Course, Reach, Settled
from twinloop.insight.figures.rules import RULES
from twinloop.ledger import actions as ledger
from twinloop.ledger.sight import SYSTEM, see_as

START = datetime(2026, 1, 1, tzinfo=world.CHINA)
WINDOW = Window(START + timedelta(days=30), START + timedelta(days=120))
AT = START + timedelta(days=170)
OF_DISPUTES = [code for code in RULES if code not in ("clocks_met", "hazards_righted")]
MODES = {"spot": Mode.SPOT, "other": Mode.OTHER}


def told(dispute: Dispute, day: float, verb: str, before: str, after: str, round_: int, next_round: int) -> None:
    ledger.record(
        dispute.stream, verb, by=None, at=START + timedelta(days=day), before={"state": before, "round": round_},
        after={"state": after, "round": next_round},
    )  # fmt: skip


def history(dice: random.Random, place: object) -> Fact:
    """One dispute with events and reports of its own, and the same as the core wants it."""
    on = dice.uniform(0, 115)
    made = world.dispute(place, at=START + timedelta(days=on), origin=dice.choice(["call", "call", "backlog"]))  # type: ignore[arg-type]
    if violence := dice.random() < 0.2:
        made.standing.domestic_violence = True
        made.standing.save()
    reports = [
        START + timedelta(days=on),
        *(START + timedelta(days=dice.uniform(on, 165)) for _ in range(dice.randrange(3))),
    ]
    for moment in reports:
        incident = world.incident(place, at=moment)  # type: ignore[arg-type]
        IncidentLink.objects.create(incident=incident, dispute=made, linked_at=moment)
    day, round_, second, state = on, 1, None, "handling"
    settled: list[Settlement] = []
    reopened: list[datetime] = []
    gone: dict[str, datetime] = {}
    while (day := day + dice.uniform(0.5, 40)) < 165:
        here = START + timedelta(days=day)
        if state == "handling":
            if dice.random() < 0.7:
                told(made, day, "settle", state, "settled", round_, round_)
                settled.append(Settlement(at=here, mode=Mode.SPOT if round_ == 1 else Mode.OTHER, round=round_))
                state = "settled"
            else:
                told(made, day, "open_review", state, "review", round_, round_ + 1)
                second, round_ = second or here, round_ + 1
        elif dice.random() < 0.15:
            told(made, day, "merge", state, "merged", round_, round_)
            gone["merged_at"] = here
            break
        elif dice.random() < 0.5:
            told(made, day, "close", state, "closed", round_, round_)
        else:
            told(made, day, "reopen", state, "reopened", round_, round_)
            reopened.append(here)
            state = "handling"
    return Fact(
        id=str(made.pk), registered_at=made.registered_at, incidents=tuple(sorted(reports)), settlements=tuple(settled),
        reopened=tuple(reopened), second_at=second, is_backlog=made.origin == "backlog",
        is_domestic_violence=violence, **gone,
    )  # fmt: skip


@pytest.fixture
def district(db):
    with see_as(SYSTEM):
        yield world.district()


@pytest.mark.parametrize("seed", range(3))
def test_the_database_counts_what_the_core_counts(district, seed):
    dice = random.Random(seed)
    record = Record(disputes=tuple(history(dice, district.near) for _ in range(25)))
    actions.rebuild(at=AT)
    for code in OF_DISPUTES:
        plain = measure(Indicator(code), record, WINDOW, at=AT)
        counted = queries.measure(code, WINDOW, at=AT)
        assert (counted.hits, counted.of) == (len(plain.numerator), len(plain.denominator or ())), code
        assert counted.excluded == {why: len(names) for why, names in plain.excluded.items()}, code
        for part, names in (("in", plain.numerator), ("of", set(plain.denominator or ()) - set(plain.numerator))):
            found = queries.rows(code, part, WINDOW, SYSTEM, at=AT, first=0, most=100)
            assert {row.name for row in found} == set(names), (code, part)


def kept() -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    courses = Course.objects.order_by("pk").values_list(
        "pk", "registered_at", "second_at", "merged_at", "transferred_at", "is_backlog", "is_domestic_violence"
    )
    settled = Settled.objects.order_by("dispute", "number").values_list(
        "dispute", "number", "at", "until", "mode", "round", "flared_at"
    )
    return list(courses), list(settled)


def test_keeping_up_with_the_ledger_equals_reading_it_all_again(district):
    dice = random.Random(9)
    for _ in range(4):
        for _ in range(4):
            history(dice, district.near)
        ledger.seal(at=AT)
        actions.catch_up(at=AT)
    live = kept()
    assert len(live[0]) == 16
    assert live[1]
    actions.rebuild(at=AT)
    assert kept() == live


def test_what_is_not_sealed_yet_waits(district):
    made = world.dispute(district.near, at=START)
    assert actions.catch_up(at=AT) == 0
    assert not Course.objects.exists()
    ledger.seal(at=AT)
    assert actions.catch_up(at=AT) == 1
    assert Course.objects.get().dispute_id == made.pk
    assert actions.catch_up(at=AT) == 0
    assert Reach.objects.get().at == AT


def test_a_viewer_counts_what_they_may_open(district):
    near, far = (world.dispute(place, at=START + timedelta(days=40)) for place in (district.near, district.far))
    actions.rebuild(at=AT)
    assert queries.measure("resolution", WINDOW, at=AT).of == 2
    for role, seen in (("chief", {near}), ("community_officer", {near}), ("bureau", {near, far}), ("volunteer", set())):
        scope = district.scope(role)
        with see_as(scope):
            assert queries.measure("resolution", WINDOW, at=AT).of == len(seen), role
            found = queries.rows("resolution", "of", WINDOW, scope, at=AT, first=0, most=9)
            assert {row.dispute for row in found} == seen, role
    by_place = dict(queries.parted("resolution", "place", WINDOW, at=AT))
    assert {name: one.of for name, one in by_place.items()} == {"近村": 1, "远村": 1}
