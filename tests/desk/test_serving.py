"""Web processes are forked from one that has read what they need, and only that; they keep sharing it."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time

import psutil
import pytest

# what pages rarely or never need: it is loaded where it is used
LATER = (
    "pypinyin", "opencc.opencc", "openpyxl", "docxtpl", "docx", "lxml", "fpdf", "fontTools", "pypdf", "scipy", "duckdb",
    "babel", "charset_normalizer", "hypothesis", "pytest",
)  # fmt: skip

READ = """
import gc, json, os, re, sys, threading
from twinloop.desk import serving
serving.read_ahead()
from django.db import connection
from django.urls import reverse
from twinloop.decide import readings
from twinloop.decide.sorting import model
gc.collect()  # what is frozen is not looked through, so that it stays shared
told = {
    "modules": sorted(sys.modules), "threads": threading.active_count(), "frozen": gc.get_freeze_count(),
    "collects": gc.isenabled(), "connected": connection.connection is not None, "sign in": reverse("account_login"),
    "model": model.shipped.cache_info().currsize, "readings": readings.table.cache_info().currsize,
}
print(json.dumps(told), flush=True)
if not os.fork():
    gc.collect()
    kept = open("/proc/self/smaps_rollup").read()
    found = {name: int(re.search(name + r":\\s+(\\d+)", kept)[1]) for name in ("Rss", "Private_Dirty")}
    print(json.dumps(found), flush=True)
    os._exit(0)
os.wait()
"""


@pytest.fixture(scope="module")
def read():
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "twinloop.settings", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", READ], env=env, check=True, capture_output=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_what_the_first_page_and_the_first_report_need_is_read(read):
    told = read[0]
    assert told["sign in"] == "/accounts/login/"
    assert (told["model"], told["readings"]) == (1, 1)


def test_nothing_that_a_fork_would_break_is_there(read):
    told = read[0]
    assert (told["threads"], told["connected"], told["collects"]) == (1, False, True)


def test_what_pages_rarely_need_is_not_read(read):
    assert [name for name in read[0]["modules"] if name in LATER] == []


def test_a_forked_process_keeps_sharing_what_was_read(read):
    assert read[0]["frozen"] > 100_000
    assert read[1]["Private_Dirty"] * 4 < read[1]["Rss"]


@pytest.mark.timeout(120)
def test_two_processes_of_one_parent_answer_come_back_and_stop(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = os.environ | {"TWINLOOP_PORT": str(port), "TWINLOOP_WEB_WORKERS": "2"}
    web = subprocess.Popen([sys.executable, "-m", "twinloop", "web"], env=env)
    try:
        until = time.monotonic() + 90
        while _asked(port) != 200:
            assert web.poll() is None
            assert time.monotonic() < until
            time.sleep(0.2)
        first = psutil.Process(web.pid).children()
        assert len(first) == 2
        first[0].kill()  # the other goes on, and a new one is forked
        while len([p for p in psutil.Process(web.pid).children() if p.status() != "zombie"]) < 2 or _asked(port) != 200:
            assert web.poll() is None
            assert time.monotonic() < until
            time.sleep(0.2)
        assert first[0] not in psutil.Process(web.pid).children()
    finally:
        web.terminate()
    assert web.wait(10) == 0
    assert _asked(port) is None


def _asked(port):
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", "/healthz")
        return line.getresponse().status
    except OSError:
        return None
    finally:
        line.close()
