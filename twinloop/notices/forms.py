from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from twinloop.notices import words
from twinloop.people import asking


class Choices(forms.Form):
    """What one wants to be told outside the product, and when not."""

    outside = forms.ChoiceField(label=_("发到手机的"), choices=list(words.OUTSIDE.items()))
    morning = forms.BooleanField(label=_("早上 8:00 的摘要"), required=False)
    evening = forms.BooleanField(label=_("傍晚 18:00 的摘要"), required=False)
    quiet_from = asking.hour(_("安静时段从"), required=False)
    quiet_until = asking.hour(_("到"), required=False)
