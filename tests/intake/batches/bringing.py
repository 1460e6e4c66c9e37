"""Running an import as the command runs it, and files to run it on."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from twinloop.intake.batches import commands

CALL_HEAD = "接警单编号,行政区划代码,报警时间,接警时间,报警电话,报警人姓名,警情地址,报警内容"


@dataclass(frozen=True)
class Told:
    """`last` is the last line of --json, `rows` the bad rows before it, `said` what stood on the error stream."""

    status: int
    last: dict[str, Any]
    rows: list[dict[str, Any]] = field(default_factory=list)
    said: str = ""

    @property
    def counts(self) -> tuple[int, int, int]:
        return self.last["accepted"], self.last["rejected"], self.last.get("unchanged", 0)

    @property
    def reasons(self) -> list[tuple[int, str, str]]:
        return [(row["row"], row["column"], row["reason"]) for row in self.rows]


def bring(kind: str, *args: object) -> Told:
    command = getattr(commands, f"import_{kind}")
    result = CliRunner().invoke(command, [*map(str, args), "--json"], catch_exceptions=False)
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    return Told(result.exit_code, lines[-1], lines[:-1], result.stderr)


def write(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path.write_bytes("\n".join(lines).encode(encoding))
    return path


def call(number: str, at: str = "2026-03-05 08:01:00", text: str = "两家为排水沟争吵", **more: str) -> str:
    received = more.get("received", at)
    return ",".join((number, "", at, received, more.get("phone", "13000000301"), more.get("name", "测甲"),
                     more.get("address", "近村1号"), text))  # fmt: skip
