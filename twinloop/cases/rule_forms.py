"""Forms of the settings of clocks and holidays."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from twinloop.cases.actions.ruling import days
from twinloop.cases.telling import language
from twinloop.decide.clocks import RestDay, Rule, RuleCode, Unit
from twinloop.decide.words import say
from twinloop.people import asking

MOST_DAYS = 120
_DAY = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?")
_RANGE = re.compile(r"\s*(?:至|到|~|—|–|\.\.)\s*")


def _said(codes: Any) -> list[tuple[str, str]]:
    return [(code.value, say(code, language())) for code in codes]


class RuleForm(forms.Form):
    code = forms.ChoiceField(label=gettext_lazy("时限"))
    since = asking.day(gettext_lazy("从哪天起"))
    value = forms.IntegerField(label=gettext_lazy("数值"), min_value=0, max_value=315_576_000)
    unit = forms.ChoiceField(label=gettext_lazy("单位"))
    rest_day = forms.ChoiceField(label=gettext_lazy("末日遇休息日"))
    warn_percent = forms.IntegerField(label=gettext_lazy("用去百分之几提醒"), min_value=1, max_value=100, initial=80)
    climb_minutes = forms.IntegerField(
        label=gettext_lazy("超时后每几分钟上报一级"), min_value=1, max_value=100_000, initial=60
    )
    source = forms.CharField(label=gettext_lazy("依据"), max_length=200, help_text=gettext_lazy("哪一条规定、哪份文件"))

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for name, codes in (("code", RuleCode), ("unit", Unit), ("rest_day", RestDay)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = _said(codes)

    def clean(self) -> dict[str, Any]:
        """Ten years at most, in whatever unit; the end of the day has no figure."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return given
        unit = Unit(given["unit"])
        if unit is not Unit.DAY_END and given["value"] == 0:
            self.add_error("value", _("要大于 0"))
            return given
        if unit is Unit.DAY_END:
            given["value"] = 0
        try:
            self.rule = Rule.from_mapping(given)
        except ValueError:
            self.add_error("value", _("最长十年"))
        return given


class DaysField(forms.CharField):
    """Days as people write them, a line or a comma each: 10-01 至 10-07, 2028年10月1日, 2028-10-01."""

    widget = asking.lines(5)

    def days(self, text: str, year: int) -> list[date]:
        found: list[date] = []
        for part in re.split(r"[\n,，;；、]+", text):
            if part.strip():
                ends = [self._day(end, year) for end in _RANGE.split(part.strip())]
                if len(ends) > 2 or ends[0] > ends[-1]:
                    raise forms.ValidationError(_("看不懂“%(part)s”") % {"part": part.strip()[:30]})
                found += days(ends[0], ends[-1])
        if len(found) > MOST_DAYS:
            raise forms.ValidationError(_("天数太多，最多 %(n)s 天") % {"n": MOST_DAYS})
        return sorted(set(found))

    def _day(self, text: str, year: int) -> date:
        match = _DAY.fullmatch(text)
        try:
            assert match is not None
            return date(int(match[1] or year), int(match[2]), int(match[3]))
        except (AssertionError, ValueError):
            raise forms.ValidationError(_("看不懂“%(part)s”") % {"part": text[:30]}) from None


class YearForm(forms.Form):
    year = forms.IntegerField(label=gettext_lazy("年份"), min_value=2000, max_value=2100)
    holidays = DaysField(
        label=gettext_lazy("放假的日子"), max_length=4000, help_text=gettext_lazy("一行一段：10-01 至 10-07")
    )
    workdays = DaysField(
        label=gettext_lazy("调休上班的周末"), max_length=2000, required=False, help_text=gettext_lazy("一行一天：10-09")
    )
    source = forms.CharField(
        label=gettext_lazy("依据"), max_length=200, help_text=gettext_lazy("国务院办公厅通知的文号")
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("holidays", "workdays"):
            field = self.fields[name]
            assert isinstance(field, DaysField)
            if name in given and "year" in given:
                try:
                    given[name] = field.days(given[name], given["year"])
                except forms.ValidationError as error:
                    self.add_error(name, error)
        return given
