"""People are told what the ledger says; what they read and chose; what leaves as a letter.

A notice is told from events up to the newest seal: behind it no writer is under way, so that none is passed over
(ledger.actions.seal). Notices, the cursor and letters are written in one transaction each: a killed worker begins
where it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import structlog
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, connection, transaction

from twinloop.decide import Refused
from twinloop.decide import notices as decide
from twinloop.ledger import live
from twinloop.ledger.actions import record
from twinloop.ledger.models import Event, Seal
from twinloop.notices import letters, queries
from twinloop.notices.models import Cursor, Letter, Notice, Preference
from twinloop.notices.telling import active, told_to

log = structlog.get_logger()
NUMBER = 60  # characters of a notice's number, as the table holds them
BATCH = 200  # events a transaction
FRESH = timedelta(days=2)  # what is brought in from years ago is no news to anybody

_PUT = """INSERT INTO notices_notice (account_id, verb, number, url, is_urgent, times, event, at, outside)
    VALUES (%s, %s, %s, %s, %s, 1, %s, %s, 'waiting')
    ON CONFLICT (account_id, verb, number, url) WHERE read_at IS NULL
    DO UPDATE SET times = notices_notice.times + 1, event = excluded.event, at = excluded.at,
        outside = CASE WHEN notices_notice.outside = 'never' THEN 'never' ELSE 'waiting' END"""


def tell(*, at: datetime) -> int:
    """Everything sealed since the last time, a batch a transaction; gives how many notices were written."""
    written = 0
    while True:
        told, is_all = _tell_batch(at)
        written += told
        if is_all:
            return written


@transaction.atomic
def _tell_batch(at: datetime) -> tuple[int, bool]:
    Cursor.objects.get_or_create(pk=1)
    cursor = Cursor.objects.select_for_update(no_key=True).get(pk=1)
    settled = Seal.objects.order_by("-id").values_list("last", flat=True).first() or 0
    fresh = Event.objects.filter(id__gt=cursor.last, id__lte=settled, verb__in=list(told_to()), at__gte=at - FRESH)
    events = list(fresh.order_by("id")[:BATCH])
    told: set[int] = set()
    written = 0
    for event in events:
        people = _tell_or_skip(event)
        told.update(people)
        written += len(people)
    is_all = len(events) < BATCH
    Cursor.objects.filter(pk=1).update(last=max(cursor.last, settled if is_all else events[-1].pk))
    for account in sorted(told):
        live.tell_account(account)
    return written, is_all


def _tell_or_skip(event: Event) -> list[int]:
    """What an event speaks of may be gone, or its facts older than the room that tells it: one such event is said to
    the log and passed over, so that everybody else is still told."""
    try:
        with transaction.atomic():
            return _tell_one(event)
    except (ObjectDoesNotExist, LookupError, TypeError, ValueError, DatabaseError) as error:
        log.warning("notice_skipped", number=event.pk, verb=event.verb, error=type(error).__name__)
        return []


def _tell_one(event: Event) -> list[int]:
    telling = told_to()[event.verb]
    people = active(telling.who(event), without=event.by_id)
    if people:
        number, url = telling.link(event)
        number = number[:NUMBER]  # one long name must not keep everybody else from being told
        with connection.cursor() as cursor:
            cursor.executemany(
                _PUT, [(pk, event.verb, number, url, telling.is_urgent, event.pk, event.at) for pk in people]
            )
    return people


@transaction.atomic
def mark_read(account: int, notices: Sequence[int] | None, *, at: datetime) -> int:
    """Those named, or all of one's own. What has been read need not leave any more."""
    found = Notice.objects.filter(account=account, read_at__isnull=True)
    if notices is not None:
        found = found.filter(pk__in=notices)
    waiting = found.filter(outside="waiting").values_list("pk", flat=True)
    Notice.objects.filter(pk__in=list(waiting)).update(outside="never")
    done = found.update(read_at=at)
    if done:
        record(f"account:{account}", "notices_read", by=account, at=at, is_look=True, count=done)
        live.tell_account(account)
    return done


@transaction.atomic
def choose(
    account: int, *, outside: str, morning: bool, evening: bool, quiet_from: time | None, quiet_until: time | None,
    at: datetime,
) -> None:  # fmt: skip
    """A person says what they want to be told, and when not."""
    if (quiet_from is None) != (quiet_until is None):
        raise Refused("quiet_half")
    chosen = {
        "outside": outside, "morning": morning, "evening": evening,
        "quiet_from": quiet_from, "quiet_until": quiet_until,
    }  # fmt: skip
    Preference.objects.update_or_create(account_id=account, defaults=chosen)
    record(f"account:{account}", "notices_chosen", by=account, at=at, after=chosen)


def plan(*, at: datetime) -> int:
    """What waits of each person becomes at most one letter; gives how many letters were made."""
    waiting = Notice.objects.filter(outside="waiting").order_by().values_list("account", flat=True).distinct()
    return sum(_plan_for(account, at) for account in list(waiting))


@transaction.atomic
def _plan_for(account: int, at: datetime) -> int:
    mine = list(
        Notice.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(account=account, outside="waiting")
        .order_by("at", "pk")
    )
    urgency = {True: decide.Urgency.URGENT, False: decide.Urgency.NORMAL}
    sent = Letter.objects.filter(account=account, kind="notices", made_at__gt=at - decide.HOUR)
    made = decide.plan(
        [decide.Waiting(one.pk, one.at, urgency[one.is_urgent]) for one in mine],
        list(sent.values_list("made_at", flat=True)),
        queries.wish(queries.preference(account)),
        at=at,
    )
    Notice.objects.filter(pk__in=made.never).update(outside="never")
    if not made.send:
        return 0
    leaves = set(made.send)
    letters.write(account, "notices", [one for one in mine if one.pk in leaves], at=at)
    Notice.objects.filter(pk__in=leaves).update(outside="queued")
    return 1


def digest(*, at: datetime) -> int:
    """A digest of what is unread to everybody to whom one is due; once a slot, whoever asks how often."""
    if not letters.is_on():
        return 0
    unread: dict[int, list[Notice]] = defaultdict(list)
    for notice in Notice.objects.filter(read_at__isnull=True, account__is_active=True).order_by("-at", "-pk"):
        unread[notice.account_id].append(notice)
    today = at.astimezone(decide.CHINA).date()
    done: dict[int, set[tuple[date, decide.Slot]]] = defaultdict(set)
    for account, slot in Letter.objects.filter(kind="digest", day=today).values_list("account", "slot"):
        done[account].add((today, decide.Slot(slot)))
    chosen = {one.account_id: one for one in Preference.objects.filter(account__in=unread)}
    made = 0
    for account, notices in unread.items():
        wish = queries.wish(chosen.get(account) or Preference(account_id=account))
        due = decide.digest_due(wish, done[account], at=at)
        if due is not None:
            made += letters.write(account, "digest", notices, at=at, day=today, slot=due)
    return made


@transaction.atomic
def replay(letter: Letter, *, by: int, at: datetime) -> None:
    """A dead letter goes out again under its old id: a receiver that had it tells it as a double."""
    fresh = {"state": "waiting", "failures": 0, "next_at": at, "error": ""}
    if not Letter.objects.filter(pk=letter.pk, state="dead").update(**fresh):
        raise Refused("letter_not_dead")
    record("setting:outbox", "letter_replayed", by=by, at=at, letter=str(letter.pk))


@transaction.atomic
def replay_all(*, by: int, at: datetime) -> int:
    """All dead letters, after the gateway was down."""
    done = Letter.objects.filter(state="dead").update(state="waiting", failures=0, next_at=at, error="")
    if done:
        record("setting:outbox", "letters_replayed", by=by, at=at, count=done)
    return done
