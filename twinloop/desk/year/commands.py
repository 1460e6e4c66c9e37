"""`twinloop simulate`: let the demo district live some days of the past."""

from __future__ import annotations

import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click

from twinloop.launch.started import database


@click.command()
@click.option("--days", type=click.IntRange(1, 366), default=30, show_default=True, help="days, the last is yesterday")
@click.option("--seed", type=int, default=2022, show_default=True, help="the same seed invents the same life")
@click.option(
    "--parameters",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="another file of assumptions [default: the shipped parameters.toml]",
)
def simulate(days: int, seed: int, parameters: Path | None) -> None:
    """Let the demo district live: calls, orders, second handlings, visits, through the product's own actions.

    Works only where people are the demo's. Exit status 1: this database is none of a demo.
    """
    with database():
        from django.conf import settings
        from django.utils import timezone

        from twinloop.desk.year.assumed import SHIPPED, read
        from twinloop.desk.year.life import Life
        from twinloop.ledger.sight import SYSTEM, see_as
        from twinloop.people import demo

        with see_as(SYSTEM):
            if not settings.DEMO or not demo.is_filled():
                click.echo("只在演示库里模拟（--demo small 或 year）：这里的人和事不是编的", err=True)
                raise SystemExit(1)
            life = Life(read(parameters or SHIPPED), seed)
        first = timezone.localdate() - timedelta(days=days)
        began = time.monotonic()
        with click.progressbar(length=days, label="模拟") as bar:
            life.live(first, days, _each_day(bar))
        took = time.monotonic() - began
    counts = "，".join(f"{name} {count}" for name, count in sorted(life.counts.items()))
    click.echo(f"{days} 天，用时 {took:.0f} 秒：{counts}")


def _each_day(bar: Any) -> Any:
    seen: set[date] = set()

    def tell(on: date) -> None:
        if on not in seen:
            seen.add(on)
            bar.update(1)

    return tell
