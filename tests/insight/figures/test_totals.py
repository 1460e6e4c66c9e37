"""What dashboards sum, as sums say it and as its rows add up, whatever moves, is linked, met late or withdrawn."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction

from tests import world
from tests.insight.figures.test_tallies import AT, LONG, WINDOWS, day, district, fill, officers
from twinloop.cases.models import Clock, Dispute, Incident, IncidentLink
from twinloop.decide.figures import Window
from twinloop.followup.visits.models import Callback
from twinloop.insight.dashboards import heat
from twinloop.insight.dashboards import queries as dashboards
from twinloop.insight.figures import actions, pieces, queries, tallies, windows
from twinloop.insight.figures.models import Days, Tally, Torn, TornDay
from twinloop.insight.reports.rows import ROWS
from twinloop.intake.batches.models import Batch, Item
from twinloop.ledger.sight import Scope, see_as

__all__ = ["district"]
TOTALS = sorted(tallies.TOTALS)


def told(held: Scope) -> list[str]:
    """The totals that a viewer is told of sums."""
    if held.sees_all or held.stations:
        return [code for code in TOTALS if code != pieces.VISITS]
    return [code for code in TOTALS if code in tallies.BY_PLACE]


def said_and_added(held: Scope, spans: list[Window]) -> tuple[dict[str, list[int]], ...]:
    """Totals as the sums say them, and as their rows add up."""
    with see_as(held), connection.cursor() as cursor:
        said = queries.totals(TOTALS, spans, at=AT, knows=queries.known())
        added: dict[str, list[int]] = {code: [] for code in said}
        for code in said:
            for span in spans:
                sql = f"SELECT coalesce(sum(amount), 0) FROM ({ROWS[code]}) AS r"
                cursor.execute(sql, {"start": span.start, "end": span.end})
                added[code].append(int(cursor.fetchone()[0]))
    return said, added


def totals_agree(district: world.District) -> None:
    ended = [one for one in WINDOWS if windows.month_start(one.end) == one.end and one.end <= AT]
    both = {role: district.scope(role) for role in ("bureau", "chief")}
    for role, held in (both | officers(district)).items():
        spans = [*ended, Window(day(6, 1), AT), Window(day(5, 20), AT), Window(day(1, 1), AT)]
        said, added = said_and_added(held, spans)
        assert sorted(said) == told(held)
        assert said == added, role
        assert role == "other" or all(counts[-1] for counts in said.values()), said


@pytest.mark.parametrize("seed", range(3))
def test_totals_of_dashboards_are_what_their_rows_add_up_to(district, seed):
    dice = random.Random(seed)
    fill(district, dice, 30)
    Clock.objects.filter(met_at__gt=AT).update(met_at=None)
    for clock in dice.sample(list(Clock.objects.order_by("pk")), 6):
        dropped = clock.due_at + timedelta(days=dice.uniform(-3, 9))
        Clock.objects.filter(pk=clock.pk).update(dropped_at=min(dropped, AT), met_at=None)
    assert not queries.totals(["late"], [LONG], at=AT, knows=queries.known())  # nothing is summed yet
    actions.rebuild(at=AT)
    totals_agree(district)
    slots_agree(district)
    calls = list(Incident.objects.order_by("pk"))
    Incident.objects.filter(pk=calls[0].pk).update(confirmed_kind="traffic")
    Incident.objects.filter(pk=calls[1].pk).update(station=district.other)
    IncidentLink.objects.create(
        incident=Incident.objects.filter(links=None).order_by("pk")[2],
        dispute=Dispute.objects.filter(place=district.near)[0],
        linked_at=AT - timedelta(days=1),
    )
    made = Dispute.objects.order_by("pk")[0]
    place, station = (
        (district.far, district.other) if made.place == district.near else (district.near, district.station)
    )
    Dispute.objects.filter(pk=made.pk).update(place=place, station=station)
    for level, now in ((1, 3), (2, 3), (None, 1)):  # two are grave no more, one has become it
        graded = Dispute.objects.filter(level=level, place=district.near).order_by("pk")[0]
        Dispute.objects.filter(pk=graded.pk).update(level=now)
    late = Clock.objects.filter(met_at=None, dropped_at=None, dispute__isnull=False, due_at__lt=day(6, 1)).first()
    Clock.objects.filter(pk=late.pk).update(met_at=day(6, 19))
    world.incident(district.near, at=day(2, 7)), world.incident(district.near, at=day(6, 7))  # written down late
    done = Callback.objects.filter(state="done", at__lt=day(6, 20)).order_by("pk")
    Callback.objects.filter(pk=done[0].pk).update(at=day(3, 3))
    Callback.objects.filter(pk=done[1].pk).delete()
    assert Torn.objects.exists()
    assert TornDay.objects.exists()
    for _ in range(2):
        totals_agree(district)
        slots_agree(district)
        actions.catch_up(at=AT)
    assert withdrawn(late) == withdrawn(Incident.objects.filter(links=None, orders=None, clocks=None)[0]) == 1
    totals_agree(district)


def slots_agree(district: world.District) -> None:
    """Calls by slot as sums and rows say them are those of the lists that the cells open."""
    spans = [Window(day(1, 1), AT), Window(day(1, 20), day(4, 15)), Window(day(6, 10), day(6, 20))]
    viewers = {role: district.scope(role) for role in ("bureau", "chief", "community_officer", "mediator")}
    viewers["both"] = replace(viewers["chief"], places=frozenset({district.far.pk}))
    for role, held in viewers.items():
        for span, kind in ((span, kind) for span in spans for kind in ("", heat.DISPUTES)):
            with see_as(held):
                made = heat.heat(held, span, kind, at=AT)
                listed = Counter(heat.calls(held, span, kind).order_by().values_list("weekday", "slot"))
            cells = {
                (one.weekday, one.slot): one.count for _slot, line, _sum in made.lines for one in line if one.count
            }
            assert cells == dict(listed), (role, span, kind)
            assert role == "mediator" or span is not spans[0] or cells


@pytest.mark.parametrize("role", ["bureau", "chief"])
def test_calls_by_slot_are_read_from_sums(district, role):
    fill(district, random.Random(2), 30)
    actions.rebuild(at=AT)
    for span in (Window(day(1, 1), day(4, 1)), Window(day(1, 20), day(4, 15))):  # months; days as well
        with see_as(district.scope(role)):
            before = heat.heat(district.scope(role), span, "", at=AT)
        with transaction.atomic():
            Tally.objects.filter(by="dslot" if span.start == day(1, 20) else "slot").update(n=100)
            with see_as(district.scope(role)):
                assert heat.heat(district.scope(role), span, "", at=AT).total >= before.total + 90
            transaction.set_rollback(True)


@pytest.mark.parametrize("code", ["grave", "second", "callbacks"])
def test_totals_of_dashboards_are_read_from_sums(district, code):
    fill(district, random.Random(2), 40)
    actions.rebuild(at=AT)
    role = "community_officer" if code == "callbacks" else "bureau"
    span = Window(day(1, 10), day(5, 10)) if code == "callbacks" else Window(day(1, 1), day(5, 10))
    with see_as(district.scope(role)):
        before = queries.totals([code], [span], at=AT, knows=queries.known())[code]
    assert before[0]
    Tally.objects.filter(code=code).update(n=100)
    with see_as(district.scope(role)):
        assert queries.totals([code], [span], at=AT, knows=queries.known())[code][0] >= before[0] + 90


def test_a_dispute_is_grave_in_rows_and_sums_as_soon_as_its_level_says_so(district):
    made = world.dispute(district.near, at=day(2, 3))
    actions.rebuild(at=AT)
    for level, count in ((2, 1), (1, 1), (3, 0), (1, 1), (None, 0)):
        Dispute.objects.filter(pk=made.pk).update(level=level)
        said, added = said_and_added(district.scope("bureau"), [LONG])
        assert said["grave"] == added["grave"] == [count], level
    assert not TornDay.objects.exists()  # nothing moved


def withdrawn(row: Clock | Incident) -> int:
    """As an import that is taken back does it."""
    form, made = ("petition", row.dispute_id or 0) if isinstance(row, Clock) else ("call", row.pk)
    batch = Batch.objects.create(kind="calls", names="x", digest="x", at=AT)
    Item.objects.create(batch=batch, form=form, number="1", digest=b"", row=1, made=made)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {row._meta.db_table} WHERE id = %s", [row.pk])
        return int(cursor.rowcount)


def test_totals_of_windows_that_begin_or_end_in_the_midst_of_a_month(district):
    fill(district, random.Random(2), 40)
    Clock.objects.filter(met_at__gt=AT).update(met_at=None)
    actions.rebuild(at=AT)
    ends = [day(4, 20), day(5, 12), day(6, 3)]
    spans = [Window(start, end) for start in (day(1, 1), day(1, 20), day(4, 1), day(4, 9)) for end in ends]
    for since in (day(1, 1), day(6, 1)):  # with days, and without
        Days.objects.update(since=since)
        for role, held in ({role: district.scope(role) for role in ("bureau", "chief")} | officers(district)).items():
            said, added = said_and_added(held, spans)
            assert sorted(said) == told(held)
            assert said == added, role
    assert said_and_added(district.scope("mediator"), [LONG]) == ({}, {})


def test_what_dashboards_count_of_rows_is_found_near_and_elsewhere(district):
    """Told one's communities, a sum finds what the policies show; visits too, one's own among them."""
    officer = district.people["community_officer"]
    fill(district, random.Random(4), 40)
    Callback.objects.filter(pk__in=list(Callback.objects.order_by("pk").values_list("pk", flat=True)[:9:2])).update(
        owner=officer
    )
    actions.rebuild(at=AT)
    codes, spans = ("second", "callbacks", "leads", "grave"), [LONG, Window(day(3, 10), day(5, 12))]
    seen = set()
    for role, held in (officers(district) | {"chief": district.scope("chief")}).items():
        with see_as(held), connection.cursor() as cursor:
            found = dashboards._totals(codes, spans)
            for code in codes:
                for span, count in zip(spans, found[code], strict=True):
                    sql = f"SELECT coalesce(sum(amount), 0) FROM ({ROWS[code]}) AS r"
                    cursor.execute(sql, {"start": span.start, "end": span.end})
                    assert cursor.fetchone()[0] == count, (role, code, span)
                    seen.add((code, bool(count)))
    assert seen >= {("second", True), ("callbacks", True)}
