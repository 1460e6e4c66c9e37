"""What the pages of agreements ask for. Rows of terms are added and taken away by plain buttons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from twinloop.cases.acting import Once
from twinloop.cases.models import Party
from twinloop.mediation.agreements import words
from twinloop.mediation.agreements.checking import Given
from twinloop.people import asking
from twinloop.people.models import Account

MOST = 12
PICTURE = forms.ClearableFileInput(attrs={"accept": "image/*,application/pdf"})


class Paper(Once):
    """What stands above the terms."""

    track = forms.ChoiceField(label=_("哪种调解"), choices=list(words.TRACKS.items()))
    is_oral = forms.BooleanField(label=_("口头协议，只登记"), required=False)
    facts = asking.words(_("纠纷的主要事实"), 3, most=2000)
    matter = asking.words(_("争议事项"), most=1000)
    subject = forms.ChoiceField(label=_("涉及的关系"), choices=list(words.SUBJECTS.items()))
    mediator = forms.ChoiceField(label=_("谁主持调解"), required=False)
    mediator_name = forms.CharField(label=_("没有账号的主持人"), required=False, max_length=60)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def offer(self, leads: Sequence[Account]) -> None:
        self.leads = {str(lead.pk): lead for lead in leads}
        self.fields["mediator"].choices = [("", _("不在名单里")), *((pk, a.name) for pk, a in self.leads.items())]  # type: ignore[attr-defined]

    def content(self) -> dict[str, Any]:
        names = ("track", "is_oral", "facts", "matter", "subject", "mediator_name")
        given = {name: self.cleaned_data[name] for name in names}
        return {**given, "mediator": self.leads.get(self.cleaned_data["mediator"])}


class Term(forms.Form):
    """One term; empty rows are left out."""

    kind = forms.ChoiceField(label=_("约定"), choices=list(words.PROMISES.items()))
    by_party = forms.TypedChoiceField(label=_("谁来办"), coerce=int, required=False, empty_value=None)
    to_party = forms.TypedChoiceField(label=_("对谁"), coerce=int, required=False, empty_value=None)
    text = forms.CharField(label=_("内容"), required=False, max_length=200)
    amount = forms.DecimalField(
        label=_("金额（元）"), required=False, max_digits=12, decimal_places=2, widget=forms.TextInput
    )
    how = forms.CharField(label=_("怎样履行"), required=False, max_length=100)
    due_on = asking.day(_("哪天前"), required=False)
    at_once = forms.BooleanField(label=_("当场已经办好"), required=False)
    parts = asking.words(_("分期"), most=2000, help_text=_("一行一期：2026-05-01 300"))  # fmt: skip

    def offer(self, people: Sequence[Party]) -> None:
        named = [(str(p.pk), f"{p.get_side_display()} {p.name_masked}") for p in people]
        self.fields["by_party"].choices = [("", _("选一方")), *named]  # type: ignore[attr-defined]
        self.fields["to_party"].choices = [("", _("其他各方")), *named]  # type: ignore[attr-defined]

    def clean_parts(self) -> tuple[tuple[Decimal, date], ...]:
        lines = [line for line in self.cleaned_data["parts"].splitlines() if line.strip()]
        return tuple(_part(line) for line in lines)

    @property
    def number(self) -> str:
        """Which row the button that takes it away names."""
        return str(self.prefix).removeprefix("term-")

    @property
    def is_empty(self) -> bool:
        return not any(self.cleaned_data.get(name) for name in ("text", "amount", "due_on", "parts"))

    def given(self) -> Given:
        given = {name: self.cleaned_data[name] for name in self.fields}
        return Given(**{**given, "by_party": given["by_party"] or 0})


def _part(line: str) -> tuple[Decimal, date]:
    try:
        day, amount = line.replace("，", " ").replace(",", " ").split()
        return Decimal(amount.rstrip("元")).quantize(Decimal("0.01")), date.fromisoformat(day)
    except (ValueError, InvalidOperation):
        raise ValidationError(
            _("看不懂“%(line)s”：一行一期，先日期再金额，如 2026-05-01 300") % {"line": line[:40]}
        ) from None


def rows(data: QueryDict | None, terms: Sequence[dict[str, Any]], people: Sequence[Party]) -> list[Term]:
    """The rows of terms: as sent, one more or one less where that button was pressed, else as they lie there."""
    if data is None:
        made = [Term(prefix=f"term-{n}", initial=one) for n, one in enumerate(terms or [{}])]
    else:
        numbers = [n for n in range(MOST) if f"term-{n}-kind" in data and data.get("remove") != str(n)]
        made = [Term(data, prefix=f"term-{n}") for n in numbers]
        if "add" in data and len(made) < MOST:
            free = next(n for n in range(MOST) if n not in numbers)
            made.append(Term(prefix=f"term-{free}"))
    for form in made:
        form.offer(people)
    return made


class Sign(Once):
    how = forms.ChoiceField(label=_("怎样签"), choices=list(words.SIGNINGS.items()))
    guardian_name = forms.CharField(label=_("到场的监护人"), required=False, max_length=20)
    photo = forms.FileField(label=_("照片"), required=False, widget=PICTURE)


class Why(Once):
    why = asking.words(_("原因"))


class Perform(Once):
    on = asking.day(_("哪天履行的"), required=False)
    evidence = forms.CharField(label=_("凭什么"), required=False, max_length=300, help_text=_("收条、转账、谁看见"))
    photo = forms.FileField(label=_("照片"), required=False, widget=PICTURE)


class Ask(Once):
    court = forms.CharField(label=_("向哪个法院"), required=False, max_length=60)
    jointly = forms.BooleanField(label=_("双方共同申请"), required=False)


class Ruling(Once):
    result = forms.ChoiceField(
        label=_("法院结果"), required=False, choices=[(c, words.CONFIRMATIONS[c]) for c in ("confirmed", "rejected")]
    )
    on = asking.day(_("哪天"), required=False)
    ruling = forms.CharField(label=_("裁定书号或理由"), required=False, max_length=200)
