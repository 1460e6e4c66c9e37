"""Settings of the map: looked at before anything is written, brought whole or not at all, taken back, one host only."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import world
from twinloop.decide import Refused
from twinloop.insight.maps import actions, queries
from twinloop.insight.maps.models import Ground, Layer, Shape
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.places.models import Place

ADDRESS = "https://tiles.example.cn:8443/wmts/{z}/{x}/{y}.png?key=a1"


def events(verb: str) -> list[Event]:
    with see_as(SYSTEM):
        return list(Event.objects.filter(verb=verb).order_by("pk"))


@pytest.fixture
def district(db):
    with see_as(SYSTEM):
        return world.district()


def enter(district, role: str = "system_admin") -> Client:
    client = Client()
    client.force_login(district.people[role])
    return client


def square(longitude: float, latitude: float, **properties: object) -> dict[str, object]:
    x, y = longitude, latitude
    ring = [[x, y], [x + 0.02, y], [x + 0.02, y + 0.02], [x, y + 0.02], [x, y]]
    return {
        "type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}
    }  # fmt: skip


def put(client: Client, *features: object, name: str = "边界.geojson"):
    content = json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()
    return client.post("/settings/map/", {"file": SimpleUploadedFile(name, content)})


def both(district, **more: object) -> list[dict[str, object]]:
    return [
        square(115.0, 25.0, code=district.near.code, people=1200, **more), square(115.1, 25.0, name="远 村", **more)
    ]  # fmt: skip


def test_looking_writes_nothing_and_bringing_writes_all(district):
    client = enter(district)
    assert put(client, *both(district))["Location"] == "/settings/map/look/"
    text = client.get("/settings/map/look/").content.decode()
    assert "近村" in text
    assert "远村" in text
    assert not Layer.objects.exists()
    assert len(client.get("/settings/map/look/shapes/").json()) == 2
    assert client.post("/settings/map/look/").status_code == 303
    near = Shape.objects.get(place=district.near)
    assert (near.people, near.longitude, near.latitude) == (1200, 115.01, 25.01)
    (event,) = events("map_layer_brought")
    assert (event.data["count"], event.data["left"], event.by_id) == (2, 0, district.people["system_admin"].pk)
    shapes = enter(district, "officer").get("/map/shapes/").json()
    assert {one["code"] for one in shapes} == {district.near.code, district.far.code}
    assert client.get("/settings/map/look/").status_code == 404  # the file is gone


def test_what_cannot_be_used_is_named_and_left_out_only_by_hand(district):
    client = enter(district)
    bad = [
        square(115.3, 25, code="990001001299"), square(115.3, 25, name="没有的村"), square(25, 115, name="远村"),
        square(115.3, 25), square(115.4, 25, code=district.near.code), square(115, 25, name="远村", people="很多"),
    ]  # fmt: skip
    put(client, square(115.0, 25.0, code=district.near.code), *bad)
    text = client.get("/settings/map/look/").content.decode()
    for said in ("990001001299", "没有的村", "写反了", "没有代码，也没有名称", "在第 1 个已经有了", "“很多”不是整数"):
        assert said in text, said
    assert f"仍没有边界的 {queries.communities().count() - 1} 个村居" in text
    refused = client.post("/settings/map/look/")
    assert refused.status_code == 422
    assert "有 6 个图形不能用" in refused.content.decode()
    assert not Layer.objects.exists()
    assert not Shape.objects.exists()
    assert client.post("/settings/map/look/", {"good_only": "on"}).status_code == 303
    assert Shape.objects.count() == 1


def test_properties_are_chosen_by_hand_where_the_guess_is_wrong(district):
    client = enter(district)
    put(client, square(115, 25, XZQDM=district.near.code, name="甲"))
    assert "辖区里没有叫“甲”的村居" in client.get("/settings/map/look/").content.decode()
    chosen = "/settings/map/look/?code=XZQDM&name=&people="
    assert "不能用的" not in client.get(chosen).content.decode()
    assert client.post(chosen).status_code == 303
    assert Shape.objects.get().place == district.near


def test_a_name_of_two_communities_asks_for_the_code(district):
    Place.objects.filter(pk=district.far.pk).update(name="近村委会", short="近村")
    client = enter(district)
    put(client, square(115, 25, name="近村"))
    assert "有 2 个村居叫“近村”" in client.get("/settings/map/look/").content.decode()
    assert client.post("/settings/map/look/", {"good_only": "on"}).status_code == 422
    assert not Layer.objects.exists()


def test_the_newest_holds_and_taken_back_the_older_holds_again(district):
    client = enter(district)
    for longitude in (115.0, 116.0):
        put(client, square(longitude, 25.0, code=district.near.code))
        text = client.get("/settings/map/look/").content.decode()
        client.post("/settings/map/look/")
    assert "超过 50 公里" in text  # a second file far from the first is said to be
    assert queries.shapes_of([district.near])[0].longitude == 116.01
    newest = Layer.objects.order_by("-pk").first()
    assert client.post("/settings/map/undo/", {"layer": newest.pk}).status_code == 303
    assert queries.shapes_of([district.near])[0].longitude == 115.01
    again = client.post("/settings/map/undo/", {"layer": newest.pk})
    assert again.status_code == 422
    assert "已经撤下" in again.content.decode()
    assert len(events("map_layer_undone")) == 1
    assert client.post("/settings/map/undo/", {"layer": "x"}).status_code == 404


def test_the_same_file_twice_adds_nothing(district):
    client = enter(district)
    for status in (303, 422):
        put(client, *both(district))
        assert client.post("/settings/map/look/").status_code == status
    assert (Layer.objects.count(), Shape.objects.count()) == (1, 2)


@pytest.mark.parametrize("content", [b"", b"{", b'{"type":"Topology"}', "不是".encode("gb18030")])
def test_a_bad_file_is_refused_at_the_door(district, content):
    answer = enter(district).post("/settings/map/", {"file": SimpleUploadedFile("a.geojson", content)})
    assert answer.status_code == 422
    assert not Layer.objects.exists()


def test_names_of_files_and_features_do_not_become_markup(district):
    client, evil = enter(district), '<img src=x onerror="alert(1)">'
    put(client, square(115, 25, name=evil), square(115, 25, code=district.near.code), name=f"{evil}.geojson")
    text = client.get("/settings/map/look/").content.decode()
    assert "<img src=x" not in text
    client.post("/settings/map/look/", {"good_only": "on"})
    assert "<img src=x" not in client.get("/settings/map/").content.decode()


def test_the_ground_opens_exactly_its_host_and_only_on_the_map(district):
    admin, officer = enter(district), enter(district, "officer")
    closed = officer.get("/map/")["Content-Security-Policy"]
    assert "https:" not in closed
    assert admin.post("/settings/map/ground/", {"address": ADDRESS, "credit": "天地图"}).status_code == 303
    page = officer.get("/map/")
    pictures = next(one for one in page["Content-Security-Policy"].split(";") if "img-src" in one)
    assert sorted(pictures.split()) == ["'self'", "data:", "https://tiles.example.cn:8443", "img-src"]
    assert "天地图" in page.content.decode()
    assert "tiles.example" not in officer.get("/patrols/")["Content-Security-Policy"]
    admin.post("/settings/map/ground/", {"address": ADDRESS, "credit": "天地图"})
    assert Ground.objects.count() == 1  # unchanged: nothing new
    admin.post("/settings/map/ground/", {"address": "", "credit": "天地图"})
    assert officer.get("/map/")["Content-Security-Policy"] == closed
    assert "data-tiles" not in officer.get("/map/").content.decode()
    assert [event.data["host"] for event in events("map_ground_set")] == [
        "tiles.example.cn:8443", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://a.cn/{z}/{x}/{y}.png", "map_ground_https"),
        ("javascript:alert(1)", "map_ground_signs"),
        ("https://a.cn/{z}/{x}/{y}.png; script-src *", "map_ground_signs"),
        ("https://a.cn/{z}/{x}/{y}.png\nX: y", "map_ground_signs"),
        ("https://a.cn,b.cn/{z}/{x}/{y}.png", "map_ground_signs"),
        (f"https://a.cn/{'a' * 200}/{{z}}/{{x}}/{{y}}.png", "map_ground_signs"),
        ("https://{s}.a.cn/{z}/{x}/{y}.png", "map_ground_host"),
        ("https://u:p@a.cn/{z}/{x}/{y}.png", "map_ground_host"),
        ("https:///{z}/{x}/{y}.png", "map_ground_host"),
        ("https://a.cn:99999/{z}/{x}/{y}.png", "map_ground_host"),
        ("https://a.cn/{z}/{x}.png", "map_ground_template"),
        ("https://a.cn/{z}/{x}/{y}/{y}.png", "map_ground_template"),
        ("https://a.cn/{z}/{x}/{y}{r}.png", "map_ground_template"),
        ("https://a.cn/{z}/{x}/{y}.png", "map_ground_credit"),
    ],
)
def test_an_address_of_tiles_is_checked(district, address, code):
    with pytest.raises(Refused) as refused:
        actions.set_ground(
            address, "", by=district.people["bureau"].pk, scope=district.scope("bureau"), at=world.NOW
        )  # fmt: skip
    assert refused.value.code == code
    answer = enter(district, "bureau").post("/settings/map/ground/", {"address": address, "credit": ""})
    assert answer.status_code == 422
    assert not Ground.objects.exists()


def test_only_those_who_set_may(district):
    with pytest.raises(Refused, match="map_role"):
        actions.set_ground(ADDRESS, "x", by=1, scope=district.scope("chief"), at=world.NOW)
    assert enter(district, "chief").get("/settings/map/").status_code == 403
