"""Key places: the day's visits, one place, its plan, a visit on a phone, addresses that call too often."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from twinloop.cases.acting import once_only, see
from twinloop.cases.attempts import No, attempt
from twinloop.discovery.patrols import actions, forms, queries, words
from twinloop.discovery.patrols.models import KeyPlace, Plan
from twinloop.discovery.patrols.views.acting import spot_of, tapped
from twinloop.edge.masks import mask_address, mask_text
from twinloop.people.gates import me, needs_role, scope
from twinloop.people.models import Account
from twinloop.places.models import Place

PAGE = 50


@needs_role(*queries.POLICE)
@require_GET
def patrols(request: HttpRequest) -> HttpResponse:
    held, today = scope(request), timezone.localdate()
    sort = request.GET.get("sort", "")
    found = queries.spots(held).filter(closed_at__isnull=True).select_related("place")
    if sort in words.SPOTS:
        found = found.filter(sort=sort)
    page = Paginator(found.order_by("place__code", "name", "pk"), PAGE).get_page(request.GET.get("page"))
    due = queries.due_on(today, held)
    context = {
        "due": due, "left": sum(one.visit is None for one in due), "page": page, "sort": sort, "sorts": words.SPOTS,
        "keeper": held.has(*queries.KEEPERS), "casedata": True,
    }  # fmt: skip
    return render(request, "patrols/patrols.html", context)


@needs_role(*queries.KEEPERS)
@require_http_methods(["GET", "POST"])
def key_place_new(request: HttpRequest) -> HttpResponse:
    held = scope(request)
    places = {place.pk: place for place in queries.communities(held)}
    initial = {name: request.GET.get(name, "")[:120] for name in ("place", "address", "sort")}
    form = forms.Spot(request.POST if request.method == "POST" else None, initial=initial | {"once": uuid.uuid4()})
    form.offer((pk, place.name) for pk, place in places.items())
    no = None
    if request.method == "POST":
        no, pk = once_only(request, form, lambda: _kept(request, form, places).pk, "keyplace")
        if no is None:
            messages.success(request, _("已列入重点场所"))
            return see(reverse("key_place", args=[pk]))
    context = {"form": form, "no": no, "casedata": False}
    return render(request, "patrols/key_place_new.html", context, status=no.status if no else 200)


def _kept(request: HttpRequest, form: forms.Spot, places: dict[int, Place]) -> KeyPlace:
    given = form.cleaned_data
    return actions.keep_spot(
        name=given["name"], sort=given["sort"], place=places.get(given["place"]), address=given["address"],
        contact=form.who(), position=form.position(), is_from_data=given["sort"] == "calls", by=me(request),
        at=timezone.localtime(),
    )  # fmt: skip


@needs_role(*queries.POLICE)
@require_GET
def key_place(request: HttpRequest, pk: int) -> HttpResponse:
    return _place(request, spot_of(request, pk))


def _place(
    request: HttpRequest, spot: KeyPlace, *, form: forms.Plan | None = None, no: No | None = None
) -> HttpResponse:
    held = scope(request)
    visits = queries.visits(held).filter(spot=spot).select_related("by", "lead")[:20]
    context: dict[str, Any] = {
        "spot": spot, "visits": [(v, mask_text(v.text)) for v in visits],
        "hazards": queries.hazards(held).filter(spot=spot).order_by("state", "deadline")[:20],
        "plan": spot.plans.filter(until__isnull=True).select_related("account").first(),
        "keeper": held.has(*queries.KEEPERS), "refused": no.sentence if no else "",
        "weekdays": words.WEEKDAYS, "casedata": True,
    }  # fmt: skip
    if context["keeper"] and not context["plan"] and spot.closed_at is None:
        context["form"] = form or _plan_form(spot, initial={"since": timezone.localdate()})
    return render(request, "patrols/key_place.html", context, status=no.status if no else 200)


def _plan_form(spot: KeyPlace, *given: Any, **more: Any) -> forms.Plan:
    form = forms.Plan(*given, **more)
    people = queries.force_of(spot.station) if spot.station else Account.objects.none()
    form.offer((person.pk, person.name) for person in people)
    return form


@needs_role(*queries.KEEPERS)
@require_POST
def patrol_plan(request: HttpRequest, pk: int) -> HttpResponse:
    spot, at = spot_of(request, pk), timezone.localtime()
    form = _plan_form(spot, request.POST)

    def run() -> None:
        given = form.cleaned_data
        person = Account.objects.filter(pk=given["account"]).first() if given["account"] else None
        actions.plan_visits(
            spot, weekdays=given["weekdays"], since=given["since"] or at.date(), account=person, by=me(request), at=at
        )

    no = attempt(run) if form.is_valid() else No(422)
    if no:
        return _place(request, spot, form=form, no=no)
    messages.success(request, _("已排巡查"))
    return see(reverse("key_place", args=[pk]))


@needs_role(*queries.KEEPERS)
@require_POST
def patrol_plan_end(request: HttpRequest, pk: int) -> HttpResponse:
    spot = spot_of(request, pk)
    plan = get_object_or_404(Plan, spot=spot, until__isnull=True)
    no = attempt(lambda: actions.end_plan(plan, by=me(request), at=timezone.localtime()))
    return _place(request, spot, no=no) if no else see(reverse("key_place", args=[pk]))


@needs_role(*queries.KEEPERS)
@require_POST
def key_place_close(request: HttpRequest, pk: int) -> HttpResponse:
    spot = spot_of(request, pk)
    no = attempt(lambda: actions.close_spot(spot, by=me(request), at=timezone.localtime()))
    if no:
        return _place(request, spot, no=no)
    messages.success(request, _("已停用，记录还在"))
    return see(reverse("patrols"))


@needs_role(*queries.POLICE)
@require_http_methods(["GET", "POST"])
def patrol_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """On a phone, at the place: what was seen."""
    spot = spot_of(request, pk)
    form = forms.Visit(request.POST if request.method == "POST" else None, initial={"once": uuid.uuid4()})
    no = None
    if request.method == "POST":
        no, _made = once_only(request, form, lambda: _visited(request, spot, form), "patrol")
        if no is None:
            found = form.cleaned_data["found"]
            messages.success(request, _("已记下，纠纷已报为线索") if found == "dispute" else _("已记下"))
            return see(f"{reverse('hazard_new')}?spot={pk}" if found == "hazard" else reverse("patrols"))
    context = {"spot": spot, "form": form, "no": no, "casedata": True}
    return render(request, "patrols/visit.html", context, status=no.status if no else 200)


def _visited(request: HttpRequest, spot: KeyPlace, form: forms.Visit) -> int:
    given = form.cleaned_data
    return actions.visit(
        spot, found=given["found"], text=given["text"], position=form.position(), by=me(request), at=tapped(form)
    ).pk


@needs_role(*queries.KEEPERS)
@require_GET
def call_heavy(request: HttpRequest) -> HttpResponse:
    """Where and when to patrol: addresses that call far more than usual; a person takes them up or not."""
    held, at = scope(request), timezone.localtime()
    found = queries.call_heavy(held, at=at)
    times = queries.when_to_go([one for one, _place in found], held, at=at)
    rows = [
        (one, place, mask_address(one.counted.address), times[one.counted.place, one.counted.key])
        for one, place in found
    ]
    context = {"rows": rows, "weekdays": words.WEEKDAYS, "casedata": bool(rows)}
    return render(request, "patrols/call_heavy.html", context)
