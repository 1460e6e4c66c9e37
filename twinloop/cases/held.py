"""Settings read once for one piece of work: rules, calendars, names of types. Asked anew everywhere else.

An order opens three clocks, each of which would ask for its rule and the calendar; a simulated year would do so
thousands of times. What an administrator changes meanwhile is seen by the next piece of work.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")
_held: ContextVar[dict[Hashable, Any] | None] = ContextVar("held", default=None)


@contextmanager
def settings_held() -> Iterator[None]:
    """Within the block (also `@settings_held()`) each of them is read at most once; an outer block's reading holds."""
    if _held.get() is not None:
        yield
        return
    token = _held.set({})
    try:
        yield
    finally:
        _held.reset(token)


def is_held() -> bool:
    """Whether a block of `settings_held` runs."""
    return _held.get() is not None


def held(key: Hashable, read: Callable[[], T]) -> T:
    """What `read` gives; kept under `key` while a block of `settings_held` runs."""
    kept = _held.get()
    if kept is None:
        return read()
    if key not in kept:
        kept[key] = read()
    found: T = kept[key]
    return found
