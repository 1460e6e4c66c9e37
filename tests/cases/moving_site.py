"""A bare site for test_kill.py: POST /<pk> sorts that dispute by `actions.move` and answers once it is committed.

GET says that it is up.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twinloop.settings")

import django

django.setup()

from django.db import close_old_connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from twinloop.cases import actions  # noqa: E402
from twinloop.cases.models import Dispute  # noqa: E402
from twinloop.ledger.sight import SYSTEM, see_as  # noqa: E402


def application(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    if environ["REQUEST_METHOD"] == "GET":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"up"]
    with see_as(SYSTEM):
        dispute = Dispute.objects.get(pk=int(environ["PATH_INFO"].strip("/")))
        actions.move(
            dispute,
            "sort",
            by=None,
            roles=frozenset({"dispatcher"}),
            at=timezone.now(),
            given={"type_code": "B1", "level": 3},
        )
    close_old_connections()
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({"state": dispute.state}).encode()]
