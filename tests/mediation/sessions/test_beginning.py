"""A mediation begins where the gate is open and nobody refuses; its clock counts; it ends with its dispute."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from tests.mediation.sessions.scene import CIVIL, NOW, Scene, at, due, refused, scene
from twinloop.cases.models import Dispute, Involvement, Standing
from twinloop.cases.sealing import Identity
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.mediators.actions import barring
from twinloop.mediation.mediators.models import Bar, Mediator
from twinloop.mediation.sessions import actions
from twinloop.mediation.sessions.models import Mediation


@pytest.fixture
def s(db: None) -> Iterator[Scene]:
    with see_as(SYSTEM):
        yield scene()


def test_a_mediation_begins_and_its_clock_counts_thirty_days(s: Scene) -> None:
    made = s.begin()

    assert (made.state, s.dispute.state, made.lead) == ("open", "mediating", s.elder)
    assert due(made, "people_mediation") == date(2026, 5, 18)  # the 16th is a Saturday
    assert Involvement.objects.filter(dispute=s.dispute, account=s.elder.account, part="mediator").exists()
    assert Event.objects.filter(stream=s.dispute.stream, verb="mediation_chosen").count() == 1
    assert refused(s.begin) == "mediation_open"


def test_police_mediation_is_led_by_a_sworn_officer_and_begins_in_three_working_days(s: Scene) -> None:
    auxiliary = Mediator.objects.create(
        account=s.district.people["auxiliary"], name="小吴", kind="auxiliary", joined_on=date(2020, 1, 1)
    )
    assert refused(s.police, lead=auxiliary) == "mediation_lead_auxiliary"
    assert refused(s.police, lead=s.elder) == "mediation_lead_sworn"
    made = s.police()
    assert due(made, "police_mediation_first") == date(2026, 4, 21)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"facts": {}}, "mediation_gate"),  # nobody answered what it is
        ({"facts": {"nature": "criminal", "party_refuses": False}}, "mediation_gate"),
        ({"facts": {"nature": "civil", "party_refuses": True}}, "mediation_gate"),
        ({"accepted_on": NOW.date() + timedelta(days=1)}, "mediation_future"),
    ],
)
def test_what_the_gate_shuts_is_not_begun(s: Scene, facts: dict[str, object], code: str) -> None:
    assert refused(s.begin, **facts) == code
    s.dispute.refresh_from_db()
    assert (Mediation.objects.count(), s.dispute.state) == (0, "handling")


def test_who_refuses_the_track_or_the_mediator_is_heard(s: Scene) -> None:
    said = actions.unwilling(s.b, track="people", why="不想谈", by=None, at=NOW)
    assert refused(actions.unwilling, s.b, track="people", by=None, at=NOW) == "mediation_unwilling_twice"
    assert refused(s.begin) == "mediation_gate"
    actions.lift(said, by=None, at=NOW)
    actions.unwilling(s.a, mediator=s.elder, by=None, at=NOW)
    assert refused(s.begin) == "mediation_unwanted"
    assert s.begin(lead=s.officer).state == "open"


def test_a_relative_and_one_who_left_do_not_mediate(s: Scene) -> None:
    bar = Bar.objects.create(mediator=s.elder, kind="relative", keys=s.a.search_keys, name_masked="王*兰", at=NOW)
    assert refused(s.begin) == "mediation_barred"
    Bar.objects.filter(pk=bar.pk).update(ended_at=NOW, ended_why="弄错了")
    partly = barring.bar(s.elder, "relative", Identity(name="王秀兰", phone="13900000127"), by=None, at=NOW)
    assert len(partly.keys) == 2  # the party is known by name alone: one key that meets is enough
    assert refused(s.begin) == "mediation_barred"
    Bar.objects.filter(pk=partly.pk).update(ended_at=NOW, ended_why="弄错了")
    Mediator.objects.filter(pk=s.elder.pk).update(left_on=NOW.date())
    s.elder.refresh_from_db()
    assert refused(s.begin) == "mediator_left"


def test_violence_at_home_and_a_dispute_elsewhere_are_not_mediated(s: Scene) -> None:
    Standing.objects.filter(dispute=s.dispute).update(domestic_violence=True)
    assert refused(s.begin) == "mediation_violence"
    Standing.objects.filter(dispute=s.dispute).update(domestic_violence=False)
    Dispute.objects.filter(pk=s.dispute.pk).update(state="sorted")
    assert refused(s.begin) == "mediation_not_now"


def test_both_sides_may_add_days_to_peoples_mediation(s: Scene) -> None:
    made = s.begin()
    day = date(2026, 6, 10)
    assert refused(actions.extend, made, day, both_agree=False, by=s.by, at=NOW) == "mediation_consent"
    assert refused(actions.extend, made, date(2026, 5, 1), both_agree=True, by=s.by, at=NOW) == "mediation_extend_day"
    actions.extend(made, day, both_agree=True, by=s.by, at=NOW)
    assert (made.extended_to, due(made, "people_mediation")) == (day, day)


def test_police_mediation_is_not_extended(s: Scene) -> None:
    assert refused(actions.extend, s.police(), date(2026, 6, 1), both_agree=True, by=s.by, at=NOW) == (
        "mediation_extend_people"
    )


def test_a_mediation_ends_with_its_dispute_and_another_may_begin(s: Scene) -> None:
    made = s.begin()
    assert actions.tidy(at=NOW) == 0
    Dispute.objects.filter(pk=s.dispute.pk).update(state="handling")
    again = s.begin(at=at(2))
    made.refresh_from_db()
    assert (made.state, again.state) == ("ended", "open")
    assert refused(actions.extend, made, date(2026, 6, 1), both_agree=True, by=s.by, at=NOW) == "mediation_over"
    assert CIVIL["nature"] == again.gate_facts["nature"]
