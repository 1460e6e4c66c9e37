"""Done once, however often it is sent: a form from a phone with a bad signal, an API call tried again.

    with once.taken(key, who=f"account:{pk}", what="lead", sent=canonical(facts), at=at) as turn:
        if turn.before is None:
            turn.answer = {"number": leads.report(…).number}
    return turn.said

Whoever comes second at the same moment waits for the first and gets its answer; if the first failed, it may act.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from twinloop.decide import Refused
from twinloop.ledger.models import Once

KEPT = timedelta(days=7)  # a phone may lie in a valley for days
_KEY = re.compile(r"[A-Za-z0-9._:-]{8,80}", re.ASCII)
_TAKE = """INSERT INTO ledger_once (who, key, what, digest, answer, at) VALUES (%s, %s, %s, %s, NULL, %s)
    ON CONFLICT (who, key) DO NOTHING"""


@dataclass
class Turn:
    """`before`: what the first request was answered, None where this is the first, which sets `answer`."""

    before: Any = None
    answer: Any = None

    @property
    def said(self) -> Any:
        return self.answer if self.before is None else self.before


@contextmanager
def taken(key: str, *, who: str, what: str, sent: str, at: datetime) -> Iterator[Turn]:
    """One transaction around the act. An empty key means: not asked for, act.

    `sent` is the content as text; the same key with other content raises `Refused("once_other")`, a key that is
    none `Refused("once_key")`.
    """
    with transaction.atomic():
        if not key:
            yield Turn()
            return
        if not _KEY.fullmatch(key):
            raise Refused("once_key")
        digest = hashlib.sha256(sent.encode()).digest()
        with connection.cursor() as cursor:  # waits while another with the same key is under way
            cursor.execute(_TAKE, [who, key, what, digest, at])
            is_first = cursor.rowcount == 1
        if not is_first:
            found = Once.objects.get(who=who, key=key)
            if bytes(found.digest) != digest or found.what != what:
                raise Refused("once_other")
            yield Turn(before=found.answer)
            return
        turn = Turn()
        yield turn
        assert turn.answer is not None, "the first of a key says what it answers"
        Once.objects.filter(who=who, key=key).update(answer=json.loads(json.dumps(turn.answer, default=str)))


def forget(*, at: datetime) -> int:
    """Drop keys older than `KEPT`; a job does it."""
    return Once.objects.filter(at__lt=at - KEPT).delete()[0]
