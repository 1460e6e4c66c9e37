"""Form fields as the front desk draws them: classes of controls, and errors in our own words."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.safestring import SafeString

from twinloop.desk import words


def is_box(bound: BoundField) -> bool:
    return isinstance(bound.field.widget, forms.CheckboxInput)


def _kind(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxInput):
        return ""  # drawn by .tl-choice
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return ""
    return "form-select" if isinstance(widget, forms.Select) else "form-control"


def control(bound: BoundField, *, code: bool = False) -> SafeString:
    """The control with its class; `code` for six figures from an app. What is wrong is tied to it for listeners."""
    attrs: dict[str, str | bool] = {"class": f"{_kind(bound.field.widget)}{' tl-code' if code else ''}".strip()}
    if code:
        attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code"}
    bound.field.widget.attrs.pop("placeholder", None)  # a label says it and does not vanish
    described = [f"{bound.id_for_label}-help"] if bound.help_text else []
    if bound.errors:
        attrs["aria-invalid"] = "true"
        described.insert(0, f"{bound.id_for_label}-error")
    if described:
        attrs["aria-describedby"] = " ".join(described)
    return bound.as_widget(attrs=attrs)


def sentences(errors: Iterable[ValidationError]) -> list[str]:
    """Our sentence for each of Django's errors whose code we know, else the error's own words."""
    said = []
    for error in errors:
        known = words.WRONG.get(error.code or "")
        said.append(str(known) % (error.params or {}) if known else str(error.messages[0]))
    return said
