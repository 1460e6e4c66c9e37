"""Copies the few browser files that pages name out of node_modules. ``python -m twinloop.desk.vendor``; idempotent.

Only these are served: no source maps (their names would break the hashed file names of the static storage), no
font format but WOFF2 (every browser that knows ``light-dark()`` knows it).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / "node_modules"
VENDOR = Path(__file__).resolve().parent / "static" / "vendor"

_MAP = re.compile(r"\s*(?:/\*|//)# sourceMappingURL=[^\s*]+(?:\s*\*/)?")
_SOURCES = re.compile(r"src:\s*url\([^)]*\)\s*format\([^)]*\)(?:\s*,\s*url\([^)]*\)\s*format\([^)]*\))*")


def without_map(text: str) -> str:
    return _MAP.sub("", text)


def only_woff2(text: str) -> str:
    """The icon font's style sheet, naming its WOFF2 and nothing else."""
    return _SOURCES.sub('src:url("tabler-icons.woff2") format("woff2")', without_map(text))


# where it comes from, what it is called here, what is done to it (None: bytes, untouched)
FILES: tuple[tuple[str, str, Callable[[str], str] | None], ...] = (
    ("@tabler/core/dist/css/tabler.min.css", "tabler.min.css", without_map),
    ("@tabler/icons-webfont/dist/tabler-icons.min.css", "tabler-icons.min.css", only_woff2),
    ("@tabler/icons-webfont/dist/fonts/tabler-icons.woff2", "tabler-icons.woff2", None),
    ("htmx.org/dist/htmx.min.js", "htmx.min.js", without_map),
    ("echarts/dist/echarts.min.js", "echarts.min.js", without_map),
)


def copy(modules: Path = MODULES, vendor: Path = VENDOR) -> list[str]:
    """Write what is missing or different; names of the files written. FileNotFoundError when a library is not there."""
    vendor.mkdir(parents=True, exist_ok=True)
    written = []
    for source, name, change in FILES:
        content = (modules / source).read_bytes()
        if change is not None:
            content = change(content.decode()).encode()
        target = vendor / name
        if not target.exists() or target.read_bytes() != content:
            target.write_bytes(content)
            written.append(name)
    return written


if __name__ == "__main__":
    try:
        copy()
    except FileNotFoundError as missing:
        sys.exit(f"{missing.filename} is missing: run `make`, which installs the browser libraries")
