"""The ledger of sign-in: who came, who failed, who was paused, who left; and what an administrator can do about it.

Django and allauth tell of these moments by their signals; nothing else in this house uses any. Events stand in the
account's own stream. Where no such account exists they stand under ``setting:sign_in`` without the name typed: people
type passwords into that field, and what the ledger holds cannot be taken out again. The address is kept.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from allauth.account.signals import password_changed, password_set
from allauth.core.internal.httpkit import clean_client_ip, get_client_ip
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from twinloop.ledger.actions import record
from twinloop.people import lockout
from twinloop.people.models import Account

UNKNOWN = "setting:sign_in"


def stream_of(account: Account | int) -> str:
    return f"account:{account.pk if isinstance(account, Account) else account}"


def address_of(request: HttpRequest | None) -> str:
    """The peer, or what TWINLOOP_TRUSTED_PROXIES proxies say of it; empty for a request that came over no network.

    A forwarded header that is too short or no address means that somebody went round the proxies: then the peer.
    """
    if request is None:
        return ""
    with contextlib.suppress(ImproperlyConfigured):
        if found := get_client_ip(request):
            return found
    return clean_client_ip(request.META.get("REMOTE_ADDR", "")) or ""


@receiver(user_logged_in)
def _signed_in(request: HttpRequest, user: Account, **_more: Any) -> None:
    now = timezone.now()
    request.session["began"] = request.session["seen"] = now.isoformat()
    if user.language in dict(settings.LANGUAGES):
        request.session["language"] = user.language
    steps = [step["method"] for step in request.session.get("account_authentication_methods", [])]
    record(stream_of(user), "signed_in", by=user.pk, at=now, address=address_of(request), how=steps or ["demo"])


def as_demo_person(request: HttpRequest, account: Account) -> None:
    """Demo mode: no password, no code. Whoever was signed in leaves first, so that both stand in the ledger."""
    if not (settings.DEMO and account.is_demo and account.is_active):
        raise PermissionDenied
    if request.user.is_authenticated:
        logout(request)
    login(request, account, backend="twinloop.people.backend.AccountBackend")
    UserSession.objects.create_from_request(request)


@receiver(user_logged_out)
def _signed_out(request: HttpRequest, user: Account | None, **_more: Any) -> None:
    if user is not None:
        UserSession.objects.filter(session_key=request.session.session_key).delete()
        why = getattr(request, "ended", "")  # "idle" or "old": desk.middleware.session_limits
        record(stream_of(user), "signed_out", by=None if why else user.pk, at=timezone.now(), why=why)


@receiver(user_login_failed)
def _failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_more: Any) -> None:
    account = Account.objects.filter(username=credentials.get("username", "")).first()
    stream = stream_of(account) if account else UNKNOWN
    record(stream, "sign_in_failed", by=None, at=timezone.now(), address=address_of(request))


def record_pauses(request: HttpRequest, key: str, account: Account | None) -> None:
    """One event for each pause that the failure just counted began."""
    now = timezone.now()
    for per, left in lockout.fresh(request, key).items():
        stream = stream_of(account) if account and per == "key" else UNKNOWN
        record(stream, "sign_in_locked", by=None, at=now, address=address_of(request), until=now + left, per=per)


@receiver(mfa.authentication_failed)
def _code_failed(request: HttpRequest, user: Account, **_more: Any) -> None:
    record(stream_of(user), "second_factor_failed", by=None, at=timezone.now(), address=address_of(request))
    record_pauses(request, lockout.second_key_of(user.pk), user)


@receiver([password_changed, password_set])
def _password_changed(request: HttpRequest, user: Account, **_more: Any) -> None:
    """Whoever knew the old password is out; Django's session hash says the same a second time."""
    others = UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key)
    ended = _end(others)
    record(stream_of(user), "password_changed", by=user.pk, at=timezone.now(), ended=ended)


@receiver(mfa.authenticator_added)
def _factor_added(user: Account, authenticator: Authenticator, **_more: Any) -> None:
    record(stream_of(user), "second_factor_added", by=user.pk, at=timezone.now(), kind=authenticator.type)


@receiver(mfa.authenticator_removed)
def _factor_removed(user: Account, authenticator: Authenticator, **_more: Any) -> None:
    record(stream_of(user), "second_factor_removed", by=user.pk, at=timezone.now(), kind=authenticator.type)


@receiver(mfa.authenticator_reset)
def _codes_made(user: Account, **_more: Any) -> None:
    record(stream_of(user), "recovery_codes_made", by=user.pk, at=timezone.now())


def record_ended_by_owner(sessions: Sequence[UserSession]) -> None:
    owner = sessions[0].user_id
    record(stream_of(owner), "sessions_ended", by=owner, at=timezone.now(), ended=len(sessions))


def _end(sessions: Any) -> int:
    found = list(sessions)
    for session in found:
        session.end()
    return len(found)


# --- what an administrator does ---------------------------------------------------------------------------


@transaction.atomic
def end_sessions(account: Account, *, by: int, at: datetime) -> int:
    """Sign `account` out everywhere. Returns how many sessions there were."""
    ended = _end(UserSession.objects.filter(user=account))
    record(stream_of(account), "sessions_ended", by=by, at=at, ended=ended)
    return ended


@transaction.atomic
def unlock(account: Account, *, by: int, at: datetime) -> None:
    """Lift the pause after wrong passwords and codes."""
    lockout.lift(lockout.key_of(account.username))
    lockout.lift(lockout.second_key_of(account.pk))
    record(stream_of(account), "sign_in_unlocked", by=by, at=at)


@transaction.atomic
def unlock_address(address: str, *, by: int, at: datetime) -> None:
    """Lift the pause of an address: a station behind one router, where somebody else tried."""
    lockout.lift_address(address)
    record(UNKNOWN, "sign_in_unlocked", by=by, at=at, address=address)


@transaction.atomic
def reset_second_factor(account: Account, *, by: int, at: datetime) -> None:
    """A lost phone: the account's second factor and recovery codes go, and so do its sessions."""
    removed, _models = Authenticator.objects.filter(user=account).delete()
    record(stream_of(account), "second_factor_reset", by=by, at=at, removed=removed)
    end_sessions(account, by=by, at=at)
