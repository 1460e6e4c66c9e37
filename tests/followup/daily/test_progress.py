"""The progress table, standing in, taking in charge; the day's report, its paper, carried items, hours."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.test import Client
from openpyxl import load_workbook

from tests import world
from tests.followup.daily.conftest import CUT, Street, furnish
from tests.world import NOW
from twinloop.cases import actions as cases
from twinloop.cases.models import Clock, Dispute, Involvement
from twinloop.decide import Refused
from twinloop.followup.daily import actions, progress, reporting
from twinloop.followup.daily.models import Cover, Day, Hours, Item
from twinloop.followup.daily.waiting import cut_at
from twinloop.followup.visits.models import Callback
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as

DAY = timedelta(days=1)


@pytest.fixture
def street(db) -> Street:
    with see_as(SYSTEM):
        return furnish()


@pytest.fixture
def seen(street):
    with see_as(SYSTEM):
        yield street


def chief(street: Street, at=NOW):
    return {"by": street.person("chief").pk, "scope": street.scope("chief", at), "at": at}


def code(act, *args, **more) -> str:
    with pytest.raises(Refused) as caught:
        act(*args, **more)
    return caught.value.code


def rows(street: Street, role: str = "chief", **asked):
    with see_as(SYSTEM):
        scope, wanted = street.scope(role), progress.Asked(**asked)
        table = progress.look(scope, wanted, NOW, most=500)
        assert table.count(wanted) == len(table.ids), "the count is of what is listed"
        return progress.rows(scope, table.ids)


def test_every_open_dispute_stands_under_its_officer_with_what_is_due_first(seen):
    seen.clocked(NOW + DAY, "transfer")
    Callback.objects.create(dispute=seen.dispute, due_on=NOW.date(), reason="visit_asked", planned_at=NOW)
    loose = world.dispute(seen.district.near, at=NOW)
    first, second = rows(seen)
    assert (first.dispute, first.step) == (seen.dispute, "回访")
    assert first.due is not None
    assert first.due.astimezone(NOW.tzinfo).isoformat() == "2026-04-16T23:59:59+08:00", (
        "a visit is owed to the day's end"
    )
    assert (second.dispute, second.step, second.due) == (loose, "分流", None)
    told = {
        one.name: one.count
        for one in progress.officers(progress.look(seen.scope("chief"), progress.Asked(), NOW, most=0))
    }
    assert told == {"没有责任人": 1, seen.owner.name: 1}
    Dispute.objects.filter(pk=seen.dispute.pk).update(state="closed", closed_at=NOW)
    assert [row.dispute for row in rows(seen)] == [loose]


def test_filters_and_order(seen):
    late = seen.clocked(NOW - DAY)
    grave = world.dispute(seen.district.near, at=NOW, owner=seen.other)
    Dispute.objects.filter(pk=grave.pk).update(level=1)
    assert [row.dispute for row in rows(seen, late=True)] == [late.dispute]
    assert [row.dispute for row in rows(seen, level=1)] == [grave]
    assert [row.dispute for row in rows(seen, officer=seen.other.pk)] == [grave]
    assert rows(seen, officer=0) == []
    assert [row.dispute for row in rows(seen, sort="level")] == [grave, seen.dispute]
    assert next(row.dispute for row in rows(seen, sort="since")) == seen.dispute
    assert rows(seen, place=seen.district.far.pk) == []


def filled(street: Street) -> None:
    """Disputes near and far, of three officers and levels, with clocks, visits owed and visits made in no order."""
    owners = [street.owner, street.other, None]
    for n in range(14):
        place = street.district.far if n % 5 == 4 else street.district.near
        one = world.dispute(place, at=NOW - n * DAY, owner=owners[n % 3])
        Dispute.objects.filter(pk=one.pk).update(level=(None, 1, 2, 3)[n % 4])
        if n % 2:
            for k in (0, 1):
                Clock.objects.create(
                    rule=("arrive", "transfer")[k],
                    dispute=one,
                    started_at=NOW - 9 * DAY,
                    due_at=NOW + (n * 7 % 5 - 2 + k) * DAY,
                )
        if n % 3 == 1:
            Callback.objects.create(
                dispute=one, due_on=NOW.date() + (n % 4 - 1) * DAY, reason="visit_asked", planned_at=NOW
            )
        if n % 4 == 2:
            Callback.objects.create(
                dispute=one, due_on=NOW.date(), reason="visit_asked", planned_at=NOW, state="done", outcome="settled",
                way="visit", terms="kept", satisfaction=4, mind="calm", on=NOW.date(), by=street.owner,
                at=NOW - n * timedelta(hours=1),
            )  # fmt: skip


def plain(scope, asked: progress.Asked) -> list[int]:
    """The same rows as one reads them off: every open dispute with its own clocks and visits."""
    found = [one for one in progress._annotated(progress._open(scope)) if _fits(one, asked)]

    def last(value):
        return (value is None, value or 0)

    def first(value):
        return (value is not None, value or NOW)

    def due(one):
        return (one.due is None, one.due or NOW)

    keys = {
        "due": lambda one: (due(one), last(one.level)), "level": lambda one: (last(one.level), due(one)),
        "contact": lambda one: (first(one.contact), last(one.level)), "since": lambda one: one.registered_at,
    }  # fmt: skip
    return [one.pk for one in sorted(found, key=lambda one: (keys[asked.sort](one), one.pk))]


def _fits(one, asked: progress.Asked) -> bool:
    wanted = ((asked.station, one.station_id), (asked.place, one.place_id), (asked.level, one.level))
    mine = asked.officer is None or (one.owner_id or 0) == asked.officer
    return mine and all(a == b for a, b in wanted if a) and (not asked.late or (one.due is not None and one.due < NOW))


@pytest.mark.parametrize("role", ["bureau", "chief", "community_officer", "officer"])
def test_the_table_is_what_one_reads_off_dispute_by_dispute(street, role):
    with see_as(SYSTEM):
        filled(street)
    scope = street.scope(role)
    with see_as(scope):
        for sort in progress.SORTS:
            for asked in (
                progress.Asked(sort=sort), progress.Asked(sort=sort, late=True), progress.Asked(sort=sort, officer=0),
                progress.Asked(sort=sort, officer=street.owner.pk, level=2),
                progress.Asked(sort=sort, place=street.district.near.pk), progress.Asked(sort=sort, level=1, late=True),
            ):  # fmt: skip
                table = progress.look(scope, asked, NOW, most=500)
                assert list(table.ids) == plain(scope, asked), (sort, asked)
                assert table.count(asked) == len(table.ids)
                assert list(progress.look(scope, asked, NOW, start=2, most=3).ids) == table.ids[2:5]
        told = {one.pk: (one.count, one.late) for one in progress.officers(table)}
        rows = progress._annotated(progress._open(scope))
        for pk, (count, late) in told.items():
            mine = [one for one in rows if (one.owner_id or 0) == pk]
            assert (count, late) == (len(mine), sum(one.due is not None and one.due < NOW for one in mine))
        assert sum(count for count, _late in told.values()) == len(rows)
        assert progress.places(table, None) == sorted(progress.places(table, None), key=lambda one: one[0])


def test_a_stand_in_gets_clocks_and_visits_and_they_come_back(seen):
    clock = seen.clocked(NOW + 9 * DAY)
    Clock.objects.filter(pk=clock.pk).update(owner=seen.owner)
    visit = Callback.objects.create(
        dispute=seen.dispute, due_on=NOW.date() + DAY, reason="visit_asked", planned_at=NOW, owner=seen.owner
    )
    today = NOW.date()
    actions.cover([seen.dispute.number], seen.other.pk, today, today + 2 * DAY, "年休假", **chief(seen))
    clock.refresh_from_db()
    visit.refresh_from_db()
    assert (clock.owner, visit.owner) == (seen.other, seen.other)
    assert Dispute.objects.get(pk=seen.dispute.pk).owner == seen.owner, "who is away stays responsible"
    assert rows(seen)[0].cover == seen.other.name
    actions.turn_covers(at=NOW + 2 * DAY)
    assert Cover.objects.get().ended_at is None, "the last day is included"
    actions.turn_covers(at=NOW + 3 * DAY)
    actions.turn_covers(at=NOW + 3 * DAY)
    clock.refresh_from_db()
    visit.refresh_from_db()
    assert (clock.owner, visit.owner) == (seen.owner, seen.owner)
    assert Involvement.objects.get(account=seen.other, part="handler").until == NOW + 3 * DAY
    verbs = list(
        Event.objects.filter(stream=seen.dispute.stream, verb__startswith="cover").values_list("verb", flat=True)
    )
    assert sorted(verbs) == ["cover_begun", "cover_ended", "cover_set"]


def test_a_cover_of_later_begins_by_itself(seen):
    later = NOW.date() + 3 * DAY
    actions.cover([seen.dispute.number], seen.other.pk, later, later, "学习", **chief(seen))
    assert Cover.objects.get().begun_at is None
    actions.turn_covers(at=NOW + 3 * DAY)
    assert Cover.objects.get().begun_at == NOW + 3 * DAY


def test_taken_back_early(seen):
    today, number = NOW.date(), [seen.dispute.number]
    assert code(actions.end_cover, number, **chief(seen)) == "cover_none"
    actions.cover(number, seen.other.pk, today, today + DAY, "年休假", **chief(seen))
    assert actions.end_cover(number, **chief(seen, NOW + timedelta(hours=1))) == 1
    assert Cover.objects.get().ended_at is not None


def test_what_a_cover_may_not_be(seen):
    today, number = NOW.date(), [seen.dispute.number]
    ok = (seen.other.pk, today, today + DAY, "年休假")
    officer = {"by": seen.owner.pk, "scope": seen.scope("community_officer"), "at": NOW}
    assert code(actions.cover, number, *ok, **officer) == "owner_not_leader"
    assert code(actions.cover, [], *ok, **chief(seen)) == "owner_nobody"
    assert code(actions.cover, ["JF990101-001"], *ok, **chief(seen)) == "owner_foreign"
    assert code(actions.cover, number, None, today, today, "假", **chief(seen)) == "cover_taker"
    assert code(actions.cover, number, seen.other.pk, today, today, " ", **chief(seen)) == "owner_why"
    assert code(actions.cover, number, seen.other.pk, today + DAY, today, "假", **chief(seen)) == "cover_days"
    assert code(actions.cover, number, seen.other.pk, today - DAY, today, "假", **chief(seen)) == "cover_days"
    assert code(actions.cover, number, seen.other.pk, today, today + 200 * DAY, "假", **chief(seen)) == "cover_days"
    assert code(actions.cover, number, seen.owner.pk, today, today, "假", **chief(seen)) == "cover_same"
    loose = world.dispute(seen.district.near, at=NOW)
    assert code(actions.cover, [*number, loose.number], *ok, **chief(seen)) == "cover_nobody"
    assert not Cover.objects.exists(), "all or none"
    actions.cover(number, *ok, **chief(seen))
    assert code(actions.cover, number, *ok, **chief(seen)) == "cover_twice"


def test_who_takes_which_level_in_charge(seen):
    number, bureau = [seen.dispute.number], seen.person("bureau")
    leader = seen.person("chief")
    assert code(actions.take_charge, number, leader.pk, "重", **chief(seen)) == "charge_level"
    Dispute.objects.filter(pk=seen.dispute.pk).update(level=1)
    assert code(actions.take_charge, number, leader.pk, "重", **chief(seen)) == "charge_role"
    assert code(actions.take_charge, number, None, "重", **chief(seen)) == "charge_leader"
    actions.take_charge(number, bureau.pk, "分局包案", **chief(seen))
    assert Dispute.objects.get(pk=seen.dispute.pk).leader == bureau
    Dispute.objects.filter(pk=seen.dispute.pk).update(level=2)
    actions.take_charge(number, leader.pk, "所长包案", **chief(seen))
    assert rows(seen)[0].dispute.leader == leader


# --- pages -----------------------------------------------------------------------------------------------------------


def enter(street: Street, role: str) -> Client:
    client = Client()
    client.force_login(street.person(role), backend="twinloop.people.backend.AccountBackend")
    return client


@pytest.fixture
def now():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def test_a_chief_hands_over_covers_and_takes_in_charge_from_the_table(street, now):
    boss = enter(street, "chief")
    page = boss.get("/progress/").content.decode()
    number = street.dispute.number
    assert number in page
    assert "移交责任" in page
    assert "移交责任" not in enter(street, "officer").get("/progress/").content.decode()
    lacking = boss.post("/progress/do/transfer/", {"number": [number], "transfer-to": street.other.pk})
    assert lacking.status_code == 422
    assert "写明原因" in lacking.content.decode()
    assert f'value="{number}" aria-label="{number}" checked' in lacking.content.decode(), "what was picked comes back"
    sent = {"number": [number], "transfer-to": street.other.pk, "transfer-why": "调岗"}
    assert boss.post("/progress/do/transfer/", sent).status_code == 303
    with see_as(SYSTEM):
        assert Dispute.objects.get(pk=street.dispute.pk).owner == street.other
    cover = {"number": [number], "cover-to": street.owner.pk, "cover-since": "2026-04-16", "cover-until": "2026-04-18",
             "cover-why": "年休假"}  # fmt: skip
    assert boss.post("/progress/do/cover/", cover).status_code == 303
    assert "代管到" in boss.get("/progress/").content.decode()
    assert boss.post("/progress/do/back/", {"number": [number]}).status_code == 303
    assert "代管到" not in boss.get("/progress/").content.decode()
    assert boss.post("/progress/do/nothing/", {"number": [number]}).status_code == 404
    assert enter(street, "officer").post("/progress/do/back/", {"number": [number]}).status_code == 403


def test_the_table_as_a_file_names_no_party_and_is_written_down(street, now):
    with see_as(SYSTEM):
        cases.add_party(street.dispute, world.person("王秀兰"), side="a", by=None, at=NOW)
    answer = enter(street, "chief").get("/progress/table/")
    sheet = load_workbook(BytesIO(answer.content)).active
    text = "\n".join(str(cell) for line in sheet.iter_rows(values_only=True) for cell in line if cell)
    assert street.dispute.number in text
    assert "王秀兰" not in text
    assert street.dispute.title not in text
    with see_as(SYSTEM):
        assert Event.objects.filter(verb="progress_exported").count() == 1


def test_bad_filters_are_left_out(street, now):
    assert enter(street, "chief").get("/progress/?level=nine&officer=x&sort=colour&page=99").status_code == 200


def test_the_table_asks_the_same_number_of_questions_for_many(street, now, django_assert_max_num_queries):
    with see_as(SYSTEM):
        for _n in range(12):
            world.dispute(street.district.near, at=NOW, owner=street.owner)
    boss = enter(street, "chief")
    boss.get("/progress/")
    with django_assert_max_num_queries(24):
        boss.get("/progress/")


def cut(street: Street) -> Day:
    """A day with one thing carried over with a reason and one without a word."""
    street.clocked(NOW + timedelta(hours=1))
    actions.turn(at=NOW)
    item = Item.objects.filter(dispute=street.dispute).order_by("pk").first()
    assert item is not None
    tomorrow = NOW.date() + DAY
    actions.carry(item, "party_away", "外出务工", tomorrow, **chief(street))
    actions.turn(at=CUT + timedelta(minutes=1))
    return Day.objects.filter(made_at__isnull=False).get()


def test_the_days_report_counts_by_name(seen):
    report = reporting.of_day(SYSTEM, cut(seen))
    assert report.tally.carried == len(report.carried)
    assert sum(line.all for line in report.officers) == report.tally.all
    assert sum(line.unexplained for line in report.officers) == report.tally.unexplained
    mine = next(line for line in report.officers if line.name == seen.owner.name)
    assert mine.carried >= 1
    span = reporting.carried(SYSTEM, NOW.date(), NOW.date(), "party_away")
    assert [row.why for row in span.rows] == ["外出务工"]
    assert sum(count for _name, count in span.by_reason) == report.tally.carried


def test_report_paper_and_list_of_what_was_carried(street, now):
    with see_as(SYSTEM):
        day = cut(street)
    now.move_to(CUT + timedelta(minutes=5))
    boss = enter(street, "chief")
    page = boss.get(f"/daily/days/{day.pk}/report/").content.decode()
    assert "外出务工" in page
    paper = boss.get(f"/daily/days/{day.pk}/paper/")
    assert paper.content.startswith(b"%PDF")
    word = boss.get(f"/daily/days/{day.pk}/paper/?as=docx")
    assert word.content.startswith(b"PK")
    assert boss.get(f"/daily/days/{day.pk}/paper/?as=exe").status_code == 404
    with see_as(SYSTEM):
        running = Day.objects.get(made_at__isnull=True)
        assert Event.objects.filter(verb="day_exported").count() == 2
    assert boss.get(f"/daily/days/{running.pk}/paper/").status_code == 404, "a day that runs has no paper yet"
    assert "外出务工" in boss.get("/daily/carried/?first=2026-04-16&last=2026-04-16&reason=party_away").content.decode()
    assert "没有结转" in boss.get("/daily/carried/?first=2025-01-01&last=2025-01-02").content.decode()
    assert boss.get("/daily/carried/?first=yesterday").status_code == 200


def test_hours_are_set_from_tomorrow_on_and_the_first_page_obeys(street, now):
    leader = enter(street, "bureau")
    sent = {"since": "2026-04-17", "cut": "18:30", "handover": "08:00", "why": "夏令时"}
    assert leader.post("/settings/daily/", {**sent, "since": "2026-04-16"}).status_code == 422
    assert "handover" in leader.post("/settings/daily/", {**sent, "cut": ""}).content.decode()
    assert leader.post("/settings/daily/", sent).status_code == 303
    assert "18:30" in leader.get("/settings/daily/").content.decode()
    with see_as(SYSTEM):
        assert Hours.objects.get().why == "夏令时"
        assert cut_at(NOW) == CUT
        assert cut_at(CUT) == CUT + DAY - timedelta(minutes=90)
        assert cut_at(NOW + DAY) == CUT + DAY - timedelta(minutes=90)
    assert enter(street, "officer").get("/settings/daily/").status_code == 403


def test_one_row_of_the_first_page_says_what_is_left_before_the_cut(street, now):
    with see_as(SYSTEM):
        actions.turn(at=NOW)
    officer = enter(street, "community_officer")
    assert "没有说法" not in officer.get("/").content.decode(), "in the morning the rows themselves are enough"
    now.move_to(CUT - timedelta(hours=1))
    assert "日清前还有" in enter(street, "community_officer").get("/").content.decode()
