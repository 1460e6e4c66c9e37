"""What the pages of the register ask for. What is missing the action says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from twinloop.cases.acting import Once
from twinloop.cases.sealing import Identity
from twinloop.cases.telling import language
from twinloop.edge import words as edge
from twinloop.edge.identity import check_id
from twinloop.edge.phones import check_phone
from twinloop.edge.typed import IdentityRefused
from twinloop.mediation.mediators import words
from twinloop.mediation.mediators.actions import Given, Place
from twinloop.mediation.mediators.models import Mediator, Room
from twinloop.people import asking
from twinloop.people.models import Account
from twinloop.places import models as places

Pairs = Sequence[tuple[Any, Any]]


def _many(label: Any, choices: Pairs = ()) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, required=False, choices=choices, widget=forms.CheckboxSelectMultiple)


def _offer(form: forms.Form, name: str, pairs: Iterable[tuple[Any, Any]], empty: Any = None) -> None:
    form.fields[name].choices = [*([("", empty)] if empty is not None else []), *pairs]  # type: ignore[attr-defined]


class Person(forms.Form):
    """Numbers are kept sealed and only compared; no page shows them."""

    id_number = forms.CharField(label=_("身份证号"), required=False, max_length=30)
    phone = forms.CharField(label=_("电话"), required=False, max_length=30)

    def __init__(self, *args: Any, today: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.today = today

    def clean_id_number(self) -> str:
        typed = self.cleaned_data["id_number"].strip()
        return self._checked(lambda: check_id(typed, on=self.today).value) if typed else ""

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"].strip()
        return self._checked(lambda: check_phone(typed).value) if typed else ""

    def _checked(self, check: Any) -> str:
        try:
            return str(check())
        except IdentityRefused as refused:
            raise ValidationError(edge.say(refused.code, language(), **refused.facts)) from None


class Register(Once, Person):
    """One line of the register."""

    account = forms.ChoiceField(label=_("账号"), required=False, help_text=_("没有账号的老调解员留空"))
    name = forms.CharField(label=_("姓名"), required=False, max_length=40)
    kind = forms.ChoiceField(label=_("哪一类"), required=False, choices=[("", "—"), *words.KINDS.items()])
    languages = _many(_("会说"), list(words.LANGUAGES.items()))
    skills = _many(_("擅长"))
    communities = _many(_("负责的村、社区"))
    rooms = _many(_("在哪些调解室"))
    field_order = (
        "account", "name", "kind", "languages", "skills", "rooms", "communities", "id_number", "phone",
    )  # fmt: skip

    def offer(
        self, accounts: Sequence[Account], types: Pairs, communities: Sequence[places.Place], rooms: Sequence[Room]
    ) -> None:
        self.accounts = {str(one.pk): one for one in accounts}
        self.places = {str(one.pk): one for one in communities}
        self.halls = {str(one.pk): one for one in rooms}
        named = [(pk, f"{a.name} · {a.unit or ''} · {a.get_kind_display()}") for pk, a in self.accounts.items()]
        _offer(self, "account", named, _("没有账号"))
        _offer(self, "skills", types)
        _offer(self, "communities", [(pk, place.short or place.name) for pk, place in self.places.items()])
        _offer(self, "rooms", [(pk, room.name) for pk, room in self.halls.items()])

    def given(self) -> Given:
        data = self.cleaned_data
        account = self.accounts.get(data.get("account", ""))
        return Given(
            name=data["name"].strip() or (account.name if account else ""), kind=data["kind"], skills=data["skills"],
            languages=data["languages"], communities=[self.places[pk] for pk in data["communities"]],
            rooms=[self.halls[pk] for pk in data["rooms"]], account=account, id_number=data["id_number"],
            phone=data["phone"],
        )  # fmt: skip


def typed(found: Mediator) -> dict[str, Any]:
    """The register as the form shows it."""
    return {
        "name": found.name, "kind": found.kind, "languages": found.languages, "skills": found.skills,
        "communities": [str(one.pk) for one in found.communities.all()],
        "rooms": [str(one.pk) for one in found.rooms.all()],
    }  # fmt: skip


class Retire(Once):
    on = asking.day(_("从哪天起"), required=False)
    why = forms.CharField(label=_("原因"), required=False, max_length=200)


class Away(Once):
    since = asking.day(_("从哪天"), required=False)
    until = asking.day(_("到哪天"), required=False)
    why = forms.CharField(label=_("说明"), required=False, max_length=100)


class Barring(Once, Person):
    name = forms.CharField(label=_("回避谁"), required=False, max_length=40)
    kind = forms.ChoiceField(label=_("为什么"), required=False, choices=[("", "—"), *words.BARS.items()])
    note = forms.CharField(label=_("说明"), required=False, max_length=200)
    field_order = ("name", "kind", "id_number", "phone", "note")

    def who(self) -> Identity:
        data = self.cleaned_data
        return Identity(name=data["name"].strip(), id_number=data["id_number"], phone=data["phone"])


class Why(Once):
    why = forms.CharField(label=_("为什么撤销"), required=False, max_length=200)


class Hall(Once):
    """One room."""

    name = forms.CharField(label=_("名称"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("哪种"), choices=list(words.ROOMS.items()))
    place = forms.ChoiceField(label=_("村、社区"), required=False)
    address = forms.CharField(label=_("地址"), required=False, max_length=100)
    seats = forms.IntegerField(label=_("座位"), min_value=2, max_value=200, initial=8)
    weekdays = _many(_("哪几天开"), list(words.WEEKDAYS.items()))
    opens_at = asking.hour(_("开门"), required=False)
    closes_at = asking.hour(_("关门"), required=False)
    closed_on = asking.day(_("从哪天起停用"), required=False)

    def offer(self, communities: Sequence[places.Place]) -> None:
        self.places = {str(one.pk): one for one in communities}
        _offer(self, "place", [(pk, place.short or place.name) for pk, place in self.places.items()], "—")

    def given(self) -> Place:
        data = {name: value for name, value in self.cleaned_data.items() if name != "once"}
        weekdays = [int(day) for day in data["weekdays"]]
        return Place(**{**data, "place": self.places.get(data["place"]), "weekdays": weekdays})


def room_typed(room: Room) -> dict[str, Any]:
    names = ("name", "kind", "address", "seats", "opens_at", "closes_at", "closed_on")
    return {
        **{name: getattr(room, name) for name in names}, "place": str(room.place_id or ""),
        "weekdays": [str(day) for day in room.weekdays],
    }  # fmt: skip
