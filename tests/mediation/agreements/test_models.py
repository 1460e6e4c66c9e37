"""Each rule of the tables broken once, past every action; what was signed cannot be changed even there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests import world
from twinloop.cases import actions as cases
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.agreements.models import Agreement, Confirmation, Due, Promise, Signature

DAY = world.NOW.date()


@pytest.fixture
def signed(db: None) -> Iterator[Agreement]:
    with see_as(SYSTEM):
        dispute = world.dispute(world.district().near)
        who = [
            cases.add_party(dispute, world.person(n), side=s, by=None, at=world.NOW)
            for n, s in (("王秀兰", "a"), ("赵建国", "b"))
        ]
        facts = {"facts": "争排水沟", "matter": "沟谁来修", "drafted_at": world.NOW, "changed_at": world.NOW}
        made = Agreement.objects.create(dispute=dispute, track="people", number="n1", year=2026, serial=1, **facts)
        money = {"kind": "money", "text": "赔修沟钱", "how": "转账", "amount": Decimal(600)}
        one = Promise.objects.create(agreement=made, number=1, by_party=who[0], to_party=who[1], **money)
        Due.objects.create(agreement=made, promise=one, number=1, amount=600, due_on=DAY + timedelta(days=10))
        Signature.objects.create(agreement=made, version=1, part="party", party=who[0], how="pen", at=world.NOW)
        Agreement.objects.filter(pk=made.pk).update(state="signed", signed_at=world.NOW)
        yield Agreement.objects.get(pk=made.pk)


def _breaks(act: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


def _update(model: Any, **facts: Any) -> Callable[[], object]:
    return lambda: model.objects.update(**facts)


FIXED = [
    _update(Agreement, facts="别的事"),
    _update(Agreement, signed_at=None, state="void", ended_at=world.NOW),
    _update(Promise, text="不用赔了"),
    _update(Due, amount=1),
    _update(Due, due_on=date(2030, 1, 1)),
    _update(Signature, how="print"),
    lambda: Promise.objects.all().delete(),
    lambda: Due.objects.all().delete(),
    lambda: Signature.objects.all().delete(),
    lambda: Agreement.objects.all().delete(),
    lambda: Due.objects.create(agreement=Agreement.objects.get(), promise=Promise.objects.get(), number=2, due_on=DAY),
]


@pytest.mark.parametrize("act", FIXED, ids=range(len(FIXED)))
def test_what_was_signed_is_fixed_in_the_database(signed: Agreement, act: Callable[[], object]) -> None:
    _breaks(act)


def test_performance_may_still_be_written(signed: Agreement) -> None:
    Due.objects.update(performed_on=DAY, recorded_at=world.NOW, evidence="收条", live=False)
    Agreement.objects.update(state="kept", ended_at=world.NOW)

    assert Agreement.objects.get().state == "kept"


def _second(**facts: Any) -> Agreement:
    dispute = Agreement.objects.get().dispute
    when = {"drafted_at": world.NOW, "changed_at": world.NOW}
    return Agreement.objects.create(dispute=dispute, track="people", number="n", year=2026, **when, **facts)


BROKEN = [
    _update(Agreement, state="kept"),
    _update(Agreement, state="gone"),
    _update(Due, performed_on=DAY),  # by whom is not said
    _update(Due, performed_on=DAY, broken_on=DAY + timedelta(days=20), recorded_at=world.NOW, evidence="收条"),
    _update(Due, broken_on=DAY, recorded_at=world.NOW, evidence="没来"),  # before it was due
    _update(Due, performed_on=DAY, recorded_at=world.NOW, evidence="收条", live=True),
    lambda: _second(serial=1),
    lambda: _second(serial=2, state="signed", signed_at=world.NOW, facts="f", matter="m"),
    lambda: Confirmation.objects.create(agreement=Agreement.objects.get(), state="asked", at=world.NOW),
    lambda: Confirmation.objects.create(agreement=Agreement.objects.get(), state="confirmed", court="区", at=world.NOW),
]


@pytest.mark.parametrize("act", BROKEN, ids=range(len(BROKEN)))
def test_each_rule_of_the_tables_holds(signed: Agreement, act: Callable[[], object]) -> None:
    _breaks(act)
