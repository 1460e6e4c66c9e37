"""The register: who joins, who is away, whom they must not mediate, who leaves; which sentence refuses what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from tests import world
from tests.world import NOW
from twinloop.cases import actions as cases
from twinloop.cases.telling import sentence
from twinloop.decide import Refused
from twinloop.decide.conflict import Conflict, Tie
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.mediators import actions, queries
from twinloop.mediation.mediators.actions import Given, Place
from twinloop.mediation.mediators.models import Absence, Bar, Mediator, Room
from twinloop.mediation.sessions.models import Mediation
from twinloop.people.models import Leave

DAY = NOW.date()
ID = "360726199001010011"


@pytest.fixture
def d(db: None) -> Iterator[world.District]:
    with see_as(SYSTEM):
        yield world.district()


def given(**facts: Any) -> Given:
    return Given(**{"name": "老李", "kind": "cadre", "skills": ["B1"], "languages": ["hakka"], **facts})


def elder(d: world.District, **facts: Any) -> Mediator:
    return actions.enrol(given(communities=[d.near], **facts), by=None, at=NOW, joined_on=date(2025, 1, 1))


def refused(act: Any, *args: Any, **facts: Any) -> str:
    with pytest.raises(Refused) as no:
        act(*args, **{"by": None, "at": NOW, **facts})
    assert sentence(no.value)
    return no.value.code


def test_a_mediator_joins_with_or_without_an_account_and_not_twice(d: world.District) -> None:
    made = elder(d, phone="13900001234")
    assert (made.left_on, list(made.communities.all()), made.kind) == (None, [d.near], "cadre")
    assert refused(actions.enrol, given(phone="13900001234")) == "mediator_twice"
    assert elder(d, phone="13900005678").pk != made.pk  # a namesake with another number

    account = d.people["mediator"]
    actions.enrol(given(name=account.name, account=account), by=None, at=NOW)
    assert refused(actions.enrol, given(name="别名", account=account)) == "mediator_twice"
    assert Event.objects.filter(verb="mediator_enrolled").count() == 3


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"name": " "}, "mediator_name"),
        ({"kind": ""}, "mediator_kind"),
        ({"kind": "officer"}, "mediator_post"),  # no police account behind it
        ({"account": "auxiliary", "kind": "cadre"}, "mediator_post"),
        ({"account": "officer", "kind": "auxiliary"}, "mediator_post"),
    ],
)
def test_a_line_that_says_too_little_or_the_wrong_post_is_refused(
    d: world.District, facts: dict[str, Any], code: str
) -> None:
    if "account" in facts:
        facts = {**facts, "account": d.people[facts["account"]]}
    assert refused(actions.enrol, given(**facts)) == code
    assert not Mediator.objects.exists()


def test_a_line_is_corrected_and_the_account_stays(d: world.District) -> None:
    account = d.people["mediator"]
    made = actions.enrol(given(name="赖桂英", account=account), by=None, at=NOW)
    room = actions.open_room(Place(name="近村社区警务室"), by=None, at=NOW)
    actions.change(made, given(name="赖桂英", kind="teacher", rooms=[room], account=None), by=None, at=NOW)
    made.refresh_from_db()
    assert (made.kind, made.account, list(made.rooms.all())) == ("teacher", account, [room])
    assert "mediator_changed" in set(Event.objects.values_list("verb", flat=True))


def _leads(d: world.District, made: Mediator, state: str, **facts: Any) -> Mediation:
    ended = {} if state == "open" else {"ended_at": NOW - timedelta(days=5)}
    return Mediation.objects.create(
        dispute=world.dispute(d.near), track="people", strength="seek", lead=made, accepted_on=DAY, opened_at=NOW,
        state=state, **{**ended, **facts},
    )  # fmt: skip


def test_who_still_leads_does_not_leave_and_who_left_is_not_changed(d: world.District) -> None:
    made = elder(d)
    running = _leads(d, made, "open")
    assert refused(actions.retire, made, DAY) == "mediator_busy"
    Mediation.objects.filter(pk=running.pk).update(state="settled", ended_at=NOW)
    assert refused(actions.retire, made, date(2024, 1, 1)) == "mediator_before"
    actions.retire(made, DAY, by=None, at=NOW)
    assert (made.left_on, list(queries.here(DAY))) == (DAY, [])
    for act, args in ((actions.change, (given(),)), (actions.be_away, (DAY, DAY)), (actions.retire, (DAY,))):
        assert refused(act, made, *args) == "mediator_left"


def test_figures_count_what_ended_in_a_year_and_refusals_for_nobody(d: world.District) -> None:
    made = elder(d)
    for state in ("open", "settled", "settled", "failed", "refused"):
        _leads(d, made, state)
    _leads(d, made, "failed", ended_at=NOW - timedelta(days=400))
    found = queries.figures([made], on=DAY)[made.pk]
    assert (found.open, found.settled, found.ended) == (1, 2, 3)
    with see_as(d.scope("volunteer")):  # counts alone: they do not hang on who looks
        assert queries.figures([made], on=DAY)[made.pk] == found


def test_the_own_calendar_holds_and_leave_of_the_account_counts_too(d: world.District) -> None:
    made = actions.enrol(given(account=d.people["mediator"]), by=None, at=NOW)
    away = actions.be_away(made, DAY + timedelta(3), DAY + timedelta(5), by=None, at=NOW, why="走亲戚")
    Leave.objects.create(
        account=d.people["mediator"], kind="sick", period=DateTimeTZRange(NOW, NOW + timedelta(hours=5))
    )
    assert refused(actions.be_away, made, DAY + timedelta(5), DAY + timedelta(9)) == "mediator_away_twice"
    assert refused(actions.be_away, made, DAY, None) == "mediator_away_days"
    assert refused(actions.be_away, made, DAY, DAY + timedelta(300)) == "mediator_away_days"
    assert refused(actions.be_away, made, DAY - timedelta(9), DAY - timedelta(8)) == "mediator_away_past"

    shown = queries.one(made.pk, DAY)
    assert shown is not None
    assert [(a.since, a.until) for a in queries.calendar(shown)] == [
        (DAY, DAY), (DAY + timedelta(3), DAY + timedelta(5))
    ]  # fmt: skip
    assert queries.away_on(shown, DAY + timedelta(5)) is not None
    assert queries.away_on(shown, DAY + timedelta(6)) is None
    actions.come_back(away, by=None, at=NOW)
    assert refused(actions.come_back, away) == "mediator_away_over"
    actions.be_away(made, DAY + timedelta(5), DAY + timedelta(9), by=None, at=NOW)


def test_the_database_holds_the_calendar_and_the_hours_of_a_room(d: world.District) -> None:
    made, when = elder(d), {"at": NOW}
    Absence.objects.create(mediator=made, period=DateRange(DAY, DAY + timedelta(2)), **when)
    room = Room.objects.create(name="近村社区警务室")
    broken: dict[str, Any] = {
        "mediators_away_once": lambda: Absence.objects.create(
            mediator=made, period=DateRange(DAY, DAY + timedelta(1)), **when
        ),
        "mediators_away_has_ends": lambda: Absence.objects.create(mediator=made, period=DateRange(DAY, None), **when),
        "mediators_room_hours": lambda: Room.objects.filter(pk=room.pk).update(opens_at=time(9), closes_at=time(8)),
        "mediators_room_kind": lambda: Room.objects.filter(pk=room.pk).update(kind="x"),
    }
    for name, act in broken.items():
        with pytest.raises(IntegrityError, match="mediators_away" if "ends" in name else name), transaction.atomic():
            act()


def test_a_relative_a_party_and_one_who_complained_are_found_by_name_or_number(d: world.District) -> None:
    dispute = world.dispute(d.near)
    party = world.person("王秀兰", phone="13900001234")
    cases.add_party(dispute, party, side="a", by=None, at=NOW)
    free, kin, self_, heard = (
        elder(d), elder(d, name="老王", phone="13900002222"), elder(d, name="王秀兰", phone="13900001234"),
        elder(d, name="老赵", phone="13900003333"),
    )  # fmt: skip
    kept = actions.bar(kin, "relative", world.person("王秀兰"), by=None, at=NOW)
    actions.bar(heard, "complaint", world.person("王某", phone="13900001234"), by=None, at=NOW)
    assert (kept.name_masked, "王秀兰" in str(Event.objects.values_list("data", flat=True))) == ("王*兰", False)

    found = queries.ties([free, kin, self_, heard], dispute)
    assert found == {
        free.pk: frozenset(), kin.pk: {Tie.RELATIVE}, self_.pk: {Tie.PARTY}, heard.pk: {Tie.COMPLAINT}
    }  # fmt: skip
    with see_as(d.scope("community_officer")):  # who may not read the bar is stopped by it all the same
        assert queries.ties([kin], dispute) == {kin.pk: {Tie.RELATIVE}}
    actions.unbar(kept, "弄错了，同名", by=None, at=NOW)
    assert queries.ties([kin], dispute) == {kin.pk: frozenset()}
    assert refused(actions.unbar, kept, "再撤") == "mediator_bar_over"
    assert refused(actions.unbar, kept, " ") == "mediator_bar_why"


def test_a_namesake_with_a_known_number_is_no_party(d: world.District) -> None:
    dispute = world.dispute(d.near)
    cases.add_party(dispute, world.person("王秀兰", phone="13900001234"), side="a", by=None, at=NOW)
    numbered, unknown = elder(d, name="王秀兰", id_number=ID), elder(d, name="王秀兰")
    assert queries.ties([numbered, unknown], dispute) == {numbered.pk: frozenset(), unknown.pk: {Tie.PARTY}}


def test_conflicts_name_every_reason_of_each(d: world.District) -> None:
    dispute = world.dispute(d.near)
    auxiliary = actions.enrol(given(name="小吴", kind="auxiliary", account=d.people["auxiliary"]), by=None, at=NOW)
    old = elder(d)
    found = queries.conflicts_of([auxiliary, old], dispute, on=DAY, track="police", unwanted=[old.pk], away=[old.pk])
    assert [r.code for r in found[auxiliary.pk]] == [Conflict.AUXILIARY_LEADS]
    assert [r.code for r in found[old.pk]] == [Conflict.UNWANTED, Conflict.ABSENT, Conflict.NOT_SWORN]
    assert queries.conflicts_of([auxiliary], dispute, on=DAY, leads=False)[auxiliary.pk] == ()


@pytest.mark.parametrize(
    ("facts", "code"),
    [({"kind": "x"}, "mediator_bar_kind"), ({"name": ""}, "mediator_bar_who")],
)
def test_a_bar_says_whom_and_why(d: world.District, facts: dict[str, str], code: str) -> None:
    who = world.person(facts.get("name", "王秀兰"))
    assert refused(actions.bar, elder(d), facts.get("kind", "relative"), who) == code
    assert not Bar.objects.exists()


def test_a_room_has_hours_and_is_closed_without_being_lost(d: world.District) -> None:
    hours = {"weekdays": [1, 3], "opens_at": time(9), "closes_at": time(11)}
    place = Place(name="近村社区警务室", kind="station", place=d.near, **hours)  # type: ignore[arg-type]
    made = actions.open_room(place, by=None, at=NOW)
    assert (made.weekdays, list(queries.rooms(DAY))) == ([1, 3], [made])
    for facts, code in (
        ({"name": ""}, "mediator_room_name"),
        ({"name": made.name}, "mediator_room_twice"),
        ({"name": "x", "opens_at": time(9)}, "mediator_room_hours"),
        ({"name": "x", "opens_at": time(9), "closes_at": time(9)}, "mediator_room_hours"),
        ({"name": "x", "seats": 1}, "mediator_room_seats"),
    ):
        assert refused(actions.open_room, Place(**facts)) == code
    actions.change_room(made, Place(name=made.name, closed_on=DAY), by=None, at=NOW)
    assert (list(queries.rooms(DAY)), Room.objects.count()) == ([], 1)


def test_bars_and_absences_are_read_by_whom_the_policies_name(d: world.District) -> None:
    own = actions.enrol(given(account=d.people["mediator"]), by=None, at=NOW)
    actions.be_away(own, DAY, DAY, by=None, at=NOW)
    for one in (own, elder(d)):
        Bar.objects.create(mediator=one, kind="relative", keys=[uuid4()], name_masked="王*", at=NOW)
    seen = {}
    for role in world.ROLES:
        held = d.scope(role)
        with see_as(held):
            asked = sum(queries.bars(held, one).count() for one in Mediator.objects.all())
            seen[role] = (Bar.objects.count(), asked, Absence.objects.count())
    choosers = dict.fromkeys(("dispatcher", "officer", "community_officer", "chief", "bureau"), (2, 2, 1))
    none = dict.fromkeys(("volunteer", "grid_worker", "agency", "auditor", "security_admin", "system_admin"), (0, 0, 0))
    assert seen == {**choosers, **none, "mediator": (1, 1, 1), "auxiliary": (0, 0, 1)}
