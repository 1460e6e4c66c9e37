"""Sets of parameters: who may set them, that nothing is ever rewritten, and which of them hold on a day."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import world
from tests.cases.test_lists import said
from tests.world import NOW
from twinloop.cases import queries
from twinloop.cases.actions import setting
from twinloop.cases.models import ParameterSet
from twinloop.cases.parameters import in_force
from twinloop.decide import Refused, risk
from twinloop.decide.clocks import CHINA
from twinloop.decide.parameters import ParameterKind as K
from twinloop.ledger.models import Event
from twinloop.ledger.sight import NOBODY, SYSTEM, see_as
from twinloop.people.models import Role

TODAY = NOW.astimezone(CHINA).date()
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def district(db):
    with see_as(SYSTEM):
        yield world.district()


def values(kind: K, **changed: Any) -> dict[str, Any]:
    with see_as(SYSTEM):
        return queries.set_values(kind, setting.newest(kind), on=TODAY) | changed


def put(district: world.District, kind: K, given: dict[str, Any], *, role: str = "bureau", **more: Any) -> ParameterSet:
    last = setting.newest(kind)
    told = {"since": TOMORROW, "why": "县里开会定的", "follows": last.pk if last else None, "at": NOW} | more
    return setting.set_parameters(kind, given, scope=district.scope(role, NOW), **told)


def refused(act: Any, *args: Any, **named: Any) -> str:
    with pytest.raises(Refused) as found, transaction.atomic():
        act(*args, **named)
    return found.value.code


def test_a_set_holds_from_its_day_on_and_the_day_before_keeps_the_old(district):
    row = put(district, K.SCORECARD, values(K.SCORECARD, level_2_from=4))
    assert in_force(TODAY).scorecard == risk.DEFAULTS
    assert in_force(TOMORROW).scorecard.level_2_from == 4
    assert in_force(TOMORROW).version(K.SCORECARD, "shipped") == row.version
    assert in_force(TODAY).version(K.SCORECARD, "shipped") == "shipped"
    late = datetime(TODAY.year, TODAY.month, TODAY.day, 23, 59, tzinfo=CHINA)
    assert in_force(late).scorecard == risk.DEFAULTS
    assert in_force(late + timedelta(minutes=1)).scorecard.level_2_from == 4


def test_the_ledger_says_who_what_and_why(district):
    put(district, K.SCORECARD, values(K.SCORECARD, level_2_from=4))
    event = Event.objects.get(stream="setting:parameters")
    assert (event.verb, event.by, event.why) == ("parameters_set", district.people["bureau"], "县里开会定的")
    assert said(event)["changes"] == [["level_2_from", 6, 4]]


@pytest.mark.parametrize("role", [r for r in Role.values if r not in setting.EDITORS])
def test_nobody_else_sets(district, role):
    assert refused(put, district, K.SCORECARD, values(K.SCORECARD, level_2_from=4), role=role) == "parameter_no_editor"


@pytest.mark.parametrize(
    ("more", "code"),
    [({"since": TODAY}, "parameter_too_soon"), ({"why": "  "}, "parameter_why_missing"),
     ({"why": "长" * 201}, "parameter_why_long"), ({"follows": 10**6}, "parameter_changed")],
)  # fmt: skip
def test_what_is_not_set_leaves_nothing(district, more, code):
    assert refused(put, district, K.SCORECARD, values(K.SCORECARD, level_2_from=4), **more) == code
    assert not ParameterSet.objects.exists()
    assert not Event.objects.filter(stream="setting:parameters").exists()


def test_a_wrong_set_and_an_equal_one_are_refused(district):
    assert refused(put, district, K.SCORECARD, values(K.SCORECARD, level_1_from=2)) == "parameter_order"
    assert refused(put, district, K.SCORECARD, values(K.SCORECARD)) == "parameter_same"


def test_of_two_who_set_at_once_the_second_is_refused_by_the_action_and_by_the_database(district):
    first = put(district, K.SCORECARD, values(K.SCORECARD, level_2_from=4))
    given = values(K.SCORECARD, level_2_from=5)
    assert refused(put, district, K.SCORECARD, given, follows=None) == "parameter_changed"
    with pytest.raises(IntegrityError, match="cases_parameter_chain"), transaction.atomic():
        ParameterSet.objects.create(
            kind="scorecard", since=TOMORROW, values=given, version="x", why="x", by_id=first.by_id, at=NOW
        )


def test_a_set_not_begun_is_superseded_and_one_begun_stays_in_its_past(district):
    put(district, K.SCORECARD, values(K.SCORECARD, level_2_from=4), since=TODAY + timedelta(days=9))
    put(district, K.SCORECARD, values(K.SCORECARD, level_2_from=5), since=TODAY + timedelta(days=3))
    assert [in_force(TODAY + timedelta(days=n)).scorecard.level_2_from for n in (2, 3, 9, 30)] == [6, 5, 5, 5]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(st.integers(0, 3), st.integers(1, 5), st.integers(2, 11)), max_size=5))
def test_a_day_that_has_come_never_changes_again(district, rows):
    """(days passed since the last one, days until it begins, its figure): what was answered is answered still."""
    with transaction.atomic():
        day, answered = TODAY, {}
        for passed, ahead, figure in rows:
            day += timedelta(days=passed)
            at = datetime(day.year, day.month, day.day, 12, tzinfo=CHINA)
            with suppress(Refused), transaction.atomic():  # the same as before
                put(
                    district, K.SCORECARD, values(K.SCORECARD, level_2_from=figure), at=at,
                    since=day + timedelta(days=ahead),
                )  # fmt: skip
            answered[day] = in_force(day).scorecard
            assert {d: in_force(d).scorecard for d in answered} == answered
        transaction.set_rollback(True)


def test_rows_are_never_edited_or_taken_back(district):
    put(district, K.SCORECARD, values(K.SCORECARD, level_2_from=4))
    assert ParameterSet.objects.update(why="x") == 0
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cases_parameterset")
        assert cursor.rowcount == 0
    assert ParameterSet.objects.get().why == "县里开会定的"


def test_the_database_lets_everybody_read_and_only_editors_add(district):
    row = put(district, K.SCORECARD, values(K.SCORECARD, level_2_from=4))
    with see_as(NOBODY):
        assert in_force(TOMORROW).scorecard.level_2_from == 4
    insert = "INSERT INTO cases_parameterset (kind, since, values, version, why, by_id, at, follows_id)"
    insert += " VALUES ('scorecard', %s, %s, 'x', 'x', %s, %s, %s)"
    for role in Role.values:
        with see_as(district.scope(role, NOW)), transaction.atomic(), connection.cursor() as cursor:
            given = [TOMORROW, json.dumps(row.values), row.by_id, NOW, row.pk]
            if role in setting.EDITORS:
                cursor.execute(insert, given)
            else:
                with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                    cursor.execute(insert, given)
            transaction.set_rollback(True)


# --- the words of the types


def renamed(**of_b3: Any) -> dict[str, Any]:
    given = values(K.TYPES)
    given["B3"] = given["B3"] | of_b3
    return given


def test_a_type_is_renamed_moved_and_closed_from_a_day_on(district):
    given = renamed(name="小区物业", description="物业费、停车、电梯", active=True)
    given["B3"]["place"], given["A1"]["place"] = 1, given["B3"]["place"]
    put(district, K.TYPES, given)
    assert {t.code: t.name for t in queries.types(TODAY)}["B3"] == "物业管理"
    first = queries.types(TOMORROW)[0]
    assert (first.code, first.name, first.description) == ("B3", "小区物业", "物业费、停车、电梯")
    put(district, K.TYPES, renamed(active=False), since=TOMORROW + timedelta(days=1))
    assert "B3" in {t.code for t in queries.types(TOMORROW)}
    later = queries.types(TOMORROW + timedelta(days=1))
    assert len(later) == 11
    assert "B3" not in {t.code for t in later}


def test_names_of_today_are_shown_and_not_those_of_tomorrow(district):
    far = date(2020, 1, 1)
    at = datetime(2019, 12, 1, tzinfo=CHINA)
    given = renamed(name="小区物业")
    setting.set_parameters(K.TYPES, given, since=far, why="x", follows=None, scope=district.scope("bureau", NOW), at=at)
    assert queries.type_names()["B3"] == "小区物业"
    put(district, K.TYPES, renamed(name="明年的名字"), since=date(2100, 1, 1))
    assert queries.type_names()["B3"] == "小区物业"
