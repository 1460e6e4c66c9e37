"""What must be known before a case is judged or shown: facts, rules, calendar, people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from twinloop.cases.models import ClockRule, Dispute, DisputeType, HolidayYear, Standing, Term
from twinloop.decide import clocks
from twinloop.decide.clocks import RULES, Calendar, Rule, RuleCode, rule_for
from twinloop.decide.workflow import Facts, How, State
from twinloop.people.models import Account, Unit
from twinloop.places.models import Place


def station_for(place: Place | None) -> Unit | None:
    """The station of a community, or of its township: the nearest one that says it serves it."""
    while place is not None:
        found = place.units.filter(kind=Unit.Kind.STATION, closed_on__isnull=True).order_by("code").first()
        if found is not None:
            return found
        place = place.parent
    return None


def facts_of(
    dispute: Dispute, standing: Standing, *, reason: str = "", given: Mapping[str, Any] | None = None
) -> Facts:
    """`workflow.Facts` from the record, with what the move's own form brought (`given`)."""
    given = given or {}
    terms = Term.objects.filter(dispute=dispute, dropped_at__isnull=True)
    rows = [(t.number, t.performed_on is not None) for t in terms]
    return Facts(
        level=dispute.level,
        type_given=bool(dispute.type_code),
        taker_given=given.get("taker") is not None,
        reason_given=bool(reason.strip()),
        review_written=bool(standing.review.strip()),
        in_community=bool(given.get("in_community")),
        gate_open=standing.gate_open,
        gate_articles=tuple(standing.gate_articles),
        gate_reasons=tuple(standing.gate_reasons),
        domestic_violence=standing.domestic_violence,
        offence=standing.offence,
        settled_by=standing.settled_by,
        settled_how=How(standing.settled_how) if standing.settled_how else None,
        settled_on=standing.settled_on,
        terms_given=bool(standing.terms_text),
        letter_served=standing.letter_served,
        terms_owed=tuple(n for n, _ in rows),
        terms_performed=tuple(n for n, done in rows if done),
        terms_broken=standing.terms_broken,
        callback_reached=standing.callback_reached,
        callback_dissatisfied=standing.callback_dissatisfied,
        leader_signed=standing.leader_signed_at is not None,
        decision_given=bool(standing.decision),
        application_approved=standing.application_approved,
        receipt=bool(standing.transfer_receipt),
        merge_target_given=given.get("target") is not None,
        state_before=State(dispute.way_back[-1]) if dispute.way_back else None,
        linked_incident=standing.linked_incident_after,
        linked_days=standing.linked_days,
        order_returned=standing.order_returned,
        sessions_failed=standing.sessions_failed,
        party_unwilling=standing.party_unwilling,
        group_event=standing.group_event,
        minors=standing.minors,
        violence=standing.violence,
        first_unsettled=standing.first_unsettled,
    )


def rule_of(code: RuleCode, at: datetime) -> Rule:
    """The rule in force for a clock that starts at `at`: the administrator's dated row, else the built-in one."""
    rows = [
        Rule(
            code=RuleCode(r.code),
            value=r.value,
            unit=clocks.Unit(r.unit),
            rest_day=clocks.RestDay(r.rest_day),
            since=r.since,
            source=r.source,
            warn_percent=r.warn_percent,
            climb_minutes=r.climb_minutes,
        )
        for r in ClockRule.objects.filter(code=code)
    ]
    return rule_for(code, at.astimezone(clocks.CHINA).date(), [*rows, *RULES])


def calendar() -> Calendar:
    """Working days as chinesecalendar knows them, and the years that an administrator typed in."""
    years = list(HolidayYear.objects.all())
    return Calendar(
        holidays=frozenset(d for y in years for d in y.holidays),
        workdays=frozenset(d for y in years for d in y.workdays),
        years=frozenset(y.year for y in years),
    )


def working_day(day: date) -> bool:
    return calendar().is_working(day)


def types(on: date) -> list[DisputeType]:
    """The types in force on a day."""
    return list(DisputeType.objects.filter(period__contains=on))


def type_names() -> dict[str, str]:
    """Code → name, the newest name where a code was renamed."""
    return dict(DisputeType.objects.order_by("code", "period").values_list("code", "name"))


def community_officer(place: Place, *, on: date) -> Account | None:
    """The community officer whose communities hold `place`; the first by number where there are several."""
    return _holding("community_officer", on).filter(communities=place).order_by("username").first()


def leader_for(dispute: Dispute, *, on: date) -> Account | None:
    """Who takes the case in charge (包案): the station's chief at level 2, a bureau leader at level 1."""
    if dispute.level == 1:
        return _holding("bureau", on).order_by("username").first()
    chiefs = _holding("chief", on).order_by("username")
    return next((c for c in chiefs if c.unit and (s := c.unit.station) and s.pk == dispute.station_id), None)


def _holding(role: str, on: date) -> QuerySet[Account]:
    """Active people who hold `role` on a day."""
    return Account.objects.filter(is_active=True, grants__role=role, grants__period__contains=on).select_related(
        "unit__parent"
    )
