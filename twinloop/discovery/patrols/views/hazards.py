"""Hazards: the list, a new one on a phone, its way until it is gone, the notice on paper, photos."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from twinloop.cases import filed
from twinloop.cases.acting import once_only, see
from twinloop.cases.attempts import No
from twinloop.discovery.patrols import actions, forms, queries, words
from twinloop.discovery.patrols.models import Hazard, HazardPhoto, HazardStep, KeyPlace
from twinloop.discovery.patrols.views.acting import hazard_of, tapped
from twinloop.edge.masks import mask_address, mask_text
from twinloop.ledger.actions import record
from twinloop.people.gates import me, needs_role, scope
from twinloop.people.models import Unit
from twinloop.places.models import Place

PAGE = 50
TABS = ("open", "overdue", "rectified", "closed", "all")


@needs_role(*queries.POLICE)
@require_GET
def hazards(request: HttpRequest) -> HttpResponse:
    held, today = scope(request), timezone.localdate()
    tab = request.GET.get("tab", "open")
    found = queries.hazards(held).select_related("place", "spot")
    if tab == "overdue":
        found = found.filter(state="open", deadline__lt=today)
    elif tab != "all":
        tab = tab if tab in words.HAZARD_STATES else "open"
        found = found.filter(state=tab)
    order = ("-at", "-pk") if tab in ("closed", "all") else ("deadline", "gravity", "pk")
    page = Paginator(found.order_by(*order), PAGE).get_page(request.GET.get("page"))
    counts = queries.hazard_counts(held, on=today)
    context = {
        "tab": tab, "tabs": [(code, counts[code]) for code in TABS], "page": page, "today": today,
        "rows": [(hazard, mask_text(hazard.text)) for hazard in page.object_list], "counts": counts,
        "casedata": bool(page.object_list),
    }  # fmt: skip
    return render(request, "patrols/hazards.html", context)


@needs_role(*queries.POLICE)
@require_http_methods(["GET", "POST"])
def hazard_new(request: HttpRequest) -> HttpResponse:
    held, asked = scope(request), request.GET.get("spot", "")
    spot = get_object_or_404(queries.spots(held), pk=asked) if asked.isdigit() else None
    places = {place.pk: place for place in queries.communities(held)}
    week = timezone.localdate() + timedelta(days=7)
    initial = {"once": uuid.uuid4(), "deadline": week, "place": spot.place_id if spot else None}
    form = forms.Hazard(request.POST if request.method == "POST" else None, initial=initial)
    form.offer((pk, place.name) for pk, place in places.items())
    no = None
    if request.method == "POST":
        no, pk = once_only(request, form, lambda: _found(request, form, spot, places).pk, "hazard")
        if no is None:
            messages.success(request, _("已记下隐患，到期没有改会提醒"))
            return see(reverse("hazard", args=[pk]))
    context = {"form": form, "no": no, "spot": spot}
    return render(request, "patrols/hazard_new.html", context, status=no.status if no else 200)


def _found(request: HttpRequest, form: forms.Hazard, spot: KeyPlace | None, places: dict[int, Place]) -> Hazard:
    given = form.cleaned_data
    return actions.find(
        sort=given["sort"], gravity=given["gravity"], text=given["text"], deadline=given["deadline"], spot=spot,
        place=places.get(given["place"]), address=given["address"], owner_unit=given["owner_unit"],
        owner=form.who(), photos=request.FILES.getlist("photos"), by=me(request), at=tapped(form),
    )  # fmt: skip


@needs_role(*queries.POLICE)
@require_GET
def hazard(request: HttpRequest, pk: int) -> HttpResponse:
    return _show(request, hazard_of(request, pk))


def _show(
    request: HttpRequest, found: Hazard, *, slot: str = "", form: forms.Step | None = None, no: No | None = None
) -> HttpResponse:
    kinds = {"notice": forms.Step, "refer": forms.Refer, "rectify": forms.Step, "recheck": forms.Recheck}
    asked: dict[str, forms.Step] = {
        code: kind(auto_id=f"{code}-%s", initial={"once": uuid.uuid4()}) for code, kind in kinds.items()
    }
    _offer_units(asked["refer"])
    if form is not None:
        asked[slot] = form
    steps = HazardStep.objects.filter(hazard=found).select_related("by", "unit").prefetch_related("photos")
    context = {
        "hazard": found, "text": mask_text(found.text), "address": mask_address(found.address), "asked": asked,
        "steps": [(step, _step_word(step), mask_text(step.text)) for step in steps], "slot": slot,
        "refused": no.sentence if no else "", "keeper": scope(request).has(*queries.KEEPERS),
        "today": timezone.localdate(), "casedata": True,
    }  # fmt: skip
    return render(request, "patrols/hazard.html", context, status=no.status if no else 200)


def _step_word(step: HazardStep) -> str:
    return str(words.STEPS[step.kind]).format(unit=step.unit or "")


def _offer_units(form: forms.Step) -> None:
    units = Unit.objects.filter(kind=Unit.Kind.AGENCY, closed_on__isnull=True).order_by("seat", "code")
    if isinstance(form, forms.Refer):
        form.offer((unit.pk, unit.name) for unit in units)


def _act(
    request: HttpRequest, pk: int, slot: str, form: forms.Step, act: Callable[[Hazard], object], done: str
) -> HttpResponse:
    found = hazard_of(request, pk)

    def run() -> int:
        act(found)
        return found.pk

    no, _made = once_only(request, form, run, f"hazard_{slot}")
    if no:
        return _show(request, hazard_of(request, pk), slot=slot, form=form, no=no)
    messages.success(request, done)
    return see(reverse("hazard", args=[pk]))


@needs_role(*queries.POLICE)
@require_POST
def hazard_notice(request: HttpRequest, pk: int) -> HttpResponse:
    form = forms.Step(request.POST, auto_id="notice-%s")
    return _act(
        request, pk, "notice", form,
        lambda h: actions.notify(h, text=form.cleaned_data["text"], by=me(request), at=tapped(form)), _("已记下告知"),
    )  # fmt: skip


@needs_role(*queries.POLICE)
@require_POST
def hazard_refer(request: HttpRequest, pk: int) -> HttpResponse:
    form = forms.Refer(request.POST, auto_id="refer-%s")
    _offer_units(form)

    def act(found: Hazard) -> object:
        unit = Unit.objects.filter(pk=form.cleaned_data["unit"]).first() if form.cleaned_data["unit"] else None
        return actions.refer(found, unit, text=form.cleaned_data["text"], by=me(request), at=tapped(form))

    return _act(request, pk, "refer", form, act, _("已转出"))


@needs_role(*queries.POLICE)
@require_POST
def hazard_rectify(request: HttpRequest, pk: int) -> HttpResponse:
    form, photos = forms.Step(request.POST, auto_id="rectify-%s"), request.FILES.getlist("photos")
    return _act(
        request, pk, "rectify", form,
        lambda h: actions.rectify(h, form.cleaned_data["text"], photos=photos, by=me(request), at=tapped(form)),
        _("已报整改，等复查"),
    )  # fmt: skip


@needs_role(*queries.KEEPERS)
@require_POST
def hazard_recheck(request: HttpRequest, pk: int) -> HttpResponse:
    form, photos = forms.Recheck(request.POST, auto_id="recheck-%s"), request.FILES.getlist("photos")

    def act(found: Hazard) -> object:
        given = form.cleaned_data
        return actions.recheck(
            found, given["result"] == "ok", given["text"], deadline=given["deadline"], photos=photos, by=me(request),
            at=tapped(form),
        )  # fmt: skip

    return _act(request, pk, "recheck", form, act, _("已记下复查"))


@needs_role(*queries.POLICE)
@require_GET
def hazard_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The notice to whoever answers for it, to print."""
    found = hazard_of(request, pk)
    context = {"hazard": found, "text": mask_text(found.text), "address": mask_address(found.address), "casedata": True}
    return render(request, "patrols/paper.html", context)


@needs_role(*queries.POLICE)
@require_GET
def hazard_photo(request: HttpRequest, pk: int, photo: int) -> HttpResponse:
    found = hazard_of(request, pk)
    one = get_object_or_404(HazardPhoto, pk=photo, hazard=found)

    def looked() -> None:
        record(found.stream, "looked", by=me(request), at=timezone.localtime(), is_look=True, where=f"photo:{one.pk}")

    return filed.served(one, looked)
