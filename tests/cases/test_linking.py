"""One quarrel or two: links, merges and splits, each undone again; and two people at the same moment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import world
from tests.at_once import at_once
from tests.world import NOW
from twinloop.cases import actions
from twinloop.cases.actions.numbering import draw
from twinloop.cases.models import Dispute, Incident, IncidentLink, Merge
from twinloop.decide import Refused
from twinloop.ledger.models import Event
from twinloop.ledger.queries import broken
from twinloop.ledger.sight import SYSTEM, see_as

DESK = frozenset({"dispatcher"})


def merge(source: Dispute, target: Dispute, **more) -> Merge:
    return actions.merge(source, target, by=None, roles=DESK, at=NOW, why="同一纠纷", **more)


def test_an_incident_belongs_to_one_dispute(district):
    first, second = world.dispute(district.near), world.dispute(district.near)
    call = world.incident(district.near)
    made = actions.link(call, first, by=None, at=NOW, why="同一条沟")
    assert actions.link(call, first, by=None, at=NOW, why="又说一次") == made
    with pytest.raises(Refused) as caught:
        actions.link(call, second, by=None, at=NOW, why="")
    assert caught.value.facts["number"] == first.number
    actions.unlink(made, by=None, at=NOW, why="看错了")
    actions.link(call, second, by=None, at=NOW, why="是这家")
    assert IncidentLink.objects.filter(incident=call).count() == 2


def test_unlinking_needs_a_reason_and_happens_once(district):
    made = actions.link(world.incident(district.near), world.dispute(district.near), by=None, at=NOW, why="")
    with pytest.raises(Refused, match="reason_missing"):
        actions.unlink(made, by=None, at=NOW, why=" ")
    actions.unlink(made, by=None, at=NOW, why="看错了")
    with pytest.raises(Refused, match="already_undone"):
        actions.unlink(made, by=None, at=NOW, why="看错了")


def test_late_calls_follow_a_merge(district):
    a, b, c = (world.dispute(district.near, title=t) for t in "甲乙丙")
    merge(a, b)
    merge(b, c)
    made = actions.link(world.incident(district.near), a, by=None, at=NOW, why="")
    assert made.dispute == c


def test_a_merge_into_itself_or_in_a_circle_is_refused(district):
    a, b = world.dispute(district.near), world.dispute(district.near)
    with pytest.raises(Refused, match="merge_itself"):
        merge(a, a)
    merge(a, b)
    with pytest.raises(Refused, match="merge_itself"):
        merge(b, a)  # a lives on in b already


def test_a_merge_needs_a_reason(district):
    a, b = world.dispute(district.near), world.dispute(district.near)
    with pytest.raises(Refused) as caught:
        actions.merge(a, b, by=None, roles=DESK, at=NOW, why="")
    assert caught.value.facts["lacks"] == ("lack_reason",)
    assert Merge.objects.count() == 0


def test_splitting_a_merge_keeps_both_histories(district):
    a, b = world.dispute(district.near), world.dispute(district.near)
    merge(a, b)
    a.refresh_from_db()
    actions.split_merge(a, by=None, roles=DESK, at=NOW + timedelta(hours=1), why="不是一回事")
    assert (a.state, a.merged_into) == ("registered", None)
    assert Merge.objects.get(source=a).undone_why == "不是一回事"
    assert [e.verb for e in Event.objects.filter(stream=b.stream).order_by("seq")][-2:] == [
        "merged_here", "split_from_here",
    ]  # fmt: skip
    assert list(broken()) == []


def test_some_calls_become_a_dispute_of_their_own_and_come_back(district):
    dispute = world.dispute(district.near)
    calls = [world.incident(district.near) for _ in range(3)]
    for call in calls:
        actions.link(call, dispute, by=None, at=NOW, why="")
    with pytest.raises(Refused, match="split_all"):
        actions.split_off(dispute, calls, title="另一件", by=None, at=NOW, why="两件事")
    with pytest.raises(Refused, match="split_foreign"):
        actions.split_off(dispute, [world.incident(district.near)], title="另一件", by=None, at=NOW, why="两件事")
    made = actions.split_off(dispute, calls[:1], title="另一件", by=None, at=NOW, why="两件事")
    assert [link.incident for link in made.links.filter(unlinked_at=None)] == calls[:1]
    merge(made, dispute)
    made.refresh_from_db()
    assert made.merged_into == dispute


# --- at the same moment ---------------------------------------------------------------------------------------------


@pytest.fixture
def committed(fresh_db):
    with see_as(SYSTEM):
        yield world.district()


def test_of_two_moves_at_once_one_wins(committed):
    dispute = world.dispute(committed.near)
    version = dispute.version

    def sort(code: str):
        mine = Dispute.objects.get(pk=dispute.pk)
        return actions.move(
            mine, "sort", by=None, roles=DESK, at=NOW, version=version, given={"type_code": code, "level": 3}
        )

    for _ in range(5):
        found = at_once(lambda: sort("B1"), lambda: sort("B2"))
        assert sorted(type(f).__name__ for f in found) in (["Conflict", "Dispute"], ["Conflict", "Conflict"])
    assert Event.objects.filter(stream=dispute.stream, verb="sort").count() == 1


def test_two_merges_crosswise_end_in_one_direction(committed):
    for _ in range(5):
        a, b = world.dispute(committed.near), world.dispute(committed.near)
        found = at_once(lambda a=a, b=b: merge(a, b), lambda a=a, b=b: merge(b, a))
        assert sum(isinstance(f, Merge) for f in found) == 1, found
        assert {d.state for d in Dispute.objects.filter(pk__in=[a.pk, b.pk])} == {"registered", "merged"}


def test_two_links_of_one_call_leave_one(committed):
    call = world.incident(committed.near)
    a, b = world.dispute(committed.near), world.dispute(committed.near)
    found = at_once(
        lambda: actions.link(call, a, by=None, at=NOW, why=""), lambda: actions.link(call, b, by=None, at=NOW, why="")
    )
    assert sorted(type(f).__name__ for f in found) == ["IncidentLink", "Refused"]


def test_numbers_drawn_at_once_differ(committed):
    found = at_once(*[lambda: draw("JQ", NOW) for _ in range(8)])
    assert len(set(found)) == 8
    assert Incident.objects.count() == 0
