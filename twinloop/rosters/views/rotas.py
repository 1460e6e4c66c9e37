"""The list of rotas; one with its grid, its problems and what the core said; planning it, changing it by hand."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from twinloop.cases.acting import now, said, see_other
from twinloop.cases.attempts import attempt
from twinloop.discovery.posts.words import WEEKDAYS
from twinloop.people.gates import me, needs_role, scope
from twinloop.people.models import Account, Unit
from twinloop.rosters import actions, export, jobs, rights, showing, words
from twinloop.rosters.forms import BeginForm, EditForm, PlanForm, WhyForm
from twinloop.rosters.models import Rota, Version
from twinloop.rosters.queries import facts, reading, visibility


def rota_of(request: HttpRequest, pk: int) -> Rota:
    """Outside the viewer's scope there is none."""
    found = reading.one(scope(request), pk)
    if found is None:
        raise Http404
    return found


@needs_role(*visibility.EVERYBODY)
@require_safe
def rotas(request: HttpRequest) -> HttpResponse:
    viewer = scope(request)
    if not viewer.has(*visibility.READERS):
        return redirect("my_rota")
    context = {
        "rotas": reading.listed(viewer)[:50], "may_make": bool(visibility.stations_of(viewer)),
        "swaps": reading.swaps_to_confirm(viewer) if visibility.stations_of(viewer) else [],
        "form": BeginForm(stations=_choices(request), initial={"month": _next_month(now().date())}),
    }  # fmt: skip
    return render(request, "rosters/rotas.html", context)


def _choices(request: HttpRequest) -> list[tuple[str, str]]:
    found = visibility.stations_of(scope(request))
    return [(str(one.pk) if one else "", str(one or words.DISTRICT)) for one in found]


def _next_month(on: date) -> str:
    return f"{on.year + (on.month == 12)}-{on.month % 12 + 1:02d}"


@needs_role(*visibility.MAKERS)
@require_POST
def rota_new(request: HttpRequest) -> HttpResponse:
    form, at = BeginForm(request.POST, stations=_choices(request)), now()
    if not form.is_valid():
        return _again(request, form)
    given = form.cleaned_data
    station = Unit.objects.get(pk=given["station"]) if given["station"] else None
    first, weeks = (given["first"], given["weeks"] or 4) if given["first"] else actions.month_of(given["month"])
    made: list[Rota] = []

    def act() -> None:
        rights.check_make(station, scope(request))
        made.append(actions.begin(station, first, weeks, by=me(request), at=at))

    no = attempt(act)
    if no is not None:
        form.add_error(None, no.sentence)
        return _again(request, form)
    return see_other("rota", made[0].pk)


def _again(request: HttpRequest, form: BeginForm) -> HttpResponse:
    viewer = scope(request)
    context = {"rotas": reading.listed(viewer)[:50], "may_make": True, "form": form, "swaps": []}
    return render(request, "rosters/rotas.html", context, status=422)


@needs_role(*visibility.EVERYBODY)
@require_safe
def rota(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "rosters/rota.html", context_of(request, rota_of(request, pk)))


def context_of(request: HttpRequest, found: Rota, refused: str = "", form: EditForm | None = None) -> dict[str, object]:
    viewer, at = scope(request), now()
    frame = facts.frame(found)
    page = showing.page(found, found.current, frame, today=at.date())
    by = "people" if request.GET.get("by") == "people" else "villages"
    shut = showing.shut(rights.check_change, found, viewer)
    watches = viewer.has(*visibility.READERS)
    running = actions.is_running(found, at)
    return {
        "rota": found, "page": page, "lines": page.grid.people if by == "people" else page.grid.villages, "by": by,
        "weeks": [found.days[n : n + 7] for n in range(0, len(found.days), 7)], "weekdays": WEEKDAYS,
        "today": at.date(), "state": words.STATES[found.state], "may_change": not shut, "watches": watches,
        "is_open": found.state in ("draft", "discussed", "published") and not shut and not running,
        "running": running, "spent": int((at - found.asked_at).total_seconds()) if found.asked_at else 0,
        "edit": form or EditForm(people=list(frame.people), places=list(frame.places)), "refused": refused,
        "plan": PlanForm(), "why": WhyForm(),
        "proposed": Version.objects.filter(rota=found, state="proposed").first() if not shut else None,
        "versions": found.versions.count(),
        "short": reading.short(found, frame, today=at.date()) if watches and found.state == "published" else [],
        "kept": reading.kept(found, today=at.date()) if watches and found.state == "published" else [],
    }  # fmt: skip


@needs_role(*visibility.MAKERS)
@require_POST
def rota_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """A small one at once, a large one by the worker."""
    found, at, form = rota_of(request, pk), now(), PlanForm(request.POST)
    seconds = form.cleaned_data["seconds"] if form.is_valid() else 20

    def act() -> None:
        rights.check_change(found, scope(request))
        if actions.is_quick(found):
            actions.plan(found, by=me(request), at=at, seconds=min(seconds, 5))
            return
        actions.ask_plan(found, seconds, by=me(request), at=at)
        jobs.plan.defer(rota=found.pk)

    said(request, act, "")
    return see_other("rota", pk)


@needs_role(*visibility.MAKERS)
@require_safe
def rota_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Asked every two seconds while the worker plans; when it is done the page comes anew."""
    found, at = rota_of(request, pk), now()
    if not actions.is_running(found, at):
        return HttpResponse(headers={"HX-Refresh": "true"})
    assert found.asked_at is not None
    context = {"rota": found, "spent": int((at - found.asked_at).total_seconds())}
    return render(request, "rosters/_progress.html", context)


@needs_role(*visibility.MAKERS)
@require_POST
def rota_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """One move on the grid or by the form; what breaks a rule is refused with the rule, the grid stays."""
    found, at = rota_of(request, pk), now()
    frame = facts.frame(found)
    cells = reading.cells(found.current)
    people, places = {*frame.people, *(c.account_id for c in cells)}, {*frame.places, *(c.place_id for c in cells)}
    form = EditForm(request.POST, people=sorted(people), places=sorted(places))
    refused = _("没有改：看看写的日期、村和人")
    if form.is_valid():
        given = form.cleaned_data
        source = None
        if given["from_on"] and given["from_account"] and given["from_place"]:
            source = actions.Spot(given["from_on"], given["from_account"].pk, given["from_place"].pk)
        account, place = (one.pk if one else None for one in (given["account"], given["place"]))
        put, drop = actions.meant(actions.spots(cells), source, given["on"], account, place)

        def act() -> None:
            rights.check_change(found, scope(request))
            if found.state == "published":
                actions.change(found, put, drop, given["why"], by=me(request), at=at)
            else:
                actions.edit(found, put, drop, by=me(request), at=at)

        no = attempt(act)
        refused = no.sentence if no else ""
    if not request.htmx:  # type: ignore[attr-defined]
        messages.error(request, refused) if refused else messages.success(request, _("已改"))
        return see_other("rota", pk)
    return render(request, "rosters/_body.html", context_of(request, rota_of(request, pk), refused))


@needs_role(*visibility.EVERYBODY)
@require_safe
def rota_export(request: HttpRequest, pk: int) -> HttpResponse:
    found, at = rota_of(request, pk), now()
    assert isinstance(request.user, Account)
    page = showing.page(found, found.current, facts.frame(found), today=at.date())
    content, rows = export.xlsx(found, page.grid, str(words.STATES[found.state]), viewer=request.user, at=at)
    actions.note_export(found, rows, by=me(request), at=at)
    name = f"rota-{found.first:%Y%m%d}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=export.XLSX, headers=headers)


@needs_role(*visibility.EVERYBODY)
@require_safe
def rota_versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Every version that was, newest first, with what it changed."""
    found = rota_of(request, pk)
    frame = facts.frame(found)
    rows = list(found.versions.select_related("base", "by", "decided_by").order_by("-no")[:20])
    names = showing.Names.of(frame, [cell for row in rows for cell in reading.cells(row)])
    context = {
        "rota": found, "rows": [(row, showing.differences(row, names), _words(row)) for row in rows],
        "state": words.STATES[found.state],
    }  # fmt: skip
    return render(request, "rosters/versions.html", context)


def _words(row: Version) -> tuple[str, str]:
    return str(words.SORTS[row.sort]), str(words.VERSIONS[row.state])
