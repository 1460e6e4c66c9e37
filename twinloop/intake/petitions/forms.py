"""What the page of a petition asks for. What is missing the action says."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from twinloop.cases.acting import Once
from twinloop.intake.petitions import words
from twinloop.people import asking


def _line(label: Any, most: int = 500, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=most, **more)


class Accept(Once):
    on = asking.day(_("哪天受理"))


class Decline(Once):
    ground = forms.ChoiceField(label=_("依据"), choices=[(c, w) for c, (w, _a) in words.GROUNDS.items()])
    where = _line(_("该向哪里提出"), 120)
    why = _line(_("理由"))


class Extend(Once):
    days = forms.IntegerField(label=_("延长几天"), min_value=0, max_value=999, help_text=_("最多 30 天，只有一次"))
    why = _line(_("理由（要告知信访人）"))


class Answer(Once):
    result = forms.ChoiceField(label=_("处理意见"), choices=list(words.RESULTS.items()), widget=forms.RadioSelect)
    on = asking.day(_("哪天送到信访人手里"))
    request = asking.words(_("信访人的请求"), most=2000, help_text=_("不写姓名、电话、证件"))
    facts = asking.words(_("事实和理由"), most=2000)
    opinion = asking.words(_("处理意见"), most=2000)
    law = asking.words(_("法律法规依据"), most=2000)


class Review(Once):
    on = asking.day(_("哪天申请"))
    body = _line(_("向哪个机关"), 120)


class Conclude(Once):
    outcome = forms.ChoiceField(label=_("结果"), choices=list(words.OUTCOMES.items()))
    on = asking.day(_("意见书日期"))
    text = _line(_("怎么说的"))


class Close(Once):
    agreed = forms.BooleanField(label=_("信访人书面同意"), required=False)


class Register(Once):
    """Of a dispute that is here already."""

    source = forms.ChoiceField(label=_("从哪里来"), choices=list(words.SOURCES.items()))
    received_on = asking.day(_("哪天收到"))
    number = _line(_("信访件编号"), 60)
