"""Repeats: found by keys, compared, told within the viewer's area, answered by a person, undone; nothing overruled."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from tests import world
from tests.world import NOW
from twinloop.cases import actions as cases
from twinloop.cases.actions import Caller
from twinloop.cases.models import Dispute, IncidentLink
from twinloop.decide import Refused
from twinloop.ledger.models import Event
from twinloop.ledger.sight import NOBODY, SYSTEM, see_as
from twinloop.people.scope import scope_of
from twinloop.triage import actions, repeats, repeats_deciding, repeats_queue, repeats_relinking
from twinloop.triage.models import Judgement, RepeatPair

FIRST = "隔壁赖水根砌猪栏，粪水顺着墙脚流进我家厨房，臭得饭都吃不下"
AGAIN = "我是赖水根，她家今早又拿锄头挖我猪栏的墙，说粪水流到她厨房"
OTHER = "两个喝酒的在夜宵摊为买单打起来了"


@pytest.fixture
def district(db):
    with see_as(SYSTEM):
        yield world.district()


def caller(name: str, phone: str) -> Caller:
    return Caller(world.person(name, phone=phone))


@pytest.fixture
def two(district):
    """An earlier incident with its dispute and parties, and a later call about it by the other side."""
    first = world.incident(district.near, narrative=FIRST, caller=caller("赖春兰", "19900000101"), address="近村4组")
    dispute = cases.open_dispute(title="猪栏粪水", by=None, at=NOW, incident=first, place=district.near)
    for side, name in (("a", "赖春兰"), ("b", "赖水根")):
        cases.add_party(dispute, world.person(name), side=side, by=None, at=NOW)
    later = NOW + timedelta(days=6)
    second = world.incident(
        district.near, narrative=AGAIN, at=later, caller=caller("赖水根", "19900000204"), address="近村四组"
    )
    return first, second, dispute, later


def desk(district):
    return district.people["dispatcher"].pk


def pair_of(two, district):
    _, second, _, later = two
    repeats.find(second, by=desk(district), at=later)
    return RepeatPair.objects.get(incident=second)


def whole(district, role="dispatcher"):
    return scope_of(district.people[role], at=NOW)


def test_a_repeat_is_found_with_reasons_and_kept(two, district):
    first, second, dispute, later = two
    [said] = repeats.find(second, by=desk(district), at=later)
    assert (said["incident"], said["dispute"]) == (first.number, dispute.number)
    assert said["probability"] >= 0.65
    assert said["reasons"]
    assert "赖水根" not in str(said)
    pair = RepeatPair.objects.get()
    assert (pair.incident_id, pair.earlier_id, pair.state, pair.source) == (second.pk, first.pk, "open", "door")
    kept = Judgement.objects.get(what="repeats")
    assert kept.by is None
    assert kept.answer["candidates"][0]["dispute"] == dispute.pk


def test_reasons_are_kept_as_codes_and_said_in_the_language_of_the_reader(two, district):
    pair = pair_of(two, district)
    assert {"code", "bits", "facts"} == set(pair.reasons[0])
    assert "赖水根" not in str(pair.reasons)
    [row] = repeats_queue.rows([pair], whole(district))
    with override("en"):
        english = row.reasons
    assert [line.rsplit(" ", 1)[1] for line in english] == [line.rsplit(" ", 1)[1] for line in row.reasons]
    assert any(line.startswith("same name") for line in english)
    assert any(line.startswith("姓名相同") for line in row.reasons)


def test_reasons_kept_as_sentences_stay_readable(two, district):
    pair = pair_of(two, district)
    pair.reasons = ["同一个电话 +9.0"]
    [row] = repeats_queue.rows([pair], whole(district))
    assert row.reasons == ["同一个电话 +9.0"]


def test_judging_an_incident_brings_its_repeats(two, district):
    _, second, dispute, later = two
    assert actions.judge(second, by=desk(district), at=later)["repeats"][0]["dispute"] == dispute.number


def test_what_is_alike_in_nothing_is_not_suggested(two, district):
    stranger = world.incident(district.near, narrative=OTHER, at=NOW + timedelta(days=40))
    assert repeats.find(stranger, by=None, at=NOW + timedelta(days=40)) == []
    assert not RepeatPair.objects.exists()


def test_typing_asks_and_stores_nothing(two, district):
    *_, dispute, later = two
    before = later - timedelta(minutes=1)
    found = repeats.candidates(AGAIN, place=district.near, address="近村4组", at=before, scope=whole(district))
    assert found[0].dispute == dispute.number
    assert not RepeatPair.objects.exists()
    assert repeats.candidates("", at=later, scope=whole(district)) == []


def test_a_quarrel_outside_is_only_said_to_exist(two, district):
    *_, later = two
    far = district.scope("chief")
    far = type(far)(account=far.account, roles=far.roles, stations=frozenset({district.other.pk}))
    [only] = repeats.candidates(AGAIN, place=district.near, address="近村4组", at=later, scope=far)
    assert only.is_outside
    assert (only.incident, only.dispute, only.title, only.reasons) == ("", "", "", ())
    assert only.plain() == {"outside": True}
    assert str(only) == "范围外还有一件"


def test_a_confidential_caller_is_not_compared(district):
    first = world.incident(
        district.near,
        narrative="有人赌博",
        caller=Caller(world.person("陈", phone="19900000101"), is_confidential=True),
    )
    second = world.incident(
        district.far, narrative="门口积水", caller=caller("陈", "19900000101"), at=NOW + timedelta(hours=1)
    )
    assert repeats.find(second, by=None, at=NOW + timedelta(hours=1)) == []
    assert first.pk


def test_joining_links_says_who_and_counts_as_repeat(two, district):
    _, second, dispute, later = two
    pair = pair_of(two, district)
    made = repeats_deciding.join(pair, by=desk(district), scope=whole(district), at=later, why="同一件")
    assert made.pk == dispute.pk
    link = IncidentLink.objects.get(incident=second)
    assert (link.dispute_id, link.source, link.linked_by_id) == (dispute.pk, "system", desk(district))
    assert Dispute.objects.get(pk=dispute.pk).standing.linked_days == 6
    pair.refresh_from_db()
    assert (pair.state, pair.answered_by_id, pair.link_id) == ("joined", desk(district), link.pk)
    assert Event.objects.filter(stream=second.stream, verb="repeat_joined").count() == 1
    assert Judgement.objects.filter(what="repeats", by=desk(district)).get().answer["verdict"] == "joined"


def test_only_the_first_answer_counts(two, district):
    *_, later = two
    pair = pair_of(two, district)
    repeats_deciding.refuse(pair, by=desk(district), at=later)
    with pytest.raises(Refused, match="repeat_answered"):
        repeats_deciding.join(pair, by=desk(district), scope=whole(district), at=later, why="")
    assert not IncidentLink.objects.filter(incident=pair.incident).exists()


def test_a_refusal_is_kept_and_not_suggested_again(two, district):
    _, second, _, later = two
    pair = pair_of(two, district)
    repeats_deciding.refuse(pair, by=desk(district), at=later, why="是另一家")
    repeats.find(second, by=None, at=later)
    repeats_relinking.relink(at=later)
    assert RepeatPair.objects.get().state == "refused"
    word = Judgement.objects.filter(what="repeats", by=desk(district)).get()
    assert word.overrules is not None
    assert word.why == "是另一家"


def test_joining_is_undone_whole(two, district):
    _, second, _, later = two
    pair = pair_of(two, district)
    repeats_deciding.join(pair, by=desk(district), scope=whole(district), at=later, why="同一件")
    pair.refresh_from_db()
    repeats_deciding.undo(pair, by=desk(district), roles=frozenset({"dispatcher"}), at=later, why="看错了")
    assert not IncidentLink.objects.filter(incident=second, unlinked_at__isnull=True).exists()
    pair.refresh_from_db()
    assert (pair.state, pair.answered_by, pair.link) == ("open", None, None)
    with pytest.raises(Refused, match="repeat_not_answered"):
        repeats_deciding.undo(pair, by=desk(district), roles=frozenset(), at=later, why="")


def test_what_became_one_elsewhere_asks_no_more(two, district):
    """The desk put the second call into the dispute by itself; parted again, the question is back."""
    _, second, dispute, later = two
    pair = pair_of(two, district)
    waiting = repeats_queue.listed(whole(district), "open")
    assert list(waiting.all()) == [pair]
    link = cases.link(second, dispute, by=desk(district), at=later, why="同一件")
    assert list(waiting.all()) == []
    cases.unlink(link, by=desk(district), at=later, why="看错了")
    own = cases.open_dispute(title="挖墙", by=None, at=later, incident=second, place=district.near)
    assert list(waiting.all()) == [pair]
    cases.merge(own, dispute, by=desk(district), roles=frozenset({"dispatcher"}), at=later, why="一件")
    assert list(waiting.all()) == []


def test_whom_a_person_parted_elsewhere_nobody_is_asked_to_part(two, district):
    _, _, dispute, later = two
    stray = world.incident(district.far, narrative=OTHER, at=later, caller=caller("温建国", "19900000777"))
    link = cases.link(stray, dispute, by=desk(district), at=later, why="x")
    repeats_relinking.relink(at=later)
    waiting = repeats_queue.listed(whole(district), "open").filter(kind="part")
    assert waiting.count() == 1
    cases.unlink(link, by=desk(district), at=later, why="不是")
    assert not waiting.all()


def test_two_incidents_without_a_dispute_become_one(district):
    first = world.incident(district.near, narrative=FIRST, caller=caller("赖春兰", "19900000101"))
    later = NOW + timedelta(days=1)
    second = world.incident(district.near, narrative=FIRST, caller=caller("赖春兰", "19900000101"), at=later)
    repeats.find(second, by=None, at=later)
    made = repeats_deciding.join(RepeatPair.objects.get(), by=desk(district), scope=whole(district), at=later, why="x")
    assert set(made.links.values_list("incident_id", flat=True)) == {first.pk, second.pk}


def test_two_disputes_are_merged_and_split_again(two, district):
    _, second, dispute, later = two
    pair = pair_of(two, district)
    own = cases.open_dispute(title="挖墙", by=None, at=later, incident=second)
    repeats_deciding.join(pair, by=desk(district), scope=whole(district), at=later, why="同一件")
    assert Dispute.objects.get(pk=own.pk).merged_into_id == dispute.pk
    pair.refresh_from_db()
    roles = frozenset({"dispatcher"})
    repeats_deciding.undo(pair, by=desk(district), roles=roles, at=later, why="看错了")
    assert Dispute.objects.get(pk=own.pk).merged_into_id is None


def test_relinking_fills_the_queue_and_changes_nothing(two, district):
    first, second, _, later = two
    links = list(IncidentLink.objects.values_list())
    outcome = repeats_relinking.relink(at=later)
    assert (outcome.incidents, outcome.joins, outcome.queued) == (2, 1, 1)
    assert list(IncidentLink.objects.values_list()) == links
    pair = RepeatPair.objects.get()
    assert (pair.incident_id, pair.earlier_id, pair.source) == (second.pk, first.pk, "relink")
    assert repeats_relinking.relink(at=later).queued == 0


def test_what_a_person_joined_against_the_signs_is_asked_not_changed(two, district):
    _, _, dispute, later = two
    stray = world.incident(district.far, narrative=OTHER, at=later, caller=caller("温建国", "19900000777"))
    cases.link(stray, dispute, by=desk(district), at=later, why="x")
    repeats_relinking.relink(at=later)
    pair = RepeatPair.objects.get(incident=stray, kind="part")
    assert IncidentLink.objects.filter(incident=stray, unlinked_at__isnull=True).exists()
    repeats_deciding.part(pair, by=desk(district), at=later, why="不是")
    assert not IncidentLink.objects.filter(incident=stray, unlinked_at__isnull=True).exists()
    assert IncidentLink.objects.filter(incident=stray).count() == 1


@pytest.mark.parametrize("role", ["dispatcher", "community_officer", "chief", "volunteer", "auditor"])
def test_query_and_policy_show_the_same_pairs(two, district, role):
    pair_of(two, district)
    far = world.incident(district.far, at=NOW + timedelta(days=7))
    RepeatPair.objects.create(incident=far, earlier=two[0], probability=0.5, made_at=NOW)
    scope = whole(district, role)
    asked = set(repeats_queue.pairs(scope).values_list("pk", flat=True))
    with see_as(scope):
        assert set(RepeatPair.objects.values_list("pk", flat=True)) == asked
    with see_as(NOBODY):
        assert not RepeatPair.objects.exists()


@pytest.mark.parametrize(
    "facts",
    [
        {"probability": 1.5},
        {"state": "joined"},
        {"state": "odd"},
        {"kind": "odd"},
        {"earlier": "itself"},
        {},
    ],
)
def test_the_database_holds_the_rules_of_a_pair(two, facts):
    first, second, *_ = two
    good = {"incident": second, "earlier": first, "probability": 0.5, "made_at": NOW}
    if not facts:  # the same pair twice
        RepeatPair.objects.create(**good)
    if facts.get("earlier") == "itself":
        facts = {"earlier": second}
    with pytest.raises(IntegrityError), transaction.atomic():
        RepeatPair.objects.create(**{**good, **facts})


@pytest.mark.parametrize("count", [1, 6])
def test_the_queue_asks_a_fixed_number_of_questions(two, district, client, count, django_assert_num_queries):
    for number in range(count):
        later = world.incident(district.near, at=NOW + timedelta(minutes=number))
        RepeatPair.objects.create(incident=later, earlier=two[0], probability=0.5, made_at=NOW)
    scope = whole(district)
    with django_assert_num_queries(4):
        found = list(repeats_queue.listed(scope, "open"))
        assert len(repeats_queue.rows(found, scope)) == count


@pytest.mark.parametrize("role", ["dispatcher", "community_officer", "chief"])
def test_a_page_shows_what_the_list_holds_and_stops_counting(
    two, district, role, monkeypatch, django_assert_num_queries
):
    for number in range(14):
        place = district.far if number % 4 == 3 else district.near
        later = world.incident(place, at=NOW + timedelta(minutes=number))
        RepeatPair.objects.create(
            incident=later, earlier=two[0], probability=0.5 + number / 100, made_at=NOW,
            state="joined" if number else "open",
            answered_at=NOW + timedelta(minutes=number // 2) if number else None,
            answered_by_id=desk(district) if number else None,
        )  # fmt: skip
    scope = whole(district, role)
    with see_as(scope):
        for tab in repeats_queue.TABS:
            whole_list = list(repeats_queue.listed(scope, tab))
            for number in (1, 2):
                page = repeats_queue.page(scope, tab, str(number))
                if page.number == number:
                    assert list(page) == whole_list[(number - 1) * 10 : number * 10]
                assert page.paginator.count == len(whole_list)
        seen = len(list(repeats_queue.listed(scope, "joined")))
        assert seen > 10 or role != "dispatcher"
        monkeypatch.setattr(repeats_queue, "COUNTED", 4)
        monkeypatch.setattr(repeats_queue, "PAGE", 3)
        short = repeats_queue.page(scope, "joined", "1")
        assert (short.paginator.count, short.paginator.said) == (6, "6+"), "to one page beyond this one"
        assert repeats_queue.page(scope, "joined", "3").paginator.count == min(seen, 12)
    with see_as(NOBODY):
        assert list(repeats_queue.page(scope, "joined", "1")) == []


def test_the_page_answers_joins_and_hides_what_is_foreign(two, district, client):
    pair = pair_of(two, district)
    client.force_login(district.people["dispatcher"])
    page = client.get("/repeats/").content.decode()
    assert "并入" in page
    assert "赖水根" not in page or "赖*" in page
    assert client.post(f"/repeats/{pair.pk}/join/", {"why": ""}).status_code == 302
    pair.refresh_from_db()
    assert pair.state == "joined"
    assert "撤销" in client.get("/repeats/?tab=joined").content.decode()
    assert client.post(f"/repeats/{pair.pk}/undo/").status_code == 302
    assert client.post(f"/repeats/{pair.pk}/refuse/").status_code == 302
    assert client.get(f"/repeats/{pair.pk}/join/").status_code == 405
    assert client.post("/repeats/999999/join/").status_code == 404
    client.force_login(district.people["volunteer"])
    assert client.get("/repeats/").status_code == 403
