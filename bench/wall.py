"""The wall for half an hour in Chromium: what it holds must stay flat. `python -m bench.wall URL COOKIE [MINUTES]`.

URL is a running product, COOKIE the value of `twinloop_wall` of a bound device. Every second the wall turns, every five
it asks anew; each minute one line: heap after a collection, DOM nodes, listeners. Exit status 1 where the last third
holds more than the first by over 5 %.
"""

from __future__ import annotations

import shutil
import sys
import time
from typing import Any

PACE = 1.0  # seconds a turn


def held(session: Any) -> dict[str, float]:
    """Bytes of the JavaScript heap, nodes and listeners that are still reachable."""
    session.send("HeapProfiler.collectGarbage")
    found = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    return {name: found[name] for name in ("JSHeapUsedSize", "Nodes", "JSEventListeners")}


def main(url: str, cookie: str, minutes: float = 30) -> int:
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser")
    rows: list[dict[str, float]] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
        context.add_cookies([{"name": "twinloop_wall", "value": cookie, "url": url}])
        page = context.new_page()
        page.goto(f"{url}/wall/")
        session = context.new_cdp_session(page)
        session.send("Performance.enable")
        for minute in range(int(minutes)):
            ends, turn = time.monotonic() + 60, 0
            while time.monotonic() < ends:
                page.keyboard.press("ArrowRight")
                turn += 1
                if turn % 5 == 0:
                    page.evaluate("document.dispatchEvent(new Event('wall:ask'))")
                page.wait_for_timeout(PACE * 1000)
            rows.append(held(session))
            print(minute + 1, *(f"{name} {value:,.0f}" for name, value in rows[-1].items()), flush=True)
        browser.close()
    third = max(len(rows) // 3, 1)
    grew = {
        name: sum(row[name] for row in rows[-third:]) / max(sum(row[name] for row in rows[:third]), 1) - 1
        for name in rows[0]
    }
    print("last third against the first:", *(f"{name} {share:+.1%}" for name, share in grew.items()))
    return int(any(share > 0.05 for share in grew.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], float(sys.argv[3]) if len(sys.argv) > 3 else 30))
