"""How often the public pages may be asked, by address and by place; counted by one statement, for all web processes.

Keys are keyed hashes: which address asked for what is not kept. A span is fixed (0:00–1:00, 1:00–2:00 …), so that
nobody gets more than twice the amount in any one span's length.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils.crypto import salted_hmac

from twinloop.discovery.leads.models import Pace


@dataclass(frozen=True)
class Rate:
    """At most `amount` in one `span`."""

    name: str
    amount: int
    span: timedelta


# *ours*: a family behind one router reports twice in an evening; a village may have a bad night
REPORTS = (
    Rate("report:address", 8, timedelta(minutes=10)),
    Rate("report:address", 40, timedelta(days=1)),
)
REPORTS_OF_PLACE = Rate("report:place", 60, timedelta(hours=1))
CODES = (
    Rate("code:address", 10, timedelta(minutes=10)),
    Rate("code:address", 60, timedelta(days=1)),
)

_COUNT = """INSERT INTO leads_pace (key, span, until, count) VALUES (%s, %s, %s, 1)
    ON CONFLICT (key, span) DO UPDATE SET count = leads_pace.count + 1 RETURNING count"""


def address(given: str) -> str:
    """One line of one household: of IPv6 the network, whose hosts change by themselves."""
    try:
        found = ipaddress.ip_address(given)
    except ValueError:
        return given
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else str(found)


def wait(asked: Iterable[tuple[Rate, str]], *, at: datetime) -> timedelta | None:
    """Count one try under every rate; how long nobody may try, None where one may now."""
    left = [_left(rate, who, at) for rate, who in asked]
    return max((pause for pause in left if pause), default=None)


def _left(rate: Rate, who: str, at: datetime) -> timedelta | None:
    length = int(rate.span.total_seconds())
    span = int(at.timestamp()) // length
    until = datetime.fromtimestamp((span + 1) * length, UTC)
    key = salted_hmac("twinloop.leads.pace", f"{rate.name}:{length}:{who}", algorithm="sha256").hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [key, span, until])
        (count,) = cursor.fetchone()
    return until - at if count > rate.amount else None


def forget(*, at: datetime) -> int:
    """Drop counts of spans that are over."""
    return Pace.objects.filter(until__lt=at).delete()[0]
