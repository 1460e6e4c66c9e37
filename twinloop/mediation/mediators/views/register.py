"""The list of mediators with its filters, a new line of the register, a changed one."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from twinloop.cases.acting import once_only, see
from twinloop.cases.queries import types
from twinloop.mediation.mediators import actions, forms, queries, showing, words
from twinloop.mediation.mediators.models import Mediator
from twinloop.people.gates import me, needs_role, scope
from twinloop.places.models import Place

PAGE = 50


def communities() -> list[Place]:
    return list(Place.objects.served().communities().order_by("code"))


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


@needs_role(*queries.READERS)
@require_GET
def mediators(request: HttpRequest) -> HttpResponse:
    on, given = timezone.localdate(), request.GET
    asked = queries.Asked(
        group=given.get("group", "all"), team=_number(given.get("team", "")), place=_number(given.get("place", "")),
        skill=given.get("skill", "")[:4], language=given.get("language", "")[:10],
    )  # fmt: skip
    page = Paginator(queries.listed(asked, on), PAGE).get_page(given.get("page"))
    rest = given.copy()
    for name in ("group", "page"):
        rest.pop(name, None)
    context = {
        "page": page, "rows": showing.rows(list(page.object_list), on), "asked": asked, "groups": words.GROUPS.items(),
        "rest": rest.urlencode(), "teams": queries.teams(on), "places": communities(),
        "types": [(one.code, one.name) for one in types(on)], "languages": words.LANGUAGES.items(),
        "narrowed": bool(asked.team or asked.place or asked.skill or asked.language or asked.group != "all"),
        "may_keep": scope(request).has(*queries.KEEPERS),
    }  # fmt: skip
    return render(request, "mediators/mediators.html", context)


@needs_role(*queries.KEEPERS)
@require_http_methods(["GET", "POST"])
def mediator_new(request: HttpRequest) -> HttpResponse:
    return _form(request, None)


@needs_role(*queries.KEEPERS)
@require_http_methods(["GET", "POST"])
def mediator_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = queries.one(pk, timezone.localdate())
    if found is None:
        raise Http404
    return _form(request, found)


def _form(request: HttpRequest, found: Mediator | None) -> HttpResponse:
    on, at = timezone.localdate(), timezone.localtime()
    initial = {"once": uuid.uuid4(), **(forms.typed(found) if found else {})}
    form = forms.Register(request.POST if request.method == "POST" else None, initial=initial, today=on)
    accounts = [] if found else queries.candidates(on)
    form.offer(accounts, [(one.code, one.name) for one in types(on)], communities(), list(queries.rooms(on)))
    if found:
        del form.fields["account"]
    no = None
    if request.method == "POST":

        def act() -> int:
            given, by = form.given(), me(request)
            return (actions.change(found, given, by=by, at=at) if found else actions.enrol(given, by=by, at=at)).pk

        no, pk = once_only(request, form, act)
        if no is None:
            messages.success(request, _("名册已改") if found else _("已列入名册"))
            return see(reverse("mediator", args=[pk]))
    context = {"form": form, "no": no, "one": found}
    return render(request, "mediators/mediator_form.html", context, status=no.status if no else 200)
