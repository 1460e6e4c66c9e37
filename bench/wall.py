"""The wall for half an hour in Chromium: what it holds must stay flat.

    python -m bench.wall URL COOKIE [MINUTES] [GROUP COMMAND]

URL is a running product, COOKIE the value of `twinloop_wall` of a bound device. The wall turns every second and asks
anew every five. Half way the page loses its server: with GROUP and COMMAND that process group is ended and COMMAND
(`twinloop up …`) starts the product again, without them the browser goes offline for `LOST` seconds; the wall must say
so and take up again by itself. Each minute, with one and the same panel on screen, one line: JavaScript heap after a
collection, what the page holds outside it (Embedder: nodes, and the browser's own notes of requests and long tasks, all
of them bounded), DOM nodes, listeners, and what the browser's processes have put into memory themselves (anonymous
pages: the program's own file, which another browser beside it would share, is left out), of which the page's own. The
first `WARM` minutes do not count: what is called often is compiled in them, and compiled code is kept. At the end the
kinds of JavaScript objects that grew most. Exit status 1 where the last third holds more than the first by over 5 %, or
where the wall did not come back.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

PACE = 1.0  # seconds a turn
LOST, BACK = 20, 120  # seconds without a server; within which the wall must be back
WARM = 5  # minutes before anything is measured
METRICS = ("JSHeapUsedSize", "Nodes", "JSEventListeners")
GROWTH = 0.05


def held(session: Any) -> dict[str, float]:
    """Bytes of the JavaScript heap, nodes and listeners that are still reachable; bytes that the page holds outside."""
    session.send("HeapProfiler.collectGarbage")
    found = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    outside = session.send("Runtime.getHeapUsage").get("embedderHeapUsedSize", 0)
    return {**{name: found[name] for name in METRICS}, "Embedder": outside}


def kinds(session: Any) -> Counter[str]:
    """Bytes of the JavaScript heap by kind of node ("code", "closure", "object Map", …), what is native left out."""
    parts: list[str] = []

    def take(event: Any) -> None:
        parts.append(event["chunk"])

    session.on("HeapProfiler.addHeapSnapshotChunk", take)
    session.send("HeapProfiler.takeHeapSnapshot", {"reportProgress": False})
    session.remove_listener("HeapProfiler.addHeapSnapshotChunk", take)
    found = json.loads("".join(parts))
    fields, types = found["snapshot"]["meta"]["node_fields"], found["snapshot"]["meta"]["node_types"][0]
    kind, name, size, step = fields.index("type"), fields.index("name"), fields.index("self_size"), len(fields)
    held, nodes, strings = Counter[str](), found["nodes"], found["strings"]
    for at in range(0, len(nodes), step):
        said = types[nodes[at + kind]]
        held[f"object {strings[nodes[at + name]][:40]}" if said == "object" else said] += nodes[at + size]
    held.pop("native", None)
    return held


def resident(mark: str) -> dict[str, float]:
    """Bytes (anonymous pages) of the browser that `mark` in its command line names, and of its renderers."""
    own = {pid: line for pid, line in _commands() if "chrom" in line}
    root = {pid for pid, line in own.items() if mark in line}
    below = {pid for pid in own if root & set(_above(pid))} | root
    sizes = {pid: _own(pid) for pid in below}
    renderers = sum(size for pid, size in sizes.items() if "--type=renderer" in own[pid])
    return {"Browser": float(sum(sizes.values())), "Renderer": float(renderers)}


def _commands() -> list[tuple[int, str]]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            found.append((int(folder.name), (folder / "cmdline").read_bytes().decode("utf-8", "replace")))
        except OSError:
            continue  # it ended meanwhile
    return found


def _above(pid: int) -> list[int]:
    above = []
    while pid > 1:
        try:
            pid = int((Path(f"/proc/{pid}/stat")).read_text().rpartition(")")[2].split()[1])
        except OSError:
            break
        above.append(pid)
    return above


def _own(pid: int) -> int:
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0  # it ended meanwhile
    found = re.search(r"^Pss_Anon:\s+(\d+) kB", told, re.M)
    return int(found[1]) * 1024 if found else 0


def turn(page: Any, seconds: float) -> None:
    ends, turns = time.monotonic() + seconds, 0
    while time.monotonic() < ends:
        page.keyboard.press("ArrowRight")
        turns += 1
        if turns % 5 == 0:
            page.evaluate("document.dispatchEvent(new Event('wall:ask'))")
        page.wait_for_timeout(PACE * 1000)


def lose(page: Any, group: int | None, command: str) -> float | None:
    """Take the server away; seconds until the wall is back, None where it did not say so or did not come back."""
    context, start, said, again = page.context, time.monotonic(), False, False
    os.killpg(group, signal.SIGTERM) if group else context.set_offline(True)
    page.evaluate("document.dispatchEvent(new Event('wall:ask'))")  # offline alone breaks no open stream
    while (passed := time.monotonic() - start) < LOST + BACK:
        if passed > LOST and not again:
            again = True
            context.set_offline(False)
            if group:
                subprocess.Popen(shlex.split(command), stdout=subprocess.DEVNULL, start_new_session=True)
        page.wait_for_timeout(250)
        is_lost = page.evaluate("document.querySelector('[data-wall-live]').hasAttribute('data-lost')")
        if said and not is_lost:
            print(f"server away for {LOST} s: said so; back {passed - LOST:.1f} s after its start began", flush=True)
            return passed
        said = said or is_lost
    print(f"server away: said so {said}, not back after {LOST + BACK} s", flush=True)
    return None


def main(url: str, cookie: str, minutes: float = 30, group: int | None = None, command: str = "") -> int:
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser")
    rows: list[dict[str, float]] = []
    mark, back = f"--twinloop-bench={os.getpid()}", 0.0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu", mark])
        context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
        context.add_cookies([{"name": "twinloop_wall", "value": cookie, "url": url}])
        page = context.new_page()
        page.goto(f"{url}/wall/")
        session = context.new_cdp_session(page)
        session.send("Performance.enable")
        turn(page, 60 * WARM)
        first = kinds(session)
        for minute in range(int(minutes)):
            turn(page, 60)
            if minute + 1 == int(minutes) // 2:
                found = lose(page, group, command)
                back = -1.0 if found is None else found
            page.keyboard.press("2")  # one with a chart would hold more
            page.wait_for_timeout(300)
            rows.append({**held(session), **resident(mark)})
            print(minute + 1, *(f"{name} {value:,.0f}" for name, value in rows[-1].items()), flush=True)
        grown = kinds(session)
        grown.subtract(first)
        browser.close()
    print("grew in the JavaScript heap:", *(f"{kind} {size:+,} B" for kind, size in grown.most_common(6)))
    third = max(len(rows) // 3, 1)
    grew = {
        name: sum(row[name] for row in rows[-third:]) / max(sum(row[name] for row in rows[:third]), 1) - 1
        for name in rows[0]
    }
    print("last third against the first:", *(f"{name} {share:+.1%}" for name, share in grew.items()))
    return int(back < 0 or any(grew[name] > GROWTH for name in grew if name != "Embedder"))


if __name__ == "__main__":
    given: list[Any] = [kind(text) for kind, text in zip((float, int, str), sys.argv[3:], strict=False)]
    sys.exit(main(sys.argv[1], sys.argv[2], *given))
