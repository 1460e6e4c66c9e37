"""The database counts what the plain core counts, over histories that the product's own events describe."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest

from tests import world
from twinloop.cases.models import Clock, Dispute, IncidentLink
from twinloop.decide.figures import (
    Asked,
    Callback,
    Due,
    Indicator,
    Mode,
    Record,
    Settlement,
    Window,
    measure,
    recurrence,
)
from twinloop.decide.figures import Dispute as Fact
from twinloop.followup.rounds.models import Escalation
from twinloop.followup.visits.models import Callback as Visit
from twinloop.insight.figures import actions, durable, queries
from twinloop.insight.figures.models import Course, Reach, Settled
from twinloop.insight.figures.rules import RULES
from twinloop.ledger import actions as ledger
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.joint import actions as joint
from twinloop.people.models import Unit

START = datetime(2026, 1, 1, tzinfo=world.CHINA)
WINDOW = Window(START + timedelta(days=30), START + timedelta(days=120))
AT = START + timedelta(days=170)
OTHERS = {"clocks_met", "hazards_righted", "agency_answered", "callbacks_reached", "callbacks_satisfied"}
OF_DISPUTES = [code for code in RULES if code not in OTHERS]
METHODS = {
    ("people", "seek"): Mode.SEEK, ("people", "follow"): Mode.FOLLOW, ("sector", "joint"): Mode.JOINT,
    ("police", "seek"): Mode.POLICE, ("police", "joint"): Mode.JOINT,
}  # fmt: skip


def told(dispute: Dispute, day: float, verb: str, before: str, after: str, round_: int, next_round: int) -> None:
    ledger.record(
        dispute.stream, verb, by=None, at=START + timedelta(days=day), before={"state": before, "round": round_},
        after={"state": after, "round": next_round},
    )  # fmt: skip


def mediated(dice: random.Random, made: Dispute, day: float) -> Mode:
    """A mediation is chosen; one in three of the milder ones becomes a joint one before they agree."""
    told(made, day, "open_mediation", "handling", "mediating", 1, 1)
    (track, strength), mode = dice.choice(list(METHODS.items()))
    at = START + timedelta(days=day)
    ledger.record(made.stream, "mediation_chosen", by=None, at=at, track=track, strength=strength)
    if strength != "joint" and dice.random() < 0.3:
        later = at + timedelta(hours=1)
        ledger.record(made.stream, "mediation_strengthened", by=None, at=later, strength="joint", was=strength)
        mode = Mode.JOINT
    return mode


def history(dice: random.Random, place: object) -> Fact:
    """One dispute with events and reports of its own, and the same as the core wants it."""
    on = dice.uniform(0, 115)
    made = world.dispute(place, at=START + timedelta(days=on), origin=dice.choice(["call", "call", "backlog"]))  # type: ignore[arg-type]
    if violence := dice.random() < 0.2:
        made.standing.domestic_violence = True
        made.standing.save()
    reports = [
        START + timedelta(days=on),
        *(START + timedelta(days=dice.uniform(on, 165)) for _ in range(dice.randrange(3))),
    ]
    for moment in reports:
        incident = world.incident(place, at=moment)  # type: ignore[arg-type]
        IncidentLink.objects.create(incident=incident, dispute=made, linked_at=moment)
    day, round_, second, state = on, 1, None, "handling"
    settled: list[Settlement] = []
    reopened: list[datetime] = []
    gone: dict[str, datetime] = {}
    while (day := day + dice.uniform(0.5, 40)) < 165:
        here = START + timedelta(days=day)
        if state == "handling":
            if dice.random() < 0.3:
                mode = mediated(dice, made, day)
                settled.append(Settlement(at=here + timedelta(hours=2), mode=mode, round=round_))
                told(made, day + 2 / 24, "agree", "mediating", "settled", round_, round_)
                state = "settled"
            elif dice.random() < 0.7:
                told(made, day, "settle", state, "settled", round_, round_)
                settled.append(Settlement(at=here, mode=Mode.SPOT if round_ == 1 else Mode.OTHER, round=round_))
                state = "settled"
            else:
                told(made, day, "open_review", state, "review", round_, round_ + 1)
                second, round_ = second or here, round_ + 1
        elif dice.random() < 0.15:
            told(made, day, "merge", state, "merged", round_, round_)
            gone["merged_at"] = here
            break
        elif dice.random() < 0.5:
            told(made, day, "close", state, "closed", round_, round_)
        else:
            told(made, day, "reopen", state, "reopened", round_, round_)
            reopened.append(here)
            state = "handling"
    return Fact(
        id=str(made.pk), registered_at=made.registered_at, incidents=tuple(sorted(reports)), settlements=tuple(settled),
        reopened=tuple(reopened), second_at=second, is_backlog=made.origin == "backlog",
        is_domestic_violence=violence, **gone,
    )  # fmt: skip


@pytest.fixture
def district(db):
    with see_as(SYSTEM):
        yield world.district()


@pytest.mark.parametrize("seed", range(3))
def test_the_database_counts_what_the_core_counts(district, seed):
    dice = random.Random(seed)
    record = Record(disputes=tuple(history(dice, district.near) for _ in range(25)))
    actions.rebuild(at=AT)
    for code in OF_DISPUTES:
        plain = measure(Indicator(code), record, WINDOW, at=AT)
        counted = queries.measure(code, WINDOW, at=AT)
        assert (counted.hits, counted.of) == (len(plain.numerator), len(plain.denominator or ())), code
        assert counted.excluded == {why: len(names) for why, names in plain.excluded.items()}, code
        for part, names in (("in", plain.numerator), ("of", set(plain.denominator or ()) - set(plain.numerator))):
            found = queries.rows(code, part, WINDOW, SYSTEM, at=AT, first=0, most=100)
            assert {row.name for row in found} == set(names), (code, part)


@pytest.mark.parametrize("seed", range(3))
def test_the_method_of_a_settlement_is_that_of_its_mediation(district, seed):
    dice = random.Random(seed)
    facts = [history(dice, district.near) for _ in range(25)]
    actions.rebuild(at=AT)
    found = {(str(pk), at): mode for pk, at, mode in Settled.objects.values_list("dispute", "at", "mode")}
    assert found == {(one.id, s.at): s.mode.value for one in facts for s in one.settlements}
    assert Mode.JOINT.value in found.values()
    by_method = dict(queries.parted("durable_30", "method", WINDOW, at=AT))
    plain = measure(Indicator.DURABLE_30, Record(disputes=tuple(facts)), WINDOW, at=AT)
    for code, one in by_method.items():
        names = {f"{f.id}/{n}" for f in facts for n, s in enumerate(f.settlements, 1) if s.mode.value == code}
        assert (one.hits, one.of) == (len(names & set(plain.numerator)), len(names & set(plain.denominator or ())))
        rows = queries.rows("durable_30", "in", WINDOW, SYSTEM, at=AT, first=0, most=99, by="method", of=code)
        assert {row.name for row in rows} == names & set(plain.numerator)
    assert sum(one.of for one in by_method.values()) == len(plain.denominator or ())


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("later", [0, 70, 200])  # some, and all, are watched longer than the curve is drawn
def test_curves_equal_the_core_all_together_and_each_method_alone(district, seed, later):
    dice, at = random.Random(seed), AT + timedelta(days=later)
    record = Record(disputes=tuple(history(dice, district.near) for _ in range(25)))
    actions.rebuild(at=at)
    found = durable.curves(WINDOW, at=at)
    assert found[0].mode == ""
    assert found[0].curve.flared_up
    for one in found:
        mode = Mode(one.mode) if one.mode else None
        plain = recurrence(record, WINDOW, at=at, mode=mode, params=durable.DRAWN)
        if plain.median_days is None or plain.median_days <= durable.DRAWN.days[-1]:
            assert one.curve.median_days == pytest.approx(plain.median_days)
        assert (one.curve.settlements, one.curve.flared_up) == (plain.settlements, plain.flared_up), one.mode
        assert [p.at_risk for p in one.curve.points] == [p.at_risk for p in plain.points]
        for ours, theirs in zip(one.curve.points, plain.points, strict=True):
            assert (ours.share, ours.low, ours.high) == pytest.approx((theirs.share, theirs.low, theirs.high))
    assert sum(one.curve.settlements for one in found[1:]) == found[0].curve.settlements
    with see_as(district.scope("chief")):
        assert durable.curves(WINDOW, at=at)[0].curve.settlements == found[0].curve.settlements
    with see_as(district.scope("volunteer")):
        assert durable.curves(WINDOW, at=at) == []


@pytest.mark.parametrize("later", [0, 200])
def test_curves_of_a_chief_count_what_is_theirs_elsewhere_too(district, later):
    dice, at = random.Random(4), AT + timedelta(days=later)
    for place in (district.near, district.far):
        for _ in range(12):
            history(dice, place)
    mine = Dispute.objects.filter(place=district.far).order_by("pk").values_list("pk", flat=True)[:9]
    Dispute.objects.filter(pk__in=list(mine)).update(owner=district.people["chief"])
    actions.rebuild(at=at)
    counts = []
    for role in ("bureau", "chief"):
        with see_as(district.scope(role)):
            rows = durable.spells(WINDOW, at=at)
            whole = durable.curves(WINDOW, at=at)[0].curve
        assert (whole.settlements, whole.flared_up) == (len(rows), sum(one.broke for one in rows))
        day = next(point for point in whole.points if point.day == 30)
        assert day.at_risk == sum(one.days >= 30 for one in rows)
        counts.append(len(rows))
    assert counts[0] > counts[1] > 0


def whistled(dice: random.Random, place: object, units: list[Unit]) -> list[Asked]:
    """A whistle to some agencies, each of which signs early, late or never; what is recalled is nobody's answer."""
    at = START + timedelta(days=dice.uniform(20, 169.99))
    made = world.dispute(place, at=at)  # type: ignore[arg-type]
    called = dice.sample(units, dice.randint(1, len(units)))
    whistle = joint.blow(made, joint.Ask(units=called, lead=called[0].pk, text="一起办"), by=None, at=at)
    found = []
    for answer in whistle.answers.select_related("unit"):
        said = at + timedelta(minutes=dice.choice([5, 59, 60, 61, 600]))
        signs, recalled = dice.random() < 0.7 and said < AT, dice.random() < 0.2
        if signs:
            joint.sign(answer, by=None, at=said)
        if recalled:
            joint.recall(answer, "叫错", by=None, at=said)
            continue
        due = at + timedelta(hours=1)
        found.append(
            Asked(id=answer.subject, agency=answer.unit.name, at=at, due=due, answered=said if signs else None)
        )
    return found


@pytest.mark.parametrize("seed", range(4))
def test_how_agencies_answer_equals_the_core_all_together_and_each_alone(district, seed):
    dice = random.Random(seed)
    units = [Unit.objects.create(code=f"F{n}", name=f"{n}局", kind="agency") for n in range(3)]
    asked = [one for _ in range(20) for one in whistled(dice, district.near, units)]
    window = Window(WINDOW.start, AT + timedelta(hours=1))

    def compare(rows: list[Asked], counted: queries.Counted, took: queries.Took | None) -> None:
        record = Record(whistles=tuple(rows))
        plain = measure(Indicator.AGENCY_ANSWERED, record, window, at=AT)
        assert (counted.hits, counted.of) == (len(plain.numerator), len(plain.denominator or ()))
        assert counted.excluded == {why: len(names) for why, names in plain.excluded.items()}
        time = measure(Indicator.AGENCY_TIME, record, window, at=AT)
        assert (took.answers if took else 0) == len(time.numerator)
        assert (took.hours if took else None) == (None if time.amount is None else pytest.approx(time.amount))

    times = queries.agency_times(window, at=AT)
    compare(asked, queries.measure("agency_answered", window, at=AT), times.get(""))
    by_agency = dict(queries.parted("agency_answered", "agency", window, at=AT))
    assert set(by_agency) == {one.agency for one in asked if one.at in window}
    for name, counted in by_agency.items():
        rows = [one for one in asked if one.agency == name]
        compare(rows, counted, times.get(name))
        plain = measure(Indicator.AGENCY_ANSWERED, Record(whistles=tuple(rows)), window, at=AT)
        opened = queries.rows("agency_answered", "in", window, SYSTEM, at=AT, first=0, most=200, by="agency", of=name)
        assert {row.name for row in opened} == set(plain.numerator)


def called(dice: random.Random, place: object) -> Callback | None:
    """A settlement whose callback is met (content or not), tried in vain, left, or dropped before it was due."""
    made = world.dispute(place, at=START)  # type: ignore[arg-type]
    start = START + timedelta(days=dice.uniform(20, 150))
    due = start + timedelta(days=dice.choice([7, 15, 30]))
    fate = dice.choice(["content", "middling", "angry", "in vain", "left", "dropped", "by hand"])
    clock = Clock.objects.create(rule="callback_level_1", dispute=made, started_at=start, due_at=due)
    met = start + timedelta(days=dice.uniform(0, 40))
    visit = {"dispute": made, "reason": "visit_callback", "due_on": due.date(), "planned_at": start, "way": "call",
             "on": met.date(), "at": met, "terms": "none"}  # fmt: skip
    if fate == "in vain":
        Visit.objects.create(state="missed", **visit)
    if fate in ("content", "middling", "angry"):
        marks = {"content": (5, "settled"), "middling": (3, "partly"), "angry": (5, "unsettled")}
        Visit.objects.create(state="done", satisfaction=marks[fate][0], outcome=marks[fate][1], **visit)
    if fate in ("content", "middling", "angry", "by hand"):
        Clock.objects.filter(pk=clock.pk).update(met_at=met)
        return Callback(id=f"clock:{clock.pk}", due=due, reached=met, is_satisfied=fate == "content")
    if fate == "dropped":
        Clock.objects.filter(pk=clock.pk).update(dropped_at=met)
        return None
    return Callback(id=f"clock:{clock.pk}", due=due)


@pytest.mark.parametrize("seed", range(3))
def test_callbacks_equal_the_core_and_not_reached_counts_against(district, seed):
    dice = random.Random(seed)
    owed = [one for _ in range(30) if (one := called(dice, district.near))]
    window = Window(WINDOW.start, AT + timedelta(days=5))
    for code in ("callbacks_reached", "callbacks_satisfied"):
        plain = measure(Indicator(code), Record(callbacks=tuple(owed)), window, at=AT)
        counted = queries.measure(code, window, at=AT)
        assert (counted.hits, counted.of) == (len(plain.numerator), len(plain.denominator or ())), code
        assert counted.excluded == {why: len(names) for why, names in plain.excluded.items()}, code
        opened = queries.rows(code, "in", window, SYSTEM, at=AT, first=0, most=99)
        assert {row.name for row in opened} == set(plain.numerator)
        assert all(row.dispute for row in opened)


@pytest.mark.parametrize("seed", range(2))
def test_escalations_are_those_a_person_found_and_open_to_their_disputes(district, seed):
    dice = random.Random(seed)
    found = []
    for _ in range(12):
        at = START + timedelta(days=dice.uniform(0, 160))
        finding = dice.choice(["", "escalated", "escalated", "other_matter"])
        said = {"finding": finding, "text": "看过", "reviewed_by": district.people["chief"], "reviewed_at": at}
        row = Escalation.objects.create(
            dispute=world.dispute(district.near, at=START), incident=world.incident(district.near, at=at), at=at,
            marked_at=at, **(said if finding else {}),
        )  # fmt: skip
        if finding == "escalated":
            found.append(Due(id=f"escalation:{row.pk}", rule="escalation", due=at))
    plain = measure(Indicator.ESCALATIONS, Record(escalations=tuple(found)), WINDOW, at=AT)
    counted = queries.measure("escalations", WINDOW, at=AT)
    assert (counted.hits, counted.share, counted.percent) == (plain.amount, None, "")
    assert not counted.is_small
    opened = queries.rows("escalations", "in", WINDOW, SYSTEM, at=AT, first=0, most=99)
    assert {row.name for row in opened} == set(plain.numerator)
    assert queries.figure("escalations", WINDOW, at=AT).amount == plain.amount


def kept() -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    courses = Course.objects.order_by("pk").values_list(
        "pk", "registered_at", "second_at", "merged_at", "transferred_at", "is_backlog", "is_domestic_violence"
    )
    settled = Settled.objects.order_by("dispute", "number").values_list(
        "dispute", "number", "at", "until", "mode", "round", "flared_at"
    )
    return list(courses), list(settled)


def test_keeping_up_with_the_ledger_equals_reading_it_all_again(district):
    dice = random.Random(9)
    for _ in range(4):
        for _ in range(4):
            history(dice, district.near)
        ledger.seal(at=AT)
        actions.catch_up(at=AT)
    live = kept()
    assert len(live[0]) == 16
    assert live[1]
    actions.rebuild(at=AT)
    assert kept() == live


def test_what_is_not_sealed_yet_waits(district):
    made = world.dispute(district.near, at=START)
    assert actions.catch_up(at=AT) == 0
    assert not Course.objects.exists()
    ledger.seal(at=AT)
    assert actions.catch_up(at=AT) == 1
    assert Course.objects.get().dispute_id == made.pk
    assert actions.catch_up(at=AT) == 0
    assert Reach.objects.get().at == AT


def test_a_viewer_counts_what_they_may_open(district):
    near, far = (world.dispute(place, at=START + timedelta(days=40)) for place in (district.near, district.far))
    actions.rebuild(at=AT)
    assert queries.measure("resolution", WINDOW, at=AT).of == 2
    for role, seen in (("chief", {near}), ("community_officer", {near}), ("bureau", {near, far}), ("volunteer", set())):
        scope = district.scope(role)
        with see_as(scope):
            assert queries.measure("resolution", WINDOW, at=AT).of == len(seen), role
            found = queries.rows("resolution", "of", WINDOW, scope, at=AT, first=0, most=9)
            assert {row.dispute for row in found} == seen, role
    by_place = dict(queries.parted("resolution", "place", WINDOW, at=AT))
    assert {name: one.of for name, one in by_place.items()} == {"近村": 1, "远村": 1}
