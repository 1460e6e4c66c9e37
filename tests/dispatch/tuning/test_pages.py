"""The four pages: who opens them, the two steps by their forms, what a wrong figure answers, who sees the cases."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests import world
from tests.cases.test_lists import as_, text
from twinloop.cases.models import ParameterSet
from twinloop.decide.parameters import ParameterKind as K
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.models import Role

URLS = {kind: f"/settings/{kind}/" for kind in K}
CHANGES: dict[K, dict[str, str]] = {
    K.SCORECARD: {"level_2_from": "1", "steps-injury": "1=4, 2：6；3→12", "floor-violence": "2"},
    K.WEIGHTS: {"load": "4.5"},
    K.THRESHOLDS: {"sorting_least": "0.6"},
    K.MEDIATION: {"follow_calls": "2"},
    K.TYPES: {"name-B3": "小区物业", "description-B3": "物业费、停车"},
}


@pytest.fixture
def district(db):
    with see_as(SYSTEM):
        return world.district()


def form_of(client: Any, kind: K, **changed: str) -> dict[str, str]:
    """What the page's form would send, with some fields changed."""
    form = client.get(URLS[kind]).context["form"]
    sent = {name: form[name].value() for name in form.fields}
    return (
        {name: str(value) for name, value in sent.items() if value is not None and value is not False}
        | {"why": "开会定的"}
        | changed
    )


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("kind", K)
def test_only_administrators_and_leaders_open_and_post(district, role, kind):
    client, may = as_(district.people[role]), role in {"system_admin", "bureau"}
    assert client.get(URLS[kind]).status_code == (200 if may else 403)
    assert client.post(URLS[kind], {}).status_code == (422 if may else 403)


@pytest.mark.parametrize("kind", K)
def test_two_steps_set_it_and_the_history_says_who_and_what(district, kind):
    client = as_(district.people["system_admin"])
    sent = form_of(client, kind, **CHANGES[kind])
    tried = client.post(URLS[kind], sent | {"preview": "1"})
    assert tried.status_code == 200
    assert "试算：" in text(tried)
    assert not ParameterSet.objects.exists()
    assert client.post(URLS[kind], sent | {"apply": "1"}).status_code == 422
    done = client.post(URLS[kind], sent | {"apply": "1", "token": tried.context["token"]})
    assert done["Location"] == URLS[kind]
    row = ParameterSet.objects.get()
    assert (row.kind, row.why, row.by) == (kind, "开会定的", district.people["system_admin"])
    page = client.get(URLS[kind])
    assert "将生效" in text(page)
    assert "改了" in text(page)
    form = page.context["form"]
    assert form["follows"].value() == row.pk
    again = form_of(client, kind)
    same = client.post(URLS[kind], again | {"preview": "1"})
    assert same.status_code == 422
    assert "和现在的一组一样" in text(same)


def test_what_was_typed_is_what_is_kept(district):
    client = as_(district.people["bureau"])
    sent = form_of(client, K.SCORECARD, **CHANGES[K.SCORECARD])
    token = client.post(URLS[K.SCORECARD], sent | {"preview": "1"}).context["token"]
    client.post(URLS[K.SCORECARD], sent | {"apply": "1", "token": token})
    kept = ParameterSet.objects.get().values
    assert kept["steps"]["injury"] == [[1, 4], [2, 6], [3, 12]]
    assert kept["floor"]["violence"] == [2, 1]
    assert kept["level_2_from"] == 1


@pytest.mark.parametrize(
    ("kind", "wrong", "said"),
    [
        (K.SCORECARD, {"points-weapon": "-1"}, "不能是负分"),
        (K.SCORECARD, {"points-weapon": ""}, ""),
        (K.SCORECARD, {"steps-injury": "一分"}, "1=3"),
        (K.SCORECARD, {"steps-injury": "1=6，2=3"}, "分数不能越来越低"),
        (K.SCORECARD, {"floor-weapon": ""}, "底线只能加严"),
        (K.SCORECARD, {"floor-people": "1"}, "底线从几起"),
        (K.SCORECARD, {"since": timezone.localdate().isoformat(), "level_2_from": "5"}, "最早从明天起"),
        (K.SCORECARD, {"why": " ", "level_2_from": "5"}, "为什么改"),
        (K.WEIGHTS, {"near": "30"}, "要低于"),
        (K.THRESHOLDS, {"repeats_join": "0.1"}, "要在 0.5"),
        (K.MEDIATION, {"in_hand": "0"}, "要在 1"),
        (K.MEDIATION, {"nominate_years": "2.5"}, "整数"),
        (K.TYPES, {"name-A1": ""}, "A1 的名称"),
        (K.TYPES, {"place-A1": "2"}, "顺序要是 1 到 12"),
    ],
)
def test_a_wrong_figure_is_said_and_nothing_is_kept(district, kind, wrong, said):
    client = as_(district.people["bureau"])
    answer = client.post(URLS[kind], form_of(client, kind) | wrong | {"preview": "1"})
    assert answer.status_code == 422
    assert said in text(answer)
    assert "outcome" not in answer.context
    assert not ParameterSet.objects.exists()


def test_d3_cannot_be_closed(district):
    client = as_(district.people["bureau"])
    sent = form_of(client, K.TYPES)
    del sent["active-D3"]
    assert "D3 不能停用" in text(client.post(URLS[K.TYPES], sent | {"preview": "1"}))


def test_the_leader_sees_which_cases_and_the_administrator_how_many(district):
    with see_as(SYSTEM):
        now = timezone.now()
        calls = [world.incident(district.near, narrative="打了我", reported_type="B1", at=now - timedelta(hours=n))
                 for n in (2, 3)]  # fmt: skip
        calls += [world.incident(district.far, narrative="邻居拿菜刀讲要砍死我全家", at=now - timedelta(hours=1))]
    pages = {}
    for role in ("bureau", "system_admin"):
        client = as_(district.people[role])
        sent = form_of(client, K.TYPES)
        del sent["active-B1"]
        pages[role] = text(client.post(URLS[K.TYPES], sent | {"preview": "1"}))
        assert "类型会停用的有" in pages[role]
    shown = [[call.number in pages[role] for call in calls] for role in ("bureau", "system_admin")]
    assert shown[0][:2] == [True, True]
    assert shown[1] == [False, False, False]


def test_a_quicker_colleague_is_not_written_over(district):
    mine, theirs = as_(district.people["bureau"]), as_(district.people["system_admin"])
    sent = {who: form_of(who, K.WEIGHTS, load=load) for who, load in ((mine, "4"), (theirs, "5"))}
    tokens = {who: who.post(URLS[K.WEIGHTS], sent[who] | {"preview": "1"}).context["token"] for who in sent}
    assert theirs.post(URLS[K.WEIGHTS], sent[theirs] | {"apply": "1", "token": tokens[theirs]}).status_code == 302
    answer = mine.post(URLS[K.WEIGHTS], sent[mine] | {"apply": "1", "token": tokens[mine]})
    assert answer.status_code == 422
    assert "别人刚设过一组" in text(answer)
    assert ParameterSet.objects.get().values["load"] == 5


def test_every_control_has_a_name(district):
    for kind in K:
        page = as_(district.people["bureau"]).get(URLS[kind]).content.decode()
        for control in re.findall(r"<(?:input|select|textarea)\b[^>]*>", page):
            if 'type="hidden"' not in control and 'id="id_' in control:
                name = re.search(r'id="([^"]+)"', control)
                assert name is not None
                assert "aria-label=" in control or f'for="{name[1]}"' in page, control
