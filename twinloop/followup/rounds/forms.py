"""What the pages of second handling ask for. What is missing the action says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from twinloop.cases.acting import Once
from twinloop.followup.rounds import words
from twinloop.followup.rounds.queries import Taker
from twinloop.people import asking


def _line(label: Any, most: int) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=most)


class Review(Once):
    focus = asking.words(words.HEADINGS["focus"], most=1000)
    source = asking.words(words.HEADINGS["source"], most=1000)
    duration = asking.words(words.HEADINGS["duration"], most=1000)
    conduct = asking.words(words.HEADINGS["conduct"], most=1000)
    plan = asking.words(words.HEADINGS["plan"], 3, most=1000)


class Send(Once):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    taker = forms.ChoiceField(label=_("派给"), widget=forms.RadioSelect)
    text = asking.words(_("指令"), 3)

    def offer(self, takers: Iterable[Taker]) -> None:
        self.people = {str(one.pk): one.account for one in takers}
        pairs = [(pk, one.name) for pk, one in self.people.items()]
        self.fields["taker"].choices = pairs  # type: ignore[attr-defined]


class Charge(Once):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    why = asking.words(_("为什么转处罚"), most=200)


class Appraise(Once):
    what = _line(_("鉴定什么"), 100)
    office = _line(_("哪里鉴定"), 60)


class Appraised(Once):
    result = asking.words(_("鉴定意见"), most=200)


class Extend(Once):
    by_whom = _line(_("谁批准的（上一级公安机关）"), 60)


class Decide(Once):
    decision = forms.ChoiceField(label=_("决定"), choices=list(words.DECISIONS.items()), widget=forms.RadioSelect)
    number = _line(_("文号"), 60)
    on = asking.day(_("哪天"), required=False)
    text = asking.words(_("内容"))


class Find(Once):
    finding = forms.ChoiceField(label=_("是不是民转刑"), choices=list(words.FINDINGS.items()), widget=forms.RadioSelect)
    text = asking.words(_("为什么；哪一步本可以更早"), 4, most=2_000)
