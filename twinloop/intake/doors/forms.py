"""The forms of the doors. What is typed is checked in `checking`, once for pages, programs and files alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from twinloop.cases.telling import sentence
from twinloop.cases.words import CHANNELS, KINDS, SIDES
from twinloop.intake.doors import checking, moments, queries, words
from twinloop.intake.doors.checking import PEOPLE, Person, Said
from twinloop.intake.doors.rights import Door
from twinloop.ledger.actions import canonical
from twinloop.people import asking


def line(label: Any, jump: str = "", **attrs: str) -> forms.CharField:
    """One line of text; how long it may be and what is wrong with it `checking` says."""
    given = {"class": "form-control", "autocomplete": "off", "data-jump": jump, **attrs}
    return forms.CharField(label=label, required=False, widget=forms.TextInput(attrs=given))


def select(label: Any, jump: str = "") -> forms.CharField:
    """A choice whose options depend on the door or the day; a foreign value is refused by `checking`."""
    return forms.CharField(
        label=label, required=False, widget=forms.Select(attrs={"class": "form-select", "data-jump": jump})
    )


@dataclass
class Row:
    """One line of the table of people."""

    number: int
    person: Person
    errors: list[str] = field(default_factory=list)

    @property
    def prefix(self) -> str:
        return f"people-{self.number}"


class ReportForm(forms.Form):
    """Every door: what happened, where, who says so, who is named, and whether it becomes a dispute."""

    phone = line(_("来电号码"), "Q", inputmode="tel")
    no_phone = forms.BooleanField(label=_("未显示号码"), required=False)
    name = line(_("报警人"), "W")
    is_confidential = forms.BooleanField(label=_("要求保密"), required=False)
    channel = select(_("来源"), "V")
    place = line(_("在哪里"), "A", role="combobox")
    place_code = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-keep-hidden": ""}))
    address = line(_("详细地址"), "S")
    reported = line(_("何时"), "G")
    text = forms.CharField(
        label=_("怎么回事"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control intake-text", "data-jump": "J"}),
    )
    kind = select(_("警情类别"), "K")
    type_code = select(_("纠纷类型"), "L")
    recording_no = line(_("录音号"), "Y")
    outside_number = line(_("来件编号"), "N")
    from_unit = line(_("来件单位"), "B", list="agencies")
    flags = forms.MultipleChoiceField(
        required=False, choices=list(words.FLAGS.items()), widget=forms.CheckboxSelectMultiple
    )
    dispute = line(_("并入哪一件"), "M")
    opens = forms.BooleanField(label=_("立为纠纷"), required=False)
    title = line(_("纠纷名称"), "T")
    accepted = forms.BooleanField(label=_("当场受理，60 日内答复"), required=False)
    once = forms.CharField(required=False, widget=forms.HiddenInput, max_length=80)

    def __init__(self, data: Mapping[str, Any] | None, *, door: Door, at: datetime, once: str = "") -> None:
        initial = {"channel": door.channels[0], "kind": "dispute", "once": once}
        super().__init__(data, initial=initial, auto_id="%s")
        self.door, self.at = door, at
        self._choices("kind", list(KINDS.items()))
        self._choices("type_code", [("", _("由建议定")), *queries.type_choices(at.astimezone(moments.CHINA))])
        self._choices("channel", [(code, CHANNELS[code]) for code in door.channels])
        self.rows = [Row(n, self._person(n)) for n in range(1, PEOPLE + 1)]

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].widget.choices = choices

    def _person(self, number: int) -> Person:
        given = {
            name: str(self.data.get(f"people-{number}-{name}", "")) for name in ("side", "name", "phone", "id_number")
        }
        return Person(**{**given, "side": given["side"] or ("a" if number == 1 else "b")})

    def said(self) -> Said:
        """What was typed, as every door hands it in."""
        data = self.cleaned_data
        names = ("phone", "no_phone", "name", "is_confidential", "address", "reported", "text", "type_code", "flags",
                 "recording_no", "outside_number", "from_unit")  # fmt: skip
        return Said(
            channel=data["channel"] or self.door.channels[0],
            place=data["place_code"] or data["place"],
            kind=data["kind"] or "dispute",
            people=[row.person for row in self.rows],
            **{name: data[name] for name in names},
        )

    def sent(self) -> str:
        """One text for one content: the same key with other content is not the same act."""
        return canonical({**self.cleaned_data, "once": "", "people": [str(row.person) for row in self.rows]})

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = self.cleaned_data
        if "flags" not in data:  # a foreign choice: said by the field already
            return data
        _checked, wrong = checking.problems(self.said(), self.door.code, at=self.at)
        for refused in wrong:
            self._say(str(refused.facts.get("field", "")), sentence(refused))
        return data

    def _say(self, name: str, words_: str) -> None:
        if name.startswith("people-"):
            row = self.rows[int(name.split("-")[1]) - 1]
            row.errors.append(words_)
            self.add_error(None, words_)
        else:
            self.add_error(name if name in self.fields else None, words_)

    def complain(self, refused_field: str, words_: str) -> None:
        """A refusal that only the act could find."""
        self.add_error(refused_field if refused_field in self.fields else None, words_)

    @property
    def has_more_people(self) -> bool:
        return any(not row.person.is_empty() or row.errors for row in self.rows[2:])

    @property
    def sides(self) -> list[tuple[str, Any]]:
        return list(SIDES.items())


class NoticeForm(forms.Form):
    """告知"""

    reason = forms.ChoiceField(label=_("为什么"), choices=list(words.NOTICE_REASONS.items()), widget=forms.RadioSelect)
    way = forms.ChoiceField(label=_("怎样告知"), choices=list(words.WAYS.items()), widget=forms.RadioSelect)
    told = forms.CharField(
        label=_("何时"), required=False, max_length=30, help_text=_("空着就是现在；16:35、昨天 22:10")
    )
    text = forms.CharField(
        label=_("告知内容"), required=False, widget=asking.lines(3),
        help_text=_("说了什么、该找谁；书面的写文书编号")
    )  # fmt: skip
    once = forms.CharField(required=False, widget=forms.HiddenInput, max_length=80)


class HandoverForm(forms.Form):
    """移交"""

    to_unit: Any = forms.ModelChoiceField(
        label=_("移交给"), queryset=None, required=False, empty_label=_("名单外的单位")
    )
    to_name = forms.CharField(label=_("名单外的单位"), required=False)
    why = forms.CharField(label=_("理由"), required=False, widget=asking.lines(2))
    once = forms.CharField(required=False, widget=forms.HiddenInput, max_length=80)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        units: Any = self.fields["to_unit"]
        units.queryset = queries.agency_rows()


ENDS = (("receipt", _("已签收")), ("returned", _("退回")), ("recall", _("撤回")))


class EndForm(forms.Form):
    """How a handover ended: signed for, returned, called back."""

    end = forms.ChoiceField(choices=ENDS)
    words = forms.CharField(label=_("签收人、回执号或理由"), required=False)


class OpenForm(forms.Form):
    """立为纠纷, or one that stands already."""

    title = forms.CharField(label=_("纠纷名称"), required=False)
    dispute = forms.CharField(label=_("并入哪一件"), required=False, max_length=20)
