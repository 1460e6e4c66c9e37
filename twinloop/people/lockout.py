"""Pauses after wrong passwords and codes, by account and by address (TWINLOOP_LOCKOUT).

allauth counts, in the database cache that all web workers share; here stands what it leaves open: under which name an
account is counted, how long a pause lasts, and lifting it.
"""

from __future__ import annotations

import math
import time
import unicodedata
from collections.abc import Iterator
from datetime import timedelta

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

APP, ACTION = "allauth.account", "login_failed"


def key_of(username: str) -> str:
    """What an account is counted under. allauth adds the Host header, which a caller may vary (localhost:1, :2)."""
    return "sign-in:" + unicodedata.normalize("NFKC", username).strip().casefold()


def second_key_of(account: int) -> str:
    """What wrong codes of the second factor are counted under (allauth.mfa.base.internal.flows.check_rate_limit)."""
    return f"mfa-auth-user-{account}"


def _counted(request: HttpRequest, key: str) -> Iterator[tuple[str, ratelimit.Rate]]:
    for rate in ratelimit.get_rates(app=APP, action=ACTION):
        yield ratelimit.get_cache_key(request, app=APP, action=ACTION, rate=rate, key=key), rate


def pauses(request: HttpRequest, key: str) -> dict[str, timedelta]:
    """How long nobody may try, by what is paused: ``{"key": …, "ip": …}``; empty when one may."""
    found: dict[str, timedelta] = {}
    now = time.time()
    for cache_key, rate in _counted(request, key):
        tries = [at for at in cache.get(cache_key, []) if at > now - rate.duration]  # newest first
        if len(tries) >= rate.amount:
            left = timedelta(seconds=tries[rate.amount - 1] + rate.duration - now)
            found[rate.per] = max(left, found.get(rate.per, left))
    return found


def fresh(request: HttpRequest, key: str) -> dict[str, timedelta]:
    """The pauses that nobody has been told of yet: each is given once, also to requests at the same moment."""
    per_key = {"key": key, "ip": ratelimit.get_ip(request)}
    return {
        per: left
        for per, left in pauses(request, key).items()
        if per in per_key and cache.add(_told(per, per_key[per]), 1, timeout=math.ceil(left.total_seconds()))
    }


def _told(per: str, key: str) -> str:
    return f"sign-in-paused:{per}:{key.encode().hex()[:180]}"


def sentence(pause: timedelta | None) -> str:
    """Why there was no try, and when there may be one. The same for names that exist and names that do not."""
    if pause is None:  # the count itself was busy: many tries of one account at the same moment
        return _("同时试的太多，过几秒再试")
    seconds = math.ceil(pause.total_seconds())
    if seconds <= 60:
        return _("试错太多，%(seconds)d 秒后再试") % {"seconds": seconds}
    return _("试错太多，%(minutes)d 分钟后再试") % {"minutes": math.ceil(seconds / 60)}


def lift(key: str) -> None:
    """Forget the wrong tries of one account (`key_of`, `second_key_of`); the addresses' stay."""
    nobody = HttpRequest()
    nobody.META["REMOTE_ADDR"] = "0.0.0.0"  # noqa: S104 - only asked for by rates per address, which are left alone
    for cache_key, rate in _counted(nobody, key):
        if rate.per == "key":
            cache.delete(cache_key)
    cache.delete(_told("key", key))


def lift_address(address: str) -> None:
    """Forget the wrong tries from one address; those of the accounts stay."""
    there = HttpRequest()
    there.META["REMOTE_ADDR"] = address
    for cache_key, rate in _counted(there, ""):
        if rate.per == "ip":
            cache.delete(cache_key)
    cache.delete(_told("ip", ratelimit.get_ip(there)))
