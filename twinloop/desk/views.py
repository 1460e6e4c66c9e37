"""The front desk: today, what else there is, preferences, errors, health."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required, login_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from twinloop.people.models import Account


@login_required
@require_GET
def today(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/today.html")


@login_required
@require_GET
def more(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/more.html")


@login_not_required
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Language and theme, kept with the account where one is signed in, else in a cookie."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    language, theme = request.POST.get("language", ""), request.POST.get("theme", "")
    if language in dict(settings.LANGUAGES):
        request.session["language"] = language
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=31_536_000, httponly=True, samesite="Lax")
    if theme in ("light", "dark"):
        response.set_cookie("theme", theme, max_age=31_536_000, httponly=True, samesite="Lax")
    if isinstance(request.user, Account):
        Account.objects.filter(pk=request.user.pk).update(
            language=language or request.user.language, theme=theme or request.user.theme
        )
    return response


@login_not_required
@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Demo mode only: sign in as one of the demo people without a password."""
    account = get_object_or_404(Account, username=request.POST.get("username", ""), is_demo=True, is_active=True)
    login(request, account, backend="twinloop.people.backend.AccountBackend")
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
    return render(request, "desk/error.html", {"status": 400}, status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "desk/error.html", {"status": 403}, status=403)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "desk/error.html", {"status": 403, "csrf": True}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "desk/error.html", {"status": 404}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/error.html", {"status": 500}, status=500)
