"""The guide's pictures, taken of a demo district of its own: `make pictures`.

A fresh data folder, the small demo; each page as the person sees it who works on it. All people are
invented and every picture says so. Written as palette PNG under 150 kB.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "guide" / "pictures"
SIZES = {"office": (1280, 760), "phone": (390, 780), "wall": (1920, 1080)}
MOST = 150_000  # bytes of a picture
CALL = "楼上半夜放音响跳舞，已经是第三次了，上去说还骂人，孩子睡不着"


@dataclass(frozen=True)
class Shot:
    """`first`: a link of the page that is opened before the picture is taken; `act`: what is typed or tapped."""

    name: str
    role: str
    size: str
    path: str
    first: str = ""
    act: str = ""
    then: str = ""  # pressed afterwards, so that a later picture has something to show


SENT = ".tl-person:has-text('陈立群') button"  # whose phone is photographed next
SHOTS = (
    Shot("dispatcher-today", "dispatcher", "office", "/"),
    Shot("dispatcher-intake", "dispatcher", "office", "/intake/", act="call"),
    Shot("dispatcher-board", "dispatcher", "office", "/board/", first="a.wait:has-text('粪水倒灌')", then=SENT),
    Shot("officer-order", "officer", "phone", "/orders/", first="a.order-title, .order-title a"),
    Shot("officer-today", "officer", "phone", "/"),
    Shot("community-dispute", "community", "office", "/disputes/", first="table tbody th a, table tbody td a"),
    Shot("community-visits", "community", "phone", "/visits/?tab=week"),
    Shot("community-second", "community", "office", "/second/"),
    Shot("auxiliary-posts", "auxiliary", "phone", "/posts/"),
    Shot("elder-mediation", "mediator", "phone", "/mediation/"),
    Shot("elder-session", "mediator", "phone", "/mediation/", first="a.btn-primary:has-text('记结果')"),
    Shot("agency-whistles", "agency", "phone", "/whistles/"),
    Shot("agency-pushes", "agency", "phone", "/pushes/"),
    Shot("chief-clear", "chief", "office", "/daily/"),
    Shot("chief-progress", "chief", "office", "/progress/"),
    Shot("chief-dashboard", "chief", "office", "/dashboard/"),
    Shot("bureau-wall", "bureau", "wall", "/wall/"),
    Shot("bureau-indicators", "bureau", "office", "/indicators/"),
    Shot("bureau-map", "bureau", "office", "/map/"),
    Shot("volunteer-lead", "volunteer", "phone", "/lead/"),
    Shot("volunteer-activities", "volunteer", "phone", "/activities/"),
    Shot("resident-report", "", "phone", "/r/360702991201/"),
    Shot("auditor-today", "auditor", "office", "/"),
    Shot("admin-imports", "system", "office", "/imports/"),
    Shot("tour", "dispatcher", "office", "/?tour=1"),
)


@contextmanager
def district() -> Iterator[str]:
    """Where a demo district answers."""
    data, port = Path(tempfile.mkdtemp(prefix="twinloop-pictures-")), os.environ.get("PORT", "8077")
    twinloop = [sys.executable, "-m", "twinloop"]
    up = subprocess.Popen([*twinloop, "up", "--demo", "small", "--port", port, "--data", str(data)])
    url = f"http://127.0.0.1:{port}"
    try:
        wait(url, up)
        yield url
    finally:
        up.terminate()
        up.wait(30)
        shutil.rmtree(data, ignore_errors=True)


def wait(url: str, up: subprocess.Popen[bytes], most: float = 600) -> None:
    began = time.monotonic()
    while time.monotonic() - began < most:
        if up.poll() is not None:
            sys.exit("the demo district did not start")
        try:
            if urllib.request.urlopen(f"{url}/readyz", timeout=5).status == 200:
                return
        except OSError:
            time.sleep(1)
    sys.exit("the demo district did not start in time")


def take(browser: Any, url: str, shot: Shot, folder: Path) -> str:
    """One picture; what is wrong with it, in a word, or nothing."""
    width, height = SIZES[shot.size]
    is_phone = shot.size == "phone"
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="zh-CN", has_touch=is_phone, is_mobile=is_phone
    )
    page = context.new_page()
    try:
        if shot.role:
            page.goto(f"{url}/accounts/login/")
            page.click(f"button[name=username][value={shot.role}]")
            page.wait_for_load_state()
        answer = page.goto(url + shot.path)
        if shot.first and page.locator(shot.first).count():
            page.locator(shot.first).first.click()
            page.wait_for_load_state()
        if shot.act == "call":
            page.fill("#text", CALL)
            page.wait_for_timeout(2500)
        page.wait_for_timeout(800)
        size = keep(page.screenshot(), folder / f"{shot.name}.png")
        if shot.then and page.locator(shot.then).count():
            page.locator(shot.then).first.click()
            page.wait_for_timeout(1500)
    finally:
        context.close()
    status = answer.status if answer else 0
    return f"status {status}" if status != 200 else f"{size // 1000} kB" if size > MOST else ""


def keep(png: bytes, path: Path) -> int:
    """As few colours as keep it small; how many bytes."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in (128, 64, 32, 16):
        picture.quantize(colours, method=Image.Quantize.MEDIANCUT).save(path, optimize=True)
        if path.stat().st_size < MOST:
            break
    return path.stat().st_size


def main(folder: Path = FOLDER, only: str = "") -> None:
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser") or sys.exit("Chromium is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    wrong = []
    given = os.environ.get("PICTURES_URL")
    with sync_playwright() as playwright:
        speaks: dict[str, str | float | bool] = {**os.environ, "LANGUAGE": "zh_CN"}
        quiet = ["--no-sandbox", "--disable-gpu", "--lang=zh-CN"]
        browser = playwright.chromium.launch(executable_path=path, args=quiet, env=speaks)
        for url in [given] if given else district_url():
            for shot in SHOTS:
                if only in shot.name and (said := take(browser, url, shot, folder)):
                    wrong.append(f"{shot.name}: {said}")
        browser.close()
    if wrong:
        sys.exit("\n".join(wrong))


def district_url() -> Iterator[str]:
    with district() as url:
        yield url


if __name__ == "__main__":
    main(*(Path(arg) for arg in sys.argv[1:2]), *sys.argv[2:3])
