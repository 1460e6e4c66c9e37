"""2+2: a quarrel nominates itself, a chief decides, a whole team without ties works on it, it ends as recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from tests import world
from tests.mediation.sessions.scene import Scene, refused, scene
from tests.world import NOW
from twinloop.cases import actions as cases
from twinloop.cases.models import Dispute, Involvement, Standing
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.follow import actions, queries
from twinloop.mediation.follow.models import Campaign, Nomination, Step
from twinloop.mediation.mediators.models import Bar, Mediator
from twinloop.notices.telling import told_to
from twinloop.people import actions as people
from twinloop.people.models import Account, Team

DAY = NOW.date()
WHY = "三任村干部都没有调成"


@pytest.fixture(autouse=True)
def _then() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def s(db: None) -> Iterator[Scene]:
    with see_as(SYSTEM):
        yield scene(type_code="D1", title="田埂界址纠纷", started_on=date(2021, 3, 1))


def members(s: Scene) -> list[Account]:
    made = [world.account(f"v{n}", unit=s.district.station, is_veteran=True) for n in range(2)]
    return made + [world.account(f"h{n}", unit=s.district.station, kind="auxiliary") for n in range(2)]


def team_of(s: Scene, people_: list[Account]) -> Team:
    Team.objects.filter(kind="two_plus_two").update(closed_on=date(2020, 1, 1))  # the demo's, if there are any
    team = people.create_team("近村 2+2", "two_plus_two", station=s.district.station, by=None, at=NOW)
    for n, member in enumerate(people_):
        people.join_team(team, member, is_lead=n == 0, by=None, at=NOW)
    return team


def chief(s: Scene) -> int:
    return s.district.people["chief"].pk


def campaign(s: Scene) -> Campaign:
    found = actions.nominate(s.dispute, by=chief(s), at=NOW)
    return actions.accept(found, team_of(s, members(s)), why=WHY, by=chief(s), at=NOW)


def verbs(s: Scene) -> list[str]:
    found = Event.objects.filter(stream=s.dispute.stream).order_by("seq").values_list("verb", flat=True)
    return [verb for verb in found if verb.startswith(("follow_", "campaign_"))]


def test_a_five_year_land_quarrel_is_settled_by_two_and_two(s: Scene) -> None:
    assert actions.propose(at=NOW) == 1
    found = Nomination.objects.get()
    assert found.reasons == [["nominated_old", 5]]
    made = actions.accept(found, team_of(s, members(s)), why=WHY, by=chief(s), at=NOW)
    mates = list(made.members.order_by("username"))
    assert [one.username for one in mates] == ["h0", "h1", "v0", "v1"]
    assert Involvement.objects.filter(dispute=s.dispute, account__in=mates, until=None).count() == 4
    actions.step(made, "inquiry", DAY, "查 1998 年承包台账，丈量田埂", by=mates[2].pk, at=NOW)
    assert refused(actions.end, made, "settled", why="签了", by=chief(s), at=NOW) == "campaign_not_settled"
    Dispute.objects.filter(pk=s.dispute.pk).update(state="settled", settled_at=NOW)
    assert (actions.tidy(at=NOW), actions.tidy(at=NOW)) == (1, 0)
    made.refresh_from_db()
    assert (made.outcome, made.ended_by) == ("settled", None)
    assert verbs(s) == ["follow_nominated", "campaign_started", "campaign_step", "campaign_ended"]
    before, after = queries.success(SYSTEM, DAY)
    assert (before.total, before.low) == (0, None)
    assert (after.settled, after.total) == (1, 1)


def test_the_notice_of_a_nomination_leads_where_it_is_decided(s: Scene) -> None:
    found = actions.nominate(s.dispute, by=chief(s), at=NOW)
    event, telling = Event.objects.get(verb="follow_nominated"), told_to()["follow_nominated"]
    assert telling.link(event) == (s.dispute.number, f"/follow/nominations/{found.pk}/")
    event.data.pop("nomination")  # as events were before
    assert telling.link(event) == (s.dispute.number, f"/disputes/{s.dispute.number}/")


def test_the_rule_nominates_once_and_a_no_stands_until_there_is_a_new_ground(s: Scene) -> None:
    assert (actions.propose(at=NOW), actions.propose(at=NOW)) == (1, 0)
    found = Nomination.objects.get()
    assert refused(actions.nominate, s.dispute, by=chief(s), at=NOW) == "nomination_open"
    assert refused(actions.decline, found, why=" ", by=chief(s), at=NOW) == "nomination_why"
    actions.decline(found, why="正在法院审理", by=chief(s), at=NOW)
    assert refused(actions.decline, found, why="再来", by=chief(s), at=NOW) == "nomination_decided"
    later = NOW + timedelta(days=400)  # a year older is the same ground
    assert actions.propose(at=later) == 0
    Standing.objects.filter(dispute=s.dispute).update(sessions_failed=2)
    assert actions.propose(at=later) == 1
    assert [one[0] for one in Nomination.objects.get(decision="").reasons] == ["nominated_old", "nominated_stuck"]


def test_three_calls_and_a_backlog_nominate_and_a_new_quarrel_does_not(s: Scene) -> None:
    Dispute.objects.filter(pk=s.dispute.pk).update(started_on=DAY)
    assert (actions.propose(at=NOW), refused(actions.nominate, s.dispute, by=chief(s), at=NOW)) == (
        0,
        "nomination_ground",
    )
    for n in range(3):
        incident = world.incident(s.district.near, at=NOW + timedelta(minutes=n))
        cases.link(incident, s.dispute, by=s.by, at=NOW + timedelta(minutes=n), why="同一件")
    Dispute.objects.filter(pk=s.dispute.pk).update(origin="backlog")
    assert actions.propose(at=NOW) == 1
    assert Nomination.objects.get().reasons == [["nominated_backlog", 0], ["nominated_called", 3]]


def test_domestic_violence_is_not_nominated_nor_given_to_a_team(s: Scene) -> None:
    found = actions.nominate(s.dispute, by=chief(s), at=NOW)
    Standing.objects.filter(dispute=s.dispute).update(domestic_violence=True)
    team = team_of(s, members(s))
    assert refused(actions.accept, found, team, why=WHY, by=chief(s), at=NOW) == "campaign_violence"
    actions.decline(found, why="走保护", by=chief(s), at=NOW)
    assert refused(actions.nominate, s.dispute, by=chief(s), at=NOW) == "campaign_violence"
    assert actions.propose(at=NOW) == 0


def test_a_team_must_be_two_and_two_and_bound_to_no_party(s: Scene) -> None:
    found = actions.nominate(s.dispute, by=chief(s), at=NOW)
    four = members(s)
    other = people.create_team("近村好邻舍", "neighbour", station=s.district.station, by=None, at=NOW)
    short = team_of(s, four[:3])
    for team, code in ((other, "campaign_not_team"), (short, "campaign_team_short")):
        assert refused(actions.accept, found, team, why=WHY, by=chief(s), at=NOW) == code
    people.join_team(short, four[3], by=None, at=NOW)
    assert refused(actions.accept, found, short, why="", by=chief(s), at=NOW) == "nomination_why"
    kin = Mediator.objects.create(account=four[0], name="老警", kind="officer", joined_on=date(2020, 1, 1))
    Bar.objects.create(mediator=kin, kind="relative", keys=s.a.search_keys, name_masked="王*兰", at=NOW)
    assert refused(actions.accept, found, short, why=WHY, by=chief(s), at=NOW) == "campaign_conflict"
    found.refresh_from_db()
    assert (found.decision, Campaign.objects.count()) == ("", 0)  # a refusal leaves nothing
    Bar.objects.update(ended_at=NOW, ended_why="记错了")
    actions.accept(found, short, why=WHY, by=chief(s), at=NOW)
    assert refused(actions.nominate, s.dispute, by=chief(s), at=NOW) == "campaign_open"


def test_only_a_member_writes_and_says_when_and_what(s: Scene) -> None:
    made = campaign(s)
    by = made.members.order_by("username").first()
    assert by is not None
    for kind, on, text, who, code in (
        ("visit", DAY, "去了", chief(s), "campaign_member"),
        ("party", DAY, "去了", by.pk, "campaign_kind"),
        ("visit", DAY, "  ", by.pk, "campaign_empty"),
        ("visit", DAY + timedelta(days=1), "去了", by.pk, "campaign_future"),
        ("visit", DAY - timedelta(days=1), "去了", by.pk, "campaign_before"),
    ):
        assert refused(actions.step, made, kind, on, text, by=who, at=NOW) == code
    assert refused(actions.end, made, "", why="x", by=chief(s), at=NOW) == "campaign_outcome"
    assert refused(actions.end, made, "won", why="x", by=chief(s), at=NOW) == "campaign_outcome"
    assert refused(actions.end, made, "failed", why=" ", by=chief(s), at=NOW) == "nomination_why"
    actions.end(made, "failed", why="双方都不肯让", by=chief(s), at=NOW)
    assert refused(actions.step, made, "visit", DAY, "去了", by=by.pk, at=NOW) == "campaign_ended"
    assert Step.objects.count() == 0


def test_a_dispute_that_is_over_is_not_taken_up(s: Scene) -> None:
    found = actions.nominate(s.dispute, by=chief(s), at=NOW)
    Dispute.objects.filter(pk=s.dispute.pk).update(state="settled", settled_at=NOW)
    team = team_of(s, members(s))
    assert refused(actions.accept, found, team, why=WHY, by=chief(s), at=NOW) == "campaign_dispute_over"


@pytest.mark.parametrize(
    "columns",
    [{"reasons": []}, {"decision": "accepted"}, {"decision": "declined", "decided_at": NOW, "why": ""}],
)
def test_the_database_keeps_no_half_decision(s: Scene, columns: dict[str, object]) -> None:
    found = actions.nominate(s.dispute, by=chief(s), at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Nomination.objects.filter(pk=found.pk).update(**columns)


def test_the_query_and_the_policies_show_the_same(s: Scene) -> None:
    made = campaign(s)
    actions.step(made, "visit", DAY, "走访两家", by=made.members.all()[0].pk, at=NOW)
    seen = set()
    for role in world.ROLES:
        held = s.district.scope(role)
        with see_as(held):
            counts = (
                Nomination.objects.count(), queries.nominations(held).count(), Campaign.objects.count(),
                queries.campaigns(held).count(), Step.objects.count(),
            )  # fmt: skip
        assert len(set(counts)) == 1, (role, counts)
        seen |= {role} if counts[0] else set()
    assert seen == {"dispatcher", "community_officer", "auxiliary", "chief", "bureau"}
