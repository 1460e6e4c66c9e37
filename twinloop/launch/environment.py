"""The one place that reads environment variables.

`read()` turns them into an `Environment` or into one sentence (`WrongSetting`). The table in docs/operate.md is written
from `Environment.model_fields`.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from twinloop.launch import secret
from twinloop.launch.words import Language, Trouble, WrongSetting, say, speak

PREFIX = "TWINLOOP_"
SECRETS = {"secret_key", "database_url", "owner_database_url", "webhook_secret"}

_given: ContextVar[Mapping[str, str] | None] = ContextVar("_given", default=None)


def _data_home() -> Path:
    home = os.environ.get("XDG_DATA_HOME", "")
    return (Path(home) if home.startswith("/") else Path.home() / ".local" / "share") / "twinloop"


def _split(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _postgresql(url: str) -> str:
    if not url.startswith(("postgresql://", "postgres://")):
        raise ValueError(say("allow_url"))
    return url


def _http(url: str) -> str:
    """https, or http inside a closed network; no user, no fragment: the address is written into letters and logs."""
    parts = urlsplit(url)
    try:
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_whole = False
    if parts.scheme not in ("http", "https") or not is_whole or "@" in parts.netloc or parts.fragment:
        raise ValueError(say("allow_http"))
    return url


Url = Annotated[str, AfterValidator(_postgresql)]
Http = Annotated[str, AfterValidator(_http)]
Hosts = Annotated[list[str], NoDecode, BeforeValidator(_split)]


class Environment(BaseSettings):
    """Every setting of the product; each is the variable ``TWINLOOP_<NAME>``."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True)

    data: Path = Field(default_factory=_data_home, description="folder of all data; made when missing")
    database_url: Url | None = Field(default=None, description="PostgreSQL ≥ 15 to use instead of the embedded server")
    owner_database_url: Url | None = Field(
        default=None, description="login that owns the tables, for migrations; database_url where it is not given"
    )
    secret_key: str | None = Field(
        default=None,
        description="signs sessions and links; made and kept in the data folder unless the database is elsewhere",
    )
    demo: Literal["none", "small", "year"] = Field(
        default="none", description="demo data to fill an empty database with"
    )
    bind: str = Field(default="127.0.0.1", description="address that the web server listens on")
    port: int = Field(default=8000, ge=1, le=65535, description="port that the web server listens on")
    allowed_hosts: Hosts = Field(
        default=["localhost", "127.0.0.1", "[::1]"], description="host names under which browsers may ask, with commas"
    )
    https: bool = Field(default=False, description="behind HTTPS: secure cookies, HSTS, redirects")
    trusted_proxies: int = Field(
        default=0, ge=0, le=5, description="proxies in front, whose X-Forwarded-For is believed; 0 believes none"
    )
    web_workers: int = Field(default=2, ge=1, le=64, description="processes that answer requests")
    web_threads: int = Field(default=2, ge=1, le=64, description="pages that each of them works on at a time")
    live_streams: int = Field(
        default=100, ge=0, le=400, description="open pages that each of them tells of changes at once; others ask"
    )
    session_idle_minutes: int = Field(
        default=30, ge=1, le=1440, description="a session ends after so long without a request"
    )
    session_absolute_hours: int = Field(
        default=12, ge=1, le=168, description="a session ends after so long in any case"
    )
    lockout: str = Field(
        default="10/m/ip,5/5m/key",
        pattern=r"^\d+/\d*[smhd](/(ip|key|user))?(,\d+/\d*[smhd](/(ip|key|user))?)*$",
        description="failed sign-ins before a pause, by address and by account",
    )
    log_format: Literal["text", "json"] = Field(default="text", description="log lines for people or for machines")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="least grave event logged"
    )
    cipher: Literal["aes-256-gcm", "sm4-gcm"] = Field(
        default="aes-256-gcm", description="cipher of identity fields, for new keys"
    )
    digest: Literal["hmac-sha-256", "hmac-sm3"] = Field(
        default="hmac-sha-256", description="digest behind blind indexes, for new keys"
    )
    pg_bin: Path | None = Field(default=None, description="folder of initdb and postgres to use instead of the wheel's")
    language: Language = Field(default="zh-hans", description="language of the pages until a user chooses")

    public_url: Http | Literal[""] = Field(
        default="",
        description="address under which people open the product, for links in letters: https://twinloop.local",
    )
    webhook_url: Http | Literal[""] = Field(
        default="", description="gateway (SMS, IM) that letters are posted to; empty: nothing leaves the building"
    )
    webhook_hosts: Hosts = Field(
        default=[],
        description="hosts that webhook_url may name, with commas; this machine only by its address",
    )
    webhook_secret: str = Field(default="", description="key that signs letters (HMAC-SHA-256), 32 characters or more")

    @field_validator("webhook_secret")
    @classmethod
    def _long(cls, key: str) -> str:
        if key and len(key) < 32:
            raise ValueError(say("allow_webhook_secret"))
        return key

    @field_validator("data", "pg_bin")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        if path is None:
            return None
        path = path.expanduser()
        if not path.is_absolute():
            raise ValueError(say("allow_folder"))
        return path

    @field_validator("secret_key")
    @classmethod
    def _strong(cls, key: str | None) -> str | None:
        if key is not None and not secret.strong(key):
            raise ValueError(say("allow_secret"))
        return key

    @field_validator("bind")
    @classmethod
    def _address(cls, address: str) -> str:
        import ipaddress

        with contextlib.suppress(ValueError):
            return str(ipaddress.ip_address("127.0.0.1" if address == "localhost" else address))
        raise ValueError(say("allow_address"))

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Variables only; `read` may put a mapping in the place of the process's own."""
        given = _given.get()
        if given is not None and isinstance(env_settings, EnvSettingsSource):
            env_settings.env_vars = {name.lower(): value for name, value in given.items() if value != ""}
        return init_settings, env_settings

    def secret(self) -> str:
        """The key that signs: the one given, else one made once at random and kept in the data folder (mode 600).

        Raises WrongSetting with a database elsewhere and no demo data: several machines may share that database, and
        they must share the key.
        """
        if self.secret_key is not None:
            return self.secret_key
        if self.database_url and self.demo == "none" and not secret.is_kept(self.data):
            raise WrongSetting("secret_missing", command=secret.COMMAND)
        return secret.kept(self.data)

    def variables(self) -> dict[str, str]:
        """The same settings as variables, for a child process; what was not set stays out."""
        chosen = {name: getattr(self, name) for name in type(self).model_fields if name in self.model_fields_set}
        return {PREFIX + name.upper(): _as_text(value) for name, value in chosen.items() if value is not None}


def read(environ: Mapping[str, str] | None = None) -> Environment:
    """The settings of this process (or of `environ`). Raises WrongSetting, one sentence, for a wrong or unknown one."""
    environ = os.environ if environ is None else environ
    speak(_language(environ))
    _refuse_unknown(environ)
    token = _given.set(environ)
    try:
        return Environment()
    except ValidationError as error:
        raise _sentence(error, environ) from None
    finally:
        _given.reset(token)


def read_or_exit() -> Environment:
    """`read()`, but a wrong setting prints its sentence and ends the process with status 2."""
    try:
        return read()
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        raise SystemExit(trouble.exit_status) from None


def variable(field: str) -> str:
    """The variable's name of a field: ``TWINLOOP_DATA`` for ``data``."""
    return PREFIX + field.upper()


def _language(environ: Mapping[str, str]) -> Language:
    """TWINLOOP_LANGUAGE decides; without it an English LANG. Chinese otherwise, also under C."""
    chosen = environ.get("TWINLOOP_LANGUAGE") or environ.get("LC_ALL") or environ.get("LANG") or ""
    return "en" if chosen.lower().startswith("en") else "zh-hans"


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    known = list(Environment.model_fields)
    for name in sorted(environ):
        field = name.removeprefix(PREFIX).lower()
        if name.startswith(PREFIX) and field not in known:
            near = get_close_matches(field, known, 1, 0.6)
            nearest = say("setting_nearest", name=variable(near[0])) if near else ""
            raise WrongSetting("setting_unknown", name=name, nearest=nearest)


def _sentence(error: ValidationError, environ: Mapping[str, str]) -> WrongSetting:
    first = error.errors(include_url=False)[0]
    field = str(first["loc"][0]).lower().removeprefix(PREFIX.lower())
    name = variable(field)
    allowed = _allowed(field, dict(first))
    if field in SECRETS:
        return WrongSetting("setting_wrong_hidden", name=name, allowed=allowed)
    return WrongSetting("setting_wrong", name=name, value=environ.get(name, first.get("input")), allowed=allowed)


def _allowed(field: str, error: Mapping[str, Any]) -> str:
    """What a field may hold, in words, from its own declaration."""
    info: FieldInfo = Environment.model_fields[field]
    kind = info.annotation
    if kind is bool:
        return say("allow_bool")
    if kind is int:
        bounds = {key: getattr(mark, key) for mark in info.metadata for key in ("ge", "le") if hasattr(mark, key)}
        return say("allow_range", low=bounds["ge"], high=bounds["le"])
    if field == "lockout":
        return say("allow_rates")
    choices = [choice for choice in get_args(kind) if isinstance(choice, str)]
    if choices:
        return say("allow_choice", choices=" · ".join(choices))
    return say("allow_other", message=str(error["msg"]).removeprefix("Value error, "))


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(value) if isinstance(value, list) else str(value)
