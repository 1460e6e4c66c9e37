"""What was done during a shift: help given, joint checks. A wrong entry is withdrawn with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from twinloop.decide import Refused
from twinloop.discovery.posts import words
from twinloop.discovery.posts.models import MOST, HelpGiven, JointCheck, Shift
from twinloop.ledger.actions import record


@transaction.atomic
def note_help(shift: Shift, sort: str, people: int, text: str, *, by: int | None, at: datetime) -> HelpGiven:
    """Raises `Refused`."""
    _check_kept(shift)
    if sort not in words.HELPS:
        raise Refused("post_help_sort")
    if not 1 <= people <= MOST:
        raise Refused("post_help_people", most=MOST)
    made = HelpGiven.objects.create(shift=shift, sort=sort, people=people, words=text.strip()[:300], at=at, by_id=by)
    record(shift.stream, "help_given", by=by, at=at, help=made.pk, sort=sort, people=people)
    return made


@transaction.atomic
def note_check(
    shift: Shift, partners: Sequence[str], looked: Sequence[str], findings: str, *, by: int | None, at: datetime
) -> JointCheck:
    """With whom, what was looked at, what was found. Raises `Refused`."""
    _check_kept(shift)
    if not partners or not set(partners) <= set(words.PARTNERS):
        raise Refused("post_check_with")
    if not looked or not set(looked) <= set(words.LOOKED):
        raise Refused("post_check_looked")
    if not findings.strip():
        raise Refused("post_check_findings")
    made = JointCheck.objects.create(
        shift=shift, partners=sorted(set(partners)), looked=sorted(set(looked)), findings=findings.strip()[:500], at=at,
        by_id=by,
    )  # fmt: skip
    record(shift.stream, "joint_check", by=by, at=at, check=made.pk, partners=made.partners, looked=made.looked)
    return made


@transaction.atomic
def withdraw_entry(entry: HelpGiven | JointCheck, *, by: int | None, at: datetime, why: str) -> None:
    """It stays in the table and counts nowhere."""
    why = why.strip()
    if not why:
        raise Refused("post_why")
    found = type(entry).objects.filter(pk=entry.pk, withdrawn_at__isnull=True)
    if not found.update(withdrawn_at=at, withdrawn_why=why[:200]):
        raise Refused("post_entry_gone")
    verb = "help_withdrawn" if isinstance(entry, HelpGiven) else "check_withdrawn"
    record(entry.shift.stream, verb, by=by, at=at, why=why, entry=entry.pk)


def _check_kept(shift: Shift) -> None:
    """Only who was there has helped or looked."""
    held = Shift.objects.select_for_update(no_key=True, of=("self",)).get(pk=shift.pk)
    if held.dropped_at:
        raise Refused("post_dropped")
    if held.in_at is None:
        raise Refused("post_not_in")


def note_many(helps: Sequence[HelpGiven], checks: Sequence[JointCheck], *, at: datetime) -> None:
    """Many at once, for the system alone (the demo); one event for the whole."""
    with transaction.atomic():
        HelpGiven.objects.bulk_create(helps)
        JointCheck.objects.bulk_create(checks)
        record("posts", "entries_brought", by=None, at=at, helps=len(helps), checks=len(checks))
