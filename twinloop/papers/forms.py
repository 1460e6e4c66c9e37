"""What the settings of templates ask for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from twinloop.papers.filling import MOST_BYTES


class Replace(forms.Form):
    file = forms.FileField(label=_("Word 模板"), widget=forms.FileInput(attrs={"accept": ".docx"}))
    why = forms.CharField(label=_("为什么换"), max_length=200)

    def content(self) -> bytes:
        """At most one byte more than is allowed: enough to see that it is too much."""
        return bytes(self.cleaned_data["file"].read(MOST_BYTES + 1))
