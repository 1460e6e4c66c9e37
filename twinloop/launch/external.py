"""A PostgreSQL that somebody else runs (TWINLOOP_DATABASE_URL): is it fit, and are the two roles there?

Whatever the logins are called, web and worker work as the role `twinloop_app`, which owns nothing: the connection
sets that role, so that row-level security holds. What the login may not set up is said as SQL for the administrator.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import errors, sql
from psycopg.conninfo import conninfo_to_dict

from twinloop.launch import checks
from twinloop.launch.environment import Environment
from twinloop.launch.postgres import Cluster, Urls
from twinloop.launch.roles import APP, APP_MAY
from twinloop.launch.words import Trouble


def prepared(database_url: str, owner_url: str | None = None) -> Urls:
    """Check the server, make what the login may make, and answer with the two logins. Raises Trouble."""
    with connected(owner_url or database_url) as owner:
        checks.refuse_unfit(checks.facts(owner), durable=False)  # how safely it writes is its administrator's choice
        _extensions(owner)
        checks.refuse_blind(owner, checks.facts(owner))
        login = str(conninfo_to_dict(database_url).get("user") or owner.info.user)
        _app_role(owner, login)
    url = database_url if login == APP else as_role(database_url, APP)
    with connected(url) as connection:
        _refuse_bypass(connection, login_too=owner_url is not None)
    return Urls(owner_url or database_url, url)


@contextlib.contextmanager
def database(env: Environment) -> Iterator[Urls]:
    """The database of these settings while a command runs: the external one, or ours, joined or started."""
    if env.database_url:
        yield prepared(env.database_url, env.owner_database_url)
    else:
        env.secret()  # made now, so that whoever is given the URL finds it
        with Cluster(env.data, env.pg_bin).running() as urls:
            yield urls


@contextlib.contextmanager
def connected(url: str) -> Iterator[psycopg.Connection[Any]]:
    """An autocommit connection. Raises Trouble with the place, never the password, where there is none."""
    try:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[-1].strip() if str(error).strip() else type(error).__name__
        raise Trouble("db_unreachable", place=place(url), reason=reason) from None
    with connection:
        yield connection


def place(url: str) -> str:
    """host:port/name of a URL, fit to be shown."""
    try:
        parts = conninfo_to_dict(url)
    except psycopg.Error:
        return "?"
    return f"{parts.get('host', 'localhost')}:{parts.get('port', 5432)}/{parts.get('dbname', '')}"


def as_role(url: str, role: str) -> str:
    """The same login, working as another role from its first statement on."""
    if "role=" in str(conninfo_to_dict(url).get("options") or ""):
        return url  # a child is given what its parent prepared
    return f"{url}{'&' if '?' in url else '?'}options=-c%20role%3D{role}"


def _extensions(owner: psycopg.Connection[Any]) -> None:
    wanted = list(checks.EXTENSIONS)
    have = {row[0] for row in owner.execute("SELECT extname FROM pg_extension")}
    offered = {row[0] for row in owner.execute("SELECT name FROM pg_available_extensions")}
    absent = [name for name in wanted if name not in have | offered]
    if absent:
        raise Trouble("db_extension_absent", names=", ".join(absent))
    missing = [sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(n)) for n in wanted if n not in have]
    _all_or_trouble(owner, missing, "db_extension_rights")


def _app_role(owner: psycopg.Connection[Any], login: str) -> None:
    """Give the application's role what it needs, and the login that role; run only what is not there yet."""
    names = {"app": APP, "login": login, "owner": owner.info.user, "database": owner.info.dbname}
    known = bool(owner.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP]).fetchone())
    steps = [] if known else ["CREATE ROLE {app} NOLOGIN NOSUPERUSER NOBYPASSRLS"]
    if login != APP and not (known and _may_become(owner, login)):
        steps.append("GRANT {app} TO {login}")
    if not owner.execute("SELECT has_schema_privilege('public', 'CREATE')").fetchall()[0][0]:
        steps.append("GRANT USAGE, CREATE ON SCHEMA public TO {owner}")
    if not (known and _may_use(owner, APP)):
        steps += ["GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {app}", "GRANT USAGE ON SCHEMA public TO {app}"]
    if not (known and _gets_by_default(owner, APP)):
        steps += APP_MAY
    identifiers = {key: sql.Identifier(name) for key, name in names.items()}
    _all_or_trouble(owner, [sql.SQL(step).format(**identifiers) for step in steps], "db_role_rights")


def _may_become(owner: psycopg.Connection[Any], login: str) -> bool:
    """From PostgreSQL 16 on a role's maker is a member that may not yet work as the role."""
    right = "SET" if owner.info.server_version >= 160_000 else "MEMBER"
    return bool(owner.execute("SELECT pg_has_role(%s, %s, %s)", [login, APP, right]).fetchall()[0][0])


def _may_use(owner: psycopg.Connection[Any], app: str) -> bool:
    row = owner.execute(
        "SELECT has_database_privilege(%(app)s, current_database(), 'CONNECT')"
        "   AND has_schema_privilege(%(app)s, 'public', 'USAGE')",
        {"app": app},
    ).fetchone()
    return bool(row and row[0])


def _gets_by_default(owner: psycopg.Connection[Any], app: str) -> bool:
    """Whether tables and sequences that the owner will make open themselves to the application."""
    row = owner.execute(
        "SELECT count(DISTINCT d.defaclobjtype) FROM pg_default_acl d, aclexplode(d.defaclacl) a"
        " WHERE d.defaclrole = current_user::regrole AND a.grantee = %s::regrole AND d.defaclobjtype IN ('r', 'S')",
        [app],
    ).fetchone()
    return bool(row and row[0] == 2)


def _all_or_trouble(owner: psycopg.Connection[Any], steps: list[sql.Composed], code: str) -> None:
    """Run all steps in one transaction; what the login may not do is handed back as SQL for the administrator."""
    try:
        with owner.transaction():
            for step in steps:
                owner.execute(step)
    except errors.InsufficientPrivilege:
        told = "; ".join(step.as_string(owner) for step in steps)
        raise Trouble(code, user=owner.info.user, name=owner.info.dbname, sql=told) from None


def _refuse_bypass(app: psycopg.Connection[Any], *, login_too: bool) -> None:
    """A login of its own for the application must be an ordinary one; a single login is only held by its role."""
    row = app.execute(
        "SELECT rolname FROM pg_roles WHERE (rolsuper OR rolbypassrls)"
        " AND (rolname = current_user OR %s AND rolname = session_user)",
        [login_too],
    ).fetchone()
    if row:
        raise Trouble("db_app_bypass", role=row[0])
