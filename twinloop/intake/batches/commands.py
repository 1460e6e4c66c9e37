"""`twinloop import KIND FILE…` for what this room brings in."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from twinloop.intake.batches.results import BadRow, Result, Source

SHOWN = 50  # bad rows on a screen; the file of rejects and --json hold all
HELP = {
    "jjd": "接警单, 处警单, 反馈单 of a 110 system: Chinese names or codes (JJDBH …), one or several sheets or files.",
    "messages": "Citizen messages: 留言编号, 留言时间, 标题, 内容 (msg_id, time, title, body), answers too.",
    "petitions": "信访积案: 信访件编号, 收到日期, 事项; each becomes a dispute of origin backlog.",
    "volunteers": "Volunteers: 志愿者编号, 姓名; also 联系电话, 身份证号, 队伍, 村社区.",
    "indicators": "Figures that others count: 指标, 期间, 分子, 来源; also 地区, 分母.",
}
TAIL = """Every bad row is kept with its reason in a file that can be mended and sent again; good rows come in. The same
file twice adds nothing. Exit status 0; 1 for anything refused, rows too; 2 wrong use."""


def _command(kind: str) -> click.Command:
    @click.command(name=kind, help=f"{HELP[kind]}\n\n{TAIL}")
    @click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
    @click.option("--dry-run", is_flag=True, help="say what would come in, write nothing")
    @click.option("--mapping", type=click.Path(path_type=Path, exists=True, dir_okay=False),
                  help='JSON: {"field, its name or code": "name of the column in the file", …}')  # fmt: skip
    @click.option("--undo", type=int, metavar="BATCH", help="take a batch back; what has gone on stays and is named")
    @click.option("--why", default="", help="reason of --undo (kept in the ledger)")
    @click.option("--judge", is_flag=True, hidden=kind not in ("jjd", "messages"),
                  help="then sort, compare and weigh what came in (what is judged stays when undone)")  # fmt: skip
    @click.option("--json", "as_json", is_flag=True, help="bad rows and, as the last line, the counts in JSON")
    def command(**given: Any) -> None:
        _run(kind, **given)

    return command


def _run(
    kind: str,
    files: tuple[Path, ...],
    dry_run: bool,
    mapping: Path | None,
    undo: int | None,
    why: str,
    judge: bool,
    as_json: bool,
) -> None:
    if bool(files) == (undo is not None):
        raise click.UsageError("FILE… or --undo BATCH")
    if judge and (dry_run or undo is not None or kind not in ("jjd", "messages")):
        raise click.UsageError("--judge: jjd, messages; FILE…")
    columns = read_mapping(mapping)
    from twinloop.decide import Refused
    from twinloop.intake.batches.actions.bringing import error_sentence
    from twinloop.ledger.sight import SYSTEM, see_as

    with see_as(SYSTEM):
        try:
            found = _undo(kind, undo, why) if undo is not None else _bring(kind, files, dry_run, columns, as_json)
            if judge and found["batch"]:
                found["judged"] = _judge(found["batch"], as_json)
        except Refused as refused:
            click.echo(error_sentence(refused), err=True)
            found = {"accepted": 0, "rejected": 0, "refused": [error_sentence(refused)]}
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    sys.exit(1 if found["rejected"] or found["refused"] else 0)


def read_mapping(path: Path | None) -> Mapping[str, str]:
    if path is None:
        return {}
    try:
        found = json.loads(path.read_text("utf-8-sig"))
    except (ValueError, UnicodeError) as error:
        raise click.UsageError(f"--mapping: {error}") from None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise click.UsageError('--mapping: {"…": "…"}')
    return found


def _bring(
    kind: str, files: tuple[Path, ...], dry_run: bool, mapping: Mapping[str, str], as_json: bool
) -> dict[str, Any]:
    from django.utils import timezone

    from twinloop.intake.batches import actions
    from twinloop.intake.batches.results import Source

    at = timezone.localtime()
    sources = [Source(path, path.name) for path in files]
    with progress(sources, as_json) as tick:
        bad = _teller(as_json)
        if dry_run:
            found = actions.look(kind, sources, at=at, mapping=mapping, bad=bad, tick=tick)
        else:
            batch, resumed = actions.open_batch(kind, sources, by=None, at=at)
            found = actions.bring(batch, sources, by=None, scope=None, at=at, mapping=mapping, bad=bad, tick=tick)
            if resumed:
                _say_resumed(batch.pk)
    _tell(found, dry_run, as_json)
    said = {"accepted": found.accepted, "rejected": found.rejected, "refused": found.refused}
    return said | {"unchanged": found.unchanged, "batch": found.batch, "rejects": [str(p) for p in found.rejects]}


def _judge(number: int, as_json: bool) -> int:
    """How many were judged; 0 where all were already."""
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from twinloop.intake.batches import actions
    from twinloop.intake.batches.actions.judging import waiting
    from twinloop.intake.batches.models import Batch

    batch = Batch.objects.get(pk=number)
    count = waiting(batch).count()
    if not count:
        return 0
    actions.ask(batch, by=None, at=timezone.localtime())
    quiet = as_json or not sys.stderr.isatty()
    with click.progressbar(length=count, label=_("研判"), file=sys.stderr, show_pos=True, hidden=quiet) as bar:
        return actions.judge(batch, by=None, clock=timezone.localtime, tick=lambda done: bar.update(1))


def _undo(kind: str, number: int, why: str) -> dict[str, Any]:
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from twinloop.decide import Refused
    from twinloop.intake.batches import actions
    from twinloop.intake.batches.models import Batch

    batch = Batch.objects.filter(pk=number, kind=kind).first()
    if batch is None:
        raise Refused("batch_unknown", batch=number)
    reason = why or "twinloop import --undo"
    gone, stayed = actions.undo(batch, by=None, scope=None, at=timezone.localtime(), why=reason)
    click.echo(_("撤去 %(gone)s 条，留下 %(stayed)s 条") % {"gone": gone, "stayed": len(stayed)}, err=True)
    if stayed:
        numbers = _("、").join(stayed[:SHOWN])
        click.echo(_("已有人接着办理，没有撤：%(numbers)s") % {"numbers": numbers}, err=True)
    return {"accepted": 0, "rejected": 0, "refused": [], "gone": gone, "stayed": stayed}


@contextmanager
def progress(sources: list[Source], quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Rows read and written, on a screen; nothing where nobody looks."""
    if quiet or not sys.stderr.isatty():
        yield lambda _read, _written: None
        return
    with click.progressbar(length=0, label="rows", file=sys.stderr, show_pos=True) as bar:
        shown = 0

        def tick(read: int, written: int) -> None:
            nonlocal shown
            bar.label = "written" if written else "read"
            now = written or read
            bar.update(max(now - shown, 0))
            shown = max(now, shown)

        yield tick


def _teller(as_json: bool) -> Callable[[BadRow], None]:
    from django.utils.translation import gettext as _

    told = 0

    def tell(found: BadRow) -> None:
        nonlocal told
        told += 1
        for column, reason in found.reasons:
            if as_json:
                said = {"file": found.file, "row": found.row, "sheet": found.sheet, "column": column, "reason": reason}
                click.echo(json.dumps(said, ensure_ascii=False))
            elif told <= SHOWN:
                where = _("第 %(row)s 行") % {"row": found.row}
                click.echo(" · ".join(filter(None, (found.file, found.sheet, where, column, reason))), err=True)

    return tell


def _say_resumed(batch: int) -> None:
    from twinloop.intake.batches import words

    click.echo(str(words.NOTES["resumed"]).format(batch=batch), err=True)


def _tell(found: Result, dry_run: bool, as_json: bool) -> None:
    from django.utils.translation import gettext as _

    from twinloop.intake.batches import words

    for said in [*found.refused, *found.notes]:
        click.echo(said, err=True)
    for path in found.rejects:
        facts = {"count": found.rejected, "path": path}
        click.echo(_("%(count)s 行不对，连同原因在 %(path)s，改好可以再导入") % facts, err=True)
    if as_json:
        return
    for form, columns in found.mapping.items():
        pairs = _("，").join(f"{of} = {column}" for of, column in columns.items())
        click.echo(f"{words.FORMS[form]} · {pairs}", err=True)
    facts = {"new": found.accepted, "same": found.unchanged, "bad": found.rejected, "batch": found.batch or 0}
    text = _("新增 %(new)s，不变 %(same)s，不对 %(bad)s") % facts
    if found.batch:
        text += _("（第 %(batch)s 批；撤销：--undo %(batch)s）") % facts
    click.echo((_("试运行：") if dry_run else "") + text)


import_jjd, import_messages, import_petitions, import_volunteers, import_indicators = map(
    _command, ("jjd", "messages", "petitions", "volunteers", "indicators")
)
