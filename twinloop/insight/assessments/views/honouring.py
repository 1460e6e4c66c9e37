"""评优推荐: who was proposed on which grounds, the decision, the paper; 考核办法: the schemes with a preview."""

from __future__ import annotations

import uuid
from datetime import timedelta
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from twinloop.cases.acting import once_only, see
from twinloop.cases.attempts import No, attempt
from twinloop.cases.telling import language
from twinloop.insight.assessments import actions, forms, queries, showing, words
from twinloop.insight.assessments.models import Nomination, Scheme
from twinloop.insight.figures import windows
from twinloop.ledger.actions import record
from twinloop.papers import actions as papers
from twinloop.papers.kinds import KINDS
from twinloop.people.gates import me, needs_role, scope

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _nominations(request: HttpRequest) -> Any:
    seen = queries.visible(scope(request)).order_by()
    found = Nomination.objects.filter(score__in=seen)
    return found.select_related(
        "score__account__unit", "score__team__station", "score__place", "score__unit", "score__assessment", "by",
        "decided_by",
    )  # fmt: skip


@needs_role(*queries.LEADERS)
@require_http_methods(["GET", "POST"])
def nominations(request: HttpRequest) -> HttpResponse:
    """Proposals; the bureau decides each, by name and with a reason."""
    no, form, at = None, forms.Decide(request.POST or None), timezone.localtime()
    asked = request.POST.get("nomination", "")
    if request.method == "POST":
        row = get_object_or_404(_nominations(request), pk=int(asked) if asked.isdecimal() else 0)

        def act() -> int:
            given = form.cleaned_data
            return actions.decide(row, given["state"], given["why"], by=me(request), scope=scope(request), at=at).pk

        no, _pk = once_only(request, form, act)
        if no is None:
            messages.success(request, _("已记下"))
            return see(reverse("nominations"))
    rows = [
        (row, showing.lines(row.score), forms.Decide(auto_id=f"d{row.pk}-%s", initial={"once": uuid.uuid4()}))
        for row in _nominations(request).order_by("-score__assessment__month", "honour", "-at")[:100]
    ]
    months = [(month, list(found)) for month, found in groupby(rows, key=lambda row: row[0].score.assessment.month)]
    context = {"months": months, "no": no, "decides": scope(request).has("bureau"), "casedata": bool(rows)}
    return render(request, "assessments/nominations.html", context, status=no.status if no else 200)


@needs_role(*queries.LEADERS)
@require_http_methods(["GET"])
def nomination_paper(request: HttpRequest, proposal: int) -> HttpResponse:
    """The form as PDF or Word."""
    row = get_object_or_404(_nominations(request), pk=proposal)
    name = f"{KINDS['nomination'].name} {row.score.subject}"
    return _taken(request, "nomination", showing.paper(row), row.score.assessment.stream, name, row.score.subject)


@needs_role(*queries.LEADERS)
@require_http_methods(["GET"])
def nominations_paper(request: HttpRequest) -> HttpResponse:
    """The list of a month with every nominee's grounds, as PDF or Word."""
    month = windows.named(request.GET.get("month", ""))
    rows = list(_nominations(request).filter(score__assessment__month=month).order_by("honour", "at")) if month else []
    if not rows:
        raise Http404
    with translation.override("zh-hans"):  # as the paper itself
        name = f"{KINDS['nomination_list'].name} {month:%Y-%m}"
    return _taken(request, "nomination_list", showing.name_list(rows), rows[0].score.assessment.stream, name, name)


def _taken(request: HttpRequest, code: str, values: dict[str, Any], stream: str, name: str, foot: str) -> HttpResponse:
    """Drawn, and written down that it was taken."""
    at, kind = timezone.localtime(), request.GET.get("as", "pdf")
    if kind not in ("pdf", "docx"):
        raise Http404
    made = papers.draw(code, values, foot=foot, at=at, as_word=kind == "docx")
    record(stream, "nomination_taken", by=me(request), at=at, is_look=True, format=kind, paper=code)
    answer = HttpResponse(made, content_type=WORD if kind == "docx" else "application/pdf")
    answer["Content-Disposition"] = content_disposition_header(kind == "docx", f"{name}.{kind}") or ""
    answer["Cache-Control"] = "no-store"
    return answer


@needs_role("bureau")
@require_http_methods(["GET", "POST"])
def assessment_scheme(request: HttpRequest) -> HttpResponse:
    """Measures of a kind; a change is tried on the last month before it is used."""
    kind = request.GET.get("kind", "person")
    if kind not in words.KINDS:
        raise Http404
    at = timezone.localtime()
    next_month = (at.date().replace(day=1) + timedelta(days=32)).replace(day=1)
    now, ranks = queries.scheme(queries.kind_of(kind), at.date())
    start = {"since": next_month, "ranks": ranks}
    form = forms.Scheme(
        request.POST or None,
        now=now,
        offered=queries.offered(queries.kind_of(kind)),
        language=language(),
        initial=start,
    )
    no, tried = None, []
    if request.method == "POST":
        if not form.is_valid():
            no = No(422, _("没有保存：有一格不对，权重 0 到 100，达标线 0.1 到 100"))
        elif "try" in request.POST:
            no = attempt(lambda: tried.extend(actions.preview(queries.kind_of(kind), form.measures())))
        else:
            no = attempt(lambda: _set(request, kind, form))
            if no is None:
                messages.success(request, _("已保存，从那个月起用"))
                return see(f"{reverse('assessment_scheme')}?kind={kind}")
    context = {
        "kind": kind, "kinds": list(words.KINDS.items()), "form": form, "no": no,
        "tried": [(score, judged, words.VERDICTS[judged.verdict.value]) for score, judged in tried],
        "rows": Scheme.objects.filter(kind=kind).select_related("by")[:20], "asked": "try" in request.POST,
    }  # fmt: skip
    return render(request, "assessments/scheme.html", context, status=no.status if no else 200)


def _set(request: HttpRequest, kind: str, form: forms.Scheme) -> None:
    given = form.cleaned_data
    actions.set_scheme(
        queries.kind_of(kind), form.measures(), since=form.day(), ranks=given["ranks"], why=given["why"],
        by=me(request), scope=scope(request), at=timezone.localtime(),
    )  # fmt: skip
