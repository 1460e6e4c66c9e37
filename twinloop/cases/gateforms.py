"""The questions of the mediation gate as a form: yes, no or unknown; what is not answered stays unknown."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from twinloop.cases.telling import language
from twinloop.decide.gate import Fact, Lead, Nature, Relation, Track
from twinloop.decide.words import say
from twinloop.people import asking

_CHOICES: dict[Fact, type[StrEnum]] = {Fact.NATURE: Nature, Fact.RELATION: Relation, Fact.LED_BY: Lead}
_COUNTS = (Fact.SWORN_OFFICERS, Fact.ROUNDS_DONE)
_DAYS = (Fact.ACCEPTED_ON, Fact.FIRST_ROUND_ON, Fact.ON)
_TRUTH = [("", _("未知")), ("yes", _("是")), ("no", _("不是"))]


def _words(kind: type[StrEnum]) -> list[tuple[str, str]]:
    return [(code.value, say(code, language())) for code in kind]


class Gate(forms.Form):
    """One field a fact of `gate.Fact`, and the track."""

    track = forms.ChoiceField(label=_("哪种调解"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        track = self.fields["track"]
        assert isinstance(track, forms.ChoiceField)
        track.choices = _words(Track)
        for fact in Fact:
            self.fields[fact.value] = _field(fact)

    def facts(self) -> dict[str, Any]:
        """Facts as `gate.Facts.from_mapping` reads them; the unknown are left out."""
        read: dict[str, Any] = {}
        for fact in Fact:
            value = self.cleaned_data.get(fact.value)
            if value in (None, ""):
                continue
            if isinstance(self.fields[fact.value], _Truth):
                value = value == "yes"
            read[fact.value] = value.isoformat() if isinstance(value, date) else value
        return read


class _Truth(forms.ChoiceField):
    pass


def _field(fact: Fact) -> forms.Field:
    label = say(fact, language())
    if fact in _CHOICES:
        return forms.ChoiceField(label=label, required=False, choices=[("", _("未知")), *_words(_CHOICES[fact])])
    if fact in _COUNTS:
        return forms.IntegerField(label=label, required=False, min_value=0, max_value=99)
    if fact in _DAYS:
        return asking.day(label, required=False)
    if fact is Fact.RECORDING_NO:
        return forms.CharField(label=label, required=False, max_length=40)
    return _Truth(label=label, required=False, choices=_TRUTH)


def initial(track: str, facts: dict[str, Any]) -> dict[str, Any]:
    """What was answered last time, so that only the new is typed."""
    answers = {k: "yes" if v is True else "no" if v is False else v for k, v in facts.items()}
    return {"track": track, **answers}
