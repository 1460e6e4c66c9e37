"""考核: a month's scores, one score with its rows, one's own, contesting and answering."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from twinloop.cases.acting import once_only, see
from twinloop.cases.attempts import No
from twinloop.cases.telling import language
from twinloop.edge.written import workbook
from twinloop.insight.assessments import actions, forms, opening, queries, showing, words
from twinloop.insight.assessments.models import Assessment, Score
from twinloop.insight.figures import windows
from twinloop.ledger.actions import record
from twinloop.people.gates import me, needs_role, scope

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@needs_role(*queries.LEADERS)
@require_GET
def assessment(request: HttpRequest) -> HttpResponse:
    """One month of one kind; the newest first."""
    found, kind = _picked(request)
    held = scope(request)
    rows = queries.of_assessment(held, found) if found else []
    waiting = queries.contests(held).filter(answer="")
    told = [(row, showing.lines(row), showing.figures(row)) for row in rows]
    context = {
        "kind": kind, "kinds": list(words.KINDS.items()), "one": found,
        "months": Assessment.objects.filter(kind=kind)[:13], "asides": showing.aside_names(kind),
        "rows": told, "judged": [one for one in told if one[0].verdict != "small"],
        "few": [one for one in told if one[0].verdict == "small"], "few_word": words.VERDICTS["small"],
        "tally": [(word, sum(row.verdict == code for row in rows), code) for code, word in words.VERDICTS.items()],
        "waiting": list(waiting[:20]), "heads": showing.lines(rows[0]) if rows else [], "casedata": True,
    }  # fmt: skip
    return render(request, "assessments/assessment.html", context)


def _picked(request: HttpRequest) -> tuple[Assessment | None, str]:
    kind = request.GET.get("kind", "person")
    kind = kind if kind in words.KINDS else "person"
    asked = request.GET.get("month", "")
    found = Assessment.objects.filter(kind=kind)
    if asked:
        month = windows.named(asked)
        if month is None:
            raise Http404
        return get_object_or_404(found, month=month), kind
    return found.first(), kind


@needs_role(*queries.LEADERS)
@require_GET
def assessment_table(request: HttpRequest) -> HttpResponse:
    """The month as XLSX. Taking it is written down."""
    found, kind = _picked(request)
    if found is None:
        raise Http404
    at = timezone.localtime()
    rows = queries.of_assessment(scope(request), found)
    heads: list[str] = []
    beside = showing.aside_names(kind)
    lines: list[tuple[Any, ...]] = []
    for row in rows:
        told = showing.lines(row)
        heads = [one.name for one in told]
        shares = [f"{one.share or '—'} ({one.line.hits}/{one.line.of})" for one in told]
        lines.append((row.subject, *shares, row.total, str(row.get_verdict_display()), *showing.figures(row)))
    said = _("考核 %(month)s，导出于 %(at)s") % {"month": f"{found.month:%Y-%m}", "at": f"{at:%Y-%m-%d %H:%M}"}
    book, count = workbook(
        _("考核"), said, (str(words.KINDS[kind]), *heads, _("得分"), _("结果"), *beside), lines,
        creator=str(request.user), at=at.replace(tzinfo=None, microsecond=0),
        widths=(14, *(20 for _head in heads), 8, 14, *(14 for _name in beside)),
    )  # fmt: skip
    record(found.stream, "assessment_exported", by=me(request), at=at, is_look=True, rows=count)
    answer = HttpResponse(book, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="assessment-{kind}-{found.month:%Y%m}.xlsx"'
    return answer


@needs_role(*queries.READERS)
@require_GET
def assessment_mine(request: HttpRequest) -> HttpResponse:
    """One's own months, those of one's teams and of one's agency; the newest first."""
    own = queries.own(scope(request)).order_by("-assessment__month", "assessment__kind", "pk")
    rows = [(row, showing.lines(row), showing.asides(row)) for row in own[:24]]
    return render(request, "assessments/mine.html", {"rows": rows, "casedata": bool(rows)})


@needs_role(*queries.READERS)
@require_GET
def assessment_score(request: HttpRequest, score: int) -> HttpResponse:
    """A score opened to the disputes behind every figure; its contests."""
    return _score(request, _one(request, score))


def _one(request: HttpRequest, pk: int) -> Score:
    found: Score = get_object_or_404(queries.visible(scope(request)), pk=pk)
    return found


def _score(request: HttpRequest, score: Score, what: str = "", form: Any = None, no: No | None = None) -> HttpResponse:
    held = scope(request)
    behind = opening.opened(held, score)
    judged = queries.result(score)
    lines = [(showing.told(one), behind.get(one.measure.indicator)) for one in judged.lines]
    named = queries.keys(score)
    contests = [
        (one, [f"{showing.name_of(key.partition(' ')[0], language())} {named.get(key, '')}" for key in one.rows])
        for one in score.contests.select_related("by", "answered_by")
    ]
    open_ = next((one for one, _labels in contests if not one.answer), None)
    leads = held.has(*queries.LEADERS)
    proposed = score.nominations.select_related("by")  # to the nominee once it is decided
    may = {
        "contest": open_ is None and queries.is_own(held, score),
        "answer": open_ is not None and leads and open_.by_id not in held.accounts,
        "nominate": leads and score.verdict != "small",
    }
    asks: dict[str, Any] = {
        "contest": forms.Contest(auto_id="contest-%s", initial={"once": uuid.uuid4()}),
        "answer": forms.Answer(auto_id="answer-%s", initial={"once": uuid.uuid4()}),
        "nominate": forms.Nominate(
            of_person=bool(score.account_id), auto_id="nominate-%s", initial={"once": uuid.uuid4()}
        ),
    }
    if form is not None:
        asks[what] = form
    asking = next((one for one in ("contest", "answer") if may[one]), "")  # whose ticks stand beside the rows
    ticked = (
        set(form["rows"].value() or []) if what == asking and form is not None else set(open_.rows if open_ else [])
    )
    context = {
        "score": score, "lines": lines, "judged": judged, "asides": showing.asides(score), "contests": contests,
        "open": open_, "year": showing.year(score),
        "asks": asks, "no": no, "what": what, "may": may, "asking": asking, "ticked": ticked,
        "nominations": list(proposed if leads else proposed.exclude(state="proposed")), "leads": leads,
        "casedata": True,
    }  # fmt: skip
    return render(request, "assessments/score.html", context, status=no.status if no else 200)


@needs_role(*queries.READERS)
@require_POST
def assessment_do(request: HttpRequest, score: int, what: str) -> HttpResponse:
    """Contest, answer, nominate; refused, the page comes back with what was typed."""
    kinds = {"contest": forms.Contest, "answer": forms.Answer, "nominate": forms.Nominate}
    if what not in kinds:
        raise Http404
    row, at = _one(request, score), timezone.localtime()
    form: Any = kinds[what](request.POST, auto_id=f"{what}-%s")

    def act() -> int:
        given = form.cleaned_data
        who: dict[str, Any] = {"by": me(request), "scope": scope(request), "at": at}
        if what == "contest":
            return actions.contest(row, given["why"], given["rows"], **who).pk
        if what == "nominate":
            return actions.nominate(row, given["honour"], given["grounds"], **who).pk
        found = get_object_or_404(row.contests.order_by("-at")[:1])
        return actions.answer(found, given["answer"], given["text"], given["rows"], **who).pk

    no, _pk = once_only(request, form, act)
    if no is not None:
        sentence = no.sentence or _("没有保存：还差一样，选好再交")
        return _score(request, row, what, form, No(no.status, sentence))
    messages.success(request, _("已记下"))
    return see(reverse("assessment_score", args=[row.pk]))
