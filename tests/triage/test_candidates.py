"""Candidates by words: the bounded search gives what reading everything gives, in both of its ways."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.db import DataError, connection, transaction

from tests import world
from tests.world import NOW
from twinloop.cases import sealing
from twinloop.cases.actions import add_party, link, unlink
from twinloop.cases.models import Incident
from twinloop.decide import linkage
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.triage import repeats_finding
from twinloop.triage.repeats_finding import Asked

WORDS = ("猪栏", "粪水", "界石", "水沟", "麻将", "摩托", "果树", "祠堂")
FIND = """SELECT DISTINCT * FROM triage_repeat_candidates('{}', '{}', NULL, %s::bigint[], '', %s::text[],
    %s::float8[], %s, %s)"""


@pytest.fixture
def told(db):
    """Sixty reports in two villages of a township, with up to three of the words; one of them is three years old."""
    with see_as(SYSTEM):
        district = world.district()
        dice, rows = random.Random(3), []
        for number in range(60):
            words = dice.sample(WORDS, dice.randint(0, 3))
            at = NOW - timedelta(days=1100 if number == 7 else number)
            place, text = dice.choice((district.near, district.far)), "，".join(["有事", *words])
            rows.append((world.incident(place, narrative=text, at=at), set(words)))
        yield district, rows


def found(places, words, shares, *, at=NOW, most=1000):
    with connection.cursor() as cursor:
        cursor.execute(FIND, [[place.pk for place in places], words, shares, at, most])
        return {row[0] for row in cursor.fetchall()}


def plain(rows, places, words, *, at_least):
    held = {place.pk for place in places}
    return {
        row.pk for row, said in rows
        if len(said & set(words)) >= at_least and row.place_id in held and NOW - row.received_at < timedelta(days=730)
    }  # fmt: skip


@pytest.mark.parametrize("count", [1, 2, 5])
def test_rare_words_are_met_by_the_index_wherever_they_stand_in_the_township(told, count):
    district, rows = told
    for places in ([district.near, district.far], [district.near]):
        words = list(WORDS[:count])
        want = plain(rows, places, words, at_least=1)
        assert want
        assert found(places, words, [0.0] * count) == want


def test_common_words_are_met_two_together_among_the_newest_of_each_place(told):
    district, rows = told
    places, words = [district.near, district.far], list(WORDS[:4])
    want = plain(rows, places, words, at_least=2)
    assert want
    assert found(places, words, [1e9] * 4) == want  # so common that their lists are not read


def test_who_shares_most_words_comes_before_the_limit(told):
    district, rows = told
    words = list(WORDS[:3])
    shared = {row.pk: len(said & set(words)) for row, said in rows}
    [best] = found([district.near, district.far], words, [0.0] * 3, most=1)
    assert shared[best] == max(shared[pk] for pk in plain(rows, [district.near, district.far], words, at_least=1))


def test_a_repeat_without_any_key_is_met_by_its_words(told):
    district, _ = told
    first = world.incident(district.far, narrative="他家的大公鸡啄坏了我晒在祠堂门口的花生种", at=NOW)
    for number in range(40):  # newer ones, so that being in the same place says nothing
        world.incident(district.far, narrative=f"醉酒的人躺在路上第{number}回", at=NOW + timedelta(hours=1))
    asked = Asked("公鸡又来啄花生，要他赔", NOW + timedelta(days=3), place=district.near)
    hits = repeats_finding.found(asked, least=0.0)
    assert first.pk in {hit.incident for hit in hits}


def test_the_rarest_words_are_the_same_in_every_process():
    known = repeats_finding.linkage.Background()
    words = repeats_finding.rarest("他家的大公鸡啄坏了我晒的花生种子，又踩断刚栽的辣椒苗和黄瓜藤", NOW, known)
    assert words[0] == sorted(words[0])  # none was seen before: all are as rare
    assert len(words[0]) == len(words[1]) == repeats_finding.WORDS


def settings():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('twinloop.sees_all', true)")
        return cursor.fetchone()[0]


def test_the_search_looks_at_the_whole_district_only_as_long_as_it_runs(told):
    here, _rows = told
    officer, stored = here.scope("officer"), Incident.objects.order_by("-pk")[0]
    asked = Asked(stored.narrative, NOW, "", here.near, "")
    with see_as(officer):
        with transaction.atomic():
            hits, newest = repeats_finding.found_and_newest(asked, least=0.0, params=linkage.DEFAULTS)
            assert settings() == "off"
            assert not Incident.objects.exists()
        assert settings() == "off"
    assert hits
    assert newest == stored.pk


def test_a_search_that_fails_leaves_the_viewer_as_it_was(told):
    here, _rows = told
    with see_as(here.scope("officer")), transaction.atomic():
        with pytest.raises(DataError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT * FROM triage_repeat_found('{}', '{}', NULL, NULL, '', '{a}', '{0.01}', %s, -1)", [NOW]
            )
        assert settings() == "off"


BY_KEYS = """SELECT DISTINCT * FROM triage_repeat_candidates(%s::uuid[], %s::uuid[], NULL, %s::bigint[], '', '{}', '{}',
    %s, 30)"""


@pytest.fixture
def shared(db):
    """Of 2,900 reports all but the newest 320 came by a hotline, whose number is a party's too."""
    with see_as(SYSTEM):
        district = world.district()
        hotline, own = sealing.key("phone", "19900000001"), sealing.key("phone", "19900000002")
        long_ago = world.incident(district.far, at=NOW - timedelta(days=900))
        Incident.objects.filter(pk=long_ago.pk).update(search_keys=[own, hotline])
        at = [NOW - timedelta(days=100, minutes=n) for n in range(2900)]
        rows = [
            Incident(
                number=f"JQ200101-{n:04d}", channel="call_110", narrative="有事", place=district.far, reported_at=at[n],
                received_at=at[n], registered_at=NOW, search_keys=[hotline] if n >= 320 else [],
            )
            for n in range(2900)
        ]  # fmt: skip
        Incident.objects.bulk_create(rows)
        case = world.dispute(district.near)
        add_party(case, world.person("王秀兰", phone="19900000001"), side="a", by=None, at=NOW)
        in_village = world.incident(district.near, at=NOW - timedelta(days=400))
        link(in_village, case, by=None, at=NOW, why="")
        yield district, (hotline, own), rows, long_ago, in_village


def by_keys(numbers, places):
    with connection.cursor() as cursor:
        cursor.execute(BY_KEYS, [numbers, [], [place.pk for place in places], NOW])
        return {row[0] for row in cursor.fetchall()}


def test_a_number_that_hundreds_share_is_met_among_the_newest_of_township_and_district(shared):
    district, (hotline, _own), rows, _long_ago, in_village = shared
    assert by_keys([hotline], []) == set()
    assert by_keys([hotline], [district.near]) == {in_village.pk}
    late = [row.pk for row in rows[:40]]
    Incident.objects.filter(pk__in=late[:5]).update(search_keys=[hotline])
    assert by_keys([hotline], [district.near]) == {*late[:5], in_village.pk}
    Incident.objects.filter(pk__in=late).update(search_keys=[hotline])
    assert by_keys([hotline], []) == set(late[:30])


def test_a_number_that_few_share_finds_whatever_stands_under_it(shared):
    district, (hotline, own), rows, long_ago, in_village = shared
    assert by_keys([own], []) == {long_ago.pk}
    assert by_keys([own, hotline], [district.near]) == {long_ago.pk, in_village.pk}
    forget()
    Incident.objects.filter(pk__in=[row.pk for row in rows[5:]]).update(search_keys=[])
    Incident.objects.filter(pk__in=[row.pk for row in rows[:5]]).update(search_keys=[hotline])
    assert by_keys([hotline], []) == {row.pk for row in rows[:5]} | {long_ago.pk, in_village.pk}


def test_a_new_key_waits_in_no_list_that_every_search_would_read(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, reloptions FROM pg_class WHERE relname ~ '^cases_(incident|party)_keys$' ORDER BY 1"
        )
        options = dict(cursor.fetchall())
    assert list(options) == ["cases_incident_keys", "cases_party_keys"]
    assert all("fastupdate=off" in held for held in options.values())


def test_an_earlier_report_of_a_dispute_is_met_newest_first_up_to_the_moment_asked_about(shared):
    """By the number of a party alone: each report of the dispute, whenever it came in, none that came in since."""
    district, _keys, _rows, _long_ago, in_village = shared
    case, own = in_village.links.get().dispute, sealing.key("phone", "19900000003")
    add_party(case, world.person("李四", phone="19900000003"), side="b", by=None, at=NOW)
    reports = [world.incident(district.far, at=NOW - timedelta(days=n)) for n in range(-1, 40)]
    for report in reports:
        link(report, case, by=None, at=NOW, why="")
    unlink(reports[5].links.get(), by=None, at=NOW, why="another quarrel")
    assert by_keys([own], []) == {one.pk for n, one in enumerate(reports[:32]) if n not in (0, 5)}


def test_a_count_of_few_words_does_not_hold_for_an_hour(told, monkeypatch):
    """On a district's first morning what everybody says is not taken for rare until noon."""
    now = [1000.0]
    monkeypatch.setattr(repeats_finding, "monotonic", lambda: now[0])
    repeats_finding._counted.clear()
    counted = repeats_finding._known()
    assert 0 < counted.total < repeats_finding.COUNTED
    assert repeats_finding._known() is counted
    now[0] += repeats_finding.FRESH * (counted.total / repeats_finding.COUNTED) ** 2 + 1
    assert repeats_finding._known() is not counted
    database = str(connection.settings_dict["NAME"])
    repeats_finding._counted[database] = (now[0], 0, linkage.Background(total=repeats_finding.COUNTED))
    full = repeats_finding._known()
    now[0] += repeats_finding.FRESH - 1
    assert repeats_finding._known() is full
    now[0] += 2
    assert repeats_finding._known() is not full
    repeats_finding._counted.clear()


def remembered(name):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(nullif(current_setting('twinloop.{name}', true), ''), '{{}}')::text[]")
        return cursor.fetchone()[0]


def forget():
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(name, '', false) FROM unnest(%s::text[]) AS name",
                       [["twinloop.shared_keys", "twinloop.often_words"]])  # fmt: skip


def test_a_connection_remembers_which_keys_are_shared_and_still_finds_the_same(shared):
    district, (hotline, own), rows, long_ago, in_village = shared
    forget()
    Incident.objects.filter(pk__in=[row.pk for row in rows[:5]]).update(search_keys=[hotline])
    first = by_keys([own, hotline], [district.near])
    assert first == {long_ago.pk, in_village.pk, *(row.pk for row in rows[:5])}
    assert remembered("shared_keys") == [str(hotline)]
    assert by_keys([own, hotline], [district.near]) == first
    assert remembered("shared_keys") == [str(hotline)]  # once, and never one that few share
    Incident.objects.filter(pk__in=[row.pk for row in rows[600:]]).update(search_keys=[])
    assert by_keys([hotline], []) == {row.pk for row in rows[:5]}, "not counted again"


def test_a_connection_remembers_which_words_many_say_and_still_finds_the_same(db):
    with see_as(SYSTEM):
        district = world.district()
        many = [world.incident(district.far, narrative="门口有摩托", at=NOW - timedelta(days=9))]
        at = NOW - timedelta(days=8)
        rows = [
            Incident(
                number=f"JQ200101-{n:04d}", channel="call_110", place=district.far, reported_at=at, received_at=at,
                registered_at=NOW, narrative="摩托挡了猪栏" if n == 7 else "摩托" if n % 2 else "猪栏",
            )
            for n in range(700)
        ]  # fmt: skip
        Incident.objects.bulk_create(rows)
        forget()
        want = {rows[7].pk, *(pk for pk in found([district.far], ["门口"], [0.0]))}
        assert many[0].pk in want
        for _ in range(2):
            assert found([district.far], ["门口", "摩托", "猪栏"], [0.0] * 3) == want
            assert remembered("often_words") == ["摩托", "猪栏"]


def test_who_has_no_place_meets_the_newest_without_one_where_all_words_are_common(db):
    with see_as(SYSTEM):
        placed = world.incident(world.district().far, narrative="坚决反对建垃圾站", at=NOW - timedelta(days=3))
        letters = [
            world.incident(None, narrative=f"坚决反对建垃圾站，第{n}户", at=NOW - timedelta(days=n))
            for n in (1, 2, 800)
        ]
        assert found([], ["反对", "垃圾"], [1e9] * 2) == {one.pk for one in letters[:2]}
        assert found([placed.place], ["反对", "垃圾"], [1e9] * 2) == {placed.pk}


def test_who_has_no_place_meets_five_of_the_newest_without_one(db):
    """Many sign one letter: its campaign is found by a few of them."""
    with see_as(SYSTEM):
        letters = [
            world.incident(None, narrative=f"坚决反对建垃圾站，第{n}户", at=NOW - timedelta(days=n + 1))
            for n in range(8)
        ]
        assert found([], ["反对", "垃圾"], [1e9] * 2) == {one.pk for one in letters[:5]}


def test_namesakes_do_not_crowd_out_an_old_report_under_the_own_number(shared):
    """Behind the name stand hundreds, newer all of them; of the number there is one report, long ago."""
    district, (hotline, own), rows, long_ago, _in_village = shared
    forget()
    Incident.objects.filter(pk__in=[row.pk for row in rows[800:]]).update(search_keys=[])
    assert long_ago.pk in by_keys([own, hotline], [district.near])
    assert remembered("shared_keys") == [str(hotline)]
