"""Somebody falls out of a published rota: the smallest change is proposed, a person confirms it, the moved are told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from time import perf_counter
from typing import Any

from django.db import transaction
from django.utils import timezone

from twinloop.decide import Refused
from twinloop.decide.roster import Move, Stop, repair
from twinloop.discovery.posts.actions import STARTS
from twinloop.ledger.actions import record
from twinloop.rosters import words
from twinloop.rosters.actions import publishing, writing
from twinloop.rosters.actions.writing import Spot
from twinloop.rosters.models import Rota, Version
from twinloop.rosters.queries.facts import fixing, frame

SECONDS, SEED = 20, 1


def since_of(rota: Rota, at: datetime) -> date:
    """The first day that can still change: today until the day in the village begins."""
    now = timezone.localtime(at)
    return max(rota.first, now.date() + timedelta(days=now.time() >= STARTS))


def propose(rota: Rota, *, by: int | None, at: datetime, seconds: float = SECONDS) -> Version:
    """The nearest rota that keeps the rules as they are now; nothing changes until somebody confirms it.

    Raises ``Refused``: nothing to mend, one waits already, too little time. The search runs before the transaction.
    """
    rota = Rota.objects.select_related("current", "station").get(pk=rota.pk)
    writing.must_be(rota, "published")
    assert rota.current is not None
    since = since_of(rota, at)
    if since > rota.last:
        raise Refused("rota_past")
    if Version.objects.filter(rota=rota, state="proposed").exists():
        raise Refused("repair_waiting")
    old = writing.spots(rota.current.cells.all())
    fixed = {Spot(c.on, c.account_id, c.place_id) for c in rota.current.cells.filter(is_fixed=True)}
    found = frame(rota)
    began = perf_counter()
    problem = fixing(found, writing.as_shifts(one for one in fixed if one.on >= since))
    mended = repair(problem, writing.as_shifts(old), since, Stop(seconds=seconds, gap=0.005), SEED)
    spent = perf_counter() - began
    if not mended.changes:
        raise Refused("repair_none")
    with transaction.atomic():
        locked = writing.locked(rota)
        if locked.current_id != rota.current_id:
            raise Refused("repair_stale")
        made = writing.new_version(
            locked, "repair", writing.as_spots(mended.plan.shifts), by=by, at=at, state="proposed",
            fixed=frozenset(fixed), report=writing.report_of(mended.plan, found, seconds=spent, seed=SEED),
            moves=[_told(move) for move in mended.moves],
        )  # fmt: skip
        record(rota.stream, "repair_proposed", by=by, at=at, version=made.no, changes=mended.changes,
               people=len(mended.told))  # fmt: skip
    return made


def _told(move: Move) -> dict[str, Any]:
    return {
        "person": int(move.person), "on": f"{move.on}", "before": int(move.before) if move.before else None,
        "after": int(move.after) if move.after else None, "why": str(move.why), "facts": _plain(move.facts),
    }  # fmt: skip


def _plain(facts: Mapping[str, object]) -> dict[str, str]:
    return {name: f"{value}" for name, value in facts.items()}


@transaction.atomic
def confirm(version: Version, *, by: int | None, at: datetime) -> Version:
    """It holds from now on. Refused where the rota changed meanwhile, or a rule stands against it now."""
    rota = writing.locked(version.rota)
    writing.must_be(rota, "published")
    version = _waiting(version)
    if version.base_id != rota.current_id or rota.current is None:
        raise Refused("repair_stale")
    found, today = frame(rota), timezone.localtime(at).date()
    before, after = writing.spots(rota.current.cells.all()), writing.spots(version.cells.all())
    if any(one.on < today for one in before ^ after):
        raise Refused("repair_stale")
    writing.refuse_first(found, writing.broken(found, after), writing.broken(found, before))
    version.state, version.decided_by_id, version.decided_at = "kept", by, at
    version.save(update_fields=["state", "decided_by", "decided_at"])
    writing.make_current(rota, version)
    publishing.apply(rota, found, version, before, after, by=by, at=at, why=_why(version))
    return version


def _why(version: Version) -> str:
    return version.why or str(words.SORTS[version.sort])


@transaction.atomic
def refuse(version: Version, why: str, *, by: int | None, at: datetime) -> Version:
    """It is not taken; the rota stays."""
    if not why.strip():
        raise Refused("rota_why")
    rota = writing.locked(version.rota)
    version = _waiting(version)
    version.state, version.decided_by_id, version.decided_at = "refused", by, at
    version.why = why.strip()[:200]
    version.save(update_fields=["state", "decided_by", "decided_at", "why"])
    record(rota.stream, "repair_refused", by=by, at=at, why=why.strip(), version=version.no)
    return version


def _waiting(version: Version) -> Version:
    found = Version.objects.select_for_update(no_key=True, of=("self",)).select_related("rota").get(pk=version.pk)
    if found.state != "proposed":
        raise Refused("repair_decided")
    return found
