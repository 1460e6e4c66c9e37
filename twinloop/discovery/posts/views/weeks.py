"""The week's grid of all villages, planning by hand, and a village's own page."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from twinloop.cases.acting import now, said, see_other, tried
from twinloop.discovery.posts import actions, queries, rights, showing, visibility, words
from twinloop.discovery.posts.forms import ReasonForm, ShiftForm
from twinloop.discovery.posts.models import Shift
from twinloop.people.gates import me, needs_role, scope
from twinloop.places.models import Place


def _week(request: HttpRequest, text: str) -> queries.Week:
    """2026-W16, or this one."""
    found = queries.week_named(text, today=now().date())
    if found is None:
        raise BadRequest
    return found


@needs_role(*visibility.EVERYBODY)
@require_safe
def posts(request: HttpRequest) -> HttpResponse:
    """The grid for those who plan and watch; for an auxiliary the own week."""
    viewer, today = scope(request), now().date()
    if not viewer.has(*visibility.READERS):
        own = [showing.kept(shift, today=today) for shift in queries.own(viewer, today=today)]
        return render(request, "posts/own.html", {"own": own, "today": today})
    week = _week(request, request.GET.get("week", ""))
    grid = queries.grid(viewer, week, today=today)
    context = {
        "week": week, "back": week.later(-1), "forth": week.later(1), "this": queries.week_of(today), "today": today,
        "villages": showing.villages(grid, today=today),
        "days": list(zip(week.days, words.WEEKDAYS, strict=True)),
        "short": grid.of("short"), "missed": grid.of("missed"), "met": grid.of("met"), "coming": grid.of("on_course"),
        "may_plan": viewer.has(*visibility.PLANNERS), "is_open": week.days[-1] >= today,
        "reads_rotas": viewer.has("dispatcher", "chief", "bureau"),
    }  # fmt: skip
    return render(request, "posts/posts.html", context)


@needs_role(*visibility.PLANNERS)
@require_http_methods(["GET", "POST"])
def post_new(request: HttpRequest) -> HttpResponse:
    """One shift by hand; from a cell of the grid its village and day are filled in."""
    viewer, at = scope(request), now()
    place = visibility.villages(viewer).filter(code=request.GET.get("place", "")[:12]).first()
    initial: dict[str, object] = {"place": place, "on": _day(request.GET.get("on", "")) or at.date()}
    if place is not None:
        initial["account"] = visibility.auxiliaries(viewer, at=at.date()).filter(communities=place).first()
    form = ShiftForm(request.POST or None, initial=initial, scope=viewer, on=at.date())

    def act() -> None:
        rights.check_plan(form.cleaned_data["place"], viewer)
        actions.plan_shift(form.post(), by=me(request), at=at)

    if request.method == "POST" and tried(form, act):
        messages.success(request, _("已排班"))
        return see_other("posts", query={"week": str(queries.week_of(form.cleaned_data["on"]))})
    return render(request, "posts/shift_form.html", {"form": form}, status=422 if form.is_bound else 200)


def _day(text: str) -> object:
    try:
        return parse_date(text[:10])
    except ValueError:
        return None


@needs_role(*visibility.PLANNERS)
@require_POST
def post_drop(request: HttpRequest, pk: int) -> HttpResponse:
    shift, form = shift_of(request, pk), ReasonForm(request.POST)

    def act() -> None:
        rights.check_plan(shift.place, scope(request))
        actions.drop_shift(shift, by=me(request), at=now(), why=form.cleaned_data["why"] if form.is_valid() else "")

    said(request, act, _("已撤这个班"))
    return see_other("posts", query={"week": str(queries.week_of(shift.on))})


@needs_role(*visibility.PLANNERS)
@require_POST
def post_repeat(request: HttpRequest) -> HttpResponse:
    """The week before once more, as far as it goes; what does not is said."""
    viewer, at = scope(request), now()
    week = _week(request, request.POST.get("week", ""))
    places = [p for p in visibility.villages(viewer) if not showing.shut(rights.check_plan, p, viewer)]
    found = []
    said(request, lambda: found.append(actions.repeat_week(week, places, by=me(request), at=at)), "")
    for planned, refused in found:
        messages.success(request, _("沿用上一周，排了 %(count)s 个班") % {"count": planned})
        for why in showing.sentences(refused)[:5]:
            messages.warning(request, why)
    return see_other("posts", query={"week": str(week)})


@needs_role(*visibility.EVERYBODY)
@require_safe
def post_village(request: HttpRequest, code: str) -> HttpResponse:
    viewer, at = scope(request), now()
    place = get_object_or_404(Place.objects.select_related("parent"), code=code, kind="community")
    if not queries.is_watched(viewer, place):
        raise Http404
    found = queries.village(viewer, place, at=at)
    context = {
        "village": found,
        "place": place,
        "weeks": [(week, standing, words.STATES[standing.state]) for week, standing in found.weeks],
        "shifts": [showing.kept(shift, today=at.date()) for shift in found.shifts],
        "helps": [showing.helped(entry) for entry in found.helps],
        "checks": [showing.checked(entry) for entry in found.checks],
        "hours": showing.hours(found.year.spent),
        "year": at.year,
        "grid": viewer.has(*visibility.READERS),
        "casedata": True,
    }
    return render(request, "posts/village.html", context)


def shift_of(request: HttpRequest, pk: int) -> Shift:
    """Outside the viewer's scope there is none."""
    related = ("account", "place__parent", "dropped_by")
    return get_object_or_404(visibility.shifts(scope(request)).select_related(*related), pk=pk)
