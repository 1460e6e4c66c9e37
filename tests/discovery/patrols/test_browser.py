"""An officer on a phone of 360 px: at a place, then a hazard with its photo; the pages in an office and in the dark."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from tests import world
from tests.browser.looking import look
from tests.browser.test_front import complaints
from tests.dispatch.pushes.test_browser import enter, shot
from twinloop.cases.sealing import Identity
from twinloop.discovery.patrols import actions
from twinloop.discovery.patrols.models import Hazard, HazardPhoto, KeyPlace, Visit
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.models import Unit

pytestmark = pytest.mark.browser


def scene() -> tuple[world.District, KeyPlace]:
    now = timezone.localtime()
    with see_as(SYSTEM):
        district = world.district()
        calls = Unit.objects.create(code="T1-JJ", name="近村所接处警队", kind="calls_team", parent=district.station)
        for n in range(3):
            world.account(f"handler{n}", "officer", unit=calls)
        spot = actions.keep_spot(
            name="金海岸歌厅", sort="venue", place=district.near, address="近村街18号", by=None, at=now,
            contact=Identity(name="王秀兰", phone="13900000127"),
        )  # fmt: skip
        actions.keep_spot(name="安置房二期工地", sort="site", place=district.near, by=None, at=now)
        actions.plan_visits(spot, weekdays=[1, 2, 3, 4, 5, 6, 7], since=now.date(), by=None, at=now)
        late = actions.find(
            sort="building", gravity=1, text="脚手架没有护网，下面有人走", deadline=now.date(), place=district.near,
            by=district.people["officer"].pk, at=now, owner_unit="某某建筑公司",
        )  # fmt: skip
        Hazard.objects.filter(pk=late.pk).update(deadline=now.date() - timedelta(days=2))
        for n in range(9):
            world.incident(district.near, address="近村街66号", at=now - timedelta(days=n))
        for n in range(5):
            world.incident(district.near, address=f"近村{n}组", at=now - timedelta(days=n))
    return district, spot


def test_an_officer_records_a_visit_and_a_hazard_on_a_phone(site, phone):
    district, spot = scene()
    said = complaints(phone)
    enter(phone, site, district.people["officer"])
    shot(phone, "phone-start")
    phone.goto(f"{site.url}/patrols/")
    shot(phone, "phone-patrols")
    assert look(phone) == []
    phone.click("a.btn-primary:has-text('到了')")
    phone.check("input[value=hazard]")
    phone.fill("textarea[name=text]", "后门上了锁，堆着酒箱。")
    shot(phone, "phone-visit")
    assert look(phone) == []
    phone.click("button:has-text('记下')")
    phone.wait_for_url("**/hazards/new/?spot=*")
    phone.fill("textarea[name=text]", "消防后门上锁，堆酒箱。")
    data = io.BytesIO()
    Image.new("RGB", (640, 480), "gray").save(data, "JPEG")
    phone.set_input_files("input[name=photos]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": data.getvalue()})
    phone.fill("input[name=owner_unit]", "金海岸歌厅")
    shot(phone, "phone-hazard-new")
    assert look(phone) == []
    phone.click("button:has-text('记下隐患')")
    phone.wait_for_selector("text=已记下隐患")
    shot(phone, "phone-hazard")
    assert look(phone) == []
    with see_as(SYSTEM):
        assert (Visit.objects.get().spot, HazardPhoto.objects.count()) == (spot, 1)
        assert Hazard.objects.latest("pk").spot == spot
    assert said == []


def test_the_pages_of_a_chief(site, office):
    district, spot = scene()
    said: Any = complaints(office)
    enter(office, site, district.people["chief"])
    pages = ("/patrols/", f"/patrols/places/{spot.pk}/", "/patrols/found/", "/patrols/places/new/",
             f"/patrols/places/{spot.pk}/contact/", "/hazards/", "/hazards/?tab=overdue", "/help/", "/training/",
             "/stations/", f"/stations/{district.station.pk}/")  # fmt: skip
    for path in pages:
        office.goto(f"{site.url}{path}")
        shot(office, "office" + path.replace("/", "-").replace("?", "-").rstrip("-"))
        assert look(office) == [], path
    with see_as(SYSTEM):
        hazard = Hazard.objects.get()
    office.click("[data-flip]")
    for path in (f"/hazards/{hazard.pk}/", "/patrols/"):
        office.goto(f"{site.url}{path}")
        shot(office, "dark" + path.replace("/", "-").rstrip("-"))
        assert look(office) == [], path
    office.goto(f"{site.url}/hazards/{hazard.pk}/paper/")
    shot(office, "office-hazard-paper")
    assert said == []
