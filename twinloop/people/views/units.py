"""The bureau and its stations; agencies; what is missing."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from twinloop.people import actions, rights
from twinloop.people.forms import NewUnitForm, UnitForm
from twinloop.people.gates import needs_role, scope
from twinloop.people.models import Role, Unit
from twinloop.people.queries import units as queries
from twinloop.people.views.acting import LISTED_FOR, attempt, attempt_form, now


@needs_role(*LISTED_FOR)
@require_safe
def units(request: HttpRequest) -> HttpResponse:
    context = {
        "shapes": [(shape, shape.lacks()) for shape in queries.shapes(on=now().date())],
        "top": queries.top(),
        "shut": rights.why_not(rights.check_unit, by=scope(request)),
    }
    return render(request, "people/units.html", context)


@needs_role(Role.SYSTEM_ADMIN)
@require_http_methods(["GET", "POST"])
def unit_new(request: HttpRequest) -> HttpResponse:
    form = NewUnitForm(request.POST or None)

    def act() -> None:
        actions.create_unit(by=scope(request), at=now(), **form.cleaned_data)

    if request.method == "POST" and form.is_valid() and attempt_form(form, act):
        return redirect("units")
    return render(request, "people/unit_form.html", {"form": form})


@needs_role(Role.SYSTEM_ADMIN)
@require_http_methods(["GET", "POST"])
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    there = get_object_or_404(Unit.objects.select_related("parent"), pk=pk)
    now_so = {"name": there.name, "phone": there.phone, "seat": there.seat, "places": there.places.all()}
    form = UnitForm(request.POST or None, initial=now_so)

    def act() -> None:
        actions.change_unit(there, by=scope(request), at=now(), **form.cleaned_data)

    if request.method == "POST" and form.is_valid() and attempt_form(form, act):
        return redirect("units")
    return render(request, "people/unit_form.html", {"form": form, "unit": there})


@needs_role(Role.SYSTEM_ADMIN)
@require_POST
def unit_close(request: HttpRequest, pk: int) -> HttpResponse:
    there = get_object_or_404(Unit, pk=pk)
    closed = attempt(request, partial(actions.close_unit, there, by=scope(request), at=now()), _("已撤销"))
    return redirect("units") if closed else redirect("unit", pk)
