"""What the pages of pushes ask for. Each form reads its own fields; what is missing the action says."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from twinloop.cases.acting import Once
from twinloop.dispatch.pushes import letter, words
from twinloop.people import asking
from twinloop.people.models import Unit


class Letter(Once):
    letter = asking.words(_("函件正文"), 14, most=letter.MOST * 2)


class Compose(Letter):
    units = forms.TypedMultipleChoiceField(
        label=_("推送给"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    field_order = ("units", "letter")

    def offer(self, units: Sequence[Unit]) -> None:
        self.fields["units"].choices = [(unit.pk, unit.name) for unit in units]  # type: ignore[attr-defined]


class Why(Once):
    why = asking.words(_("原因"), 3)


class Reply(Once):
    result = forms.ChoiceField(
        label=_("办理结果"), required=False, choices=list(words.RESULTS.items()), widget=forms.RadioSelect
    )
    text = asking.words(_("做了什么"), 5, most=letter.MOST)
