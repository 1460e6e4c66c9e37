"""Papers of a dispute, its dossier, and the templates in settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from twinloop.cases import actions as cases
from twinloop.cases import visibility
from twinloop.cases.attempts import attempt
from twinloop.cases.models import Dispute, Incident
from twinloop.edge.masks import mask_text
from twinloop.papers import actions, forms, queries, words
from twinloop.papers.kinds import KINDS, Kind, fillers
from twinloop.people.gates import needs_role, scope

PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _me(request: HttpRequest) -> int:
    assert request.user.pk is not None
    return request.user.pk


def _dispute(request: HttpRequest, number: str) -> Dispute:
    found = visibility.disputes(scope(request)).select_related("place", "station", "owner")
    return get_object_or_404(found, number=number)


def _file(content: bytes, kind: str, name: str, *, inline: bool = False) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = content_disposition_header(not inline, name) or "attachment"
    answer["Cache-Control"] = "no-store"
    return answer


@needs_role(*queries.READERS)
@require_GET
def papers(request: HttpRequest, number: str) -> HttpResponse:
    """Which papers can be taken, and what the dossier still lacks."""
    dispute = _dispute(request, number)
    cases.look(dispute, by=_me(request), at=timezone.localtime(), where="papers")
    return _papers(request, dispute)


def _papers(request: HttpRequest, dispute: Dispute, refused: str = "") -> HttpResponse:
    offers = queries.offers(dispute)
    lines = queries.lines(offers, len(queries.evidence(dispute)))
    context = {
        "dispute": dispute, "title": mask_text(dispute.title), "offers": offers, "refused": refused,
        "lines": [(line, words.PARTS[line.part], words.WHY[line.why]) for line in lines],
        "missing": sum(line.is_missing for line in lines), "casedata": True,
    }  # fmt: skip
    return render(request, "papers/papers.html", context, status=422 if refused else 200)


@needs_role(*queries.READERS)
@require_POST
def paper_take(request: HttpRequest, number: str, paper: str, subject: int) -> HttpResponse:
    """The paper itself, as PDF in the window or as a Word file."""
    dispute = _dispute(request, number)
    return _take(request, dispute, paper, subject, lambda refused: _papers(request, dispute, refused))


def _incident(request: HttpRequest, number: str) -> Incident:
    found = visibility.incidents(scope(request)).select_related("place", "station")
    return get_object_or_404(found, number=number)


@needs_role(*queries.READERS)
@require_GET
def incident_papers(request: HttpRequest, number: str) -> HttpResponse:
    """What can be printed of one report, with or without a dispute."""
    found = _incident(request, number)
    cases.look(found, by=_me(request), at=timezone.localtime(), where="papers")
    return _of_incident(request, found)


def _of_incident(request: HttpRequest, found: Incident, refused: str = "") -> HttpResponse:
    context = {"incident": found, "offers": queries.offers(found), "refused": refused, "casedata": True}
    return render(request, "papers/incident_papers.html", context, status=422 if refused else 200)


@needs_role(*queries.READERS)
@require_POST
def incident_paper(request: HttpRequest, number: str, paper: str, subject: int) -> HttpResponse:
    found = _incident(request, number)
    return _take(request, found, paper, subject, lambda refused: _of_incident(request, found, refused))


def _take(
    request: HttpRequest, about: Dispute | Incident, paper: str, subject: int, again: Callable[[str], HttpResponse]
) -> HttpResponse:
    at, as_word = timezone.localtime(), request.POST.get("as") == "docx"
    taken: list[Any] = []
    no = attempt(lambda: taken.extend(actions.take(about, paper, subject, by=_me(request), at=at, as_word=as_word)))
    if no is not None:
        return again(no.sentence)
    content, made = taken
    name = f"{KINDS[paper].name} {made.number}.{'docx' if as_word else 'pdf'}"
    return _file(content, WORD if as_word else PDF, name, inline=not as_word)


@needs_role(*queries.READERS)
@require_POST
def dossier_take(request: HttpRequest, number: str) -> HttpResponse:
    dispute = _dispute(request, number)
    content = actions.take_dossier(dispute, by=_me(request), at=timezone.localtime())
    return _file(content, PDF, f"卷宗 {dispute.number}.pdf", inline=True)


def _kind(code: str) -> Kind:
    if code not in fillers() and not (code in KINDS and KINDS[code].is_general):
        raise Http404
    return KINDS[code]


@needs_role(*queries.KEEPERS)
@require_GET
def paper_templates(request: HttpRequest) -> HttpResponse:
    return render(request, "papers/templates.html", {"rows": queries.templates()})


@needs_role(*queries.KEEPERS)
def paper_template(request: HttpRequest, paper: str) -> HttpResponse:
    """One template: what it may print, and putting another in its place."""
    one, refused = _kind(paper), ""
    form = forms.Replace(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        no = attempt(
            lambda: actions.replace_template(
                one, form.content(), given["file"].name, given["why"], by=_me(request), at=timezone.localtime()
            )
        )
        if no is None:
            messages.success(request, _("已换上新模板，下一份起用它"))
            return _see("paper_template", paper)
        refused = no.sentence
    _content, own = queries.template(paper)
    context = {
        "kind": one, "own": own, "form": form, "refused": refused, "tags": list(queries.values_known(paper)),
    }  # fmt: skip
    return render(request, "papers/template.html", context, status=422 if request.method == "POST" else 200)


@needs_role(*queries.KEEPERS)
@require_GET
def paper_template_file(request: HttpRequest, paper: str) -> HttpResponse:
    content, own = queries.template(_kind(paper).code)
    return _file(content, WORD, own.name if own else f"{KINDS[paper].name}.docx")


@needs_role(*queries.KEEPERS)
@require_POST
def paper_template_restore(request: HttpRequest, paper: str) -> HttpResponse:
    one = _kind(paper)
    no = attempt(lambda: actions.restore_template(one, by=_me(request), at=timezone.localtime()))
    if no is None:
        messages.success(request, _("已换回自带的模板"))
    else:
        messages.error(request, no.sentence)
    return _see("paper_template", paper)


def _see(name: str, kind: str) -> HttpResponseRedirect:
    answer = HttpResponseRedirect(reverse(name, args=[kind]))
    answer.status_code = 303
    return answer
