"""/settings/scorecard/, weights/, thresholds/, mediation/, types/: one page in five cuts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from twinloop.cases.attempts import attempt
from twinloop.dispatch.tuning import actions, queries, words
from twinloop.dispatch.tuning.forms import FORMS, SetForm
from twinloop.people.gates import needs_role, scope

EDITORS = ("system_admin", "bureau")


@needs_role(*EDITORS)
@require_http_methods(["GET", "POST"])
def scorecard(request: HttpRequest) -> HttpResponse:
    return _page(request, "scorecard")


@needs_role(*EDITORS)
@require_http_methods(["GET", "POST"])
def weights(request: HttpRequest) -> HttpResponse:
    return _page(request, "weights")


@needs_role(*EDITORS)
@require_http_methods(["GET", "POST"])
def thresholds(request: HttpRequest) -> HttpResponse:
    return _page(request, "thresholds")


@needs_role(*EDITORS)
@require_http_methods(["GET", "POST"])
def mediation(request: HttpRequest) -> HttpResponse:
    return _page(request, "mediation")


@needs_role(*EDITORS)
@require_http_methods(["GET", "POST"])
def types(request: HttpRequest) -> HttpResponse:
    return _page(request, "types")


def _page(request: HttpRequest, kind: str) -> HttpResponse:
    """A post tries the set; with `apply` it sets what was tried."""
    at, status = timezone.localtime(), 200
    code = next(one for one in queries.KINDS if one == kind)
    tomorrow = at.date() + timedelta(days=1)
    values, follows = queries.start(code, on=tomorrow)
    start = {"since": tomorrow, "follows": follows}
    context: dict[str, Any] = {"learns": kind == "thresholds"}
    if kind == "thresholds" and request.method == "GET" and "learn" in request.GET:
        values, start = _learnt(values, start, context, at)
    form = FORMS[kind](request.POST or None, values=values, initial=start)
    if request.method == "POST":
        status = _posted(request, form, context, at) if form.is_valid() else 422
        if status == 302:
            messages.success(request, _("已设定：从 %(day)s 起用") % {"day": form.cleaned_data["since"].isoformat()})
            return redirect(f"settings_{kind}")
    context |= {
        "form": form, "kind": kind, "lead": words.LEADS[kind], "tabs": queries.tabs(at),
        "history": queries.history(code, on=at.date()), "sees_cases": scope(request).has("bureau"),
    }  # fmt: skip
    return render(request, "tuning/set.html", context, status=status)


def _learnt(
    values: dict[str, Any], start: dict[str, Any], context: dict[str, Any], at: datetime
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What people's answers about repeats teach, filled into the form: nothing holds before it is tried and set."""
    found: list[queries.Learnt] = []
    no = attempt(lambda: found.append(queries.learnt(at=at)))
    if no is not None:
        context["learnt"], context["learnt_no"] = no.sentence, True
        return values, start
    (learnt,) = found
    context["learnt"], context["learnt_no"] = learnt.said, not learnt.figures
    return {**values, **learnt.figures}, {**start, "why": learnt.why} if learnt.why else start


def _posted(request: HttpRequest, form: SetForm, context: dict[str, Any], at: datetime) -> int:
    given = form.cleaned_data
    asked = {
        "kind": form.kind, "values": form.values(), "since": given["since"], "why": given["why"],
        "follows": given["follows"], "scope": scope(request), "at": at,
    }  # fmt: skip

    def act() -> None:
        if "apply" in request.POST:
            actions.apply(**asked, token=given["token"])
        else:
            context["outcome"], context["token"] = actions.preview(**asked)

    refused = attempt(act)
    if refused is not None:
        form.add_error(None, refused.sentence)
        return refused.status
    return 302 if "apply" in request.POST else 200
