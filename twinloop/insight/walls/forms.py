"""Opening a screen: a name, and what it looks at."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from twinloop.people.models import Unit


class NewScreen(forms.Form):
    name = forms.CharField(label=_("屏的名字"), max_length=40, widget=forms.TextInput({"placeholder": _("一楼大厅")}))
    unit = forms.TypedChoiceField(label=_("看哪里"), coerce=int, empty_value=None, required=False)

    def offer(self, units: Iterable[Unit], *, district: bool) -> None:
        choices: list[tuple[object, object]] = [("", _("全区"))] if district else []
        self.fields["unit"].choices = [*choices, *((unit.pk, unit.name) for unit in units)]  # type: ignore[attr-defined]
        self.fields["unit"].required = not district
