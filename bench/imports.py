"""How fast files come in: ``python -m bench.imports [rows]`` (100,000 calls, then as many messages).

A scratch server of its own; the command's own actions as the role of the application, so that row-level security, the
ledger's chain and sealed callers are in the figures. Beside it: psycopg's COPY of the same rows into a bare table.
"""

from __future__ import annotations

import os
import random
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
SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋"
    "田杜丁沈姜范江傅钟卢汪戴崔任陆廖姚方金邱夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖"
    "武康贺严尹钱施牛洪龚"
)
GIVEN = (
    "秀兰建国卫东春花志强小军丽芳伟敏静洋勇艳杰娟涛明超霞平刚桂英华玉梅文斌辉红波健云飞翔宇鹏晨"
    "曦浩然子轩雨佳欣怡俊美金福贵荣发财祥瑞安康宁德仁义礼智信忠孝"
)


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
    at = f"2025-{number % 12 + 1:02d}-{number % 28 + 1:02d} {number % 24:02d}:{number % 60:02d}:00"
    body = f"{WORDS[number % 5]}。多次反映没有结果，希望有关部门尽快处理（合成{number}）。"
    reply = "您好，已转属地处理" if number % 2 else ""
    return f"LY{number:09d},{at},反映问题{number},{body},1990000{number % 10000:04d},{name(number)},{reply},"


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
