"""The settings as a process really starts with them: secrets that are refused, what demo mode and HTTPS switch."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).with_name("twinloop")
ELSEWHERE = "postgresql://nobody@127.0.0.1:1/nowhere"
STRONG = secrets.token_urlsafe(48)

ASK = """
import django, json
django.setup()
from django.conf import settings as s
from django.urls import NoReverseMatch, reverse, resolve, Resolver404
def there(f, x):
    try: f(x); return True
    except (NoReverseMatch, Resolver404): return False
print(json.dumps({
  "demo": [s.DEMO, there(resolve, "/demo/sign-in/"), there(reverse, "demo_sign_in")],
  "secure": [s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS > 0],
  "proxies": s.ALLAUTH_TRUSTED_PROXY_COUNT,
  "lockout": s.ACCOUNT_RATE_LIMITS["login_failed"],
  "hours": s.SESSION_COOKIE_AGE / 3600,
  "debug": s.DEBUG,
}))
"""


def _env(folder: Path, **given: str) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("TWINLOOP_", "PYTEST_"))}
    more = {f"TWINLOOP_{name.upper()}": value for name, value in given.items()}
    return plain | {"TWINLOOP_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "twinloop.settings"} | more


def _settings(folder: Path, **given: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", ASK], env=_env(folder, **given), capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout))


WEAK = {
    "Django's example": "django-insecure-" + "a1b2c3d4e5f6g7h8" * 4,
    "an example left in place": "change-me-" + STRONG,
    "short": STRONG[:40],
    "one letter": "x" * 64,
}


@pytest.mark.parametrize("command", [("up",), ("prepare",), ("worker",)])
@pytest.mark.parametrize("key", [None, *WEAK.values()], ids=["none", *WEAK])
def test_the_start_refuses_a_missing_or_weak_secret(tmp_path, command, key):
    given = {"database_url": ELSEWHERE} | ({"secret_key": key} if key else {})
    env = _env(tmp_path, **given)
    done = subprocess.run([COMMAND, *command], env=env, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "TWINLOOP_SECRET_KEY" in done.stderr
    assert key is None or key not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_outside_demo_mode_the_role_picker_does_not_exist(tmp_path):
    assert _settings(tmp_path, secret_key=STRONG)["demo"] == [False, False, False]
    assert _settings(tmp_path, secret_key=STRONG, demo="small")["demo"] == [True, True, True]


def test_settings_reach_what_they_are_for(tmp_path):
    given = {"https": "true", "trusted_proxies": "2", "lockout": "7/m/ip,3/h/key", "session_absolute_hours": "8"}
    found = _settings(tmp_path, secret_key=STRONG, **given)
    assert found["secure"] == [True] * 4
    assert (found["proxies"], found["lockout"], found["hours"], found["debug"]) == (2, "7/m/ip,3/h/key", 8, False)
    plain = _settings(tmp_path, secret_key=STRONG)
    assert (plain["secure"], plain["proxies"]) == ([False] * 4, 0)
