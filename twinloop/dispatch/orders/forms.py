"""What pages of orders may send. Anything else in a request is not read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from twinloop.dispatch.orders import words
from twinloop.dispatch.orders.actions.reporting import Report
from twinloop.people import asking


def _choices(table: dict[str, Any]) -> list[tuple[str, Any]]:
    return list(table.items())


class Feedback(forms.Form):
    """Taps; what is missing is said by the action, in one sentence."""

    outcome = forms.ChoiceField(
        label=_("结果"), choices=_choices(words.OUTCOMES), required=False, widget=forms.RadioSelect
    )
    why = forms.ChoiceField(
        label=_("为什么没有平息"), choices=_choices(words.UNSETTLED_WHYS), required=False, widget=forms.RadioSelect
    )
    found = forms.MultipleChoiceField(
        label=_("现场有没有"), choices=_choices(words.FOUND), required=False, widget=forms.CheckboxSelectMultiple
    )
    text = forms.CharField(label=_("一句话"), required=False, widget=asking.lines(2))
    recording_no = forms.CharField(label=_("录音编号"), required=False, max_length=40)
    helped = forms.IntegerField(label=_("救助"), required=False, min_value=0, max_value=999)
    injured = forms.IntegerField(label=_("受伤"), required=False, min_value=0, max_value=999)
    dead = forms.IntegerField(label=_("死亡"), required=False, min_value=0, max_value=999)

    def report(self) -> Report:
        given = self.cleaned_data
        return Report(
            outcome=given["outcome"], text=given["text"], why=given["why"] if given["outcome"] == "unsettled" else "",
            found=tuple(given["found"]), helped=given["helped"] or 0, injured=given["injured"] or 0,
            dead=given["dead"] or 0, recording_no=given["recording_no"],
        )  # fmt: skip


class Back(forms.Form):
    reason = forms.ChoiceField(
        label=_("为什么退"), choices=_choices(words.RETURN_WHYS), required=False, widget=forms.RadioSelect
    )
    why = forms.CharField(label=_("补充一句"), required=False, max_length=150)


class Arrival(forms.Form):
    """Where the phone says it is; may stay empty."""

    latitude = forms.FloatField(required=False)
    longitude = forms.FloatField(required=False)


class Sending(forms.Form):
    """`taker` comes with the button; `why` with the tap on a reason, `more` with the words behind 其他."""

    taker = forms.IntegerField()
    why = forms.CharField(required=False, max_length=60)
    more = forms.CharField(required=False, max_length=120)
    text = forms.CharField(required=False, max_length=2000)

    def reason(self) -> str:
        return "：".join(filter(None, (self.cleaned_data["why"].strip(), self.cleaned_data["more"].strip())))


class Asking(forms.Form):
    """A whole unit; what is missing is said by the action."""

    unit = forms.IntegerField(required=False)
    text = forms.CharField(required=False, max_length=2000)
    why = forms.CharField(required=False, max_length=150)


class Deciding(forms.Form):
    """`label` is kind and type in one: "dispute:B1", "criminal:"."""

    label = forms.CharField(max_length=30)
    level = forms.TypedChoiceField(choices=[(n, n) for n in (1, 2, 3)], coerce=int, required=False, empty_value=None)
    why = forms.CharField(required=False, max_length=200)

    def said(self) -> tuple[str, str]:
        kind, _colon, code = self.cleaned_data["label"].partition(":")
        return kind, code


class Dismissing(forms.Form):
    reason = forms.ChoiceField(choices=_choices(words.DISMISS_WHYS), required=False)
    why = forms.CharField(required=False, max_length=150)


class Note(forms.Form):
    note = asking.words(_("说明"), 3, most=1000)
