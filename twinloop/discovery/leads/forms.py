"""What people send about leads. Only named fields are read; a client's extra ones take no effect."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from twinloop.cases.words import KINDS as OF_INCIDENTS
from twinloop.cases.words import UNMASK_REASONS
from twinloop.discovery.leads import queries, words
from twinloop.discovery.leads.queries import Asked
from twinloop.edge.phones import PhoneKind, check_phone
from twinloop.edge.typed import IdentityRefused
from twinloop.people import asking
from twinloop.places.models import Place

PICTURES = [(code, word) for code, (_icon, word) in words.PICTURES.items()]


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile]:
        return list(files.getlist(name)) if hasattr(files, "getlist") else []


class Photos(forms.Field):
    """Any number of files; what they are is judged by their content, in the action."""

    widget = ManyFiles

    def clean(self, value: Any) -> list[UploadedFile]:
        return [file for file in value or [] if isinstance(file, UploadedFile)]


class Report(forms.Form):
    """What every reporter says. `once` names this sending, so that a bad signal does not double it."""

    once = forms.CharField(max_length=80, required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("什么事"),
        choices=PICTURES,
        widget=forms.RadioSelect,
        error_messages={"required": _("选一样：是什么事"), "invalid_choice": _("选一样：是什么事")},
    )
    text = forms.CharField(
        label=_("说一说"),
        max_length=2000,
        widget=asking.lines(3),
        error_messages={"required": _("写一句：谁和谁、为了什么"), "max_length": _("最多写 2000 个字")},
    )
    photos = Photos(label=_("照片"), required=False)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        if not self.is_bound:
            self.initial.setdefault("once", str(uuid.uuid4()))

    @property
    def pictures(self) -> list[tuple[str, str, Any, bool]]:
        """(code, icon, word, chosen) of each choice."""
        chosen = self["kind"].value()
        return [(code, icon, word, code == chosen) for code, (icon, word) in words.PICTURES.items()]

    def canonical(self) -> str:
        """What was sent, as one text, files by name and size: the same sending has the same."""
        rows = []
        for name, value in sorted(self.cleaned_data.items()):
            if name == "photos":
                rows += [f"photo={file.name}:{file.size}" for file in value]
            elif name != "once":
                rows.append(f"{name}={value}")
        return "\n".join(rows)


class FieldReport(Report):
    """报线索: by somebody who is signed in."""

    place = forms.ChoiceField(label=_("在哪里"), error_messages={"required": _("选一个村或社区")})
    address = forms.CharField(label=_("门牌或地点"), max_length=200, required=False)
    urgent = forms.BooleanField(label=_("今天就要有人去"), required=False)
    confidential = forms.BooleanField(label=_("不让对方知道是我说的"), required=False)

    def __init__(self, own: Sequence[Place], others: Sequence[Place], *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.places = {place.code: place for place in (*own, *others)}
        mine = [(place.code, place.short) for place in own]
        rest = [(place.code, f"{place.parent} {place.short}") for place in others]
        self.groups: list[tuple[Any, list[tuple[str, Any]]]] = [("", [("", _("选一个")), *rest])]
        if mine:
            self.groups = [(_("我的社区"), mine), (_("别的社区"), rest)]
        field = self.fields["place"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(code, word) for _group, rows in self.groups for code, word in rows]
        if own:
            self.initial.setdefault("place", own[0].code)

    @property
    def place_groups(self) -> list[tuple[Any, list[tuple[str, Any, bool]]]]:
        """(group, [(code, word, chosen)]): the reporter's own communities first."""
        chosen = self["place"].value()
        return [(group, [(code, word, code == chosen) for code, word in rows]) for group, rows in self.groups]

    def where(self) -> Place:
        return self.places[self.cleaned_data["place"]]


class ResidentReport(Report):
    """扫码反映: by anybody. `website` is seen by programs only."""

    where = forms.CharField(
        label=_("在哪里"), max_length=200, error_messages={"required": _("写一写在哪里，到村或小区就行")}
    )
    phone = forms.CharField(label=_("手机号"), max_length=40, required=False)
    consent = forms.BooleanField(label=_("同意用这个号码联系我，只为这件事"), required=False)
    confidential = forms.BooleanField(label=_("不让对方知道是我说的"), required=False, initial=True)
    website = forms.CharField(required=False)

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"].strip()
        if not typed:
            return ""
        try:
            found = check_phone(typed)
        except IdentityRefused:
            raise forms.ValidationError(_("这个号码不对，改一改，或者空着")) from None
        if found.kind not in (PhoneKind.MOBILE, PhoneKind.FIXED):
            raise forms.ValidationError(_("这个号码不对，改一改，或者空着"))
        return found.value

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("这一格要空着"))
        return ""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("phone") and not given.get("consent"):
            self.add_error("consent", _("留号码要先同意用它联系您；不同意就把号码空着"))
        return given


class Code(forms.Form):
    code = forms.CharField(
        label=_("查询码"), max_length=60, error_messages={"required": _("输入查询码"), "max_length": _("输入查询码")}
    )


class Remark(Code):
    text = forms.CharField(
        label=_("补充一句"),
        max_length=500,
        widget=asking.lines(3),
        error_messages={"required": _("写一句再提交"), "max_length": _("最多写 500 个字")},
    )


# --- the desk


class Accept(forms.Form):
    kind = forms.ChoiceField(label=_("类别"), choices=list(OF_INCIDENTS.items()))
    open_dispute = forms.BooleanField(label=_("同时立一件纠纷"), required=False)
    title = forms.CharField(label=_("纠纷名称"), max_length=40, required=False)


class Join(forms.Form):
    dispute = forms.CharField(label=_("纠纷编号"), max_length=20, error_messages={"required": _("选一件纠纷")})


class Decline(forms.Form):
    reason = forms.ChoiceField(
        label=_("原因"),
        choices=list(words.DECLINES.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("选一个原因")},
    )
    why = asking.words(_("给报的人的话"), most=200)


class Unmask(forms.Form):
    reason = forms.ChoiceField(
        label=_("理由"), choices=list(UNMASK_REASONS.items()), error_messages={"required": _("选一个理由")}
    )
    why = forms.CharField(label=_("补充"), max_length=200, required=False)


class Filter(forms.Form):
    """What the list's address may say; anything else is refused."""

    tab = forms.ChoiceField(choices=[(tab, tab) for tab in queries.TABS], required=False)
    q = forms.CharField(label=_("字词"), max_length=40, required=False, strip=True)
    source = forms.ChoiceField(label=_("来源"), choices=[("", _("不限")), *words.SOURCES.items()], required=False)
    place = forms.ChoiceField(label=_("地方"), required=False)
    urgent = forms.BooleanField(label=_("急的"), required=False)
    page = forms.IntegerField(min_value=1, max_value=200, required=False)

    def __init__(self, given: QueryDict, places: Iterable[Place]) -> None:
        if set(given) - set(self.base_fields) or any("\0" in value for value in given.values()):
            raise BadRequest("unknown filter")
        super().__init__(given)
        field = self.fields["place"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("不限")), *((p.code, p.short) for p in places)]
        for name in ("q", "source", "place"):
            widget = self.fields[name].widget
            widget.attrs["class"] = "form-select" if isinstance(widget, forms.Select) else "form-control"

    def asked(self) -> Asked:
        if not self.is_valid():
            raise BadRequest("bad filter")
        given = self.cleaned_data
        return Asked(given["tab"] or "new", given["q"], given["source"], given["place"], given["urgent"])

    @property
    def narrowed(self) -> bool:
        return any(self.cleaned_data[name] for name in ("q", "source", "place", "urgent"))
