"""Who sees which case: the ORM's conditions and the database's own policies, each alone and against the other."""

from __future__ import annotations

import random
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from psycopg.conninfo import conninfo_to_dict

from tests import world
from tests.world import NOW
from twinloop.cases import actions, visibility
from twinloop.cases.models import (
    Attachment,
    Clock,
    Dispute,
    Feedback,
    Incident,
    IncidentLink,
    Merge,
    Note,
    Order,
    Party,
    Standing,
    Term,
)
from twinloop.ledger.models import Event
from twinloop.ledger.sight import NOBODY, SYSTEM, Scope, see_as

CASE_MODELS = [
    Attachment, Clock, Dispute, Feedback, Incident, IncidentLink, Merge, Note, Order, Party, Standing, Term,
]  # fmt: skip


@pytest.fixture
def cases(district):
    """One dispute with everything on it near, one far."""
    for place in (district.near, district.far):
        first = world.incident(place, caller=actions.Caller(world.person(phone="19900001234")))
        dispute = world.dispute(place, incident=first)
        actions.add_party(dispute, world.person(), side="a", by=None, at=NOW)
        actions.add_note(dispute, "双方都在", by=district.people["dispatcher"].pk, at=NOW)
        for action, given in (
            ("sort", {"type_code": "B1", "level": 2}),
            ("order", {"taker": world.account(f"taker{place.pk}", "officer")}),
        ):
            actions.move(dispute, action, by=None, roles=frozenset({"dispatcher"}), at=NOW, given=given)
    return district


SEEN = {  # role → disputes seen of the two
    "dispatcher": 2, "bureau": 2, "chief": 1, "community_officer": 1, "auxiliary": 1, "officer": 0, "mediator": 0,
    "volunteer": 0, "grid_worker": 0, "agency": 0, "auditor": 0, "security_admin": 0, "system_admin": 0,
}  # fmt: skip


@pytest.mark.parametrize("role", SEEN)
def test_each_role_sees_its_part_and_the_database_agrees(cases, role):
    scope = cases.scope(role)
    filtered = visibility.disputes(scope).count(), visibility.incidents(scope).count()
    assert filtered == (SEEN[role], SEEN[role])
    with see_as(scope):
        assert (Dispute.objects.count(), Incident.objects.count()) == filtered
        for model in (Party, Standing, Note, Order, IncidentLink, Clock):
            owners = set(model.objects.values_list("dispute", flat=True))
            assert owners <= set(visibility.disputes(scope).values_list("pk", flat=True)), model


@pytest.mark.parametrize("model", CASE_MODELS)
def test_without_a_scope_the_database_shows_nothing(cases, model):
    with see_as(NOBODY):
        assert model.objects.count() == 0


def test_a_plain_connection_of_the_application_sees_nothing(fresh_db, owner_url):
    """The policies alone, past Django: as an injected query or a forgotten filter would meet them."""
    import json
    import os

    with see_as(SYSTEM):
        world.dispute(world.district().near)
    app = conninfo_to_dict(json.loads(os.environ["PYTEST_TWINLOOP_URLS"])["app"])
    with psycopg.connect(**{**app, "dbname": fresh_db}) as there:
        tables = [m._meta.db_table for m in CASE_MODELS] + ["ledger_event"]
        assert {t: there.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in tables} == dict.fromkeys(tables, 0)
        assert there.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user").fetchone() == (
            False,
            False,
        )
        owner = there.execute(
            "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'cases_dispute'"
        ).fetchone()
        assert owner != ("twinloop_app",)


def test_whoever_works_on_a_dispute_sees_it_until_they_no_longer_do(cases):
    mediator = cases.people["mediator"]
    far = Dispute.objects.get(place=cases.far)
    joined = actions.involve(far, mediator, part="mediator", by=None, at=NOW)
    assert list(visibility.disputes(cases.scope("mediator"))) == [far]
    with see_as(cases.scope("mediator")):
        assert list(Dispute.objects.all()) == [far]
    joined.until = NOW + timedelta(hours=1)
    joined.save()
    assert list(visibility.disputes(cases.scope("mediator"))) == []


def test_the_taker_of_an_order_sees_its_dispute_only(cases):
    taker = Order.objects.get(dispute__place=cases.far).to_account
    scope = Scope(account=taker.pk, roles=frozenset({"officer"}), accounts=frozenset({taker.pk}))
    with see_as(scope):
        assert [d.place_id for d in Dispute.objects.all()] == [cases.far.pk]
        assert [d.place_id for d in visibility.disputes(scope)] == [cases.far.pk]


def test_caucus_notes_stay_on_their_side(cases):
    dispute = Dispute.objects.get(place=cases.near)
    ours, theirs = cases.people["mediator"], world.account("theirs", "mediator")
    actions.involve(dispute, ours, part="mediator", side="a", by=None, at=NOW)
    actions.involve(dispute, theirs, part="mediator", side="b", by=None, at=NOW)
    actions.add_note(dispute, "甲方底线 500 元", by=ours.pk, at=NOW, caucus_side="a")
    for person, expected in ((ours, {"双方都在", "甲方底线 500 元"}), (theirs, {"双方都在"})):
        scope = Scope(account=person.pk, roles=frozenset({"mediator"}), accounts=frozenset({person.pk}))
        with see_as(scope):
            assert {n.text for n in visibility.notes(scope, dispute)} == expected
            assert {n.text for n in Note.objects.filter(dispute=dispute)} == expected


def test_events_follow_their_dispute_and_looks_are_for_auditors(cases):
    near, far = Dispute.objects.get(place=cases.near), Dispute.objects.get(place=cases.far)
    actions.look(near, by=cases.people["chief"].pk, at=NOW, where="page")
    with see_as(cases.scope("chief")):
        assert Event.objects.filter(stream=near.stream, is_look=False).exists()
        assert not Event.objects.filter(stream=near.stream, is_look=True).exists()
        assert not Event.objects.filter(stream=far.stream).exists()
    with see_as(cases.scope("auditor")):
        assert Event.objects.filter(stream=near.stream, is_look=True).exists()
        assert Dispute.objects.count() == 0
    for role in ("security_admin", "system_admin"):
        with see_as(cases.scope(role)):
            assert not Event.objects.filter(stream__startswith="dispute:").exists()


def test_what_cannot_be_seen_cannot_be_changed(cases):
    far = Dispute.objects.get(place=cases.far)
    with see_as(cases.scope("chief")):
        assert Dispute.objects.filter(pk=far.pk).update(title="x") == 0


def test_filters_and_policies_agree_on_any_scope(cases, monkeypatch):
    """Two hundred random scopes over random cases: the ORM's answer is the database's answer."""
    rng = random.Random(7)
    places = [cases.near, cases.far, None]
    people = list(cases.people.values())
    for n in range(12):
        made = world.dispute(rng.choice(places), by=rng.choice([*people, None]), title=f"第 {n} 件")
        Dispute.objects.filter(pk=made.pk).update(
            owner=rng.choice([*people, None]),
            leader=rng.choice([*people, None]),
            station=rng.choice([cases.station, None]),
        )
        if n % 3 == 0:
            actions.involve(made, rng.choice(people), part="watcher", by=None, at=NOW)
        world.incident(rng.choice(places), by=rng.choice([*people, None]))
        actions.link(world.incident(rng.choice(places)), made, by=None, at=NOW, why="")
    for _ in range(200):
        scope = world.any_scope(rng, cases, people)
        with see_as(SYSTEM):
            expected = (set(visibility.disputes(scope)), set(visibility.incidents(scope)))
            for named in (500, 1):  # with one's own named beforehand, and where it is too much to name
                monkeypatch.setattr(visibility, "NAMED", named)
                assert set(visibility.listed(scope)) == expected[0]
        with see_as(scope):
            assert (set(Dispute.objects.all()), set(Incident.objects.all())) == expected
            assert set(visibility.listed(scope)) == expected[0]


def test_a_dispute_is_asked_by_itself_who_works_on_it(db):
    """Not the set of all that one works on: dear with many rows, so that the planner rather read every dispute."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_expr(polqual, polrelid) FROM pg_policy "
            "WHERE polrelid = 'cases_dispute'::regclass AND polname IN ('see', 'change')"
        )
        rules = [rule for (rule,) in cursor.fetchall()]
    assert len(rules) == 2
    assert all("cases_involvement.dispute_id = cases_dispute.id" in rule for rule in rules)
    assert all("id IN ( SELECT" not in rule for rule in rules)
