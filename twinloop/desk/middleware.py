"""What happens around every request: its number, its language, the session's limits, the viewer's scope."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from twinloop.people import mfa
from twinloop.people.models import Account
from twinloop.people.scope import NOBODY, Scope, scope_of, see_as

Handler = Callable[[HttpRequest], HttpResponse]
_ASKED = re.compile(r"[A-Za-z0-9-]{8,64}")
# these answer while the database is away or before anybody is known
WITHOUT_VIEWER = ("/static/", "/healthz", "/readyz")
LISTENING = "/live/"


def request_id(get_response: Handler) -> Handler:
    """A number that the page, the log and an error page share."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        number = given if _ASKED.fullmatch(given) else uuid.uuid4().hex[:12]
        request.number = number  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=number)
        response = get_response(request)
        response["X-Request-ID"] = number
        response["Cache-Control"] = response.get("Cache-Control", "no-store")  # shared office computers
        return response

    return middleware


def language(get_response: Handler) -> Handler:
    """Chosen by the person (kept in the account), else by cookie, else the installation's; never by the browser."""

    def middleware(request: HttpRequest) -> HttpResponse:
        known = {code for code, _name in settings.LANGUAGES}
        wanted = request.session.get("language") or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        code = wanted if wanted in known else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = code
        with translation.override(code):  # the thread's next work is not this person's: put back what was
            response = get_response(request)
        response["Content-Language"] = code
        return response

    return middleware


def session_limits(get_response: Handler) -> Handler:
    """Idle and absolute ends of a session (a shared computer is left, not signed out)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(WITHOUT_VIEWER):
            return get_response(request)
        if not request.user.is_authenticated:
            if SESSION_KEY in request.session:  # of an account closed meanwhile: opening it again revives no session
                request.session.flush()
            return get_response(request)
        now = timezone.now()
        ended = end_of(request.session, now)
        if ended:
            request.ended = ended  # type: ignore[attr-defined]  # for the ledger: people.sign_in
            logout(request)
            messages.info(request, _("太久没有操作，已退出") if ended == "idle" else _("登录已满最长时间，已退出"))
            return send_to(request, settings.LOGIN_URL)
        # a board that refreshes itself, or listens, is nobody at the desk
        if "X-Poll" not in request.headers and request.path != LISTENING:
            _mark_seen(request, now)
        return get_response(request)

    return middleware


def end_of(session: SessionBase, now: datetime) -> str:
    """Why the session is over, empty while it is not."""
    began, seen = _moment(session.get("began")), _moment(session.get("seen"))
    if seen and now - seen >= timedelta(minutes=settings.ENV.session_idle_minutes):
        return "idle"
    if began and now - began >= timedelta(hours=settings.ENV.session_absolute_hours):
        return "old"
    return ""


def _mark_seen(request: HttpRequest, now: datetime) -> None:
    """One write a minute, not one a request; with short limits more often, so that nobody at work is put out."""
    every = min(timedelta(minutes=1), timedelta(minutes=settings.ENV.session_idle_minutes) / 30)
    seen = _moment(request.session.get("seen"))
    if seen and now - seen < every:
        return
    request.session["seen"] = now.isoformat()
    request.session.setdefault("began", now.isoformat())
    UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=now)


def send_to(request: HttpRequest, target: str) -> HttpResponse:
    """Redirect the whole page, also where htmx asked for a part of it."""
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(resolve_url(target))
    return redirect(target)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def viewer(get_response: Handler) -> Handler:
    """Who looks, and what the database may show them; ``request.scope`` for the queries."""

    def middleware(request: HttpRequest) -> HttpResponse:
        scope: Scope = NOBODY
        request.scope = scope  # type: ignore[attr-defined]
        if request.path.startswith(WITHOUT_VIEWER) or not isinstance(request.user, Account):
            return get_response(request)
        scope = scope_of(request.user, at=timezone.localtime())
        request.scope = scope  # type: ignore[attr-defined]
        structlog.contextvars.bind_contextvars(account=request.user.pk)
        with see_as(scope):
            return get_response(request)

    return middleware


# what still answers while a password must be changed or the second factor set up
DUTY_PAGES = {
    "account_change_password",
    "account_logout",
    "account_reauthenticate",
    "account_set_password",
    "mfa_activate_totp",
    "mfa_reauthenticate",
    "preferences",
}


def sign_in_duties(get_response: Handler) -> Handler:
    """A password given out is changed first; then who needs a second factor sets it up. No other page until then."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not isinstance(request.user, Account) or request.path.startswith(WITHOUT_VIEWER):
            return get_response(request)
        duty = _duty(request.user, request.scope.roles)  # type: ignore[attr-defined]
        if not duty or _page(request) in DUTY_PAGES:
            return get_response(request)
        return send_to(request, duty)

    return middleware


def _duty(account: Account, roles: frozenset[str]) -> str:
    if account.must_change_password and account.has_usable_password():
        return "account_change_password"
    return "mfa_activate_totp" if mfa.is_missing(account, roles) else ""


def _page(request: HttpRequest) -> str | None:
    try:
        return resolve(request.path_info).url_name
    except Resolver404:
        return None
