"""Rows put by themselves: a field that is given as it is gives what Django would."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, models
from psycopg import _queries

from tests import world
from twinloop.cases.models import Incident
from twinloop.decide.workflow import State
from twinloop.ledger import many
from twinloop.ledger.sight import SYSTEM, see_as

AT = datetime(2026, 4, 16, 8, 30, 5, 120, tzinfo=UTC)
VALUES = (
    None, "", "楼上漏水", "0", next(iter(State)), True, False, 0, 7,
    2**40, 0.5, AT, AT.astimezone(ZoneInfo("Asia/Shanghai")),
)  # fmt: skip


def test_what_is_given_as_it_is_is_what_django_gives():
    for model in apps.get_models():
        for field, plain in many._columns(model, True)[2]:
            for value in VALUES if plain else ():
                row = model()
                row.__dict__[field.attname] = value
                assert given(many._given, row, field, plain) == given(djangos, row, field), (field, value)


def djangos(row, field):
    return field.get_db_prep_save(field.pre_save(row, True), connection)


def given(how, *asked):
    """The value and its type, or what kind of refusal it is."""
    try:
        found = how(*asked)
    except (TypeError, ValueError, ValidationError) as refused:
        return type(refused)
    return found, type(found)


def test_a_time_without_an_offset_is_not_taken_as_it_is():
    field = Incident._meta.get_field("received_at")
    with pytest.warns(RuntimeWarning, match="naive"):
        assert many._given(Incident(received_at=datetime(2026, 4, 16)), field, datetime).tzinfo is not None


def test_what_fills_itself_in_is_filled_in():
    field = models.DateTimeField(auto_now_add=True)
    field.set_attributes_from_name("at")
    assert many._given(Incident(), field, many._plain(field)) is not None


def test_rows_stand_as_they_were_given(db):
    with see_as(SYSTEM):
        made = world.incident(world.district().near)
        standing = Incident.objects.get(pk=made.pk)
    for field in Incident._meta.concrete_fields:
        assert getattr(standing, field.attname) == getattr(made, field.attname), field


def test_how_a_long_statement_is_taken_apart_is_remembered(db):
    """A report with what is said of it has 97 values; psycopg takes it apart anew from 51 on, unless it is told."""
    asked = "SELECT " + ", ".join(["%s::int"] * 97)
    with connection.cursor() as cursor:
        cursor.execute(asked, list(range(97)))
        before = _queries._query2pg.cache_info().hits
        cursor.execute(asked, list(range(97)))
    assert _queries._query2pg.cache_info().hits == before + 1
