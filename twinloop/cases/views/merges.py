"""Which calls are one quarrel: link, unlink, merge, split. Both ends must be within the viewer's scope."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from twinloop.cases import actions, forms, offers, rights, visibility
from twinloop.cases.models import IncidentLink
from twinloop.cases.showing import View
from twinloop.cases.views.page import act, on_dispute
from twinloop.people.gates import me


@require_POST
@on_dispute
def dispute_merge(request: HttpRequest, view: View) -> HttpResponse:
    form = forms.Merge(request.POST, auto_id="merge-%s")

    def run() -> None:
        actions.merge(
            view.dispute, offers.merge_target(form, view.scope), by=me(request), roles=view.scope.roles, at=view.at,
            why=form.cleaned_data["why"], version=form.cleaned_data["version"],
        )  # fmt: skip

    return act(request, view, ("overview", "merge"), form, run, offers.done("merge"))


@require_POST
@on_dispute
def dispute_split(request: HttpRequest, view: View) -> HttpResponse:
    form = forms.Move(request.POST, auto_id="split-%s")

    def run() -> None:
        actions.split_merge(
            view.dispute, by=me(request), roles=view.scope.roles, at=view.at, why=form.cleaned_data["why"],
            version=form.cleaned_data["version"],
        )  # fmt: skip

    return act(request, view, ("overview", "split"), form, run, offers.done("split"))


@require_POST
@on_dispute
def dispute_split_off(request: HttpRequest, view: View) -> HttpResponse:
    form = forms.choose(forms.SplitOff(request.POST, auto_id="split_off-%s"), view.split_choices())

    def run() -> None:
        rights.check("link", view.scope)
        numbers = form.cleaned_data["incidents"]
        calls = list(visibility.incidents(view.scope).filter(number__in=numbers))
        title, why = form.cleaned_data["title"], form.cleaned_data["why"]
        actions.split_off(view.dispute, calls, title=title, by=me(request), at=view.at, why=why)

    return act(request, view, ("links", "split_off"), form, run, _("已拆成两件"))


@require_POST
@on_dispute
def dispute_link_incident(request: HttpRequest, view: View) -> HttpResponse:
    form = forms.Link(request.POST, auto_id="link-%s")

    def run() -> None:
        rights.check("link", view.scope)
        call = offers.incident(form.cleaned_data["incident"], view.scope)
        actions.link(call, view.dispute, by=me(request), at=view.at, why=form.cleaned_data["why"])

    return act(request, view, ("links", "link"), form, run, _("已关联"))


@require_POST
@on_dispute
def dispute_unlink(request: HttpRequest, view: View, pk: int) -> HttpResponse:
    found = IncidentLink.objects.select_related("incident", "dispute")
    link = get_object_or_404(found, pk=pk, dispute=view.dispute)
    form = forms.Reason(request.POST, auto_id=f"link-{pk}-%s")

    def run() -> None:
        rights.check("link", view.scope)
        actions.unlink(link, by=me(request), at=view.at, why=form.cleaned_data["why"])

    return act(request, view, ("links", f"link-{pk}"), form, run, _("已取消关联"))
