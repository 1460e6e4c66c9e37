"""What the pages of rotas ask for."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from twinloop.discovery.posts.words import WEEKDAYS
from twinloop.people import asking
from twinloop.people.models import Account
from twinloop.places.models import Place
from twinloop.rosters import words


class BeginForm(forms.Form):
    station = forms.ChoiceField(label=_("哪个派出所"))
    month = forms.CharField(
        label=_("月份"), required=False, max_length=7, widget=forms.TextInput(attrs={"type": "month"})
    )
    first = asking.day(_("或从哪个周一起"), required=False)
    weeks = forms.IntegerField(label=_("几周"), min_value=1, max_value=13, initial=4, required=False)

    def __init__(self, *args: Any, stations: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        f: dict[str, Any] = self.fields
        f["station"].choices = stations

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not given.get("first") and not given.get("month"):
            raise forms.ValidationError(_("写月份，或从哪个周一起"))
        if given.get("month") and not given.get("first"):
            try:
                given["month"] = date.fromisoformat(f"{given['month']}-01")
            except ValueError:
                raise forms.ValidationError(_("月份写成 2026-05")) from None
        return given


class PlanForm(forms.Form):
    seconds = forms.IntegerField(label=_("最多算几秒"), min_value=1, max_value=300, initial=20)


class EditForm(forms.Form):
    """`from_*`: the cell that is taken; `on`, `account`, `place`: where it goes. Without a target it is dropped."""

    from_on = forms.DateField(required=False)
    from_account = forms.ModelChoiceField(queryset=Account.objects.all(), required=False)
    from_place = forms.ModelChoiceField(queryset=Place.objects.all(), required=False)
    on = asking.day(_("哪天"), required=False)
    place = forms.ModelChoiceField(label=_("村和社区"), queryset=Place.objects.none(), required=False)
    account = forms.ModelChoiceField(label=_("辅警"), queryset=Account.objects.none(), required=False)
    why = forms.CharField(label=_("原因（已公布的要写）"), required=False, max_length=200)

    def __init__(self, *args: Any, people: list[int], places: list[int], **more: Any) -> None:
        super().__init__(*args, **more)
        f: dict[str, Any] = self.fields
        f["account"].queryset = Account.objects.filter(pk__in=people).order_by("name")
        f["place"].queryset = Place.objects.filter(pk__in=places).order_by("code")


class WhyForm(forms.Form):
    why = forms.CharField(label=_("原因"), required=False, max_length=200)


class SwapForm(forms.Form):
    gives_on = forms.DateField()
    partner = forms.ModelChoiceField(label=_("和谁换"), queryset=Account.objects.none())
    takes_on = asking.day(_("换对方哪一天（不写就是请对方替）"), required=False)
    why = forms.CharField(label=_("原因"), required=False, max_length=200)

    def __init__(self, *args: Any, partners: list[Account], **more: Any) -> None:
        super().__init__(*args, **more)
        f: dict[str, Any] = self.fields
        f["partner"].queryset = Account.objects.filter(pk__in=[one.pk for one in partners]).order_by("name")


class WishForm(forms.Form):
    on = asking.day(_("想休哪天"), required=False)
    place = forms.ModelChoiceField(label=_("或想去哪个村"), queryset=Place.objects.none(), required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        f: dict[str, Any] = self.fields
        f["place"].queryset = Place.objects.served().communities().order_by("code")


class TermsForm(forms.Form):
    rest = forms.TypedMultipleChoiceField(
        label=_("固定休息日"), required=False, coerce=int, choices=[(n + 1, word) for n, word in enumerate(WEEKDAYS)],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    days_a_week = forms.IntegerField(label=_("每周最多几天"), required=False, min_value=0, max_value=7)


class BarForm(forms.Form):
    place = forms.ModelChoiceField(label=_("不排哪个村"), queryset=Place.objects.none())
    why = forms.ChoiceField(label=_("为什么"), choices=list(words.BARS.items()))

    def __init__(self, *args: Any, places: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        f: dict[str, Any] = self.fields
        f["place"].queryset = places


class SeatsForm(forms.Form):
    first = asking.day(_("从哪天"))
    last = asking.day(_("到哪天"))


class SeatTermsForm(forms.Form):
    weekdays = forms.TypedMultipleChoiceField(
        label=_("星期几来（不选就是每个工作日）"), required=False, coerce=int,
        choices=[(n + 1, word) for n, word in enumerate(WEEKDAYS[:5])], widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    away_from = asking.day(_("不在：从"), required=False)
    away_to = asking.day(_("不在：到"), required=False)
    on_call = forms.BooleanField(label=_("轮夜间值守"), required=False)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if bool(given.get("away_from")) != bool(given.get("away_to")):
            raise forms.ValidationError(_("不在的日子，从和到都要写"))
        return given
