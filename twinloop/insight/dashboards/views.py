"""我的看板: figures of what one answers for, beside the plan; the plan; one figure by month."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from twinloop.cases.acting import once_only, see
from twinloop.cases.attempts import No
from twinloop.insight.dashboards import actions, forms, heat, queries, words
from twinloop.insight.figures import outside, windows
from twinloop.insight.figures import queries as figures
from twinloop.insight.figures.views import spanned
from twinloop.insight.figures.words import FORMULAS, OUTSIDE_READERS
from twinloop.insight.reports.words import TOTALS, WEEKDAYS
from twinloop.people.gates import me, needs_role, scope

PAGE = 50


@needs_role(*words.READERS)
@require_GET
def dashboard(request: HttpRequest) -> HttpResponse:
    """What one answers for: sums, figures, each beside the last period and the plan; every number opens its rows."""
    held, now = scope(request), timezone.localtime()
    tallies, codes = words.SHOWN[queries.role_of(held)]
    window, context = spanned(request)
    station, knows = queries.station_in(held), figures.known()
    context |= {
        "sums": queries.sums(tallies, window, at=now, knows=knows),
        "lines": queries.lines(codes, window, station, at=now, knows=knows), "reach": knows.reach,
        "area": words.DISTRICT if held.sees_all else station or words.MINE,
        "small": queries.SMALL, "may_set": held.has(*words.SETTERS), "is_reader": held.has(*words.FIGURES),
        "outside": outside.newest(windows.last_day(window), at=now) if held.has(*OUTSIDE_READERS) else [],
        "reads_calls": held.has(*words.CALL_READERS),
    }  # fmt: skip
    return render(request, "dashboards/dashboard.html", context)


@needs_role(*words.READERS)
@require_GET
def sum_rows(request: HttpRequest, tally: str) -> HttpResponse:
    """The rows behind a sum."""
    held = scope(request)
    if tally not in words.SHOWN[queries.role_of(held)][0]:
        raise Http404
    window, context = spanned(request)
    asked = request.GET.get("page", "")
    number = min(max(int(asked), 1), 100_000) if asked.isascii() and asked.isdigit() else 1
    rows, count, amount = queries.rows(
        tally, window, held, at=timezone.localtime(), first=(number - 1) * PAGE, most=PAGE
    )
    page = Paginator(range(count), PAGE).get_page(number)
    context |= {"name": TOTALS[tally][0], "unit": TOTALS[tally][1], "rows": rows, "page": page, "amount": amount,
                "casedata": True}  # fmt: skip
    return render(request, "dashboards/rows.html", context)


@needs_role(*words.READERS)
@require_http_methods(["GET", "POST"])
def plans(request: HttpRequest) -> HttpResponse:
    """What was planned, from when, by whom and why; leaders set the next."""
    held = scope(request)
    may, today = held.has(*words.SETTERS), timezone.localdate()
    sent = request.POST if request.method == "POST" and may else None
    picked = {"indicator": request.GET.get("indicator", "")} if request.GET.get("indicator") in FORMULAS else {}
    form = forms.NewPlan(held, today, sent, initial={"once": uuid.uuid4(), **picked})
    no = None
    if request.method == "POST":
        no = _set(request, form) if may else No(403, _("计划由所长和分局领导定"))
        if no is None:
            messages.success(request, _("定下了"))
            return see(reverse("dashboard_plans"))
    page = Paginator(queries.plans(held), PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form if may else None, "no": no, "page": page,
        "rows": [(row, queries.goal(row.indicator, row.value), row.since > today) for row in page],
    }  # fmt: skip
    return render(request, "dashboards/plans.html", context, status=no.status if no else 200)


def _set(request: HttpRequest, form: forms.NewPlan) -> No | None:
    def act() -> int:
        given = form.cleaned_data
        made = actions.set_plan(
            given["indicator"], given["value"], form.stations.get(given["area"]), since=given["since"],
            why=given["why"], by=me(request), scope=scope(request), at=timezone.localtime(),
        )  # fmt: skip
        return made.pk

    no, _pk = once_only(request, form, act)
    return No(no.status, no.sentence or _("没有保存：还差一样，填好再交")) if no else None


@needs_role(*words.READERS)
@require_GET
def trend(request: HttpRequest, indicator: str) -> HttpResponse:
    """One figure by month, as a line and as the table it is drawn from, beside the plan of each month."""
    if indicator not in FORMULAS:
        raise Http404
    asked = request.GET.get("months", "12")
    count = asked if asked in words.MONTHS else "12"
    now = timezone.localtime()
    held = scope(request)
    spans = windows.months(int(count), today=now.date())
    found = figures.by_window(indicator, spans, at=now)
    days = [windows.last_day(span) for span in spans]
    goals = queries.in_force_each(indicator, days, queries.station_in(held))
    lines: list[dict[str, Any]] = [
        {"span": span, "last": day, "figure": one, "goal": goal, "change": one.change(found[n - 1]) if n else "",
         "runs": span.end > now}
        for n, (span, day, one, goal) in enumerate(zip(spans, days, found, goals, strict=True))
    ]  # fmt: skip
    context = {
        "figure": found[-1], "formula": FORMULAS[indicator], "lines": lines, "count": count,
        "counts": words.MONTHS.items(), "has_goal": any(goal is not None for goal in goals),
        "any": any(one.of for one in found), "is_reader": held.has(*words.FIGURES),
    }  # fmt: skip
    return render(request, "dashboards/trend.html", context)


def _heat(request: HttpRequest) -> tuple[windows.Window, dict[str, Any], str]:
    window, context = spanned(request, "days_90")
    kind = request.GET.get("kind", "")
    kind = kind if kind in words.CALLS else ""
    query = context["query"] or "span=days_90"
    return window, {**context, "kind": kind, "kinds": words.CALLS.items(), "query": query}, kind


@needs_role(*words.CALL_READERS)
@require_GET
def heat_table(request: HttpRequest) -> HttpResponse:
    """Calls by two-hour slot and weekday; each cell opens its calls."""
    window, context, kind = _heat(request)
    context |= {"heat": heat.heat(scope(request), window, kind, at=timezone.localtime()), "weekdays": WEEKDAYS.values()}
    return render(request, "dashboards/heat.html", context)


@needs_role(*words.CALL_READERS)
@require_GET
def heat_rows(request: HttpRequest, weekday: int, slot: int) -> HttpResponse:
    """The calls of one cell."""
    if weekday not in heat.DAYS or slot not in heat.SLOTS:
        raise Http404
    window, context, kind = _heat(request)
    found = heat.calls(scope(request), window, kind).filter(weekday=weekday, slot=slot)
    page = Paginator(found.select_related("place").distinct(), PAGE).get_page(request.GET.get("page"))
    context |= {"page": page, "weekday": WEEKDAYS[str(weekday)], "slot": slot, "until": slot + heat.SLOT,
                "casedata": True}  # fmt: skip
    return render(request, "dashboards/heat_rows.html", context)
