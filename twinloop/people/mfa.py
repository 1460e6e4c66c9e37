"""The second factor: who must have one, how its secret is kept, and that a code works once."""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from twinloop.people.models import Account, Role
from twinloop.people.scope import scope_of

# they see a whole district or station, read the log, or give others their rights
NEEDED_BY = frozenset({Role.DISPATCHER, Role.CHIEF, Role.AUDITOR, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN})


def is_needed(roles: Iterable[str]) -> bool:
    """Whether somebody holding `roles` signs in with a second factor. Not in demo mode: its people are nobody's."""
    return not settings.DEMO and any(role in NEEDED_BY for role in roles)


def is_missing(account: Account, roles: Iterable[str]) -> bool:
    return is_needed(roles) and not Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).exists()


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    """The first key seals, every key opens: a signing key can be changed with the old one as fallback."""

    def fernet(key: str) -> Fernet:
        derived = HKDF(SHA256(), 32, salt=None, info=b"twinloop second factor").derive(key.encode())
        return Fernet(base64.urlsafe_b64encode(derived))

    return MultiFernet([fernet(key) for key in keys])


class SecondFactor(DefaultMFAAdapter):
    """Secrets of phones and seeds of recovery codes lie sealed in the table; the key is not in the database."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("验证码不对"),
        "cannot_delete_authenticator": _("这个岗位必须用两步登录，不能停用"),
    }

    def encrypt(self, text: str) -> str:
        return _box((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)).decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not is_needed(scope_of(authenticator.user, at=timezone.localtime()).roles)


def _as_typed(code: str) -> str:
    """Full-width digits, as a Chinese keyboard gives them, are digits."""
    return unicodedata.normalize("NFKC", code)


class Once(BaseAuthenticateForm):
    """A code works once in all the time in which it is right.

    allauth remembers it for one step of 30 s, but with one step of tolerance it stays right for three
    (RFC 6238, 5.2: the second use must be refused).
    """

    def clean_code(self) -> str:
        self.cleaned_data["code"] = _as_typed(self.cleaned_data["code"])
        code = str(super().clean_code())
        steps = 2 * app_settings.TOTP_TOLERANCE + 1
        plain = "".join(filter(str.isalnum, code))
        used = f"second-factor-used:{self.user.pk}:{plain}"
        if not cache.add(used, 1, timeout=(steps + 1) * app_settings.TOTP_PERIOD):
            raise SecondFactor().validation_error("incorrect_code")
        return code


class Code(Once, AuthenticateForm):
    """Asked after the password."""


class CodeAgain(Once, ReauthenticateForm):
    """Asked before a sensitive step of somebody signed in."""


class FirstCode(ActivateTOTPForm):
    def clean_code(self) -> str:
        self.cleaned_data["code"] = _as_typed(self.cleaned_data["code"])
        return str(super().clean_code())
