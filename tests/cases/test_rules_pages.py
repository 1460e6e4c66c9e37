"""Settings of clocks and holidays: who may, what holds from when, what a typed-in year changes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from tests import world
from tests.cases.test_lists import as_, said, text
from twinloop.cases import actions, rulebook
from twinloop.cases.actions.ruling import days, set_rule, set_year
from twinloop.cases.models import Clock, ClockRule, HolidayYear
from twinloop.decide import Refused
from twinloop.decide.clocks import CHINA, RestDay, Rule, RuleCode, Unit
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.models import Role

AT = datetime(2026, 4, 16, 9, 0, tzinfo=CHINA)
URLS = ("/settings/clocks/", "/settings/holidays/")
LATER = (timezone.localdate() + timedelta(days=1)).isoformat()
RULE = {"code": "first_feedback", "since": LATER, "value": "2", "unit": "hour", "rest_day": "keep",
        "warn_percent": "70", "climb_minutes": "30", "source": "分局规定"}  # fmt: skip


def rule(since: date, value: int = 2) -> Rule:
    return Rule(
        code=RuleCode.FIRST_FEEDBACK, value=value, unit=Unit.HOUR, rest_day=RestDay.KEEP, since=since, source="分局规定"
    )


def events(stream: str) -> list[Event]:
    with see_as(SYSTEM):
        return list(Event.objects.filter(stream=stream))


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("url", URLS)
def test_only_a_system_administrator_opens_and_changes(district, role, url):
    client = as_(district.people[role])
    expected = 200 if role == "system_admin" else 403
    assert client.get(url).status_code == expected
    assert client.post(url, {}).status_code == (422 if role == "system_admin" else 403)


def test_every_rule_stands_there_with_its_source(district):
    page = text(as_(district.people["system_admin"]).get("/settings/clocks/"))
    assert {line.code for line in rulebook.lines(AT.date())} == {code.value for code in RuleCode}
    for line in rulebook.lines(AT.date()):
        assert line.name in page
    assert "程序规定 61(2)" in page


def test_a_rule_holds_from_its_day_on_and_running_clocks_keep_theirs(district):
    report = world.incident(district.near)
    old = actions.open_clock("first_feedback", by=None, at=AT, incident=report)
    admin = district.scope("system_admin", AT)
    set_rule(rule(date(2026, 4, 17)), scope=admin, at=AT)
    assert Clock.objects.get(pk=old.pk).due_at == AT + timedelta(hours=1)
    actions.drop_clock(old, by=None, at=AT, why="-")
    same_day = actions.open_clock("first_feedback", by=None, at=AT + timedelta(hours=3), incident=report)
    assert same_day.due_at - same_day.started_at == timedelta(hours=1)
    actions.drop_clock(same_day, by=None, at=AT + timedelta(hours=4), why="-")
    next_day = actions.open_clock("first_feedback", by=None, at=AT + timedelta(days=1), incident=report)
    assert next_day.due_at - next_day.started_at == timedelta(hours=2)


def test_the_page_sets_a_rule_and_the_ledger_says_who(district):
    admin = district.people["system_admin"]
    assert as_(admin).post("/settings/clocks/", RULE)["Location"] == "/settings/clocks/"
    row = ClockRule.objects.get()
    assert (row.value, row.unit, row.warn_percent, row.source, row.set_by) == (2, "hour", 70, "分局规定", admin)
    (event,) = events("setting:clocks")
    assert (event.verb, event.by_id, said(event)["after"]["value"]) == ("clock_rule_set", admin.pk, 2)
    as_(admin).post("/settings/clocks/", RULE | {"value": "3"})
    assert ClockRule.objects.get().value == 3
    assert said(events("setting:clocks")[-1])["before"]["value"] == 2
    assert "将生效" in text(as_(admin).get("/settings/clocks/"))


@pytest.mark.parametrize(
    "wrong",
    [{"source": ""}, {"since": timezone.localdate().isoformat()}, {"since": "x"}, {"value": "-1"}, {"value": "0"},
     {"value": "999999999"}, {"value": "4000", "unit": "day"}, {"code": "nothing"}, {"unit": "year"},
     {"warn_percent": "0"}, {"warn_percent": "101"}, {"climb_minutes": "0"}, {"rest_day": "skip"}],
)  # fmt: skip
def test_a_wrong_rule_is_not_set(district, wrong):
    response = as_(district.people["system_admin"]).post("/settings/clocks/", RULE | wrong)
    assert response.status_code == 422
    assert not ClockRule.objects.exists()
    assert events("setting:clocks") == []


def test_a_look_says_when_it_would_be_due_and_sets_nothing(district):
    response = as_(district.people["system_admin"]).post("/settings/clocks/", RULE | {"look": "1"})
    assert response.context["due"] - timezone.now() < timedelta(hours=2)
    assert "到期" in text(response)
    assert not ClockRule.objects.exists()


def test_a_look_over_an_unknown_year_says_so(district):
    far = {"value": "3000", "unit": "working_day", "code": "penalty"}
    page = text(as_(district.people["system_admin"]).post("/settings/clocks/", RULE | far | {"look": "1"}))
    assert "到期，" not in page
    assert "tl-note" in page


# --- holidays

OFF = [date(2031, 1, 1), date(2031, 10, 1)]


def test_a_typed_in_year_lets_clocks_count_in_it(district):
    admin, report = district.scope("system_admin", AT), world.incident(district.near)
    start = datetime(2031, 9, 30, 9, 0, tzinfo=CHINA)
    dispute = world.dispute(district.near, incident=report)
    with pytest.raises(Refused):
        actions.open_clock("police_mediation_first", by=None, at=start, dispute=dispute)
    set_year(
        2031, [*OFF, *days(date(2031, 10, 2), date(2031, 10, 7))], [date(2031, 9, 28)], "国办发", scope=admin, at=AT
    )
    clock = actions.open_clock("police_mediation_first", by=None, at=start, dispute=dispute)
    assert clock.due_at is not None
    assert clock.due_at.astimezone(CHINA).date() == date(2031, 10, 10)


def test_the_page_reads_days_as_people_write_them(district):
    admin = district.people["system_admin"]
    given = {
        "year": "2031",
        "holidays": "01-01\n10-01 至 10-07，2031年5月1日",
        "workdays": "9-28",
        "source": "国办发明电",
    }
    assert as_(admin).post("/settings/holidays/", given)["Location"] == "/settings/holidays/"
    year = HolidayYear.objects.get()
    assert len(year.holidays) == 9
    assert year.workdays == [date(2031, 9, 28)]
    (event,) = events("setting:holidays")
    assert (event.verb, event.by_id, said(event)["year"]) == ("holidays_set", admin.pk, 2031)
    assert "2031" in text(as_(admin).get("/settings/holidays/"))


@pytest.mark.parametrize(
    "wrong",
    [{"holidays": ""}, {"holidays": "2030-01-01"}, {"holidays": "13-01"}, {"holidays": "2-30"}, {"holidays": "随便"},
     {"workdays": "10-01"}, {"workdays": "9-29"}, {"source": ""}, {"year": "2026"}, {"year": "1999"}, {"year": "x"},
     {"holidays": "10-07 至 10-01"}, {"holidays": "1-1 至 12-31"}],
)  # fmt: skip
def test_a_wrong_year_is_not_kept(district, wrong):
    given = {"year": "2031", "holidays": "10-01 至 10-03", "workdays": "9-28", "source": "国办发"} | wrong
    response = as_(district.people["system_admin"]).post("/settings/holidays/", given)
    assert response.status_code == 422
    assert not HolidayYear.objects.exists()
    assert events("setting:holidays") == []


@pytest.mark.parametrize("role", [role for role in Role.values if role != "system_admin"])
def test_the_actions_themselves_refuse_everybody_else(district, role):
    scope = district.scope(role, AT)
    with pytest.raises(Refused, match="needs_administrator"):
        set_rule(rule(date(2026, 4, 17)), scope=scope, at=AT)
    with pytest.raises(Refused, match="needs_administrator"):
        set_year(2031, OFF, [], "国办发", scope=scope, at=AT)


@pytest.mark.parametrize(
    ("at", "expected"),
    [(datetime(2025, 10, 31, 23, 0, tzinfo=CHINA), None), (datetime(2031, 1, 1, tzinfo=CHINA), 2031)],
)
def test_a_missing_year_is_asked_for(district, at, expected):
    assert rulebook.missing(at) == expected


def test_next_year_is_asked_for_from_november_on(district):
    last = max(rulebook.known_years())
    assert rulebook.missing(datetime(last, 10, 31, 23, tzinfo=CHINA)) is None
    assert rulebook.missing(datetime(last, 11, 1, 0, tzinfo=CHINA)) == last + 1
    HolidayYear.objects.create(year=last + 1, holidays=[date(last + 1, 1, 1)], source="国办发")
    assert rulebook.missing(datetime(last, 11, 1, 0, tzinfo=CHINA)) is None
