"""What the pages of whistles ask for. Each form reads its own fields; what is missing the action says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from twinloop.cases.acting import Once
from twinloop.mediation.joint import letter, words
from twinloop.people import asking
from twinloop.people.models import Unit


class Blow(Once):
    """One form for several agencies: who, who leads, what is asked."""

    text = asking.words(_("情况和要做的事"), 6, most=letter.MOST * 2)
    is_urgent = forms.BooleanField(label=_("紧急，要马上到场"), required=False)
    where = forms.CharField(label=_("到哪里"), required=False, max_length=80)
    is_complex = forms.BooleanField(label=_("复杂，反馈时间放到 5 天"), required=False)
    units = forms.TypedMultipleChoiceField(label=_("叫哪些单位"), required=False, coerce=int)
    lead = forms.TypedChoiceField(label=_("谁牵头"), required=False, coerce=int, empty_value=None)

    def offer(self, units: Sequence[Unit]) -> None:
        choices = [(unit.pk, unit.name) for unit in units]
        for name in ("units", "lead"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def chosen(self) -> tuple[set[str], str]:
        """Keys of the agencies that are ticked and of the one that leads, as the page shows them again."""
        if self.is_bound:
            return set(self.data.getlist("units")), str(self.data.get("lead", ""))  # type: ignore[attr-defined]
        return {str(pk) for pk in self.initial.get("units", ())}, str(self.initial.get("lead", ""))


class Why(Once):
    why = asking.words(_("原因"))


class Feedback(Once):
    result = forms.ChoiceField(
        label=_("办理结果"), required=False, choices=list(words.RESULTS.items()), widget=forms.RadioSelect
    )
    text = asking.words(_("做了什么"), 4, most=letter.MOST)


class Object(Once):
    ground = forms.ChoiceField(
        label=_("理由"), required=False, choices=list(words.GROUNDS.items()), widget=forms.RadioSelect
    )
    text = asking.words(_("依据"), 3)


class Decide(Once):
    decision = forms.ChoiceField(
        label=_("裁定"), required=False, choices=list(words.DECISIONS.items()), widget=forms.RadioSelect
    )
    to_unit = forms.TypedChoiceField(label=_("改派给"), required=False, coerce=int, empty_value=None)
    why = asking.words(_("理由"), 3)

    def offer(self, units: Sequence[Unit]) -> None:
        self.fields["to_unit"].choices = [("", "——"), *((unit.pk, unit.name) for unit in units)]  # type: ignore[attr-defined]


class HeatUp(Once):
    signs = forms.MultipleChoiceField(
        label=_("看到、听到什么"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[pair for pair in words.SIGNS.items() if pair[0] != "other"],
    )  # fmt: skip
    text = asking.words(_("一句话"))


class TakeHeat(Once):
    outcome = forms.ChoiceField(
        label=_("怎么办"), required=False, choices=list(words.OUTCOMES.items()), widget=forms.RadioSelect
    )
    why = asking.words(_("写一句"))


class Line(Once):
    """One more line of the table of who is competent."""

    unit = forms.TypedChoiceField(label=_("哪个单位"), coerce=int)
    subject = forms.ChoiceField(label=_("主管什么"), required=False)
    place = forms.TypedChoiceField(label=_("管哪里"), required=False, coerce=int, empty_value=None)
    leads = forms.BooleanField(label=_("可以牵头"), required=False, initial=True)
    source = forms.CharField(label=_("依据"), max_length=200)

    def offer(self, units: Sequence[Unit], subjects: Mapping[str, str], places: Sequence[tuple[int, str]]) -> None:
        self.fields["unit"].choices = [(unit.pk, unit.name) for unit in units]  # type: ignore[attr-defined]
        self.fields["subject"].choices = list(subjects.items())  # type: ignore[attr-defined]
        self.fields["place"].choices = [("", _("全区")), *places]  # type: ignore[attr-defined]


class Fill(Once):
    first = asking.day(_("从"))
    last = asking.day(_("到"))


class Day(Once):
    day = asking.day(_("哪天"))
    units = forms.TypedMultipleChoiceField(
        label=_("谁在席"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def offer(self, units: Sequence[Unit]) -> None:
        self.fields["units"].choices = [(unit.pk, unit.name) for unit in units]  # type: ignore[attr-defined]
