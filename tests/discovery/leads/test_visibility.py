"""Who sees which lead: the ORM's conditions and the database's own policies, each against the other."""

from __future__ import annotations

import random

import pytest
from django.db import IntegrityError, transaction

from tests import world
from tests.discovery.leads.leading import lead, photo
from tests.world import NOW
from twinloop.cases.models import Incident
from twinloop.discovery.leads import actions, tracking, visibility
from twinloop.discovery.leads.models import Lead, LeadPhoto, LeadRemark, Pace
from twinloop.ledger.models import Event
from twinloop.ledger.sight import NOBODY, SYSTEM, see_as

CODE = "7K3P-9XQ2-M4TD-HV6A"


@pytest.fixture
def leads(district):
    """One lead near and one far, each with a photo and a remark; the near one of the volunteer."""
    for place, reporter in ((district.near, district.people["volunteer"]), (district.far, None)):
        made = lead(place, reporter=reporter, photos=[photo()])
        actions.add_remark(made, "又吵了", by=None, at=NOW)
    return district


SEEN = {  # role → leads seen of the two
    "dispatcher": 2, "bureau": 2, "chief": 1, "community_officer": 1, "volunteer": 1, "auxiliary": 0, "officer": 0,
    "mediator": 0, "grid_worker": 0, "agency": 0, "auditor": 0, "security_admin": 0, "system_admin": 0,
}  # fmt: skip


@pytest.mark.parametrize("role", SEEN)
def test_each_role_sees_its_part_and_the_database_agrees(leads, role):
    scope = leads.scope(role)
    filtered = set(visibility.leads(scope))
    assert len(filtered) == SEEN[role]
    with see_as(scope):
        assert set(Lead.objects.all()) == filtered
        for model in (LeadPhoto, LeadRemark):
            assert {row.lead for row in model.objects.all()} == filtered
        streams = set(Event.objects.filter(stream__startswith="lead:").values_list("stream", flat=True))
        assert streams == ({found.stream for found in filtered} if role != "auditor" else streams)


def test_without_a_scope_nothing_and_with_a_code_that_one(leads):
    with see_as(SYSTEM), tracking.holding(CODE):
        tracked = lead(leads.near, source="resident", code=CODE)
    with see_as(NOBODY):
        assert Lead.objects.count() == LeadPhoto.objects.count() == LeadRemark.objects.count() == 0
        with tracking.holding(CODE):
            assert list(Lead.objects.all()) == [tracked]
            assert Incident.objects.count() == 0
        assert Lead.objects.count() == 0
        with tracking.holding(""):
            assert Lead.objects.count() == 0


def test_filters_and_policies_agree_on_any_scope(leads):
    rng = random.Random(11)
    people = list(leads.people.values())
    for _ in range(12):
        lead(rng.choice([leads.near, leads.far, None]), reporter=rng.choice([*people, None]))
    for _ in range(150):
        scope = world.any_scope(rng, leads, people, roles=world.ROLES)
        with see_as(SYSTEM):
            expected = set(visibility.leads(scope))
        with see_as(scope):
            assert set(Lead.objects.all()) == expected


def test_what_cannot_be_seen_cannot_be_changed(leads):
    with see_as(leads.scope("chief")):
        assert Lead.objects.filter(place=leads.far).update(text="x") == 0


BROKEN = {
    "leads_lead_says_something": {"text": ""},
    "leads_lead_source_known": {"source": "rumour"},
    "leads_lead_state_known": {"state": "lost", "decided_at": NOW},
    "leads_lead_decided_when_over": {"decided_at": NOW},
    "leads_lead_became_incident": {"state": "accepted", "decided_at": NOW},
    "leads_lead_declined_with_reason": {"state": "declined", "decided_at": NOW},
    "leads_lead_one_reporter": {"outside_phone_sealed": b"x"},
    "leads_lead_code_expires": {"code_digest": b"x" * 32, "code_expires_at": NOW},
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_database_refuses_what_no_action_writes(leads, name):
    made = Lead.objects.get(place=leads.near)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Lead.objects.filter(pk=made.pk).update(**BROKEN[name])


def test_a_joined_lead_names_its_dispute(leads):
    made = Lead.objects.get(place=leads.near)
    call = world.incident(leads.near)
    with pytest.raises(IntegrityError, match="leads_lead_joined_somewhere"), transaction.atomic():
        Lead.objects.filter(pk=made.pk).update(state="joined", decided_at=NOW, incident=call)


def test_photos_remarks_and_counts_have_their_constraints(leads):
    made = Lead.objects.get(place=leads.near)
    for name, write in (
        ("leads_photo_size", lambda: made.photos.update(size=0)),
        ("leads_remark_says_something", lambda: made.remarks.update(text="")),
        ("leads_pace_once", lambda: [Pace.objects.create(key="k", span=1, until=NOW) for _ in range(2)]),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            write()
