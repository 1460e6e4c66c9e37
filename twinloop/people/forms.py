"""Forms of this room. What a form does not name is not read; what may stand is the actions' to say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from twinloop.people import asking, words
from twinloop.people.columns import COLUMNS
from twinloop.people.models import Account, Duty, Leave, Role, Skill, Team, Trait, Unit
from twinloop.people.queries.people import ORDERS, deputies_for
from twinloop.places.models import Place

NOTHING = ("", "—")
_DAY = asking.day_input()


def _moment() -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(widget=widget)


def _units(**wanted: Any) -> Any:
    return Unit.objects.filter(closed_on__isnull=True, **wanted)


class ListFilter(forms.Form):
    """The list's own query; `cleaned_data` goes into `queries.people.Filter`."""

    q = forms.CharField(label=_("姓名、拼音、警号"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("类别"), required=False, choices=[("", _("全部类别")), *Account.Kind.choices])
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("单位"), required=False, empty_label=_("全部单位"))
    role = forms.ChoiceField(
        label=_("角色"), required=False, choices=[("", _("全部角色")), *Role.choices, ("none", _("没有角色"))]
    )
    active = forms.ChoiceField(
        label=_("账号"), required=False, choices=[("yes", _("在用")), ("no", _("停用")), ("all", _("全部"))]
    )
    order = forms.ChoiceField(
        required=False, choices=[(o, o) for key in ORDERS for o in (key, f"-{key}")], widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = _units()  # type: ignore[attr-defined]


class PersonForm(forms.ModelForm[Account]):
    """Facts. Identity fields are typed anew or left empty: what is stored is never put into a page's form."""

    id_number = forms.CharField(label=_("身份证号"), required=False, max_length=30)
    phone = forms.CharField(label=_("联系电话"), required=False, max_length=30)

    class Meta:
        model = Account
        fields = ("name", "kind", "elder", "is_veteran", "unit", "post", "communities", "joined_on", "left_on")
        labels = {
            "name": _("姓名"), "kind": _("类别"), "elder": _("五老"), "is_veteran": _("老民警（可进 2+2 队）"),
            "unit": _("单位"), "post": _("岗位"), "communities": _("负责的村和社区"), "joined_on": _("到岗"),
            "left_on": _("离开"),
        }  # fmt: skip
        widgets = {"joined_on": _DAY, "left_on": _DAY}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = _units()  # type: ignore[attr-defined]
        served = Place.objects.served().communities().select_related("parent")
        self.fields["communities"].queryset = served  # type: ignore[attr-defined]
        if self.instance.pk:
            for name in ("id_number", "phone"):
                self.fields[name].help_text = _("留空就不改")

    def facts(self) -> dict[str, Any]:
        """For the actions; an identity field that was left empty stays as it is."""
        given = dict(self.cleaned_data)
        for name in ("id_number", "phone"):
            given[name] = given[name] or None
        return given

    def _post_clean(self) -> None:
        """The actions judge and write; the form's own instance is never touched (refusals name what is wrong)."""


class NewPersonForm(PersonForm):
    username = forms.CharField(label=_("警号（账号）"), max_length=40)
    field_order = ("username", "name", "kind", "unit", "post")

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        given.pop("username")
        return given


class GrantForm(forms.Form):
    role = forms.ChoiceField(label=_("角色"), choices=Role.choices)
    start = forms.DateField(label=_("从"), required=False, widget=_DAY)
    end = forms.DateField(label=_("到（不含）"), required=False, widget=_DAY)


class SkillForm(forms.Form):
    type_code = forms.ChoiceField(label=_("类型"), choices=[(c, f"{c} {w}") for c, w in words.SKILLS.items()])
    grade = forms.TypedChoiceField(label=_("几级"), coerce=int, choices=[*words.GRADES.items(), (0, _("去掉"))])


class LeaveForm(forms.Form):
    kind = forms.ChoiceField(label=_("事由"), choices=Leave.Kind.choices)
    start = _moment()
    end = _moment()
    deputy = forms.ModelChoiceField(Account.objects.none(), label=_("代理人"), required=False)

    def __init__(self, account: Account, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["start"].label, self.fields["end"].label = _("从"), _("到")
        self.fields["deputy"].queryset = deputies_for(account)  # type: ignore[attr-defined]


class DutyForm(forms.Form):
    kind = forms.ChoiceField(label=_("值班"), choices=Duty.Kind.choices)
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("单位"))
    start = _moment()
    end = _moment()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["start"].label, self.fields["end"].label = _("从"), _("到")
        self.fields["unit"].queryset = _units().exclude(kind=Unit.Kind.AGENCY)  # type: ignore[attr-defined]


class WhyForm(forms.Form):
    why = forms.CharField(label=_("理由"), max_length=200)


class UnmaskForm(forms.Form):
    reason = forms.ChoiceField(label=_("为什么要看"), choices=list(words.REASONS.items()), widget=forms.RadioSelect)


class TraitForm(forms.Form):
    code = forms.ChoiceField(label=_("我"), choices=Trait.Code.choices)
    consents = forms.BooleanField(label=_("同意让派单的人看到、用于派单建议；随时可以撤回"), required=False)


class UnitForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=60)
    phone = forms.CharField(label=_("电话"), max_length=20, required=False)
    seat = forms.ChoiceField(label=_("驻场（部门）"), choices=Unit.Seat.choices, required=False)
    places = forms.ModelMultipleChoiceField(Place.objects.none(), label=_("管辖"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        towns = Place.objects.served().filter(kind=Place.Kind.TOWNSHIP)
        self.fields["places"].queryset = towns  # type: ignore[attr-defined]


class NewUnitForm(UnitForm):
    code = forms.CharField(label=_("代码"), max_length=20)
    kind = forms.ChoiceField(label=_("种类"), choices=Unit.Kind.choices)
    parent = forms.ModelChoiceField(Unit.objects.none(), label=_("上级"), required=False)
    field_order = ("code", "name", "kind", "parent", "seat", "places", "phone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = _units(kind__in=["bureau", "station"])  # type: ignore[attr-defined]


class TeamForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=60)
    place = forms.ModelChoiceField(Place.objects.none(), label=_("村（社区）"), required=False)
    room = forms.CharField(label=_("社区警务室"), max_length=60, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = Place.objects.served().communities()  # type: ignore[attr-defined]


class NewTeamForm(TeamForm):
    kind = forms.ChoiceField(label=_("种类"), choices=Team.Kind.choices)
    station = forms.ModelChoiceField(Unit.objects.none(), label=_("派出所"), required=False)
    field_order = ("name", "kind", "station", "place", "room")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["station"].queryset = _units(kind=Unit.Kind.STATION)  # type: ignore[attr-defined]


class MemberForm(forms.Form):
    username = forms.CharField(label=_("警号（账号）"), max_length=40)
    is_lead = forms.BooleanField(label=_("任队长"), required=False)


class ColumnsForm(forms.Form):
    """Field → column of the file."""

    def __init__(self, head: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, calls in COLUMNS.items():
            choices = [NOTHING, *((column, column) for column in head if column)]
            self.fields[name] = forms.ChoiceField(label=calls[0], choices=choices, required=False)


class UploadForm(forms.Form):
    file = forms.FileField(label=_("CSV、XLSX 或 JSONL"))


def grades(skills: list[Skill]) -> list[tuple[str, str]]:
    """(type, how good) in words."""
    return [(f"{s.type_code} {words.SKILLS[s.type_code]}", str(words.GRADES[s.grade])) for s in skills]
