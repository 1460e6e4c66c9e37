"""Who cannot sign in just now, after too many wrong passwords: accounts, and addresses behind which others sit too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.models import Account
from twinloop.people.sign_in import UNKNOWN

LONGEST = timedelta(days=1)  # no pause lasts longer
VERBS = ("sign_in_locked", "sign_in_unlocked")


@dataclass(frozen=True)
class Pause:
    """Of an account or of a whole address; `address`: from where the wrong tries came."""

    account: Account | None
    address: str
    began: datetime
    until: datetime


def running(at: datetime) -> list[Pause]:
    """The pauses that hold, the newest first. Three queries, however many there are."""
    with see_as(SYSTEM):  # an administrator reads no case; these streams are of sign-ins alone
        events = list(Event.objects.filter(verb__in=VERBS, at__gt=at - LONGEST, at__lte=at).order_by("id"))
    found: dict[str, Pause] = {}
    for event in events:
        address = str(event.data.get("address", ""))
        what = address if event.stream == UNKNOWN else event.stream
        found.pop(what, None)
        until = event.data.get("until")
        if event.verb == "sign_in_locked" and until and datetime.fromisoformat(until) > at:
            found[what] = Pause(None, address, event.at, datetime.fromisoformat(until))
    people = {f"account:{one.pk}": one for one in Account.objects.filter(pk__in=_accounts(found))}
    told = [Pause(people.get(what), one.address, one.began, one.until) for what, one in found.items()]
    return sorted(told, key=lambda one: one.began, reverse=True)


def _accounts(streams: dict[str, Pause]) -> list[int]:
    return [int(stream.partition(":")[2]) for stream in streams if stream.startswith("account:")]
