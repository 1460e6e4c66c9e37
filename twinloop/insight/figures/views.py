"""指标: all of them, and one opened down to its rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from twinloop.insight.figures import durable, forms, outside, queries, windows, words
from twinloop.people.gates import needs_role, scope

ROLES = ("dispatcher", "community_officer", "chief", "bureau")
# one figure also opens for who answers for some of its rows: their dashboard leads there
OPENERS = (*ROLES, "officer", "auxiliary", "mediator", "agency")
PAGE = 50


def spanned(request: HttpRequest, otherwise: str = "month") -> tuple[windows.Window, dict[str, Any]]:
    """The window that the address asks for, and what the page says of it."""
    form = forms.Span(request.GET if request.GET.get("span") else {"span": otherwise})
    span, window = form.window(today=timezone.localdate())
    query = urlencode({name: value for name, value in form.data.items() if name in form.fields and value})
    last = windows.last_day(window)
    shown = form if span == "own" else forms.Span(initial={"first": window.start, "last": last})
    return window, {
        "form": shown, "span": span, "spans": words.SPANS.items(), "window": window, "last": last,
        "query": query,
    }  # fmt: skip


@needs_role(*ROLES)
@require_GET
def indicators(request: HttpRequest) -> HttpResponse:
    """Every figure of a window, each beside the window before it."""
    now = timezone.localtime()
    window, context = spanned(request)
    codes = [code for _name, inside in words.GROUPS for code in inside]
    knows = queries.known()
    found, earlier = queries.measure_beside(codes, window, windows.before(window), at=now, knows=knows)
    groups = [
        (name, [(found[c], words.FORMULAS[c], found[c].change(earlier[c])) for c in inside])
        for name, inside in words.GROUPS
    ]
    held = scope(request)
    context |= {"groups": groups, "reach": knows.reach, "may_frozen": held.has("chief", "bureau")}
    context["outside"] = outside.newest(context["last"], at=now) if held.has(*words.OUTSIDE_READERS) else []
    return render(request, "figures/indicators.html", context)


@needs_role(*OPENERS)
@require_GET
def one(request: HttpRequest, indicator: str) -> HttpResponse:
    """One figure: by community, type or month, and the rows behind it."""
    if indicator not in words.FORMULAS:
        raise Http404
    now = timezone.localtime()
    window, context = spanned(request)
    figure = queries.measure(indicator, window, at=now)
    part = _known(request, "part", words.PARTS, "in")
    sides = words.SIDES.get(indicator, {}) | words.BY
    by = _known(request, "by", sides, next(iter(sides)) if indicator in words.SIDES else "place")
    parted = queries.parted(indicator, by, window, at=now)
    of = next((one for name, one in parted if name == request.GET.get("of")), None)
    line = request.GET["of"] if of else ""
    shown = of or figure
    sizes = {"in": shown.hits, "of": shown.of - shown.hits, "out": sum(shown.excluded.values())}
    page = Paginator(range(sizes[part]), PAGE).get_page(request.GET.get("page"))
    first = max(page.start_index() - 1, 0)
    context |= {
        "figure": figure, "formula": words.FORMULAS[indicator], "part": part, "by": by, "page": page, "casedata": True,
        "rows": queries.rows(
            indicator, part, window, scope(request), at=now, first=first, most=PAGE if sizes[part] else 0,
            by=by if of else "", of=line, is_common=of is None and sizes[part] * 10 > sum(sizes.values()),
        ),
        "line": queries.part_name(by, line) if line else words.UNKNOWN.get(by) if of else "", "line_code": line,
        "took": queries.agency_times(window, at=now) if indicator == "agency_answered" else {},
        "parts": [(key, name, sizes[key]) for key, name in words.PARTS.items()], "sides": sides.items(),
        "parted": _lines(parted, by), "head": words.HEADS[by], "is_one": of is not None,
        "sees_all_figures": scope(request).has(*ROLES),
    }  # fmt: skip
    return render(request, "figures/indicator.html", context)


def _lines(parted: list[tuple[str, queries.Counted]], by: str) -> list[tuple[str, str, queries.Counted]]:
    """(as an address names it, in words, its figure)."""
    return [(name, queries.part_name(by, name) or str(words.UNKNOWN.get(by, "")), one) for name, one in parted]


@needs_role(*ROLES)
@require_GET
def durability(request: HttpRequest) -> HttpResponse:
    """How long settlements hold, as a curve with its interval and a sentence; of each method beside the others."""
    window, context = spanned(request, "days_365")
    curves = durable.curves(window, at=timezone.localtime())
    shown = next((one for one in curves if one.mode == request.GET.get("mode")), curves[0] if curves else None)
    context |= {"curves": curves, "shown": shown, "reach": queries.reach()}
    context["rows_query"] = context["query"] or "span=days_365"
    return render(request, "figures/durability.html", context)


@needs_role(*ROLES)
@require_GET
def durability_rows(request: HttpRequest, day: int) -> HttpResponse:
    """The settlements behind one point of a curve: flared up by then, held as long, not watched so long."""
    if day not in durable.DRAWN.days:
        raise Http404
    window, context = spanned(request, "days_365")
    mode = request.GET.get("mode", "")
    mode = mode if mode in queries.METHODS else ""
    parts = durable.behind(window, mode, day, at=timezone.localtime())
    part = _known(request, "part", words.HELD, "flared")
    page = Paginator(parts[part], PAGE).get_page(request.GET.get("page"))
    seen = queries.disputes_of(scope(request), [one.dispute for one in page])
    context |= {
        "day": day, "mode": mode, "mode_name": queries.part_name("method", mode), "part": part, "page": page,
        "parts": [(code, name, len(parts[code])) for code, name in words.HELD.items()],
        "rows": [(one, seen.get(one.dispute)) for one in page], "casedata": True,
    }  # fmt: skip
    return render(request, "figures/durability_rows.html", context)


@needs_role("chief", "bureau")
@require_GET
def frozen(request: HttpRequest) -> HttpResponse:
    """A month as it was published, and what was corrected since."""
    months = queries.frozen_months()
    asked = request.GET.get("month", "")
    month = next((one for one in months if f"{one:%Y-%m}" == asked), months[0] if months else None)
    tables = queries.corrections(month, at=timezone.localtime()) if month else []
    return render(request, "figures/frozen.html", {"months": months, "month": month, "tables": tables})


def _known(request: HttpRequest, name: str, allowed: Mapping[str, object], otherwise: str) -> str:
    found = request.GET.get(name, otherwise)
    return found if found in allowed else otherwise
