"""A district of forty disputes, counted by hand; and what must hold for any district."""

from __future__ import annotations

import warnings
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinloop.decide import Refused
from twinloop.decide.figures import (
    PARAMS,
    Against,
    Asked,
    Callback,
    Dispute,
    Due,
    Exclusion,
    Figure,
    Indicator,
    Mode,
    Outside,
    Params,
    PlanVerdict,
    Record,
    Remark,
    Service,
    Settlement,
    Strength,
    VillageWeek,
    Window,
    against,
    corrected,
    curve,
    measure,
    recurrence,
    wilson,
)

HERE = timezone(timedelta(hours=8))
START = datetime(2026, 7, 1, tzinfo=HERE)


def day(number: float) -> datetime:
    """Days from 1 July; the quarter ends on day 92, and the figures are read on day 153 (1 December)."""
    return START + timedelta(days=number)


QUARTER = Window(day(0), day(92))
AT = day(153)


def dispute(name: str, on: float, *settled: tuple[float, Mode, int], again: tuple[float, ...] = (), **more) -> Dispute:
    """``settled``: (day, mode, round). ``again``: days of further reports; each one after a settlement reopens it."""
    done = tuple(Settlement(at=day(d), mode=mode, round=round_) for d, mode, round_ in settled)
    second = more.pop("second", None)
    reopened = tuple(day(d) for d in more.pop("reopened", again if done else ()))
    return Dispute(
        id=name, registered_at=day(on), incidents=(day(on), *map(day, again)), settlements=done, reopened=reopened,
        second_at=None if second is None else day(second), **more,
    )  # fmt: skip


def named(first: int, last: int) -> list[str]:
    return [f"d{number:02}" for number in range(first, last + 1)]


def district() -> tuple[Dispute, ...]:
    rows = [dispute(name, n, (n + 0.5, Mode.SPOT, 1)) for n, name in enumerate(named(1, 10))]
    rows += [dispute(name, 20, (30, Mode.SEEK, 1)) for name in named(11, 16)]
    rows += [  # the elders' word held twenty days; a joint session settled it
        dispute(name, 25, (35, Mode.SEEK, 1), (80, Mode.JOINT, 2), again=(55,), second=56) for name in named(17, 19)
    ]
    rows += [dispute(name, 40, (60, Mode.JOINT, 1), again=(105,)) for name in named(20, 22)]
    rows += [dispute(name, 50, second=70) for name in named(23, 25)]
    rows += [dispute("d26", 50, again=(53,)), dispute("d27", 50), dispute("d28", 50)]
    rows += [dispute(name, 30, merged_at=day(45)) for name in named(29, 30)]
    rows += [dispute("d31", 10, transferred_at=day(12))]
    rows += [dispute("d32", 15, (40, Mode.OTHER, 1), is_domestic_violence=True)]
    rows += [dispute("d33", 15, is_domestic_violence=True)]
    rows += [dispute("d34", -800, (50, Mode.FOLLOW, 2), is_backlog=True)]
    rows += [dispute("d35", -800, (-10, Mode.FOLLOW, 2), is_backlog=True)]
    rows += [dispute("d36", -800, is_backlog=True)]
    rows += [
        dispute("d37", -800, (-20, Mode.FOLLOW, 2), (85, Mode.FOLLOW, 3), reopened=(5,), is_backlog=True),
    ]
    rows += [dispute(name, 95, (96, Mode.SPOT, 1)) for name in named(38, 40)]
    return tuple(rows)


RECORD = Record(disputes=district())


def count(indicator: Indicator, record: Record = RECORD, window: Window = QUARTER, at: datetime = AT) -> Figure:
    return measure(indicator, record, window, at=at)


def test_the_district_has_forty_disputes():
    assert len({one.id for one in RECORD.disputes}) == 40


# Registered in the quarter: d01-d33, that is 33; two were merged, one was transferred, d32 and d33 are domestic
# violence: 28 to settle. Settled on 1 October: ten on the spot, six by elders, d17-d19 again, d20-d22 (they come back
# only on day 105). d32, settled too, counts in no share of settling; whether it came back counts in the durable ones.
@pytest.mark.parametrize(
    ("indicator", "hits", "of"),
    [
        (Indicator.RESOLUTION, 10 + 6 + 3 + 3, 28),
        (Indicator.ON_THE_SPOT, 10, 28),
        (Indicator.ELDERS, 6, 28),  # d17-d19 hold by the joint session
        (Indicator.FIRST_TIME, 10 + 6 + 3, 22),  # of the 22 settled, d17-d19 took two rounds
        (Indicator.SECOND_HANDLING, 3, 3 + 3),  # d17-d19 settled, d23-d25 not
        (Indicator.BACKLOG, 2, 3),  # d35 was settled before and stayed so; d34 and d37 are settled, d36 is not
        (Indicator.REPEAT, 3 + 1, 30),  # d17-d19 and d26; d20-d22 call again after the quarter
        # settlements of the quarter: 10 + 6 + 3 × 2 + 3 + d32 + d34 + d37 = 28; the first of d17-d19 broke on day 20
        (Indicator.DURABLE_30, 28 - 3, 28),
        # old enough: settled by day 63; four are younger (the second of d17-d19, d37); d20-d22 broke after 45 days
        (Indicator.DURABLE_90, 24 - 3 - 3, 24),
        (Indicator.DURABLE_180, 0, 0),
    ],
)
def test_forty_disputes_counted_by_hand(indicator, hits, of):
    figure = count(indicator)
    assert (len(figure.numerator), len(figure.denominator or ())) == (hits, of)
    assert figure.value == (hits / of if of else None)


def test_who_is_left_out_is_said_by_name():
    assert count(Indicator.RESOLUTION).excluded == {
        Exclusion.MERGED: ("d29", "d30"),
        Exclusion.TRANSFERRED: ("d31",),
        Exclusion.VIOLENCE: ("d32", "d33"),
    }
    for indicator in (Indicator.ON_THE_SPOT, Indicator.ELDERS, Indicator.FIRST_TIME):
        assert count(indicator).excluded[Exclusion.VIOLENCE] == ("d32", "d33"), indicator
    assert count(Indicator.DURABLE_90).excluded == {Exclusion.TOO_YOUNG: ("d17/2", "d18/2", "d19/2", "d37/2")}
    assert len(count(Indicator.DURABLE_180).excluded[Exclusion.TOO_YOUNG]) == 28


def test_few_are_said_to_be_few_and_nothing_is_no_nought():
    assert count(Indicator.SECOND_HANDLING).remarks == (Remark.SMALL,)
    assert count(Indicator.RESOLUTION).remarks == ()
    assert count(Indicator.DURABLE_180).remarks == (Remark.EMPTY,)
    assert count(Indicator.DURABLE_180).interval is None


def test_interval_of_a_share_is_wilsons():
    low, high = count(Indicator.RESOLUTION).interval or (0, 0)
    assert (round(low, 4), round(high, 4)) == (0.6046, 0.8979)  # 22 of 28
    assert wilson(0, 10)[0] == 0.0
    assert wilson(10, 10)[1] == 1.0
    assert round(wilson(10, 10)[0], 4) == 0.7225


def test_a_merge_after_settlement_leaves_its_later_history_to_the_other():
    record = Record(disputes=(dispute("a", 1, (5, Mode.SPOT, 1), merged_at=day(20)),))
    assert count(Indicator.DURABLE_30, record).excluded == {Exclusion.MERGED: ("a/1",)}


def hours(number: float) -> datetime:
    return day(10) + timedelta(hours=number)


def test_clocks_count_when_due_and_wait_until_then():
    rows = (
        Due(id="met", rule="r", due=hours(2), done=hours(1)),
        Due(id="late", rule="r", due=hours(2), done=hours(3)),
        Due(id="never", rule="r", due=hours(2)),
        Due(id="paused", rule="r", due=None),
        Due(id="coming", rule="r", due=hours(9)),
        Due(id="ahead", rule="r", due=hours(9), done=hours(4)),
        Due(id="outside", rule="r", due=day(100), done=day(99)),
    )
    for indicator, record in (
        (Indicator.CLOCKS_MET, Record(clocks=rows)),
        (Indicator.HAZARDS_RIGHTED, Record(hazards=rows)),
    ):
        figure = count(indicator, record, at=hours(5))
        assert figure.numerator == ("met", "ahead")
        assert figure.denominator == ("met", "late", "never", "ahead")
        assert figure.excluded == {Exclusion.NOT_DUE: ("coming",)}


def test_callbacks_that_reach_nobody_count_against():
    record = Record(
        callbacks=(
            Callback(id="pleased", due=day(20), reached=day(19), is_satisfied=True),
            Callback(id="cross", due=day(20), reached=day(19), is_satisfied=False),
            Callback(id="silent", due=day(20), reached=day(19)),
            Callback(id="missed", due=day(20)),
            Callback(id="coming", due=day(40)),
            Callback(id="outside", due=day(99), reached=day(98)),
        )
    )
    reached, satisfied = (
        count(code, record, at=day(30)) for code in (Indicator.CALLBACKS_REACHED, Indicator.CALLBACKS_SATISFIED)
    )
    assert (reached.numerator, satisfied.numerator) == (("pleased", "cross", "silent"), ("pleased",))
    assert reached.denominator == satisfied.denominator == ("pleased", "cross", "silent", "missed")
    assert reached.excluded == satisfied.excluded == {Exclusion.NOT_DUE: ("coming",)}


def test_agencies_answer_in_time_or_not_and_the_median_is_of_answers():
    def asked(name: str, answered: float | None, at: float = 0) -> Asked:
        moment = None if answered is None else hours(answered)
        return Asked(id=name, agency="信访", at=hours(at), due=hours(at + 24), answered=moment)

    record = Record(
        whistles=(
            asked("a", 2),
            asked("b", 30),
            asked("c", None),
            asked("d", 5),
            asked("e", None, 40),
            asked("f", None, -999),
        ),
    )
    figure = count(Indicator.AGENCY_ANSWERED, record, at=hours(50))
    assert (figure.numerator, figure.denominator) == (("a", "d"), ("a", "b", "c", "d"))
    assert figure.excluded == {Exclusion.NOT_DUE: ("e",)}
    taken = count(Indicator.AGENCY_TIME, record)
    assert (taken.value, taken.numerator, taken.denominator, taken.interval) == (5.0, ("a", "b", "d"), None, None)
    assert count(Indicator.AGENCY_TIME, Record()).remarks == (Remark.EMPTY,)


def test_villages_are_counted_by_whole_weeks():
    def week(name: str, monday: date, days: int) -> VillageWeek:
        return VillageWeek(id=name, monday=monday, days=days)

    record = Record(
        posts=(
            week("good", date(2026, 7, 6), 3),
            week("short", date(2026, 7, 6), 1),
            week("running", date(2026, 7, 13), 1),
            week("early", date(2026, 7, 13), 2),
            week("before", date(2026, 6, 29), 2),
        )
    )
    figure = count(Indicator.POSTS_TWO_DAYS, record, at=datetime(2026, 7, 15, tzinfo=HERE))
    assert (figure.numerator, figure.denominator) == (("good", "early"), ("good", "short", "early"))
    assert figure.excluded == {Exclusion.NOT_DUE: ("running",)}


def test_a_stations_strength_is_that_of_its_last_count():
    record = Record(
        stations=(
            Strength(id="潭口", on=date(2026, 8, 1), people=40, handlers=22),
            Strength(id="潭口", on=date(2026, 7, 1), people=40, handlers=10),
            Strength(id="潭东", on=date(2026, 7, 1), people=20, handlers=8),
            Strength(id="空", on=date(2026, 7, 1), people=0, handlers=0),
            Strength(id="后", on=date(2026, 12, 1), people=9, handlers=9),
        )
    )
    figure = count(Indicator.CALL_HANDLERS, record)
    assert figure.value == (22 + 8) / (40 + 20)
    assert figure.excluded == {Exclusion.NO_STRENGTH: ("空",)}
    assert count(Indicator.CALL_HANDLERS, Record()).value is None


def test_sums_open_their_rows():
    record = Record(
        services=(
            Service(id="talk", at=day(3), people=30, hours=2.5),
            Service(id="help", at=day(4), people=2, is_activity=False),
            Service(id="later", at=day(93), people=9, hours=9),
        ),
        escalations=(Due(id="d09", rule="injury", due=day(50)), Due(id="d01", rule="injury", due=day(93))),
    )
    assert (count(Indicator.PEOPLE_HELPED, record).value, count(Indicator.PEOPLE_HELPED, record).numerator) == (
        32.0,
        ("talk", "help"),
    )
    assert (count(Indicator.ACTIVITIES, record).value, count(Indicator.HOURS, record).value) == (1.0, 2.5)
    assert count(Indicator.ESCALATIONS, record).numerator == ("d09",)
    assert count(Indicator.ESCALATIONS, Record()).value == 0.0  # the target, and no missing figure


def test_outside_figures_are_carried_and_say_so():
    def outside(name: str, hits: float, of: float | None, number: float = 5) -> Outside:
        return Outside(id=name, indicator="survey_safety" if of else "grave_crimes", at=day(number), numerator=hits,
                       denominator=of)  # fmt: skip

    record = Record(
        outside=(outside("s1", 99, 100), outside("s2", 295, 300), outside("c1", 4, None), outside("c2", 3, None, 99))
    )
    safety = count(Indicator.SURVEY_SAFETY, record)
    assert (safety.value, safety.remarks) == (394 / 400, (Remark.OUTSIDE,))
    assert count(Indicator.GRAVE_CRIMES, record).value == 4
    assert count(Indicator.SURVEY_SATISFACTION, record).remarks == (Remark.EMPTY,)


def test_every_indicator_has_a_rule():
    for indicator in Indicator:
        assert count(indicator).indicator is indicator


# --- how long it holds ---------------------------------------------------------------------------------------------


def test_recurrence_by_hand():
    """Five settlements: broken after 10 and 40 days; still holding after 20, 100 and 100.

    Day 10: 5 watched, 1 breaks: 4/5. Day 20: one is no longer watched. Day 40: 3 watched, 1 breaks: 4/5 × 2/3 = 8/15.
    """
    record = Record(
        disputes=(
            dispute("a", 1, (53, Mode.SEEK, 1), again=(63,)),
            dispute("b", 1, (53, Mode.SEEK, 1), again=(93,)),
            dispute("c", 1, (53, Mode.JOINT, 1), merged_at=day(73)),
            dispute("d", 1, (53, Mode.JOINT, 1)),
            dispute("e", 1, (53, Mode.SEEK, 1)),
        )
    )
    curve = recurrence(record, QUARTER, at=AT)
    assert (curve.settlements, curve.flared_up, curve.median_days) == (5, 2, None)
    assert [(p.day, round(p.share, 9), p.at_risk) for p in curve.points] == [
        (30, 0.8, 3),
        (90, round(8 / 15, 9), 2),
    ]
    assert all(p.low <= p.share <= p.high for p in curve.points)
    joint = recurrence(record, QUARTER, at=AT, mode=Mode.JOINT)
    assert (joint.settlements, joint.flared_up, [p.share for p in joint.points]) == (2, 0, [1.0, 1.0])
    broken = recurrence(Record(disputes=record.disputes[:2]), QUARTER, at=AT)
    assert (broken.median_days, [(p.day, p.share) for p in broken.points]) == (10.0, [(30, 0.5)])


def test_nothing_settled_gives_an_empty_curve():
    assert recurrence(Record(), QUARTER, at=AT).points == ()


moments = st.integers(1, 140)


@st.composite
def records(draw):
    rows = []
    for number in range(draw(st.integers(0, 12))):
        on = draw(st.integers(0, 91))
        later = sorted(draw(st.lists(st.integers(on, 150), max_size=3)))
        settled = tuple((d, draw(st.sampled_from(Mode)), draw(st.integers(1, 3))) for d in later)
        again = tuple(sorted(draw(st.lists(st.integers(on, 150), max_size=3))))
        rows.append(dispute(f"d{number}", on, *settled, again=again))
    return Record(disputes=tuple(rows))


def plain_share(record: Record, days: int) -> float:
    """Kaplan and Meier by the textbook, a day at a time: what broke on day N did not hold for more than N days."""
    watched = []
    for one in record.disputes:
        for settled in one.settlements:
            if settled.at in QUARTER and settled.at < AT:
                again = one.flared_up(settled)
                broke = again is not None and again <= AT
                end = again if again is not None and again <= AT else AT
                watched.append(((end - settled.at) // timedelta(days=1), broke))
    share = 1.0
    for moment in sorted({length for length, broke in watched if broke and length < days}):
        at_risk = sum(length >= moment for length, _broke in watched)
        share *= 1 - sum(length == moment and broke for length, broke in watched) / at_risk
    return share


@given(records())
def test_curve_equals_the_textbook(record):
    for point in recurrence(record, QUARTER, at=AT).points:
        assert point.share == pytest.approx(plain_share(record, point.day))


counts = st.dictionaries(st.integers(0, 200), st.integers(1, 4), max_size=12)


@settings(deadline=None)  # the first one loads SciPy
@given(counts, counts.filter(bool))
def test_curve_equals_another_program(held, broke):
    """SciPy's, whose points hold what broke on their own day as well, and which has no bounds before anything did."""
    from scipy.stats import CensoredData, ecdf

    told = [[day for day, n in of.items() for _ in range(n)] for of in (broke, held)]
    found = ecdf(CensoredData(uncensored=told[0], right=told[1])).sf
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        low, high = found.confidence_interval(method="log-log")
    ours = curve(held, broke)
    assert [point.day for point in ours.points] == [n for n in PARAMS.days if max(*held, *broke, 0) >= n]
    for point in ours.points:
        assert point.share == pytest.approx(found.evaluate(point.day - 1))
        if point.share < 1:
            assert point.low == pytest.approx(low.evaluate(point.day - 1))
            assert point.high == pytest.approx(high.evaluate(point.day - 1))
    half = found.quantiles[found.probabilities <= 0.5]
    assert ours.median_days == (half.min() if half.size else None)


SHARES = [code for code in Indicator if count(code).denominator is not None]


@given(records(), st.sampled_from(SHARES), st.randoms())
def test_rows_add_up_and_their_order_does_not_matter(record, indicator, random):
    figure = count(indicator, record)
    assert set(figure.numerator) <= set(figure.denominator or ())
    left = {name for names in figure.excluded.values() for name in names}
    assert left.isdisjoint(figure.denominator or ())
    shuffled = list(record.disputes)
    random.shuffle(shuffled)
    other = count(indicator, Record(disputes=tuple(shuffled)))
    assert set(other.numerator) == set(figure.numerator)
    assert set(other.denominator or ()) == set(figure.denominator or ())


@given(records(), moments)
def test_windows_side_by_side_add_up(record, cut):
    parts = (Window(day(0), day(cut)), Window(day(cut), day(150)))
    whole = measure(Indicator.DURABLE_30, record, Window(day(0), day(150)), at=AT)
    found = [measure(Indicator.DURABLE_30, record, part, at=AT) for part in parts]
    assert sum(len(part.denominator or ()) for part in found) == len(whole.denominator or ())
    assert sum(len(part.numerator) for part in found) == len(whole.numerator)


@given(records(), st.integers(0, 11), moments)
def test_reopening_never_pays(record, which, on):
    """One more reopening makes no share of settlement or durability better, for whoever closed it."""
    if which >= len(record.disputes):
        return
    one = record.disputes[which]
    if day(on) < one.registered_at:
        return
    worse = Dispute(
        id=one.id, registered_at=one.registered_at, incidents=one.incidents, settlements=one.settlements,
        reopened=(*one.reopened, day(on)),
    )  # fmt: skip
    changed = Record(disputes=(*record.disputes[:which], worse, *record.disputes[which + 1 :]))
    for indicator in (Indicator.RESOLUTION, Indicator.DURABLE_30, Indicator.DURABLE_90):
        before, after = count(indicator, record), count(indicator, changed)
        assert len(after.numerator) <= len(before.numerator)
        assert len(after.denominator or ()) == len(before.denominator or ())


@given(st.integers(1, 500), st.data())
def test_interval_holds_its_share_and_narrows(number, data):
    hits = data.draw(st.integers(0, number))
    low, high = wilson(hits, number)
    assert 0 <= low <= hits / number <= high <= 1
    wider = wilson(hits, number)[1] - low
    more = wilson(hits * 4, number * 4)
    assert more[1] - more[0] < wider


# --- frozen months, refusals ---------------------------------------------------------------------------------------


def test_a_correction_shows_which_rows_changed():
    then = {code: count(code) for code in (Indicator.RESOLUTION, Indicator.REPEAT)}
    late = Record(disputes=(*RECORD.disputes[1:], dispute("d41", 90), dispute("d27", 50, (91, Mode.SPOT, 1))))
    late = Record(disputes=tuple({one.id: one for one in late.disputes}.values()))
    (resolution, repeat) = corrected(then, {code: count(code, late) for code in then})
    assert (resolution.indicator, resolution.was, resolution.now) == (Indicator.RESOLUTION, 22 / 28, 22 / 28)
    assert (resolution.into_numerator, resolution.out_of_numerator) == (("d27",), ("d01",))
    assert (resolution.into_denominator, resolution.out_of_denominator) == (("d41",), ("d01",))
    assert (repeat.into_numerator, repeat.into_denominator) == ((), ("d41",))
    assert corrected(then, then) == ()
    with pytest.raises(Refused, match="figure_frozen"):
        corrected(then, {})


def test_what_cannot_be_is_refused():
    with pytest.raises(Refused, match="figure_window"):
        Window(day(1), day(1))
    with pytest.raises(Refused, match="figure_backwards") as found:
        dispute("x", 10, (5, Mode.SPOT, 1))
    assert found.value.facts == {"id": "x"}
    with pytest.raises(Refused, match="figure_twice"):
        count(Indicator.RESOLUTION, Record(disputes=(dispute("x", 1), dispute("x", 2))))
    for wrong in ({"small": 0}, {"days": ()}, {"days": (0,)}, {"days": (90, 30)}):
        with pytest.raises(Refused, match="figure_params"):
            Params(**wrong)


def test_times_of_another_zone_mean_the_same_moment():
    one = dispute("x", 1, (2, Mode.SPOT, 1))
    settled = Settlement(at=one.settlements[0].at.astimezone(UTC), mode=Mode.SPOT)
    record = Record(disputes=(Dispute(id="x", registered_at=one.registered_at, settlements=(settled,)),))
    assert count(Indicator.RESOLUTION, record).value == 1.0


# --- beside a plan ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hits", "of", "plan", "at_most", "verdict", "gap"),
    [
        (17, 20, 85, False, PlanVerdict.MET, 0),
        (16, 20, 85, False, PlanVerdict.MISSED, 5),
        (3, 20, 15, True, PlanVerdict.MET, 0),
        (4, 20, 15, True, PlanVerdict.MISSED, 5),
        (19, 19, 85, False, PlanVerdict.SMALL, 0),
        (0, 0, 85, False, PlanVerdict.EMPTY, 0),
        (0, None, 0, True, PlanVerdict.MET, 0),
        (2, None, 0, True, PlanVerdict.MISSED, 2),
        (2, None, 5, False, PlanVerdict.MISSED, 3),
        (333, 1000, 33.3, False, PlanVerdict.MET, 0),  # to the last digit, no rounding
    ],
)
def test_a_figure_beside_its_plan(hits, of, plan, at_most, verdict, gap):
    assert against(hits, of, plan, at_most=at_most) == Against(verdict, gap)


@given(of=st.integers(20, 400), hits=st.integers(0, 400), plan=st.integers(0, 100), at_most=st.booleans())
def test_one_more_in_the_right_direction_never_loses_a_plan(of, hits, plan, at_most):
    hits = min(hits, of - 1)
    worse, better = (hits + 1, hits) if at_most else (hits, hits + 1)
    first, second = (against(n, of, plan, at_most=at_most) for n in (worse, better))
    assert second.gap <= first.gap
    assert not (first.verdict is PlanVerdict.MET and second.verdict is PlanVerdict.MISSED)
