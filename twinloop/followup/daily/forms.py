"""What the day's board asks for. What is missing the action says."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from twinloop.decide.daily import CarryReason
from twinloop.followup.daily.models import REASONS
from twinloop.people import asking


class Carry(forms.Form):
    reason = forms.ChoiceField(
        label=_("结转原因"), required=False,
        choices=[("", "—"), *((c, w) for c, w in REASONS if c != CarryReason.UNEXPLAINED)],
    )  # fmt: skip
    until = asking.day(_("新的日期"), required=False)
    why = forms.CharField(label=_("一句话"), required=False, max_length=400)


class Hand(forms.Form):
    to = forms.TypedChoiceField(label=_("转给"), required=False, coerce=int, empty_value=None)
    why = forms.CharField(label=_("原因"), required=False, max_length=400)


class Note(forms.Form):
    note = forms.CharField(label=_("说明"), required=False, max_length=200)


class Span(forms.Form):
    first = asking.day(_("从"), required=False)
    last = asking.day(_("到"), required=False)
    reason = forms.ChoiceField(label=_("原因"), required=False, choices=[("", _("全部")), *REASONS])


class Hours(forms.Form):
    since = asking.day(_("从哪天起"), required=False)
    cut = asking.hour(_("日清"))
    handover = asking.hour(_("交班清单"))
    why = forms.CharField(label=_("为什么改"), required=False, max_length=200)

    def clean_since(self) -> object:
        if self.cleaned_data["since"] is None:
            raise forms.ValidationError(_("选一天"))
        return self.cleaned_data["since"]


SORTS = (("due", _("先到期的")), ("level", _("重的")), ("contact", _("最久没接触的")), ("since", _("最早登记的")))


class Progress(forms.Form):
    """Filters of the progress table; what is no number is left out."""

    officer = forms.IntegerField(required=False, min_value=0)
    station = forms.IntegerField(required=False, min_value=1)
    place = forms.IntegerField(required=False, min_value=1)
    level = forms.IntegerField(required=False, min_value=1, max_value=3)
    late = forms.BooleanField(required=False)
    sort = forms.ChoiceField(required=False, choices=SORTS)


class Transfer(forms.Form):
    to = forms.TypedChoiceField(label=_("移交给"), required=False, coerce=int, empty_value=None)
    why = forms.CharField(label=_("原因"), required=False, max_length=200)

    def offer(self, people: list[tuple[int, str]]) -> None:
        self.fields["to"].choices = [("", "—"), *people]  # type: ignore[attr-defined]


class Cover(Transfer):
    to = forms.TypedChoiceField(label=_("谁代管"), required=False, coerce=int, empty_value=None)
    since = asking.day(_("从"), required=False)
    until = asking.day(_("到"), required=False)


class Charge(Transfer):
    to = forms.TypedChoiceField(label=_("包案领导"), required=False, coerce=int, empty_value=None)


class Back(forms.Form):
    """Nothing but the disputes that were picked."""
