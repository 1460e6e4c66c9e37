"""Which window, and how it is parted: read from the address, never trusted."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from twinloop.decide.figures import Window
from twinloop.insight.figures import windows, words
from twinloop.people import asking

LONGEST = 3_660  # days: ten years


class Span(forms.Form):
    """`span` names a window; `own` takes two days, both counted."""

    span = forms.ChoiceField(choices=list(words.SPANS.items()), required=False)
    first = asking.day(_("从"), required=False)
    last = asking.day(_("到"), required=False)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        first, last = found.get("first"), found.get("last")
        if found.get("span") == "own":
            if first is None or last is None:
                raise forms.ValidationError(_("自选时段要填从哪天到哪天"))
            if not 0 <= (last - first).days <= LONGEST:
                raise forms.ValidationError(_("时段的结束不能早于开始，最长十年"))
        return found

    def window(self, *, today: date) -> tuple[str, Window]:
        """(name of the span, window); what cannot be read gives this month."""
        if not self.is_valid():
            return "own" if self.data.get("span") == "own" else "month", windows.of("month", today=today)
        span = self.cleaned_data["span"] or "month"
        if span == "own":
            return span, windows.days(self.cleaned_data["first"], self.cleaned_data["last"])
        return span, windows.of(span, today=today)
