"""Translations without GNU gettext: ``python -m twinloop.desk.messages extract | compile | check``.

Sentences are written in Chinese; each room keeps its English in <room>/locale/en/LC_MESSAGES/django.po, so that
several people can write at the same time. `extract` collects new sentences (translations stay), `compile` writes the
.mo files, `check` lists sentences without English and entries that no sentence uses any more, and exits 1.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract as extract_from
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parents[1]
LANGUAGE = "en"
INSIDE = Path("locale") / LANGUAGE / "LC_MESSAGES" / "django.po"
_ONE, _TWO, _CONTEXT, _CONTEXT_TWO = None, (1, 2), ((1, "c"), 2), ((1, "c"), 2, 3)
KEYWORDS = {
    "_": _ONE, "gettext": _ONE, "gettext_lazy": _ONE, "gettext_noop": _ONE,
    "ngettext": _TWO, "ngettext_lazy": _TWO,
    "pgettext": _CONTEXT, "pgettext_lazy": _CONTEXT,
    "npgettext": _CONTEXT_TWO, "npgettext_lazy": _CONTEXT_TWO,
}  # fmt: skip


def rooms(package: Path = PACKAGE) -> list[Path]:
    """Every room; a floor (discovery, intake, dispatch) holds rooms and no sentence of its own."""
    folders = sorted(folder for folder in package.iterdir() if (folder / "__init__.py").exists())
    return [room for folder in folders for room in ([folder] if not _parts(folder) else _parts(folder))]


def _parts(folder: Path) -> list[Path]:
    return sorted(inside.parent for inside in folder.glob("*/apps.py"))


def found_in(room: Path) -> Catalog:
    """Every sentence of a room's Python and templates."""
    catalog = Catalog(locale=LANGUAGE, charset="utf-8")
    for path in _sources(room):
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            text = _as_python(text)
        where = path.relative_to(room).as_posix()
        for _line, said, comments, context in extract_from("python", BytesIO(text.encode()), KEYWORDS):
            # the file without its line: a line number would change with every edit above it
            catalog.add(said, locations=[(where, 0)], auto_comments=comments, context=context)
    return catalog


def _sources(room: Path) -> Iterator[Path]:
    """Python of the room (not its tests or migrations) and whatever lies in its templates."""
    for path in sorted(room.rglob("*")):
        inside = path.relative_to(room).parts
        if "migrations" in inside or not path.is_file():
            continue
        if path.suffix == ".py" or (inside[0] == "templates" and path.suffix in (".html", ".txt")):
            yield path


def _as_python(template: str) -> str:
    """A template's sentences as calls that a Python reader understands; the rest is blanked."""
    from django.utils.translation.template import templatize

    # one call a line, unindented: blanked text would otherwise look like wrong indentation
    return "\n".join(line.strip() for line in templatize(template).splitlines())


def read(po: Path) -> Catalog:
    if not po.exists():
        return Catalog(locale=LANGUAGE, charset="utf-8")
    with po.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def extract(room: Path) -> None:
    """Bring the room's .po up to date: new sentences come in empty, unused ones go, translations stay."""
    found, po = found_in(room), room / INSIDE
    if not len(found):
        return
    known = read(po)
    fresh = Catalog(
        locale=LANGUAGE, charset="utf-8", fuzzy=False, header_comment=f"# English of the room '{room.name}'."
    )
    for message in found:
        if not message.id:
            continue
        old = known.get(_first(message), message.context)
        fresh.add(message.id, old.string if old else None, message.locations, context=message.context)
    buffer = BytesIO()
    write_po(buffer, fresh, width=120, sort_output=True, omit_header=False, include_lineno=False)
    # without the date of writing the file changes only when a sentence does
    lines = [line for line in buffer.getvalue().decode().splitlines() if not line.startswith(_CHANGING)]
    _write(po, ("\n".join(lines).rstrip() + "\n").encode())


_CHANGING = (
    '"POT-Creation-Date',
    '"PO-Revision-Date',
    '"Last-Translator',
    '"Generated-By',
    '"Report-Msgid',
    '"Project-Id',
)


def compile_(room: Path) -> None:
    po = room / INSIDE
    if po.exists():
        buffer = BytesIO()
        write_mo(buffer, read(po))
        _write(po.with_suffix(".mo"), buffer.getvalue())


def check(room: Path) -> list[str]:
    """What is wrong with the room's translations, one line each."""
    found, known = found_in(room), read(room / INSIDE)
    wrong = []
    for message in found:
        if not message.id:
            continue
        old = known.get(_first(message), message.context)
        if old is None or not _is_translated(old):
            where = message.locations[0][0] if message.locations else ""
            wrong.append(f"{room.name}/{where}: no English for “{_first(message)}”")
    wanted = {(_first(m), m.context) for m in found}
    wrong += [f"{room.name}: stale “{_first(m)}”" for m in known if m.id and (_first(m), m.context) not in wanted]
    return wrong


def _first(message: Message) -> str:
    return message.id[0] if isinstance(message.id, list | tuple) else str(message.id)


def _is_translated(message: Message) -> bool:
    parts = message.string if isinstance(message.string, list | tuple) else (message.string or "",)
    return all(parts)


def _write(path: Path, content: bytes) -> None:
    if not path.exists() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def main(arguments: list[str]) -> int:
    """The optional second word names one room."""
    verb, names = (arguments or [""])[0], arguments[1:]
    chosen = [room for room in rooms() if not names or room.name in names]
    if verb in ("extract", "compile"):
        for room in chosen:
            (extract if verb == "extract" else compile_)(room)
        return 0
    if verb == "check":
        wrong = [line for room in chosen for line in check(room)]
        sys.stderr.writelines(f"{line}\n" for line in wrong)
        return 1 if wrong else 0
    sys.stderr.write("usage: python -m twinloop.desk.messages extract|compile|check [room …]\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
