"""What the day's board asks for. What is missing the action says."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from twinloop.decide.daily import CarryReason
from twinloop.followup.daily.models import REASONS


class Carry(forms.Form):
    reason = forms.ChoiceField(
        label=_("结转原因"), required=False,
        choices=[("", "—"), *((c, w) for c, w in REASONS if c != CarryReason.UNEXPLAINED)],
    )  # fmt: skip
    until = forms.DateField(label=_("新的日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    why = forms.CharField(label=_("一句话"), required=False, max_length=400)


class Hand(forms.Form):
    to = forms.TypedChoiceField(label=_("转给"), required=False, coerce=int, empty_value=None)
    why = forms.CharField(label=_("原因"), required=False, max_length=400)


class Note(forms.Form):
    note = forms.CharField(label=_("说明"), required=False, max_length=200)
