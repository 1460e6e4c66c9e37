"""The front desk: today, what else there is, preferences, errors, health."""

from __future__ import annotations

import sys
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from twinloop.desk import finding, firstday, navigation, queries, samples, todo, tour, words
from twinloop.followup.daily.waiting import cut_at
from twinloop.ledger.again import collided
from twinloop.people import sign_in
from twinloop.people.gates import scope
from twinloop.people.models import Account
from twinloop.people.scope import Scope
from twinloop.places.models import Place


@login_required
@require_GET
def today(request: HttpRequest) -> HttpResponse:
    account, held, at = request.user, scope(request), timezone.localtime()
    assert isinstance(account, Account)
    role = firstday.main_role(held.roles)
    lesson = firstday.LESSONS[role] if role else None
    rows, ends = todo.waiting(held, at=at), cut_at(at)
    places = queries.communities(account)
    context = {
        "groups": todo.grouped(rows, at=at, ends=ends),
        "count": len(rows),
        "cut": ends,
        "lesson": lesson,
        "step": firstday.first_step(lesson) if lesson else None,
        "places": places,
        "memberships": queries.memberships(account, at=at),
        **_tour(request, account, role, lesson),
        **_around(account, held, places, at),
        "casedata": bool(rows),
    }
    return render(request, "desk/today.html", context)


def _tour(
    request: HttpRequest, account: Account, role: str | None, lesson: firstday.Lesson | None
) -> dict[str, object]:
    """Offered once in each role; shown whenever it is asked for (?tour=1)."""
    rail = navigation.rail(navigation.links(request, scope(request).roles))
    sees_names = scope(request).has(*navigation.POLICE, "mediator")
    is_owed, is_asked = tour.is_owed(account, role), request.GET.get("tour") == "1"
    steps = tour.steps(rail, lesson, sees_names=sees_names) if is_owed or is_asked else []
    return {"tour": steps, "tour_offered": is_owed and not is_asked, "tour_asked": is_asked}


def _around(account: Account, held: Scope, places: list[Place], at: datetime) -> dict[str, object]:
    """The side column: whom one works with, or what an administrator looks after."""
    if held.has(*navigation.ADMINS):
        return {"facts": queries.installation(at=at)}
    if held.has(*navigation.POLICE):
        units = queries.house(account, held)
        duties = queries.on_duty(units, at=at)
        return {
            "staff": True,
            "duties": duties[: queries.SHOWN],
            "more_duties": len(duties) > queries.SHOWN,
            "away": queries.away(units, at=at),
        }
    return {"contacts": queries.responsible_for(places, at=at) if places else []}


@login_required
@require_POST
def tour_seen(request: HttpRequest) -> HttpResponse:
    """The tour of the viewer's role was seen or put aside; it is offered no more, and can be asked for."""
    account, role = request.user, firstday.main_role(scope(request).roles)
    assert isinstance(account, Account)
    if tour.is_owed(account, role):
        Account.objects.filter(pk=account.pk).update(tours=[*account.tours, role])
    return redirect("today")


@login_required
@require_GET
def more(request: HttpRequest) -> HttpResponse:
    links = navigation.links(request, scope(request).roles)
    return render(request, "desk/more.html", {"groups": navigation.grouped(links)})


@login_required
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:60]
    found = finding.find(text, scope(request)) if text else []
    context = {
        "q": text,
        "found": found,
        "hits": sum(len(f.hits) for f in found),
        "staff": scope(request).has(*finding.STAFF),
    }
    return render(request, "desk/search.html", context)


@login_required
@require_GET
def kit(request: HttpRequest) -> HttpResponse:
    """Every component, for whoever builds a page."""
    return render(request, "desk/kit.html", samples.of_components(request, at=timezone.localtime()))


@login_not_required
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Language, theme and single keys, kept with the account where one is signed in, and in a cookie for the next."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    language, theme, keys = (request.POST.get(name, "") for name in ("language", "theme", "keys"))
    chosen: dict[str, str | bool] = {}
    if language in dict(settings.LANGUAGES):
        chosen["language"] = request.session["language"] = language
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=31_536_000, httponly=True, samesite="Lax")
    if theme in ("light", "dark"):
        chosen["theme"] = theme
        response.set_cookie("theme", theme, max_age=31_536_000, httponly=True, samesite="Lax")
    if keys in ("on", "off"):
        chosen["single_keys"] = keys == "on"
    if chosen and isinstance(request.user, Account):
        Account.objects.filter(pk=request.user.pk).update(**chosen)
    return response


@login_not_required
@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Demo mode only: sign in as one of the demo people without a password."""
    if not settings.DEMO:  # the address is not there either: twinloop/urls.py
        raise Http404
    account = queries.demo_person(request.POST.get("username", "").strip())
    if account is None:
        messages.error(request, _("演示区没有这个人，或不止一个人叫这个名字：写警号"))
        return redirect("account_login")
    sign_in.as_demo_person(request, account)
    return redirect("today")


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """The process answers and so does its database."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"database": False}, status=503)
    return JsonResponse({"database": True})


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, 403)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    title, text = words.CSRF
    return _error(request, 403, title=title, text=text)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, 404)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Asked for too often (sign-in, public pages): when to come again, as a sentence and as a header."""
    answer = _error(request, 429)
    answer["Retry-After"] = "60"
    return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """What failed; or that two acts met, nothing of this one was done, and once more will do."""
    if not collided(sys.exc_info()[1]):
        return without_database(request, 500)
    title, text = words.MET
    answer = without_database(request, 503, title=title, text=text)
    answer["Retry-After"] = "1"
    return answer


def _error(request: HttpRequest, status: int, **said: object) -> HttpResponse:
    """In the shell of whoever is signed in, else on the public page: what happened, what to do, which request."""
    if not isinstance(getattr(request, "user", None), Account):
        return without_database(request, status, **said)
    title, text = words.ERRORS[status]
    context = {"status": status, "title": title, "text": text, "shell": "desk/base.html", **said}
    return render(request, "desk/error.html", context, status=status)


def without_database(request: HttpRequest, status: int, **said: object) -> HttpResponse:
    """An error page that asks nobody: no session, no account, no context processor. Also for 503 (maintenance)."""
    title, text = words.ERRORS[status]
    context = {
        "status": status, "title": title, "text": text, "shell": "desk/public.html", "demo": settings.DEMO,
        "theme": request.COOKIES.get("theme", ""), "number": getattr(request, "number", ""), **said,
    }  # fmt: skip
    return HttpResponse(render_to_string("desk/error.html", context), status=status)
