"""What the page of a safeguard asks for. What is missing the action says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from twinloop.cases.acting import Once
from twinloop.cases.models import Party
from twinloop.mediation.safeguards import words


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)


def _lines(label: Any, help_text: Any = "") -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, required=False, max_length=2000, widget=area, help_text=help_text)


class Begin(Once):
    victim = forms.ChoiceField(label=_("受害人"))
    perpetrator = forms.ChoiceField(label=_("加害人"))

    def offer(self, parties: Sequence[Party]) -> None:
        self.parties = {str(one.pk): one for one in parties}
        named = [(pk, f"{one.get_side_display()} {one.name_masked}") for pk, one in self.parties.items()]
        for name in ("victim", "perpetrator"):
            self.fields[name].choices = [("", "—"), *named]  # type: ignore[attr-defined]


class Letter(Once):
    issued = forms.ChoiceField(
        label=_("告诫书"), choices=[("yes", _("出具")), ("no", _("不出具"))], widget=forms.RadioSelect
    )
    why = forms.CharField(label=_("理由"), required=False, max_length=500)
    facts = _lines(_("家庭暴力的事实"), _("出具才写；不写姓名、电话、证件"))
    forbids = _lines(_("禁止做什么"), _("出具才写"))


class Step(Once):
    """One step; what a kind does not ask for is left out by `of`."""

    on = _day(_("哪天"))
    to_whom = forms.CharField(label=_("送给谁（身份）"), required=False, max_length=60)
    how = forms.ChoiceField(label=_("怎样送"), required=False, choices=[("", "—"), *words.WAYS.items()])
    every = forms.IntegerField(label=_("隔几天一次"), required=False, min_value=1, max_value=99)
    until = _day(_("到哪天为止"))
    answer = forms.ChoiceField(label=_("结果"), required=False, choices=list(words.ANSWERS.items()))
    text = _lines(_("做了什么，怎么说的"))


def of(kind: str, *args: Any, **more: Any) -> Step:
    """The form of one kind of step."""
    form = Step(*args, **more)
    asked = {"on", "once"}
    if kind in words.SERVICES:
        asked |= {"to_whom", "how"}
    elif kind == "visits":
        asked |= {"every", "until"}
    else:
        asked |= {"answer", "text"}
    for name in set(form.fields) - asked:
        del form.fields[name]
    return form
