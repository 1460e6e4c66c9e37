"""Settings of clocks and of the calendar behind them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from twinloop.cases import rulebook
from twinloop.cases.actions.ruling import set_rule, set_year
from twinloop.cases.attempts import attempt
from twinloop.cases.rule_forms import RuleForm, YearForm
from twinloop.people.gates import needs_role, scope


@needs_role("system_admin")
@require_http_methods(["GET", "POST"])
def clock_rules(request: HttpRequest) -> HttpResponse:
    """`look`: only say when a clock that starts now would be due; else set the rule."""
    form, at = RuleForm(request.POST or None), timezone.localtime()
    context: dict[str, object] = {"form": form, "lines": rulebook.lines(at.date())}
    status = 200
    if request.method == "POST" and not form.is_valid():
        status = 422
    elif request.method == "POST" and "look" in request.POST:
        context["due"], context["warn"], context["unknown"] = rulebook.preview(form.rule, at)
    elif request.method == "POST":
        refused = attempt(lambda: set_rule(form.rule, scope=scope(request), at=at))
        if refused is None:
            messages.success(request, _("已设定；正在走的时限不变"))
            return redirect("clock_rules")
        form.add_error("since", refused.sentence)
        status = refused.status
    return render(request, "cases/rules.html", context, status=status)


@needs_role("system_admin")
@require_http_methods(["GET", "POST"])
def holidays(request: HttpRequest) -> HttpResponse:
    at, status = timezone.localtime(), 200
    missing = rulebook.missing(at)
    form = YearForm(request.POST or None, initial={"year": missing or at.year + 1})
    if request.method == "POST":
        refused = (
            attempt(lambda: set_year(**form.cleaned_data, scope=scope(request), at=at)) if form.is_valid() else None
        )
        if form.is_valid() and refused is None:
            messages.success(request, _("%(year)s 年已录入") % {"year": form.cleaned_data["year"]})
            return redirect("holidays")
        if refused:
            form.add_error(None, refused.sentence)
        status = 422
    context = {"form": form, "years": rulebook.years(at.date()), "missing": missing}
    return render(request, "cases/rules_holidays.html", context, status=status)
