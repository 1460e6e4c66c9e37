"""What the map is asked for, and its settings. Unknown values fall back to the widest; nothing is trusted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from twinloop.cases.words import CATEGORIES, KINDS
from twinloop.insight.maps import words

ANY = ("", _("不限"))


class Asked(forms.Form):
    """The filters of the map."""

    of = forms.ChoiceField(label=_("数什么"), choices=list(words.OF.items()), required=False)
    kind = forms.ChoiceField(label=_("警情类别"), choices=[ANY, *KINDS.items()], required=False)
    type = forms.ChoiceField(label=_("纠纷类型"), required=False)
    level = forms.TypedChoiceField(
        label=_("等级"), choices=[ANY, *((str(n), word) for n, word in words.LEVELS.items())], coerce=int,
        empty_value=None, required=False,
    )  # fmt: skip
    weeks = forms.TypedChoiceField(
        label=_("时段"), choices=[(str(n), word) for n, word in words.WEEKS.items()], coerce=int, empty_value="12",
        required=False,
    )  # fmt: skip
    open = forms.BooleanField(label=_("只看未了"), required=False)
    week = forms.IntegerField(min_value=0, max_value=max(words.WEEKS), required=False)

    def __init__(self, given: Any, names: dict[str, str]) -> None:
        super().__init__(given)
        groups = [
            (f"{letter} {word}", [(letter, _("{name}，全部").format(name=word)), *_of(letter, names)])
            for letter, word in CATEGORIES.items()
        ]
        field = self.fields["type"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [ANY, *groups]

    def asked(self) -> dict[str, Any]:
        """Every field with what was given, or what holds without."""
        self.is_valid()
        found = {name: self.cleaned_data.get(name) for name in self.fields}
        weeks = int(found["weeks"] or 12)
        return {
            **found, "of": found["of"] or "disputes", "kind": found["kind"] or "", "type": found["type"] or "",
            "weeks": weeks, "week": min(found["week"] or 0, weeks), "open": bool(found["open"]),
        }  # fmt: skip


def _of(letter: str, names: dict[str, str]) -> list[tuple[str, str]]:
    return [(code, f"{code} {name}") for code, name in sorted(names.items()) if code.startswith(letter)]
