"""What people say of items: every refusal, every constraint, who may, and that what was said comes back on its day."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from tests import world
from tests.followup.daily.conftest import CUT, turned
from tests.world import NOW
from twinloop.cases.models import Clock, Dispute
from twinloop.decide import Refused
from twinloop.followup.daily import actions, queries
from twinloop.followup.daily.models import Confirmation, Day, Hours, Item
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, Scope, see_as
from twinloop.people.models import Leave

DAY, NEXT = date(2026, 4, 16), timedelta(days=1)


def refused(code: str, act) -> None:
    with pytest.raises(Refused) as found:
        act()
    assert found.value.code == code


@pytest.fixture
def item(street):
    turned(NOW)
    return street.item()


def carry(street, item, role="community_officer", reason="agreed", why="", until=DAY + NEXT, at=NOW):
    who = street.person(role)
    return actions.carry(item, reason, why, until, by=who.pk, scope=street.scope(role), at=at)


def hand_on(street, item, to, why="换班", role="community_officer", at=NOW):
    return actions.hand_on(item, to, why, by=street.person(role).pk, scope=street.scope(role), at=at)


def test_a_carry_over_without_a_reason_is_refused_and_leaves_nothing(street, item):
    for code, wrong in (
        ("day_reason", {"reason": ""}),
        ("day_reason", {"reason": "unexplained"}),
        ("day_why", {"reason": "other"}),
        ("day_until", {"until": None}),
        ("day_until_early", {"until": DAY}),
        ("day_until_far", {"until": DAY + 8 * NEXT}),
        ("day_cut_over", {"at": CUT}),
    ):
        refused(code, lambda wrong=wrong: carry(street, item, **wrong))
    item.refresh_from_db()
    assert (item.end, item.reason) == ("", "")
    assert not Event.objects.filter(verb="day_carried").exists()


def test_carried_with_a_reason_it_comes_back_on_its_day(street, item):
    row = carry(street, item, until=DAY + 2 * NEXT, why="电话 13900000127 打不通")
    assert (row.end, row.ended_by, row.why) == ("carried", street.owner, "电话 139****0127 打不通")
    told = Event.objects.get(verb="day_carried")
    assert (told.stream, told.by, told.data["reason"]) == (street.dispute.stream, street.owner, "agreed")
    actions.turn(at=CUT)
    assert Day.objects.get(day=DAY).items.get().reason == "agreed"  # the cut left a person's word alone
    assert turned(NOW + NEXT).items.count() == 0  # it rests
    actions.turn(at=CUT + NEXT)
    again = turned(NOW + 2 * NEXT).items.get()
    assert (again.carries, again.first_on) == (1, DAY)


def test_the_third_time_only_the_chief(street, item):
    Item.objects.filter(pk=item.pk).update(carries=2)
    item.refresh_from_db()
    refused("day_chief", lambda: carry(street, item))
    assert carry(street, item, "chief").ended_by == street.person("chief")


def test_what_is_not_in_ones_name_is_not_ones_to_carry(street, item):
    refused("day_not_yours", lambda: carry(street, item, "auxiliary"))
    assert carry(street, item, "dispatcher").end == "carried"


def test_a_deputy_acts_in_the_leave(street, item):
    period = DateTimeTZRange(NOW - NEXT, NOW + NEXT)
    Leave.objects.create(account=street.owner, kind="annual", period=period, deputy=street.person("officer"))
    assert carry(street, item, "officer").ended_by == street.person("officer")


def test_who_comes_second_is_told(street, item):
    stale = Item.objects.get(pk=item.pk)
    carry(street, item)
    refused("day_ended", lambda: carry(street, stale, "chief"))
    refused("day_ended", lambda: hand_on(street, stale, street.other.pk))


def test_handed_on_it_is_in_anothers_name_from_the_next_day(street, item):
    refused("day_taker", lambda: hand_on(street, item, None))
    refused("day_taker_same", lambda: hand_on(street, item, street.owner.pk))
    refused("day_why", lambda: hand_on(street, item, street.other.pk, why=" "))
    refused("day_taker_unknown", lambda: hand_on(street, item, street.person("mediator").pk))
    row = hand_on(street, item, street.other.pk)
    assert (row.end, row.given_to) == ("handed", street.other)
    assert Event.objects.get(verb="day_handed").data["to"] == "钟志华"
    actions.turn(at=CUT)
    following = turned(NOW + NEXT).items.get()
    assert (following.holder, following.is_given, following.carries) == (street.other, True, 0)
    actions.turn(at=CUT + NEXT)  # nobody said anything: it stays in that name
    assert turned(NOW + 2 * NEXT).items.get().holder == street.other


def test_taken_back_it_is_open_until_the_cut(street, item):
    carry(street, item)
    row = actions.take_back(item, by=street.owner.pk, scope=street.scope("community_officer"), at=NOW)
    assert (row.end, row.reason, row.until, row.ended_by) == ("", "", None, None)
    scope = street.scope("community_officer")
    refused("day_nothing", lambda: actions.take_back(item, by=street.owner.pk, scope=scope, at=NOW))
    carry(street, item)
    actions.turn(at=CUT)
    refused("day_cut_over", lambda: actions.take_back(item, by=street.owner.pk, scope=scope, at=CUT))


def test_done_after_all_it_is_closed(street, item):
    carry(street, item)
    Dispute.objects.filter(pk=street.dispute.pk).update(state="handling")
    turned(NOW + timedelta(hours=1))
    item.refresh_from_db()
    assert item.end == "closed"


def test_a_chief_checks_and_what_will_not_do_is_owed_the_next_day(street, item):
    chief = street.person("chief")

    def check(verdict="rejected", why="没有约过", role="chief"):
        by = street.person(role).pk
        return actions.check(item, verdict, why, by=by, scope=street.scope(role), at=NOW)

    refused("day_not_carried", check)
    carry(street, item, until=DAY + 5 * NEXT)
    refused("day_not_chief", lambda: check(role="dispatcher"))
    refused("day_why", lambda: check(why=""))
    assert check().checked_by == chief
    actions.turn(at=CUT)
    assert turned(NOW + NEXT).items.get().carries == 1
    assert [one.key for one in queries.carried(SYSTEM)] == []  # the newer row is open


def test_a_day_is_confirmed_after_its_cut_once_by_its_chief(street, item):
    day, station = item.day, street.district.station

    def confirm(role="chief", where=station):
        return actions.confirm(day, where, "已看", by=street.person(role).pk, scope=street.scope(role), at=CUT)

    refused("day_not_cut", confirm)
    actions.turn(at=CUT)
    day.refresh_from_db()
    refused("day_not_chief", lambda: confirm("community_officer"))
    refused("day_not_your_station", lambda: confirm(where=street.district.other))
    refused("day_not_your_station", lambda: confirm(where=None))
    assert confirm().by == street.person("chief")
    refused("day_confirmed", confirm)
    assert confirm("bureau", None).station is None
    refused("day_confirmed", lambda: confirm("bureau", None))


def test_the_hours_are_a_setting_that_holds_from_its_day(street):
    def put(cut=time(18), handover=time(7), since=DAY + NEXT, why="冬令", role="bureau"):
        by = street.person(role).pk
        return actions.set_hours(cut, handover, since=since, why=why, by=by, scope=street.scope(role), at=NOW)

    turned(NOW)
    refused("hours_editor", lambda: put(role="chief"))
    refused("hours_too_soon", lambda: put(since=DAY))
    refused("hours_order", lambda: put(handover=time(19)))
    refused("hours_why", lambda: put(why=" "))
    put()
    refused("hours_twice", put)
    assert actions.turn(at=NOW.replace(hour=18)).cut is None  # today keeps its own
    actions.turn(at=CUT)
    following = Day.objects.get(made_at=None)
    assert following.cut_at == (NOW + NEXT).replace(hour=18)
    assert actions.turn(at=(NOW + NEXT).replace(hour=18)).cut == DAY + NEXT


# --- the responsible officer ------------------------------------------------------------------------------------------


def test_all_of_an_officers_disputes_change_hands_with_clocks_and_history(street):
    second = world.dispute(street.district.near, title="第二件", owner=street.owner)
    clock = street.clocked(CUT)
    Clock.objects.filter(pk=clock.pk).update(owner=street.owner)

    def move(
        numbers=(street.dispute.number, second.number), new=street.other.pk, why="调岗", role="chief", old=street.owner
    ):
        scope = street.scope(role)
        return actions.transfer(numbers, old, new, why, by=street.person(role).pk, scope=scope, at=NOW)

    refused("owner_not_leader", lambda: move(role="community_officer"))
    refused("owner_nobody", lambda: move(numbers=()))
    refused("owner_why", lambda: move(why=""))
    refused("owner_taker", lambda: move(new=None))
    refused("owner_taker", lambda: move(new=street.person("mediator").pk))
    refused("owner_same", lambda: move(new=street.owner.pk))
    foreign = world.dispute(street.district.far, owner=street.owner)
    refused("owner_foreign", lambda: move(numbers=[street.dispute.number, foreign.number, "JF999999-999"]))
    assert Dispute.objects.filter(owner=street.other).count() == 0  # all or none
    assert move() == 2
    assert set(Dispute.objects.filter(owner=street.other)) == {street.dispute, second}
    clock.refresh_from_db()
    assert clock.owner == street.other
    told = Event.objects.filter(verb="owner_changed", stream=street.dispute.stream).get()
    assert (told.why, told.data["new"]) == ("调岗", "钟志华")
    refused("owner_foreign", move)  # not that officer's any more
    turned(NOW)
    assert street.item().holder == street.other


# --- the database holds the truth -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"end": "gone", "ended_at": NOW},
        {"end": "closed"},
        {"ended_at": NOW},
        {"end": "carried", "ended_at": NOW, "until": DAY},
        {"end": "carried", "ended_at": NOW, "reason": "agreed"},
        {"end": "carried", "ended_at": NOW, "reason": "other", "until": DAY},
        {"end": "handed", "ended_at": NOW, "why": "换班"},
        {"verdict": "accepted"},
        {"verdict": "accepted", "checked_at": NOW},
    ],
)
def test_a_half_ended_item_is_impossible(item, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Item.objects.filter(pk=item.pk).update(**wrong)


def test_doubles_are_impossible(street, item):
    with pytest.raises(IntegrityError), transaction.atomic():
        Item.objects.create(day=item.day, key=item.key, kind="step", number="x", url="/", since=NOW, first_on=DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Day.objects.create(day=DAY, through=DAY, opened_at=NOW, cut_at=CUT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Day.objects.create(day=DAY + NEXT, through=DAY, opened_at=NOW, cut_at=CUT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Day.objects.filter(pk=item.day_id).update(made_at=CUT - NEXT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Hours.objects.create(since=DAY, cut=time(8), handover=time(9), why="x", at=NOW)
    for _ in range(2):
        made = Confirmation(day=item.day, station=None, by=street.owner, at=NOW)
        if not Confirmation.objects.exists():
            made.save()
            continue
        with pytest.raises(IntegrityError), transaction.atomic():
            made.save()


def test_the_database_shows_what_the_query_shows(street):
    """Without the application's filter, each scope meets the same rows."""
    world.dispute(street.district.far, title="远处")
    street.ordered(street.other)
    turned(NOW)
    officer = Scope(account=street.other.pk, accounts=frozenset({street.other.pk}), roles=frozenset({"officer"}))
    scopes = [*(street.scope(role) for role in world.ROLES), Scope(account=1), officer]
    sizes = set()
    for scope in scopes:
        wanted = set(queries.visible(scope).values_list("pk", flat=True))
        with see_as(scope):
            assert set(Item.objects.values_list("pk", flat=True)) == wanted, scope.roles
            assert set(queries.visible(scope).values_list("pk", flat=True)) == wanted
        sizes.add(len(wanted))
    assert sizes == {0, 1, 2, 3}
