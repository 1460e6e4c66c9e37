"""`twinloop report`: reports of periods that are over."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import click

KINDS = ("day", "week", "month", "quarter", "year", "twelve")


@click.command()
@click.argument("kind", type=click.Choice(KINDS), required=False)
@click.argument("day", required=False, metavar="[YYYY-MM-DD]")
@click.option("--station", metavar="CODE", help="code of a station; default: the district")
@click.option("--place", metavar="CODE", help="12-digit code of a community; default: the district")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="write it there; .docx or .pdf")
def report(kind: str | None, day: str | None, station: str | None, place: str | None, output: Path | None) -> None:
    """Make the report of the KIND of period that a day lies in (default: the last one that is over).

    `twelve` is the yearly bulletin of the twelve whole months that end with the month of the day: for a district whose
    records do not fill a calendar year yet.

    Without KIND: everything that the schedule owes, 7 days, 4 weeks, 3 months, 2 quarters, 1 year back at most, for
    the district and each station. Counts are of rows (cases, people, times); shares are printed in per cent. The same
    counts again make no new version. Exit status 0; 1 refused (the period is not over); 2 wrong use.
    """
    if (station or place) and kind is None:
        raise click.UsageError("--station and --place need a KIND")
    if station and place:
        raise click.UsageError("give --station or --place, not both")
    if output is not None and (kind is None or output.suffix not in (".docx", ".pdf")):
        raise click.UsageError("--output needs a KIND and ends in .docx or .pdf")
    from twinloop.launch.started import database

    with database():
        from twinloop.cases.telling import sentence
        from twinloop.decide import Refused
        from twinloop.ledger.sight import SYSTEM, see_as

        with see_as(SYSTEM):
            try:
                _run(kind, day, station, place, output)
            except Refused as refused:
                click.echo(sentence(refused), err=True)
                raise SystemExit(1) from None


def _run(kind: str | None, day: str | None, station: str | None, place: str | None, output: Path | None) -> None:
    from django.utils import timezone

    from twinloop.decide.periods import ReportKind, before, period
    from twinloop.insight.figures.actions import catch_up
    from twinloop.insight.reports import actions, printing, saying
    from twinloop.ledger.sight import SYSTEM
    from twinloop.people.models import Unit
    from twinloop.places.models import Place

    now = timezone.localtime()
    if kind is None:
        click.echo(f"{actions.catch_up(at=now)} reports made")
        return
    unit = Unit.objects.filter(code=station, kind=Unit.Kind.STATION).first() if station else None
    where = Place.objects.served().communities().filter(code=place).first() if place else None
    if (station and unit is None) or (place and where is None):
        raise click.BadParameter("no such code", param_hint="--station" if station else "--place")
    which = ReportKind(kind)
    over = now.date().replace(day=1) - timedelta(days=1)  # `twelve` rolls on by a month, not by its own length
    on = _day(day) if day else over if which is ReportKind.TWELVE else before(period(which, now.date())).last
    catch_up(at=now)
    made, is_new = actions.make(which, on, unit, where, scope=SYSTEM, by=None, at=now)
    click.echo(f"{saying.name(made)} · v{made.version}{'' if is_new else ' (unchanged)'}")
    if output is not None:
        output.write_bytes(printing.draw(made, by=None, at=now, as_word=output.suffix == ".docx"))
        click.echo(f"{output}")


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise click.BadParameter("a day is written 2026-04-16", param_hint="DAY") from None
