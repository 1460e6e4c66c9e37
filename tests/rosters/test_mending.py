"""Somebody falls ill; two people swap; who may read what."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.urls import reverse

from tests.rosters.making import DAY, MONDAY, auxiliary, away, fresh, moment, published, spots
from tests.world import NOW, ROLES
from twinloop.cases.telling import sentence
from twinloop.decide import Refused
from twinloop.discovery.posts import actions as posts
from twinloop.discovery.posts.models import Shift
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, Scope, see_as
from twinloop.notices import telling
from twinloop.rosters import actions, rights
from twinloop.rosters.actions import Spot
from twinloop.rosters.models import Bar, Cell, Rota, Swap, Told, Version
from twinloop.rosters.queries import reading, visibility


def shifts(crew):
    rows = Shift.objects.filter(place__in=crew.places, dropped_at__isnull=True, on__gte=MONDAY)
    return {Spot(one.on, one.account_id, one.place_id) for one in rows}


def test_ill_at_seven_the_smallest_change_is_proposed_confirmed_and_told(crew):
    rota = published(crew)
    one = next(s for s in sorted(spots(rota)) if s.on > MONDAY)
    ill = next(p for p in crew.people if p.pk == one.account)
    seven = moment(one.on, 7)
    away(ill, one.on, one.on, at=seven)
    before = shifts(crew)
    made = actions.propose(rota, by=None, at=seven)
    assert shifts(crew) == before
    assert fresh(rota).current_id == rota.current_id
    assert (made.state, made.sort, made.base_id) == ("proposed", "repair", rota.current_id)
    moved = spots(rota) ^ actions.spots(made.cells.all())
    assert one in moved
    assert len(moved) == 2
    assert {move["person"] for move in made.moves} == {s.account for s in moved}
    assert [m["facts"]["rule"] for m in made.moves if m["person"] == ill.pk and m["on"] == f"{one.on}"] == [
        "roster_leave"
    ]
    actions.confirm_repair(made, by=None, at=seven)
    assert shifts(crew) == actions.spots(made.cells.all())
    assert fresh(rota).current_id == made.pk
    assert set(Told.objects.filter(version=made).values_list("account", flat=True)) == {s.account for s in moved}
    told = Event.objects.filter(verb="rota_days_changed", body__contains=f'"version":{made.no}')
    assert set(told.values_list("stream", flat=True)) == {f"account:{s.account}" for s in moved}


def test_a_day_that_has_begun_is_not_planned_again(crew):
    rota = published(crew)
    one = sorted(spots(rota))[0]
    assert actions.since_of(rota, moment(one.on, 7)) == one.on
    assert actions.since_of(rota, moment(one.on, 9)) == one.on + DAY
    assert actions.since_of(rota, NOW) == MONDAY


def test_a_rota_that_stands_needs_no_repair_and_two_proposals_do_not_wait_at_once(crew):
    rota = published(crew)
    with pytest.raises(Refused, match="repair_none"):
        actions.propose(rota, by=None, at=NOW)
    one = sorted(spots(rota))[-1]
    away(next(p for p in crew.people if p.pk == one.account), one.on, one.on)
    made = actions.propose(rota, by=None, at=NOW)
    with pytest.raises(Refused, match="repair_waiting"):
        actions.propose(rota, by=None, at=NOW)
    with pytest.raises(Refused, match="rota_why"):
        actions.refuse_repair(made, " ", by=None, at=NOW)
    actions.refuse_repair(made, "所长自己去", by=None, at=NOW)
    assert shifts(crew) == spots(rota)
    with pytest.raises(Refused, match="repair_decided"):
        actions.confirm_repair(made, by=None, at=NOW)
    assert Version.objects.get(pk=made.pk).state == "refused"


def test_a_proposal_on_a_rota_that_changed_meanwhile_is_stale(crew):
    rota = published(crew)
    one = sorted(spots(rota))[-1]
    away(next(p for p in crew.people if p.pk == one.account), one.on, one.on)
    made = actions.propose(rota, by=None, at=NOW)
    actions.change(rota, [], [one], "先撤下来", by=None, at=NOW)
    with pytest.raises(Refused, match="repair_stale"):
        actions.confirm_repair(made, by=None, at=NOW)


def test_a_proposal_that_a_newer_leave_breaks_is_refused_with_the_rule(crew):
    rota = published(crew)
    one = sorted(spots(rota))[-1]
    away(next(p for p in crew.people if p.pk == one.account), one.on, one.on)
    made = actions.propose(rota, by=None, at=NOW)
    come = next(s for s in actions.spots(made.cells.all()) - spots(rota))
    stand_in = next(p for p in crew.people if p.pk == come.account)
    away(stand_in, come.on, come.on)
    with pytest.raises(Refused) as no:
        actions.confirm_repair(made, by=None, at=NOW)
    assert "请假" in sentence(no.value)
    assert stand_in.name in sentence(no.value)
    assert fresh(rota).current_id == rota.current_id


def test_a_draft_is_not_repaired(crew):
    rota = actions.begin(crew.district.station, MONDAY, 1, by=None, at=NOW)
    with pytest.raises(Refused, match="rota_state"):
        actions.propose(rota, by=None, at=NOW)


# --- swaps ----------------------------------------------------------------------------------------------------------


def pair(rota, crew):
    """A shift, and somebody who has nothing on that day and on the two about it."""
    found = spots(rota)
    for one in sorted(found):
        for person in crew.people:
            if person.pk != one.account and not any(s.account == person.pk and s.on == one.on for s in found):
                return one, next(p for p in crew.people if p.pk == one.account), person
    raise AssertionError


def test_a_swap_is_asked_answered_and_confirmed_and_only_then_holds(crew):
    rota = published(crew)
    one, asker, partner = pair(rota, crew)
    swap = actions.ask_swap(rota, asker, partner, one.on, why="孩子开家长会", at=NOW)
    before = shifts(crew)
    with pytest.raises(Refused, match="swap_state"):
        actions.confirm_swap(swap, by=None, at=NOW)
    actions.answer_swap(swap, agrees=True, by=partner.pk, at=NOW)
    assert shifts(crew) == before
    made = actions.confirm_swap(swap, by=crew.district.people["chief"].pk, at=NOW)
    assert made.sort == "swap"
    assert made.why == "孩子开家长会"
    assert before ^ shifts(crew) == {one, Spot(one.on, partner.pk, one.place)}
    assert Swap.objects.get().state == "confirmed"
    assert {t.account_id for t in Told.objects.filter(version=made)} == {asker.pk, partner.pk}


def test_a_day_for_a_day(crew):
    rota = published(crew)
    found = spots(rota)
    one, asker, partner = pair(rota, crew)
    back = next((s for s in sorted(found) if s.account == partner.pk
                 and not any(t.account == asker.pk and t.on == s.on for t in found)), None)  # fmt: skip
    assert back is not None
    swap = actions.ask_swap(rota, asker, partner, one.on, back.on, at=NOW)
    actions.answer_swap(swap, agrees=True, by=partner.pk, at=NOW)
    actions.confirm_swap(swap, by=None, at=NOW)
    assert found ^ spots(rota) == {
        one, back, Spot(one.on, partner.pk, one.place), Spot(back.on, asker.pk, back.place)
    }  # fmt: skip


def test_a_swap_that_breaks_a_rule_is_refused_with_the_rule(crew):
    rota = published(crew)
    one, asker, partner = pair(rota, crew)
    place = next(p for p in crew.places if p.pk == one.place)
    actions.bar(partner, place, "complaint", by=None, at=NOW)
    with see_as(Scope(account=asker.pk, roles=frozenset({"auxiliary"}), accounts=frozenset({asker.pk}))):
        assert not Bar.objects.exists()  # nobody but a planner reads it
        with pytest.raises(Refused) as no:
            actions.ask_swap(rota, asker, partner, one.on, at=NOW)
    assert sentence(no.value) == f"{partner.name} {one.on} {place.short}：不能去这个村（回避）"
    assert not Swap.objects.exists()


def test_a_swap_declined_refused_withdrawn_or_late_changes_nothing(crew):
    rota = published(crew)
    one, asker, partner = pair(rota, crew)
    before = shifts(crew)
    swap = actions.ask_swap(rota, asker, partner, one.on, at=NOW)
    with pytest.raises(Refused, match="swap_twice"):
        actions.ask_swap(rota, asker, partner, one.on, at=NOW)
    actions.answer_swap(swap, agrees=False, by=partner.pk, at=NOW)
    swap = actions.ask_swap(rota, asker, partner, one.on, at=NOW)
    with pytest.raises(Refused, match="rota_why"):
        actions.refuse_swap(swap, "", by=None, at=NOW)
    actions.refuse_swap(swap, "那天有活动", by=None, at=NOW)
    swap = actions.ask_swap(rota, asker, partner, one.on, at=NOW)
    actions.withdraw_swap(swap, by=asker.pk, at=NOW)
    actions.ask_swap(rota, asker, partner, one.on, at=NOW)
    assert actions.lapse(at=moment(one.on, 1)) == 0
    assert actions.lapse(at=moment(one.on + DAY, 1)) == 1
    states = list(Swap.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["declined", "refused", "withdrawn", "lapsed"]
    assert shifts(crew) == before


def test_only_the_person_asked_answers_and_only_the_asker_withdraws(crew):
    rota = published(crew)
    one, asker, partner = pair(rota, crew)
    swap = actions.ask_swap(rota, asker, partner, one.on, at=NOW)
    for check, account in ((rights.check_answer, asker), (rights.check_withdraw, partner)):
        with pytest.raises(Refused, match="swap_not_yours"):
            check(swap, Scope(account=account.pk))
    with pytest.raises(Refused, match="swap_self"):
        actions.ask_swap(rota, asker, asker, one.on, at=NOW)
    with pytest.raises(Refused, match="swap_no_shift"):
        actions.ask_swap(rota, partner, asker, one.on, at=NOW)


# --- wishes and terms -----------------------------------------------------------------------------------------------


def test_wishes_are_weighed_and_refused_twice(crew):
    me, day = crew.people[0], MONDAY + 2 * DAY
    made = actions.wish(me, day, at=NOW)
    with pytest.raises(Refused, match="wish_twice"):
        actions.wish(me, day, at=NOW)
    with pytest.raises(Refused, match="wish_past"):
        actions.wish(me, NOW.date(), at=NOW)
    with pytest.raises(Refused, match="wish_place"):
        actions.wish(me, place=crew.places[0].parent, at=NOW)
    assert day not in {s.on for s in spots(published(crew)) if s.account == me.pk}
    actions.unwish(made, by=me.pk, at=NOW)
    actions.wish(me, day, at=NOW)


def test_a_bar_is_set_once_and_its_event_keeps_the_reason(crew):
    made = actions.bar(crew.people[0], crew.places[0], "complaint", by=None, at=NOW)
    with pytest.raises(Refused, match="bar_twice"):
        actions.bar(crew.people[0], crew.places[0], "home", by=None, at=NOW)
    event = Event.objects.get(verb="rota_bar_set")
    assert "complaint" not in f"{event.body}{event.why}"
    actions.unbar(made, by=None, at=NOW)
    with pytest.raises(Refused, match="bar_gone"):
        actions.unbar(made, by=None, at=NOW)


# --- check-ins against the plan -------------------------------------------------------------------------------------


def test_what_is_kept_stays_whatever_the_rota_says_later(crew):
    rota = published(crew)
    one = sorted(spots(rota))[0]
    shift = Shift.objects.get(on=one.on, account=one.account, dropped_at__isnull=True)
    posts.keep_many({shift: (moment(one.on, 8), None)}, at=moment(one.on, 8))
    actions.drop(rota, "重排", by=None, at=moment(one.on, 8) + timedelta(minutes=5))
    assert shifts(crew) == {one}


# --- who reads ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_each_role_reads_its_part_and_the_database_agrees(crew, role):
    draft = actions.begin(crew.district.station, MONDAY + 28 * DAY, 1, by=None, at=NOW)
    shown = published(crew)
    district = actions.begin(None, MONDAY + 42 * DAY, 1, by=None, at=NOW)
    keys = [draft.pk, shown.pk, district.pk]
    expected = {"dispatcher": 3, "bureau": 3, "chief": 2, "auxiliary": 1}.get(role, 0)
    scope = crew.district.scope(role)
    with see_as(scope):
        assert visibility.rotas(scope).filter(pk__in=keys).count() == expected
        assert Rota.objects.filter(pk__in=keys).count() == expected
        assert bool(Cell.objects.filter(version__rota=shown).count()) == (expected > 0)
        streams = Event.objects.filter(stream__in=[f"rota:{pk}" for pk in keys]).values("stream").distinct()
        assert streams.count() == (3 if role == "auditor" else expected)


def test_filters_and_policies_agree_on_any_scope(crew):
    rota = published(crew)
    one, asker, partner = pair(rota, crew)
    actions.ask_swap(rota, asker, partner, one.on, at=NOW)
    rng = random.Random(8)
    for _ in range(80):
        scope = Scope(
            account=1,
            sees_all=rng.random() < 0.1,
            stations=frozenset(rng.sample([crew.district.station.pk, crew.district.other.pk], rng.randint(0, 2))),
            accounts=frozenset(rng.sample([p.pk for p in crew.people], rng.randint(0, 2))),
        )
        with see_as(scope):
            assert set(visibility.rotas(scope).values_list("pk", flat=True)) == set(
                Rota.objects.values_list("pk", flat=True)
            )
            assert set(visibility.swaps(scope).values_list("pk", flat=True)) == set(
                Swap.objects.values_list("pk", flat=True)
            )
    with see_as(SYSTEM):
        assert Rota.objects.filter(pk=rota.pk).exists()


def test_who_is_asked_to_swap_reads_the_offer_though_without_a_day_in_the_rota(crew):
    rota = published(crew, weeks=1)
    idle = auxiliary("idle", crew.district, crew.places[0])
    one = sorted(spots(rota))[0]
    actions.ask_swap(rota, next(p for p in crew.people if p.pk == one.account), idle, one.on, at=NOW)
    with see_as(Scope(account=idle.pk, roles=frozenset({"auxiliary"}), accounts=frozenset({idle.pk}))) as scope:
        assert [swap.gives_on for swap in reading.mine(scope, at=NOW).offered] == [one.on]


def test_whose_days_change_are_told_and_nobody_of_what_they_did_themselves(crew):
    rota = published(crew)
    one, asker, partner = pair(rota, crew)
    told = telling.told_to()
    events = Event.objects.filter(verb="rota_days_changed")
    assert {who for event in events for who in told["rota_days_changed"].who(event)} == {s.account for s in spots(rota)}
    actions.ask_swap(rota, asker, partner, one.on, at=NOW)
    asked = Event.objects.filter(verb="swap_asked")
    assert [who for event in asked for who in told["swap_asked"].who(event)] == [partner.pk]
    assert {told["swap_asked"].link(event) for event in asked} == {("", reverse("my_rota"))}
