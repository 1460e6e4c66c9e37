"""Rosters: no hard rule broken, no order matters, one more person is never worse, repair changes the least."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise, product

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from twinloop.decide import Refused, roster
from twinloop.decide.roster import (
    History,
    Line,
    Params,
    Person,
    Problem,
    RosterMove,
    RosterProof,
    RosterRule,
    Shift,
    Stop,
    Unit,
    Village,
)
from twinloop.decide.roster.building import soft_cost

MONDAY = date(2026, 11, 30)
DAYS = tuple(MONDAY + timedelta(days=n) for n in range(14))
EXACT = Stop(20, 0.0)
PARAMS = roster.DEFAULTS
HARD = set(RosterRule) - {RosterRule.DAYS}


@st.composite
def people(draw, ids=("a", "b", "c", "d")):
    def one(name):
        return Person(
            name,
            leave=frozenset(draw(st.sets(st.sampled_from(DAYS), max_size=5))),
            rest=frozenset(draw(st.sets(st.integers(0, 6), max_size=3))),
            barred=frozenset(draw(st.sets(st.sampled_from("xyz"), max_size=2))),
            wish_off=frozenset(draw(st.sets(st.sampled_from(DAYS), max_size=2))),
            distance={v: draw(st.integers(0, 20)) for v in "xyz"},
            known={v: draw(st.integers(1, 14)) for v in draw(st.sets(st.sampled_from("xyz"), max_size=1))},
            history=History(draw(st.integers(0, 4)), draw(st.integers(0, 2)), 0),
            worked=frozenset(draw(st.sets(st.sampled_from([MONDAY - timedelta(days=n) for n in range(1, 7)])))),
        )

    return tuple(one(name) for name in draw(st.permutations(ids))[: draw(st.integers(1, len(ids)))])


@st.composite
def problems(draw, weeks=2):
    villages = tuple(Village(name, draw(st.integers(1, 3))) for name in draw(st.permutations("xyz")))
    return Problem(MONDAY, weeks, draw(people()), villages, frozenset({DAYS[3]}))


def worth(problem, plan):
    """Shortfall first, then the soft cost."""
    return PARAMS.short * sum(one.lacks for one in plan.broken) + soft_cost(problem, plan.shifts, PARAMS)


@given(problems())
@settings(max_examples=12, deadline=None)
def test_no_rule_of_a_person_is_broken_and_what_is_short_is_named(problem):
    plan = roster.solve(problem, EXACT)
    assert {one.rule for one in roster.check(problem, plan.shifts, PARAMS)} <= {RosterRule.DAYS}
    assert {one.rule for one in plan.broken} <= {RosterRule.DAYS}
    assert plan.proof is RosterProof.OPTIMAL
    assert [(c.village, c.week, c.lacks) for c in plan.clashes] == [(b.village, b.on, b.lacks) for b in plan.broken]
    assert sum(load.days for load in plan.loads) == len(plan.shifts)


@given(problems(), st.randoms(use_true_random=False))
@settings(max_examples=8, deadline=None)
def test_order_of_people_and_villages_does_not_matter_and_the_same_seed_gives_the_same_plan(problem, dice):
    mixed = replace(
        problem,
        people=tuple(dice.sample(problem.people, len(problem.people))),
        villages=tuple(dice.sample(problem.villages, len(problem.villages))),
    )
    assert roster.solve(mixed, EXACT, seed=3) == roster.solve(problem, EXACT, seed=3)


@given(problems(), people(ids=("new",)))
@settings(max_examples=12, deadline=None)
def test_one_more_person_is_never_worse(problem, more):
    # whoever is new is known nowhere: what the villages know already stays the same
    newcomer = replace(more[0], known={}, history=max((p.history for p in problem.people), key=lambda h: h.days))
    newcomer = replace(newcomer, history=History(99, 99, 99))
    fewer = roster.solve(problem, EXACT)
    bigger = replace(problem, people=(*problem.people, newcomer))
    assert worth(bigger, roster.solve(bigger, EXACT)) <= worth(problem, fewer) + 0.01


@given(problems(weeks=1))
@settings(max_examples=12, deadline=None)
def test_the_exceptions_that_are_named_give_every_village_its_days(problem):
    # days before the plan are left out: exceptions of one week leave the rule of seven days alone
    problem = replace(problem, people=tuple(replace(p, worked=frozenset()) for p in problem.people))
    plan = roster.solve(problem, EXACT)
    days = {p.id: {r.on for r in plan.relax if r.person == p.id} for p in problem.people}
    eased = tuple(
        replace(
            p,
            rest=frozenset(),
            leave=frozenset(on for on in DAYS if on in p.leave or on.weekday() in p.rest) - days[p.id],
        )
        for p in problem.people
    )
    wide = replace(PARAMS, days_a_week=7, days_in_seven=7)
    limits = PARAMS if all(r.rule is not RosterRule.WEEK for r in plan.relax) else wide
    again = roster.solve(replace(problem, people=eased), EXACT, params=limits)
    assert sum(one.lacks for one in again.broken) <= sum(one.rule is RosterRule.DAYS for one in plan.relax)


def test_a_village_whose_only_person_is_on_leave_names_both_days_of_leave_and_nothing_else():
    only = Person("a", leave=frozenset(DAYS[:6]), rest=frozenset({6}))
    barred = Person("b", barred=frozenset({"x"}))
    plan = roster.solve(Problem(MONDAY, 1, (only, barred), (Village("x"),)), EXACT)
    assert [(one.rule, one.village, one.lacks) for one in plan.broken] == [(RosterRule.DAYS, "x", 2)]
    against = dict(plan.clashes[0].against)
    assert (against[RosterRule.BARRED], against[RosterRule.LEAVE]) == (("b",), ("a",))
    assert sorted((one.rule, one.person) for one in plan.relax) == [(RosterRule.LEAVE, "a"), (RosterRule.REST, "a")]


def test_fewer_people_than_days_say_how_many_days_are_missing():
    villages = tuple(Village(f"v{n}") for n in range(5))
    plan = roster.solve(Problem(MONDAY, 1, (Person("a"),), villages), EXACT)
    assert sum(one.lacks for one in plan.broken) == 5
    assert Counter(one.rule for one in plan.relax) == {RosterRule.WEEK: 2, RosterRule.DAYS: 3}


@given(st.data())
@settings(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.generate])
def test_repair_changes_no_more_than_a_plain_search(data):
    everybody = tuple(replace(p, worked=frozenset()) for p in data.draw(people(ids=("a", "b", "c"))))
    problem = Problem(MONDAY, 1, everybody, (Village("x", 1), Village("y", 1)))
    old = roster.solve(problem, EXACT).shifts
    ill = data.draw(st.sampled_from(everybody))
    since = data.draw(st.sampled_from(DAYS[:5]))
    hit = tuple(
        replace(p, leave=p.leave | {on for on in DAYS if on >= since}) if p.id == ill.id else p for p in everybody
    )
    now = replace(problem, people=hit)
    mended = roster.repair(now, old, since, EXACT)
    past = {s for s in old if s.on < since}
    cells = [None, *(Shift(on, v, p.id) for on in DAYS[:7] if on >= since for v in "xy" for p in hit)]
    best = None
    for one, two in product(
        [c for c in cells if c is None or c.village == "x"], [c for c in cells if c is None or c.village == "y"]
    ):
        tried = past | {c for c in (one, two) if c}
        broken = roster.check(now, tried, PARAMS)
        if any(b.rule in HARD and b.on and b.on >= since for b in broken) or any(
            n > 1 for n in Counter(s.village for s in tried).values()
        ):
            continue
        found = (sum(b.lacks for b in broken), len(tried ^ set(old)))
        best = found if best is None or found < best else best
    assert (sum(b.lacks for b in mended.plan.broken), mended.changes) == best
    assert past <= set(mended.plan.shifts)
    assert {m.person for m in mended.moves} == {s.person for s in set(old) ^ set(mended.plan.shifts)}


def test_repair_says_who_takes_over_and_why():
    problem = Problem(MONDAY, 1, (Person("a"), Person("b", history=History(9))), (Village("x"),))
    old = roster.solve(problem, EXACT).shifts
    assert {one.person for one in old} == {"a"}
    ill = replace(problem, people=(Person("a", leave=frozenset(DAYS)), problem.people[1]))
    mended = roster.repair(ill, old, MONDAY, EXACT)
    assert (mended.changes, mended.told, mended.plan.holds) == (4, ("a", "b"), True)
    assert {(m.person, m.why) for m in mended.moves} == {("a", RosterMove.CANNOT), ("b", RosterMove.TAKES_OVER)}


def test_what_is_past_stands_though_a_rule_now_forbids_it():
    problem = Problem(MONDAY, 1, (Person("a"), Person("b")), (Village("x"),))
    old = [Shift(DAYS[0], "x", "a"), Shift(DAYS[4], "x", "a")]
    gone = replace(problem, people=(Person("a", leave=frozenset(DAYS)), Person("b")))
    mended = roster.repair(gone, old, DAYS[2], EXACT)
    assert old[0] in mended.plan.shifts
    assert [s.person for s in mended.plan.shifts if s.on > DAYS[0]] == ["b"]


def test_a_person_who_left_and_a_village_that_was_dropped_are_repaired_too():
    problem = Problem(MONDAY, 1, (Person("b"),), (Village("x", 1),))
    mended = roster.repair(problem, [Shift(DAYS[1], "x", "gone"), Shift(DAYS[2], "z", "b")], MONDAY, EXACT)
    assert mended.plan.holds
    assert {(m.person, m.why) for m in mended.moves if m.before} == {
        ("gone", RosterMove.CANNOT), ("b", RosterMove.CANNOT),
    }  # fmt: skip


def test_a_fixed_day_stays_and_one_that_a_rule_forbids_is_named():
    fixed = frozenset({Shift(DAYS[6], "x", "b"), Shift(DAYS[1], "x", "a")})
    a, b = Person("a", leave=frozenset({DAYS[1]})), Person("b", distance={"x": 90.0})
    plan = roster.solve(Problem(MONDAY, 1, (a, b), (Village("x"),), fixed=fixed), EXACT)
    assert Shift(DAYS[6], "x", "b") in plan.shifts
    assert [(one.rule, one.person, one.on) for one in plan.broken] == [(RosterRule.LEAVE, "a", DAYS[1])]


def test_who_carried_more_before_carries_less_now():
    tired, fresh = Person("a", history=History(20, 6, 2)), Person("b", history=History(4, 0, 0))
    plan = roster.solve(Problem(MONDAY, 2, (tired, fresh), (Village("x"),)), EXACT)
    assert {one.person for one in plan.shifts} == {"b"}


def test_a_face_that_is_worn_makes_room():
    worn, other = Person("a", known={"x": 12}), Person("b", known={"x": 2})
    plan = roster.solve(Problem(MONDAY, 1, (worn, other), (Village("x"),)), EXACT)
    assert {one.person for one in plan.shifts} == {"b"}


@pytest.mark.parametrize(("params", "field"), [({"load": -1}, "load"), ({"days_a_week": 8}, "days_a_week")])
def test_parameters_out_of_range_are_refused(params, field):
    with pytest.raises(Refused) as caught:
        replace(PARAMS, **params)
    assert (caught.value.code, caught.value.facts["field"]) == ("roster_bad", field)


def test_a_file_of_parameters_with_an_unknown_key_is_refused(tmp_path):
    (tmp_path / "roster.toml").write_text("days_per_week = 5", encoding="utf-8")
    with pytest.raises(Refused):
        Params.load_from(tmp_path / "roster.toml")


@pytest.mark.parametrize(
    "change",
    [{"start": DAYS[1]}, {"weeks": 0}, {"people": (Person("a"), Person("a"))}, {"villages": (Village("x", 8),)}],
)
def test_a_problem_that_makes_no_sense_is_refused(change):
    with pytest.raises(Refused):
        replace(Problem(MONDAY, 1, (Person("a"),), (Village("x"),)), **change)


# --- turns ----------------------------------------------------------------------------------------------------------


def test_seats_follow_each_agency_s_pattern_and_nights_lie_apart():
    working = tuple((on,) for on in DAYS if on.weekday() < 5)
    four = tuple(Unit(f"r{n}", weekdays=frozenset({n, (n + 1) % 5, 4})) for n in range(4))
    plan = roster.turns(Line("seat", four, working, gap=0), stop=EXACT)
    assert not plan.broken
    for turn in plan.turns:
        assert working[turn.slot][0].weekday() in four[int(turn.unit[1])].weekdays
    nights = roster.turns(
        Line("night", tuple(Unit(f"u{n}") for n in range(4)), tuple((on,) for on in DAYS)), stop=EXACT
    )
    by_unit = {u: sorted(t.slot for t in nights.turns if t.unit == u) for u in ("u0", "u1", "u2", "u3")}
    assert all(b - a > 1 for slots in by_unit.values() for a, b in pairwise(slots))
    assert sorted(len(slots) for slots in by_unit.values()) == [3, 3, 4, 4]
    assert {load.weekends for load in nights.loads} == {1}


def test_rotating_agencies_take_weeks_and_a_week_that_nobody_can_take_names_who_and_why():
    weeks = tuple(DAYS[n : n + 7] for n in (0, 7))
    units = (Unit("a", last=MONDAY - timedelta(days=1)), Unit("b", away=frozenset({DAYS[2]})))
    plan = roster.turns(Line("week", units, weeks), stop=EXACT)
    assert [(one.rule, one.village, one.on, one.lacks) for one in plan.broken] == [(RosterRule.TURN, "week", MONDAY, 1)]
    assert plan.kept_out[0] == (("a", RosterRule.GAP), ("b", RosterRule.LEAVE))
