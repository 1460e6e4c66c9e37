"""From files to records: read and judge everything first, then write a thousand at a time.

Each thousand is one transaction with its items, so that a killed import leaves whole records only and the same command
again brings the rest. One import runs at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from twinloop.cases.telling import sentence as say
from twinloop.decide import Refused
from twinloop.edge.masktext import mask_text
from twinloop.edge.tables import Unreadable, read
from twinloop.intake.batches import staging, words
from twinloop.intake.batches.columns import fingerprint
from twinloop.intake.batches.kinds import forms_of
from twinloop.intake.batches.models import Batch, Item
from twinloop.intake.batches.models import Mapping as Saved
from twinloop.intake.batches.reading import Part, Sheets, digest_of, heads_for, sentence
from twinloop.intake.batches.records import Acting, Facts, Form
from twinloop.intake.batches.rejecting import gather
from twinloop.intake.batches.results import BadRow, Result, Source
from twinloop.intake.batches.spool import Kept, Spool
from twinloop.ledger import many
from twinloop.ledger.actions import record
from twinloop.ledger.sight import Scope

LOCK = 7103001
STAGED = 5000
SHOWN = 8
Tick = Callable[[int, int], None]  # rows read, records written
Bad = Callable[[BadRow], None]


def bring(
    batch: Batch, sources: Sequence[Source], *, by: int | None, scope: Scope | None, at: datetime,
    mapping: Mapping[str, str] | None = None, tick: Tick = lambda _read, _written: None,
    bad: Bad = lambda _row: None,
) -> Result:  # fmt: skip
    """Write what is good in `sources` under `batch`. Raises `Refused` for a wrong mapping or a second import."""
    acting = Acting(batch.pk, by, scope, at)
    with _alone(), _Run(batch.kind, sources, at, mapping or {}) as run:
        run.read(tick)
        run.judge()
        run.write(acting, tick)
        run.finish(bad)
        _close(batch, run, acting)
    return run.result


def look(
    kind: str, sources: Sequence[Source], *, at: datetime, mapping: Mapping[str, str] | None = None, limit: int = 0,
    bad: Bad = lambda _row: None, tick: Tick = lambda _read, _written: None, keep: bool = True,
) -> Result:  # fmt: skip
    """What would come in; nothing is written. `limit`: rows a file at most (0 = all); `keep`: a file of rejects."""
    with _Run(kind, sources, at, mapping or {}, limit, keep) as run:
        run.read(tick)
        run.judge()
        run.finish(bad)
    return run.result


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise Refused("batch_busy")
    try:
        yield
    finally:
        if connection.connection is not None and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


class _Run:
    """One pass over some files: read, judge, write."""

    def __init__(
        self, kind: str, sources: Sequence[Source], at: datetime, mapping: Mapping[str, str], limit: int = 0,
        keep: bool = True,
    ) -> None:  # fmt: skip
        self.kind, self.sources, self.at, self.limit, self.keep = kind, sources, at, limit, keep
        self.forms = forms_of(kind)
        self.heads = heads_for(kind, self.forms, mapping)
        self.result = Result()
        self.n = 0
        self.starts: dict[int, int] = {}  # file → rows before it; a refused file is not here
        self._open = ExitStack()

    def __enter__(self) -> _Run:
        folder = settings.ENV.data / "parked"
        self.spools = {form.code: self._open.enter_context(Spool(folder)) for form in self.forms}
        staging.clear()
        return self

    def __exit__(self, *_error: object) -> None:
        self._open.close()

    # --- read --------------------------------------------------------------------------------------------------

    def read(self, tick: Tick) -> None:
        for index, source in enumerate(self.sources):
            try:
                self._read_file(index, source, tick)
            except (Unreadable, Refused) as error:
                said = error_sentence(error)
                self.result.refused.append(_("%(file)s：%(why)s") % {"file": source.name, "why": said})
                self.starts.pop(index, None)
                staging.drop_file(index)
        self.heads.check_given()

    def _read_file(self, index: int, source: Source, tick: Tick) -> None:
        table = read(source.path)
        self.starts[index] = self.n
        waiting: list[staging.Staged] = []
        sheets = Sheets(self.heads, self.at, table.kind)
        try:
            for count, row in enumerate(table):
                if self.limit and count >= self.limit:
                    self.result.whole = False
                    break
                self.n += 1
                parts = sheets.parts(row)
                waiting += [self._staged(index, row.number, number, part) for number, part in enumerate(parts)]
                if len(waiting) >= STAGED:
                    staging.put(waiting)
                    waiting = []
                    tick(self.n, 0)
        finally:
            staging.put(waiting)
        tick(self.n, 0)
        self.result.notes += sheets.notes()
        self.result.notes += [note.say(get_language() or "zh") for note in table.notes]

    def _staged(self, file: int, row: int, number: int, part: Part) -> staging.Staged:
        if part.faults:
            fault = staging.reasons(part.faults)
            return staging.Staged(self.n, number, file, part.form.code, "", None, None, "", "", fault)
        form, facts = part.form, part.facts
        self.spools[form.code].add(Kept(self.n, number, row, facts))
        moment, call, order = (facts.get(of) if of else None for of in (form.moment, form.call, form.order))
        digest = digest_of(facts)
        return staging.Staged(self.n, number, file, form.code, part.number, digest, moment, call or "", order or "", "")

    # --- judge -------------------------------------------------------------------------------------------------

    def judge(self) -> None:
        staging.judge()
        for form in self.forms:
            if form.check:
                for kept, _digests in self._fresh(form):
                    self._check(form, kept)
            if form.code == "call":
                staging.judge_parents()
        self.result.accepted, self.result.rejected, self.result.unchanged = staging.counts()

    def _check(self, form: Form, kept: Sequence[Kept]) -> None:
        assert form.check is not None
        for index, (of, fault) in form.check([one.facts for one in kept]).items():
            staging.set_fault(kept[index].n, kept[index].part, [(form.columns.name(of), sentence(fault))])

    def _fresh(self, form: Form) -> Iterator[tuple[list[Kept], list[bytes]]]:
        """Chunks of records that are good and new, with their digests."""
        for chunk in self.spools[form.code].chunks():
            new = staging.fresh(form.code, chunk[0].n, chunk[-1].n)
            found = [kept for kept in chunk if (kept.n, kept.part) in new]
            if found:
                yield found, [new[kept.n, kept.part] for kept in found]

    # --- write -------------------------------------------------------------------------------------------------

    def write(self, acting: Acting, tick: Tick) -> None:
        written = 0
        for form in self.forms:
            for kept, digests in self._fresh(form):
                _write(form, kept, digests, acting)
                written += len(kept)
                tick(self.n, written)

    # --- finish ------------------------------------------------------------------------------------------------

    def finish(self, bad: Bad) -> None:
        found = self.result
        found.mapping = self.heads.mapping()
        found.heads = self.heads.columns()
        if self.heads.unused:
            columns = _("、").join(self.heads.unused[:20])
            found.notes.append(str(words.NOTES["unused"]).format(columns=columns))
        if lost := staging.lost_orders():
            found.notes.append(str(words.NOTES["order_unknown"]).format(count=lost))
        if found.rejected:
            gather(self.kind, self.sources, self.starts, found, bad, self.limit, self.keep)
        for form in self.forms if not self.keep else ():
            self._show(form)

    def _show(self, form: Form) -> None:
        for kept, _digests in self._fresh(form):
            for one in kept[: SHOWN - len(self.result.good)]:
                self.result.good.append((form.code, *_shown(one.facts)))
            return


def _write(form: Form, kept: Sequence[Kept], digests: Sequence[bytes], acting: Acting) -> None:
    with transaction.atomic():
        made = form.write([one.facts for one in kept], acting)
        rows = (
            (acting.batch, form.code, one.facts["number"], digest, one.row, pk)
            for one, digest, pk in zip(kept, digests, made, strict=True)
        )
        many.add(Item, ("batch_id", "form", "number", "digest", "row", "made"), rows)


def _shown(facts: Facts) -> tuple[str, str, str]:
    text = next((facts[of] for of in ("narrative", "title", "text", "code", "team") if facts.get(of)), "")
    moment = facts.get("at") or facts.get("received_on") or facts.get("first_on") or ""
    return facts["number"].split("|")[0], moment[:16].replace("T", " "), mask_text(text)[:60]


def error_sentence(error: Unreadable | Refused) -> str:
    """Why a file is refused, in the language of whoever imports."""
    if isinstance(error, Refused):
        return say(error)
    from twinloop.edge.tablewords import say as say_table

    return say_table(error.code, get_language() or "zh", **error.facts)


@transaction.atomic
def _close(batch: Batch, run: _Run, acting: Acting) -> None:
    """The batch is done, its mappings are kept for the next file with the same head, and the ledger says it once."""
    found = run.result
    found.batch = batch.pk
    failed = not run.starts
    batch.state = "failed" if failed else "done"
    batch.accepted, batch.rejected, batch.unchanged = found.accepted, found.rejected, found.unchanged
    batch.notes, batch.refused, batch.mapping = found.notes[:50], "；".join(found.refused)[:400], found.mapping
    batch.done_at, batch.read = acting.at, run.n
    batch.save()
    for head, pairs in run.heads.known.items():
        columns = {of: column for _form, guessed in pairs for of, column in guessed.items()}
        facts = {"columns": columns, "by_id": acting.by, "at": acting.at}
        Saved.objects.update_or_create(kind=batch.kind, head=fingerprint(head), defaults=facts)
    record(
        batch.stream, "batch_done", by=acting.by, at=acting.at, kind=batch.kind, sha256=batch.digest,
        accepted=found.accepted, rejected=found.rejected, unchanged=found.unchanged,
    )  # fmt: skip
