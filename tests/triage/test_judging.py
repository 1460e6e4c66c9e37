"""What was suggested is kept, what people said beside it; neither can be changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError

from tests import world
from tests.world import NOW
from twinloop.cases.models import Incident
from twinloop.decide import Refused
from twinloop.ledger.models import Event
from twinloop.ledger.sight import NOBODY, SYSTEM, see_as
from twinloop.people.scope import scope_of
from twinloop.triage import actions, queries, visibility
from twinloop.triage.models import Judgement

DEBT = "报警人称王某去年借了他三万块钱，有借条，约好年底还，到现在一分不还，上门去要钱也不肯还钱"
KNIFE = "邻居拿菜刀讲要砍死我全家，因为排水沟的事"


@pytest.fixture
def district(db):
    with see_as(SYSTEM):
        yield world.district()


def desk(district):
    return district.people["dispatcher"].pk


def test_judging_keeps_what_was_said_and_why(district):
    incident = world.incident(district.near, narrative=DEBT)
    said = actions.judge(incident, by=desk(district), at=NOW)
    kept = Judgement.objects.get(incident=incident, what="sorting")
    assert (said["sorting"]["kind"], said["sorting"]["type"]) == ("dispute", "C1")
    assert kept.answer["type"] == "C1"
    assert kept.by is None
    assert kept.reasons
    assert kept.params_version
    assert Event.objects.filter(stream=incident.stream, verb="judged").count() == 1


def test_a_weapon_and_a_threat_to_kill_are_level_one_at_once(district):
    incident = world.incident(district.near, narrative=KNIFE)
    said = actions.judge(incident, by=desk(district), at=NOW)
    assert {"weapon", "death_threat"} <= {flag["code"] for flag in said["sorting"]["flags"]}
    assert said["level"]["level"] == 1
    assert Judgement.objects.get(incident=incident, what="level").answer["floor"] == 1


def test_a_person_takes_the_suggestion(district):
    incident = world.incident(district.near, narrative=DEBT)
    actions.judge(incident, by=None, at=NOW)
    word = actions.confirm(incident, by=desk(district), at=NOW)
    assert word.overrules is None
    assert word.by_id == desk(district)
    incident = Incident.objects.get(pk=incident.pk)
    assert (incident.reported_kind, incident.reported_type, incident.confirmed_type) == ("dispute", "C1", "")


def test_overruling_after_handling_keeps_the_suggestion_and_the_reason(district):
    incident = world.incident(district.near, narrative=DEBT)
    actions.judge(incident, by=None, at=NOW)
    word = actions.overrule(
        incident, kind="dispute", type_code="C3", why="到场看到的不同", by=desk(district), at=NOW, handled=True
    )
    assert word.overrules.answer["type"] == "C1"
    assert word.why == "到场看到的不同"
    incident = Incident.objects.get(pk=incident.pk)
    assert (incident.confirmed_kind, incident.confirmed_type) == ("dispute", "C3")
    assert Event.objects.filter(stream=incident.stream, verb="sorting_overruled").count() == 1


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"kind": "dispute", "type_code": "C3", "why": " "}, "judgement_why_missing"),
        ({"kind": "dispute", "type_code": "C1", "why": "x"}, "judgement_same"),
        ({"kind": "dispute", "type_code": "", "why": "x"}, "judgement_type_missing"),
        ({"kind": "help", "type_code": "A1", "why": "x"}, "judgement_type_of_none"),
        ({"kind": "dispute", "type_code": "Z9", "why": "x"}, "judgement_unknown_type"),
        ({"kind": "war", "type_code": "", "why": "x"}, "judgement_unknown_kind"),
        ({"kind": "help", "type_code": "", "why": "长" * 201}, "judgement_too_long"),
    ],
)
def test_what_cannot_be_overruled(district, given, code):
    incident = world.incident(district.near, narrative=DEBT)
    actions.judge(incident, by=None, at=NOW)
    with pytest.raises(Refused) as refused:
        actions.overrule(incident, **given, by=desk(district), at=NOW)
    assert refused.value.code == code
    assert Judgement.objects.filter(incident=incident, by__isnull=False).count() == 0


def test_nothing_suggested_cannot_be_confirmed(district):
    incident = world.incident(district.near)
    with pytest.raises(Refused) as refused:
        actions.confirm(incident, by=desk(district), at=NOW)
    assert refused.value.code == "judgement_nothing"


def test_a_suggestion_while_typing_stores_nothing(district):
    found = queries.suggestion(DEBT, at=NOW, scope=SYSTEM)
    assert (found.best.kind, found.best.type) == ("dispute", "C1")
    assert found.best.name == "C1 债务借贷"
    assert Judgement.objects.count() == 0


# --- the table's own rules --------------------------------------------------------------------------------------------


def row(**facts):
    return Judgement(what="sorting", answer={}, params_version="x", at=NOW, **facts)


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("triage_judgement_about_something", lambda i, s: row()),
        ("triage_judgement_people_overrule", lambda i, s: row(incident=i, overrules=s)),
        ("triage_judgement_what_known", lambda i, s: Judgement(what="luck", incident=i, answer={}, at=NOW)),
    ],
)
def test_constraints_hold(district, name, broken):
    incident = world.incident(district.near, narrative=DEBT)
    actions.judge(incident, by=None, at=NOW)
    standing = queries.latest(incident, "sorting")
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        broken(incident, standing).save()


@pytest.mark.parametrize("verb", ["UPDATE triage_judgement SET why = 'x'", "DELETE FROM triage_judgement"])
def test_a_judgement_cannot_be_changed(district, verb):
    incident = world.incident(district.near, narrative=DEBT)
    actions.judge(incident, by=None, at=NOW)
    before = list(Judgement.objects.values())
    # without an UPDATE or DELETE policy no row is found; whoever passes by the policies meets the trigger
    with transaction.atomic(), connection.cursor() as cursor:
        try:
            cursor.execute(verb)
            assert cursor.rowcount == 0
        except InternalError:
            transaction.set_rollback(True)
    assert list(Judgement.objects.values()) == before


@pytest.mark.parametrize("role", ["dispatcher", "chief", "officer", "volunteer", "auditor"])
def test_a_judgement_is_seen_by_those_who_see_the_incident_and_the_database_agrees(district, role):
    for place in (district.near, district.far):
        actions.judge(world.incident(place, narrative=DEBT), by=None, at=NOW)
    scope = scope_of(district.people[role], at=NOW + timedelta(hours=1))
    with see_as(scope):
        by_policy = set(Judgement.objects.values_list("pk", flat=True))
    by_query = set(visibility.judgements(scope).values_list("pk", flat=True))
    assert by_policy == by_query
    assert len(by_query) == {"dispatcher": 6, "chief": 3}.get(role, 0)
    with see_as(NOBODY):
        assert not Judgement.objects.exists()
