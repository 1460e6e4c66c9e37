"""The day's report as page, Word and PDF; what was carried over in a span of days."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from twinloop.followup.daily import forms, queries, reporting
from twinloop.followup.daily.models import Day
from twinloop.ledger.actions import record
from twinloop.papers import actions as papers
from twinloop.people.gates import needs_role, scope, viewer

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PAGE, WEEK = 100, timedelta(days=6)


@needs_role(*queries.POLICE)
@require_GET
def day_report(request: HttpRequest, pk: int) -> HttpResponse:
    """How a day that is cut ended."""
    day = get_object_or_404(Day, pk=pk)
    report = reporting.of_day(scope(request), day)
    before, after = _beside(day)
    context = {"day": day, "report": report, "before": before, "after": after, "casedata": bool(report.carried)}
    return render(request, "daily/report.html", context)


def _beside(day: Day) -> tuple[Day | None, Day | None]:
    others = Day.objects.filter(made_at__isnull=False)
    return others.filter(day__lt=day.day).first(), others.filter(day__gt=day.day).order_by("day").first()


@needs_role(*queries.POLICE)
@require_GET
def day_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a paper. Taking it is written down."""
    day, at, who = get_object_or_404(Day, pk=pk, made_at__isnull=False), timezone.localtime(), viewer(request)
    kind = request.GET.get("as", "pdf")
    if kind not in ("pdf", "docx"):
        raise Http404
    report = reporting.of_day(scope(request), day)
    unit = str((who.unit.station or who.unit) if who.unit else "")
    made = papers.draw(
        "daily_report", reporting.values(report, unit), foot=f"{day.day:%Y-%m-%d}", at=at, as_word=kind == "docx"
    )
    record(day.stream, "day_exported", by=who.pk, at=at, is_look=True, format=kind, rows=report.tally.all)
    answer = HttpResponse(made, content_type=WORD if kind == "docx" else "application/pdf")
    answer["Content-Disposition"] = content_disposition_header(kind == "docx", f"日清日报 {day.day}.{kind}") or ""
    answer["Cache-Control"] = "no-store"
    return answer


@needs_role(*queries.POLICE)
@require_GET
def carried(request: HttpRequest) -> HttpResponse:
    """What was carried over, by whom, why, how often; the last week unless asked otherwise."""
    today = timezone.localdate()
    form = forms.Span(request.GET or None)
    first, last, reason = today - WEEK, today, ""
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        first, last, reason = given["first"] or first, given["last"] or last, given["reason"]
    span = reporting.carried(scope(request), first, last, reason)
    page = Paginator(span.rows, PAGE).get_page(request.GET.get("page"))
    initial: dict[str, date | str] = {"first": first, "last": last, "reason": reason}
    context = {
        "form": form if form.errors else forms.Span(initial=initial), "span": span, "page": page,
        "casedata": bool(page.object_list),
    }  # fmt: skip
    return render(request, "daily/carried.html", context)
