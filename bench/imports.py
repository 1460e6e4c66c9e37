"""How fast files come in: ``python -m bench.imports [rows]`` (100,000 calls, then as many messages).

A scratch server of its own; the command's own actions as the role of the application, so that row-level security, the
ledger's chain and sealed callers are in the figures. Beside it: psycopg's COPY of the same rows into a bare table.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg


def main(rows: int) -> None:
    from twinloop.launch.postgres import Cluster

    data = Path(tempfile.mkdtemp(prefix="twinloop-bench-"))
    cluster = Cluster.temporary(data / "server")
    urls = cluster.start()
    os.environ |= {
        "TWINLOOP_DATA": str(data / "data"), "TWINLOOP_DATABASE_URL": urls.app,
        "TWINLOOP_OWNER_DATABASE_URL": urls.owner, "TWINLOOP_DEMO": "small",
        "DJANGO_SETTINGS_MODULE": "twinloop.settings",
    }  # fmt: skip
    try:
        env = os.environ | {"TWINLOOP_DATABASE_URL": urls.owner}
        subprocess.run([sys.executable, "-m", "tests.template"], env=env, check=True)
        import django

        django.setup()
        for kind, head, line in (("jjd", CALL, call), ("messages", MESSAGE, message)):
            path = data / f"{kind}.csv"
            with path.open("w", encoding="utf-8") as stream:
                stream.write(head + "\n")
                stream.writelines(line(number) + "\n" for number in range(rows))
            copied = copy(urls.owner, path, head.count(",") + 1)
            print(f"{kind}: psycopg COPY into a bare table {rows / copied:,.0f} rows/s")
            measure(kind, path, rows)
    finally:
        cluster.remove()


CALL = "接警单编号,报警时间,接警时间,报警电话,报警人姓名,警情地址,报警内容"
MESSAGE = "留言编号,留言时间,标题,内容,联系电话,留言人,答复意见,答复时间"
WORDS = ("楼上漏水，双方争吵", "讨要工钱未果", "因停车位发生口角", "宅基地界址争执", "广场舞声音大，影响休息")
NAMES = ("王秀兰", "李建国", "张卫东", "刘春花", "陈志强", "赵小军", "钟丽")


def call(number: int) -> str:
    at = f"2025-{number % 12 + 1:02d}-{number % 28 + 1:02d} {number % 24:02d}:{number % 60:02d}:00"
    text = f"{WORDS[number % 5]}（合成{number}），请民警到场处理"
    phone, name = f"1990000{number % 10000:04d}", NAMES[number % 7]
    return f"36070220250305{number:09d},{at},{at},{phone},{name},示例路{number % 900}号,{text}"


def message(number: int) -> str:
    at = f"2025-{number % 12 + 1:02d}-{number % 28 + 1:02d} {number % 24:02d}:{number % 60:02d}:00"
    body = f"{WORDS[number % 5]}。多次反映没有结果，希望有关部门尽快处理（合成{number}）。"
    reply = "您好，已转属地处理" if number % 2 else ""
    return f"LY{number:09d},{at},反映问题{number},{body},1990000{number % 10000:04d},{NAMES[number % 7]},{reply},"


def copy(owner: str, path: Path, columns: int) -> float:
    names = ", ".join(f"c{number} text" for number in range(columns))
    with psycopg.connect(owner, autocommit=True) as there:
        there.execute(f"DROP TABLE IF EXISTS bench; CREATE TABLE bench ({names})")
        began = time.perf_counter()
        with there.cursor().copy("COPY bench FROM STDIN (FORMAT csv, HEADER)") as into, path.open("rb") as stream:
            while chunk := stream.read(65536):
                into.write(chunk)
        return time.perf_counter() - began


def measure(kind: str, path: Path, rows: int) -> None:
    from django.utils import timezone

    from twinloop.intake.batches import actions
    from twinloop.intake.batches.results import Source
    from twinloop.ledger.sight import SYSTEM, see_as

    sources, at = [Source(path, path.name)], timezone.localtime()
    with see_as(SYSTEM):
        for said in ("first time", "again, all known"):
            began, cpu = time.perf_counter(), time.process_time()
            batch, _resumed = actions.open_batch(kind, sources, by=None, at=at)
            found = actions.bring(batch, sources, by=None, scope=None, at=at)
            took, own = time.perf_counter() - began, time.process_time() - cpu
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            counts = f"new {found.accepted:,}, there {found.unchanged:,}, bad {found.rejected:,}"
            print(f"{kind}, {said}: {rows / took:,.0f} rows/s ({took:.1f} s, own {own:.1f}); {counts}; {peak:.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
