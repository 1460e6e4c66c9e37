"""The house keeps its own laws: strangers, words, migrations, settings, clocks, contracts."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests import access
from twinloop.desk import messages
from twinloop.launch.environment import Environment, variable

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "twinloop"
# what somebody who is not signed in may open, and why
PUBLIC = {
    "account_login": "the door",
    "account_logout": "leads to the door",
    "account_inactive": "says that the account is closed",
    "demo_sign_in": "the role picker of the demo",
    "preferences": "language and theme at the door",
    "healthz": "for the supervisor",
    "readyz": "for the supervisor",
    "openapi-json": "says what the API is, shows no row",
    "mfa_authenticate": "second step of the door; sends away who has not passed the first",
    "keep_token": "a token for this browser and whose it is",
    "keep_worker": "a script",
    **access.said("PUBLIC"),
}
SAMPLE = {
    "pk": 1, "number": "JF260416-001", "code": "360702191201", "action": "sort", "act": "serve", "token": "x",
    "kind": "review", **access.said("SAMPLE"),
}  # fmt: skip


def patterns(found: list[Any], prefix: str = "/") -> Iterator[tuple[str, str]]:
    """(name, path with sample values) of every address."""
    for entry in found:
        path = prefix + re.sub(r"\\[ZA]|[\^$]", "", str(entry.pattern))
        if isinstance(entry, URLResolver):
            yield from patterns(entry.url_patterns, path)
        elif isinstance(entry, URLPattern):
            yield entry.name or path, re.sub(r"<(?:\w+:)?(\w+)>", lambda m: str(SAMPLE.get(m[1], 1)), path)


ADDRESSES = sorted(set(patterns(get_resolver().url_patterns)))


@pytest.mark.parametrize(("name", "path"), [a for a in ADDRESSES if a[0] not in PUBLIC])
def test_every_address_refuses_a_stranger(db, name, path):
    for method in ("get", "post"):
        answer = getattr(Client(raise_request_exception=False), method)(path)
        if answer.status_code == 302:
            assert answer["Location"].startswith("/accounts/"), (method, answer["Location"])
        else:
            assert answer.status_code in (401, 403, 404, 405), (method, answer.status_code)


def test_what_is_public_exists():
    assert set(PUBLIC) <= {name for name, _path in ADDRESSES}


@pytest.mark.parametrize("room", messages.rooms(), ids=lambda room: room.name)
def test_every_sentence_has_both_languages(room):
    assert messages.check(room) == []


def test_new_words_of_every_room_are_compiled_by_the_next_start():
    """What `make` does not know to be newer stays as it was after an upgrade."""
    (patterns,) = re.findall(r"^WORDS  := \$\(wildcard (.*)\)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    known = {path for pattern in patterns.split() for path in ROOT.glob(pattern)}
    assert set(PACKAGE.rglob("*.po")) == known != set()


def test_no_migration_is_missing(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_setting_is_documented_and_no_other():
    told = set(re.findall(r"`(TWINLOOP_[A-Z_]+)`", (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")))
    assert told == {variable(name) for name in Environment.model_fields}


def test_contracts_hold():
    done = subprocess.run(
        [sys.executable, "-c", "import importlinter.cli as c; import sys; sys.exit(c.lint_imports())"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_the_drawn_workflow_is_fresh():
    from twinloop.decide.drawing import page

    assert (ROOT / "docs" / "workflow.md").read_text(encoding="utf-8") == page()


def test_roles_of_people_are_roles_of_the_workflow():
    from twinloop.decide.workflow import Role
    from twinloop.people import models

    outside = {"security_director", "resident", "system"}  # no account, or not a person
    assert set(models.Role.values) == set(Role) - outside


# --- the text of the code ---------------------------------------------------------------------------------------------

CLOCK = re.compile(r"timezone\.(now|localtime|localdate)\(\)|datetime\.now\(|date\.today\(|time\.time\(")
# views, API, jobs and commands read the clock; launch runs before Django and times its own work
READS_CLOCK = re.compile(
    r"(^launch/|/views|/api/|/api\.py$|/jobs\.py$|/commands\.py$|/middleware\.py$|/context\.py$|/problems\.py$|/ring\.py$"
    r"|/account_views\.py$|desk/live\.py$|desk/audit\.py$|/sign_in\.py$|/lockout\.py$|/mfa\.py$|/adapter\.py$|/demo\.py$|cases/acting\.py$"
    r"|templatetags/tl\.py$|people/first\.py$|people/parked\.py$)"
)


def sources(*suffixes: str) -> Iterator[tuple[str, str]]:
    for path in sorted(path for suffix in suffixes for path in PACKAGE.rglob(f"*{suffix}")):
        if "vendor" not in path.parts and "migrations" not in path.parts:
            yield path.relative_to(PACKAGE).as_posix(), path.read_text(encoding="utf-8")


def test_only_the_edges_read_the_clock():
    assert [name for name, text in sources(".py") if CLOCK.search(text) and not READS_CLOCK.search(name)] == []


def test_no_template_holds_script_or_style():
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=\"", re.IGNORECASE)
    assert [name for name, text in sources(".html") if inline.search(text)] == []


def _masks_a_cut(text: str) -> bool:
    """Whether `mask_text` is given a part of something."""
    calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    masks = (call for call in calls if getattr(call.func, "id", "") == "mask_text")
    parts = (part for call in masks for given in call.args for part in ast.walk(given))
    return any(isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Slice) for part in parts)


def test_a_text_is_masked_before_it_is_cut():
    """A cut leaves part of a telephone that nobody would know for one."""
    assert _masks_a_cut('mask_text(" ".join(text.split())[:60])')
    assert not _masks_a_cut("mask_text(text)[:60]")
    assert [path for path, text in sources(".py") if _masks_a_cut(text)] == []


def test_files_stay_short():
    assert [name for name, text in sources(".py") if text.count("\n") > 300] == []


def test_nothing_is_called_by_a_name_that_says_nothing():
    vague = {"utils", "helpers", "common", "core", "base", "misc", "manager", "service", "handler"}
    assert [name for name, _text in sources(".py") if set(Path(name).with_suffix("").parts) & vague] == []


def test_lock_files_carry_no_addresses():
    for name in ("requirements.lock", "requirements-dev.lock", ".npmrc"):
        assert "://" not in (ROOT / name).read_text(encoding="utf-8"), name
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text(encoding="utf-8")


def test_a_day_in_a_form_is_written_as_browsers_read_it():
    """Without `format` Django writes a date as the language does (2026/11/20), and the browser shows an empty field."""
    lacking = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", "") in {"DateInput", "TimeInput", "DateTimeInput"}
        and "format" not in {keyword.arg for keyword in node.keywords}
    ]
    assert lacking == []


def test_days_hours_and_lines_are_asked_for_in_one_way():
    """`people.asking` says what a browser shows; a month and a moment are asked for once each, where they stand."""
    own = re.compile(r"""["']type["']: ["'](date|time)["']|Textarea\((attrs=)?\{["']rows["']: \w+\}""")
    assert [name for name, text in sources(".py") if own.search(text) and name != "people/asking.py"] == []


STYLED_BY_LIBRARIES = {"htmx-request"}
OF_LIBRARIES = ("account/", "allauth/", "mfa/", "usersessions/")  # templates that stand for those of a library


def test_every_template_is_shown_by_somebody():
    """Its name stands in a view, a tag or another template."""
    held = {path: set(re.findall(r"[\w-]+", text)) for path, text in sources(".py", ".html")}
    named = Counter(word for words in held.values() for word in words)
    lost = []
    for path, words in held.items():
        name = path.rpartition("/templates/")[2]
        stem = Path(name).stem.removeprefix("tl-")
        if path.endswith(".html") and not name.startswith(OF_LIBRARIES) and named[stem] - (stem in words) == 0:
            lost.append(path)
    assert lost == []


def test_every_class_of_our_own_styles_is_worn():
    """By a template, a script or a tag; a class that ends in a code (`wall-l{{ level }}`) is known by its beginning."""
    worn = "\n".join(text for _path, text in sources(".py", ".html", ".js"))
    words = set(re.findall(r"[\w-]+", worn))
    begun = set(re.findall(r"([\w-]+)(?:\{|\$\{)", worn))
    lost = []
    for path, text in sources(".css"):
        rules = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
        for name in set(re.findall(r"\.(-?[A-Za-z_][\w-]*)", " ".join(re.findall(r"([^{}]+)\{", rules)))):
            made = any(name.startswith(start) for start in begun if len(start) > 3)
            if name not in words | STYLED_BY_LIBRARIES and not made:
                lost.append(f"{path} .{name}")
    assert lost == []


def test_nothing_is_kept_that_nobody_names():
    """A function, class or constant of a module that stands nowhere else, in the product, a test or a bench."""
    places = (PACKAGE, ROOT / "tests", ROOT / "bench")
    held = {path: path.read_text("utf-8") for place in places for path in place.rglob("*.py")}
    pages = (text for _path, text in sources(".html", ".js"))
    times = Counter(word for text in (*held.values(), *pages) for word in re.findall(r"\w+", text))
    lost = []
    for path, text in held.items():
        if (
            PACKAGE in path.parents
            and path.name not in ("settings.py", "apps.py", "urls.py")
            and "migrations" not in path.parts
        ):
            for node in ast.parse(text).body:
                if isinstance(node, ast.Assign):
                    names = [target.id for target in node.targets if isinstance(target, ast.Name)]
                else:
                    names = [getattr(node, "name", "")] if not getattr(node, "decorator_list", None) else []
                lost += [f"{path.relative_to(PACKAGE)} {name}" for name in names if name and times[name] == 1]
    assert lost == []
