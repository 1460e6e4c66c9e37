"""What the pages of visits ask for. What is missing the action says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from twinloop.cases.acting import Once
from twinloop.cases.models import Party
from twinloop.followup.visits import words
from twinloop.followup.visits.actions import Made
from twinloop.people import asking
from twinloop.people.models import Account


def _picked(label: Any, known: dict[Any, Any], *, required: bool = False) -> forms.ChoiceField:
    choices = [(str(code), word) for code, word in known.items()]
    return forms.ChoiceField(label=label, choices=choices, required=required, widget=forms.RadioSelect)


class Answer(Once):
    """What a party says, whoever writes it down."""

    outcome = _picked(_("化解落实得怎样"), words.OUTCOMES)
    terms = _picked(_("约定的事"), words.TERMS)
    satisfaction = _picked(_("满意不满意"), words.SATISFACTION)
    why = asking.words(_("为什么"), most=300)

    def made(self, on: date) -> Made:
        """As the party's own answer."""
        return Made(on=on, way="link", reached=True, **self._said())

    def _said(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "outcome": given["outcome"], "terms": given["terms"] or "none", "why": given["why"],
            "satisfaction": int(given["satisfaction"]) if given["satisfaction"] else None,
        }  # fmt: skip


class Report(Answer):
    """A visit or call. Nobody met: only how and when count."""

    way = _picked(_("怎样回访"), {code: word for code, word in words.WAYS.items() if code != "link"}, required=True)
    reached = _picked(_("见到人没有"), {"yes": _("见到了"), "no": _("没有，没接")}, required=True)
    on = asking.day(_("哪天"))
    hour = asking.hour(_("几点"), required=False)
    party = forms.ChoiceField(label=_("问的是谁"), required=False)
    mind = _picked(_("当事人现在"), words.MINDS)
    risk = asking.words(_("新的苗头"), most=300)
    consents = forms.BooleanField(label=_("当事人同意留照片或位置"), required=False)
    photo = forms.FileField(label=_("照片"), required=False)
    latitude = forms.DecimalField(required=False, widget=forms.HiddenInput, max_digits=9, decimal_places=6)
    longitude = forms.DecimalField(required=False, widget=forms.HiddenInput, max_digits=9, decimal_places=6)

    def offer(self, parties: Sequence[Party]) -> None:
        self.parties = {str(one.pk): one for one in parties}
        named = [(pk, f"{one.get_side_display()} {one.name_masked}") for pk, one in self.parties.items()]
        self.fields["party"].choices = [("", "—"), *named]  # type: ignore[attr-defined]

    def report(self) -> Made:
        given = self.cleaned_data
        spot: tuple[Decimal, Decimal] | None = None
        if given["latitude"] is not None and given["longitude"] is not None:
            spot = (given["latitude"], given["longitude"])
        photo = given["photo"]
        return Made(
            on=given["on"], hour=given["hour"], way=given["way"], reached=given["reached"] == "yes",
            mind=given["mind"], risk=given["risk"],
            party=self.parties.get(given["party"]), consents=given["consents"], spot=spot,
            photo=(photo.file, photo.name) if photo else None, **self._said(),
        )  # fmt: skip


class Blank(Report):
    """A visit written down where nothing of it could be looked up: which one, by the end of its number.

    The day and the hour are those of the tap unless others are typed: a page that lay on the phone knows no today.
    """

    number = forms.CharField(label=_("纠纷编号"), max_length=40, help_text=_("最后几位也行"))
    on = asking.day(_("哪天"), required=False)
    tapped_at = forms.DateTimeField(required=False, input_formats=["iso-8601"])

    def __init__(self, *args: Any, at: datetime, **more: Any) -> None:
        super().__init__(*args, **more)
        self.at = at
        self.offer([])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        tapped = given.get("tapped_at")
        then = min(tapped, self.at).astimezone(self.at.tzinfo) if tapped else self.at
        if not given.get("on"):
            given["on"] = then.date()
            given["hour"] = given.get("hour") or then.time().replace(microsecond=0)
        return given


class Ask(Once):
    why = asking.words(_("为什么要回访"), most=300)
    by_other = forms.BooleanField(label=_("换人去，不要原来处置的人"), required=False)


class Give(Once):
    to = forms.ChoiceField(label=_("交给谁"))

    def offer(self, people: Iterable[Account]) -> None:
        self.people = {str(one.pk): one for one in people}
        self.fields["to"].choices = [("", "—"), *((pk, one.name) for pk, one in self.people.items())]  # type: ignore[attr-defined]


class Invite(Once):
    party = forms.ChoiceField(label=_("请谁答"))

    def offer(self, parties: Sequence[Party]) -> None:
        self.parties = {str(one.pk): one for one in parties}
        named = [(pk, f"{one.get_side_display()} {one.name_masked}") for pk, one in self.parties.items()]
        self.fields["party"].choices = [("", "—"), *named]  # type: ignore[attr-defined]
