"""The register of volunteers and their teams, campaigns, figures and what is taken away as a file."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from twinloop.cases.acting import now, said, see_other, tried
from twinloop.discovery.volunteers import actions, export, queries, rights, showing, visibility, words
from twinloop.discovery.volunteers.forms import CampaignForm, RegisterFilter
from twinloop.discovery.volunteers.models import Campaign
from twinloop.discovery.volunteers.views.activities import wanted
from twinloop.people.gates import me, needs_role, scope
from twinloop.people.models import Account


@needs_role(*visibility.KEEPERS)
@require_safe
def volunteers(request: HttpRequest) -> HttpResponse:
    viewer, on = scope(request), now().date()
    form = RegisterFilter(request.GET, scope=viewer)
    if not form.is_valid():
        raise BadRequest
    given = form.cleaned_data
    rows = queries.register(
        viewer, on=on, q=given["q"].strip(), order=given["order"],
        team=given["team"].pk if given["team"] else None, place=given["place"].pk if given["place"] else None,
    )  # fmt: skip
    page = Paginator(rows, queries.PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [showing.volunteer(account) for account in page],
        "teams": queries.teams(viewer, on=on),
        "team_sorts": words.TEAM_SORTS.items(),
        "may_sort": viewer.has("chief", "bureau", "dispatcher"),
        "year": on.year,
        "narrowed": any(request.GET.get(name) for name in ("q", "team", "place")),
        "may_record": viewer.has(*visibility.RECORDERS),
    }
    return render(request, "volunteers/volunteers.html", context)


@needs_role("chief", "bureau", "dispatcher")
@require_POST
def volunteer_team_sort(request: HttpRequest, pk: int) -> HttpResponse:
    team = get_object_or_404(visibility.volunteer_teams(scope(request)), pk=pk)
    sort = request.POST.get("sort", "")[:20]
    said(request, lambda: actions.sort_team(team, sort, by=me(request), at=now()), _("已记队伍类别"))
    return see_other("volunteers")


@needs_role(*visibility.READERS)
@require_safe
def campaigns(request: HttpRequest) -> HttpResponse:
    viewer = scope(request)
    context = {
        "campaigns": queries.campaigns(viewer),
        "shut": showing.shut(rights.check_campaign, viewer),
        "keeps": viewer.has(*visibility.KEEPERS),
        "may_record": viewer.has(*visibility.RECORDERS),
    }
    return render(request, "volunteers/campaigns.html", context)


@needs_role(*visibility.SET_CAMPAIGNS)
@require_http_methods(["GET", "POST"])
def campaign_form(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new one, or other words and dates for one that runs."""
    campaign = get_object_or_404(Campaign, pk=pk) if pk else None
    names = ("name", "goal", "starts_on", "ends_on")
    initial = {name: getattr(campaign, name) for name in names} if campaign else {"starts_on": now().date()}
    form = CampaignForm(request.POST or None, initial=initial)
    if request.method == "POST" and tried(form, lambda: actions.set_campaign(
        **form.cleaned_data, by=me(request), at=now(), campaign=campaign)):  # fmt: skip
        messages.success(request, _("已保存"))
        return see_other("campaigns")
    context = {"form": form, "campaign": campaign}
    return render(request, "volunteers/campaign_form.html", context, status=422 if form.is_bound else 200)


@needs_role(*visibility.SET_CAMPAIGNS)
@require_POST
def campaign_close(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = get_object_or_404(Campaign, pk=pk)
    said(
        request,
        lambda: actions.close_campaign(campaign, by=me(request), at=now()),
        _("已结束，原来的都还计入"),
    )
    return see_other("campaigns")


@needs_role(*visibility.READERS)
@require_safe
def activity_figures(request: HttpRequest) -> HttpResponse:
    """Counts by type, campaign, community and month; every row leads to exactly the activities that it counts."""
    viewer, (form, asked) = scope(request), wanted(request)
    if not (asked.since or asked.until):  # this year, unless something else is asked for
        year = now().year
        form, asked = form.within(date(year, 1, 1), date(year, 12, 31))
    total, tables = queries.figures(viewer, asked)
    query = form.query()
    context = {
        "form": form,
        "total": total,
        "tables": [(d, words.DIMENSIONS[d], showing.addressed(rows, query)) for d, rows in tables.items()],
        "base": urlencode(query),
        "keeps": viewer.has(*visibility.KEEPERS),
        "may_record": viewer.has(*visibility.RECORDERS),
    }
    return render(request, "volunteers/figures.html", context)


@needs_role(*visibility.READERS)
@require_GET
def activities_export(request: HttpRequest) -> HttpResponse:
    """`format`: xlsx (the list), csv (the list), figures (the counts). That it was taken is in the ledger."""
    viewer, (_form, asked), at = scope(request), wanted(request), now()
    assert isinstance(request.user, Account)
    form = request.GET.get("format", "xlsx")
    if form == "csv":
        (content, rows), kind, name = export.csv(viewer, asked), "text/csv; charset=utf-8", "activities.csv"
    else:
        write, name = (export.figures, "figures") if form == "figures" else (export.xlsx, "activities")
        (content, rows), kind, name = write(viewer, asked, viewer=request.user, at=at), export.XLSX, f"{name}.xlsx"
    actions.note_export(rows, by=me(request), at=at)
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
