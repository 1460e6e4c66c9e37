"""Settings in a real browser: changed, previewed, applied; on the day they begin the call desk answers by them."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests import world
from tests.browser.looking import look
from tests.browser.test_front import complaints
from tests.dispatch.orders.conftest import Floor, enter, furnish
from twinloop.cases.models import ParameterSet
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.models import Duty

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("PYTEST_PICTURES", "")
# noon of yesterday and the first minute of today: the database, which names the types by its own clock, agrees
TODAY = timezone.localtime().replace(hour=0, minute=1, second=0, microsecond=0)
NOW = TODAY - timedelta(hours=12)
SAID = "楼上邻居家装修，水渗到我家天花板，他不修还骂人，要打我，讲了半年了都不肯修"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """The product's clock, set by the test: a set begins tomorrow at the earliest, and tomorrow has to come."""
    held = [NOW]
    monkeypatch.setattr(timezone, "now", lambda: held[0])
    return lambda at: held.__setitem__(0, at)


def shot(page: Any, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"settings-{name}.png"), full_page=True)


def scene() -> Floor:
    with see_as(SYSTEM):
        Duty.objects.all().delete()  # of the demo district's own people: who of them works today depends on the day
        floor = furnish(NOW)
        world.incident(floor.district.near, narrative=SAID, reported_type="B1", at=NOW - timedelta(hours=3))
        return floor


def typed(page: Any, url: str, floor: Floor) -> tuple[str, str, str]:
    """What the call desk is shown while the call is being written down: type, level, who goes first."""
    page.goto("about:blank")  # first: what an old page still asks, past its time, would sign the new session out again
    enter(page, url, floor.dispatcher)
    page.goto(f"{url}/intake/")
    page.wait_for_selector("html[data-keep-ready]")
    page.fill("#place", "近村")
    page.wait_for_selector("#spots [data-code]")
    page.keyboard.press("Enter")
    page.select_option("#type_code", "B1")
    page.check("[name=flags][value=threat]", force=True)
    page.click("#text")
    page.keyboard.insert_text(SAID)
    page.wait_for_selector("#suggest [data-best]")
    page.wait_for_selector("#intake-who .tl-person[data-first]")
    said = page.inner_text("#suggest")
    level = next((word for word in ("一级", "二级", "三级") if word in said), "")
    return page.inner_text("#suggest [data-best]"), level, page.inner_text("#intake-who .tl-person[data-first] b")


def set_up(page: Any, url: str, floor: Floor, kind: str, changes: dict[str, str]) -> str:
    """The two steps, as a leader does them; gives what the preview said."""
    enter(page, url, floor.district.people["bureau"])
    page.goto(f"{url}/settings/{kind}/")
    for name, value in changes.items():
        page.fill(f"[name='{name}']", value)
    page.fill("[name=why]", "县里开会定的")
    page.click("button[name=preview]")
    page.wait_for_selector("#outcome")
    assert look(page) == []
    said: str = page.inner_text("#outcome")
    shot(page, f"{kind}-preview")
    page.click("button[name=apply]")
    page.wait_for_selector("text=已设定")
    page.wait_for_load_state("networkidle")
    return said


@pytest.mark.parametrize(
    ("kind", "changes", "previewed"),
    [
        ("types", {"name-B1": "左邻右舍"}, "左邻右舍"),
        ("scorecard", {"points-threat": "9", "level_2_from": "1", "level_1_from": "2"}, "9"),
        ("weights", {"skill_3": "17", "skill_2": "17", "own_area": "0", "near": "0", "trait": "0", "traits_most": "0",
                     "load": "9"}, "1"),
    ],
)  # fmt: skip
def test_a_set_is_previewed_applied_and_answers_from_its_day_on(
    site: Any, office: Any, clock: Callable[[datetime], None], kind: str, changes: dict[str, str], previewed: str
) -> None:
    floor, heard = scene(), complaints(office)
    if kind == "weights":
        with see_as(SYSTEM):
            floor.send(floor.call(at=NOW - timedelta(minutes=9)), floor.best, at=NOW - timedelta(minutes=8))
    before = typed(office, site.url, floor)
    assert previewed in set_up(office, site.url, floor, kind, changes)
    if kind != "types":
        assert typed(office, site.url, floor) == before  # not before its day
    clock(TODAY)
    after = typed(office, site.url, floor)
    if kind == "types":
        assert ("邻里相邻" in before[0], "左邻右舍" in after[0]) == (True, True)
    elif kind == "scorecard":
        assert (before[1], after[1]) == ("三级", "一级")
    else:
        assert (before[2], after[2]) == (floor.best.name, floor.second.name)
    shot(office, f"{kind}-after")
    with see_as(SYSTEM):
        assert ParameterSet.objects.get().kind == kind
    assert heard == []
