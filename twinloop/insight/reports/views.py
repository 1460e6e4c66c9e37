"""研判报告: the list and making one by hand, a report with its versions, the rows behind each number, its files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from twinloop.cases.attempts import attempt
from twinloop.insight.reports import actions, bulletin, counting, export, forms, printing, queries, saying, words
from twinloop.insight.reports.models import Report
from twinloop.ledger.sight import see_as
from twinloop.people.gates import me, needs_role, scope, viewer

PAGE = 30
FORMATS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "pdf": "application/pdf",
}  # fmt: skip
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _found(request: HttpRequest, pk: int) -> Report:
    return get_object_or_404(queries.visible(scope(request)), pk=pk)


@needs_role(*queries.READERS)
@require_http_methods(["GET", "POST"])
def reports(request: HttpRequest) -> HttpResponse:
    """The newest version of each; a form makes one by hand."""
    areas = forms.Areas(scope(request))
    form = forms.New(areas, timezone.localdate(), request.POST if request.method == "POST" else None)
    refused = ""
    if request.method == "POST" and form.is_valid():
        kind, day, station, place = form.picked()
        answer, refused = _made(request, kind, day, station, place)
        if answer is not None:
            return answer
    of, area = request.GET.get("kind", ""), request.GET.get("area", "")
    found = queries.listed(scope(request), of, areas.stations.get(area), areas.places.get(area), whole=area == "d")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form, "refused": refused, "page": page, "kinds": forms.kinds(), "kind": of, "area": area,
        "areas": areas, "rows": [(one, saying.kind_name(one.kind), saying.span(one.period)) for one in page],
    }  # fmt: skip
    return render(request, "reports/reports.html", context, status=422 if request.method == "POST" else 200)


def _made(request: HttpRequest, kind: Any, day: Any, station: Any, place: Any) -> tuple[HttpResponse | None, str]:
    """Where to go on after making it; or nothing, and why it was refused."""
    found: list[tuple[Report, bool]] = []
    no = attempt(lambda: found.append(
        actions.make(
            kind, day, station, place, scope=scope(request), by=me(request), at=timezone.localtime()
        )
    ))  # fmt: skip
    if no is not None:
        return None, no.sentence
    report, is_new = found[0]
    said = _("做好了，第 {version} 版") if is_new else _("数没有变，还是第 {version} 版")
    messages.success(request, said.format(version=report.version))
    return redirect("report_page", report.pk), ""


@needs_role(*queries.READERS)
@require_GET
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One version of a report, with what it says otherwise than the one before."""
    found = _found(request, pk)
    versions = queries.versions(found)
    names, facts = saying.Names(), found.facts
    earlier = next((one for one in versions if one.version == found.version - 1), None)
    changes = queries.changes(earlier.facts, facts) if earlier else []
    context = {
        "report": found, "kind": saying.kind_name(found.kind), "span": saying.span(found.period),
        "area": saying.area(found), "versions": versions, "earlier": earlier,
        "changed": saying.changed(changes, names), "totals": saying.totals(facts),
        "findings": saying.findings(facts, names), "tried": saying.tried(facts),
        "suggestions": saying.suggestions(facts, names), "indicators": saying.indicators(facts),
        "parts": [(side, title, saying.parts(facts, side, names)) for side, title in words.SIDES.items()],
        "repeats": facts["repeats"], "repeated": facts["repeated"], "agencies": facts["agencies"],
        "formats": [("docx", "Word"), ("pdf", "PDF")], "bulletin": bulletin.of(found),
        "village_weeks": facts["village_weeks"], "has_before": bool(facts["before_days"]),
        "has_year_ago": bool(facts.get("year_ago")), "outside": saying.outside(facts),
    }  # fmt: skip
    return render(request, "reports/report.html", context)


@needs_role(*queries.READERS)
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Count it anew: late corrections make the next version."""
    found = _found(request, pk)
    answer, refused = _made(request, found.period.kind, found.last, found.station, found.place)
    if answer is None:
        messages.error(request, refused)
        return redirect("report_page", found.pk)
    return answer


@needs_role(*queries.READERS)
@require_GET
def rows(request: HttpRequest, pk: int, table: str, item: str) -> HttpResponse:
    """The rows behind one number, as they stand today; where they differ from the report, the page says so."""
    found, held, part = _found(request, pk), scope(request), request.GET.get("part", "in")
    then = queries.number(found.facts, table, item)
    if then is None or part not in words.PARTS:
        raise Http404
    code = "" if item == queries.NOTHING else item
    asked = _number(request.GET.get("page"))
    with see_as(counting.scope_of(found.station_id, found.place_id)):
        if table == "indicators":
            lines, share = queries.indicator_rows(found, code, part, held, first=(asked - 1) * PAGE, most=PAGE)
            sizes = {"in": share.hits, "of": share.of - share.hits, "out": sum(share.excluded.values())}
            count, now = sizes[part], f"{share.hits}/{share.of}"
        else:
            lines, count, amount = queries.rows(found, table, code, held, first=(asked - 1) * PAGE, most=PAGE)
            sizes, now = {}, str(amount)
    page = Paginator(range(count), PAGE).get_page(asked)
    context = {
        "report": found, "name": saying.name(found), "title": saying.label(table, code, saying.Names()),
        "then": then, "counted": now, "rows": lines, "page": page, "part": part, "casedata": True,
        "parts": [(one, title, sizes[one]) for one, title in words.PARTS.items()] if sizes else [],
    }  # fmt: skip
    return render(request, "reports/rows.html", context)


def _number(text: str | None) -> int:
    return min(max(int(text), 1), 100_000) if text and text.isascii() and text.isdigit() else 1


@needs_role(*queries.READERS)
@require_GET
def paper(request: HttpRequest, pk: int, format: str) -> HttpResponse:  # noqa: A002 - the address says it
    """The report as an official document, Word or PDF."""
    if format not in FORMATS:
        raise Http404
    found = _found(request, pk)
    content = printing.draw(found, by=me(request), at=timezone.localtime(), as_word=format == "docx")
    return _file(content, FORMATS[format], f"{saying.name(found)}.{format}")


@needs_role(*queries.READERS)
@require_GET
def table(request: HttpRequest, pk: int) -> HttpResponse:
    """All figures of a report as XLSX."""
    found = _found(request, pk)
    content = export.workbook_of(found, viewer(request), at=timezone.localtime())
    return _file(content, XLSX, f"{saying.name(found)}.xlsx")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = _disposition(name)
    return answer


def _disposition(name: str) -> str:
    from django.utils.http import content_disposition_header

    return content_disposition_header(True, name) or "attachment"
