"""After the report: its number and the next call; a dispute out of it; the caller told; handed on to another unit."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from twinloop.cases import actions as cases
from twinloop.cases.attempts import attempt
from twinloop.cases.models import Incident
from twinloop.intake.doors import actions, moments, queries, rights
from twinloop.intake.doors.forms import ENDS, EndForm, HandoverForm, NoticeForm, OpenForm
from twinloop.intake.doors.models import Handover
from twinloop.intake.doors.rights import DOORS
from twinloop.intake.doors.words import AFTER
from twinloop.ledger import once
from twinloop.ledger.actions import canonical
from twinloop.people.gates import me, needs_role, scope

View = Callable[..., HttpResponse]


def of_incident(view: View) -> View:
    """The visible incident; what is not visible is not there."""

    @wraps(view)
    def found(request: HttpRequest, number: str, *args: Any, **more: Any) -> HttpResponse:
        incident = queries.seen(scope(request), number)
        if incident is None:
            raise Http404
        return view(request, incident, *args, **more)

    return found


@needs_role(*rights.ANY)
@never_cache
@require_safe
@of_incident
def intake_done(request: HttpRequest, incident: Incident) -> HttpResponse:
    held = scope(request)
    cases.look(incident, by=me(request), at=timezone.localtime(), where="intake")
    came = queries.outcome(incident, held)
    door = DOORS[came.report.door if came.report and came.report.door in rights.PAGES else "call"]
    then = "only" if came.dispute is None else "open" if came.is_first else "join"
    context = {
        "came": came, "incident": incident, "next": door, "said": AFTER[then], "may_link": rights.may_link(held),
        "tells": held.has(*rights.TELLS), "title": actions.title_of(incident), "casedata": True,
    }  # fmt: skip
    return render(request, "doors/done.html", context)


@needs_role(*rights.TELLS)
@never_cache
@require_safe
@of_incident
def incident_elsewhere(request: HttpRequest, incident: Incident) -> HttpResponse:
    cases.look(incident, by=me(request), at=timezone.localtime(), where="elsewhere")
    return _elsewhere(request, incident)


def _elsewhere(request: HttpRequest, incident: Incident, *, status: int = 200, **forms: Any) -> HttpResponse:
    fresh = {"notice": NoticeForm(initial={"once": uuid4()}, auto_id="notice-%s"),
             "handover": HandoverForm(initial={"once": uuid4()}, auto_id="handover-%s")}  # fmt: skip
    handovers = queries.handovers(incident)
    context = {
        **fresh, "incident": incident, "came": queries.outcome(incident, scope(request)), "casedata": True,
        "notices": queries.notices(incident), "handovers": handovers,
        "open": next((h for h in handovers if h.state == "sent"), None), "ends": ENDS, **forms,
    }  # fmt: skip
    return render(request, "doors/elsewhere.html", context, status=status)


def _try(request: HttpRequest, incident: Incident, act: Callable[[], object], done: str, **forms: Any) -> HttpResponse:
    """Do it and go back to the page; refused, the page stands with the sentence and what was typed."""
    form = next(iter(forms.values()), None)
    if form is not None and not form.is_valid():
        return _elsewhere(request, incident, status=422, **forms)
    refused = attempt(act)
    if refused is None:
        messages.success(request, done)
        return redirect("incident_elsewhere", incident.number)
    if form is not None:
        form.add_error(None, refused.sentence)
    return _elsewhere(request, incident, status=refused.status, refused="" if form else refused.sentence, **forms)


@needs_role(*rights.TELLS)
@require_POST
@of_incident
def incident_tell(request: HttpRequest, incident: Incident) -> HttpResponse:
    form, at = NoticeForm(request.POST, auto_id="notice-%s"), timezone.localtime()

    def act() -> None:
        given = form.cleaned_data
        told = moments.read(given["told"], at=at)
        with _once(request, given, "notice", incident) as turn:
            if turn.before is None:
                made = actions.tell(
                    incident, reason=given["reason"], way=given["way"], text=given["text"], told_at=told,
                    by=me(request), at=at,
                )  # fmt: skip
                turn.answer = {"notice": made.pk}

    return _try(request, incident, act, _("已记下：告知了报警人"), notice=form)


@needs_role(*rights.TELLS)
@require_POST
@of_incident
def incident_hand_over(request: HttpRequest, incident: Incident) -> HttpResponse:
    form, at = HandoverForm(request.POST, auto_id="handover-%s"), timezone.localtime()

    def act() -> None:
        given = form.cleaned_data
        facts = {name: given[name] for name in ("to_unit", "to_name", "why")}
        with _once(request, given, "handover", incident) as turn:
            if turn.before is None:
                turn.answer = {"handover": actions.hand_over(incident, **facts, by=me(request), at=at).pk}

    return _try(request, incident, act, _("已移交，等对方签收"), handover=form)


def _once(request: HttpRequest, given: dict[str, Any], what: str, incident: Incident) -> Any:
    sent = canonical({**{k: str(v) for k, v in given.items() if k != "once"}, "incident": incident.pk})
    return once.taken(given["once"], who=f"account:{me(request)}", what=what, sent=sent, at=timezone.localtime())


@needs_role(*rights.TELLS)
@require_POST
@of_incident
def incident_handover_end(request: HttpRequest, incident: Incident, pk: int) -> HttpResponse:
    handover = get_object_or_404(Handover.objects.select_related("incident", "to_unit"), pk=pk, incident=incident)
    form, at = EndForm(request.POST), timezone.localtime()

    def act() -> None:
        end, words = form.cleaned_data["end"], form.cleaned_data["words"]
        if end == "receipt":
            actions.receipt(handover, receipt=words, by=me(request), at=at)
        else:
            ending = actions.returned if end == "returned" else actions.recall
            ending(handover, why=words, by=me(request), at=at)

    return _try(request, incident, act, _("已记下"), end=form)


@needs_role(*rights.ANY)
@require_POST
@of_incident
def incident_open(request: HttpRequest, incident: Incident) -> HttpResponse:
    """A dispute out of this incident, or the one that stands already."""
    form, at, held = OpenForm(request.POST), timezone.localtime(), scope(request)

    def act() -> None:
        rights.check_link(held)
        dispute = queries.joined(form.cleaned_data["dispute"], held)
        if dispute is not None:
            actions.join(incident, dispute, by=me(request), at=at)
        else:
            actions.open_from(incident, title=form.cleaned_data["title"], by=me(request), at=at)

    refused = attempt(act) if form.is_valid() else None
    if refused is not None:
        messages.error(request, refused.sentence)
    elif not form.is_valid():
        messages.error(request, _("没有立案：字段写得不对"))
    return redirect("intake_done", incident.number)


@needs_role(*rights.TELLS)
@require_POST
@of_incident
def incident_accept(request: HttpRequest, incident: Incident) -> HttpResponse:
    """受理: what another unit or a petitioner sent is ours."""
    at = timezone.localtime()

    def act() -> None:
        if incident.channel == "petition":
            actions.accept_petition_of(incident, by=me(request), at=at)
        else:
            actions.accept_transfer(incident, by=me(request), at=at)

    refused = attempt(act)
    if refused is not None:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("已受理"))
    return redirect("intake_done", incident.number)
