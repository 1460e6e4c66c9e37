"""What the wall says: sums that are those of the lists, staff by name, nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import world
from twinloop.cases import actions as cases
from twinloop.cases.models import Clock, Dispute, IncidentLink, Order
from twinloop.followup.visits.models import Callback
from twinloop.insight.figures import actions as keeping
from twinloop.insight.figures.models import Tally
from twinloop.insight.maps.models import Layer, Shape
from twinloop.insight.walls import panels, standing, words
from twinloop.insight.walls.templatetags.wall import whole_minutes
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.models import Account
from twinloop.places.models import Place

NOON = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)


@pytest.fixture
def district(db):
    with see_as(SYSTEM):
        yield world.district()


def graded(place, level: int | None, **facts) -> Dispute:
    made = world.dispute(place, at=NOON, **facts)
    Dispute.objects.filter(pk=made.pk).update(level=level)
    made.refresh_from_db()
    return made


def test_today_counts_calls_since_midnight_and_where_somebody_is(district):
    world.incident(district.near, at=NOON - timedelta(days=1))
    world.incident(district.near, at=NOON, reported_kind="traffic")
    sent, there = world.incident(district.near, at=NOON), world.incident(district.far, at=NOON)
    to = district.people["officer"]
    Order.objects.create(incident=sent, to_account=to, sent_at=NOON)
    Order.objects.create(incident=there, to_account=to, sent_at=NOON, signed_at=NOON, arrived_at=NOON, state="arrived")
    found = panels.today(SYSTEM, at=NOON + timedelta(hours=1))
    assert (found.calls, found.disputes, found.sent, found.on_scene, found.waiting) == (3, 2, 2, 1, 1)
    slots = {hour: (now, usual) for hour, now, usual in found.slots}
    assert slots["12"] == (3, 1 / 28)
    assert slots["14"] == (None, 0)
    near = panels.today(district.scope("chief"), at=NOON + timedelta(hours=1))
    assert (near.calls, near.on_scene) == (2, 0)


def test_open_disputes_stand_by_level_and_few_stand_together(district):
    for level in (1, 2, 2, 3, None):
        graded(district.near, level)
    graded(district.far, 3)
    settled = graded(district.near, 1)
    Dispute.objects.filter(pk=settled.pk).update(state="settled")
    found = panels.opened(SYSTEM)
    assert (found.levels, found.ungraded, found.whole) == ({1: 1, 2: 2, 3: 2}, 1, 6)
    assert found.places == [("近村", [1, 2, 1, 1]), (str(words.OTHER_PLACES).format(count=1), [0, 0, 1, 0])]
    assert found.rows[0][1] == [(1, 0, 200), (2, 200, 400), (3, 600, 200), (4, 800, 200)]


def clock(dispute: Dispute, owner: Account | None, hours: float, rule: str = "penalty") -> Clock:
    return Clock.objects.create(
        rule=rule,
        dispute=dispute,
        owner=owner,
        started_at=NOON - timedelta(days=9),
        due_at=NOON + timedelta(hours=hours),
    )


def test_people_stand_by_their_soonest_clock_and_parties_do_not_stand_at_all(district):
    officer, volunteer = district.people["officer"], district.people["volunteer"]
    first, second = graded(district.near, 2), graded(district.near, 3)
    clock(first, officer, 2), clock(second, officer, -1), clock(first, volunteer, 1, "transfer")
    clock(first, None, 3, "final_feedback"), clock(second, officer, 20, "transfer")  # tomorrow: not owed today
    cases.add_party(first, world.person("王秀兰"), side="a", by=None, at=NOON)
    people, more, late = panels.owed(SYSTEM, at=NOON)
    assert [(one.name, one.level, one.count, one.late) for one in people] == [
        (officer.name, 3, 2, 1), (str(volunteer.unit), 2, 1, 0), (str(words.NOBODY), 2, 1, 0),
    ]  # fmt: skip
    assert (more, late) == (0, 1)
    whole = standing.gather(SYSTEM, at=NOON, codes=["today", "owed", "open"])
    alone = standing.gather(SYSTEM, at=NOON, codes=["today"])
    assert list(whole) == ["today", "owed", "open"]
    assert whole["today"] == alone["today"]


def owes(dispute: Dispute, days: int, state: str = "planned", satisfaction: int | None = None) -> None:
    """A callback that was due so many days ago."""
    day = NOON.date() - timedelta(days=days)
    made = {"on": day, "at": NOON, "way": "call"} if state in ("done", "missed") else {}
    done = {"outcome": "settled", "satisfaction": satisfaction} if state == "done" else {}
    Callback.objects.create(
        dispute=dispute, state=state, reason="visit_callback", due_on=day, planned_at=NOON, **made, **done
    )


def test_callbacks_count_visits_owed_reached_and_satisfied(district):
    near, far = graded(district.near, 1), graded(district.far, 1)
    owes(near, 5, "done", 5), owes(near, 4, "done", 3), owes(near, 3, "missed"), owes(near, 2, "dropped")
    owes(near, 40, "done", 5)  # longer ago than the panel looks
    owes(near, 1)
    owes(far, 0)  # today: not late before the day is over
    whole, rows = standing.callbacks(SYSTEM, at=NOON)
    assert vars(whole) == {
        "name": "", "owed": 4, "reached": 2, "satisfied": 1, "missed": 1, "late": 1, "coming": 1
    }  # fmt: skip
    assert [(row.name, row.owed, row.reached, row.coming) for row in rows] == [
        ("近村派出所", 4, 2, 0), ("远村派出所", 0, 0, 1),
    ]  # fmt: skip
    own, rows = standing.callbacks(district.scope("chief"), at=NOON)
    assert (own.owed, own.coming, len(rows)) == (4, 0, 1)


def test_the_map_names_no_small_number_and_only_ones_own_communities(district):
    for place in (district.near, district.far):
        Place.objects.filter(pk=place.pk).update(latitude=25, longitude=115)
    for _ in range(3):
        graded(district.near, 2)
    graded(district.far, 3)
    found = standing.drawing(SYSTEM, at=NOON)
    counts = {dot.place.short: dot.count for dot in found.dots}
    assert (counts["近村"], counts["远村"], found.whole) == (3, None, 4)
    own = standing.drawing(district.scope("chief"), at=NOON)
    assert [(dot.place.short, dot.count) for dot in own.dots] == [("近村", 3)]
    text = enter(district, "chief").get("/wall/?show=map").content.decode()
    assert "近村" in text
    assert "远村" not in text


def test_boundaries_of_the_wall_are_those_of_its_map(district):
    layer = Layer.objects.create(name="a", digest="a" * 64, by=district.people["bureau"], at=NOON)
    rings = [[[[115, 25], [116, 25], [116, 26], [115, 25]]]]
    for place in (district.near, district.far):
        Shape.objects.create(layer=layer, place=place, rings=rings, latitude=25.5, longitude=115.5)
    assert [one["code"] for one in enter(district, "chief").get("/wall/shapes/").json()] == [district.near.code]
    assert len(enter(district, "bureau").get("/wall/shapes/").json()) == 2
    assert Client().get("/wall/shapes/").status_code == 403


def test_villages_say_who_lacks_days(district):
    monday = NOON - timedelta(days=NOON.weekday())
    found = standing.villages(district.scope("chief"), at=monday)
    assert (found.whole, found.met) == (1, 0)
    assert [(state, count) for state, _word, count in found.counts if count] == [("short", 1)]
    assert found.behind == [("近村", 0, 2, "short")]
    sunday = standing.villages(district.scope("chief"), at=monday + timedelta(days=6))
    assert sunday.behind == [("近村", 0, 2, "missed")]


@pytest.mark.parametrize(
    ("seconds", "said"), [(59, "0分"), (22 * 60, "22分"), (3_600 + 240, "1时04分"), (2 * 86_400 + 5 * 3_600, "2天5时")]
)
def test_the_wall_says_whole_minutes(seconds, said):
    assert whole_minutes(seconds) == said


def enter(district, role: str) -> Client:
    client = Client()
    client.force_login(district.people[role])
    return client


def test_the_wall_opens_with_its_first_panel_and_room_for_those_asked_for(district):
    graded(district.near, 1)
    text = enter(district, "bureau").get("/wall/").content.decode()
    assert text.count('data-panel="') == len(words.PANELS)
    assert text.count("data-wall-none>") == len(words.PANELS) - 1
    assert "wall-five" in text
    assert 'href="?show=owed"' in text  # without a script
    assert 'data-every="20"' in text
    text = enter(district, "bureau").get("/wall/?show=owed,today,zz&every=45").content.decode()
    assert [code for code in words.PANELS if f'id="wall-{code}"' in text] == ["today", "owed"]
    assert 'data-every="45"' in text


def test_a_panel_that_cannot_be_counted_leaves_the_others(district, monkeypatch, caplog):
    def broken(*_args: object, **_named: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(panels, "today", broken)
    client = enter(district, "bureau")
    answer = client.get("/wall/")
    assert answer.status_code == 200
    assert answer.content.decode().count("data-wall-none>") == len(words.PANELS)
    assert "wall panel today" in caplog.text
    client.raise_request_exception = False
    assert client.get("/wall/panels/?show=today").status_code == 500
    assert client.get("/wall/panels/?show=open").status_code == 200


@pytest.mark.parametrize("role", ["bureau", "chief"])
def test_what_is_late_is_the_same_from_sums_and_from_rows_and_by_person(district, role):
    near, far = graded(district.near, 1), graded(district.far, 1)
    officer = district.people["officer"]
    for made in (near, far):
        clock(made, officer, -1), clock(made, None, -100, "transfer"), clock(made, officer, 2, "final_feedback")
    dropped = clock(near, officer, -50, "callback_level_1")
    Clock.objects.filter(pk=dropped.pk).update(dropped_at=NOON)
    call = world.incident(district.far, at=NOON)  # ours by its dispute alone
    IncidentLink.objects.create(incident=call, dispute=near, linked_at=NOON)
    long_ago = NOON - timedelta(days=140)  # its month is summed
    Clock.objects.create(rule="first_feedback", incident=call, started_at=long_ago, due_at=long_ago)
    with see_as(district.scope(role)) as seen:
        rows = panels.late(seen, at=NOON)
    keeping.rebuild(at=NOON)
    assert Tally.objects.filter(code="late").exists()
    with see_as(district.scope(role)) as seen:
        assert panels.late(seen, at=NOON) == rows == panels.owed(seen, at=NOON)[2] == {"bureau": 5, "chief": 3}[role]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(panels, "clocks", None)
            panels.late(seen, at=NOON)  # asks no rows
    Clock.objects.filter(rule="transfer", dispute=near).update(
        met_at=NOON - timedelta(hours=1)
    )  # its day is torn open at once
    with see_as(district.scope(role)) as seen:
        assert panels.late(seen, at=NOON) == rows - 1


@pytest.mark.parametrize("every", ["0", "-3", "99999999", "²", "x", ""])
def test_nonsense_in_the_address_turns_as_usual(district, every):
    text = enter(district, "bureau").get("/wall/", {"every": every, "show": "zz"}).content.decode()
    assert any(f'data-every="{seconds}"' in text for seconds in (5, 20, 120))


def test_panels_that_did_not_change_are_not_sent_again(district):
    client = enter(district, "bureau")
    first = client.get("/wall/panels/?show=open")
    assert client.get("/wall/panels/?show=open", headers={"If-None-Match": first["ETag"]}).status_code == 304
    graded(district.near, 1)
    assert client.get("/wall/panels/?show=open", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_title_with_a_script_reaches_the_wall_nowhere(district):
    graded(district.near, 1, title="<script>alert(1)</script>")
    client = enter(district, "bureau")
    assert "alert(1)" not in (client.get("/wall/").content + client.get("/wall/panels/").content).decode()


def test_the_wall_asks_the_same_few_questions_for_one_case_and_for_many(district, django_assert_num_queries):
    client = enter(district, "bureau")
    graded(district.near, 1)
    client.get("/wall/panels/")
    with django_assert_num_queries(QUERIES):
        client.get("/wall/panels/")
    for level in (1, 2, 3) * 5:
        made = graded(district.near, level)
        clock(made, district.people["officer"], 1), clock(made, None, -1, "callback_level_1")
    with django_assert_num_queries(QUERIES):
        client.get("/wall/panels/")


QUERIES = 28
