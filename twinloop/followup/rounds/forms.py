"""What the pages of second handling ask for. What is missing the action says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from twinloop.cases.acting import Once
from twinloop.followup.rounds import words
from twinloop.followup.rounds.queries import Taker


def _words(label: Any, rows: int = 2, most: int = 1_000, help_: Any = "") -> forms.CharField:
    box = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=False, max_length=most, widget=box, help_text=help_)


def _line(label: Any, most: int) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=most)


class Review(Once):
    focus = _words(words.HEADINGS["focus"])
    source = _words(words.HEADINGS["source"])
    duration = _words(words.HEADINGS["duration"])
    conduct = _words(words.HEADINGS["conduct"])
    plan = _words(words.HEADINGS["plan"], 3)


class Send(Once):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    taker = forms.ChoiceField(label=_("派给"), widget=forms.RadioSelect)
    text = _words(_("指令"), 3, 500)

    def offer(self, takers: Iterable[Taker]) -> None:
        self.people = {str(one.pk): one.account for one in takers}
        pairs = [(pk, one.name) for pk, one in self.people.items()]
        self.fields["taker"].choices = pairs  # type: ignore[attr-defined]


class Charge(Once):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    why = _words(_("为什么转处罚"), 2, 200)


class Appraise(Once):
    what = _line(_("鉴定什么"), 100)
    office = _line(_("哪里鉴定"), 60)


class Appraised(Once):
    result = _words(_("鉴定意见"), 2, 200)


class Extend(Once):
    by_whom = _line(_("谁批准的（上一级公安机关）"), 60)


class Decide(Once):
    decision = forms.ChoiceField(label=_("决定"), choices=list(words.DECISIONS.items()), widget=forms.RadioSelect)
    number = _line(_("文号"), 60)
    on = forms.DateField(
        label=_("哪天"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    text = _words(_("内容"), 2, 500)


class Find(Once):
    finding = forms.ChoiceField(label=_("是不是民转刑"), choices=list(words.FINDINGS.items()), widget=forms.RadioSelect)
    text = _words(_("为什么；哪一步本可以更早"), 4, 2_000)
