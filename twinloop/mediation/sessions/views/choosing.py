"""Choosing how a dispute is mediated: the suggestion, what the parties say, the decision. One page, two forms."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from twinloop.cases import visibility
from twinloop.cases.acting import once_only, see
from twinloop.cases.attempts import No
from twinloop.cases.models import Dispute, Party
from twinloop.cases.telling import sentence
from twinloop.edge.masks import mask_text
from twinloop.mediation.sessions import actions, advising, history, queries, words
from twinloop.mediation.sessions.advising import Advice
from twinloop.mediation.sessions.choosing_forms import TRACKS, Decision, Word
from twinloop.people.gates import me, needs_role, scope

CHOOSERS = ("officer", "community_officer", "mediator", "chief")  # whom the workflow lets open a mediation
SHOWN = 5


def _dispute(request: HttpRequest, number: str) -> Dispute:
    found = visibility.disputes(scope(request)).select_related("place", "station", "owner")
    return get_object_or_404(found, number=number)


def _track(request: HttpRequest) -> str:
    asked = request.GET.get("track", "")
    return asked if asked in dict(TRACKS) else ""


@needs_role(*queries.READERS)
@require_GET
def mediation_past(request: HttpRequest, number: str) -> HttpResponse:
    """On a dispute's page: everything that was tried by mediation, what came of it, what is kept."""
    found = history.of_dispute(scope(request), _dispute(request, number), timezone.localdate())
    times = sum(chapter.mediation is not None for chapter in found)
    return render(request, "sessions/history.html", {"chapters": found, "times": times})


@needs_role(*CHOOSERS)
@require_http_methods(["GET", "POST"])
def mediation_choose(request: HttpRequest, number: str) -> HttpResponse:
    """`?track=people|police` shows who may lead there; without it the suggested track."""
    dispute, at, held = _dispute(request, number), timezone.localtime(), scope(request)
    going_on = queries.live(dispute)
    if going_on is not None and request.method == "GET":
        return see(reverse("mediation_one", args=[going_on.pk]))
    advice = advising.advise(dispute, at=at, track=_track(request))
    if request.method != "POST":
        return _page(request, dispute, advice)
    form = Decision(request.POST)
    form.offer(advice)

    def act() -> int:
        data = form.cleaned_data
        pick = actions.Pick(
            strength=data["strength"], track=advice.track, lead=form.people[data["lead"]], why=data["why"],
            procedure=data["procedure"], accepted_on=data["accepted_on"],
        )  # fmt: skip
        return actions.choose(dispute, pick, by=me(request), roles=held.roles, at=at).pk

    no, pk = once_only(request, form, act)
    if no is None:
        messages.success(request, _("已定，去约第一次调解会"))
        return see(reverse("mediation_one", args=[pk]))
    return _page(request, dispute, advice, decision=form, no=no)


@needs_role(*CHOOSERS)
@require_POST
def mediation_wish(request: HttpRequest, number: str, party: int) -> HttpResponse:
    """What a party said when asked."""
    dispute, at = _dispute(request, number), timezone.localtime()
    who = get_object_or_404(Party.objects.select_related("dispute"), pk=party, dispute=dispute, removed_at=None)
    advice = advising.advise(dispute, at=at, track=_track(request))
    form = Word(request.POST, auto_id=f"word{party}-%s")
    form.offer(row.one for row in advice.suited)

    def act() -> int:
        return actions.wish(who, track=advice.track, by=me(request), at=at, **form.given()).pk

    no, _pk = once_only(request, form, act)
    if no is None:
        messages.success(request, _("已记下"))
        return see(f"{reverse('mediation_choose', args=[number])}?track={advice.track}")
    return _page(request, dispute, advice, word=(party, form), no=no)


def _page(
    request: HttpRequest, dispute: Dispute, advice: Advice, *, decision: Decision | None = None,
    word: tuple[int, Word] | None = None, no: No | None = None,
) -> HttpResponse:  # fmt: skip
    at = timezone.localtime()
    live = queries.live(dispute)
    if decision is None:
        strength = advice.suggestion.strength if advice.suggestion else "seek"
        lead = str(advice.first.pk) if advice.first else ""
        initial = {"once": uuid.uuid4(), "strength": strength, "lead": lead, "accepted_on": at.date()}
        decision = Decision(initial=initial)
        decision.offer(advice)
    context = {
        "dispute": dispute, "title": mask_text(dispute.title), "advice": advice, "track": words.TRACKS[advice.track],
        "tracks": TRACKS, "live": live, "grounds": _grounds(advice), "words": _words(dispute, advice, word),
        "strength": words.STRENGTHS[advice.suggestion.strength] if advice.suggestion else "",
        "refused_by_law": sentence(advice.refused) if advice.refused else "", "form": decision,
        "violent": bool(advice.refused and advice.refused.code == "mediation_violence_at_home"),
        "best": advice.suited[:SHOWN], "lacks": [] if advice.refused else advising.lacks(dispute, advice, at=at),
        "begins": dispute.state in ("handling", "mediating"), "no": no, "casedata": True,
    }  # fmt: skip
    return render(request, "sessions/choose.html", context, status=no.status if no else 200)


def _grounds(advice: Advice) -> list[str]:
    found = advice.suggestion.grounds if advice.suggestion else ()
    return [str(words.GROUNDS[ground]) for ground in found]


def _words(dispute: Dispute, advice: Advice, typed: tuple[int, Word] | None) -> list[dict[str, Any]]:
    """Each party with the newest word and the form for another."""
    rows = []
    for party in advising.parties_of(dispute):
        form = Word(auto_id=f"word{party.pk}-%s", initial={"once": uuid.uuid4(), "accepts": "yes"})
        is_open = typed is not None and typed[0] == party.pk
        if typed is not None and is_open:
            form = typed[1]
        form.offer(row.one for row in advice.suited)
        rows.append({"party": party, "wish": advice.said.get(party.pk), "form": form, "open": is_open})
    return rows
