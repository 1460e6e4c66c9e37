"""What the pages of this room ask for."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from twinloop.discovery.posts import visibility
from twinloop.discovery.posts.actions import ENDS, STARTS, Position, Post
from twinloop.discovery.posts.models import MOST
from twinloop.discovery.posts.words import HELPS, LOOKED, PARTNERS
from twinloop.ledger.sight import Scope
from twinloop.people import asking
from twinloop.people.models import Account
from twinloop.places.models import Place


class ShiftForm(forms.Form):
    """Somebody to a village on a day."""

    account = forms.ModelChoiceField(label=_("辅警"), queryset=Account.objects.none())
    place = forms.ModelChoiceField(label=_("村和社区"), queryset=Place.objects.none())
    on = asking.day(_("哪天"))
    starts = asking.hour(_("开始"), initial=STARTS)
    ends = asking.hour(_("结束"), initial=ENDS)

    def __init__(self, *args: Any, scope: Scope, on: date, **more: Any) -> None:
        super().__init__(*args, **more)
        f: dict[str, Any] = self.fields
        f["place"].queryset = visibility.villages(scope)
        people = visibility.auxiliaries(scope, at=on).prefetch_related("communities").order_by("name")
        f["account"].queryset = people
        f["account"].label_from_instance = _named

    def post(self) -> Post:
        return Post(**self.cleaned_data)


def _named(account: Account) -> str:
    """Whose village it is says more than the number."""
    return " · ".join([account.name, *(place.short for place in account.communities.all())])


class OnceForm(forms.Form):
    """Whatever a phone may send twice, or later."""

    once = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def sent(self) -> str:
        """The content as text: the same form sent twice is the same."""
        own = [name for name in self.fields if name != "once"]
        return repr([(name, self.cleaned_data.get(name)) for name in own if name != "photos"])


class MomentForm(OnceForm):
    """A tap: its moment, and a place only where the person ticked that it may be added."""

    tapped_at = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    with_position = forms.BooleanField(label=_("附上现在的位置"), required=False)
    latitude = forms.CharField(required=False, max_length=24, widget=forms.HiddenInput)
    longitude = forms.CharField(required=False, max_length=24, widget=forms.HiddenInput)

    def tapped(self) -> datetime | None:
        """None where the browser said nothing that is a moment."""
        try:
            found = parse_datetime(self.cleaned_data["tapped_at"])
        except ValueError:
            return None
        return found if found is not None and timezone.is_aware(found) else None

    def position(self) -> Position | None:
        """Raises `Refused` for a place that is none on earth."""
        given = self.cleaned_data
        if not given["with_position"]:
            return None
        try:
            values = [Decimal(given[name]).quantize(Decimal("0.000001")) for name in ("latitude", "longitude")]
        except InvalidOperation:
            return None
        return Position(*values)


class HelpForm(OnceForm):
    sort = forms.ChoiceField(label=_("帮了什么"), choices=list(HELPS.items()), widget=forms.RadioSelect)
    people = forms.IntegerField(label=_("几个人"), min_value=1, max_value=MOST, initial=1)
    words = asking.words(_("一句话"), most=300)


class CheckForm(OnceForm):
    partners = forms.MultipleChoiceField(
        label=_("和谁一起"), choices=list(PARTNERS.items()), widget=forms.CheckboxSelectMultiple, required=False
    )
    looked = forms.MultipleChoiceField(
        label=_("检查了什么"), choices=list(LOOKED.items()), widget=forms.CheckboxSelectMultiple, required=False
    )
    findings = asking.words(_("发现了什么"), 3)


class LeadForm(OnceForm):
    text = asking.words(_("看到了什么"), 3, most=2000)
    address = forms.CharField(label=_("在哪一户、哪一处"), required=False, max_length=200)
    urgent = forms.BooleanField(label=_("急：可能动手"), required=False)


class ReasonForm(forms.Form):
    why = forms.CharField(label=_("原因"), max_length=200, required=False)


class MendForm(ReasonForm):
    start = asking.hour(_("签到"), required=False)
    end = asking.hour(_("签离"), required=False)

    def moments(self, on: date) -> tuple[datetime | None, datetime | None]:
        def moment(at: time | None) -> datetime | None:
            return timezone.make_aware(datetime.combine(on, at), timezone.get_default_timezone()) if at else None

        return moment(self.cleaned_data["start"]), moment(self.cleaned_data["end"])


class UploadForm(forms.Form):
    file = forms.FileField(label=_("文件"), widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt,.jsonl"}))
