"""The desk for leads: the list, one lead, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from twinloop.cases import filed
from twinloop.cases import visibility as cases
from twinloop.cases.attempts import attempt
from twinloop.discovery.leads import actions, forms, queries, showing, visibility
from twinloop.discovery.leads.models import Lead, LeadPhoto
from twinloop.discovery.leads.visibility import DECIDERS, READERS, REPORTERS
from twinloop.people.gates import me, needs_role, scope

PAGE = 50


@needs_role(*READERS)
@require_GET
def leads(request: HttpRequest) -> HttpResponse:
    held = scope(request)
    form = forms.Filter(request.GET, queries.offices(held))
    asked = form.asked()
    page = Paginator(queries.listed(held, asked), PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "tabs": showing.tabs(queries.counts(held, asked), asked, request.GET),
        "asked": asked,
        "page": page,
        "rows": [showing.row(lead, held) for lead in page],
        "casedata": bool(page),
    }
    return render(request, "leads/leads.html", context)


def seen(request: HttpRequest, number: str) -> Lead:
    """The visible one; what is not visible is not there."""
    found = visibility.leads(scope(request)).select_related(
        "place__parent", "station", "reporter", "decided_by", "incident", "dispute"
    )
    return get_object_or_404(found, number=number)


@needs_role(*READERS)
@require_GET
def lead_one(request: HttpRequest, number: str) -> HttpResponse:
    found = seen(request, number)
    actions.look(found, by=me(request), at=timezone.localtime(), where="page")
    return _page(request, found)


def _page(request: HttpRequest, found: Lead, *, status: int = 200, **more: object) -> HttpResponse:
    held, at = scope(request), timezone.localtime()
    context = {
        "lead": found,
        "shown": showing.shown(found, held, at=at),
        "accept": forms.Accept(initial=showing.first_guess(found), auto_id="accept-%s"),
        "join": forms.Join(auto_id="join-%s"),
        "decline": forms.Decline(auto_id="decline-%s"),
        "unmask": forms.Unmask(auto_id="unmask-form-%s"),
        "casedata": True,
        **more,
    }
    return render(request, "leads/one.html", context, status=status)


def _decide(
    request: HttpRequest, number: str, name: str, form: Form, act: Callable[[Lead], object], done: str
) -> HttpResponse:
    """Try a decision; what is wrong is said beside it, and nothing typed is lost."""
    found = seen(request, number)
    if not form.is_valid():
        return _page(request, found, status=422, **{name: form, "open": name})
    refused = attempt(lambda: act(found))
    if refused:
        again = seen(request, number)
        return _page(request, again, status=refused.status, **{name: form, "open": name, "refused": refused.sentence})
    messages.success(request, done)
    return redirect("lead_one", number=number)


@needs_role(*DECIDERS)
@require_POST
def lead_accept(request: HttpRequest, number: str) -> HttpResponse:
    form, by, roles = forms.Accept(request.POST, auto_id="accept-%s"), me(request), scope(request).roles

    def act(lead: Lead) -> None:
        actions.accept(lead, by=by, roles=roles, at=timezone.localtime(), **form.cleaned_data)

    return _decide(request, number, "accept", form, act, _("已受理，转为警情"))


@needs_role(*DECIDERS)
@require_POST
def lead_join(request: HttpRequest, number: str) -> HttpResponse:
    form, by, held = forms.Join(request.POST, auto_id="join-%s"), me(request), scope(request)

    def act(lead: Lead) -> None:
        typed = form.cleaned_data["dispute"].strip().upper()
        dispute = cases.disputes(held).filter(number=typed).first()
        actions.join(lead, dispute, by=by, roles=held.roles, at=timezone.localtime())

    return _decide(request, number, "join", form, act, _("已并入，警情已关联到这件纠纷"))


@needs_role(*DECIDERS)
@require_POST
def lead_decline(request: HttpRequest, number: str) -> HttpResponse:
    form, by, roles = forms.Decline(request.POST, auto_id="decline-%s"), me(request), scope(request).roles

    def act(lead: Lead) -> None:
        actions.decline(lead, by=by, roles=roles, at=timezone.localtime(), **form.cleaned_data)

    return _decide(request, number, "decline", form, act, _("不予受理，报的人看得到原因"))


@needs_role(*READERS)
@require_http_methods(["GET", "POST"])
def lead_unmask(request: HttpRequest, number: str, field: str) -> HttpResponse:
    """GET asks why; POST opens the field on the page for 60 seconds."""
    if field not in ("name", "phone"):
        raise Http404
    given = request.POST if request.method == "POST" else None
    found, form = seen(request, number), forms.Unmask(given, auto_id="unmask-form-%s")
    if request.method == "GET" or not form.is_valid():
        return _page(request, found, ask=field, unmask=form, status=422 if form.is_bound else 200)
    opened: list[str] = []
    by, held, at = me(request), scope(request), timezone.localtime()
    refused = attempt(
        lambda: opened.append(actions.unmask(found, field, scope=held, by=by, at=at, **form.cleaned_data))
    )
    if refused:
        return _page(request, found, ask=field, unmask=form, no=refused.sentence, status=refused.status)
    return _page(request, found, opened=field, value=opened[0])


@needs_role(*REPORTERS, "bureau")
@require_GET
def lead_photo(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A photo of a lead that the viewer may see: shown in the page as a picture, never run, never guessed at."""
    lead = seen(request, number)
    photo = get_object_or_404(LeadPhoto, pk=pk, lead=lead)

    def looked() -> None:
        actions.look(lead, by=me(request), at=timezone.localtime(), where=f"photo:{photo.pk}")

    return filed.served(photo, looked)
