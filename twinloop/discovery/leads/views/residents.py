"""The residents' door: no sign-in, few questions, a code to follow it by; asked too often, it says until when."""

from __future__ import annotations

import math
import uuid
from datetime import datetime, timedelta

from allauth.core.internal import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from twinloop.cases.attempts import attempt
from twinloop.cases.sealing import Identity
from twinloop.discovery.leads import actions, forms, pace, queries, showing, tracking
from twinloop.discovery.leads.models import Lead
from twinloop.ledger import once
from twinloop.places.models import Place


@login_not_required
@require_http_methods(["GET", "POST"])
def resident(request: HttpRequest, code: str) -> HttpResponse:
    """扫码反映: the form of one community; after sending, the tracking code, shown this once."""
    place = get_object_or_404(Place.objects.served().communities().select_related("parent"), code=code)
    town = place.parent.short if place.parent else ""
    if request.method == "GET":
        return _form(request, forms.ResidentReport(initial={"where": f"{town} {place.short}".strip()}), place)
    form = forms.ResidentReport(request.POST, request.FILES)
    at, who = timezone.localtime(), pace.address(ratelimit.get_ip(request))
    pause = pace.wait([*((rate, who) for rate in pace.REPORTS), (pace.REPORTS_OF_PLACE, place.code)], at=at)
    if pause:
        return _too_many(_form(request, form, place, refused=paused(pause), status=429), pause)
    if not form.is_valid():
        return _form(request, form, place, status=422)
    key = _known_key(form.cleaned_data["once"])
    tracked, said = tracking.code_for(key), list[str]()
    refused = attempt(lambda: said.append(_report(form, place, key, tracked, at)))
    if refused:
        return _form(request, form, place, refused=refused.sentence, status=refused.status)
    return render(request, "leads/resident_done.html", {"number": said[0], "code": tracked, "kept": at + tracking.KEPT})


def _form(
    request: HttpRequest, form: forms.ResidentReport, place: Place, *, status: int = 200, **more: object
) -> HttpResponse:
    context = {"form": form, "place": place, "bureau": queries.bureau(), **more}
    return render(request, "leads/resident.html", context, status=status)


def _known_key(sent: str) -> str:
    """The page's own UUID, else a fresh one: a code never hangs on a guessable key."""
    try:
        return str(uuid.UUID(sent))
    except ValueError:
        return str(uuid.uuid4())


def _report(form: forms.ResidentReport, scanned: Place, key: str, code: str, at: datetime) -> str:
    given = form.cleaned_data
    place, address = queries.place_said(given["where"], scanned)
    with (
        tracking.holding(code),
        once.taken(key, who="resident", what="lead", sent=form.canonical(), at=at) as turn,
    ):
        if turn.before is None:
            known = queries.by_code(code, at=at)  # the key lay longer than it is kept
            made = known or actions.report(
                source="resident", text=given["text"], place=place, address=address, kind=given["kind"],
                who=Identity(phone=given["phone"]), confidential=given["confidential"], photos=given["photos"],
                reporter=None, by=None, at=at, code=code,
            )  # fmt: skip
            turn.answer = made.number
    return str(turn.said)


def paused(pause: timedelta) -> str:
    minutes = math.ceil(pause.total_seconds() / 60)
    return _("送得太密，没有收下。%(minutes)d 分钟后再提交；急事请打 110") % {"minutes": minutes}


def _too_many(answer: HttpResponse, pause: timedelta) -> HttpResponse:
    answer["Retry-After"] = str(math.ceil(pause.total_seconds()))
    return answer


@login_not_required
@require_http_methods(["GET", "POST"])
def resident_progress(request: HttpRequest) -> HttpResponse:
    """查进度: how far the report of a code is; a wrong code and an expired one are answered alike."""
    if request.method == "GET":
        return render(request, "leads/resident_progress.html", {"form": forms.Code()})
    return _with_code(request, forms.Code(request.POST))


@login_not_required
@require_POST
def resident_add(request: HttpRequest) -> HttpResponse:
    return _with_code(request, forms.Remark(request.POST), "add")


@login_not_required
@require_POST
def resident_withdraw(request: HttpRequest) -> HttpResponse:
    return _with_code(request, forms.Code(request.POST), "withdraw")


def _with_code(request: HttpRequest, form: forms.Code, verb: str = "") -> HttpResponse:
    """Find the lead of a code, act on it where `verb` says so, and show how far it is."""
    at, who = timezone.localtime(), pace.address(ratelimit.get_ip(request))
    if pause := pace.wait([(rate, who) for rate in pace.CODES], at=at):
        said = _("试得太密。%(minutes)d 分钟后再查") % {"minutes": math.ceil(pause.total_seconds() / 60)}
        return _too_many(_asked(request, form, said, 429), pause)
    form.is_valid()
    code = tracking.normal(form.cleaned_data.get("code", ""))
    with tracking.holding(code):
        lead = queries.by_code(code, at=at)
        if lead is None:
            return _asked(request, form, showing.no_such_code(), 200)
        refused = attempt(lambda: _follow(lead, form, verb, at)) if form.is_valid() else None
        context = {
            "shown": showing.progress(lead),
            "code": code,
            "said": showing.done(verb) if form.is_valid() and not refused else "",
            "remark": form if verb == "add" and (refused or not form.is_valid()) else forms.Remark(),
            "refused": refused.sentence if refused else "",
        }
    status = refused.status if refused else 200 if form.is_valid() else 422
    return render(request, "leads/resident_progress.html", context, status=status)


def _follow(lead: Lead, form: forms.Code, verb: str, at: datetime) -> None:
    if verb == "add":
        actions.add_remark(lead, form.cleaned_data["text"], by=None, at=at)
    elif verb == "withdraw":
        actions.withdraw(lead, by=None, at=at)


def _asked(request: HttpRequest, form: Form, said: str, status: int) -> HttpResponse:
    return render(request, "leads/resident_progress.html", {"form": form, "refused": said}, status=status)


@login_not_required
@require_GET
def resident_privacy(request: HttpRequest) -> HttpResponse:
    """What is kept of a report, why, how long, who sees it, and what one may ask for (个人信息保护法 art. 17)."""
    return render(request, "leads/resident_privacy.html", {"bureau": queries.bureau(), "days": tracking.KEPT.days})
