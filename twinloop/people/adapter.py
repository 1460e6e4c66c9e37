"""How allauth is fitted to this house: closed to new accounts, pauses that say how long, no e-mail."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from twinloop.people import lockout, sign_in
from twinloop.people.models import Account


class ClosedDoor(DefaultAccountAdapter):
    """Nobody signs up: an administrator makes accounts."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("账号或密码不对"),
        "incorrect_password": _("密码不对"),
        "enter_current_password": _("现在的密码不对"),
        "incorrect_code": _("验证码不对"),
        "same_as_current": _("新密码要和现在的不同"),
        "too_many_login_attempts": _("试错太多，过几分钟再试"),
        "rate_limited": _("试错太多，过几分钟再试"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that tries are counted by. A forwarded one counts only behind TWINLOOP_TRUSTED_PROXIES."""
        return sign_in.address_of(request) or "0.0.0.0"  # noqa: S104 - whoever has no address shares one count

    def is_safe_url(self, url: str) -> bool:
        """Back to this very host only; allauth would also lead to every other name in TWINLOOP_ALLOWED_HOSTS."""
        return url_has_allowed_host_and_scheme(url, {self.request.get_host()}, require_https=self.request.is_secure())

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return lockout.key_of(credentials.get("username", ""))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Counts the try before the password is looked at, so that tries at the same moment are all counted."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            found = lockout.pauses(request, self._get_login_attempts_cache_key(request, **credentials))
            pause = max(found.values(), default=None)
            raise ValidationError(lockout.sentence(pause), code="too_many_login_attempts") from None

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        username = credentials.get("username", "")
        sign_in.record_pauses(request, lockout.key_of(username), Account.objects.filter(username=username).first())

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Also after the second factor, when the account may have been closed since the password was right."""
        if not user.is_active:
            raise ImmediateHttpResponse(redirect("account_login"))
        super().login(request, user)

    def clean_password(self, password: str, user: AbstractBaseUser | None = None) -> str:
        cleaned = super().clean_password(password, user)
        if user is not None and user.check_password(cleaned):
            raise self.validation_error("same_as_current")
        return str(cleaned)

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """The owner's own choice: what an administrator gave out no longer has to be changed."""
        assert isinstance(user, Account)
        user.set_password(password)
        user.must_change_password = False
        user.save(update_fields=["password", "must_change_password"])


class Sessions(DefaultUserSessionsAdapter):
    def end_sessions(self, sessions: list[Any]) -> None:
        if sessions:
            sign_in.record_ended_by_owner(sessions)
        super().end_sessions(sessions)
