"""The lists: who sees which rows, counts that are what is listed, only known filters and orders, saved views."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import world
from tests.world import NOW
from twinloop.cases import actions, listing, paging
from twinloop.cases.listing import Asked
from twinloop.cases.models import Dispute, Incident, IncidentLink, SavedView, Unlinked
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.models import Role

# eight are the session's and the scope's
QUERIES = {"/disputes/": 20, "/incidents/": 15}


def as_(account: Any) -> Client:
    client = Client()
    client.force_login(account, backend="twinloop.people.backend.AccountBackend")
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


def said(event: Any) -> dict[str, Any]:
    found = json.loads(event.body)
    assert isinstance(found, dict)
    return found


def made(place: Any, n: int = 1, **changed: Any) -> list[Dispute]:
    found = []
    for i in range(n):
        dispute = world.dispute(place, incident=world.incident(place), title=f"{place.short}第{i}件水渠纠纷")
        Dispute.objects.filter(pk=dispute.pk).update(**changed)
        found.append(dispute)
    return found


@pytest.mark.parametrize("role", Role.values)
def test_lists_show_what_the_role_may_see(district, role):
    near, far = made(district.near)[0], made(district.far)[0]
    client = as_(district.people[role])
    for url in ("/disputes/", "/incidents/"):
        response = client.get(url)
        if role in ("auditor", "security_admin", "system_admin"):
            assert response.status_code == 403
            continue
        shown = {"近村": "近村" in text(response).split("<tbody>")[-1] and "<tbody>" in text(response),
                 "远村": "远村" in text(response).split("<tbody>")[-1] and "<tbody>" in text(response)}  # fmt: skip
        sees = {"dispatcher": 2, "bureau": 2, "chief": 1, "community_officer": 1, "auxiliary": 1}.get(role, 0)
        assert (shown["近村"], shown["远村"]) == (sees >= 1, sees == 2), url
    assert (near.place, far.place) == (district.near, district.far)


def test_counts_of_tabs_are_what_they_list(district):
    states = ("registered", "handling", "settled", "closed", "transferred", "merged")
    target = made(district.near)[0]
    for n, state in enumerate(states):
        extra = {"closed": {"closed_at": NOW}, "merged": {"merged_into": target, "state_before": "sorted"},
                 "transferred": {"state_before": "sorted"}}.get(state, {})  # fmt: skip
        made(district.near if n % 2 else district.far, n + 1, state=state, **extra)
    for role in ("bureau", "chief", "community_officer"):
        scope = district.scope(role)
        with see_as(scope):
            for merged in (False, True):
                for tab in listing.TABS:
                    asked = Asked(tab=tab, merged=merged)
                    listed = listing.dispute_page(scope, asked)
                    assert listed.counts[tab] == str(len(listed.rows)) == str(listing.disputes(scope, asked).count())


@pytest.mark.parametrize(
    ("query", "expected"),
    [("level=1", {"grave"}), ("type=B", {"b"}), ("type=B1", {"b"}), ("type=A", set()), ("owner=mine", {"mine"}),
     ("origin=lead", {"lead"}), ("place=990001001202", {"far"}), ("station=T2", {"far"}),
     ("place=990001001000", {"grave", "b", "mine", "lead", "far", "old"}),
     ("until=2026-04-01", {"old"}), ("since=2026-04-16", {"grave", "b", "mine", "lead", "far"}),
     ("q=水渠&level=1", {"grave"}), ("q=没有这个", set())],
)  # fmt: skip
def test_each_filter_keeps_what_it_says(district, query, expected):
    kinds = {"grave": {"level": 1}, "b": {"type_code": "B1"}, "mine": {"owner": district.people["bureau"]},
             "lead": {"origin": "lead"}, "old": {"registered_at": NOW - timedelta(days=30)}}  # fmt: skip
    for name, changed in kinds.items():
        made(district.near, title=f"{name}水渠", **changed)
    made(district.far, title="far水渠")
    response = as_(district.people["bureau"]).get(f"/disputes/?{query}")
    assert response.status_code == 200
    assert {row.dispute.title.removesuffix("水渠") for row in response.context["rows"]} == expected


@pytest.mark.parametrize(
    "query",
    ["order=owner__password", "order=-number", "owner__password__startswith=a", "filter[x__y]=1", "tab=secret",
     "level=7", "type=Z9", "place=1", "station=none", "origin=x", "since=yesterday", "page=0", "page=201",
     "page=1e9", "owner=nobody", "q=a%00b", "page_size=100000"],
)  # fmt: skip
@pytest.mark.parametrize("url", ["/disputes/", "/disputes/export/"])
def test_unknown_filters_and_orders_are_refused(district, query, url):
    assert as_(district.people["bureau"]).get(f"{url}?{query}").status_code == 400


@pytest.mark.parametrize("query", ["order=narrative", "kind=x", "linked=perhaps", "tab=open", "search_keys=1"])
def test_incidents_refuse_them_too(district, query):
    assert as_(district.people["bureau"]).get(f"/incidents/?{query}").status_code == 400


def loose() -> set[int]:
    """Incidents without a link, as one finds them row by row."""
    linked = IncidentLink.objects.filter(unlinked_at__isnull=True).values("incident")
    return set(Incident.objects.exclude(pk__in=linked).values_list("pk", flat=True))


def test_what_belongs_to_no_dispute_is_kept_by_the_database(district):
    def kept() -> set[int]:
        return set(Unlinked.objects.values_list("pk", flat=True))

    with see_as(SYSTEM):
        first, second = made(district.near, 2)
        alone = world.incident(district.near)
        assert kept() == loose() == {alone.pk}
        link = actions.link(alone, first, by=None, at=NOW, why="同一家")
        assert kept() == loose() == set()
        link = IncidentLink.objects.get(incident=alone, unlinked_at__isnull=True)
        IncidentLink.objects.filter(pk=link.pk).update(unlinked_at=NOW, unlinked_why="认错了")
        assert kept() == loose() == {alone.pk}
        IncidentLink.objects.filter(pk=link.pk).update(unlinked_at=None, dispute=second)
        assert kept() == loose() == set()
        moved = world.incident(district.far)
        IncidentLink.objects.filter(pk=link.pk).update(incident=moved)
        assert kept() == loose() == {alone.pk}, "both ends of a change are looked at"
        with connection.cursor() as cursor:  # as a report from a program stands: both by one statement
            cursor.execute(
                """WITH told AS (INSERT INTO cases_incident SELECT (one).* FROM (SELECT
                    jsonb_populate_record(i, '{"id": 990001, "number": "JQ990001-001", "outside_number": ""}') AS one
                    FROM cases_incident i WHERE id = %s) AS copy RETURNING id)
                INSERT INTO cases_incidentlink (incident_id, dispute_id, source, linked_at, why, unlinked_why)
                SELECT id, %s, 'person', now(), '', '' FROM told""",
                [alone.pk, first.pk],
            )
        assert kept() == loose() == {alone.pk}
        for asked, expected in ((False, loose()), (True, set(Incident.objects.values_list("pk", flat=True)) - loose())):
            assert {
                row.pk for row in listing.incident_page(SYSTEM, Asked(linked=asked, order="-received")).rows
            } == expected


def test_a_long_history_is_counted_to_one_page_beyond_the_one_asked_for(district, monkeypatch):
    monkeypatch.setattr(paging, "LEAST", 3)
    with see_as(SYSTEM):
        rows = made(district.near, 7)[::-1]
        found = Dispute.objects.order_by("-pk")
        told = []
        for number in (None, "1", "2", "3", "4", "99", "x"):
            pages = paging.GrowingPaginator(found, 2, number)
            page = pages.get_page(number)
            assert list(page) == rows[(page.number - 1) * 2 : page.number * 2]
            told.append((page.number, pages.count, pages.said))
    # of seven, two a page: four at first, then as far as somebody turns the pages, at last all
    assert told == [
        (1, 4, "4+"), (1, 4, "4+"), (2, 6, "6+"), (3, 7, ""), (4, 7, ""), (4, 7, ""), (1, 4, "4+"),
    ]  # fmt: skip


@pytest.mark.parametrize("order", [f"{sign}{name}" for name in listing.ORDERS for sign in ("", "-")])
def test_every_order_sorts(district, order):
    for n, level in enumerate((3, 1, 2)):
        made(district.near, level=level, touched_at=NOW - timedelta(hours=n), registered_at=NOW - timedelta(days=n))
    response = as_(district.people["bureau"]).get(f"/disputes/?order={order}")
    column = listing.ORDERS[order.removeprefix("-")]
    values = [getattr(row.dispute, column) for row in response.context["rows"]]
    assert values == sorted(values, reverse=order.startswith("-"))
    assert len(values) == 3


@pytest.mark.parametrize("url", QUERIES)
def test_a_list_asks_as_often_for_one_row_as_for_fifty(district, url):
    client = as_(district.people["bureau"])
    client.get("/")  # the session is marked as seen
    counted = {}
    for n in (1, 49):
        made(district.near, n)
        with CaptureQueriesContext(connection) as asked:
            response = client.get(url)
        counted[len(response.context["rows"])] = len(asked)
    assert counted == {1: QUERIES[url], 50: QUERIES[url]}


def test_a_long_list_has_pages(district):
    made(district.near, 51)
    client = as_(district.people["bureau"])
    first, second = client.get("/disputes/"), client.get("/disputes/?page=2")
    assert (len(first.context["rows"]), len(second.context["rows"])) == (50, 1)
    assert "page=2" in text(first)
    assert "page=1" in text(second)


def test_counts_beyond_the_bound_say_so(district, monkeypatch):
    monkeypatch.setattr(listing, "MOST", 2)
    made(district.near, 4)
    assert "共 2+ 条" in text(as_(district.people["bureau"]).get("/disputes/"))


def test_rows_that_hold_a_word_are_counted_less_far(district, monkeypatch):
    monkeypatch.setattr(listing, "WORDY", 2)
    made(district.near, 4)
    word = Dispute.objects.values_list("title", flat=True)[0][:3]
    client = as_(district.people["bureau"])
    assert "共 2+ 条" in text(client.get(f"/disputes/?q={word}"))
    assert "共 4 条" in text(client.get("/disputes/"))


def test_a_row_says_what_comes_next_and_the_most_urgent_clock(district):
    dispute = made(district.near, title="王秀兰和李强的水渠，电话13900000127")[0]
    near = actions.open_clock("first_feedback", by=None, at=NOW, dispute=dispute)
    actions.open_clock("people_mediation", by=None, at=NOW, dispute=dispute)
    page = text(as_(district.people["bureau"]).get("/disputes/"))
    assert "<b>分流</b>" in page
    assert "首次反馈" in page
    assert "人民调解" not in page
    assert "13900000127" not in page
    with see_as(SYSTEM):
        actions.pause_clock(near, by=None, at=NOW + timedelta(minutes=1), why="等鉴定")
    assert "人民调解" in text(as_(district.people["bureau"]).get("/disputes/"))


def test_views_are_saved_used_and_removed_by_their_owner_only(district):
    chief, bureau = as_(district.people["chief"]), as_(district.people["bureau"])
    answer = chief.post("/disputes/views/", {"name": "一级", "query": "level=1&page=3&tab=open"})
    assert answer["Location"] == "/disputes/?level=1&tab=open"
    view = SavedView.objects.get()
    assert "level=1&amp;tab=open" in text(chief.get("/disputes/"))
    assert "level=1&amp;tab=open" not in text(bureau.get("/disputes/"))
    bureau.post(f"/disputes/views/{view.pk}/remove/")
    assert SavedView.objects.exists()
    chief.post("/disputes/views/", {"name": "一级", "query": "level=2"})
    assert SavedView.objects.get().query == "level=2"
    chief.post(f"/disputes/views/{view.pk}/remove/")
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("query", ["order=owner__password", "x=1", "level=9"])
def test_a_view_of_unknown_filters_is_not_saved(district, query):
    as_(district.people["chief"]).post("/disputes/views/", {"name": "坏", "query": query})
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("url", ["/disputes/views/", "/disputes/views/1/remove/"])
def test_views_change_by_post_with_a_token_only(district, url):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(district.people["chief"], backend="twinloop.people.backend.AccountBackend")
    assert strict.get(url).status_code == 405
    assert strict.post(url, {"name": "a"}).status_code == 403


def test_the_first_page_lists_ones_own_running_clocks(district):
    officer, other = district.people["community_officer"], district.people["chief"]
    mine = made(district.near, owner=officer, title="李强的水渠")[0]
    theirs = made(district.near, owner=other)[0]
    for dispute in (mine, theirs):
        actions.open_clock("people_mediation", by=None, at=NOW, dispute=dispute)
    page = text(as_(officer).get("/"))
    assert mine.number in page
    assert theirs.number not in page
    assert "人民调解" in page
