"""Fields as every room asks for them: a day, an hour, some lines of words. What a browser shows is decided here."""

from __future__ import annotations

from typing import Any

from django import forms


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def hour_input() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


def lines(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=day_input(), **more)


def hour(label: Any, **more: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=hour_input(), **more)


def words(label: Any, rows: int = 2, *, most: int = 500, **more: Any) -> forms.CharField:
    """A few lines that may stay empty: where they may not, the action says so in a sentence."""
    return forms.CharField(label=label, required=False, max_length=most, widget=lines(rows), **more)
