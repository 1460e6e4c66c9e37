"""Two acts that wait for each other: the database ends one of them, whole, and a job then does it once more.

Who changes rows locks them first and without their keys (`select_for_update(no_key=True)`): a row that others only
point at is no reason to wait, and least of all at the commit, where foreign keys are looked at. What is left is rare.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import Error

P = ParamSpec("P")
T = TypeVar("T")

COLLISIONS = frozenset({"40P01", "40001"})  # PostgreSQL: deadlock detected, serialization failure
TIMES = 3


def collided(error: BaseException | None) -> bool:
    """Whether nothing was done because somebody else did something to the same rows at the same moment."""
    while error is not None:
        if getattr(error, "sqlstate", None) in COLLISIONS:
            return True
        error = error.__cause__
    return False


def again(do: Callable[P, T]) -> Callable[P, T]:
    """A job after a collision, three times at most. Only for what is outside any transaction."""

    @wraps(do)
    def done(*args: P.args, **kwargs: P.kwargs) -> T:
        for _ in range(TIMES - 1):
            try:
                return do(*args, **kwargs)
            except Error as error:
                if not collided(error):
                    raise
        return do(*args, **kwargs)

    return done
