"""The quick way of migrating gives the very SQL that Django's own way gives."""

import pytest
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ModelState, ProjectState

from twinloop.desk import migrating

pytestmark = pytest.mark.django_db


def the_sql(app):
    """All statements that lead an empty database to the last migration of an app."""
    executor = MigrationExecutor(connection)
    leaf = next(node for node in executor.loader.graph.leaf_nodes() if node[0] == app)
    plan = executor.migration_plan([leaf], clean_start=True)
    executor.loader.replace_migrations = False
    return executor.loader.collect_sql(plan)


@pytest.mark.parametrize("app", ["places", "people"])
def test_quick_way_writes_the_same_sql(app):
    slow = the_sql(app)
    with migrating.quick():
        quick = the_sql(app)
    assert len(slow) > 20
    assert quick == slow


def test_djangos_own_way_comes_back():
    before = (ProjectState.add_model, ProjectState.add_field, ProjectState._append_option)
    with migrating.quick():
        assert ProjectState.add_model is migrating.add_model
    assert (ProjectState.add_model, ProjectState.add_field, ProjectState._append_option) == before


def a_state(name, **fields):
    return ModelState("ledger", name, [("id", models.BigAutoField(primary_key=True)), *fields.items()])


def test_a_table_is_found_from_the_one_it_points_to():
    with migrating.quick():
        state = ProjectState()
        assert state.apps.get_models() == []
        state.add_model(a_state("Street"))
        state.add_model(a_state("House", street=models.ForeignKey("ledger.Street", models.CASCADE)))
        street, house = (state.apps.get_model("ledger", name) for name in ("Street", "House"))
    assert house._meta.get_field("street").related_model is street
    assert [found.related_model for found in street._meta.related_objects] == [house]


def test_a_field_joins_the_class_and_many_to_many_brings_its_table():
    with migrating.quick():
        state = ProjectState()
        assert state.apps.get_models() == []
        state.add_model(a_state("Street"))
        state.add_model(a_state("House"))
        state.add_field("ledger", "house", "street", models.ForeignKey("ledger.Street", models.CASCADE), True)
        state.add_field("ledger", "house", "paths", models.ManyToManyField("ledger.Street", related_name="to"), True)
        house = state.apps.get_model("ledger", "House")
    assert [field.name for field in house._meta.get_fields()] == ["id", "street", "paths"]
    assert house._meta.get_field("paths").remote_field.through._meta.db_table == "ledger_house_paths"


def test_a_constraint_is_on_the_class_for_the_steps_after_it():
    rule = models.UniqueConstraint(fields=["id"], name="one")
    with migrating.quick():
        state = ProjectState()
        assert state.apps.get_models() == []
        house = a_state("House")
        house.options["constraints"] = []
        state.add_model(house)
        state.add_constraint("ledger", "house", rule)
    assert state.apps.get_model("ledger", "House")._meta.constraints == [rule]
    assert state.models["ledger", "house"].options["constraints"] == [rule]
