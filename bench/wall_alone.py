"""The wall turning by itself in a Chromium whose debugger keeps no answers: what the browser itself holds.

    python -m bench.wall_alone URL COOKIE [MINUTES] [PACE]

As `bench.wall`, which drives the page by Playwright: that asks Chromium for every request, and Chromium then keeps each
answer in the page's own process. Here a pipe carries a few commands and none of the network's. A line every half
minute: turns, JavaScript heap and what the page holds outside it after a collection, nodes, anonymous memory.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from typing import Any

from bench.wall import resident

TURN = """window.turns = 0; setInterval(() => { window.turns++;
    document.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight', bubbles: true}));
    if (window.turns % 5 == 0) document.dispatchEvent(new Event('wall:ask')); }, PACE)"""


class Debugger:
    """Chromium's own protocol over two pipes."""

    def __init__(self, folder: str) -> None:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        assert path is not None, "Debian's chromium is not installed"
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1920,1080"]
        shell = ["sh", "-c", f'exec "$0" "$@" 3<&{theirs_in} 4>&{theirs_out}']
        asked = [*shell, path, *flags, "--remote-debugging-pipe", f"--user-data-dir={folder}", "about:blank"]
        self.process = subprocess.Popen(asked, pass_fds=(theirs_in, theirs_out), stderr=subprocess.DEVNULL)
        os.close(theirs_in)
        os.close(theirs_out)
        self._number, self._rest = 0, b""

    def ask(self, method: str, params: Mapping[str, Any] | None = None, session: str = "") -> Any:
        self._number += 1
        message = {"id": self._number, "method": method, "params": params or {}}
        os.write(self._out, json.dumps(message | ({"sessionId": session} if session else {})).encode() + b"\0")
        while True:
            while b"\0" not in self._rest:
                self._rest += os.read(self._in, 1 << 20)
            one, self._rest = self._rest.split(b"\0", 1)
            told = json.loads(one)
            if told.get("id") == self._number:
                return told["result"]


def main(url: str, cookie: str, minutes: float = 6, pace: float = 0.25) -> int:
    with tempfile.TemporaryDirectory(prefix="wall-alone-", ignore_cleanup_errors=True) as folder:
        browser = Debugger(folder)
        try:
            browser.ask("Storage.setCookies", {"cookies": [{"name": "twinloop_wall", "value": cookie, "url": url}]})
            target = browser.ask("Target.createTarget", {"url": f"{url}/wall/"})["targetId"]
            page = browser.ask("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
            time.sleep(4)  # the first panel
            browser.ask("Performance.enable", session=page)
            browser.ask("Runtime.evaluate", {"expression": TURN.replace("PACE", str(pace * 1000))}, page)
            until = time.monotonic() + minutes * 60
            while time.monotonic() < until:
                time.sleep(30)
                print(line(browser, page, folder), flush=True)
        finally:
            browser.process.kill()
            browser.process.wait()
    return 0


def line(browser: Debugger, page: str, mark: str) -> str:
    browser.ask("HeapProfiler.collectGarbage", session=page)
    found = {one["name"]: one["value"] for one in browser.ask("Performance.getMetrics", session=page)["metrics"]}
    outside = browser.ask("Runtime.getHeapUsage", session=page).get("embedderHeapUsedSize", 0)
    turns = browser.ask("Runtime.evaluate", {"expression": "window.turns"}, page)["result"].get("value")
    memory = resident(mark)
    return (
        f"turns {turns} JSHeapUsedSize {found['JSHeapUsedSize']:,.0f} Nodes {found['Nodes']:.0f} Embedder {outside:,}"
        f" Browser {memory['Browser']:,.0f} Renderer {memory['Renderer']:,.0f}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], *map(float, sys.argv[3:5])))
