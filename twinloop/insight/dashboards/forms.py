"""What the page of plans and the heat table ask for."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from twinloop.cases.acting import Once
from twinloop.cases.telling import language
from twinloop.decide.figures import Indicator
from twinloop.decide.words import say
from twinloop.insight.dashboards import queries, words
from twinloop.ledger.sight import Scope
from twinloop.people import asking
from twinloop.people.models import Unit


class NewPlan(Once):
    """`area`: '' the district, else a station's id."""

    indicator = forms.ChoiceField(label=_("指标"))
    area = forms.ChoiceField(label=_("范围"), required=False)
    value = forms.DecimalField(
        label=_("计划"), required=False, max_digits=8, decimal_places=2,
        help_text=_("占比写百分之几，民转刑写几件；空着是从那天起不再定"),
        widget=forms.NumberInput({"inputmode": "decimal"}),
    )  # fmt: skip
    since = asking.day(_("从哪天起"))
    why = forms.CharField(label=_("为什么这样定"), required=False, max_length=200)

    def __init__(self, scope: Scope, today: date, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {})
        kwargs["initial"] = {"since": today, **kwargs["initial"]}
        super().__init__(*args, **kwargs)
        self.stations: dict[str, Unit] = {str(unit.pk): unit for unit in queries.areas(scope)}
        district = [("", words.DISTRICT)] if scope.has("bureau") else []
        stations = [(code, str(unit)) for code, unit in self.stations.items()]
        names = [(code, say(Indicator(code), language())) for code in words.ALL_FIGURES]
        self.fields["indicator"].choices = names  # type: ignore[attr-defined]
        self.fields["area"].choices = [*district, *stations]  # type: ignore[attr-defined]
        self.fields["area"].required = not district
