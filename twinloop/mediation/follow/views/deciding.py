"""A nomination: its reasons, the teams that fit, a chief's word; the part on a dispute's page."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from twinloop.cases import visibility
from twinloop.cases.acting import Once, once_only, see
from twinloop.cases.actions import look
from twinloop.cases.attempts import No
from twinloop.edge.masks import mask_text
from twinloop.mediation.follow import actions, forms, queries, showing
from twinloop.mediation.follow.models import Nomination
from twinloop.people.gates import me, needs_role, scope


@needs_role(*queries.READERS)
@require_http_methods(["GET", "POST"])
def follow_nomination(request: HttpRequest, nomination: int) -> HttpResponse:
    held, at = scope(request), timezone.localtime()
    found: Nomination = get_object_or_404(queries.nominations(held), pk=nomination)
    fits = [] if found.decision else queries.fits(found.dispute, at.date())
    if request.method == "GET":
        look(found.dispute, by=me(request), at=at, where="follow_nomination")
        form = forms.Decide(initial={"once": uuid.uuid4()}, auto_id="decide-%s")
        form.offer(fits)
        return _page(request, found, fits, form)
    if not held.has(*queries.DECIDERS):
        return _page(request, found, fits, forms.Decide(auto_id="decide-%s"), No(403, _("由所长或分局领导决定")))
    form = forms.Decide(request.POST, auto_id="decide-%s")
    form.offer(queries.fits(found.dispute, at.date()))

    def act() -> int:
        said = form.cleaned_data
        made = actions.decide(
            found, said["decision"], form.teams.get(said["team"]), why=said["why"], by=me(request), at=at
        )
        return made.pk if made else 0

    no, made = once_only(request, form, act)
    if no is not None:
        return _page(request, found, fits, form, no)
    messages.success(request, _("已交 2+2 攻坚") if made else _("已记下：不用 2+2"))
    return see(reverse("follow_campaign", args=[made]) if made else reverse("follow"))


def _page(
    request: HttpRequest, found: Nomination, fits: list[queries.Fit], form: forms.Decide, no: No | None = None
) -> HttpResponse:
    teams = [
        (fit, [(name, queries.why_of(code)) for name, code in fit.bound], form["team"].value() == str(fit.team.pk))
        for fit in fits
    ]
    context = {
        "nomination": found, "dispute": found.dispute, "title": mask_text(found.dispute.title),
        "reasons": showing.reasons(found), "since": showing.since(found.dispute, timezone.localdate()),
        "teams": teams, "form": form, "no": no, "decides": scope(request).has(*queries.DECIDERS), "casedata": True,
    }  # fmt: skip
    return render(request, "follow/nomination.html", context, status=no.status if no else 200)


@needs_role(*queries.READERS)
@require_GET
def follow_part(request: HttpRequest, number: str) -> HttpResponse:
    """On a dispute's page: what the rule says, who works on it, the way to each form."""
    held, at = scope(request), timezone.localtime()
    dispute = get_object_or_404(visibility.disputes(held), number=number)
    waiting, campaigns, declined = showing.of(held, dispute)
    running = next((one for one in campaigns if not one.outcome), None)
    context = {
        "dispute": dispute, "waiting": waiting, "why": showing.reasons(waiting) if waiting else [], "running": running,
        "card": showing.card(running, at.date()) if running else None, "over": [c for c in campaigns if c.outcome],
        "declined": declined, "grounds": [] if waiting or running else queries.said_grounds(dispute, at.date()),
        "once": uuid.uuid4(),
    }  # fmt: skip
    return render(request, "follow/part.html", context)


@needs_role(*queries.READERS)
@require_POST
def follow_nominate(request: HttpRequest, number: str) -> HttpResponse:
    """A person asks; the rule still has to find a ground."""
    dispute = get_object_or_404(visibility.disputes(scope(request)), number=number)
    at = timezone.localtime()
    no, _pk = once_only(request, Once(request.POST), lambda: actions.nominate(dispute, by=me(request), at=at).pk)
    if no is None:
        messages.success(request, _("已提名，等所长定"))
    else:
        messages.error(request, no.sentence)
    return see(reverse("dispute", args=[dispute.number]))
