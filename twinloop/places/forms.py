"""What administrators type about places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from twinloop.places import words


class Reason(forms.Form):
    # the sentence of a missing one is the action's own
    why = forms.CharField(label=_("原因"), max_length=200, required=False)


class ListFile(forms.Form):
    file = forms.FileField(label=_("文件"), help_text=_("CSV、XLSX 或 JSONL，列：代码、名称、上级"))
    county = forms.CharField(
        label=_("整县清单"),
        max_length=60,
        required=False,
        help_text=_("文件是一个县（市、区）的全部地方时，写它的代码或名称：表里没有的会撤销。不写就只增加和改名"),
    )


class Columns(forms.Form):
    """Which column of the file is which, as guessed or as somebody corrected it."""

    def __init__(self, found: Sequence[str], guessed: Mapping[str, str]) -> None:
        super().__init__(initial=dict(guessed))
        choices = [("", "—"), *((name, name) for name in found if name)]
        for code, word in words.COLUMNS.items():
            self.fields[code] = forms.ChoiceField(label=word, choices=choices, required=False)
