"""Sending a file through the page, and doing what was handed to the worker."""

from __future__ import annotations

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from procrastinate import testing
from procrastinate.contrib.django import app

from tests import world
from tests.world import NOW
from twinloop.ledger.sight import SYSTEM, see_as


@pytest.fixture
def district(db):
    with see_as(SYSTEM):
        yield world.district()


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def work():
    """Do what was handed to the worker, here: its own thread would not see this test's transaction."""
    connector = testing.InMemoryConnector()
    done = set()

    def do():
        for number, job in list(connector.jobs.items()):
            if number not in done:
                done.add(number)
                app.tasks[job["task_name"]].func(**job["args"])

    with app.replace_connector(connector):
        yield do


def client(person):
    found = Client()
    found.force_login(person)
    return found


def send(browser, *lines, kind="jjd", name="a.csv"):
    sent = SimpleUploadedFile(name, "\n".join(lines).encode())
    return browser.post("/imports/", {"kind": kind, "sent": [sent]})
