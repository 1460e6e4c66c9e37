"""What the page of a safeguard asks for. What is missing the action says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from twinloop.cases.acting import Once
from twinloop.cases.models import Party
from twinloop.mediation.safeguards import words
from twinloop.people import asking


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
    facts = asking.words(_("家庭暴力的事实"), 3, most=2000, help_text=_("出具才写；不写姓名、电话、证件"))
    forbids = asking.words(_("禁止做什么"), 3, most=2000, help_text=_("出具才写"))


class Step(Once):
    """One step; what a kind does not ask for is left out by `of`."""

    on = asking.day(_("哪天"), required=False)
    to_whom = forms.CharField(label=_("送给谁（身份）"), required=False, max_length=60)
    how = forms.ChoiceField(label=_("怎样送"), required=False, choices=[("", "—"), *words.WAYS.items()])
    every = forms.IntegerField(label=_("隔几天一次"), required=False, min_value=1, max_value=99)
    until = asking.day(_("到哪天为止"), required=False)
    answer = forms.ChoiceField(label=_("结果"), required=False, choices=list(words.ANSWERS.items()))
    text = asking.words(_("做了什么，怎么说的"), 3, most=2000)


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
