"""Keys change, what is sealed stays readable, what is found stays found."""

from __future__ import annotations

import pytest

from tests import world
from tests.world import NOW
from twinloop.cases import actions, rotating, sealing
from twinloop.cases.models import Incident, Party
from twinloop.decide import Refused
from twinloop.discovery.leads.actions import reporting
from twinloop.edge.keyring import Cipher, KeyRing
from twinloop.ledger import ring as house
from twinloop.people.models import Account

FIELDS = ("name", "phone", "id_number", "address")
WHO = world.person("欧阳秀兰", phone="19900004321", id_number="360702199001019969", address="近村3组12号")


@pytest.fixture
def keys(tmp_path, monkeypatch):
    world.own_ring(monkeypatch, tmp_path)
    return house


@pytest.fixture
def sealed(keys, district):
    Account.objects.update(id_number_sealed=None, phone_sealed=None)  # the demo people belong to the shared ring
    dispute = world.dispute(district.near)
    party = actions.add_party(dispute, WHO, side="a", by=None, at=NOW)
    incident = world.incident(district.near, caller=actions.Caller(WHO))
    return party, incident


def opened(party: Party, incident: Incident) -> tuple[str, ...]:
    party.refresh_from_db()
    incident.refresh_from_db()
    return (
        *(sealing.open_(getattr(party, f"{f}_sealed"), f"party:{party.pk}:{f}") for f in FIELDS),
        sealing.open_(incident.caller_name_sealed, f"incident:{incident.pk}:name"),
        sealing.open_(incident.caller_phone_sealed, f"incident:{incident.pk}:phone"),
    )  # fmt: skip


@pytest.mark.parametrize("cipher", [None, Cipher.SM4_GCM])
def test_after_a_rotation_all_is_sealed_with_the_new_key(sealed, cipher):
    before, old = opened(*sealed), house.ring().current_id
    assert rotating.rotate(at=NOW, cipher=cipher) >= 2
    assert (
        opened(*sealed)
        == before
        == ("欧阳秀兰", "19900004321", "360702199001019969", "近村3组12号", "欧阳秀兰", "19900004321")
    )
    assert house.ring().current_id != old
    assert not house.ring().needs_rotation(bytes(sealed[0].phone_sealed))
    assert rotating.reseal() == 0


def test_a_key_in_use_cannot_be_retired(sealed):
    old = house.ring().current_id
    KeyRing.load(house.path()).rotate(on=NOW.date())
    with pytest.raises(Refused) as caught:
        rotating.retire(old, at=NOW)
    assert caught.value.facts["count"] == 6
    rotating.reseal()
    rotating.retire(old, at=NOW)
    assert old not in {k.id for k in house.ring().keys}
    assert opened(*sealed)[0] == "欧阳秀兰"


def test_after_an_index_rotation_people_are_found_as_before(sealed):
    party, incident = sealed
    rotating.rotate_blind(at=NOW)
    for key in (
        sealing.name_key("欧阳秀兰"),
        sealing.name_key("ouyangxiulan"),
        sealing.name_key("oyxl"),
        sealing.key("phone", "00004321"),
    ):
        assert list(Party.objects.filter(search_keys__contains=[key])) == [party]
    assert list(Incident.objects.filter(search_keys__contains=[sealing.key("phone", "19900004321")])) == [incident]


def test_an_interrupted_index_rotation_is_finished(sealed):
    party, _incident = sealed
    KeyRing.load(house.path()).rotate_blind(on=NOW.date())
    assert not Party.objects.filter(search_keys__contains=[sealing.name_key("oyxl")]).exists()
    assert rotating.reindex() >= 2
    assert list(Party.objects.filter(search_keys__contains=[sealing.name_key("oyxl")])) == [party]


def test_who_told_a_lead_is_found_under_the_new_index_key(sealed):
    who = sealing.Identity(phone="19900004321")
    lead = reporting.report(source="resident", text="两家吵架", place=None, reporter=None, by=None, at=NOW, who=who)
    rotating.rotate_blind(at=NOW)
    lead.refresh_from_db()
    assert lead.search_keys == sealing.keys(who)


def test_a_token_moved_to_another_row_does_not_open(sealed, district):
    party, _incident = sealed
    other = actions.add_party(world.dispute(district.near), world.person("李强"), side="b", by=None, at=NOW)
    Party.objects.filter(pk=other.pk).update(name_sealed=party.name_sealed)
    other.refresh_from_db()
    from twinloop.edge.keyring import KeyRefused

    with pytest.raises(KeyRefused):
        sealing.open_(other.name_sealed, f"party:{other.pk}:name")
