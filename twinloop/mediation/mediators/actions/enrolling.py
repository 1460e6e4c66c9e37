"""Somebody joins the register of mediators, is changed, leaves it. Nobody is taken out of it: old cases name them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from twinloop.cases.sealing import Identity
from twinloop.decide import Refused
from twinloop.ledger.actions import record
from twinloop.ledger.whole import whole
from twinloop.mediation.mediators import keys, queries, words
from twinloop.mediation.mediators.models import Mediator, Room
from twinloop.people.models import Account
from twinloop.places.models import Place

# an account's kind → the kind of mediator that it must be; any other may be what it likes
POSTS = {Account.Kind.SWORN: "officer", Account.Kind.AUXILIARY: "auxiliary"}


@dataclass(frozen=True, kw_only=True)
class Given:
    """What the register says of a mediator. `id_number`, `phone`: kept sealed, to compare; empty = leave."""

    name: str
    kind: str
    skills: Sequence[str] = ()
    languages: Sequence[str] = ()
    communities: Sequence[Place] = ()
    rooms: Sequence[Room] = ()
    account: Account | None = None
    id_number: str = ""
    phone: str = ""

    @property
    def identity(self) -> Identity:
        return Identity(name=self.name, id_number=self.id_number, phone=self.phone)


@whole()
def enrol(given: Given, *, by: int | None, at: datetime, joined_on: date | None = None) -> Mediator:
    """A mediator from `joined_on` on, today if none is given. Raises `Refused`."""
    _check(given)
    own = keys.of_mediator(given.identity)
    namesakes = Mediator.objects.filter(account=None, name=given.name.strip(), left_on=None, own_keys=own)
    if given.account is None and namesakes.exists():
        raise Refused("mediator_twice", name=given.name)
    on = joined_on or queries.day_of(at)
    try:
        with transaction.atomic():
            made = Mediator.objects.create(**_columns(given), account=given.account, own_keys=own, joined_on=on)
            _seal(made, given.identity)
    except IntegrityError:  # one mediator an account
        raise Refused("mediator_twice", name=given.name) from None
    _belong(made, given)
    record(made.stream, "mediator_enrolled", by=by, at=at, name=made.name, kind=made.kind, on=on)
    return made


@whole()
def change(mediator: Mediator, given: Given, *, by: int | None, at: datetime) -> Mediator:
    """What the register says is corrected; the account stays whose it is."""
    locked = Mediator.objects.select_for_update(no_key=True, of=("self",)).select_related("account").get(pk=mediator.pk)
    check_here(locked, queries.day_of(at))
    given = Given(**{**_fields(given), "account": locked.account})
    _check(given)
    before = {name: getattr(locked, name) for name in _columns(given)}
    for name, value in _columns(given).items():
        setattr(locked, name, value)
    locked.save()
    if given.id_number or given.phone or not locked.own_keys or keys.lost({locked.keys_of}):
        known = keys.opened(locked, "mediator")
        number, phone = given.id_number or known.id_number, given.phone or known.phone
        _seal(locked, Identity(name=given.name, id_number=number, phone=phone))
    _belong(locked, given)
    changed = [name for name, value in _columns(given).items() if before[name] != value]
    record(locked.stream, "mediator_changed", by=by, at=at, name=locked.name, changed=changed)
    return locked


@whole()
def retire(mediator: Mediator, on: date, *, by: int | None, at: datetime, why: str = "") -> Mediator:
    """From `on` on nobody chooses them; who still leads a mediation cannot go. Raises `Refused`."""
    locked = Mediator.objects.select_for_update(no_key=True, of=("self",)).get(pk=mediator.pk)
    check_here(locked, queries.day_of(at))
    if on < locked.joined_on:
        raise Refused("mediator_before", on=locked.joined_on)
    if count := queries.figures([locked], on=on)[locked.pk].open:
        raise Refused("mediator_busy", name=locked.name, count=count)
    Mediator.objects.filter(pk=locked.pk).update(left_on=on)
    record(locked.stream, "mediator_retired", by=by, at=at, why=why.strip()[:200], name=locked.name, on=on)
    mediator.refresh_from_db()
    return mediator


def check_here(mediator: Mediator, on: date) -> None:
    if mediator.left_on is not None and mediator.left_on <= on:
        raise Refused("mediator_left", name=mediator.name)


def _check(given: Given) -> None:
    if not given.name.strip():
        raise Refused("mediator_name")
    if given.kind not in words.KINDS:
        raise Refused("mediator_kind")
    own = POSTS.get(Account.Kind(given.account.kind)) if given.account else None
    police = set(POSTS.values())
    if (own and given.kind != own) or (own is None and given.kind in police):
        shown = words.KINDS[own] if own else words.NO_POST
        raise Refused("mediator_post", name=given.name, post=shown)


def _seal(mediator: Mediator, who: Identity) -> None:
    """The mediator's own keys and, sealed, what they are made of."""
    sealed = keys.sealed(who, mediator.stream, "id_number", "phone")
    for column, value in {**sealed, "own_keys": keys.of_mediator(who), "keys_of": keys.current()}.items():
        setattr(mediator, column, value)
    mediator.save(update_fields=[*sealed, "own_keys", "keys_of"])


def _columns(given: Given) -> dict[str, Any]:
    skills, languages = sorted(set(given.skills)), sorted(set(given.languages) & set(words.LANGUAGES))
    return {"name": given.name.strip()[:40], "kind": given.kind, "skills": skills, "languages": languages}


def _fields(given: Given) -> dict[str, Any]:
    return {name: getattr(given, name) for name in Given.__dataclass_fields__}


def _belong(mediator: Mediator, given: Given) -> None:
    mediator.communities.set(given.communities)
    mediator.rooms.set(given.rooms)
