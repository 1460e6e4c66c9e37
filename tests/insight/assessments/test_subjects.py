"""Teams and agencies are judged by what they did; a score is open to those whom it is about and to their leaders."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange
from django.test import Client

from tests import world
from tests.mediation.joint.conftest import window_of
from tests.world import CHINA, NOW
from twinloop.cases.models import Dispute
from twinloop.decide.assessment import SubjectKind
from twinloop.discovery.leads.models import Lead
from twinloop.discovery.volunteers.models import Activity
from twinloop.dispatch.pushes import actions as pushes
from twinloop.insight.assessments import actions, opening, queries, showing
from twinloop.insight.assessments.models import Score
from twinloop.insight.assessments.told_to import TOLD_TO
from twinloop.insight.figures.models import Course, Settled
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, Scope, see_as
from twinloop.mediation.follow.models import Campaign, Nomination, Step
from twinloop.mediation.joint import actions as joint
from twinloop.mediation.mediators.models import Mediator
from twinloop.mediation.sessions.models import Mediation, Session
from twinloop.people.models import Account, Membership, Team, Unit

APRIL, MAY = date(2026, 4, 1), datetime(2026, 5, 3, 9, 0, tzinfo=CHINA)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def district(db):
    with see_as(SYSTEM):
        return world.district()


@pytest.fixture
def seen(district):
    with see_as(SYSTEM):
        yield district


def team(district, kind: str, *people: Account, name: str = "近村队") -> Team:
    made = Team.objects.create(name=name, kind=kind, station=district.station)
    for one in people:
        Membership.objects.create(team=made, account=one, period=DateRange(date(2025, 1, 1), None))
    return made


def score(kind: SubjectKind, **subject) -> Score:
    actions.assess(kind, APRIL, at=MAY)
    return Score.objects.select_related("assessment", "account", "team", "unit").get(**subject)


def quarrel(district, at: datetime = NOW) -> Dispute:
    """Known to the figures, too."""
    made = world.dispute(district.near, at=at)
    Course.objects.create(dispute=made, registered_at=at)
    return made


def settled(dispute: Dispute, at: datetime, flared_at: datetime | None = None) -> None:
    number = dispute.settlements.count() + 1
    Settled.objects.create(dispute=dispute, number=number, at=at, until=flared_at, mode="mode_seek", round=1,
                           flared_at=flared_at)  # fmt: skip


# --- agencies --------------------------------------------------------------------------------------------------------


def test_an_agency_answers_for_whistles_pushes_and_objections(seen):
    """Three whistles: one signed in time and fed back late, one objected to in vain, one never signed; one push
    signed in time and never answered."""
    w = window_of(seen)
    labour, clerk, chief = w.units["labour"], w.clerks["labour"], seen.people["chief"]
    first = w.item(w.blow())
    joint.sign(first, by=clerk.pk, at=NOW + HOUR / 2)
    joint.feed_back(first, "办了", "done", is_final=True, by=clerk.pk, at=NOW + 3 * DAY)
    rest = []
    for n in range(2):
        more = window_of_again(w, n)
        rest.append(w.item(joint.blow(more, joint.Ask(units=[labour], lead=labour.pk, text="核实数额"),
                                      by=w.person("dispatcher").pk, at=NOW)))  # fmt: skip
    made = joint.object_to(rest[0], "not_subject", "不归我们", by=clerk.pk, at=NOW + HOUR / 4)
    joint.decide(made, "stays", why="就是你们主管", by=chief.pk, at=NOW + HOUR / 3)
    pushed = pushes.push_out(w.dispute, [labour], "请核实", by=chief.pk, at=NOW)[0]
    pushes.receive(pushed, by=clerk.pk, at=NOW + HOUR / 2)
    found = score(SubjectKind.AGENCY, unit=labour)
    assert queries.counted(found.rows) == {
        "agency_answered": (1, 3), "agency_fed_back": (0, 1), "objections_lost": (1, 3), "pushes_signed": (1, 1),
        "pushes_replied": (0, 1),
    }  # fmt: skip
    assert found.beside == {"hours_to_answer": 0.5, "whistles": 3.0, "pushes": 1.0}
    assert found.verdict == "small", "nobody is judged by three whistles"


def window_of_again(w, n: int) -> Dispute:
    made = world.dispute(w.district.near, title=f"欠薪纠纷 {n}", at=NOW)
    Dispute.objects.filter(pk=made.pk).update(state="sorted", level=2, type_code="C2")
    made.refresh_from_db()
    return made


def test_what_moved_to_another_agency_is_no_lost_objection(seen):
    w = window_of(seen)
    item = w.item(w.blow("labour", "housing"))
    made = joint.object_to(item, "not_subject", "不归我们", by=w.clerks["labour"].pk, at=NOW + HOUR / 4)
    joint.decide(made, "moves", why="该住建", by=seen.people["chief"].pk, at=NOW + HOUR / 3, to_unit=w.units["centre"])
    found = score(SubjectKind.AGENCY, unit=w.units["labour"])
    assert queries.counted(found.rows) == {"objections_lost": (0, 1)}


# --- teams -----------------------------------------------------------------------------------------------------------


def test_a_team_of_neighbours_answers_for_what_its_people_lead(seen):
    """Of five mediations two settled, one failed, two ended because a party refused: nothing is said of those. One
    settlement of January held ninety days, one of the same month did not; an officer's own counts for no team."""
    elder, outsider = seen.people["mediator"], seen.people["community_officer"]
    mine = team(seen, "neighbour", elder)
    lead, other = (
        Mediator.objects.create(account=one, name=one.name, kind="cadre", joined_on=date(2020, 1, 1))
        for one in (elder, outsider)
    )

    def mediation(state: str, at: datetime = NOW, who: Mediator = lead, held: bool = True) -> Dispute:
        dispute = quarrel(seen, at - DAY)
        made = Mediation.objects.create(
            dispute=dispute, track="people", strength="seek", lead=who, accepted_on=at.date(), state=state,
            opened_at=at, ended_at=at + 3 * HOUR,
        )  # fmt: skip
        Session.objects.create(
            mediation=made, round=1, where="家里", period=DateTimeTZRange(at + HOUR, at + 2 * HOUR), planned_at=at,
            outcome="agreed" if held else "postponed", outcome_at=at + 2 * HOUR, live=held,
        )  # fmt: skip
        if state == "settled":
            settled(dispute, at + 3 * HOUR)
        return dispute

    for n, state in enumerate(["settled", "settled", "failed", "refused", "ended"]):
        mediation(state, NOW + n * HOUR, held=n < 4)
    mediation("settled", who=other)
    early = datetime(2026, 1, 15, 9, 0, tzinfo=CHINA)
    mediation("settled", early)
    fell = mediation("settled", early + DAY)
    Settled.objects.filter(dispute=fell).update(until=early + 9 * DAY, flared_at=early + 9 * DAY)
    found = score(SubjectKind.NEIGHBOUR, team=mine)
    assert queries.counted(found.rows) == {
        "mediations_settled": (2, 3), "sessions_held": (4, 5), "durable_90": (1, 2),
    }  # fmt: skip
    assert found.beside == {"mediations": 5.0, "sessions": 5.0}
    assert Score.objects.count() == 1


def test_a_two_plus_two_team_answers_for_its_campaigns_and_promised_steps(seen):
    """Two ended settled and given up; one that the system ended, because the dispute went elsewhere, says nothing.
    Of three promised steps one was taken in time, one too late, one was put in afterwards with an earlier day."""
    chief, officer = seen.people["chief"], seen.people["officer"]
    mine = team(seen, "two_plus_two", officer)

    def campaign(outcome: str, by: Account | None) -> Campaign:
        made = Nomination.objects.create(
            dispute=quarrel(seen, NOW - 9 * DAY),
            reasons=[["nominated_old", 5]],
            version="1",
            nominated_at=NOW - 9 * DAY,
        )
        over = NOW + DAY if outcome else None
        return Campaign.objects.create(
            nomination=made, dispute=made.dispute, team=mine, started_by=chief, started_at=NOW - 8 * DAY,
            outcome=outcome, ended_why="完" if outcome else "", ended_by=by, ended_at=over,
        )  # fmt: skip

    def step(of: Campaign, on: date, at: datetime, then_on: date | None = None) -> None:
        Step.objects.create(campaign=of, kind="visit", on=on, text="走访", then="再去" if then_on else "",
                            then_on=then_on, by=officer, at=at)  # fmt: skip

    campaign("settled", chief)
    campaign("left", chief)
    campaign("left", None)
    going = campaign("", None)
    step(going, date(2026, 4, 10), NOW, date(2026, 4, 12))
    step(going, date(2026, 4, 12), datetime(2026, 4, 12, 18, 0, tzinfo=CHINA), date(2026, 4, 15))  # taken in time
    step(going, date(2026, 4, 17), datetime(2026, 4, 17, 9, 0, tzinfo=CHINA), date(2026, 4, 20))  # two days late
    step(going, date(2026, 4, 20), datetime(2026, 4, 25, 9, 0, tzinfo=CHINA))  # written five days after
    found = score(SubjectKind.TWO_PLUS_TWO, team=mine)
    assert queries.counted(found.rows) == {"campaigns_settled": (1, 2), "steps_in_time": (1, 3)}
    assert found.beside == {"campaigns": 4.0, "steps": 4.0}


def test_a_team_of_volunteers_answers_for_leads_and_for_what_it_writes_down(seen):
    who = seen.people["volunteer"]
    mine = team(seen, "volunteer", who)

    def activity(late: timedelta) -> Activity:
        return Activity.objects.create(
            sort="visit", team=mine, place=seen.near, starts_at=NOW, ends_at=NOW + 2 * HOUR, reached=9, helped=3,
            recorded_by=who, recorded_at=NOW + late,
        )  # fmt: skip

    prompt, _late = activity(DAY), activity(4 * DAY)

    def lead(number: str, state: str, reason: str = "", **more) -> None:
        Lead.objects.create(
            number=number, source="volunteer", text="排水沟", place=seen.near, reporter=who, reported_at=NOW,
            registered_by=who, state=state, reason=reason, decided_at=NOW + DAY, **more,
        )  # fmt: skip

    lead("XS260416-901", "accepted", incident=world.incident(seen.near), context=prompt.context)
    lead("XS260416-902", "declined", "known")  # a true report all the same
    lead("XS260416-903", "declined", "unclear")
    found = score(SubjectKind.VOLUNTEER, team=mine)
    assert queries.counted(found.rows) == {"leads_taken": (1, 2), "activities_prompt": (1, 2)}
    assert found.beside == {"activities": 2.0, "helped": 6.0, "hours": 4.0}


# --- who sees it, and opens it ---------------------------------------------------------------------------------------


@pytest.fixture
def scored(district):
    """A score of every kind, near: of the agency, two teams, a person, the community, the station; and one far away."""
    with see_as(SYSTEM):
        w = window_of(district)
        w.item(w.blow())
        elder = district.people["mediator"]
        near, far = team(district, "neighbour", elder), team(district, "neighbour", name="远村队")
        Team.objects.filter(pk=far.pk).update(station=district.other)
        found = {}
        for kind in SubjectKind:
            found[kind.value] = actions.assess(kind, APRIL, at=MAY)
        rows = {"resolution": {"in": [], "of": [["1", w.dispute.pk, w.dispute.number]]}}
        kept = {"rows": rows, "verdict": "small"}
        subjects = {
            "agency": {"unit": w.units["labour"]}, "other_agency": {"unit": w.units["housing"]},
            "team": {"team": near}, "far_team": {"team": far}, "person": {"account": district.people["officer"]},
            "community": {"place": district.near}, "far_community": {"place": district.far},
            "station": {"unit": district.station}, "far_station": {"unit": district.other},
        }  # fmt: skip
        kinds = {"other_agency": "agency", "team": "neighbour", "far_team": "neighbour", "far_community": "community",
                 "far_station": "station"}  # fmt: skip
        made = {
            name: Score.objects.update_or_create(assessment=found[kinds.get(name, name)], **subject, defaults=kept)[0]
            for name, subject in subjects.items()
        }
        return w, made


SEES = {
    "officer": {"person"}, "mediator": {"team"}, "agency": {"agency"}, "volunteer": set(), "dispatcher": set(),
    "community_officer": set(), "grid_worker": set(), "auxiliary": set(),
    "chief": {"team", "person", "community", "station"},
    "bureau": {"agency", "other_agency", "team", "far_team", "person", "community", "far_community", "station",
               "far_station"},
}  # fmt: skip


@pytest.mark.parametrize("role", SEES)
def test_the_database_and_the_query_show_the_same_scores(district, scored, role):
    _w, made = scored
    held = district.scope(role, MAY)
    with see_as(held):
        asked, told = set(queries.visible(held)), set(Score.objects.all())
    assert asked == told
    assert {name for name, one in made.items() if one in asked} == SEES[role]


def test_who_left_a_team_before_the_month_does_not_read_its_score(district, scored):
    _w, made = scored
    elder = district.people["mediator"]
    with see_as(SYSTEM):
        Membership.objects.filter(account=elder).update(period=DateRange(date(2025, 1, 1), date(2026, 4, 1)))
    with see_as(district.scope("mediator", MAY)) as held:
        assert not queries.visible(held).exists()
        assert not Score.objects.exists()
        assert not queries.is_own(held, made["team"])


def test_who_stands_in_for_somebody_does_not_read_their_score(district, scored):
    owner = district.people["officer"]
    held = district.scope("auxiliary", MAY)
    lent = Scope(account=held.account, roles=held.roles | {"officer"}, accounts=held.accounts | {owner.pk})
    with see_as(lent):
        assert not queries.visible(lent).exists()
        assert not Score.objects.exists()


OWN = {"officer": "person", "mediator": "team", "agency": "agency", "chief": "station"}


@pytest.mark.parametrize("role", OWN)
def test_the_assessed_contest_their_own_alone(district, scored, role):
    _w, made = scored
    with see_as(district.scope(role, MAY)) as held:
        kept = actions.contest(made[OWN[role]], "数错了", by=district.people[role].pk, scope=held, at=MAY)
        assert kept.why == "数错了"
        for name in set(made) - {OWN[role], "community"}:
            with pytest.raises(actions.Refused) as no:
                actions.contest(made[name], "数错了", by=district.people[role].pk, scope=held, at=MAY)
            assert no.value.code == "contest_not_yours"


ROWS = re.compile(r"<li>(?:<input|<span>)")


@pytest.mark.parametrize("role", ["officer", "mediator", "agency", "chief", "bureau"])
def test_a_score_opened_on_its_page_lists_as_many_rows_as_it_counts(district, scored, role):
    _w, made = scored
    client = Client()
    client.force_login(district.people[role], backend="twinloop.people.backend.AccountBackend")
    with time_machine.travel(MAY, tick=False):
        for name in SEES[role]:
            page = client.get(f"/assessment/scores/{made[name].pk}/").content.decode()
            with see_as(SYSTEM):
                measured = {one["indicator"] for one in made[name].assessment.measures}
                wanted = sum(of for code, (_in, of) in queries.counted(made[name].rows).items() if code in measured)
            assert len(ROWS.findall(page)) == wanted, name
        for name in set(made) - SEES[role]:
            assert client.get(f"/assessment/scores/{made[name].pk}/").status_code == 404


@pytest.mark.parametrize("count", [1, 50])
def test_pages_take_a_fixed_number_of_queries(district, scored, count, django_assert_num_queries):
    """The month's table with one agency or fifty, a score with one row or fifty."""
    w, made = scored
    with see_as(SYSTEM):
        kept = made["station"]
        rows = [[str(n), w.dispute.pk, w.dispute.number] for n in range(count)]
        clocks = [[f"clock:{n}", w.dispute.pk, w.dispute.number] for n in range(count)]
        Score.objects.filter(pk=kept.pk).update(
            rows={"resolution": {"in": rows, "of": []}, "clocks_met": {"in": [], "of": clocks}}
        )
        month = made["agency"].assessment
        for n in range(count - 1):
            unit = Unit.objects.create(code=f"GQ{n}", name=f"部门 {n}", kind="agency")
            Score.objects.create(assessment=month, unit=unit, rows={}, verdict="small")
        held = district.scope("bureau", MAY)
    with see_as(held):
        kept.refresh_from_db()
        with django_assert_num_queries(2):
            assert len(opening.opened(held, kept)["resolution"].rows) == count
        with django_assert_num_queries(1):
            assert len([showing.lines(one) for one in queries.of_assessment(held, month)]) >= count


def test_teams_and_agencies_are_told(district, scored):
    w, made = scored
    with see_as(SYSTEM):
        told = {}
        for name in ("team", "agency"):
            event = Event.objects.get(stream=made[name].assessment.stream, verb="assessment_made")
            told[name] = set(TOLD_TO["assessment_made"].who(event))
    assert told["team"] == {district.people["mediator"].pk}
    assert told["agency"] == {clerk.pk for name, clerk in w.clerks.items() if name != "court"}, (
        "the court was not asked"
    )


@pytest.mark.parametrize("role", ["agency", "bureau"])
def test_every_row_of_an_agency_is_listed_for_each_who_may_see_the_score(district, scored, role):
    """Counts match; the agency opens its own items and nothing of the dispute."""
    w, made = scored
    with see_as(SYSTEM):
        labour = w.units["labour"]
        again = actions.counting.rows_by_subject(
            SubjectKind.AGENCY, queries.shipped(SubjectKind.AGENCY), actions.windows.month(APRIL), MAY
        )[labour.pk]
        kept = made["agency"]
        Score.objects.filter(pk=kept.pk).update(rows=again)
        kept.refresh_from_db()
    with see_as(district.scope(role, MAY)) as held:
        found = opening.opened(held, kept)
        counted = queries.counted(kept.rows)
        assert {code: len(one.rows) + one.more for code, one in found.items()} == {
            code: of for code, (_hits, of) in counted.items()
        }
        urls = {row.url for one in found.values() for row in one.rows}
    assert all(urls), "each can be opened"
    assert all(("/items/" in url) == (role == "agency") for url in urls)
    client = Client()
    client.force_login(district.people[role], backend="twinloop.people.backend.AccountBackend")
    with time_machine.travel(MAY, tick=False):
        assert {client.get(url).status_code for url in urls} == {200}
