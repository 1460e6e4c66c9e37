"""/me/: my own facts, what I say of myself and take back, my leave."""

from __future__ import annotations

import pytest
from django.urls import include, path

from tests.people.acting import AT, events, new, station
from twinloop import urls as product
from twinloop.people import actions, words
from twinloop.people.models import Leave, Trait

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
urlpatterns = [path("me/", include("twinloop.people.me_urls")), *product.urlpatterns]


def test_my_page_shows_my_facts_and_no_verbs_of_others(enter):
    client = enter("officer", unit=station(), name="王小兰")
    text = client.get("/me/").content.decode()
    assert "王小兰" in text
    assert "skill_type_code" not in text
    assert "/edit/" not in text


def test_a_trait_needs_consent_and_can_be_taken_back(enter):
    client = enter("officer")
    me = client.account
    assert "还差同意" in client.post("/me/traits/", {"code": "patient"}, follow=True).content.decode()
    client.post("/me/traits/", {"code": "patient", "consents": "on"})
    trait = me.traits.get()
    assert "耐心倾听" in client.get("/me/").content.decode()
    client.post(f"/me/traits/{trait.pk}/withdraw/")
    trait.refresh_from_db()
    assert trait.withdrawn_at
    assert [e.verb for e in events(me) if "trait" in e.verb] == ["trait_declared", "trait_withdrawn"]
    assert "patient" not in "".join(e.body for e in events(me))


def test_nobody_elses_trait_or_leave_can_be_named(enter):
    other = new("officer", unit=station())
    trait = Trait.objects.create(account=other, code="firm", consented_at=AT)
    leave = actions.take_leave(other, "annual", AT, AT.replace(year=2099), by=None, at=AT)
    client = enter("officer")
    assert client.post(f"/me/traits/{trait.pk}/withdraw/").status_code == 404
    assert client.post(f"/me/leave/{leave.pk}/end/").status_code == 404


def test_my_leave_names_a_deputy_of_my_house_and_ends_early(enter):
    unit = station()
    deputy, stranger = new("officer", unit=unit), new("officer", unit=station("S2", "别处派出所"))
    client = enter("officer", unit=unit)
    data = {"kind": "annual", "start": "2099-01-01T08:00", "end": "2099-01-02T08:00"}
    client.post("/me/leave/", data | {"deputy": stranger.pk})
    assert not Leave.objects.filter(account=client.account).exists()
    client.post("/me/leave/", data | {"deputy": deputy.pk, "account": stranger.pk, "recorded_by": stranger.pk})
    leave = Leave.objects.get(account=client.account)
    assert (leave.deputy, leave.recorded_by_id) == (deputy, client.account.pk)
    client.post(f"/me/leave/{leave.pk}/end/")
    assert not Leave.objects.filter(account=client.account).exists()


def test_a_declared_trait_is_shown_to_those_who_choose_people_and_not_to_administrators(enter):
    target = new("officer", unit=station())
    actions.declare_trait(target, "patient", consents=True, by=None, at=AT)
    for role, shown in (("dispatcher", True), ("bureau", True), ("system_admin", False), ("security_admin", False)):
        text = enter(role).get(f"/settings/people/{target.pk}/").content.decode()
        assert (str(words.TRAITS["patient"]) in text) is shown, role
