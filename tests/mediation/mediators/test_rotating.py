"""The index key changes: whoever had to be avoided must still be avoided, or the choice is refused in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import world
from tests.mediation.sessions.scene import Scene, refused, scene
from tests.world import NOW
from twinloop.cases import actions as cases
from twinloop.cases import rotating, sealing
from twinloop.cases.models import Dispute, Party
from twinloop.decide import Refused
from twinloop.decide.conflict import Conflict, Tie
from twinloop.edge.keyring import KeyRing
from twinloop.ledger import ring as house
from twinloop.ledger.ring import ring
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.mediators import actions, keys, queries
from twinloop.mediation.mediators.actions import Given
from twinloop.mediation.mediators.models import Bar, Mediator
from twinloop.people.models import Account

PHONE = "13900001234"
WHO = world.person("王秀兰", phone=PHONE, id_number="360702199001019969")


@pytest.fixture
def s(db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Scene]:
    world.own_ring(monkeypatch, tmp_path)
    with see_as(SYSTEM):
        made = scene()
        Account.objects.update(id_number_sealed=None, phone_sealed=None)  # sealed with the ring of all tests
        yield made


def tied(s: Scene, one: Mediator | None = None) -> frozenset[Tie]:
    one = one or s.elder
    one.refresh_from_db()
    return queries.ties([one], s.dispute)[one.pk]


def of_before(bar: Bar) -> None:
    """As bars stood before the identity was sealed beside them."""
    Bar.objects.filter(pk=bar.pk).update(name_sealed=None, id_number_sealed=None, phone_sealed=None, keys_of="")


def give_up(key_id: str) -> None:
    """An installation that forgot an old index key before anybody asked whether it was needed."""
    KeyRing.load(house.path()).retire(key_id, in_use=0)


def test_a_bar_still_bars_after_the_index_key_changed_and_the_old_one_is_gone(s: Scene) -> None:
    bar = actions.bar(s.elder, "relative", WHO, by=None, at=NOW)
    old = ring().blind_id
    rotating.rotate_blind(at=NOW)
    bar.refresh_from_db()
    assert (bar.keys, bar.keys_of) == (keys.of_person(WHO), ring().blind_id)
    assert tied(s) == {Tie.RELATIVE}
    rotating.retire(old, at=NOW)  # nothing needs it any more
    assert tied(s) == {Tie.RELATIVE}
    assert refused(s.begin) == "mediation_barred"


def test_who_becomes_a_party_later_is_met_by_the_bar_of_before(s: Scene) -> None:
    actions.bar(s.elder, "complaint", WHO, by=None, at=NOW)
    rotating.rotate_blind(at=NOW)
    other = world.dispute(s.district.near)
    assert queries.ties([s.elder], other)[s.elder.pk] == frozenset()
    cases.add_party(other, world.person("王秀兰", phone=PHONE), side="a", by=None, at=NOW)
    assert queries.ties([s.elder], other)[s.elder.pk] == {Tie.COMPLAINT}


def test_the_mediators_own_numbers_meet_the_party_after_a_rotation(s: Scene) -> None:
    cases.add_party(s.dispute, world.person("老李头", phone=PHONE), side="a", by=None, at=NOW)
    given = Given(name="老李头", kind="cadre", phone=PHONE)
    one = actions.enrol(given, by=None, at=NOW)
    namesake = actions.enrol(Given(name="王秀兰", kind="cadre"), by=None, at=NOW)
    old = ring().blind_id
    rotating.rotate_blind(at=NOW)
    rotating.retire(old, at=NOW)
    assert (tied(s, one), tied(s, namesake)) == ({Tie.PARTY}, {Tie.PARTY})
    actions.change(one, Given(name="老李头", kind="teacher"), by=None, at=NOW)  # no number typed: the known ones stay
    assert tied(s, one) == {Tie.PARTY}


def test_a_new_encryption_key_seals_bars_and_mediators_anew(s: Scene) -> None:
    bar = actions.bar(s.elder, "relative", WHO, by=None, at=NOW)
    one = actions.enrol(Given(name="老黄", kind="cadre", phone=PHONE), by=None, at=NOW)
    old = ring().current_id
    rotating.rotate(at=NOW)
    rotating.retire(old, at=NOW)
    bar.refresh_from_db()
    one.refresh_from_db()
    assert keys.opened(bar, "bar") == WHO
    assert keys.opened(one, "mediator") == sealing.Identity(phone=PHONE)


def test_between_the_two_steps_of_a_rotation_nobody_slips_through(s: Scene) -> None:
    actions.bar(s.elder, "relative", WHO, by=None, at=NOW)
    KeyRing.load(house.path()).rotate_blind(on=NOW.date())  # the file is written; no row is yet
    assert tied(s) == {Tie.RELATIVE}
    rotating.reindex()
    assert tied(s) == {Tie.RELATIVE}


def test_a_bar_of_before_the_identity_was_sealed_is_compared_under_the_old_key(s: Scene) -> None:
    bar = actions.bar(s.elder, "relative", WHO, by=None, at=NOW)
    of_before(bar)
    assert tied(s) == {Tie.RELATIVE}
    old = ring().blind_id
    rotating.rotate_blind(at=NOW)
    assert tied(s) == {Tie.RELATIVE}
    with pytest.raises(Refused) as no:  # and that key is not given up while the bar needs it
        rotating.retire(old, at=NOW)
    assert (no.value.code, no.value.facts["count"]) == ("key_in_use", 1)
    actions.unbar(bar, "重写了一条", by=None, at=NOW)
    rotating.retire(old, at=NOW)


def test_a_bar_that_nobody_can_compare_stops_the_choice_until_it_is_written_anew(s: Scene) -> None:
    bar = actions.bar(s.elder, "relative", world.person("刘大"), by=None, at=NOW)
    of_before(bar)
    old = ring().blind_id
    rotating.rotate_blind(at=NOW)
    give_up(old)
    assert tied(s) == {Tie.UNCOMPARED}
    found = queries.conflicts_of([s.elder], s.dispute, on=NOW.date())[s.elder.pk]
    assert [reason.code for reason in found] == [Conflict.UNCOMPARED]
    assert refused(s.begin) == "mediation_uncompared"

    actions.bar(s.elder, "relative", world.person("刘大"), by=None, at=NOW)
    assert refused(s.begin) == "mediation_uncompared"  # the old one still stands
    actions.unbar(bar, "重写了一条", by=None, at=NOW)
    assert s.begin().state == "open"


def test_own_numbers_of_before_are_asked_for_again_once_their_key_is_gone(s: Scene) -> None:
    one = actions.enrol(Given(name="老黄", kind="cadre", phone=PHONE), by=None, at=NOW)
    Mediator.objects.filter(pk=one.pk).update(phone_sealed=None, keys_of="")
    old = ring().blind_id
    rotating.rotate_blind(at=NOW)
    with pytest.raises(Refused):
        rotating.retire(old, at=NOW)
    give_up(old)
    assert tied(s, one) == {Tie.UNCOMPARED}
    actions.change(one, Given(name="老黄", kind="cadre", phone=PHONE), by=None, at=NOW)
    assert tied(s, one) == frozenset()


def test_parties_are_opened_only_while_two_index_keys_are_known(s: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[int] = []
    open_ = sealing.open_

    def counted(token: bytes | None, context: str) -> str:
        opened.append(1)
        return open_(token, context)

    monkeypatch.setattr(sealing, "open_", counted)
    keys.of_parties(Party.objects.filter(dispute=s.dispute))
    assert not opened
    old = ring().blind_id
    rotating.rotate_blind(at=NOW)
    opened.clear()
    keys.of_parties(Party.objects.filter(dispute=s.dispute))
    assert len(opened) == 2 * len(keys.FIELDS)
    rotating.retire(old, at=NOW)
    opened.clear()
    keys.of_parties(Party.objects.filter(dispute=s.dispute))
    assert not opened
    assert Dispute.objects.filter(pk=s.dispute.pk).exists()
