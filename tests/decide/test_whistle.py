"""Who is called to a quarrel, who may object, who sits at the window: tables, properties, a plain model beside it."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinloop.decide import Refused
from twinloop.decide.whistle import (
    BUILT_IN,
    POINTS,
    Held,
    ObjectionGround,
    Points,
    Quarrel,
    Row,
    WhistlePart,
    WhistleReason,
    WhistleRefusal,
    call,
    check_decision,
    check_objection,
    check_parts,
    sit,
)

VILLAGE, TOWN, FAR = "360702191201", "360702191000", "360702192000"
WAGES = Quarrel(type_code="C2", places=(VILLAGE, TOWN))
R = WhistleReason
LABOUR, HOUSING, TOWNSHIP, ALL, MARKET = 1, 2, 3, 4, 5
TABLE = [
    Row(agency=LABOUR, subject="C2", source="人社主管"),
    Row(agency=HOUSING, subject="C2", leads=False),
    Row(agency=TOWNSHIP, place=TOWN),
    Row(agency=ALL, leads=False),
    Row(agency=MARKET, subject="C3"),
]


def refused(code: str, act) -> None:
    with pytest.raises(Refused) as found:
        act()
    assert found.value.code == code


def test_a_wage_claim_is_led_by_who_is_in_charge_of_its_subject():
    found = call(WAGES, TABLE)
    assert [(one.agency, one.part, one.points) for one in found] == [
        (LABOUR, "lead", 4), (HOUSING, "assist", 4), (TOWNSHIP, "assist", 2), (ALL, "assist", 1),
    ]  # fmt: skip
    assert found[0].reasons == (R.SUBJECT_TYPE, R.MAY_LEAD)
    assert found[0].source == "人社主管"
    assert found[2].reasons == (R.SUBJECT_ANY, R.PLACE_ABOVE, R.MAY_LEAD)


@pytest.mark.parametrize(
    ("row", "points", "reasons"),
    [
        (Row(agency=1, subject="C2", place=VILLAGE), 6, (R.SUBJECT_TYPE, R.PLACE_NEAR)),
        (Row(agency=1, subject="C", place=TOWN), 3, (R.SUBJECT_CATEGORY, R.PLACE_ABOVE)),
        (Row(agency=1, subject="C"), 2, (R.SUBJECT_CATEGORY,)),
        (Row(agency=1, subject="C2", place=FAR), None, ()),
        (Row(agency=1, subject="D"), None, ()),
    ],
)
def test_a_row_counts_by_subject_and_place(row, points, reasons):
    found = call(WAGES, [row])
    assert [(one.points, one.reasons) for one in found] == (
        [] if points is None else [(points, (*reasons, R.MAY_LEAD))]
    )


def test_without_a_type_only_those_of_every_quarrel_are_called():
    assert [one.agency for one in call(Quarrel(places=(VILLAGE, TOWN)), TABLE)] == [TOWNSHIP, ALL]


def test_among_equals_who_sits_today_goes_first():
    rows = [Row(agency=1, subject="C2"), Row(agency=2, subject="C2")]
    found = call(Quarrel(type_code="C2", seated=frozenset({2})), rows)
    assert [(one.agency, one.part) for one in found] == [(2, "lead"), (1, "assist")]
    assert R.ON_SEAT in found[0].reasons


rows_ = st.builds(
    Row,
    agency=st.integers(1, 5),
    subject=st.sampled_from(["", "C", "C2", "D1", "B"]),
    place=st.sampled_from(["", VILLAGE, TOWN, FAR]),
    leads=st.booleans(),
    source=st.sampled_from(["", "甲", "乙"]),
)
quarrels = st.builds(
    Quarrel,
    type_code=st.sampled_from(["", "C2", "D1", "B1"]),
    places=st.sampled_from([(), (TOWN,), (VILLAGE, TOWN)]),
    seated=st.frozensets(st.integers(1, 5)),
)


def plain(quarrel: Quarrel, rows: list[Row]) -> dict[int, int]:
    """Agency → points, as a person would add them up."""
    found: dict[int, int] = {}
    for row in rows:
        if row.subject not in ("", quarrel.type_code, quarrel.type_code[:1]) or row.place not in ("", *quarrel.places):
            continue
        worth = {0: POINTS.any, 1: POINTS.category, 2: POINTS.type}[len(row.subject)]
        if row.place:
            worth += POINTS.near if row.place == quarrel.places[0] else POINTS.above
        found[row.agency] = max(found.get(row.agency, 0), worth)
    return found


@given(quarrels, st.lists(rows_, max_size=12))
def test_it_finds_what_a_plain_count_finds_the_best_first_and_one_leads(quarrel, rows):
    found = call(quarrel, rows)
    assert {one.agency: one.points for one in found} == plain(quarrel, rows)
    assert [one.points for one in found] == sorted((one.points for one in found), reverse=True)
    leads = [one for one in found if one.part is WhistlePart.LEAD]
    able = [one for one in found if R.MAY_LEAD in one.reasons]
    assert leads == able[:1]


@given(quarrels, st.lists(rows_, max_size=12).flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_the_order_of_the_table_does_not_matter(quarrel, pair):
    assert call(quarrel, pair[0]) == call(quarrel, pair[1])


@given(quarrels, st.lists(rows_, max_size=8), rows_)
def test_one_more_row_takes_nobody_away_and_makes_nobody_worth_less(quarrel, rows, more):
    before = {one.agency: one.points for one in call(quarrel, rows)}
    after = {one.agency: one.points for one in call(quarrel, [*rows, more])}
    assert all(after[agency] >= points for agency, points in before.items())


@pytest.mark.parametrize(
    "points",
    [(1, 2, 1, 2, 1), (4, 2, 0, 2, 1), (4, 1, 2, 2, 1), (4, 2, 1, 1, 2), (4, 2, 1, 2, 0)],
)
def test_points_that_reward_the_wider_are_refused(points):
    kind, category, any_, near, above = points
    refused(WhistleRefusal.PARAMS, lambda: Points(type=kind, category=category, any=any_, near=near, above=above))


def test_the_built_in_table_calls_who_is_in_charge_of_wages():
    names = [one.name for one in BUILT_IN]
    found = call(Quarrel(type_code="C2"), built_in(*names))
    assert names[found[0].agency] == "人社"
    assert {names[one.agency] for one in found} == {"人社", "工会", "住建", "综治"}


ON = date(2026, 11, 27)
WINDOW = (
    "综治",
    "信访",
    "法庭",
    "司法所",
    "市场监管",
    "民政",
    "人社",
    "住建",
    "自然资源",
    "农业农村",
)  # the ten of the demo


def built_in(*names: str, on: date = ON) -> list[Row]:
    """The shipped lines of agencies by these names; each one's key is the first place of its name in the table."""
    every = [one.name for one in BUILT_IN]
    return [row for one in BUILT_IN if one.name in names for row in one.rows(every.index(one.name), on)]


def leader(code: str, *names: str, on: date = ON) -> str:
    found = call(Quarrel(type_code=code), built_in(*names, on=on))
    return next((BUILT_IN[one.agency].name for one in found if one.part is WhistlePart.LEAD), "")


@pytest.mark.parametrize(
    ("code", "whole", "window"),
    [
        ("A1", "司法所", "司法所"), ("A2", "民政", "民政"), ("A3", "民政", "民政"), ("B1", "司法所", "司法所"),
        ("B2", "生态环境", "综治"), ("B3", "住建", "住建"), ("C1", "司法所", "司法所"), ("C2", "人社", "人社"),
        ("C3", "市场监管", "市场监管"), ("D1", "自然资源", "自然资源"), ("D2", "住建", "住建"),
        ("D3", "司法所", "司法所"), ("", "综治", "综治"),
    ],
)  # fmt: skip
def test_somebody_leads_for_every_type(code, whole, window):
    """In a district with every agency, and with the ten that sit at the window only."""
    assert leader(code, *{one.name for one in BUILT_IN}) == whole
    assert leader(code, *WINDOW) == window


def test_who_stands_in_says_so_and_only_where_nobody_is_in_charge():
    first = call(Quarrel(type_code="B2"), built_in(*WINDOW))
    [lead] = [one for one in first if one.part is WhistlePart.LEAD]
    assert (BUILT_IN[lead.agency].name, lead.reasons) == ("综治", (R.SUBJECT_ANY, R.STANDS_IN))
    both = call(Quarrel(type_code="B2"), built_in(*WINDOW, "城管"))
    assert all(R.STANDS_IN not in one.reasons for one in both)
    assert leader("B2", "住建", "司法所") == ""


def test_a_line_counts_from_the_day_of_its_ground():
    assert leader("B2", "生态环境", on=date(2022, 6, 4)) == ""
    assert leader("B2", "生态环境", on=date(2022, 6, 5)) == "生态环境"


def test_every_shipped_line_names_its_ground():
    assert all(one.source and one.since <= ON for one in BUILT_IN)
    assert {one.name for one in BUILT_IN if one.stands_in} == {"综治"}


def test_one_of_the_agencies_leads():
    check_parts(1, [1, 2])
    refused(WhistleRefusal.NO_AGENCY, lambda: check_parts(1, []))
    refused(WhistleRefusal.NO_LEAD, lambda: check_parts(None, [1]))
    refused(WhistleRefusal.NO_LEAD, lambda: check_parts(3, [1]))


@pytest.mark.parametrize(
    ("held", "ground", "words", "code"),
    [
        (Held(), "not_subject", "三定方案", None),
        (Held(is_over=True), "not_subject", "x", WhistleRefusal.OBJECTION_OVER),
        (Held(is_passed_on=True), "not_subject", "x", WhistleRefusal.PASSED_ON),
        (Held(has_objected=True), "not_subject", "x", WhistleRefusal.OBJECTED),
        (Held(), "busy", "x", WhistleRefusal.GROUND),
        (Held(), "", "x", WhistleRefusal.GROUND),
        (Held(), ObjectionGround.HANDLED, "  ", WhistleRefusal.OBJECTION_WORDS),
    ],
)
def test_an_objection_is_made_once_with_a_ground(held, ground, words, code):
    if code is None:
        check_objection(held, ground, words)
        return
    refused(code, lambda: check_objection(held, ground, words))


@given(st.booleans(), st.booleans(), st.booleans())
def test_an_item_returns_at_most_once(is_over, is_passed_on, has_objected):
    """Whatever was decided on the first objection, a second one is refused on both sides."""
    held = Held(is_over=is_over, is_passed_on=is_passed_on, has_objected=has_objected)
    if is_over or is_passed_on or has_objected:
        with pytest.raises(Refused):
            check_objection(held, "not_place", "不在辖区")
    else:
        check_objection(held, "not_place", "不在辖区")


@pytest.mark.parametrize(
    ("moves", "target", "why", "code"),
    [
        (False, None, "主管单位没错", None),
        (True, 9, "应由镇里先办", None),
        (True, 9, " ", WhistleRefusal.DECISION_WHY),
        (False, None, "", WhistleRefusal.DECISION_WHY),
        (True, None, "x", WhistleRefusal.DECISION_TARGET),
        (True, 1, "x", WhistleRefusal.DECISION_SAME),
        (True, 2, "x", WhistleRefusal.DECISION_CALLED),
    ],
)
def test_the_arbiter_gives_a_reason_and_a_new_agency(moves, target, why, code):
    def act() -> None:
        check_decision(moves=moves, target=target, own=1, called=frozenset({1, 2}), why=why)

    if code is None:
        act()
        return
    refused(code, act)


DAY = date(2026, 4, 1)


@given(
    st.integers(1, 40), st.integers(1, 8), st.integers(0, 3), st.dictionaries(st.integers(10, 17), st.integers(0, 3))
)
def test_turns_are_fair(length, agencies, a_day, sat):
    days = [DAY + timedelta(days=n) for n in range(length)]
    rotating = list(range(10, 10 + agencies))
    found = sit(days, (1, 2), rotating, sat=sat, a_day=a_day)
    assert list(found) == days
    assert all(seats[:2] == (1, 2) and len(set(seats)) == 2 + min(a_day, agencies) for seats in found.values())
    new = Counter(agency for seats in found.values() for agency in seats[2:])
    before = [sat.get(agency, 0) for agency in rotating]
    after = [sat.get(agency, 0) + new[agency] for agency in rotating]
    assert max(after) - min(after) <= max(1, max(before) - min(before))  # nobody falls further behind
