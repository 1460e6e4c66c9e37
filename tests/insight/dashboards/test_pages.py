"""Dashboards: each role's numbers, each opened to as many rows, beside the plan that held."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine

from tests import world
from tests.insight.reports.district import AT, build
from twinloop.decide import Refused
from twinloop.insight.dashboards import actions, queries, words
from twinloop.insight.dashboards.models import Plan
from twinloop.insight.figures import actions as figures
from twinloop.insight.figures import windows
from twinloop.intake.batches.models import OutsideFigure
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as

SPAN = "span=own&first=2026-03-01&last=2026-05-06"


@pytest.fixture
def spring(db):
    with time_machine.travel(AT, tick=False):
        with see_as(SYSTEM):
            found, _made = build()
        yield found


def plan(district, indicator="resolution", value="85", station=None, since=date(2026, 5, 6), role="bureau", at=AT):
    person = district.people[role]
    return actions.set_plan(
        indicator, None if value is None else Decimal(value), station, since=since, why="全年目标", by=person.pk,
        scope=district.scope(role), at=at,
    )  # fmt: skip


@pytest.mark.parametrize("role", words.READERS)
def test_every_number_of_a_role_opens_as_many_rows(client, spring, role):
    client.force_login(spring.people[role])
    answer = client.get(f"/dashboard/?{SPAN}")
    assert answer.status_code == 200
    sums, figures = words.SHOWN[role]
    assert [one.code for one in answer.context["sums"]] == list(sums)
    assert [line.figure.code for line in answer.context["lines"]] == list(figures)
    for one in answer.context["sums"]:
        rows = client.get(f"/dashboard/sums/{one.code}/?{SPAN}").context
        assert (sum(row.amount for row in rows["rows"]), rows["amount"]) == (one.now, one.now), one.code
    for line in answer.context["lines"]:
        for part, size in (("in", line.figure.hits), ("of", line.figure.of - line.figure.hits)):
            found = client.get(f"/indicators/{line.figure.code}/?{SPAN}&part={part}").context["rows"]
            assert len(found) == size, (line.figure.code, part)


def test_a_station_and_the_district_see_their_own(client, spring):
    seen = {}
    for role in ("bureau", "chief", "community_officer"):
        client.force_login(spring.people[role])
        found = client.get(f"/dashboard/?{SPAN}").context
        seen[role] = {one.code: one.now for one in found["sums"]}["new"], str(found["area"])
    assert seen == {"bureau": (5, "全区"), "chief": (3, "近村派出所"), "community_officer": (3, "近村派出所")}


def test_what_is_open_or_late_is_so_now_not_at_an_end_to_come(client, spring):
    client.force_login(spring.people["bureau"])
    with see_as(SYSTEM):
        world.dispute(spring.near, at=AT + timedelta(hours=1))  # later today: figures of now know nothing of it
    before = queries.clipped(windows.of("month", today=AT.date()), AT)
    assert before.end == AT
    assert client.get("/dashboard/sums/open/").context["amount"] == 3


def test_the_plan_stands_beside_the_figure_and_few_rows_are_not_judged(client, spring):
    with see_as(SYSTEM):
        plan(spring)
        plan(spring, "escalations", "0")
    client.force_login(spring.people["chief"])
    lines = {line.figure.code: line for line in client.get(f"/dashboard/?{SPAN}").context["lines"]}
    assert (lines["resolution"].goal, lines["resolution"].verdict) == ("≥ 85%", "样本少，不评")
    assert (lines["escalations"].goal, lines["escalations"].verdict) == ("≤ 0", "达到")
    assert lines["first_time"].plan is None
    past = client.get("/dashboard/?span=own&first=2026-03-01&last=2026-05-05").context["lines"]
    assert all(line.plan is None for line in past)  # nothing was planned for then


def test_a_stations_own_plan_goes_before_the_districts_until_it_is_taken_away(spring):
    own, day = spring.station, date(2026, 5, 6)
    with see_as(SYSTEM):
        plan(spring, value="85")
        plan(spring, value="90", station=own, role="chief")
        plan(spring, value="92", station=own, since=day + timedelta(days=10), role="chief")
        plan(spring, value=None, station=own, since=day + timedelta(days=20), role="chief")
        plan(spring, value="80", since=day)  # set again on the same day: the later word holds
        held = {n: queries.in_force(day + timedelta(days=n), own).get("resolution") for n in (-1, 0, 10, 20)}
        days = [day + timedelta(days=n) for n in (-1, 0, 10, 20)]
        each = queries.in_force_each("resolution", days, own)
        district = queries.in_force(day + timedelta(days=10), None)["resolution"]
    values = {n: one.value if one else None for n, one in held.items()}
    assert values == {-1: None, 0: Decimal(90), 10: Decimal(92), 20: Decimal(80)}
    assert each == list(values.values())
    assert district.value == Decimal(80)


@pytest.mark.parametrize(
    ("role", "facts", "code"),
    [
        ("chief", {}, "plan_area"),
        ("dispatcher", {}, "plan_area"),
        ("bureau", {"since": date(2026, 5, 5)}, "plan_past"),
        ("bureau", {"value": "100.5"}, "plan_value"),
        ("bureau", {"value": "-1"}, "plan_value"),
        ("bureau", {"indicator": "agency_time"}, "plan_value"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(spring, role, facts, code):
    with see_as(SYSTEM), pytest.raises(Refused) as refused:
        plan(spring, role=role, **facts)
    assert refused.value.code == code
    with see_as(SYSTEM), pytest.raises(Refused, match="plan_area"):  # another station's chief
        plan(spring, role="chief", station=spring.other)
    assert not Plan.objects.exists()


def test_a_leader_sets_a_plan_on_the_page_once_and_who_and_why_are_kept(client, spring):
    client.force_login(spring.people["chief"])
    page = client.get("/dashboard/plans/?indicator=durable_90")
    assert page.context["form"]["indicator"].value() == "durable_90"
    area = str(spring.station.pk)
    form = {
        "indicator": "durable_90",
        "area": area,
        "value": "80",
        "since": "2026-05-06",
        "why": "",
        "once": "key-0001",
    }
    refused = client.post("/dashboard/plans/", form)
    assert refused.status_code == 422
    assert "为什么这样定" in refused.content.decode()
    form["why"] = "巩固化解"
    for _twice in range(2):
        assert client.post("/dashboard/plans/", form).status_code == 303
    with see_as(SYSTEM):
        (made,) = Plan.objects.all()
        assert (made.by, made.station, made.value) == (spring.people["chief"], spring.station, Decimal(80))
        assert Event.objects.get(verb="plan_set").why == "巩固化解"
    text = client.get("/dashboard/plans/").content.decode()
    assert "巩固化解" in text
    assert "测t-chief" in text
    assert (
        client.post("/dashboard/plans/", {**form, "area": str(spring.other.pk), "once": "key-0002"}).status_code == 422
    )
    client.force_login(spring.people["community_officer"])
    assert "定一个" not in client.get("/dashboard/plans/").content.decode()
    assert client.post("/dashboard/plans/", form).status_code == 403
    with see_as(SYSTEM):
        assert Plan.objects.count() == 1


def test_a_trend_tells_each_month_and_opens_it(client, spring):
    client.force_login(spring.people["bureau"])
    with see_as(SYSTEM):
        plan(spring, value="85")
    answer = client.get("/dashboard/trend/resolution/")
    lines = {f"{one['span'].start:%Y-%m}": one for one in answer.context["lines"]}
    assert len(lines) == 12
    assert [(lines[m]["figure"].hits, lines[m]["figure"].of) for m in ("2026-03", "2026-04", "2026-05")] == [
        (1, 1), (1, 3), (0, 1),
    ]  # fmt: skip
    assert [lines[m]["goal"] for m in ("2026-04", "2026-05")] == [None, Decimal(85)]
    assert (lines["2026-05"]["runs"], lines["2026-04"]["runs"]) == (True, False)
    text = answer.content.decode()
    assert 'data-chart="line,line"' in text
    assert "span=own&amp;first=2026-04-01&amp;last=2026-04-30" in text
    assert len(client.get("/dashboard/trend/escalations/?months=60").context["lines"]) == 60
    assert client.get("/dashboard/trend/zz/").status_code == 404
    assert client.get("/dashboard/sums/zz/").status_code == 404
    client.force_login(spring.people["chief"])
    assert client.get("/dashboard/trend/resolution/?months=zz").context["lines"][-2]["figure"].of == 2


def test_other_offices_figures_stand_beside_our_own_of_the_same_days(client, spring):
    with see_as(SYSTEM):
        for code, first, after, above, below in (
            ("八大类案件", date(2025, 1, 1), date(2026, 1, 1), 13, None),
            ("八大类案件", date(2024, 1, 1), date(2025, 1, 1), 24, None),
            ("群众满意度", date(2026, 3, 1), date(2026, 4, 1), 990, 1000),
            ("群众满意度", date(2026, 4, 1), date(2026, 5, 1), 995, 1000),
            ("群众满意度", date(2026, 5, 1), date(2026, 6, 1), 999, 1000),  # not over on the window's last day
        ):
            OutsideFigure.objects.create(
                code=code, first_on=first, after_on=after, numerator=above, denominator=below, source="统计局"
            )
    client.force_login(spring.people["chief"])
    for path in ("/dashboard/", "/indicators/"):
        answer = client.get(f"{path}?{SPAN}")
        grave, content = answer.context["outside"]
        assert (grave.value, grave.then, grave.change, grave.ours.code) == ("13", "24", "−45.83%", "escalations")
        assert (content.value, content.change, content.ours.code) == ("99.50%", "+0.50", "callbacks_satisfied")
        shown = answer.content.decode().partition('id="h-outside"')[2].partition("</section>")[0]
        for said in ("导入的", "统计局", "2025-01-01 – 2025-12-31", "13", "99.50%", "2026-04-01 – 2026-04-30"):
            assert said in shown, (path, said)
    for role, path in (("officer", "/dashboard/"), ("community_officer", "/indicators/")):
        client.force_login(spring.people[role])
        assert client.get(f"{path}?{SPAN}").context["outside"] == []


def test_pages_ask_a_fixed_number_of_questions(client, spring, django_assert_num_queries):
    client.force_login(spring.people["bureau"])
    asked = {"/dashboard/": 14, "/dashboard/trend/resolution/?months=60": 10, "/dashboard/sums/new/": 11,
             "/dashboard/plans/": 11}  # fmt: skip
    with see_as(SYSTEM):
        plan(spring)
    for path in asked:  # what is asked once a process is not counted
        client.get(path)
    for path, count in asked.items():
        with django_assert_num_queries(count):
            client.get(path)
    with see_as(SYSTEM):
        for n in range(30):
            plan(spring, value=str(50 + n))
            world.dispute(spring.near, at=AT - timedelta(hours=1))
        figures.rebuild(at=AT)
    for path, count in asked.items():
        with django_assert_num_queries(count):
            client.get(path)
