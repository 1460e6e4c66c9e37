"""What the pages of this room ask for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from twinloop.decide import Refused
from twinloop.discovery.volunteers import queries, visibility
from twinloop.discovery.volunteers.actions import WHO, Facts
from twinloop.discovery.volunteers.models import MOST, Activity, Campaign
from twinloop.discovery.volunteers.words import NO_CAMPAIGN, SORTS
from twinloop.ledger.sight import Scope
from twinloop.people import asking
from twinloop.people.models import Account, Team
from twinloop.places.models import Place

DAY = "%Y-%m-%d"


class Files(forms.FileInput):
    allow_multiple_selected = True


class Photos(forms.FileField):
    """Any number of files in one control; `clean` gives a list."""

    widget = Files

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(Photos, self).clean(one, initial) for one in given]


class PlaceChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # no subscript at run time
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.short} · {obj.parent}" if obj.parent else str(obj.short)


class ActivityForm(forms.Form):
    """One activity. `members` are offered as boxes; whoever else took part is named in `others`."""

    sort = forms.ChoiceField(label=_("做什么"), choices=list(SORTS.items()), widget=forms.RadioSelect)
    place = PlaceChoice(label=_("村和社区"), queryset=Place.objects.none())
    spot = forms.CharField(label=_("地点"), max_length=60, required=False)
    on = asking.day(_("哪天"))
    start = asking.hour(_("开始"))
    end = asking.hour(_("结束"))
    people = forms.ModelMultipleChoiceField(
        label=_("参加的人"), queryset=Account.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    others = forms.CharField(
        label=_("还有谁"), required=False, max_length=400, help_text=_("编号或姓名，用顿号隔开"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    reached = forms.IntegerField(label=_("到场和受众"), min_value=0, max_value=MOST)
    helped = forms.IntegerField(label=_("帮助了几人"), min_value=0, max_value=MOST)
    words = asking.words(_("做了什么"), 3)
    campaign = forms.ModelChoiceField(
        label=_("专项行动"), queryset=Campaign.objects.none(), required=False, empty_label=NO_CAMPAIGN
    )
    team = forms.ModelChoiceField(
        label=_("队伍"), queryset=Team.objects.none(), required=False, empty_label=_("不以队伍名义")
    )
    photos = Photos(label=_("照片"), required=False, widget=Files(attrs={"accept": "image/*", "multiple": True}))
    once = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, scope: Scope, on: date, members: Sequence[Account] = (), kept: Activity | None = None,
        **more: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **more)
        f: dict[str, Any] = self.fields
        f["place"].queryset = queries.places_for(scope)
        f["team"].queryset = visibility.volunteer_teams(scope).order_by("name")
        f["campaign"].queryset = queries.open_campaigns(on=on, kept=kept.campaign_id if kept else None)
        f["people"].queryset = Account.objects.filter(pk__in=[member.pk for member in members])
        f["people"].label_from_instance = lambda account: account.name
        f["people"].choices = [(member.pk, member.name) for member in members]

    def facts(self) -> Facts:
        """Raises `Refused` for a person whom nobody is called."""
        given = self.cleaned_data
        starts = _moment(given["on"], given["start"])
        ends = _moment(given["on"], given["end"])
        if ends <= starts:  # over midnight; what is too long is refused
            ends += timedelta(days=1)
        people = [*given["people"], *named(given["others"])]
        names = ("sort", "place", "reached", "helped", "words", "spot", "campaign", "team")
        return Facts(starts_at=starts, ends_at=ends, people=people, **{name: given[name] for name in names})

    def sent(self) -> str:
        """The content as text: the same form sent twice is the same."""
        given = {name: self.data.getlist(name) for name in self.fields if name not in ("once", "photos")}  # type: ignore[attr-defined]
        return repr(sorted(given.items())) + repr([(f.name, f.size) for f in self.cleaned_data["photos"]])


def _moment(on: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(on, at), timezone.get_default_timezone())


def named(text: str) -> list[Account]:
    """The people behind `Z90012、温思雨`: by number, else by the only one of that name. Raises `Refused`."""
    found = []
    for word in filter(None, re.split(r"[\s、，,；;]+", text)):
        there = Account.objects.filter(kind__in=WHO, is_active=True)
        people = list(there.filter(username__iexact=word)[:1]) or list(there.filter(name=word)[:3])
        if not people:
            raise Refused("activity_unknown_person", text=word)
        if len(people) > 1:
            raise Refused("activity_same_name", count=there.filter(name=word).count(), name=word)
        found += people
    return found


def any_of(label: Any, model: Any) -> Any:
    """A filter that is set to all; the form says among which."""
    return forms.ModelChoiceField(label=label, queryset=model.objects.none(), required=False, empty_label=_("全部"))


class ListFilter(forms.Form):
    """Which activities; a link with something else in it is nobody's own."""

    since = asking.day(_("从"), required=False)
    until = asking.day(_("到"), required=False)
    sort = forms.ChoiceField(label=_("类型"), required=False, choices=[("", _("全部"))])
    campaign = forms.ChoiceField(label=_("专项行动"), required=False)
    place = forms.ModelChoiceField(
        label=_("村和社区"), queryset=Place.objects.none(), required=False, empty_label=_("全部")
    )
    team = any_of(_("队伍"), Team)
    who = forms.IntegerField(required=False, widget=forms.HiddenInput)
    withdrawn = forms.BooleanField(label=_("只看撤回的"), required=False)

    def __init__(self, *args: Any, scope: Scope, **more: Any) -> None:
        super().__init__(*args, **more)
        f: dict[str, Any] = self.fields
        f["sort"].choices = [("", _("全部")), *SORTS.items()]
        campaigns = [(str(c.pk), c.name) for c in Campaign.objects.order_by("-starts_on")]
        f["campaign"].choices = [("", _("全部")), *campaigns, (queries.NONE, NO_CAMPAIGN)]
        f["place"].queryset = queries.places_for(scope)
        f["team"].queryset = visibility.volunteer_teams(scope).order_by("name")

    def asked(self) -> queries.Asked:
        given = self.cleaned_data
        return queries.Asked(
            since=given["since"], until=given["until"], sort=given["sort"], campaign=given["campaign"],
            place=given["place"].pk if given["place"] else None, team=given["team"].pk if given["team"] else None,
            who=given["who"], withdrawn=given["withdrawn"],
        )  # fmt: skip

    def within(self, since: date, until: date) -> tuple[ListFilter, queries.Asked]:
        """The same with a first and a last day."""
        self.data = {
            **{name: self.data.get(name, "") for name in self.fields},
            "since": f"{since}",
            "until": f"{until}",
        }
        self.full_clean()
        return self, self.asked()

    def query(self) -> dict[str, str]:
        """What was asked for, as an address says it."""
        return {name: str(value) for name, value in self.data.items() if value and name in self.fields}


class RegisterFilter(forms.Form):
    q = forms.CharField(label=_("姓名或编号"), required=False, max_length=40)
    team = any_of(_("队伍"), Team)
    place = forms.ModelChoiceField(
        label=_("村和社区"), queryset=Place.objects.none(), required=False, empty_label=_("全部")
    )
    order = forms.ChoiceField(required=False, choices=[(key, key) for key in ("", *queries.ORDERS)])

    def __init__(self, *args: Any, scope: Scope, **more: Any) -> None:
        super().__init__(*args, **more)
        f: dict[str, Any] = self.fields
        f["team"].queryset = visibility.volunteer_teams(scope).order_by("name")
        f["place"].queryset = queries.places_for(scope)


class CampaignForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=40)
    goal = asking.words(_("目标"), most=200)
    starts_on = asking.day(_("从"))
    ends_on = asking.day(_("到"), required=False, help_text=_("不写就一直做到结束为止"))


class LeadForm(forms.Form):
    """A dispute found during the activity: one sentence is enough."""

    text = asking.words(_("看到了什么"), 3, most=2000)
    address = forms.CharField(label=_("在哪一户、哪一处"), required=False, max_length=200)
    urgent = forms.BooleanField(label=_("急：可能动手"), required=False)
    once = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    why = forms.CharField(label=_("原因"), max_length=200, required=False)


class PhotosForm(forms.Form):
    photos = Photos(label=_("加照片"), required=True, widget=Files(attrs={"accept": "image/*", "multiple": True}))
