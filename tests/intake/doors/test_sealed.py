"""Who is named at a door stays readable when keys change."""

from __future__ import annotations

from tests.world import NOW
from twinloop.cases import rotating, sealing
from twinloop.intake.doors import actions
from twinloop.intake.doors.actions.tying import opened
from twinloop.intake.doors.checking import Person, Said
from twinloop.intake.doors.models import Named
from twinloop.ledger import ring as house
from twinloop.people.models import Account


def test_a_new_key_seals_the_named_too(district, tmp_path, monkeypatch):
    monkeypatch.setattr(house, "path", lambda: tmp_path / "keys.json")
    Account.objects.update(id_number_sealed=None, phone_sealed=None)  # the demo people belong to the shared ring
    person = Person(name="李强", phone="19900000128", id_number="11010519491231002X")
    actions.receive(Said(channel="walk_in", text="x", place="近村", people=[person]), door="walk_in", by=None, at=NOW)
    assert rotating.rotate(at=NOW) >= 1
    named = Named.objects.get()
    assert opened(named) == sealing.Identity("李强", "11010519491231002X", "19900000128")
    assert not house.ring().needs_rotation(bytes(named.phone_sealed))
