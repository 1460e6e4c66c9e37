"""What is asked when a mediation is chosen: a party's word, and the decision of a person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from twinloop.cases.acting import Once
from twinloop.mediation.mediators.models import Mediator
from twinloop.mediation.sessions import words
from twinloop.mediation.sessions.advising import Advice
from twinloop.people import asking

TRACKS = [(code, words.TRACKS[code]) for code in ("people", "police")]


class Word(Once):
    """What one party said."""

    accepts = forms.ChoiceField(
        label=_("愿不愿意调解"), choices=[("yes", _("愿意")), ("no", _("不愿意"))], widget=forms.RadioSelect
    )
    mediator = forms.ChoiceField(label=_("想请谁调"), required=False)
    strength = forms.ChoiceField(
        label=_("想怎么调"), required=False, choices=[("", _("没有说")), *words.STRENGTHS.items()]
    )
    said = forms.CharField(label=_("原话"), required=False, max_length=200)

    def offer(self, people: Iterable[Mediator]) -> None:
        self.people = {str(one.pk): one for one in people}
        named = [(pk, f"{one.name} · {one.get_kind_display()}") for pk, one in self.people.items()]
        self.fields["mediator"].choices = [("", _("没有说")), *named]  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "accepts": data["accepts"] == "yes", "mediator": self.people.get(data["mediator"]),
            "strength": data["strength"], "said": data["said"],
        }  # fmt: skip


class Decision(Once):
    """How, by whom. The track stands in the address, so that the people offered fit it."""

    strength = forms.ChoiceField(label=_("怎么调"), choices=list(words.STRENGTHS.items()), widget=forms.RadioSelect)
    lead = forms.ChoiceField(label=_("谁主持"))
    procedure = forms.ChoiceField(label=_("哪种程序"), choices=list(words.PROCEDURES.items()))
    accepted_on = asking.day(_("受理或伤情鉴定那天"), required=False)
    why = forms.CharField(
        label=_("为什么不按建议"),
        required=False,
        max_length=200,
        help_text=_("更重的不用写；更轻的、换人、换一种调解要写"),
    )

    def offer(self, advice: Advice) -> None:
        self.people = {str(row.one.pk): row.one for row in advice.suited}
        named = [(pk, f"{one.name} · {one.get_kind_display()}") for pk, one in self.people.items()]
        self.fields["lead"].choices = named  # type: ignore[attr-defined]
