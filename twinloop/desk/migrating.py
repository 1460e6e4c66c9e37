"""Django's migrations without its rendering anew of every neighbour: the same SQL, a tenth of the time.

While it migrates, Django keeps a class for every table as it stands at that step. After each new table, field, index or
constraint it makes the classes of all related tables anew, and here almost every table leads to people: 33,000 classes
for 150 tables, over a minute of a first start. A new table only needs its own class; a field, an index or a constraint
can be put to the class that is there, as Python's own class bodies do it. All other steps go Django's way.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ModelState, ProjectState
from django.db.models import Field, ManyToManyField

_add_model, _add_field = ProjectState.add_model, ProjectState.add_field
_append = vars(ProjectState)["_append_option"]  # the stubs do not tell it


@contextmanager
def quick() -> Iterator[None]:
    """Inside, project states follow in small steps, and garbage is seldom looked for: classes are made by thousands."""
    often = gc.get_threshold()
    ours: dict[str, Callable[..., None]] = {
        "add_model": add_model,
        "add_field": add_field,
        "_append_option": append_option,
    }
    theirs = {name: getattr(ProjectState, name) for name in ours}
    for name, way in ours.items():
        setattr(ProjectState, name, way)
    gc.set_threshold(100_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*often)
        for name, way in theirs.items():
            setattr(ProjectState, name, way)


def add_model(state: ProjectState, model_state: ModelState) -> None:
    """A class for the new table alone; relations to it are found by Django's registry when somebody asks."""
    with _unrendered(state) as apps:
        _add_model(state, model_state)
    if apps is not None:
        apps.render_multiple([model_state])


def add_field(
    state: ProjectState, app_label: str, model_name: str, name: str, field: Field[Any, Any], preserve_default: bool
) -> None:
    """The field joins the class that is there; one that brings a table of its own goes Django's way."""
    if isinstance(field, ManyToManyField):
        _add_field(state, app_label, model_name, name, field, preserve_default)
        return
    with _unrendered(state) as apps:
        _add_field(state, app_label, model_name, name, field, preserve_default)
    if apps is not None:
        told = state.models[app_label, model_name].fields[name]
        told.clone().contribute_to_class(apps.get_model(app_label, model_name), name)
        apps.clear_cache()


def append_option(state: ProjectState, app_label: str, model_name: str, option_name: str, obj: object) -> None:
    """An index or a constraint is written into the class's own list."""
    with _unrendered(state) as apps:
        _append(state, app_label, model_name, option_name, obj)
    if apps is not None:
        meta = apps.get_model(app_label, model_name)._meta
        setattr(meta, option_name, [*getattr(meta, option_name), obj])


@contextmanager
def _unrendered(state: ProjectState) -> Iterator[Any]:
    """The state without its classes, so that Django's own step notes the change and renders nothing."""
    apps = state.__dict__.pop("apps", None)
    try:
        yield apps
    finally:
        if apps is not None:
            state.__dict__["apps"] = apps
