"""Moving a dispute and noting facts about it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from twinloop.cases import actions, forms, offers, rewriting, rights
from twinloop.cases.actions.noting import ask_gate
from twinloop.cases.gateforms import Gate
from twinloop.cases.models import Clock, Party, Term
from twinloop.cases.sealing import Identity
from twinloop.cases.showing import View
from twinloop.cases.views.page import act, on_dispute
from twinloop.people.gates import me


@require_POST
@on_dispute
def dispute_move(request: HttpRequest, view: View, action: str) -> HttpResponse:
    form = offers.move_form(view.dispute, action, view.on, request.POST)
    if form is None:
        raise Http404

    def run() -> None:
        actions.move(
            view.dispute, action, by=me(request), roles=view.scope.roles, at=view.at, why=form.cleaned_data["why"],
            version=form.cleaned_data["version"], given=offers.given(view.dispute, form),
        )  # fmt: skip

    return act(request, view, ("overview", action), form, run, offers.done(action))


@require_POST
@on_dispute
def dispute_note(request: HttpRequest, view: View, kind: str) -> HttpResponse:
    if kind not in forms.NOTES:
        raise Http404
    form = forms.NOTES[kind](request.POST, auto_id=f"note-{kind}-%s")

    def run() -> None:
        rights.check(kind, view.scope)
        facts: dict[str, Any] = dict(form.cleaned_data)
        why = facts.pop("why", "")
        actions.note(view.dispute, kind, by=me(request), roles=view.scope.roles, at=view.at, why=why, **facts)

    return act(request, view, ("overview", f"note-{kind}"), form, run, _("已记下"))


@require_POST
@on_dispute
def dispute_change(request: HttpRequest, view: View) -> HttpResponse:
    form = rewriting.form(view.dispute, view.on, request.POST)

    def run() -> None:
        rights.check("change", view.scope)
        version = form.cleaned_data["version"] or 0
        facts = rewriting.written(view.dispute, form, view.mask)
        actions.change_dispute(view.dispute, by=me(request), at=view.at, version=version, **facts)

    return act(request, view, ("overview", "change"), form, run, _("已改写"))


@require_POST
@on_dispute
def dispute_gate(request: HttpRequest, view: View) -> HttpResponse:
    form = Gate(request.POST, auto_id="gate-%s")

    def run() -> None:
        rights.check("gate", view.scope)
        ask_gate(view.dispute, form.cleaned_data["track"], form.facts(), by=me(request), at=view.at)

    return act(request, view, ("overview", "gate"), form, run, _("已核对，结果和依据在概况里"))


@require_POST
@on_dispute
def dispute_term(request: HttpRequest, view: View, pk: int) -> HttpResponse:
    term = get_object_or_404(Term.objects.select_related("dispute"), pk=pk, dispute=view.dispute)
    form = forms.Term(request.POST, auto_id=f"term-{pk}-%s")

    def run() -> None:
        rights.check("term", view.scope)
        actions.perform_term(term, by=me(request), at=view.at, **form.cleaned_data)

    return act(request, view, ("overview", f"term-{pk}"), form, run, _("已记下"))


@require_POST
@on_dispute
def dispute_party_new(request: HttpRequest, view: View) -> HttpResponse:
    form = forms.Party(request.POST, today=view.on, auto_id="party-%s")

    def run() -> None:
        rights.check("party", view.scope)
        facts: dict[str, Any] = dict(form.cleaned_data)
        who = Identity(**{name: facts.pop(name) for name in form.IDENTITY})
        actions.add_party(view.dispute, who, by=me(request), at=view.at, **facts)

    return act(request, view, ("parties", "party"), form, run, _("已添加"))


@require_POST
@on_dispute
def dispute_party_remove(request: HttpRequest, view: View, pk: int) -> HttpResponse:
    party = get_object_or_404(Party.objects.select_related("dispute"), pk=pk, dispute=view.dispute, removed_at=None)
    form = forms.Reason(request.POST, auto_id=f"party-{pk}-%s")

    def run() -> None:
        rights.check("party", view.scope)
        actions.remove_party(party, by=me(request), at=view.at, why=form.cleaned_data["why"])

    return act(request, view, ("parties", f"party-{pk}"), form, run, _("已移除，历史里还在"))


@require_POST
@on_dispute
def dispute_comment(request: HttpRequest, view: View) -> HttpResponse:
    form = forms.Comment(request.POST, auto_id="comment-%s")

    def run() -> None:
        rights.check("comment", view.scope)
        actions.add_note(view.dispute, by=me(request), at=view.at, **form.cleaned_data)

    return act(request, view, ("notes", "comment"), form, run, _("已保存"))


def _clock(view: View, pk: int) -> Clock:
    return get_object_or_404(Clock, pk=pk, dispute=view.dispute)


@require_POST
@on_dispute
def dispute_clock_pause(request: HttpRequest, view: View, pk: int) -> HttpResponse:
    clock, form = _clock(view, pk), forms.Reason(request.POST, auto_id=f"clock-{pk}-%s")

    def run() -> None:
        rights.check("clock", view.scope)
        actions.pause_clock(clock, by=me(request), at=view.at, why=form.cleaned_data["why"])

    return act(request, view, ("clocks", f"clock-{pk}"), form, run, _("已暂停"))


@require_POST
@on_dispute
def dispute_clock_resume(request: HttpRequest, view: View, pk: int) -> HttpResponse:
    clock, form = _clock(view, pk), forms.Reason(request.POST, auto_id=f"clock-{pk}-%s")

    def run() -> None:
        rights.check("clock", view.scope)
        actions.resume_clock(clock, by=me(request), at=view.at)

    return act(request, view, ("clocks", f"clock-{pk}"), form, run, _("已恢复"))
