"""What the pages of assessment ask for. What is missing the action says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from twinloop.cases.acting import Once
from twinloop.decide.assessment import Measure
from twinloop.insight.assessments import words
from twinloop.insight.assessments.showing import name_of
from twinloop.people import asking


class Ticks(forms.MultipleChoiceField):
    """Rows ticked where they stand on the page; the action says whether they belong to the score."""

    def valid_value(self, value: str) -> bool:
        return bool(value)


class Contest(Once):
    rows = Ticks(required=False)
    why = asking.words(_("哪里不对"), 3)


class Answer(Once):
    rows = Ticks(required=False)
    answer = forms.ChoiceField(
        label=_("答复"), choices=list(words.ANSWERS.items()), required=False, widget=forms.RadioSelect
    )
    text = asking.words(_("说明"), 3)


class Nominate(Once):
    honour = forms.ChoiceField(label=_("推荐为"), choices=list(words.HONOURS.items()), widget=forms.RadioSelect)
    grounds = asking.words(_("理由"), 3)

    def __init__(self, *args: Any, of_person: bool = True, **more: Any) -> None:
        super().__init__(*args, **more)
        if not of_person:  # 后备干部 is a person
            self.fields["honour"].choices = [("merit", words.HONOURS["merit"])]  # type: ignore[attr-defined]


class Decide(Once):
    state = forms.ChoiceField(
        label=_("意见"), choices=[(k, v) for k, v in words.STATES.items() if k != "proposed"], required=False,
        widget=forms.RadioSelect,
    )  # fmt: skip
    why = forms.CharField(label=_("说明"), required=False, max_length=200)


def _number(**attrs: str) -> forms.NumberInput:
    return forms.NumberInput(attrs={"class": "form-control tl-num", **attrs})


class Scheme(forms.Form):
    """One row a measure: weight, threshold, least number; weight 0 leaves it out."""

    since = forms.DateField(label=_("从哪个月起"), input_formats=["%Y-%m", "%Y-%m-%d"],
                            widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"))  # fmt: skip
    ranks = forms.BooleanField(label=_("排名次（默认只看达标）"), required=False)
    why = forms.CharField(label=_("为什么改"), required=False, max_length=200)

    def __init__(self, *args: Any, now: Sequence[Measure], offered: Sequence[str], language: str, **more: Any) -> None:
        super().__init__(*args, **more)
        held = {one.indicator: one for one in now}
        self.codes = [*held, *(code for code in offered if code not in held)]
        for code in self.codes:
            one, name = held.get(code), name_of(code, language)
            self.fields[f"{code}-weight"] = forms.IntegerField(
                label=_("%(name)s：权重") % {"name": name},
                min_value=0,
                max_value=100,
                initial=one.weight if one else 0,
                widget=_number(),
            )
            self.fields[f"{code}-threshold"] = forms.FloatField(
                label=_("%(name)s：达标线") % {"name": name}, min_value=0.1, max_value=100,
                initial=one.threshold if one else 80, widget=_number(step="any"),
            )  # fmt: skip
            self.fields[f"{code}-minimum"] = forms.IntegerField(
                label=_("%(name)s：最少几件") % {"name": name},
                min_value=1,
                initial=one.minimum if one else 10,
                widget=_number(),
            )
        self.names = {code: name_of(code, language) for code in self.codes}

    def table(self) -> list[tuple[str, str, Any, Any, Any]]:
        """Name, which side of the threshold is good, and the three boxes."""
        return [
            (
                self.names[code],
                "≤" if code in LOW else "≥",
                self[f"{code}-weight"],
                self[f"{code}-threshold"],
                self[f"{code}-minimum"],
            )
            for code in self.codes
        ]

    def measures(self) -> list[dict[str, Any]]:
        given = self.cleaned_data
        return [
            {
                "indicator": code, "weight": given[f"{code}-weight"], "threshold": given[f"{code}-threshold"],
                "minimum": given[f"{code}-minimum"], "better": "low" if code in LOW else "high",
            }
            for code in self.codes
            if given[f"{code}-weight"]
        ]  # fmt: skip

    def day(self) -> date:
        found: date = self.cleaned_data["since"]
        return found


LOW = frozenset({"repeat_rate", "objections_lost"})
