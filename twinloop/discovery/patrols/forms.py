"""What the pages of patrols ask for. A form reads its own fields; what is missing the action says."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from twinloop.cases.sealing import Identity
from twinloop.cases.telling import language
from twinloop.discovery.patrols import words
from twinloop.edge import words as edge
from twinloop.edge.phones import check_phone
from twinloop.edge.typed import IdentityRefused
from twinloop.people import asking


def choices(table: Any) -> list[tuple[Any, Any]]:
    return list(table.items())


class Sent(forms.Form):
    """`once` and the moment of the tap: a form that a phone may keep and send later."""

    once = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    tapped_at = forms.DateTimeField(
        required=False, widget=forms.HiddenInput, input_formats=["%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%dT%H:%M:%SZ"]
    )


class Positioned(Sent):
    """Where one is at this moment, only if one taps for it."""

    latitude = forms.DecimalField(
        required=False, min_value=-90, max_value=90, max_digits=9, decimal_places=6, widget=forms.HiddenInput
    )
    longitude = forms.DecimalField(
        required=False, min_value=-180, max_value=180, max_digits=9, decimal_places=6, widget=forms.HiddenInput
    )

    def position(self) -> tuple[Decimal, Decimal] | None:
        latitude, longitude = self.cleaned_data.get("latitude"), self.cleaned_data.get("longitude")
        return (latitude, longitude) if latitude is not None and longitude is not None else None


class Contact(forms.Form):
    """A person who answers for something; sealed before it is kept."""

    person = forms.CharField(label=_("联系人"), required=False, max_length=30)
    phone = forms.CharField(label=_("电话"), required=False, max_length=30)

    def clean_phone(self) -> str:
        typed: str = self.cleaned_data["phone"].strip()
        if not typed:
            return ""
        try:
            return check_phone(typed).value
        except IdentityRefused as refused:
            raise ValidationError(edge.say(refused.code, language(), **refused.facts)) from None

    def who(self) -> Identity:
        return Identity(name=self.cleaned_data["person"].strip(), phone=self.cleaned_data["phone"])


class In(forms.Form):
    """Somewhere in the viewer's communities."""

    place = forms.TypedChoiceField(label=_("社区（村）"), required=False, coerce=int, empty_value=None)

    def offer(self, places: Iterable[tuple[int, str]]) -> None:
        self.fields["place"].choices = [("", "—"), *places]  # type: ignore[attr-defined]


class Spot(Positioned, In, Contact):
    name = forms.CharField(label=_("场所名称"), required=False, max_length=60)
    sort = forms.ChoiceField(label=_("哪类场所"), required=False, choices=choices(words.SPOTS))
    address = forms.CharField(label=_("地址"), required=False, max_length=120)
    field_order = ("name", "sort", "place", "address", "person", "phone")


class Plan(forms.Form):
    weekdays = forms.TypedMultipleChoiceField(
        label=_("星期几去"), required=False, coerce=int, choices=choices(words.WEEKDAYS),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    account = forms.TypedChoiceField(label=_("谁去"), required=False, coerce=int, empty_value=None)
    since = asking.day(_("从哪天起"), required=False)

    def offer(self, people: Iterable[tuple[int, str]]) -> None:
        self.fields["account"].choices = [("", _("本所谁巡到谁去")), *people]  # type: ignore[attr-defined]


class Visit(Positioned):
    found = forms.ChoiceField(
        label=_("看到什么"), required=False, choices=choices(words.FOUND), widget=forms.RadioSelect
    )
    text = asking.words(_("写一句"), 3)


class Hazard(Sent, In, Contact):
    sort = forms.ChoiceField(label=_("哪类隐患"), required=False, choices=choices(words.HAZARDS))
    gravity = forms.TypedChoiceField(
        label=_("程度"), required=False, coerce=int, empty_value=None, choices=choices(words.GRAVITIES), initial=3,
        widget=forms.RadioSelect,
    )  # fmt: skip
    text = asking.words(_("是什么隐患"), 3)
    address = forms.CharField(label=_("地址"), required=False, max_length=120)
    owner_unit = forms.CharField(label=_("责任单位"), required=False, max_length=60)
    deadline = asking.day(_("限哪天改好"), required=False)
    field_order = ("text", "sort", "gravity", "deadline", "place", "address", "owner_unit", "person", "phone")


class Step(Sent):
    text = asking.words(_("情况"), 3)


class Recheck(Step):
    result = forms.ChoiceField(
        label=_("复查"), required=False, choices=[("ok", _("合格，已消除")), ("no", _("不合格，重新限期"))],
        widget=forms.RadioSelect,
    )  # fmt: skip
    deadline = asking.day(_("重新限哪天"), required=False)
    field_order = ("result", "text", "deadline")


class Refer(Step):
    unit = forms.TypedChoiceField(label=_("转给"), required=False, coerce=int, empty_value=None)
    field_order = ("unit", "text")

    def offer(self, units: Iterable[tuple[int, str]]) -> None:
        self.fields["unit"].choices = [("", "—"), *units]  # type: ignore[attr-defined]


class Help(Sent, In):
    sort = forms.ChoiceField(label=_("帮了什么"), required=False, choices=choices(words.HELPS))
    people = forms.IntegerField(label=_("帮助几人"), required=False, initial=1)
    text = asking.words(_("写一句"), most=300)
    field_order = ("sort", "people", "place", "text")


class Training(forms.Form):
    title = forms.CharField(label=_("训练内容"), required=False, max_length=80)
    sort = forms.ChoiceField(label=_("类别"), required=False, choices=choices(words.TRAININGS))
    hours = forms.DecimalField(label=_("学时"), required=False, max_digits=4, decimal_places=1)
    held_on = asking.day(_("哪天"), required=False)
    people = forms.TypedMultipleChoiceField(
        label=_("谁参加"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    once = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def offer(self, people: Iterable[tuple[int, str]]) -> None:
        self.fields["people"].choices = list(people)  # type: ignore[attr-defined]


class Reason(forms.Form):
    reason = forms.ChoiceField(label=_("理由"), required=False, choices=choices(words.UNMASK), widget=forms.RadioSelect)
