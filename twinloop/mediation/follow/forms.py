"""What the pages of 2+2 ask for. What is missing the action says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from twinloop.cases.acting import Once
from twinloop.mediation.follow import words
from twinloop.mediation.follow.queries import Fit
from twinloop.people import asking
from twinloop.people.models import Team


def _picked(label: Any, known: dict[str, Any]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=list(known.items()), required=False, widget=forms.RadioSelect)


class Decide(Once):
    """A chief's word on a nomination; the team only where it is accepted."""

    decision = _picked(_("怎样定"), words.DECIDE)
    team = forms.ChoiceField(label=_("交给哪支队"), required=False, widget=forms.RadioSelect)
    why = asking.words(_("理由"))

    def offer(self, fits: Sequence[Fit]) -> None:
        self.teams: dict[str, Team] = {str(fit.team.pk): fit.team for fit in fits}
        self.fields["team"].choices = [(key, team.name) for key, team in self.teams.items()]  # type: ignore[attr-defined]


class Did(Once):
    """One step of a team and what comes next."""

    kind = _picked(_("做了什么"), words.KINDS)
    on = asking.day(_("哪天"), required=False)
    text = asking.words(_("经过和结果"), 3, most=4000)
    then = forms.CharField(label=_("下一步做什么"), required=False, max_length=200)
    then_on = asking.day(_("哪天前"), required=False)


class End(Once):
    outcome = _picked(_("结果"), {code: word for code, word in words.OUTCOMES.items() if code})
    why = asking.words(_("说明"))


class Day(forms.Form):
    """The day before and after which success is compared."""

    day = asking.day(_("从哪天起算之后"), required=False)
