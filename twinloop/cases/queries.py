"""What must be known before a case is judged or shown: facts, rules, calendar, people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import F, Func, JSONField, Model, QuerySet, Subquery
from django.db.models.functions import Now, TruncDate

from twinloop.cases import parameters
from twinloop.cases.held import held
from twinloop.cases.models import ClockRule, Dispute, DisputeType, HolidayYear, ParameterSet, Standing, Term
from twinloop.cases.telling import language
from twinloop.decide import clocks, words
from twinloop.decide.clocks import RULES, Calendar, Rule, RuleCode, rule_for
from twinloop.decide.parameters import ParameterKind, shipped
from twinloop.decide.sorting.codes import TYPES, SortingLabel
from twinloop.decide.workflow import Facts, How, State, second_round
from twinloop.ledger.models import Event
from twinloop.people.models import Account, Unit
from twinloop.places.models import Place


def _columns(model: type[Model], of: str) -> tuple[list[str], str]:
    names = [field.attname for field in model._meta.concrete_fields]
    return names, ", ".join(f"{of}.{field.column}" for field in model._meta.concrete_fields)


_PLACE, _HERE = _columns(Place, "here")
_UNIT, _STATION = _columns(Unit, "station")
# a place, what it lies in, and the nearest station that says it serves one of them
_PLACED = f"""SELECT {parameters.TOLD}, {_HERE}, {_columns(Place, "town")[1]}, {_columns(Place, "county")[1]},
        {_STATION}
    FROM places_place here LEFT JOIN places_place town ON town.id = here.parent_id
        LEFT JOIN places_place county ON county.id = town.parent_id
        LEFT JOIN LATERAL (SELECT u.* FROM people_unit u JOIN people_unit_places served ON served.unit_id = u.id
            WHERE u.kind = 'station' AND u.closed_on IS NULL AND served.place_id IN (here.id, town.id, county.id)
            ORDER BY array_position(ARRAY[here.id, town.id, county.id], served.place_id), u.code LIMIT 1)
            AS station ON true
    WHERE here.code = %s"""  # noqa: S608 - our own names


def placed(code: str, *, at: datetime) -> Place | None:
    """The place of a code with those it lies in.

    Within `settings_held` its station is then known to `station_for`, and what holds on the day of `at` to `in_force`.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PLACED, [at.astimezone(clocks.CHINA).date(), code])
        found = cursor.fetchone()
    if found is None:
        return None
    sets, *row = found
    parameters.tell(at, sets)
    size = len(_PLACE)
    line = [row[at : at + size] for at in (0, size, 2 * size)]
    here = None
    for values in reversed(line):
        if values[0] is not None:
            inner = Place.from_db(connection.alias, _PLACE, values)
            inner._state.fields_cache["parent"] = here
            here = inner
    assert here is not None
    station = row[3 * size :]
    found = Unit.from_db(connection.alias, _UNIT, station) if station[0] is not None else None
    held(("station", here.pk), lambda: found)
    return here


def station_for(place: Place | None) -> Unit | None:
    """The station of a community, or of its township: the nearest one that says it serves it."""
    return held(("station", place.pk if place else None), lambda: _station_for(place))


def _station_for(place: Place | None) -> Unit | None:
    line = []
    while place is not None:
        line.append(place.pk)
        place = place.parent
    stations = Unit.objects.filter(kind=Unit.Kind.STATION, closed_on__isnull=True, places__in=line)
    found = stations.annotate(serves=F("places")).order_by("code") if line else ()
    return min(found, key=lambda unit: line.index(unit.serves), default=None)  # the first by code among equals


def facts_of(
    dispute: Dispute, standing: Standing, *, reason: str = "", given: Mapping[str, Any] | None = None
) -> Facts:
    """`workflow.Facts` from the record, with what the move's own form brought (`given`)."""
    given = given or {}
    # terms are written down together with their text, so that most disputes need not be asked for theirs
    terms = Term.objects.filter(dispute=dispute, dropped_at__isnull=True) if standing.terms_text else ()
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


def called_for(dispute: Dispute, standing: Standing) -> tuple[str, ...]:
    """Why another round is due (`workflow.Trigger`); of a reopened one also what its settlement fell for."""
    now = [str(trigger) for trigger in second_round(facts_of(dispute, standing))]
    if dispute.state == State.REOPENED:
        fell = Event.objects.filter(stream=dispute.stream, verb="reopen", is_look=False).order_by("-seq")
        now += fell.values_list("data__triggers", flat=True).first() or []
    return tuple(dict.fromkeys(now))


def rule_of(code: RuleCode, at: datetime) -> Rule:
    """The rule in force for a clock that starts at `at`: the administrator's dated row, else the built-in one."""
    rows = held(("rule", code), lambda: _rules(code))
    return rule_for(code, at.astimezone(clocks.CHINA).date(), [*rows, *RULES])


def _rules(code: RuleCode) -> list[Rule]:
    return [
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


def calendar() -> Calendar:
    """Working days as chinesecalendar knows them, and the years that an administrator typed in."""
    return held("calendar", _calendar)


def _calendar() -> Calendar:
    years = list(HolidayYear.objects.all())
    return Calendar(
        holidays=frozenset(d for y in years for d in y.holidays),
        workdays=frozenset(d for y in years for d in y.workdays),
        years=frozenset(y.year for y in years),
    )


def working_day(day: date) -> bool:
    return calendar().is_working(day)


def types(on: date) -> list[DisputeType]:
    """The types in force on a day, in the district's order, by the names that hold on it; closed ones are left out."""
    rows = [row.worded(row.said) for row in _types(on).filter(period__contains=on)]
    return sorted((row for row in rows if row.is_active), key=lambda row: (row.place_in_list, row.code))


def type_names() -> dict[str, str]:
    """Code → name, the newest name where a code was renamed; closed ones too, since old disputes keep their code."""
    return dict(held("names", _type_names))


def shown_type_names() -> dict[str, str]:
    """`type_names` for pages: in English the types that carry the words they came with are said in English."""
    names = type_names()
    if language() != words.ENGLISH:
        return names
    came = {code.value: words.template(code).removesuffix("纠纷") for code in TYPES}
    return {
        code: words.say(SortingLabel(code), words.ENGLISH) if came.get(code) == name.removesuffix("纠纷") else name
        for code, name in names.items()
    }


def _type_names() -> dict[str, str]:
    rows = _types(TruncDate(Now(), tzinfo=clocks.CHINA)).order_by("code", "period").values_list("code", "name", "said")
    return {code: said["name"] if said else name for code, name, said in rows}


def _types(on: date | TruncDate) -> Any:  # a QuerySet of types, each with `said`
    """Rows with what the set of words in force says of them (`said`), in one query: names are asked on every page."""
    newest = ParameterSet.objects.filter(kind="types", since__lte=on).order_by("-id").values("values")[:1]
    of_code = Func(
        Subquery(newest), F("code"), template="(%(expressions)s)", arg_joiner=" -> ", output_field=JSONField()
    )
    return DisputeType.objects.annotate(said=of_code)


def set_values(kind: ParameterKind, row: ParameterSet | None, *, on: date) -> dict[str, Any]:
    """What stands in a set; of the shipped one (`row` None) the types have the names of their first day."""
    if row is not None:
        return dict(row.values)
    values = shipped(kind)
    if kind is ParameterKind.TYPES:
        for known in DisputeType.objects.filter(period__contains=on):
            values[known.code]["name"] = known.name
    return values


def community_officer(place: Place | int, *, on: date) -> Account | None:
    """The community officer whose communities hold `place`; the first by number where there are several."""
    pk = place if isinstance(place, int) else place.pk
    holding = _holding("community_officer", on).filter(communities=pk).order_by("username")
    return held(("officer of", pk, on), holding.first)


def leader_for(dispute: Dispute, *, on: date) -> Account | None:
    """Who takes the case in charge (包案): the station's chief at level 2, a bureau leader at level 1."""
    if dispute.level == 1:
        return held(("bureau", on), _holding("bureau", on).order_by("username").first)
    chiefs = held(("chiefs", on), lambda: list(_holding("chief", on).order_by("username")))
    return next((c for c in chiefs if c.unit and (s := c.unit.station) and s.pk == dispute.station_id), None)


def _holding(role: str, on: date) -> QuerySet[Account]:
    """Active people who hold `role` on a day."""
    return Account.objects.filter(is_active=True, grants__role=role, grants__period__contains=on).select_related(
        "unit__parent"
    )
