"""What all views of one dispute share: finding it, showing it, trying an act on it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from twinloop.cases import rights, showing, timeline, words
from twinloop.cases.attempts import No, attempt
from twinloop.cases.showing import View
from twinloop.people.gates import needs_role, scope

P = ParamSpec("P")
TABS = ("overview", "parties", "notes", "links", "clocks")
PAGE = 50  # events on a page of the whole timeline


def on_dispute(view: Callable[Concatenate[HttpRequest, View, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """The dispute of the address as the viewer may see it; outside the viewer's scope there is none (404)."""

    def found(request: HttpRequest, /, number: str, *args: P.args, **more: P.kwargs) -> HttpResponse:
        dispute = get_object_or_404(showing.seen(scope(request)), number=number)
        return view(request, View(dispute, scope(request), timezone.localtime()), *args, **more)

    return wraps(view)(needs_role(*rights.WORKERS)(found))


def show(
    request: HttpRequest, view: View, tab: str = "overview", *, no: No | None = None, status: int = 200
) -> HttpResponse:
    """The page, with one of its tabs open."""
    context = {
        "view": view,
        "dispute": view.dispute,
        "head": view.head(),
        "tab": tab,
        "clocks": view.clocks(),
        "moves": view.moves(),
        "notes_asked": view.notes_asked(),
        "looks": view.looks(),
        "counts": view.counts(),
        "asks": view.standing_asks(tab),
        "changes": timeline.changes(no.changes, view.mask) if no else [],
        "unmask_reasons": words.UNMASK_REASONS.items(),
        "casedata": True,
        **_part(request, view, tab),
    }
    context["refused"] = view.refused
    return render(request, "cases/dispute.html", context, status=status)


def _part(request: HttpRequest, view: View, tab: str) -> dict[str, Any]:
    """What the open tab alone needs."""
    match tab:
        case "overview":
            found = list(view.events().exclude(verb__in=timeline.QUIET)[: showing.SHOWN])
            return {"people": view.parties(), "lines": view.lines(found), "terms": view.terms(), "gate": view.gate()}
        case "timeline":
            page = Paginator(view.events(), PAGE).get_page(request.GET.get("page"))
            return {"page": page, "lines": view.lines(list(page.object_list))}
        case "parties":
            return {"people": view.parties()}
        case "notes":
            return {"notes": view.notes(), "files": view.files()}
        case "links":
            return {"links": view.links(), "merged": view.merged()}
    return {}


def act(
    request: HttpRequest, view: View, where: tuple[str, str], form: Form, run: Callable[[], object], done: str
) -> HttpResponse:
    """Try `run`; `where` = (tab, slot). Not done: the page again with the reason and everything that was typed."""
    tab, slot = where
    no = attempt(run) if form.is_valid() else No(422)
    if no is None:
        messages.success(request, done)
        return back(view, tab)
    fresh = get_object_or_404(showing.seen(view.scope), pk=view.dispute.pk)
    if isinstance(form.data, QueryDict) and "version" in form.data:  # whoever has read what changed may send again
        form.data = {**form.data.dict(), "version": fresh.version}
    shown = View(fresh, view.scope, view.at)
    shown.place(slot, form, no.sentence)
    return show(request, shown, tab, no=no, status=no.status)


def back(view: View, tab: str = "overview") -> HttpResponseRedirect:
    """See other: a reload does not send again."""
    address = reverse("dispute", args=[view.dispute.number])
    answer = HttpResponseRedirect(address if tab == "overview" else f"{address}?tab={tab}")
    answer.status_code = 303
    return answer
