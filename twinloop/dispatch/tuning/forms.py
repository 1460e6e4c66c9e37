"""One form a kind of set: it reads figures and gives the whole set; what is wrong with it, the core says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from twinloop.dispatch.tuning import naming, words
from twinloop.people import asking

_STEP = re.compile(r"(\d+(?:\.\d+)?)\s*[=:：→]\s*(-?\d+)")


@dataclass(frozen=True)
class Row:
    """One line of a form: what it is about, and its controls."""

    label: str
    fields: list[BoundField]


@dataclass(frozen=True)
class Group:
    title: str
    rows: list[Row]
    heads: tuple[str, ...] = ()  # over the controls; each control says it itself too


def figure(value: float) -> int | float:
    """2.0 is 2: a set is compared and named by what stands in it."""
    return int(value) if float(value).is_integer() else float(value)


class SetForm(forms.Form):
    """`values` of the set that the form begins with; `follows` is the newest set when the page was opened."""

    kind: ClassVar[str]
    since = asking.day(gettext_lazy("从哪天起"))
    why = forms.CharField(label=gettext_lazy("为什么改"), max_length=400,
                          widget=asking.lines(2))  # fmt: skip
    follows = forms.IntegerField(required=False, widget=forms.HiddenInput)
    token = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)

    def __init__(self, *given: Any, values: Mapping[str, Any], **named: Any) -> None:
        super().__init__(*given, **named)
        self.start = values
        self.build(values)

    def build(self, values: Mapping[str, Any]) -> None:
        raise NotImplementedError

    def groups(self) -> list[Group]:
        raise NotImplementedError

    def values(self) -> dict[str, Any]:
        raise NotImplementedError

    def number(self, name: str, label: str, initial: Any, *, required: bool = True) -> None:
        """A figure. Its limits are said by the core, with the reason, and not by the control."""
        shown = forms.TextInput({"inputmode": "decimal", "class": "form-control tl-num", "aria-label": label})
        self.fields[name] = forms.FloatField(label=label, initial=initial, required=required, widget=shown)

    def text(self, name: str, label: str, initial: str, *, required: bool = True, longest: int = 200) -> None:
        shown = forms.TextInput({"class": "form-control", "aria-label": label})
        self.fields[name] = forms.CharField(
            label=label, initial=initial, required=required, max_length=longest, widget=shown
        )

    def given(self, name: str) -> int | float:
        return figure(self.cleaned_data[name])

    def sets(self, named: Mapping[str, Iterable[str]]) -> list[Group]:
        """A group a heading, one figure a line."""
        return [
            Group(str(words.HEADINGS[code]), [self.row(naming.label(name), name) for name in names])
            for code, names in named.items()
        ]

    def row(self, label: str, *names: str) -> Row:
        return Row(label, [self[name] for name in names])


class ScorecardForm(SetForm):
    kind = "scorecard"

    def build(self, values: Mapping[str, Any]) -> None:
        for name in naming.TOP:
            self.number(name, naming.label(name), values[name])
        for factor in values["points"]:
            self.number(f"points-{factor}", _("%(what)s：几分") % {"what": naming.label(factor)},
                        values["points"][factor])  # fmt: skip
            self._floor(factor, values["floor"].get(factor))
        for factor, steps in values["steps"].items():
            label = _("%(what)s：从几起=几分") % {"what": naming.label(factor)}
            self.text(f"steps-{factor}", label, naming.steps(steps))
            floor = values["floor"].get(factor)
            self._floor(factor, floor)
            self.number(f"least-{factor}", _("%(what)s：底线从几起") % {"what": naming.label(factor)},
                        floor[1] if floor else None, required=False)  # fmt: skip

    def _floor(self, factor: str, floor: Any) -> None:
        label = _("%(what)s：底线") % {"what": naming.label(factor)}
        shown = forms.Select({"class": "form-select", "aria-label": label})
        choices = [("", _("无底线")), ("1", _("底线一级")), ("2", _("底线二级"))]
        self.fields[f"floor-{factor}"] = forms.ChoiceField(
            label=label, required=False, choices=choices, initial=str(floor[0]) if floor else "", widget=shown
        )

    def groups(self) -> list[Group]:
        found = [Group(str(words.HEADINGS["levels"]), [self.row(naming.label(name), name) for name in naming.TOP])]
        for title, factors in naming.factors_by_heading():
            rows = []
            for factor in factors:
                how = "points" if factor in self.start["points"] else "steps"
                more = [f"least-{factor}"] if how == "steps" else []
                rows.append(self.row(naming.label(factor), f"{how}-{factor}", f"floor-{factor}", *more))
            found.append(Group(title, rows, (_("几分，或从几起=几分"), _("底线"), _("从几起"))))
        return found

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        for factor in self.start["steps"]:
            name = f"steps-{factor}"
            if name in given and naming.steps_read(given[name], _STEP) is None:
                self.add_error(name, _("写成 1=3，2=6：从几起=几分"))
            if given.get(f"floor-{factor}") and given.get(f"least-{factor}") is None:
                self.add_error(f"least-{factor}", _("还差一样：底线从几起"))
        return given

    def values(self) -> dict[str, Any]:
        floor = {}
        for factor in (*self.start["points"], *self.start["steps"]):
            if level := self.cleaned_data[f"floor-{factor}"]:
                least = self.given(f"least-{factor}") if factor in self.start["steps"] else 1
                floor[factor] = [int(level), least]
        steps = {f: naming.steps_read(self.cleaned_data[f"steps-{f}"], _STEP) for f in self.start["steps"]}
        points = {factor: self.given(f"points-{factor}") for factor in self.start["points"]}
        return {name: self.given(name) for name in naming.TOP} | {"points": points, "steps": steps, "floor": floor}


class WeightsForm(SetForm):
    kind = "weights"
    SETS: ClassVar[Mapping[str, Iterable[str]]] = {
        "area": ("own_area", "near", "knows"),
        "skill": ("skill_1", "skill_2", "skill_3", "related_skill", "trait", "traits_most", "success",
                  "expected_rate", "expected_cases"),
        "work": ("capacity", "load", "fairness", "fairness_most"),
    }  # fmt: skip

    def build(self, values: Mapping[str, Any]) -> None:
        for names in self.SETS.values():
            for name in names:
                of_skill = name.removeprefix("skill_")
                start = values["skill"][int(of_skill) - 1] if of_skill.isdigit() else values[name]
                self.number(name, naming.label(name), start)

    def groups(self) -> list[Group]:
        return self.sets(self.SETS)

    def values(self) -> dict[str, Any]:
        found = {name: self.given(name) for names in self.SETS.values() for name in names}
        skill = [found.pop(f"skill_{grade}") for grade in (1, 2, 3)]
        return found | {"skill": skill, "fits": self.start["fits"]}


class ThresholdsForm(SetForm):
    kind = "thresholds"
    REPEATS = ("repeats_suggest", "repeats_join", "repeats_who", "repeats_where", "repeats_when", "repeats_what",
               "repeats_lean")  # fmt: skip

    def build(self, values: Mapping[str, Any]) -> None:
        for name in self.REPEATS:
            self.number(name, naming.label(name), values[name])
        self.number("sorting_least", naming.label("sorting_least"), values["sorting_least"], required=False)

    def groups(self) -> list[Group]:
        return self.sets({"repeats": self.REPEATS[:2], "counting": self.REPEATS[2:], "sorting": ("sorting_least",)})

    def values(self) -> dict[str, Any]:
        least = self.cleaned_data["sorting_least"]
        found: dict[str, Any] = {name: self.given(name) for name in self.REPEATS}
        return found | {"sorting_least": None if least is None else figure(least)}


class MediationForm(SetForm):
    kind = "mediation"
    SETS: ClassVar[Mapping[str, Iterable[str]]] = {
        "choosing": ("follow_months", "follow_failed", "follow_calls"),
        "nominating": ("nominate_years", "nominate_rounds", "nominate_calls"),
        "hands": ("in_hand",),
    }

    def build(self, values: Mapping[str, Any]) -> None:
        for names in self.SETS.values():
            for name in names:
                self.number(name, naming.label(name), values[name])

    def groups(self) -> list[Group]:
        return self.sets(self.SETS)

    def values(self) -> dict[str, Any]:
        return {name: self.given(name) for names in self.SETS.values() for name in names}


class TypesForm(SetForm):
    kind = "types"

    def build(self, values: Mapping[str, Any]) -> None:
        for code, row in values.items():
            self.text(f"name-{code}", _("%(code)s 的名称") % {"code": code}, row["name"], required=False)
            self.text(f"description-{code}", _("%(code)s 的说明") % {"code": code}, row["description"],
                      required=False, longest=400)  # fmt: skip
            self.number(f"place-{code}", _("%(code)s 的顺序") % {"code": code}, row["place"])
            box = forms.CheckboxInput({"aria-label": _("%(code)s 在用") % {"code": code}})
            self.fields[f"active-{code}"] = forms.BooleanField(required=False, initial=row["active"], widget=box)

    def groups(self) -> list[Group]:
        found: dict[str, list[Row]] = {}
        for code in self.start:
            names = [f"{part}-{code}" for part in ("name", "description", "place", "active")]
            found.setdefault(code[0], []).append(self.row(code, *names))
        heads = (_("名称"), _("说明"), _("顺序"), _("启用中"))
        return [Group(str(naming.CATEGORIES[category]), rows, heads) for category, rows in found.items()]

    def values(self) -> dict[str, Any]:
        return {
            code: {
                "name": self.cleaned_data[f"name-{code}"],
                "description": self.cleaned_data[f"description-{code}"],
                "place": self.given(f"place-{code}"),
                "active": self.cleaned_data[f"active-{code}"],
            }
            for code in self.start
        }


FORMS: Mapping[str, type[SetForm]] = {
    form.kind: form for form in (ScorecardForm, WeightsForm, ThresholdsForm, MediationForm, TypesForm)
}
