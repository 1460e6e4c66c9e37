"""Two people swap days: one asks, the other answers, a chief confirms. Asked of the rules at each of the three."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from twinloop.decide import Refused
from twinloop.ledger.actions import record
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.models import Account
from twinloop.rosters import words
from twinloop.rosters.actions import publishing, writing
from twinloop.rosters.actions.planning import check_edit
from twinloop.rosters.actions.writing import Spot
from twinloop.rosters.models import Rota, Swap, Version
from twinloop.rosters.queries.facts import frame

OPEN = ("asked", "agreed")


@transaction.atomic
def ask(
    rota: Rota, asker: Account, partner: Account, gives_on: date, takes_on: date | None = None, why: str = "", *,
    at: datetime,
) -> Swap:  # fmt: skip
    """Offer a day, or one for another. What breaks a rule is refused with the rule, before anybody is bothered."""
    if asker.pk == partner.pk:
        raise Refused("swap_self")
    with see_as(SYSTEM):
        check(rota, asker, partner, gives_on, takes_on, at=at)
    try:
        with transaction.atomic():
            made = Swap.objects.create(
                rota=rota, asker=asker, partner=partner, gives_on=gives_on, takes_on=takes_on, why=why.strip()[:200],
                at=at,
            )  # fmt: skip
    except IntegrityError:
        raise Refused("swap_twice", day=f"{gives_on}") from None
    _tell(made, "swap_asked", asker.pk, at)
    return made


def check(
    rota: Rota, asker: Account, partner: Account, gives_on: date, takes_on: date | None, *, at: datetime
) -> tuple[set[Spot], set[Spot]]:
    """What is put and what is dropped by it. Raises `Refused` with the rule."""
    rota = Rota.objects.select_related("current", "station").get(pk=rota.pk)
    writing.must_be(rota, "published")
    assert rota.current is not None
    before = writing.spots(rota.current.cells.all())
    given = _spot(before, asker, gives_on)
    drop, put = {given}, {Spot(gives_on, partner.pk, given.place)}
    if takes_on is not None:
        taken = _spot(before, partner, takes_on)
        drop.add(taken)
        put.add(Spot(takes_on, asker.pk, taken.place))
    check_edit(rota, frame(rota), before, put, drop, at=at)
    return put, drop


def _spot(cells: set[Spot], account: Account, on: date) -> Spot:
    for one in cells:
        if (one.account, one.on) == (account.pk, on):
            return one
    raise Refused("swap_no_shift", name=account.name, day=f"{on}")


@transaction.atomic
def answer(swap: Swap, *, agrees: bool, by: int | None, at: datetime) -> Swap:
    """The partner says yes or no."""
    swap = _locked(swap, "asked")
    if agrees:
        with see_as(SYSTEM):
            check(swap.rota, swap.asker, swap.partner, swap.gives_on, swap.takes_on, at=at)
    swap.state, swap.answered_at = ("agreed" if agrees else "declined"), at
    swap.save(update_fields=["state", "answered_at"])
    _tell(swap, "swap_agreed" if agrees else "swap_declined", by, at)
    return swap


@transaction.atomic
def confirm(swap: Swap, *, by: int | None, at: datetime) -> Version:
    """The chief says so, and only then does it hold."""
    swap = _locked(swap, "agreed")
    put, drop = check(swap.rota, swap.asker, swap.partner, swap.gives_on, swap.takes_on, at=at)
    swap.state, swap.decided_by_id, swap.decided_at = "confirmed", by, at
    swap.save(update_fields=["state", "decided_by", "decided_at"])
    _tell(swap, "swap_confirmed", by, at)
    why = swap.why or str(words.SORTS["swap"])
    return publishing.change(swap.rota, put, drop, why, by=by, at=at, sort="swap")


@transaction.atomic
def refuse(swap: Swap, why: str, *, by: int | None, at: datetime) -> Swap:
    """The chief says no, and why."""
    if not why.strip():
        raise Refused("rota_why")
    swap = _locked(swap, *OPEN)
    swap.state, swap.decided_by_id, swap.decided_at, swap.no_why = "refused", by, at, why.strip()[:200]
    swap.save(update_fields=["state", "decided_by", "decided_at", "no_why"])
    _tell(swap, "swap_refused", by, at)
    return swap


@transaction.atomic
def withdraw(swap: Swap, *, by: int | None, at: datetime) -> Swap:
    """The asker thinks better of it."""
    swap = _locked(swap, *OPEN)
    swap.state = "withdrawn"
    swap.save(update_fields=["state"])
    _tell(swap, "swap_withdrawn", by, at)
    return swap


@transaction.atomic
def lapse(*, at: datetime) -> int:
    """Offers whose first day has come without an end."""
    count = 0
    today = timezone.localtime(at).date()
    for swap in Swap.objects.filter(state__in=OPEN).select_related("rota"):
        if min(swap.gives_on, swap.takes_on or swap.gives_on) < today:
            Swap.objects.filter(pk=swap.pk).update(state="lapsed")
            _tell(swap, "swap_lapsed", None, at)
            count += 1
    return count


def _locked(swap: Swap, *states: str) -> Swap:
    related = ("rota", "asker", "partner")
    found = Swap.objects.select_for_update(no_key=True, of=("self",)).select_related(*related).get(pk=swap.pk)
    if found.state not in states:
        raise Refused("swap_state", state=words.SWAPS[found.state])
    return found


def _tell(swap: Swap, verb: str, by: int | None, at: datetime) -> None:
    """One event for each of the two: either's page tells of it."""
    for account in (swap.asker_id, swap.partner_id):
        record(f"account:{account}", verb, by=by, at=at, why=swap.no_why, swap=swap.pk, gives_on=swap.gives_on,
               takes_on=swap.takes_on)  # fmt: skip
