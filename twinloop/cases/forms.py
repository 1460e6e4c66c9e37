"""What the dispute page asks for. A form reads its own fields and nothing else; what is missing the move says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from twinloop.cases import words
from twinloop.cases.telling import language
from twinloop.decide.words import say
from twinloop.decide.workflow import Action, How
from twinloop.edge import words as edge
from twinloop.edge.identity import IdentityRefused, check_id, is_minor
from twinloop.edge.phones import check_phone
from twinloop.edge.typed import check_name
from twinloop.people import asking

F = TypeVar("F", bound=forms.Form)
EMPTY = ("", "")
REASON = 500


class Reason(forms.Form):
    """A why; the action says where it may not be empty."""

    why = asking.words(_("理由"), most=REASON)


class Move(Reason):
    """Every move: why, and the version that the person had before them."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def given(self) -> dict[str, Any]:
        """What the move's own form brought; empty answers are not given."""
        own = {k: v for k, v in self.cleaned_data.items() if k not in ("why", "version")}
        return {name: value for name, value in own.items() if value not in (None, "")}


class Sort(Move):
    type_code = forms.ChoiceField(label=_("类别"), required=False)
    level = forms.TypedChoiceField(
        label=_("等级"), required=False, choices=words.LEVELS, coerce=int, empty_value=None, widget=forms.RadioSelect
    )
    field_order = ("type_code", "level", "why")


class Order(Move):
    taker = forms.ChoiceField(label=_("派给"), required=False)
    text = asking.words(_("指令"), most=1000)
    field_order = ("taker", "text", "why")


class Settle(Move):
    settled_by = forms.CharField(label=_("谁化解的"), required=False, max_length=60)
    settled_how = forms.ChoiceField(label=_("怎样化解"), required=False)
    settled_on = asking.day(_("哪天"), required=False)
    terms = forms.CharField(
        label=_("约定事项"),
        required=False,
        max_length=4000,
        widget=asking.lines(4),
        help_text=_("一行一条；没有约定就写“无”"),
    )
    field_order = ("settled_by", "settled_how", "settled_on", "terms", "why")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        _choose(self, "settled_how", [EMPTY, *((h.value, say(h, language())) for h in How)])


class Transfer(Move):
    transfer_receipt = forms.CharField(
        label=_("对方签收"), required=False, max_length=200, help_text=_("单位、签收人、时间")
    )
    field_order = ("transfer_receipt", "why")


class Decision(Move):
    decision = forms.CharField(label=_("处理决定"), required=False, max_length=200, help_text=_("文号和内容"))
    field_order = ("decision", "why")


class Merge(Move):
    target = forms.CharField(label=_("并入哪一件"), required=False, max_length=20, help_text=_("编号，如 JF260209-004"))
    field_order = ("target", "why")


class Change(Move):
    """What is written about a dispute, as it stands now; who owns it and who leads it."""

    title = forms.CharField(label=_("名称"), max_length=80)
    focus = forms.CharField(label=_("争议焦点"), required=False, max_length=200)
    source = forms.CharField(label=_("纠纷源头"), required=False, max_length=200)
    started_on = asking.day(_("从哪天开始"), required=False)
    owner = forms.ChoiceField(label=_("责任民警"), required=False)
    leader = forms.ChoiceField(label=_("包案领导"), required=False)
    why = None  # type: ignore[assignment]  # the words before and after say it

    def __init__(self, *args: Any, today: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.today = today

    def clean_started_on(self) -> date | None:
        day: date | None = self.cleaned_data["started_on"]
        if day and day > self.today:
            raise ValidationError(_("日期还没有到"))
        return day


MOVES: dict[Action, type[Move]] = {
    Action.SORT: Sort,
    Action.ORDER: Order,
    Action.SETTLE: Settle,
    Action.AGREE: Settle,
    Action.TRANSFER: Transfer,
    Action.CLOSE_BY_DECISION: Decision,
    Action.MERGE: Merge,
}


def _choose(form: forms.Form, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


def choose(form: F, choices: dict[str, list[tuple[Any, Any]]]) -> F:
    """Fill the selects whose choices depend on the dispute."""
    for name, pairs in choices.items():
        if name in form.fields:
            multiple = isinstance(form.fields[name], forms.MultipleChoiceField)
            _choose(form, name, pairs if multiple else [EMPTY, *pairs])
    return form


# --- notes -----------------------------------------------------------------------------------------------------------


class Review(forms.Form):
    review = forms.CharField(
        label=_("分析"), required=False, max_length=4000, widget=asking.lines(4),
        help_text=_("争在哪里、谁去、怎么办")
    )  # fmt: skip


class Callback(Reason):
    callback_reached = forms.TypedChoiceField(
        label=_("接通了吗"), choices=[("yes", _("接通")), ("no", _("没有接通，不算回访"))], coerce=lambda v: v == "yes",
        widget=forms.RadioSelect,
    )  # fmt: skip
    callback_dissatisfied = forms.BooleanField(label=_("当事人不满意"), required=False)
    field_order = ("callback_reached", "callback_dissatisfied", "why")


class Offence(Reason):
    offence = forms.TypedChoiceField(
        label=_("违反治安管理行为"), choices=[("yes", _("有")), ("no", _("没有"))], coerce=lambda v: v == "yes",
        widget=forms.RadioSelect,
    )  # fmt: skip
    violence = forms.BooleanField(label=_("动了手"), required=False)
    field_order = ("offence", "violence", "why")


class Safeguard(Reason):
    domestic_violence = forms.BooleanField(label=_("涉及家庭暴力"), required=False)
    field_order = ("domestic_violence", "why")


class Circumstances(Reason):
    group_event = forms.BooleanField(label=_("多人聚集"), required=False)
    minors = forms.BooleanField(label=_("涉及未成年人"), required=False)
    party_unwilling = forms.BooleanField(label=_("一方不愿调解"), required=False)
    field_order = ("group_event", "minors", "party_unwilling", "why")


class Broken(Reason):
    terms_broken = forms.BooleanField(label=_("约定被违反"), required=False)
    field_order = ("terms_broken", "why")


class Application(Reason):
    application_approved = forms.BooleanField(label=_("双方已书面申请，予以认可"), required=False)
    field_order = ("application_approved", "why")


NOTES: dict[str, type[forms.Form]] = {
    "review": Review,
    "callback": Callback,
    "leader": Reason,
    "offence": Offence,
    "safeguard": Safeguard,
    "circumstances": Circumstances,
    "terms_broken": Broken,
    "application": Application,
}


class Comment(forms.Form):
    text = asking.words(_("笔记"), 3, most=4000)
    caucus_side = forms.ChoiceField(
        label=_("单独谈话"), required=False, choices=[("", _("不是，大家可看")), *words.SIDES.items()],
        help_text=_("单独谈话的笔记，对方派来的调解员看不到"),
    )  # fmt: skip


class File(forms.Form):
    file = forms.FileField(label=_("文件"), help_text=_("照片、PDF、Word、Excel、录音录像，最大 20 MB"))


class Link(Reason):
    incident = forms.CharField(label=_("警情编号"), max_length=20, help_text=_("如 JQ260416-0086"))
    field_order = ("incident", "why")


class SplitOff(Reason):
    incidents = forms.MultipleChoiceField(label=_("拆出哪几条警情"), widget=forms.CheckboxSelectMultiple)
    title = forms.CharField(label=_("新纠纷的名称"), max_length=80)
    field_order = ("incidents", "title", "why")


class Unmask(forms.Form):
    reason = forms.ChoiceField(label=_("理由"), choices=words.UNMASK_REASONS, widget=forms.RadioSelect)
    why = forms.CharField(label=_("补充"), required=False, max_length=200, help_text=_("选“其他”时写明"))


class Term(forms.Form):
    kept = forms.TypedChoiceField(
        label=_("结果"), choices=[("yes", _("已履行")), ("no", _("没有履行"))], coerce=lambda v: v == "yes",
        widget=forms.RadioSelect,
    )  # fmt: skip
    on = asking.day(_("哪天"))


# --- parties ---------------------------------------------------------------------------------------------------------


class Party(forms.Form):
    """A person or firm. Numbers are checked before anything is sealed."""

    side = forms.ChoiceField(label=_("哪一方"), choices=words.SIDES)
    name = forms.CharField(label=_("姓名或单位"), max_length=60)
    sex = forms.ChoiceField(label=_("性别"), required=False, choices=words.SEXES)
    phone = forms.CharField(label=_("电话"), required=False, max_length=30)
    id_number = forms.CharField(label=_("证件号码"), required=False, max_length=30)
    address = forms.CharField(label=_("住址"), required=False, max_length=200)
    claim = forms.CharField(label=_("诉求"), required=False, max_length=200)
    is_minor = forms.NullBooleanField(
        label=_("未成年人"), required=False,
        widget=forms.Select(choices=[("unknown", _("未知")), ("true", _("是")), ("false", _("不是"))]),
    )  # fmt: skip
    is_reporter = forms.BooleanField(label=_("报警人"), required=False)
    is_firm = forms.BooleanField(label=_("是单位"), required=False)
    is_address_hidden = forms.BooleanField(label=_("保护住址"), required=False)

    IDENTITY = ("name", "phone", "id_number", "address")

    def __init__(self, *args: Any, today: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.today = today

    def clean_name(self) -> str:
        return _checked(check_name, self.cleaned_data["name"])

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"].strip()
        return _checked(lambda t: check_phone(t).value, typed) if typed else ""

    def clean_id_number(self) -> str:
        typed = self.cleaned_data["id_number"].strip()
        return _checked(lambda t: check_id(t, on=self.today).value, typed) if typed else ""

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("is_firm") and (data.get("id_number") or data.get("is_minor")):
            raise ValidationError(_("单位没有身份证号码，也没有未成年人"))
        if data.get("is_minor") is None and data.get("id_number"):
            data["is_minor"] = is_minor(data["id_number"], self.today)
        return data


def _checked(check: Any, typed: str) -> str:
    try:
        return str(check(typed))
    except IdentityRefused as refused:
        raise ValidationError(edge.say(refused.code, language(), **refused.facts)) from refused
