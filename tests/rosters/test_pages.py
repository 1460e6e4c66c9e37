"""The pages: make, publish, fall ill, repair, swap, check in; refusals on the page, feeds, files, queries."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar
from openpyxl import load_workbook

from tests.rosters.making import DAY, MONDAY, auxiliary, away, drafted, fresh, moment, published, spots
from tests.world import NOW
from twinloop.discovery.posts.models import Shift
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.places.models import Place
from twinloop.rosters import actions, jobs
from twinloop.rosters.actions import Spot
from twinloop.rosters.models import Bar, Feed, Rota, Swap, Terms, Told, Version, Wish
from twinloop.rosters.waiting import waiting


def enter(account):
    client = Client()
    client.force_login(account, backend="twinloop.people.backend.AccountBackend")
    return client


def text(answer):
    return str(answer.content, "utf-8")


@pytest.fixture
def chief(crew):
    return enter(crew.district.people["chief"])


def seen(fn):
    with see_as(SYSTEM):
        return fn()


def test_the_journey_from_an_empty_month_to_a_check_in(crew, chief):
    answer = chief.post(reverse("rota_new"), {"station": crew.district.station.pk, "month": "2026-05"})
    rota = seen(Rota.objects.get)
    assert answer["Location"] == reverse("rota", args=[rota.pk])
    assert (rota.first.isoformat(), rota.weeks) == ("2026-05-04", 4)
    chief.post(reverse("rota_plan", args=[rota.pk]), {"seconds": 5})
    page = text(chief.get(reverse("rota", args=[rota.pk])))
    assert "规则都合" in page
    assert "每个人为什么排这么多" in page
    chief.post(reverse("rota_discuss", args=[rota.pk]))
    chief.post(reverse("rota_publish", args=[rota.pk]))
    found = seen(lambda: sorted(spots(rota)))
    ill = next(p for p in crew.people if p.pk == found[0].account)
    with see_as(SYSTEM):
        away(ill, found[0].on, found[0].on)
    assert "请假" in text(chief.get(reverse("rota", args=[rota.pk])))
    chief.post(reverse("rota_repair", args=[rota.pk]))
    proposed = seen(lambda: Version.objects.get(state="proposed"))
    page = text(chief.get(reverse("rota_version", args=[proposed.pk])))
    assert ill.name in page
    assert "请假" in page
    chief.post(reverse("rota_version_confirm", args=[proposed.pk]))
    assert seen(lambda: fresh(rota)).current_id == proposed.pk
    stand_in = next(s for s in seen(lambda: spots(rota)) if s not in found)
    person = next(p for p in crew.people if p.pk == stand_in.account)
    mine = enter(person)
    page = text(mine.get(reverse("my_rota")))
    assert "你的班有变动" in page
    for told in seen(lambda: list(Told.objects.filter(account=person, seen_at=None))):
        mine.post(reverse("rota_seen", args=[told.pk]))
    assert "你的班有变动" not in text(mine.get(reverse("my_rota")))
    shift = seen(lambda: Shift.objects.get(account=person, on=stand_in.on, dropped_at=None))
    with time_machine.travel(moment(stand_in.on, 8), tick=False):
        again = enter(person)
        assert again.post(reverse("post_in", args=[shift.pk])).status_code in (200, 302, 303)
    with see_as(SYSTEM):
        shift.refresh_from_db()
        assert shift.in_at is not None
    with time_machine.travel(moment(stand_in.on, 12), tick=False):
        assert "计划和签到" in text(enter(crew.district.people["chief"]).get(reverse("rota", args=[rota.pk])))


def test_a_move_on_the_grid_shows_its_problems_at_once_and_what_breaks_a_rule_is_refused_with_it(crew, chief):
    rota = drafted(crew)
    found = spots(rota)
    one, place = next((s, p) for s in sorted(found) for p in crew.places
                      if not any((t.on, t.place) == (s.on, p.pk) for t in found))  # fmt: skip
    url = reverse("rota_edit", args=[rota.pk])
    sent = {"on": one.on, "account": one.account, "place": place.pk}
    answer = chief.post(url, sent, headers={"HX-Request": "true"})
    assert "一天只能去一个村" in text(answer)
    assert 'id="rota-body"' in text(answer)
    source = {"from_on": one.on, "from_account": one.account, "from_place": one.place}
    answer = chief.post(url, {**source, "on": one.on, "place": place.pk}, headers={"HX-Request": "true"})
    assert "处不合规则" in text(answer)  # the village that it left lacks a day now
    assert Spot(one.on, one.account, place.pk) in spots(rota)
    chief.post(url, {"from_on": one.on, "from_account": one.account, "from_place": place.pk})
    assert not any((s.on, s.account) == (one.on, one.account) for s in spots(rota))
    answer = chief.post(url, {"on": "2026-13-40"}, headers={"HX-Request": "true"})
    assert "没有改" in text(answer)


def test_two_cells_change_places_either_way_round():
    on, later = MONDAY, MONDAY + DAY
    cells = {Spot(on, 1, 10), Spot(later, 2, 20)}
    both = {Spot(on, 2, 10), Spot(later, 1, 20)}
    assert actions.meant(cells, Spot(on, 1, 10), later, None, 20) == (both, cells)
    assert actions.meant(cells, Spot(on, 1, 10), later, 2, None) == ({Spot(later, 2, 10), Spot(on, 1, 20)}, cells)
    assert actions.meant(cells, Spot(on, 1, 10), on, None, 30) == ({Spot(on, 1, 30)}, {Spot(on, 1, 10)})
    assert actions.meant(cells, Spot(on, 1, 10), on, None, 10) == (set(), set())
    assert actions.meant(cells, None, on, 3, 10) == ({Spot(on, 3, 10)}, {Spot(on, 1, 10)})
    assert actions.meant(cells, Spot(on, 1, 10), None, None, None) == (set(), {Spot(on, 1, 10)})


def test_a_published_rota_asks_for_a_reason_and_tells(crew, chief):
    rota = published(crew)
    one = sorted(spots(rota))[-1]
    url = reverse("rota_edit", args=[rota.pk])
    source = {"from_on": one.on, "from_account": one.account, "from_place": one.place}
    answer = chief.post(url, source, headers={"HX-Request": "true"})
    assert "写明原因" in text(answer)
    chief.post(url, {**source, "why": "村里停电"}, headers={"HX-Request": "true"})
    assert one not in spots(rota)


def test_publishing_with_short_villages_says_so_and_keeps_what_was_typed(crew, chief):
    type(crew.people[0]).objects.filter(pk__in=[p.pk for p in crew.people[1:]]).update(is_active=False)
    rota = drafted(crew, weeks=1)
    page = text(chief.get(reverse("rota", args=[rota.pk])))
    assert "最少放宽哪几条就够" in page
    answer = chief.post(reverse("rota_publish", args=[rota.pk]))
    assert answer.status_code == 422
    assert "个村不够天数" in text(answer)
    chief.post(reverse("rota_publish", args=[rota.pk]), {"why": "等新人"})
    assert fresh(rota).state == "published"
    assert "还差天数" in text(chief.get(reverse("rota", args=[rota.pk]))) or rota.first > NOW.date()


def test_a_large_plan_is_made_by_the_worker_and_its_progress_is_asked(crew, chief, monkeypatch):
    sent = []
    monkeypatch.setattr(actions, "is_quick", lambda rota: False)
    monkeypatch.setattr(jobs.plan, "defer", lambda **facts: sent.append(facts))
    rota = actions.begin(crew.district.station, MONDAY, 1, by=None, at=NOW)
    chief.post(reverse("rota_plan", args=[rota.pk]), {"seconds": 30})
    assert sent == [{"rota": rota.pk}]
    assert "正在排" in text(chief.get(reverse("rota", args=[rota.pk])))
    assert "最多 30 秒" in text(chief.get(reverse("rota_progress", args=[rota.pk])))
    chief.post(reverse("rota_plan", args=[rota.pk]), {"seconds": 30})
    assert len(sent) == 1  # one at a time
    jobs.plan(rota.pk)
    assert fresh(rota).current is not None
    assert chief.get(reverse("rota_progress", args=[rota.pk]))["HX-Refresh"] == "true"


def test_a_plan_that_cannot_be_made_says_why_and_leaves_what_stood(crew, chief, monkeypatch):
    from twinloop.decide import Refused
    from twinloop.decide.roster import RosterRefusal
    from twinloop.rosters.actions import planning

    rota = drafted(crew)
    stood = spots(rota)
    actions.ask_plan(rota, 1, by=None, at=NOW)

    def no(*args, **more):
        raise Refused(RosterRefusal.NO_TIME, seconds=1)

    monkeypatch.setattr(planning, "solve", no)
    jobs.plan(rota.pk)
    assert spots(rota) == stood
    assert "1 秒内没有排出来" in text(chief.get(reverse("rota", args=[rota.pk])))


# --- swaps and wishes on the phone ----------------------------------------------------------------------------------


def test_a_swap_from_phone_to_phone_to_chief(crew, chief):
    rota = published(crew)
    found = spots(rota)
    one, partner = next((s, p) for s in sorted(found) for p in crew.people
                        if p.pk != s.account and not any((t.on, t.account) == (s.on, p.pk) for t in found))  # fmt: skip
    asker = next(p for p in crew.people if p.pk == one.account)
    mine, theirs = enter(asker), enter(partner)
    form = text(mine.get(reverse("swap_new"), {"gives_on": one.on}))
    assert partner.name in form
    refused = mine.post(reverse("swap_new"), {"gives_on": one.on, "partner": partner.pk, "takes_on": "2026-05-30"})
    assert refused.status_code == 422
    assert "没有驻村班" in text(refused)
    mine.post(reverse("swap_new"), {"gives_on": one.on, "partner": partner.pk, "why": "家长会"})
    swap = seen(Swap.objects.get)
    assert mine.post(reverse("swap_answer", args=[swap.pk]), {"agrees": "yes"}).status_code == 303
    assert seen(lambda: Swap.objects.get().state) == "asked"  # nobody answers for another
    assert "想和你换班" in text(theirs.get(reverse("my_rota")))
    theirs.post(reverse("swap_answer", args=[swap.pk]), {"agrees": "yes"})
    assert "等你确认的换班" in text(chief.get(reverse("rotas")))
    chief.post(reverse("swap_confirm", args=[swap.pk]))
    assert Spot(one.on, partner.pk, one.place) in seen(lambda: spots(rota))


@pytest.mark.parametrize("day", ["", "x", "2026-02-31", "2026-04-19"])
def test_a_swap_of_no_day_leads_back(crew, day):
    published(crew)
    answer = enter(crew.people[0]).get(reverse("swap_new"), {"gives_on": day})
    assert answer["Location"] == reverse("my_rota")


def test_wishes_terms_and_bars(crew, chief):
    me = enter(crew.people[0])
    me.post(reverse("wish_new"), {"on": "2026-04-22"})
    wish = seen(Wish.objects.get)
    assert "想休" in text(me.get(reverse("my_rota")))
    assert me.post(reverse("wish_new"), {"on": "2026-04-01"}).status_code == 422
    me.post(reverse("wish_withdraw", args=[wish.pk]))
    assert seen(lambda: Wish.objects.get().withdrawn_at) == NOW
    who = crew.people[1].pk
    chief.post(reverse("rota_terms", args=[who]), {"rest": [6, 7], "days_a_week": 3})
    assert seen(lambda: Terms.objects.get().rest) == [6, 7]
    chief.post(reverse("rota_terms", args=[who]), {"days_a_week": 9})
    chief.post(reverse("rota_bar", args=[who]), {"place": crew.places[0].pk, "why": "complaint"})
    page = text(chief.get(reverse("rota_people"), {"who": who}))
    assert "以前被投诉过" in page
    chief.post(reverse("rota_unbar", args=[seen(Bar.objects.get).pk]))
    assert "以前被投诉过</small>" not in text(chief.get(reverse("rota_people"), {"who": who}))


def test_a_stranger_to_the_rota_finds_none(crew):
    rota = published(crew)
    other = enter(auxiliary("zz", crew.district, crew.district.far))
    assert other.get(reverse("rota", args=[rota.pk])).status_code == 404
    assert enter(crew.district.people["officer"]).get(reverse("rotas")).status_code == 403
    one = crew.people[0]
    assert enter(one).get(reverse("rota", args=[rota.pk])).status_code == 200
    assert enter(one).post(reverse("rota_edit", args=[rota.pk])).status_code == 403


# --- calendars and files --------------------------------------------------------------------------------------------


def test_the_feed_opens_in_a_strict_parser_and_its_secret_can_be_renewed(crew):
    rota = published(crew)
    me = crew.people[0]
    client = enter(me)
    page = text(client.post(reverse("my_feed")))
    url = re.search(r"http://testserver(/calendars/[^\"]+\.ics)", page)[1]
    answer = Client().get(url)  # a phone signs in nowhere
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    book = Calendar.from_ical(answer.content)
    assert not book.errors
    events = book.walk("VEVENT")
    assert not [one for one in events if one.errors]
    mine = sorted(s.on for s in seen(lambda: spots(rota)) if s.account == me.pk)
    assert sorted(one.decoded("dtstart").date() for one in events) == mine
    assert {one.decoded("dtstart").utcoffset().total_seconds() for one in events} == {8 * 3600}
    assert len({str(one["uid"]) for one in events}) == len(events)
    assert book.walk("VTIMEZONE")
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    secret = url.rsplit("/", 1)[1].removesuffix(".ics")
    assert not seen(lambda: Feed.objects.filter(secret_hash=secret)).exists()  # only its hash is kept
    client.post(reverse("my_feed"))
    assert Client().get(url).status_code == 404


def test_a_village_has_its_page_and_its_calendar(crew, chief):
    rota = published(crew)
    place = crew.places[0]
    page = text(chief.post(reverse("rota_village_feed", args=[place.code])))
    book = Calendar.from_ical(Client().get(re.search(r"/calendars/[^\"]+\.ics", page)[0]).content)
    here = [s for s in spots(rota) if s.place == place.pk]
    assert len(book.walk("VEVENT")) == len(here)
    names = {p.pk: p.name for p in crew.people}
    assert {str(one["summary"]) for one in book.walk("VEVENT")} == {f"驻村：{names[s.account]}" for s in here}
    far = crew.district.far
    assert chief.get(reverse("rota_village", args=[far.code])).status_code == 404


def test_somebody_who_left_has_no_calendar(crew):
    secret = actions.renew_feed(account=crew.people[0], by=None, at=NOW)
    type(crew.people[0]).objects.filter(pk=crew.people[0].pk).update(is_active=False)
    assert Client().get(reverse("rota_ics", args=[secret])).status_code == 404


def test_the_workbook_holds_both_tables_and_is_noted(crew, chief):
    rota = published(crew)
    answer = chief.get(reverse("rota_export", args=[rota.pk]))
    rows = list(load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert rows[1][0] == "村和社区"
    assert [row[0] for row in rows[2:5]] == [p.short for p in crew.places]
    assert sum(row[-2] for row in rows[2:5]) == len(spots(rota))
    assert Event.objects.get(stream=rota.stream, verb="rota_exported").is_look


# --- today, queries -------------------------------------------------------------------------------------------------


def test_today_tells_the_posted_and_the_chief(crew):
    rota = published(crew)
    me = next(p for p in crew.people if any(s.account == p.pk for s in spots(rota)))
    scope = crew.district.scope("chief")
    assert [row.verb for row in waiting(scope, at=NOW, most=9)] == []
    from twinloop.people.scope import scope_of

    assert [row.verb for row in waiting(scope_of(me, at=NOW), at=NOW, most=9)] == ["看"]
    one = next(s for s in sorted(spots(rota)) if s.account == me.pk)
    away(me, one.on, one.on)
    with see_as(scope):
        rows = list(waiting(scope, at=NOW, most=9))
    assert [(row.verb, row.url) for row in rows] == [("补班", reverse("rota", args=[rota.pk]))]
    actions.propose(rota, by=None, at=NOW)
    with see_as(scope):
        assert {row.verb for row in waiting(scope, at=NOW, most=9)} == {"补班", "确认"}


def counted(client, url):
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(url).status_code == 200
    return len(found)


def test_a_page_asks_as_often_for_many_as_for_few(crew, chief):
    rota = published(crew, weeks=1)
    url = reverse("rota", args=[rota.pk])
    few = {u: counted(chief, u) for u in (url, f"{url}?by=people", reverse("rotas"), reverse("rota_people"))}
    town = crew.district.near.parent
    more = [
        Place.objects.create(
            code=f"9900010014{n:02d}", name=f"里{n}", short=f"里{n}", kind="community", parent=town, is_served=True
        )
        for n in range(4)
    ]
    crew.district.station.places.add(*more)
    for n in range(6):
        auxiliary(f"m{n}", crew.district, more[n % 4])
    later = actions.begin(crew.district.station, MONDAY + 28 * DAY, 4, by=None, at=NOW)
    actions.plan(later, by=None, at=NOW)
    actions.publish(fresh(later), "试", by=None, at=NOW)
    assert counted(chief, reverse("rota", args=[later.pk])) == few[url]
    for u, n in few.items():
        assert counted(chief, u) == n
