"""Letters of the outbox: a CloudEvent with numbers and links, no name and no word of a report."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.utils import translation

from twinloop.notices import words
from twinloop.notices.models import Letter, Notice
from twinloop.notices.telling import told_to
from twinloop.people.models import Account

SHOWN = 5  # items by their numbers; the rest as a count
TYPES = {"notices": "cn.twinloop.notices", "digest": "cn.twinloop.digest"}


def is_on() -> bool:
    """Whether there is a gateway to send to; without one nothing is written for it."""
    return bool(settings.ENV.webhook_url)


def write(
    account: int, kind: str, notices: Sequence[Notice], *, at: datetime, day: date | None = None, slot: str = ""
) -> int:
    """Put a letter into the outbox, in the caller's transaction; 0 where there is no gateway or it lies there."""
    if not is_on():
        return 0
    who = Account.objects.only("username", "language").get(pk=account)
    letter = uuid.uuid4()
    with translation.override(who.language or settings.LANGUAGE_CODE):
        body = _body(letter, kind, who.username, notices, at, slot)
    made = Letter.objects.bulk_create(
        [Letter(id=letter, account_id=account, kind=kind, body=body, made_at=at, next_at=at, day=day, slot=slot)],
        ignore_conflicts=True,  # two workers at one digest
    )
    return len(made)


def _body(letter: uuid.UUID, kind: str, to: str, notices: Sequence[Notice], at: datetime, slot: str) -> str:
    counted = Counter(str(told_to()[one.verb].words) for one in notices if one.verb in told_to())
    heads = [f"{said} {count}" if count > 1 else said for said, count in counted.most_common()]
    base = settings.ENV.public_url.rstrip("/")
    text = "；".join([*heads[:SHOWN], *(["…"] if len(heads) > SHOWN else [])])
    title = str(words.DIGEST[slot]) if slot else ""
    event = {
        "specversion": "1.0",
        "id": str(letter),
        "source": base or "/twinloop",
        "type": TYPES[kind],
        "time": at.isoformat(),
        "datacontenttype": "application/json",
        "subject": to,  # the badge number: the gateway knows whose phone it is
        "data": {
            "to": to,
            "text": f"{title}：{text}" if title else text,
            "count": len(notices),
            "urgent": any(one.is_urgent for one in notices),
            "items": [
                {"what": str(told_to()[one.verb].words), "number": one.number, "link": base + one.url}
                for one in notices[:SHOWN]
                if one.verb in told_to()
            ],
            "link": f"{base}/notices/",
        },
    }
    return json.dumps(event, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
