"""The database refuses what no action would write: each constraint broken once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from tests import world
from tests.world import NOW
from twinloop.cases import actions
from twinloop.cases.models import (
    Attachment,
    Clock,
    ClockPause,
    ClockRule,
    Dispute,
    DisputeType,
    Feedback,
    HolidayYear,
    Incident,
    IncidentLink,
    Involvement,
    Merge,
    Note,
    Number,
    Order,
    ParameterSet,
    Party,
    SavedView,
    Term,
)  # fmt: skip

EARLIER, LATER = NOW - timedelta(hours=1), NOW + timedelta(hours=1)


def _things(d: world.District) -> dict[str, object]:
    call, dispute = world.incident(d.near), world.dispute(d.near)
    order = Order.objects.create(dispute=dispute, to_account=d.people["officer"], sent_at=NOW)
    return {
        "d": d, "call": call, "dispute": dispute, "other": world.dispute(d.near), "order": order,
        "link": actions.link(call, dispute, by=None, at=NOW, why=""),
        "party": actions.add_party(dispute, world.person(), side="a", by=None, at=NOW),
        "clock": actions.open_clock("transfer", dispute=dispute, by=None, at=NOW),
        "account": d.people["officer"],
    }  # fmt: skip


def party(t, **facts):
    return Party.objects.create(dispute=t["dispute"], side="a", name_sealed=b"x", name_masked="王*", **facts)


def a_set(t, **facts):
    given = {"kind": "scorecard", "since": NOW.date(), "values": {}, "version": "x", "why": "x"} | facts
    return ParameterSet.objects.create(by=t["account"], at=NOW, **given)


BREAKS = {
    "cases_type_once": lambda t: DisputeType.objects.create(
        code="B1", name="x", period=DateRange(date(2026, 1, 1), None), alarm110=1, zongzhi="01", mediation_stat=1
    ),
    "cases_type_code": lambda t: DisputeType.objects.create(
        code="b1", name="x", period=DateRange(None, None), alarm110=1, zongzhi="01", mediation_stat=1
    ),
    "cases_type_alarm110": lambda t: DisputeType.objects.create(
        code="E1", name="x", period=DateRange(None, None), alarm110=10, zongzhi="01", mediation_stat=1
    ),
    "cases_type_mediation": lambda t: DisputeType.objects.create(
        code="E1", name="x", period=DateRange(None, None), alarm110=1, zongzhi="01", mediation_stat=19
    ),
    "cases_number_day": lambda t: [Number.objects.create(kind="ZZ", day=NOW.date()) for _ in range(2)],
    "cases_incident_outside_once": lambda t: [world.incident(t["d"].near, outside_number="1") for _ in range(2)],
    "cases_incident_received_after": lambda t: Incident.objects.filter(pk=t["call"].pk).update(reported_at=LATER),
    "cases_incident_says_something": lambda t: world.incident(t["d"].near, narrative=""),
    "cases_incident_position_whole": lambda t: world.incident(t["d"].near, latitude=25),
    "cases_incident_type_of_dispute": lambda t: world.incident(
        t["d"].near, reported_kind="crime", reported_type="B1"
    ),
    "cases_link_one_dispute": lambda t: IncidentLink.objects.create(
        incident=t["call"], dispute=t["other"], linked_at=NOW
    ),
    "cases_link_undone_after": lambda t: IncidentLink.objects.filter(pk=t["link"].pk).update(unlinked_at=EARLIER),
    "cases_order_about_something": lambda t: Order.objects.create(to_account=t["account"], sent_at=NOW),
    "cases_order_to_somebody": lambda t: Order.objects.create(dispute=t["other"], sent_at=NOW),
    "cases_order_one_open": lambda t: Order.objects.create(
        dispute=t["dispute"], to_account=t["account"], sent_at=NOW
    ),
    "cases_order_outside_once": lambda t: [
        Order.objects.create(incident=t["call"], outside_number="1", sent_at=NOW) for _ in range(2)
    ],
    "cases_order_in_time_order": lambda t: Order.objects.filter(pk=t["order"].pk).update(signed_at=EARLIER),
    "cases_feedback_one_final": lambda t: [
        Feedback.objects.create(order=t["order"], at=NOW, text="x", is_final=True) for _ in range(2)
    ],
    "cases_feedback_outside_once": lambda t: [
        Feedback.objects.create(order=t["order"], at=NOW, text="x", outside_number="1") for _ in range(2)
    ],
    "cases_feedback_about_something": lambda t: Feedback.objects.create(at=NOW, text="x"),
    "cases_feedback_says_something": lambda t: Feedback.objects.create(order=t["order"], at=NOW, text=""),
    "cases_dispute_level": lambda t: Dispute.objects.update(level=4),
    "cases_dispute_round": lambda t: Dispute.objects.update(round=0),
    "cases_dispute_merged_somewhere": lambda t: Dispute.objects.update(state="merged", state_before="sorted"),
    "cases_dispute_not_into_itself": lambda t: Dispute.objects.filter(pk=t["dispute"].pk).update(
        state="merged", state_before="sorted", merged_into=t["dispute"]
    ),
    "cases_dispute_knows_way_back": lambda t: Dispute.objects.update(state="transferred"),
    "cases_dispute_closed_at": lambda t: Dispute.objects.update(state="closed"),
    "cases_dispute_started": lambda t: Dispute.objects.update(started_on=date(1912, 1, 1)),
    "cases_dispute_state_known": lambda t: Dispute.objects.update(state="lost"),
    "cases_term_once": lambda t: [Term.objects.create(dispute=t["dispute"], number=1, text="x") for _ in range(2)],
    "cases_term_amount": lambda t: Term.objects.create(dispute=t["dispute"], number=1, text="x", amount_yuan=0),
    "cases_term_one_end": lambda t: Term.objects.create(
        dispute=t["dispute"], number=1, text="x", performed_on=NOW.date(), broken_on=NOW.date()
    ),
    "cases_term_says_something": lambda t: Term.objects.create(dispute=t["dispute"], number=1, text=""),
    "cases_involved_once": lambda t: [
        Involvement.objects.create(dispute=t["dispute"], account=t["account"], part="handler", since=NOW)
        for _ in range(2)
    ],
    "cases_involved_order": lambda t: Involvement.objects.create(
        dispute=t["dispute"], account=t["account"], part="handler", since=NOW, until=EARLIER
    ),
    "cases_merge_once": lambda t: [
        Merge.objects.create(source=t["dispute"], target=t["other"], at=NOW, why="x") for _ in range(2)
    ],
    "cases_merge_two": lambda t: Merge.objects.create(source=t["other"], target=t["other"], at=NOW, why="x"),
    "cases_party_not_itself": lambda t: Party.objects.filter(pk=t["party"].pk).update(represents=t["party"].pk),
    "cases_party_guardian_of_somebody": lambda t: party(t, is_guardian=True),
    "cases_party_firm_is_no_person": lambda t: party(t, is_firm=True, is_minor=True),
    "cases_note_says_something": lambda t: Note.objects.create(dispute=t["dispute"], at=NOW, text=""),
    "cases_attachment_size": lambda t: Attachment.objects.create(
        dispute=t["dispute"], at=NOW, name="x", stored="x", kind="pdf", media_type="x", size=0, sha256="x"
    ),
    "cases_view_once": lambda t: [
        SavedView.objects.create(account=t["account"], page="disputes", name="x", query="") for _ in range(2)
    ],
    "cases_rule_once": lambda t: [
        ClockRule.objects.create(code="transfer", since=NOW.date(), value=1, unit="hour", source="x") for _ in range(2)
    ],
    "cases_rule_warn": lambda t: ClockRule.objects.create(
        code="transfer", since=NOW.date(), value=1, unit="hour", source="x", warn_percent=0
    ),
    "cases_rule_climb": lambda t: ClockRule.objects.create(
        code="transfer", since=NOW.date(), value=1, unit="hour", source="x", climb_minutes=0
    ),
    "cases_rule_source": lambda t: ClockRule.objects.create(
        code="transfer", since=NOW.date(), value=1, unit="hour", source=""
    ),
    "cases_parameter_chain": lambda t: [a_set(t) for _ in range(2)],
    "cases_parameter_kind": lambda t: a_set(t, kind="moods"),
    "cases_parameter_why": lambda t: a_set(t, why=""),
    "cases_year_range": lambda t: HolidayYear.objects.create(year=1900, source="x"),
    "cases_clock_about_something": lambda t: Clock.objects.create(rule="transfer", started_at=NOW),
    "cases_clock_one_open": lambda t: Clock.objects.create(rule="transfer", dispute=t["dispute"], started_at=NOW),
    "cases_clock_due_after": lambda t: Clock.objects.filter(pk=t["clock"].pk).update(due_at=EARLIER),
    "cases_clock_met_after": lambda t: Clock.objects.filter(pk=t["clock"].pk).update(met_at=EARLIER),
    "cases_pause_once": lambda t: [
        ClockPause.objects.create(clock=t["clock"], period=DateTimeTZRange(NOW, None), why="x") for _ in range(2)
    ],
    "cases_pause_period": lambda t: ClockPause.objects.create(
        clock=t["clock"], period=DateTimeTZRange(NOW, NOW), why="x"
    ),
    "cases_pause_why": lambda t: ClockPause.objects.create(
        clock=t["clock"], period=DateTimeTZRange(NOW, None), why=""
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BREAKS)
def test_constraint_holds(district, name):
    things = _things(district)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        BREAKS[name](things)


def test_every_constraint_is_broken_here():
    """A constraint without a test that breaks it fails: what is not tried may not hold."""
    ours = {c.name for m in _models() for c in m._meta.constraints}
    assert ours == set(BREAKS)


def _models():
    from django.apps import apps

    return apps.get_app_config("cases").get_models()
