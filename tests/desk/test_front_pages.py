"""The front desk's pages as each role, and what they do not show."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.template import engines
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import timezone
from psycopg.types.range import Range

from tests.people.signing import person
from twinloop.desk import finding, firstday, navigation, todo, views
from twinloop.people.models import Account, Duty, Leave, Role, Unit
from twinloop.people.scope import NO_CASES, Scope
from twinloop.places.models import Place

pytestmark = pytest.mark.django_db
QUERIES_OF_TODAY = 35  # 5 of them the session's and the scope's
PAGES = ("/", "/more/", "/search/", "/search/?q=li", "/accounts/sessions/", "/accounts/password/", "/accounts/2fa/")


def as_(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="twinloop.people.backend.AccountBackend")
    return client


def text(response) -> str:
    return str(response.content, "utf-8")


@pytest.fixture
def district():
    county = Place.objects.create(code="991100000000", name="测试县", short="测试县", kind="county", is_served=True)
    town = Place.objects.create(
        code="991100100000", name="北岭镇", short="北岭镇", kind="township", parent=county, is_served=True
    )
    village = Place.objects.create(
        code="991100100200", name="清水村委会", short="清水村", kind="community", parent=town, is_served=True,
        pinyin="qingshuicun qsc",
    )  # fmt: skip
    bureau = Unit.objects.create(code="T1", name="测试分局", kind="bureau")
    station = Unit.objects.create(code="T11", name="北岭派出所", kind="station", parent=bureau)
    team = Unit.objects.create(code="T111", name="北岭社区队", kind="community_team", parent=station)
    return {"village": village, "station": station, "team": team}


@pytest.mark.parametrize("role", [*Role.values, None])
def test_every_page_opens_for_every_role_without_inline_script_or_style(role):
    client = as_(person("t1", *([role] if role else [])))
    for page in PAGES:
        response = client.get(page)
        assert response.status_code == 200, page
        said = text(response)
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?! src=)", said), page
        assert "script-src 'self'" in response["Content-Security-Policy"]


@pytest.mark.parametrize("role", Role.values)
def test_today_has_words_for_every_role(role):
    lesson = firstday.LESSONS[role]
    said = text(as_(person("t1", role)).get("/"))
    assert str(lesson.says) in said
    for _icon, verb, when in lesson.rows:
        assert str(verb) in said
        assert str(when) in said


def test_today_without_a_role_says_so():
    assert "你还没有岗位" in text(as_(person("t1")).get("/"))


def test_a_stranger_is_sent_to_sign_in():
    for page in ("/", "/more/", "/search/?q=a", "/kit/"):
        response = Client().get(page)
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/")


def test_kit_shows_every_component():
    said = text(as_(person("t1")).get("/kit/"))
    tags = {"level", "clock", "flag", "streak", "stage", "meter", "masked", "points", "reasons", "action", "note",
            "person", "empty", "pager", "sort"}  # fmt: skip
    assert {tag for tag in tags if f"tl-{tag}" in said} == tags


def test_today_names_who_is_on_duty_and_who_stands_in(district):
    now = timezone.now()
    period = Range[datetime](now - timedelta(hours=1), now + timedelta(hours=8))
    on, gone, viewer = person("t1", name="当班人"), person("t2", name="休假人"), person("t3", "community_officer")
    other = person("t4", name="别所人")
    Account.objects.filter(pk__in=[on.pk, gone.pk, viewer.pk]).update(unit=district["team"])
    Duty.objects.create(account=on, unit=district["team"], kind="community", period=period)
    elsewhere = Unit.objects.create(code="T12", name="南岭派出所", kind="station", parent=district["station"].parent)
    Duty.objects.create(account=other, unit=elsewhere, kind="calls", period=period)
    Leave.objects.create(account=gone, kind="annual", period=period, deputy=on)
    said = text(as_(viewer).get("/"))
    assert "当班人" in said
    assert "休假人" in said
    assert "当班人 代理" in said
    assert "别所人" not in said
    assert "别所人" in text(as_(person("t5", "dispatcher")).get("/"))


def test_a_volunteer_finds_the_community_officer_and_no_roster(district):
    officer = person("t1", "community_officer", name="责任人")
    officer.communities.add(district["village"])
    volunteer = person("t2", "volunteer", kind="volunteer")
    volunteer.communities.add(district["village"])
    said = text(as_(volunteer).get("/"))
    assert "责任人" in said
    assert "现在在岗" not in said


def test_administrators_read_what_the_installation_holds():
    said = text(as_(person("t1", "system_admin")).get("/"))
    assert "这套系统里有" in said
    assert f'<dd class="tl-num">{Account.objects.filter(is_active=True).count()}</dd>' in said


@pytest.mark.parametrize("people", [1, 6])
def test_today_asks_the_same_number_of_queries_however_many_people(
    people, district, django_assert_num_queries, monkeypatch
):  # fmt: skip
    viewer = person("t1", "community_officer")
    now = timezone.localtime().replace(
        hour=11, minute=0
    )  # late at night the row of the day asks for its hours once more
    monkeypatch.setattr(timezone, "now", lambda: now)
    period = Range[datetime](now - timedelta(hours=1), now + timedelta(hours=8))
    for n in range(people):
        Duty.objects.create(account=person(f"d{n}"), unit=district["team"], kind="calls", period=period)
        gone = person(f"l{n}")
        Leave.objects.create(account=gone, kind="annual", period=period, deputy=viewer)
    Account.objects.filter(is_demo=False).update(unit=district["team"])  # the demo's people have units of their own
    client = as_(viewer)
    client.get("/")
    with django_assert_num_queries(QUERIES_OF_TODAY):
        said = text(client.get("/"))
    assert said.count("<time") == 2 * people


def test_rail_links_only_pages_that_exist_and_at_most_ten():
    request = RequestFactory().get("/")
    for role in Role.values:
        links = navigation.links(request, [role])
        rail = navigation.rail(links)
        assert len(rail) <= navigation.RAIL
        assert sum(not link.wide for link in rail) <= navigation.PHONE
        assert rail[0].code == "today"
        assert rail[0].current
    for n, roles in enumerate([set(Role.values) - NO_CASES, *({office} for office in NO_CASES)]):
        client = as_(person(f"t{n}", *roles))
        for link in navigation.links(request, roles):
            assert client.get(link.url, follow=True).status_code == 200, link.code


def test_search_finds_people_for_staff_only(district):
    person("t9", name="李测试", pinyin="liceshi", unit=district["team"])
    staff, volunteer = as_(person("t1", "officer")), as_(person("t2", "volunteer"))
    for typed in ("李测", "licesh", "t9"):
        assert "李测试" in text(staff.get("/search/", {"q": typed}))
        assert "李测试" not in text(volunteer.get("/search/", {"q": typed}))
    for typed in ("清水", "qsc", "991100100200"):
        assert "清水村委会" in text(volunteer.get("/search/", {"q": typed}))
    assert "没有“&lt;b&gt;”" in text(staff.get("/search/", {"q": "<b>"}))


def test_search_stops_at_twenty_and_says_so():
    for n in range(22):
        person(f"many{n}", name=f"同名人{n}")
    found = finding.find("同名人", Scope(roles=frozenset({"officer"})))
    assert [(len(part.hits), part.more) for part in found] == [(20, True), (0, False)]


def row(due: datetime, verb: str = "签收") -> todo.Todo:
    return todo.Todo(
        verb, "第 4 次报警", "JF260209-004", "/d/", "柳塘村", "邻里", todo.Clock("签收", due), "/d/", "签收"
    )


def test_todo_groups_overdue_before_the_cut_and_later():
    at = timezone.localtime().replace(hour=17, minute=30)
    rows = [row(at + timedelta(days=2), "回访"), row(at - timedelta(minutes=1)), row(at + timedelta(hours=1), "反馈")]
    sorted_rows = todo.waiting(Scope(), at=at, providers=[lambda scope, at: rows])
    groups = todo.grouped(sorted_rows, at=at, ends=at.replace(hour=20, minute=0))
    assert [(g.title, g.late, len(g.rows)) for g in groups] == [
        ("已超时", True, 1),
        ("20:00 前", False, 1),
        ("之后", False, 1),
    ]
    late = at.replace(hour=21)
    tomorrow = late.replace(hour=20, minute=0) + timedelta(days=1)
    soon = [row(late + timedelta(hours=1))]
    assert [g.title for g in todo.grouped(soon, at=late, ends=tomorrow)] == ["明天 20:00 前"]


def test_what_has_no_number_begins_where_other_lines_do_and_is_told_by_its_words():
    due = timezone.now() + timedelta(hours=1)
    numbered, bare = row(due), replace(row(due), case_no="", what="学院路工地")
    shown = [render_to_string("desk/parts/todo.html", {"row": one}) for one in (numbered, bare)]
    assert ["tl-no" in one for one in shown] == [True, False]
    assert '<span class="tl-hide"> 学院路工地</span>' in shown[1]


def test_today_with_work_carries_the_watermark(monkeypatch):
    due = timezone.now() + timedelta(hours=1)
    monkeypatch.setattr(todo, "PROVIDERS", (lambda scope, at: [row(due)],))
    said = text(as_(person("t77", "community_officer", name="周明远")).get("/"))
    assert "JF260209-004" in said
    assert "tl-watermark" in said
    assert "周明远 t77" in said


def test_preferences_are_kept_with_the_account_and_refuse_nonsense():
    account = person("t1")
    client = as_(account)
    client.post("/preferences/", {"language": "en", "next": "/more/"})
    client.post("/preferences/", {"theme": "dark"})
    client.post("/preferences/", {"keys": "off"})
    client.post("/preferences/", {"theme": "pink", "language": "xx", "keys": "maybe"})
    account.refresh_from_db()
    assert (account.language, account.theme, account.single_keys) == ("en", "dark", False)
    said = text(client.get("/"))
    assert '<html lang="en" data-bs-theme="dark"' in said
    assert 'data-keys="off"' in said
    assert client.post("/preferences/", {"next": "https://evil.example/"})["Location"] == "/"
    assert client.get("/preferences/").status_code == 405


def test_errors_say_what_happened_what_to_do_and_their_number():
    client = as_(person("t1"))
    missing = client.get("/nothing/")
    assert missing.status_code == 404
    assert "没有这一页" in text(missing)
    assert missing["X-Request-ID"] in text(missing)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person("t2"), backend="twinloop.people.backend.AccountBackend")
    refused = strict.post("/preferences/", {"theme": "dark"})
    assert refused.status_code == 403
    assert "这一页放得太久了" in text(refused)


@pytest.mark.parametrize("status", [400, 403, 404, 500, 503])
def test_error_pages_need_no_database(status, django_assert_num_queries):
    request = RequestFactory().get("/")
    with django_assert_num_queries(0):
        response = views.without_database(request, status)
    assert response.status_code == status
    assert "<h1" in text(response)


def test_sign_in_page_offers_demo_people_only_in_demo_mode(settings):
    assert 'value="chief"' in text(Client().get("/accounts/login/"))
    settings.DEMO = False
    assert 'value="chief"' not in text(Client().get("/accounts/login/"))


def test_every_template_is_readable():
    from pathlib import Path

    folder = Path(views.__file__).parent / "templates"
    for path in folder.rglob("*.html"):
        engines["django"].get_template(path.relative_to(folder).as_posix())
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 120, path
