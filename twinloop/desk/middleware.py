"""What happens around every request: its number, its language, the session's limits, the viewer's scope."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from twinloop.people.models import Account
from twinloop.people.scope import NOBODY, Scope, scope_of, see_as

Handler = Callable[[HttpRequest], HttpResponse]
_ASKED = re.compile(r"[A-Za-z0-9-]{8,64}")
# these answer while the database is away or before anybody is known
WITHOUT_VIEWER = ("/static/", "/healthz", "/readyz")


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
        translation.activate(code)
        request.LANGUAGE_CODE = code
        response = get_response(request)
        response["Content-Language"] = code
        return response

    return middleware


def session_limits(get_response: Handler) -> Handler:
    """Idle and absolute ends of a session (a shared computer is left, not signed out)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(WITHOUT_VIEWER) or not request.user.is_authenticated:
            return get_response(request)
        now = timezone.now()
        session = request.session
        began = _moment(session.get("began")) or now
        seen = _moment(session.get("seen")) or now
        idle = now - seen > timedelta(minutes=settings.ENV.session_idle_minutes)
        old = now - began > timedelta(hours=settings.ENV.session_absolute_hours)
        if idle or old:
            logout(request)
            messages.info(request, _("太久没有操作，已退出。") if idle else _("登录已满最长时间，重新登录。"))
            return redirect(settings.LOGIN_URL)
        session["began"] = began.isoformat()
        if now - seen > timedelta(minutes=1) or "seen" not in session:  # one write a minute, not one a request
            session["seen"] = now.isoformat()
        return get_response(request)

    return middleware


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
