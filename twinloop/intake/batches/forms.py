"""What the import pages take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from twinloop.intake.batches import words
from twinloop.intake.batches.kinds import forms_of


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or several files, always as a list."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = data if isinstance(data, (list, tuple)) else [data]
        return [super(FilesField, self).clean(one, initial) for one in given or [None]]


class SendForm(forms.Form):
    kind = forms.ChoiceField(label=_("是什么"))
    sent = FilesField(label=_("文件（CSV、XLSX、JSONL，可选几个）"))

    def __init__(self, kinds: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["kind"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(kind, words.KINDS[kind]) for kind in kinds]


class ColumnsForm(forms.Form):
    """Field → column of the file, where the guess was wrong."""

    def __init__(self, kind: str, head: Sequence[str], guessed: Mapping[str, str]) -> None:
        super().__init__(initial=dict(guessed))
        choices = [("", "—"), *((name, name) for name in head if name)]
        for form in forms_of(kind):
            for of, names in form.columns.fields.items():
                if of not in self.fields:
                    self.fields[of] = forms.ChoiceField(label=names[0], choices=choices, required=False)


class UndoForm(forms.Form):
    why = forms.CharField(label=_("为什么撤销"), max_length=200)
