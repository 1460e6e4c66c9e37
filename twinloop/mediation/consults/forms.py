"""What the pages of joint sessions ask for; what is missing the action says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from twinloop.cases.acting import Once
from twinloop.decide.clocks import CHINA
from twinloop.mediation.consults import words
from twinloop.mediation.consults.actions import Given
from twinloop.mediation.consults.models import Body
from twinloop.mediation.mediators.models import Room
from twinloop.mediation.sessions.actions import Booking
from twinloop.mediation.sessions.forms import LENGTHS
from twinloop.people import asking

TASKS = 8  # lines on the form


class Convene(Once):
    """Which bodies, who leads, what for; when and where unless a session is arranged already."""

    units = forms.TypedMultipleChoiceField(label=_("请哪些部门"), required=False, coerce=int)
    lead = forms.ChoiceField(label=_("谁牵头"), required=False)
    aim = asking.words(_("商量什么"), 3)
    day = asking.day(_("哪天"), required=False)
    start = asking.hour(_("几点"), required=False)
    minutes = forms.TypedChoiceField(label=_("多久"), coerce=int, choices=LENGTHS, initial=90, required=False)
    room = forms.TypedChoiceField(label=_("在哪里"), required=False, coerce=int, empty_value=None)
    where = forms.CharField(label=_("别的地方"), required=False, max_length=100)

    def offer(self, units: Sequence[tuple[str, str]], rooms: Iterable[Room]) -> None:
        self.rooms = {room.pk: room for room in rooms}
        self.fields["units"].choices = units  # type: ignore[attr-defined]
        named = [("police", ""), ("mediators", "")]
        self.fields["lead"].choices = [*units, *named]  # type: ignore[attr-defined]
        self.fields["room"].choices = [("", _("不在调解室")), *((pk, r.name) for pk, r in self.rooms.items())]  # type: ignore[attr-defined]

    def chosen(self) -> tuple[set[str], str]:
        """Keys of the agencies that are ticked and of whoever leads, as the page shows them again."""
        if self.is_bound:
            return set(self.data.getlist("units")), str(self.data.get("lead", ""))  # type: ignore[attr-defined]
        return {str(pk) for pk in self.initial.get("units", ())}, str(self.initial.get("lead", ""))

    def booking(self) -> Booking | None:
        given = self.cleaned_data
        if not given["day"] or not given["start"]:
            return None
        begins = datetime.combine(given["day"], given["start"], CHINA)
        ends = begins + timedelta(minutes=given["minutes"] or 90)
        return Booking(start=begins, end=ends, room=self.rooms.get(given["room"]), where=given["where"])


class Attend(Once):
    """One tick and one name a body; read from the posted data by the bodies' keys."""

    def here(self, bodies: Sequence[Body]) -> dict[int, str]:
        return {
            body.pk: str(self.data.get(f"who-{body.pk}", "")) for body in bodies if self.data.get(f"came-{body.pk}")
        }


class Relead(Once):
    body = forms.TypedChoiceField(label=_("改由谁牵头"), coerce=int)
    why = forms.CharField(label=_("原因"), required=False, max_length=500)

    def offer(self, bodies: Sequence[Body]) -> None:
        self.fields["body"].choices = [(body.pk, body.name) for body in bodies if body.part != "lead"]  # type: ignore[attr-defined]


class Minutes(Once):
    facts = asking.words(_("会上说了什么"), 6, most=2000)


class Line(forms.Form):
    """Who does what by when."""

    body = forms.TypedChoiceField(label=_("谁做"), coerce=int, required=False, empty_value=None)
    text = forms.CharField(label=_("做什么"), required=False, max_length=300)
    due_on = asking.day(_("哪天前"), required=False)

    def offer(self, names: Mapping[int, str]) -> None:
        self.fields["body"].choices = [("", _("选一个")), *names.items()]  # type: ignore[attr-defined]

    @property
    def is_empty(self) -> bool:
        given = self.cleaned_data
        return not (given.get("body") or given.get("text") or given.get("due_on"))

    def given(self) -> Given:
        told = self.cleaned_data
        return Given(body=told["body"], text=told["text"], due_on=told["due_on"])


def lines(data: Any, bodies: Sequence[Body]) -> list[Line]:
    names = {body.pk: body.name for body in bodies}
    made = [Line(data, prefix=f"task-{n}") for n in range(TASKS)]
    for form in made:
        form.offer(names)
    return made


class End(Once):
    how = forms.ChoiceField(
        label=_("办得怎样"), required=False, choices=list(words.ENDS.items()), widget=forms.RadioSelect
    )
    said = asking.words(_("写一句"))
