"""One joint session: who came, who leads, minutes, tasks. An agency ends its own tasks here too."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from twinloop.cases import actions as cases
from twinloop.cases.acting import Once
from twinloop.cases.attempts import No
from twinloop.mediation.consults import actions, forms, queries, showing
from twinloop.mediation.consults.models import Consult
from twinloop.mediation.consults.views import own
from twinloop.mediation.joint.views.acting import Act, act
from twinloop.people.gates import me, needs_role, scope


def _one(request: HttpRequest, pk: int) -> Consult:
    found = queries.visible(scope(request)).select_related(
        "dispute__place", "dispute__station", "session__mediation__lead", "convened_by", "minutes_by"
    )
    return get_object_or_404(found, pk=pk)


@needs_role(*queries.READERS)
@require_GET
def consult(request: HttpRequest, pk: int) -> HttpResponse:
    found = _one(request, pk)
    cases.look(found.dispute, by=me(request), at=timezone.localtime(), where=found.number)
    return _show(request, found)


def _show(
    request: HttpRequest, found: Consult, *, slot: str = "", form: Any = None, no: No | None = None
) -> HttpResponse:
    context = showing.page(found, scope(request), at=timezone.localtime(), slot=slot, form=form)
    context["refused"] = no.sentence if no else ""
    return render(request, "consults/consult.html", context, status=no.status if no else 200)


def _act(
    request: HttpRequest, found: Consult, slot: str, form: Once, do: Act, done: str, again: Any = None
) -> HttpResponse:
    kept = form if again is None else again
    return act(
        request, f"{slot}{found.pk}", form, do, done=done, to=reverse("consult", args=[found.pk]),
        again=lambda no: _show(request, _one(request, found.pk), slot=slot, form=kept, no=no),
    )  # fmt: skip


@needs_role(*queries.WRITERS)
@require_POST
def consult_came(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = _one(request, pk), forms.Attend(request.POST)
    here = form.here(queries.on_table(found))
    return _act(request, found, "came", form, lambda by, at: actions.attend(found, here, by=by, at=at),
                _("已记下谁到了"))  # fmt: skip


@needs_role(*queries.CONVENERS)
@require_POST
def consult_lead(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = _one(request, pk), forms.Relead(request.POST, auto_id="lead-%s")
    bodies = {body.pk: body for body in queries.on_table(found)}
    form.offer(list(bodies.values()))

    def do(by: int, at: datetime) -> None:
        given = form.cleaned_data
        actions.relead(found, bodies[given["body"]], given["why"], by=by, at=at)

    return _act(request, found, "lead", form, do, _("已换牵头"))


@needs_role(*queries.WRITERS)
@require_POST
def consult_follow(request: HttpRequest, pk: int) -> HttpResponse:
    """The session was postponed: this one goes with it; agencies that changed sit there as they stand now."""
    found, form = _one(request, pk), Once(request.POST)
    return _act(request, found, "follow", form, lambda by, at: actions.follow(found, by=by, at=at),
                _("已按新的时间和单位改好"))  # fmt: skip


@needs_role(*queries.WRITERS)
@require_POST
def consult_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = _one(request, pk), forms.Minutes(request.POST, auto_id="minutes-%s")
    rows = forms.lines(request.POST, queries.on_table(found))
    whole = [row.is_valid() for row in rows]

    def do(by: int, at: datetime) -> None:
        told = [row.given() for row, valid in zip(rows, whole, strict=True) if not valid or not row.is_empty]
        actions.write_minutes(found, form.cleaned_data["facts"], told, by=by, at=at)

    if not all(whole):
        return _show(request, found, slot="minutes", form=(form, rows),
                     no=No(422, _("没有保存：填的内容看不懂，改好再发")))  # fmt: skip
    return _act(request, found, "minutes", form, do, _("纪要已定，分工开始跟"), (form, rows))


@needs_role(*queries.WRITERS, "agency")
@require_POST
def consult_task(request: HttpRequest, pk: int) -> HttpResponse:
    """The body says what became of its task, or whoever keeps the minutes writes it down."""
    task = get_object_or_404(queries.tasks(scope(request)), pk=pk)
    form, slot = forms.End(request.POST, auto_id=f"end{pk}-%s"), f"end{pk}"

    def do(by: int, at: datetime) -> None:
        actions.end_task(task, form.cleaned_data["how"], form.cleaned_data["said"], by=by, at=at)

    if scope(request).has(*queries.READERS):
        return _act(request, _one(request, task.consult_id), slot, form, do, _("已记下"))
    return act(
        request, slot, form, do, done=_("已记下，公安看得到"), to=reverse("consult_own", args=[task.body_id]),
        again=lambda no: own.show(request, task.body_id, slot=slot, form=form, no=no),
    )  # fmt: skip
