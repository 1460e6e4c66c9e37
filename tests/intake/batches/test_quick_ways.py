"""The quick ways of an import store what the plain ways store: rows, seals, keys, places, events."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import world
from twinloop.cases import actions, sealing
from twinloop.cases.actions import numbering
from twinloop.cases.models import Incident
from twinloop.edge.phones import check_phone
from twinloop.edge.typed import check_name, compact_phone, half_width
from twinloop.intake.batches.kinds.placing import District
from twinloop.ledger import many
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as

pytestmark = pytest.mark.django_db
AGAIN = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

NAMES = st.sampled_from(["", "测甲", "单雄信", "欧阳娜", "吕绿", "張衛國", "阿依古丽·买买提", "某饭店有限公司", "𠮷田"])
PHONES = st.sampled_from(["", "13000000301", "07951234567", "+4915112345678", "12345"])
ADDRESSES = st.sampled_from(["", "近村1号", "桥兰村第三村民小组", "示例路１２号"])
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40)
DRAWN = {"id", "number", "caller_name_sealed", "caller_phone_sealed"}


@AGAIN
@given(st.lists(st.tuples(NAMES, PHONES, ADDRESSES, WORDS, st.booleans()), min_size=1, max_size=4))
def test_many_reports_are_stored_as_one_by_one(given_reports):
    now = timezone.now()
    at = now - timedelta(days=3)
    with see_as(SYSTEM):
        brought = actions.register_incidents(
            [
                actions.Report("import", words, at, at, "", address=address, is_confidential=hidden,
                               caller=sealing.Identity(name=name, phone=phone))
                for name, phone, address, words, hidden in given_reports
            ],
            by=None, at=now, source={},
        )  # fmt: skip
        single = [
            actions.register_incident(
                channel="import", narrative=words, reported_at=at, received_at=at, by=None, at=now, address=address,
                reported_kind="other", caller=actions.Caller(sealing.Identity(name=name, phone=phone), hidden),
            ).pk
            for name, phone, address, words, hidden in given_reports
        ]  # fmt: skip
        assert [_row(pk) for pk in brought] == [_row(pk) for pk in single]


def _row(pk):
    """A stored row without what is drawn anew each time; what is sealed, opened; what the ledger says of it."""
    row = Incident.objects.values().get(pk=pk)
    opened = [sealing.open_(row[f"caller_{of}_sealed"], f"incident:{pk}:{of}") for of in ("name", "phone")]
    told = Event.objects.filter(stream=f"incident:{pk}").values_list("verb", "data")
    events = [(verb, {k: v for k, v in data.items() if k != "number"}) for verb, data in told]
    return {k: v for k, v in row.items() if k not in DRAWN}, opened, events


@AGAIN
@given(st.lists(st.integers(0, 3), min_size=1, max_size=8))
def test_numbers_drawn_together_are_those_drawn_one_by_one(days):
    now = timezone.now()
    moments = [now + timedelta(days=400 + day) for day in days]
    others = [moment + timedelta(days=1000) for moment in moments]
    together = numbering.draw_many("JQ", moments)
    assert [n[-5:] for n in together] == [numbering.draw("JQ", moment)[-5:] for moment in others]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cases_number WHERE day > %s", [(now + timedelta(days=300)).date()])


@AGAIN
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12), max_size=6))
def test_an_array_written_by_hand_is_read_as_it_was(texts):
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::text[]", [many.texts(texts)])
        assert cursor.fetchone()[0] == texts


PLACES = st.lists(
    st.text("潭口镇江坝村桥", min_size=2, max_size=4), min_size=1, max_size=8, unique=True
)  # fmt: skip


@given(PLACES, st.text("潭口镇江坝村桥1号", max_size=12))
def test_a_place_is_found_as_by_looking_for_every_name(names, address):
    known = [(name, pk) for pk, name in enumerate(names, 1)]
    found = District({}, known, {}, {}).place("", address)
    assert found == next((pk for name, pk in known if name in address), None)


@given(st.text("138００0 -+86转分", max_size=14))
def test_bare_digits_are_the_digits_that_any_spelling_has(typed):
    digits = "".join(c for c in half_width(typed) if "0" <= c <= "9")
    assert compact_phone(typed) in (digits, digits[4:], digits[2:])
    assert compact_phone(digits) == compact_phone(typed)


def test_a_plain_mobile_number_and_a_plain_name_are_as_the_long_way_says():
    assert check_phone("13000000301") == check_phone(" １3000000301")
    assert check_name("王小兰") == check_name(" 王 小 兰 ")


def test_the_world_has_the_place_that_rows_name():
    there = world.district()
    with see_as(SYSTEM):
        from twinloop.intake.batches.kinds.placing import district

        assert district().place("", f"{there.near.name}1号") == there.near.pk
