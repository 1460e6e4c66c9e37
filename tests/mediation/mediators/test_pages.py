"""Pages of the register: filters, one mediator, forms that refuse in words, the same queries for one and many."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import world
from tests.mediation.mediators.test_register import DAY, elder, given
from tests.world import NOW
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.mediators import actions
from twinloop.mediation.mediators.actions import Place
from twinloop.mediation.mediators.models import Absence, Bar, Mediator, Room
from twinloop.mediation.sessions.models import Mediation
from twinloop.people.models import Membership, Team


@pytest.fixture(autouse=True)
def _then() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def d(db: None) -> world.District:
    with see_as(SYSTEM):
        return world.district()


def enter(d: world.District, role: str) -> Client:
    client = Client()
    client.force_login(d.people[role])
    return client


def names(client: Client, **asked: Any) -> list[str]:
    page = client.get(reverse("mediators"), asked)
    assert page.status_code == 200
    return [row.one.name for row in page.context["rows"]]


def test_the_list_is_cut_by_kind_team_room_place_skill_and_language(d: world.District) -> None:
    with see_as(SYSTEM):
        hall = actions.open_room(Place(name="近村驻所调解室", kind="station"), by=None, at=NOW)
        elder(d, name="甲")
        officer = d.people["officer"]
        actions.enrol(given(name="乙", kind="officer", account=officer, rooms=[hall], skills=["C1"]), by=None, at=NOW)
        actions.enrol(given(name="丙", kind="sector", languages=["gan"]), by=None, at=NOW)
        account = d.people["mediator"]
        actions.enrol(given(name="丁", kind="other", account=account, languages=[]), by=None, at=NOW)
        gone = elder(d, name="戊")
        actions.retire(gone, DAY, by=None, at=NOW)
        team = Team.objects.create(name="近村好邻舍调解队", kind="neighbour", station=d.station)
        Membership.objects.create(team=team, account=account, period=DateRange(date(2025, 1, 1), None))
    client = enter(d, "auxiliary")
    asked = {
        "all": names(client), "elders": names(client, group="elders"), "room": names(client, group="room"),
        "police": names(client, group="police"), "people": names(client, group="people"),
        "sector": names(client, group="sector"), "left": names(client, group="left"),
        "team": names(client, team=team.pk), "place": names(client, place=d.near.pk),
        "skill": names(client, skill="C1"), "language": names(client, language="gan"), "odd": names(client, group="?"),
    }  # fmt: skip
    assert {key: "".join(sorted(found)) for key, found in asked.items()} == {
        "all": "丁丙乙甲", "elders": "甲", "room": "乙", "police": "乙", "people": "丁甲", "sector": "丙", "left": "戊",
        "team": "丁", "place": "甲", "skill": "乙", "language": "丙", "odd": "丁丙乙甲",
    }  # fmt: skip


def test_the_list_costs_the_same_for_one_and_many(d: world.District) -> None:
    with see_as(SYSTEM):
        elder(d)
    client = enter(d, "chief")
    client.get(reverse("mediators"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("mediators"))
    with see_as(SYSTEM):
        for n in range(20):
            elder(d, name=f"老{n}")
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("mediators"))
    assert len(many) == len(one)


def typed(**facts: Any) -> dict[str, Any]:
    return {"once": str(uuid.uuid4()), "name": "老李", "kind": "cadre", "languages": ["hakka"], **facts}


def test_a_chief_enrols_corrects_and_retires(d: world.District) -> None:
    client, sent = enter(d, "chief"), typed(communities=[str(d.near.pk)], id_number="360726199001010011")
    made = client.post(reverse("mediator_new"), sent)
    assert made.status_code == 303
    assert client.post(reverse("mediator_new"), sent).headers["Location"] == made.headers["Location"]
    with see_as(SYSTEM):
        pk = Mediator.objects.get().pk
    page = client.get(made.headers["Location"]).content.decode()
    assert all(word in page for word in ("老干部", "客家话", "近村"))
    assert "360726199001010011" not in page
    assert client.post(reverse("mediator_edit", args=[pk]), typed(kind="teacher")).status_code == 303
    assert client.post(reverse("mediator_retire", args=[pk]), {"once": str(uuid.uuid4())}).status_code == 303
    with see_as(SYSTEM):
        found = Mediator.objects.get()
    assert (found.kind, found.left_on) == ("teacher", DAY)
    assert "离册" in client.get(reverse("mediator", args=[pk])).content.decode()


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"name": ""}, "调解员姓名还没有写"),
        ({"kind": ""}, "是哪一类调解员还没有选"),
        ({"id_number": "12"}, "tl-field-error"),
        ({"phone": "abc"}, "tl-field-error"),
    ],
)
def test_what_is_refused_is_said_and_stays_typed(d: world.District, facts: dict[str, str], said: str) -> None:
    answer = enter(d, "chief").post(reverse("mediator_new"), typed(**facts))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert 'value="hakka"' in page
    assert "checked" in page


def test_a_mediator_keeps_the_own_calendar_and_bars_and_no_others(d: world.District) -> None:
    with see_as(SYSTEM):
        own = actions.enrol(given(account=d.people["mediator"]), by=None, at=NOW)
        other = elder(d)
    client = enter(d, "mediator")
    days = {"since": (DAY + timedelta(1)).isoformat(), "until": (DAY + timedelta(2)).isoformat()}
    who = {"name": "王秀兰", "kind": "relative"}
    answers = {
        (one.pk, name): client.post(reverse(name, args=[one.pk]), {"once": str(uuid.uuid4()), **sent}).status_code
        for one in (own, other)
        for name, sent in (("mediator_away", days), ("mediator_bar", who))
    }
    assert answers == {
        (own.pk, "mediator_away"): 303, (own.pk, "mediator_bar"): 303,
        (other.pk, "mediator_away"): 422, (other.pk, "mediator_bar"): 422,
    }  # fmt: skip
    page = client.get(reverse("mediator", args=[own.pk])).content.decode()
    assert "王*兰" in page
    assert "王秀兰" not in page
    assert "要回避的人" not in client.get(reverse("mediator", args=[other.pk])).content.decode()
    with see_as(SYSTEM):
        away, bar = Absence.objects.get(), Bar.objects.get()
    back = reverse("mediator_back", args=[own.pk, away.pk])
    assert client.post(back, {}).status_code == 303
    lift = reverse("mediator_unbar", args=[own.pk, bar.pk])
    assert "写明原因" in client.post(lift, {"once": str(uuid.uuid4()), "why": ""}).content.decode()
    assert client.post(lift, {"once": str(uuid.uuid4()), "why": "弄错了"}).status_code == 303
    assert client.post(reverse("mediator_back", args=[other.pk, away.pk]), {}).status_code == 422


def test_what_is_in_hand_is_listed_to_whom_may_see_it_and_counted_for_all(d: world.District) -> None:
    with see_as(SYSTEM):
        made = elder(d)
        for place in (d.near, d.far):
            Mediation.objects.create(
                dispute=world.dispute(place), track="people", strength="seek", lead=made, accepted_on=DAY, opened_at=NOW
            )
    shown = {}
    for role in ("community_officer", "bureau"):
        context = enter(d, role).get(reverse("mediator", args=[made.pk])).context
        shown[role] = (context["row"].figures.open, len(context["led"]))
    assert shown == {"community_officer": (2, 1), "bureau": (2, 2)}


def test_rooms_are_listed_with_their_hours_and_kept_by_the_chief(d: world.District) -> None:
    client = enter(d, "chief")
    sent = typed(
        name="近村社区警务室", kind="community", seats=6, weekdays=["1", "3"], opens_at="09:00", closes_at="11:30"
    )
    assert client.post(reverse("mediation_room_new"), sent).status_code == 303
    page = enter(d, "mediator").get(reverse("mediation_rooms")).content.decode()
    assert "周一、周三 09:00–11:30" in page
    with see_as(SYSTEM):
        room = Room.objects.get()
    shut = client.post(reverse("mediation_room", args=[room.pk]), {**sent, "once": "", "closes_at": "08:00"})
    assert shut.status_code == 422
    assert "关门晚于开门" in shut.content.decode()
    assert "09:00" in client.get(reverse("mediation_room", args=[room.pk])).content.decode()


def test_an_unknown_mediator_is_not_there(d: world.District) -> None:
    assert enter(d, "chief").get(reverse("mediator", args=[999])).status_code == 404
    assert enter(d, "chief").get(reverse("mediator_edit", args=[999])).status_code == 404
