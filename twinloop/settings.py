"""Django's settings, all of them derived from ``TWINLOOP_*`` variables (see launch/environment.py).

Nothing else reads the environment; `docs/operate.md` lists every variable and a test compares the two.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import django_stubs_ext
from csp.constants import NONE, SELF
from psycopg.conninfo import conninfo_to_dict

from twinloop.launch.environment import read_or_exit
from twinloop.ledger.cursor import Cursor

django_stubs_ext.monkeypatch()

ENV = read_or_exit()
PACKAGE = Path(__file__).resolve().parent

DEBUG = False
DEMO = ENV.demo != "none"
SECRET_KEY = ENV.secret()
ALLOWED_HOSTS = ENV.allowed_hosts
ROOT_URLCONF = "twinloop.urls"
WSGI_APPLICATION = "twinloop.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "twinloop.desk",  # first: its templates stand in front of those of allauth
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "procrastinate.contrib.django",
    "twinloop.ledger",
    "twinloop.places",
    "twinloop.people",
    "twinloop.notices",
    "twinloop.cases",
    "twinloop.papers",
    "twinloop.triage",
    "twinloop.discovery.leads",
    "twinloop.discovery.volunteers",
    "twinloop.discovery.posts",
    "twinloop.discovery.patrols",
    "twinloop.intake.petitions",
    "twinloop.intake.doors",
    "twinloop.intake.batches",
    "twinloop.dispatch.orders",
    "twinloop.dispatch.pushes",
    "twinloop.dispatch.tuning",
    "twinloop.mediation.mediators",
    "twinloop.mediation.agreements",
    "twinloop.mediation.safeguards",
    "twinloop.mediation.sessions",
    "twinloop.mediation.joint",
    "twinloop.mediation.follow",
    "twinloop.mediation.consults",
    "twinloop.rosters",
    "twinloop.followup.visits",
    "twinloop.followup.rounds",
    "twinloop.followup.daily",
    "twinloop.insight.figures",
    "twinloop.insight.maps",
    "twinloop.insight.walls",
    "twinloop.insight.assessments",
    "twinloop.insight.reports",
    "twinloop.insight.dashboards",
    "twinloop.insight.outcomes",
    "twinloop.exchange",
]

MIDDLEWARE = [
    "twinloop.desk.middleware.request_id",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "twinloop.exchange.middleware.problem_answers",  # inside those that write headers: it makes a new answer
    "django.contrib.sessions.middleware.SessionMiddleware",
    "twinloop.desk.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "twinloop.desk.middleware.session_limits",
    "twinloop.desk.middleware.viewer",
    "twinloop.desk.middleware.sign_in_duties",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "twinloop.desk.context.desk",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "twinloop.desk.templatetags.tl"],
        },
    },
]

# --- database ---------------------------------------------------------------------------------------------
# Without an address (`twinloop try`, building messages) Django starts all the same and fails at the first query.
_to = conninfo_to_dict(ENV.database_url or "postgresql://nobody@127.0.0.1:1/nowhere")
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _to.pop("dbname", "twinloop"),
        "USER": _to.pop("user", ""),
        "PASSWORD": _to.pop("password", ""),
        "HOST": _to.pop("host", ""),
        "PORT": _to.pop("port", ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **_to,
            # A statement asked often is parsed and planned once a connection: the policies of rows make plans long
            # (a clock by its order: 4 ms to plan, 0.1 to run). Asks for a pool that keeps sessions, as the policies do.
            "server_side_binding": True,
            "prepare_threshold": 3,
            "cursor_factory": Cursor,
            # a new connection each request costs more than half of the requests a second (performance.md)
            "pool": {"min_size": 1, "max_size": ENV.web_threads + 2, "timeout": 10} if ENV.database_url else False,
        },
    }
}

# --- jobs --------------------------------------------------------------------------------------------------
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

# --- language, time ---------------------------------------------------------------------------------------
LANGUAGE_CODE = ENV.language
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"  # clocks of the law run in +08:00, wherever the server stands
LANGUAGE_COOKIE_HTTPONLY = True

# --- static files -----------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = ENV.data / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- sign-in ----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["twinloop.people.backend.AccountBackend"]
PASSWORD_HASHERS = ["twinloop.people.backend.Argon2"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "name", "pinyin"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_ADAPTER = "twinloop.people.adapter.ClosedDoor"  # accounts are made by an administrator
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # of this session; every other one ends (people/sign_in.py)
ACCOUNT_SESSION_REMEMBER = False  # office computers are shared
ACCOUNT_LOGIN_TIMEOUT = 300  # between the password and the code
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",  # also the successful ones: a whole station behind one router begins its shift
    "login_failed": ENV.lockout,  # by address and by account
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = ENV.trusted_proxies
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "twinloop.people.mfa.SecondFactor"
MFA_FORMS = {
    "authenticate": "twinloop.people.mfa.Code",
    "reauthenticate": "twinloop.people.mfa.CodeAgain",
    "activate_totp": "twinloop.people.mfa.FirstCode",
}
MFA_TOTP_ISSUER = "Twinloop 双循环"
MFA_TOTP_TOLERANCE = 1
USERSESSIONS_ADAPTER = "twinloop.people.adapter.Sessions"
USERSESSIONS_TRACK_ACTIVITY = True  # kept by session_limits, once a minute; allauth's middleware writes each time
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "desk_cache",
        # beyond MAX_ENTRIES rows are thrown out, counts of wrong passwords too: at Django's 300, trying 300 made-up
        # names would forget a pause
        "OPTIONS": {"MAX_ENTRIES": 200_000, "CULL_FREQUENCY": 10},
    }
}

# --- sessions, cookies, headers ---------------------------------------------------------------------------
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "twinloop"
SESSION_COOKIE_AGE = ENV.session_absolute_hours * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "twinloop.desk.views.csrf_failed"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = ENV.https
SECURE_HSTS_SECONDS = 31_536_000 if ENV.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENV.https
SECURE_HSTS_PRELOAD = ENV.https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.https else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

SILENCED_SYSTEM_CHECKS = [] if ENV.https else ["security.W004", "security.W008", "security.W012", "security.W016"]
LOGGING_CONFIG = "twinloop.desk.logs.configure"
LOGGING = {"format": ENV.log_format, "level": ENV.log_level.upper()}
