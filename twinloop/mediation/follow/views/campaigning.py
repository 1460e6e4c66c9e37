"""One campaign: what was done, what comes next, its end; 我的 2+2 on a phone."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from twinloop.cases.acting import Once, once_only, see
from twinloop.cases.actions import look
from twinloop.cases.attempts import No
from twinloop.edge.masks import mask_text
from twinloop.mediation.follow import actions, forms, queries, showing
from twinloop.mediation.follow.models import Campaign
from twinloop.people.gates import me, needs_role, scope


def _one(request: HttpRequest, campaign: int) -> Campaign:
    found: Campaign = get_object_or_404(
        showing.with_steps(queries.campaigns(scope(request)).select_related("started_by", "ended_by")), pk=campaign
    )
    return found


@needs_role(*queries.READERS)
@require_http_methods(["GET", "POST"])
def follow_campaign(request: HttpRequest, campaign: int) -> HttpResponse:
    """Everything about it; a member writes the next step here, also without signal."""
    found, at = _one(request, campaign), timezone.localtime()
    if request.method == "GET":
        look(found.dispute, by=me(request), at=at, where="follow_campaign")
        return _page(request, found)
    form = forms.Did(request.POST, auto_id="did-%s")

    def act() -> int:
        said = form.cleaned_data
        return actions.step(
            found, said["kind"], said["on"] or at.date(), said["text"], then=said["then"], then_on=said["then_on"],
            by=me(request), at=at,
        ).pk  # fmt: skip

    no, _pk = once_only(request, form, act)
    if no is not None:
        return _page(request, found, did=form, no=no)
    messages.success(request, _("已记下这一步"))
    return see(reverse("follow_campaign", args=[found.pk]))


@needs_role(*queries.READERS)
@require_POST
def follow_end(request: HttpRequest, campaign: int) -> HttpResponse:
    """A chief, or a member, says how it ended."""
    found, form, at = _one(request, campaign), forms.End(request.POST, auto_id="end-%s"), timezone.localtime()
    if not _may_end(request, found):
        return _page(request, found, end=form, no=No(403, _("由队员或所长结束")))

    def act() -> int:
        said = form.cleaned_data
        return actions.end(found, said["outcome"], why=said["why"], by=me(request), at=at).pk

    no, _pk = once_only(request, form, act)
    if no is not None:
        return _page(request, found, end=form, no=no)
    messages.success(request, _("已结束这次攻坚"))
    return see(reverse("follow_campaign", args=[found.pk]))


def _may_end(request: HttpRequest, found: Campaign) -> bool:
    held = scope(request)
    return held.has(*queries.DECIDERS) or queries.is_member(held, found)


def _page(
    request: HttpRequest,
    found: Campaign,
    *,
    did: Once | None = None,
    end: Once | None = None,
    no: No | None = None,
) -> HttpResponse:
    at = timezone.localtime()
    fresh = {"once": uuid.uuid4(), "on": at.date()}
    context = {
        "campaign": found, "dispute": found.dispute, "title": mask_text(found.dispute.title),
        "card": showing.card(found, at.date()),
        "steps": [(one, mask_text(one.text)) for one in found.taken],  # type: ignore[attr-defined]
        "members": list(found.members.select_related("unit").order_by("kind", "name")),
        "is_member": queries.is_member(scope(request), found), "may_end": _may_end(request, found),
        "did": did or forms.Did(initial=fresh, auto_id="did-%s"),
        "end": end or forms.End(initial={"once": uuid.uuid4()}, auto_id="end-%s"), "ends": end is not None,
        "no": no, "casedata": True,
    }  # fmt: skip
    return render(request, "follow/campaign.html", context, status=no.status if no else 200)


@needs_role(*queries.WRITERS)
@require_GET
def follow_mine(request: HttpRequest) -> HttpResponse:
    cards = showing.mine(scope(request), at=timezone.localtime())
    return render(request, "follow/mine.html", {"cards": cards, "casedata": bool(cards)})
