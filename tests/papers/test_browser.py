"""Papers in a real browser: sizes, both themes, both languages, axe; a print opens as PDF."""

from __future__ import annotations

import pytest

from tests import world
from tests.browser.looking import look
from tests.browser.test_front import complaints, enter, leave
from tests.browser.test_lists import choose
from twinloop.cases import actions
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.places.models import Place

pytestmark = pytest.mark.browser


def case() -> str:
    with see_as(SYSTEM):
        place = Place.objects.served().communities().order_by("code").first()
        dispute = world.dispute(place, incident=world.incident(place), title="围墙越界")
        actions.add_party(dispute, world.person("王秀兰"), side="a", by=None, at=world.NOW)
        return dispute.number


@pytest.mark.parametrize("size", ["office", "phone"])
def test_pages_are_accessible_fit_and_keep_the_policy(size, request, site):
    page, number = request.getfixturevalue(size), case()
    said = complaints(page)
    for role, paths in (
        ("bureau", (f"/disputes/{number}/papers/",)),
        ("system_admin", ("/settings/templates/", "/settings/templates/agreement_people/")),
    ):
        leave(page)
        enter(page, site.url, role)
        for theme, language in (("light", "zh-hans"), ("dark", "en")):
            choose(page, theme, language)
            for path in paths:
                page.goto(site.url + path)
                assert look(page) == [], (path, theme, language)
    assert said == []
