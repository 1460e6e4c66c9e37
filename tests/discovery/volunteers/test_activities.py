"""Recording, correcting, withdrawing: what is refused, what stays in the history, what the database itself forbids."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import Image
from psycopg.types.range import Range

from tests.discovery.volunteers.doing import HOUR, done, facts, team, volunteer
from tests.world import NOW
from twinloop.decide import Refused
from twinloop.discovery.volunteers import actions, demo, queries
from twinloop.discovery.volunteers.models import LONGEST, Activity, Campaign, Part, Photo, TeamSort
from twinloop.edge.uploads import UploadRefused
from twinloop.ledger.models import Event
from twinloop.people.models import Account


@pytest.fixture
def two(district):
    return volunteer("z1", district.near), volunteer("z2", district.near)


def mine():
    """The demo has activities of its own; a test's are in the test county."""
    return Activity.objects.filter(place__code__startswith="99")


def events(activity):
    return list(Event.objects.filter(stream=activity.stream).order_by("seq"))


def photo(text="p.jpg", size=(40, 30)):
    content = BytesIO()
    Image.new("RGB", size, "white").save(content, "JPEG")
    return SimpleUploadedFile(text, content.getvalue())


def test_an_activity_is_kept_with_its_people_station_and_day(district, two):
    made = done(district.near, *two, spot="祠堂 13900000127", words="帮 13900000127 的老人")
    assert (made.station, f"{made.on}", made.length) == (district.station, "2026-04-16", 2 * HOUR)
    assert [part.account for part in made.parts.all()] == list(two)
    (event,) = events(made)
    assert (event.verb, event.by) == ("activity_recorded", two[0])
    assert event.after["people"] == [two[0].pk, two[1].pk]
    assert "13900000127" not in event.body


def test_the_day_is_the_law_s_day(district, two):
    early = NOW.replace(hour=1, minute=0)  # 17:00 of the day before in UTC
    made = actions.record_activity(
        facts(district.near, *two, before=(NOW - early) / HOUR, hours=1), by=two[0].pk, at=NOW
    )
    assert made.on == date(2026, 4, 16)


REFUSED = {
    "activity_no_people": {"people": ()},
    "activity_times": {"hours": 0},
    "activity_long": {"hours": 17, "before": 18},
    "activity_future": {"before": -1},
    "activity_reach": {"reached": 1, "helped": 2},
    "activity_many": {"reached": 20_001},
    "activity_sort": {"sort": "party"},
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_cannot_be_is_refused_and_leaves_nothing(district, two, code):
    told = dict(REFUSED[code])
    people = told.pop("people", two)
    with pytest.raises(Refused, match=code):
        actions.record_activity(facts(district.near, *people, **told), by=two[0].pk, at=NOW)
    assert not mine().exists()
    assert not Event.objects.filter(stream__startswith="activity:").exists()


def test_only_volunteers_grid_workers_and_mediators_take_part(district, two):
    for person, code in ((district.people["officer"], "activity_person"),):
        with pytest.raises(Refused, match=code):
            done(district.near, two[0], person)
    two[1].is_active = False
    with pytest.raises(Refused, match="activity_person"):
        done(district.near, *two)
    with pytest.raises(Refused, match="activity_place"):
        done(district.near.parent, two[0])


def test_a_closed_team_and_another_sort_of_team_take_no_activity(district, two):
    old = team(district, two[0])
    old.closed_on = date(2026, 4, 1)
    with pytest.raises(Refused, match="activity_team"):
        done(district.near, two[0], team=old)
    old.closed_on, old.kind = None, "neighbour"
    with pytest.raises(Refused, match="activity_team"):
        done(district.near, two[0], team=old)


def test_nobody_is_in_two_activities_at_once(district, two):
    done(district.near, two[0])
    with pytest.raises(Refused, match="activity_overlap") as no:
        done(district.far, *two, before=2, hours=1)
    assert (no.value.facts["name"], no.value.facts["at"]) == (two[0].name, "04-16 06:00–08:00")
    done(district.far, two[1], before=2, hours=1)
    done(district.far, two[0], before=1, hours=1)  # one begins when the other ends
    assert mine().count() == 3


def test_a_correction_keeps_what_was_in_the_history(district, two):
    made = done(district.near, two[0])
    at = NOW + HOUR
    other = facts(district.far, two[1], reached=30, hours=2)
    changed = actions.correct_activity(made, other, version=1, by=two[0].pk, at=at)
    assert (changed.version, changed.reached, changed.station) == (2, 30, district.other)
    assert list(Part.objects.filter(activity=made, is_live=True).values_list("account", flat=True)) == [two[1].pk]
    event = events(made)[-1]
    assert event.verb == "activity_corrected"
    assert (event.before["reached"], event.after["reached"]) == (10, 30)
    assert "words" not in event.after  # what stayed is not told again
    done(district.near, two[0])  # whoever was taken out is free again
    with pytest.raises(Refused, match="activity_changed"):
        actions.correct_activity(made, facts(district.near, two[1]), version=1, by=two[0].pk, at=at)
    with pytest.raises(Refused, match="activity_same"):
        actions.correct_activity(changed, other, version=2, by=two[0].pk, at=at)


def test_a_correction_that_is_refused_changes_nothing(district, two):
    made = done(district.near, two[0])
    done(district.far, two[1])
    with pytest.raises(Refused, match="activity_overlap"):
        actions.correct_activity(made, facts(district.near, *two), version=1, by=two[0].pk, at=NOW)
    made.refresh_from_db()
    assert (made.version, list(made.parts.values_list("account", "is_live"))) == (1, [(two[0].pk, True)])


def test_a_withdrawn_activity_frees_its_people_and_stays(district, two):
    made = done(district.near, two[0])
    with pytest.raises(Refused, match="activity_why"):
        actions.withdraw_activity(made, by=two[0].pk, at=NOW, why=" ")
    actions.withdraw_activity(made, by=two[0].pk, at=NOW, why="记错了日子")
    done(district.near, two[0])
    for again in (
        lambda: actions.withdraw_activity(made, by=two[0].pk, at=NOW, why="再来"),
        lambda: actions.correct_activity(made, facts(district.near, two[0]), version=2, by=two[0].pk, at=NOW),
        lambda: actions.add_photos(made, [photo()], by=two[0].pk, at=NOW),
    ):
        with pytest.raises(Refused, match="activity_gone"):
            again()
    assert [event.verb for event in events(made)] == ["activity_recorded", "activity_withdrawn"]


# --- campaigns and teams -----------------------------------------------------------------------------------------


def campaign(**more):
    told = {"name": "百日走访", "goal": "户户上门", "starts_on": date(2026, 4, 1), "ends_on": date(2026, 4, 30)}
    return actions.set_campaign(**{**told, **more}, by=None, at=NOW)


def test_an_activity_lies_within_its_campaign(district, two):
    made = campaign()
    assert done(district.near, two[0], campaign=made).campaign == made
    for name, days in (("后来的", (date(2026, 4, 17), None)), ("从前的", (date(2026, 1, 1), date(2026, 4, 15)))):
        other = campaign(name=name, starts_on=days[0], ends_on=days[1])
        with pytest.raises(Refused, match="campaign_outside"):
            done(district.near, two[1], campaign=other)


def test_a_closed_campaign_keeps_its_activities_and_takes_no_later_ones(district, two):
    made = campaign()
    held = done(district.near, two[0], campaign=made)
    actions.close_campaign(made, by=None, at=NOW - timedelta(days=1))
    made.refresh_from_db()
    with pytest.raises(Refused, match="campaign_outside"):
        done(district.near, two[1], campaign=made)
    actions.correct_activity(held, facts(district.near, two[0], campaign=made, reached=11), version=1, by=None, at=NOW)
    for act in (
        lambda: actions.close_campaign(made, by=None, at=NOW),
        lambda: actions.set_campaign("新名", "", date(2026, 4, 1), None, by=None, at=NOW, campaign=made),
    ):
        with pytest.raises(Refused, match="campaign_closed"):
            act()


@pytest.mark.parametrize(
    ("code", "told"),
    [("campaign_name", {"name": " "}), ("campaign_period", {"ends_on": date(2026, 3, 1)}), ("campaign_taken", {})],
)
def test_a_campaign_has_a_name_of_its_own_and_a_period(district, code, told):
    campaign()
    with pytest.raises(Refused, match=code):
        campaign(**told)


def test_a_campaign_that_runs_is_changed_with_an_event(district):
    made = campaign()
    changed = actions.set_campaign("百万警", "人人见面", date(2026, 4, 2), None, by=None, at=NOW, campaign=made)
    assert (changed.name, changed.ends_on) == ("百万警", None)
    assert [e.verb for e in Event.objects.filter(stream=made.stream).order_by("seq")] == [
        "campaign_set",
        "campaign_changed",
    ]


def test_a_team_of_volunteers_may_be_vigilantes(district, two):
    made = team(district, two[0])
    for _ in range(2):  # the second time nothing changes
        actions.sort_team(made, "vigilantes", by=None, at=NOW)
    (line,) = [row for row in queries.teams(district.scope("chief"), on=NOW.date()) if row.team == made]
    assert (line.team, line.sort, line.members) == (made, "vigilantes", 1)
    assert Event.objects.filter(stream=f"team:{made.pk}", verb="team_sorted").count() == 1
    with pytest.raises(Refused, match="volunteer_team_sort"):
        actions.sort_team(made, "army", by=None, at=NOW)


# --- photos ------------------------------------------------------------------------------------------------------


def files():
    folder = settings.ENV.data / "attachments"
    return {path for path in folder.rglob("*") if path.is_file()} if folder.exists() else set()


def test_photos_come_in_with_the_activity_and_go_with_a_reason(district, two):
    before = files()
    made = actions.record_activity(facts(district.near, two[0]), by=two[0].pk, at=NOW, photos=[photo(), photo("b.jpg")])
    assert [p.media_type for p in made.photos.all()] == ["image/jpeg"] * 2
    assert len(files() - before) == 2
    one = made.photos.first()
    with pytest.raises(Refused, match="activity_why"):
        actions.remove_photo(one, by=None, at=NOW, why="")
    actions.remove_photo(one, by=two[0].pk, at=NOW, why="拍到了孩子")
    assert made.photos.filter(removed_at__isnull=True).count() == 1
    assert events(made)[-1].why == "拍到了孩子"


def test_what_is_no_photo_is_refused_and_no_file_stays(district, two):
    before = files()
    for given, error in (
        ([photo(), SimpleUploadedFile("a.txt", "备注".encode())], Refused),
        ([photo(), SimpleUploadedFile("a.jpg", b"MZ\x90\0")], UploadRefused),
        ([photo() for _ in range(10)], Refused),
    ):
        with pytest.raises(error):
            actions.record_activity(facts(district.near, two[0]), by=two[0].pk, at=NOW, photos=given)
    assert (files(), mine().count()) == (before, 0)
    made = done(district.near, two[0])
    actions.add_photos(made, [photo() for _ in range(9)], by=two[0].pk, at=NOW)
    with pytest.raises(Refused, match="activity_photos"):
        actions.add_photos(made, [photo()], by=two[0].pk, at=NOW)
    assert len(files() - before) == 9


# --- what the database forbids by itself -------------------------------------------------------------------------


def broken(act, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        act()


def test_constraints_hold_without_the_actions(district, two):
    made = done(district.near, two[0])
    here = Activity.objects.filter(pk=made.pk)
    broken(lambda: here.update(sort="party"), "volunteers_activity_sort")
    broken(lambda: here.update(ends_at=made.starts_at), "volunteers_activity_times")
    broken(lambda: here.update(ends_at=made.starts_at + LONGEST + HOUR), "volunteers_activity_times")
    broken(lambda: here.update(helped=11), "volunteers_activity_reach")
    broken(lambda: here.update(reached=20_001), "volunteers_activity_reach")
    broken(lambda: here.update(withdrawn_at=NOW), "volunteers_activity_withdrawn_why")
    broken(lambda: here.update(withdrawn_why="因为"), "volunteers_activity_withdrawn_why")
    period = Range(made.starts_at, made.ends_at)
    broken(lambda: Part.objects.create(activity=made, account=two[0], period=period), "volunteers_part_once")
    other = done(district.far, two[1])
    broken(
        lambda: Part.objects.create(activity=other, account=two[0], period=period),
        "volunteers_part_one_place_at_a_time",
    )
    here.update(starts_at=made.starts_at - timedelta(days=1), ends_at=made.ends_at - timedelta(days=1))
    assert here.get().on == date(2026, 4, 15)  # generated: it cannot say another day
    run = campaign()
    broken(lambda: Campaign.objects.filter(pk=run.pk).update(name=""), "volunteers_campaign_named")
    broken(lambda: Campaign.objects.filter(pk=run.pk).update(ends_on=date(2020, 1, 1)), "volunteers_campaign_period")
    broken(lambda: TeamSort.objects.create(team=team(district), sort="army"), "volunteers_team_sort_known")
    actions.add_photos(made, [photo()], by=None, at=NOW)
    broken(lambda: Photo.objects.update(size=0), "volunteers_photo_size")


def test_the_system_brings_many_with_one_event(district, two):
    rows = [facts(district.near, *two, before=3 + 4 * n) for n in range(5)]
    made = actions.record_history(rows, at=NOW)
    assert (len(made), Part.objects.filter(activity__in=made).count()) == (5, 10)
    assert Event.objects.filter(stream="activities", at=NOW).count() == 1
    assert {a.station for a in mine()} == {district.station}


def test_the_demo_has_a_month_of_activities_and_is_not_filled_twice(district):
    assert 48 <= Activity.objects.count() - mine().count() <= 12 * 8
    assert demo.fill(NOW) == 0
    assert {team.sort for team in TeamSort.objects.all()} == {"vigilantes", "volunteers", "society"}
    named = Account.objects.get(username="volunteer")  # who tries the demo as a volunteer finds something done
    assert Part.objects.filter(account=named, is_live=True).exists()
