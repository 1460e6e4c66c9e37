"""What the pages of sessions ask for: few fields, big ones; times are typed as day, hour and length."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from twinloop.cases.acting import Once
from twinloop.cases.models import Party
from twinloop.cases.words import SIDES
from twinloop.decide.clocks import CHINA
from twinloop.mediation.agreements.checking import Given
from twinloop.mediation.mediators.models import Mediator, Room
from twinloop.mediation.sessions import words
from twinloop.mediation.sessions.actions import Booking
from twinloop.people import asking

LENGTHS = ((30, gettext_lazy("半小时")), (60, gettext_lazy("1 小时")), (90, gettext_lazy("1 个半小时")),
           (120, gettext_lazy("2 小时")), (180, gettext_lazy("3 小时")))  # fmt: skip
WAYS = {"cash": gettext_lazy("现金"), "transfer": gettext_lazy("转账"), "person": gettext_lazy("当面")}
TERMS = 3


def _text(label: Any, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=500, widget=asking.lines(rows), **more)


class When(Once):
    """A day, an hour, how long."""

    day = asking.day(gettext_lazy("哪天"))
    start = asking.hour(gettext_lazy("几点"))
    minutes = forms.TypedChoiceField(label=gettext_lazy("多久"), coerce=int, choices=LENGTHS, initial=60)

    def period(self) -> tuple[datetime, datetime]:
        given = self.cleaned_data
        begins = datetime.combine(given["day"], given["start"], CHINA)
        return begins, begins + timedelta(minutes=given["minutes"])


class Plan(When):
    """Where and who; the room or, without one, the place in words."""

    room = forms.ChoiceField(label=gettext_lazy("在哪里"), required=False)
    where = forms.CharField(label=gettext_lazy("别的地方"), required=False, max_length=100)
    lead = forms.ChoiceField(label=gettext_lazy("谁主持"))
    others = forms.MultipleChoiceField(label=gettext_lazy("还有谁"), required=False)

    def offer(self, rooms: Iterable[Room], people: Iterable[Mediator]) -> None:
        self.rooms = {str(one.pk): one for one in rooms}
        self.people = {str(one.pk): one for one in people}
        named = [(pk, one.name) for pk, one in self.people.items()]
        room, lead, others = self.fields["room"], self.fields["lead"], self.fields["others"]
        assert isinstance(room, forms.ChoiceField)
        assert isinstance(lead, forms.ChoiceField)
        assert isinstance(others, forms.MultipleChoiceField)
        room.choices = [("", _("不在调解室")), *((pk, one.name) for pk, one in self.rooms.items())]
        lead.choices = named
        others.choices = named

    def booking(self) -> Booking:
        given = self.cleaned_data
        start, end = self.period()
        return Booking(
            start=start, end=end, room=self.rooms.get(given["room"]), where=given["where"],
            lead=self.people[given["lead"]], others=tuple(self.people[pk] for pk in given["others"]),
        )  # fmt: skip


class Said(Once):
    """What was said, or why not."""

    said = _text(gettext_lazy("写一两句"), required=False)


class Declined(Said):
    refuser = forms.TypedChoiceField(
        label=gettext_lazy("哪一方不愿意"), coerce=int, required=False, empty_value=None, widget=forms.RadioSelect
    )

    def offer(self, people: Sequence[Party]) -> None:
        self.people = {one.pk: one for one in people}
        field = self.fields["refuser"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.pk, f"{one.get_side_display()} {one.name_masked}") for one in people]

    def who(self) -> Party | None:
        return self.people.get(self.cleaned_data["refuser"])


class Postponed(Said):
    """Another time may be given at once; place and people stay."""

    day = asking.day(gettext_lazy("改到哪天"), required=False)
    start = asking.hour(gettext_lazy("几点"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if bool(given.get("day")) != bool(given.get("start")):
            raise forms.ValidationError(_("改期要写哪天和几点；还没说好就都空着"))
        return given

    def begins(self) -> datetime | None:
        given = self.cleaned_data
        return datetime.combine(given["day"], given["start"], CHINA) if given["day"] else None


class Agreed(Said):
    oral = forms.BooleanField(label=gettext_lazy("口头协议，当场登记生效"), required=False)


class Term(forms.Form):
    """Who does what by when; with a sum it is money."""

    who = forms.TypedChoiceField(label=gettext_lazy("谁来办"), coerce=int, required=False, empty_value=None)
    text = forms.CharField(label=gettext_lazy("做什么"), required=False, max_length=200)
    amount = forms.DecimalField(
        label=gettext_lazy("多少钱（元，没有就空着）"), required=False, max_digits=12, decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    way = forms.ChoiceField(label=gettext_lazy("怎样给"), required=False, choices=list(WAYS.items()))
    due_on = asking.day(gettext_lazy("哪天前"), required=False)
    at_once = forms.BooleanField(label=gettext_lazy("当场已经办好"), required=False)

    def offer(self, people: Sequence[Party]) -> None:
        field = self.fields["who"]
        assert isinstance(field, forms.ChoiceField)
        named = [(one.pk, f"{one.get_side_display()} {one.name_masked}") for one in people]
        field.choices = [("", _("选一方")), *named]

    @property
    def is_empty(self) -> bool:
        return not any(self.cleaned_data.get(name) for name in ("text", "amount"))

    def given(self) -> Given:
        told = self.cleaned_data
        money = bool(told["amount"])
        return Given(
            kind="money" if money else "act", by_party=told["who"] or 0, text=told["text"], amount=told["amount"],
            how=str(WAYS[told["way"] or "cash"]) if money else "", at_once=told["at_once"],
            due_on=None if told["at_once"] else told["due_on"],
        )  # fmt: skip


def terms(data: Any, people: Sequence[Party]) -> list[Term]:
    made = [Term(data, prefix=f"term-{n}", initial={"way": "cash"}) for n in range(TERMS)]
    for form in made:
        form.offer(people)
    return made


class Tell(Once):
    how = forms.ChoiceField(label=gettext_lazy("怎样通知的"), choices=list(words.TOLD.items()))
    answer = forms.ChoiceField(
        label=gettext_lazy("怎么说"), required=False, choices=[("", gettext_lazy("还没有说")), *words.ANSWERS.items()]
    )


class Invite(Once):
    part = forms.ChoiceField(
        label=gettext_lazy("什么身份"), choices=[(code, word) for code, word in words.PARTS.items() if code != "party"]
    )
    name = forms.CharField(label=gettext_lazy("姓名"), required=False, max_length=40)
    of_party = forms.TypedChoiceField(label=gettext_lazy("替谁来的"), coerce=int, required=False, empty_value=None)

    def offer(self, people: Sequence[Party]) -> None:
        self.people = {one.pk: one for one in people}
        field = self.fields["of_party"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("双方"))] + [(one.pk, one.name_masked) for one in people]


class Recording(Once):
    number = forms.CharField(label=gettext_lazy("录音录像编号"), required=False, max_length=40)


class Talk(Once):
    side = forms.ChoiceField(label=gettext_lazy("和哪一方谈的"), choices=list(SIDES.items()))
    text = asking.words(gettext_lazy("谈了什么"), 3, most=4000)


class Extend(Once):
    until = asking.day(gettext_lazy("延到哪天"))
    both_agree = forms.BooleanField(label=gettext_lazy("双方都同意"), required=False)
    why = forms.CharField(label=gettext_lazy("原因"), required=False, max_length=200)
