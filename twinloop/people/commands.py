"""`twinloop import people`."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from twinloop.people.importing import Plan

SHOWN = 50  # bad rows on a screen; the file of rejects holds all


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="say what would come in, write nothing")
@click.option("--good-rows/--whole", default=True, help="with bad rows: import the good ones (default), or nothing")
@click.option("--mapping", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help='JSON: {"警号": "name of the column in the file", …}')  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="bad rows and, as the last line, the counts in JSON")
def import_people(files: tuple[Path, ...], dry_run: bool, good_rows: bool, mapping: Path | None, as_json: bool) -> None:
    """Bring in people: CSV, XLSX or JSON lines with 警号, 姓名, 人员类别; also 身份证号, 联系电话, 所属单位, 岗位.

    Good rows come in although others are bad (--whole: then nothing does); the bad ones are kept in a file that can be
    mended and sent again. Roles are not granted: a security administrator does that. Exit status 0; 1 for anything
    refused, rows too; 2 wrong use.
    """
    from twinloop.ledger.sight import SYSTEM, see_as

    result: dict[str, Any] = {"accepted": 0, "rejected": 0, "refused": [], "added": 0, "changed": 0}
    columns = _mapping(mapping)
    with see_as(SYSTEM):
        for path in files:
            for key, value in _one(path, columns, dry_run, good_rows, as_json).items():
                result[key] += value
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False))
    sys.exit(1 if result["rejected"] or result["refused"] else 0)


def _mapping(path: Path | None) -> Mapping[str, str] | None:
    if path is None:
        return None
    try:
        found = json.loads(path.read_text("utf-8-sig"))
    except (ValueError, UnicodeError) as error:
        raise click.UsageError(f"--mapping: {error}") from None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise click.UsageError('--mapping: {"警号": "…"}')
    return found


def _one(
    path: Path, mapping: Mapping[str, str] | None, dry_run: bool, good_rows: bool, as_json: bool
) -> dict[str, Any]:
    from django.utils import timezone

    from twinloop.decide import Refused
    from twinloop.edge.tables import Unreadable, read
    from twinloop.people import importing, refusals

    at = timezone.localtime()
    added = changed = 0
    bad = good = 0
    try:
        with _progress(as_json) as counted:
            found = importing.plan(counted(read(path)), by=None, on=at.date(), mapping=mapping)
        good, bad = len(found.good), len(found.bad)
        _show(found, path, as_json)
        if not dry_run:
            added, changed = importing.carry_out(found, by=None, at=at, good_rows=good_rows)
        _tell(found, dry_run, as_json)
    except (Unreadable, importing.MissingColumns, Refused) as error:
        text = refusals.say(error) if isinstance(error, Refused) else refusals.say_unreadable(error)
        click.echo(f"{path.name}：{text}", err=True)
        # bad rows alone do not refuse the file: they are counted as rejected
        refused = [] if isinstance(error, Refused) and error.code == "import_rows" else [f"{path.name}：{text}"]
        return {"accepted": good, "rejected": bad, "refused": refused, "added": 0, "changed": 0}
    return {"accepted": good, "rejected": bad, "refused": [], "added": added, "changed": changed}


@contextmanager
def _progress(quiet: bool) -> Iterator[Any]:
    """Rows counted on the screen while they are read; nothing where nobody looks."""
    shown = not quiet and sys.stderr.isatty()

    def counted(table: Any) -> Any:
        if not shown:
            return table
        plain = table._rows

        def rows() -> Iterator[Any]:
            with click.progressbar(length=0, label="rows", file=sys.stderr, show_pos=True) as bar:
                for row in plain():
                    bar.update(1)
                    yield row

        table._rows = rows
        return table

    yield counted


def _show(found: Plan, path: Path, as_json: bool) -> None:
    from django.utils.translation import get_language
    from django.utils.translation import gettext as _

    from twinloop.people.importing import COLUMNS

    if not as_json:
        pairs = _("，").join(f"{COLUMNS[name][0]} = {column}" for name, column in found.columns.items())
        click.echo(f"{path.name} · {pairs}", err=True)
    for note in found.notes:
        click.echo(note.say(get_language() or "zh"), err=True)
    for number, row in enumerate(found.bad):
        for column, text in row.faults:
            if as_json:
                said = {"row": row.row.number, "sheet": row.row.sheet, "column": column, "reason": text}
                click.echo(json.dumps(said, ensure_ascii=False))
            elif number < SHOWN:
                where = _("第 %(row)s 行") % {"row": row.row.number}
                click.echo(" · ".join(filter(None, (row.row.sheet, where, column, text))), err=True)
    if found.bad:
        facts = {"count": len(found.bad), "path": keep_rejects(found, path)}
        click.echo(_("%(count)s 行不对，连同原因在 %(path)s，改好可以再导入") % facts, err=True)


def keep_rejects(found: Plan, path: Path) -> Path:
    """Every bad row with its reason, in the data folder, readable by this account alone."""
    from django.conf import settings

    from twinloop.edge.rejects import Rejects

    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
    with Rejects(settings.ENV.data / "rejects" / f"people-{path.stem[:40]}-{digest}.csv") as rejects:
        for row in found.bad:
            rejects.add(row.row, row.sentences(), found.head)
    return rejects.path


def _tell(found: Plan, dry_run: bool, as_json: bool) -> None:
    from django.utils.translation import gettext as _

    if as_json:
        return
    facts = {"new": len(found.new), "changed": len(found.changed),
             "same": len(found.good) - len(found.new) - len(found.changed)}  # fmt: skip
    text = _("新增 %(new)s，更新 %(changed)s，不变 %(same)s") % facts
    click.echo((_("试运行：") if dry_run else "") + text)
