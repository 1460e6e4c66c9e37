"""What the map is asked for, and its settings. Unknown values fall back to the widest; nothing is trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


class Boundaries(forms.Form):
    file = forms.FileField(label=_("边界文件"), help_text=_("GeoJSON，WGS84 经纬度，最大 20 MiB"),
                           widget=forms.FileInput(attrs={"accept": ".geojson,.json,application/geo+json"}))  # fmt: skip


class Columns(forms.Form):
    """Which property is which, as guessed or as somebody corrected it."""

    def __init__(self, names: Sequence[str], now: Mapping[str, str]) -> None:
        super().__init__(initial=dict(now))
        choices = [("", "—"), *((name, name[:60]) for name in names if name)]
        for code, word in words.COLUMNS.items():
            self.fields[code] = forms.ChoiceField(label=word, choices=choices, required=False)


class Ground(forms.Form):
    # what is wrong with them the action says
    address = forms.CharField(
        label=_("瓦片地址"), max_length=400, required=False,
        widget=forms.TextInput(attrs={"placeholder": "https://tiles.example.cn/{z}/{x}/{y}.png", "inputmode": "url"}),
        help_text=_("空着就不用底图，页面不向外发任何请求"),
    )  # fmt: skip
    credit = forms.CharField(label=_("底图是谁的"), max_length=120, required=False)
