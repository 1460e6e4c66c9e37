"""What report to make, and which reports to list."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from twinloop.decide.periods import ReportKind, newest_over
from twinloop.decide.words import say
from twinloop.insight.reports import queries, words
from twinloop.ledger.sight import Scope
from twinloop.people import asking
from twinloop.people.models import Unit
from twinloop.places.models import Place


def kinds() -> list[tuple[str, str]]:
    from django.utils.translation import get_language

    return [(kind.value, say(kind, get_language() or "")) for kind in ReportKind]


class Areas:
    """Areas of a scope as choices: "" the district, "s4" a station, "p9" a community."""

    def __init__(self, scope: Scope) -> None:
        stations, places = queries.scopes(scope)
        self.stations: dict[str, Unit] = {f"s{unit.pk}": unit for unit in stations}
        self.places: dict[str, Place] = {f"p{place.pk}": place for place in places}
        self.has_district = scope.sees_all

    @property
    def choices(self) -> list[Any]:
        found: list[Any] = [("", words.DISTRICT)] if self.has_district else []
        found += [(code, str(unit)) for code, unit in self.stations.items()]
        if self.places:
            found.append((_("村居"), [(code, str(place)) for code, place in self.places.items()]))
        return found


class New(forms.Form):
    kind = forms.ChoiceField(label=_("哪一种"))
    day = asking.day(_("哪一期"), help_text=_("期内任何一天；空着就是刚过完的一期"), required=False)  # fmt: skip
    area = forms.ChoiceField(label=_("范围"), required=False)

    def __init__(self, areas: Areas, today: date, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"kind": "week"})
        super().__init__(*args, **kwargs)
        self.areas, self.today = areas, today
        self.fields["kind"].choices = kinds()  # type: ignore[attr-defined]
        self.fields["area"].choices = areas.choices  # type: ignore[attr-defined]
        self.fields["area"].required = not areas.has_district

    def picked(self) -> tuple[ReportKind, Any, Unit | None, Place | None]:
        area, kind = self.cleaned_data["area"], ReportKind(self.cleaned_data["kind"])
        day = self.cleaned_data["day"] or newest_over(kind, self.today).last
        return kind, day, self.areas.stations.get(area), self.areas.places.get(area)
