"""How fast files come in: ``python -m bench.imports [rows]`` (100,000 calls, then as many messages).

A scratch server of its own; the command's own actions as the role of the application, so that row-level security, the
ledger's chain and sealed callers are in the figures. Beside it: psycopg's COPY of the same rows into a bare table. Then
some of them judged: sorted, compared with what is there, weighed.

Messages are letters of two to 27 sentences out of the 5,000 that the sorter was taught with, as long as real ones are;
one character in ten is another's, else each sentence would stand in eight letters. Form letters are five texts that
thousands send, as in a campaign (until 2026-11-28 all messages were such).
"""

from __future__ import annotations

import json
import os
import random
import re
import resource
import sys
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import psycopg

from bench import scratch


def main(rows: int, out: Path | None = None) -> None:
    with scratch.empty() as (urls, data):
        scratch.tables(urls.owner)
        found = bring(urls.owner, data, rows)
    if out:
        out.write_text(json.dumps(found), "utf-8")


def bring(owner: str, data: Path, rows: int) -> dict[str, dict[str, float]]:
    """Rows a second of each kind: a bare COPY, the product's first time, and again with all of them known."""
    import django

    django.setup()
    found = {}
    for name, kind, head, line in (
        ("jjd", "jjd", CALL, call), ("messages", "messages", MESSAGE, letter),
        ("form letters", "messages", MESSAGE, message),
    ):  # fmt: skip
        path = data / f"{name}.csv"
        with path.open("w", encoding="utf-8") as stream:
            stream.write(head + "\n")
            stream.writelines(line(number) + "\n" for number in range(rows))
        copied = rows / copy(owner, path, head.count(",") + 1)
        print(f"{name}: psycopg COPY into a bare table {copied:,.0f} rows/s")
        first, again, judged = measure(name, kind, path, rows)
        found[name] = {"copy": copied, "stored": first, "known": again, "judged": judged}
    return found


JUDGED = 20.0  # seconds of judging a kind
CALL = "接警单编号,报警时间,接警时间,报警电话,报警人姓名,警情地址,报警内容"
MESSAGE = "留言编号,留言时间,标题,内容,联系电话,留言人,答复意见,答复时间"
WORDS = ("楼上漏水，双方争吵", "讨要工钱未果", "因停车位发生口角", "宅基地界址争执", "广场舞声音大，影响休息")
SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋"
    "田杜丁沈姜范江傅钟卢汪戴崔任陆廖姚方金邱夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖"
    "武康贺严尹钱施牛洪龚"
)
GIVEN = (
    "秀兰建国卫东春花志强小军丽芳伟敏静洋勇艳杰娟涛明超霞平刚桂英华玉梅文斌辉红波健云飞翔宇鹏晨"
    "曦浩然子轩雨佳欣怡俊美金福贵荣发财祥瑞安康宁德仁义礼智信忠孝"
)


SIZES = (2, 3, 4, 5, 6, 8, 11, 16, 27)  # sentences of a letter: as real ones in tenths, 60 to 700 characters
CHANGED = 0.1  # share of its characters that are another letter's


def name(number: int) -> str:
    """As many different names as a district has: some 400,000 may come up."""
    dice = random.Random(number % 400_000)
    return dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=1 + (number % 5 > 0)))


def call(number: int) -> str:
    at = f"2025-{number % 12 + 1:02d}-{number % 28 + 1:02d} {number % 24:02d}:{number % 60:02d}:00"
    text = f"{WORDS[number % 5]}（合成{number}），请民警到场处理"
    phone = f"1990000{number % 10000:04d}"
    return f"36070220250305{number:09d},{at},{at},{phone},{name(number)},示例路{number % 900}号,{text}"


def message(number: int) -> str:
    return _row("LY", number, f"{WORDS[number % 5]}。多次反映没有结果，希望有关部门尽快处理（合成{number}）。")


def letter(number: int) -> str:
    dice = random.Random(number)
    text = "。".join(dice.sample(sentences(), dice.choice(SIZES)))
    other = "".join(dice.sample(sentences(), 5))
    body = "".join(dice.choice(other) if dice.random() < CHANGED else said for said in text)
    return _row("LX", number, f"{body}（合成{number}）。")


def _row(mark: str, number: int, body: str) -> str:
    at = f"2025-{number % 12 + 1:02d}-{number % 28 + 1:02d} {number % 24:02d}:{number % 60:02d}:00"
    reply = "您好，已转属地处理" if number % 2 else ""
    return f"{mark}{number:09d},{at},反映问题{number},{body},1990000{number % 10000:04d},{name(number)},{reply},"


@cache
def sentences() -> list[str]:
    """Of the letters that the sorter was taught with, written by hand for it."""
    from twinloop.decide.sorting import corpus

    found = [part for _label, text in corpus.whole("letters") for part in re.split("[。？！]", text)]
    return sorted({part.replace(",", "，").replace('"', "") for part in found if part})


def copy(owner: str, path: Path, columns: int) -> float:
    names = ", ".join(f"c{number} text" for number in range(columns))
    with psycopg.connect(owner, autocommit=True) as there:
        there.execute(f"DROP TABLE IF EXISTS bench; CREATE TABLE bench ({names})")
        began = time.perf_counter()
        with there.cursor().copy("COPY bench FROM STDIN (FORMAT csv, HEADER)") as into, path.open("rb") as stream:
            while chunk := stream.read(65536):
                into.write(chunk)
        return time.perf_counter() - began


def measure(name: str, kind: str, path: Path, rows: int) -> tuple[float, float, float]:
    """Rows a second: stored and validated the first time; again, all known; then judged for a while."""
    from django.utils import timezone

    from twinloop.intake.batches import actions
    from twinloop.intake.batches.models import Batch
    from twinloop.intake.batches.results import Source
    from twinloop.ledger.sight import SYSTEM, see_as

    sources, at, speeds, first = [Source(path, path.name)], timezone.localtime(), [], None
    with see_as(SYSTEM):
        for said in ("first time", "again, all known"):
            began, cpu, other = time.perf_counter(), time.process_time(), backend()
            batch, _resumed = actions.open_batch(kind, sources, by=None, at=at)
            first = first or batch
            found = actions.bring(batch, sources, by=None, scope=None, at=at)
            took, own, other = time.perf_counter() - began, time.process_time() - cpu, backend() - other
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            counts = f"new {found.accepted:,}, there {found.unchanged:,}, bad {found.rejected:,}"
            print(f"{name}, {said}: {rows / (own + other):,.0f} rows a second of one core (Python {own:.1f} s, server "
                  f"{other:.1f} s of processor time, {took:.1f} s by the clock); {counts}; {peak:.0f} MB")  # fmt: skip
            speeds.append(rows / took)
        assert isinstance(first, Batch)
        judged = {}
        for said, judge in (("one by one", _singly), ("together", _together)):
            began, cpu, other = time.perf_counter(), time.process_time(), backend()
            done = judge(first)
            took, own, other = time.perf_counter() - began, time.process_time() - cpu, backend() - other
            judged[said] = done / (own + other)
            print(f"{name}, with all decisions, {said}: {judged[said]:,.0f} rows a second of one core (Python "
                  f"{own:.1f} s, server {other:.1f} s of processor time, {took:.1f} s by the clock for {done:,})",
                  flush=True)  # fmt: skip
    return speeds[0], speeds[1], judged["together"]


class _EnoughError(Exception):
    """The judging of a batch goes on where it was; here it need not."""


def _singly(batch: Any) -> int:
    """As until 2026-11-27; for the comparison only."""
    from django.utils import timezone

    from twinloop.cases.models import Incident
    from twinloop.intake.batches.actions import judging as batch_judging
    from twinloop.triage import judging

    began, done = time.perf_counter(), 0
    for pk in batch_judging.waiting(batch).values_list("pk", flat=True)[:5000]:
        row = Incident.objects.select_related("place").get(pk=pk)
        done += judging.judge(row, by=None, at=timezone.localtime()) is not None
        if time.perf_counter() > began + JUDGED / 2:
            break
    return done


def _together(batch: Any) -> int:
    from django.utils import timezone

    from twinloop.decide import Refused
    from twinloop.intake.batches import actions

    began, last = time.perf_counter(), 0

    def tick(done: int) -> None:
        nonlocal last
        last = done
        if time.perf_counter() > began + JUDGED:
            raise _EnoughError

    with suppress(Refused):  # all judged one by one already
        actions.ask(batch, by=None, at=timezone.localtime())
    with suppress(_EnoughError):
        actions.judge(batch, by=None, clock=timezone.localtime, tick=tick)
    return last


def backend() -> float:
    """Processor seconds of this connection's server process: with one core, nobody else has them."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        fields = Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    *where, size = sys.argv[1:] or ["100000"]
    main(int(size), *map(Path, where))
