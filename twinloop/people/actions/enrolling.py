"""Many people at once: for an import and for the demo. The same facts and events as one by one, fewer round trips."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction
from psycopg.types.range import Range

from twinloop.decide import Refused
from twinloop.ledger.actions import record
from twinloop.people import sealed
from twinloop.people.actions.accounts import stream
from twinloop.people.actions.roles import FITS
from twinloop.people.models import Account, Membership, Role, RoleGrant, Skill, Team, Trait, Unit
from twinloop.people.rights import By, check_create_account, who
from twinloop.places.models import Place

BATCH = 500


@dataclass(frozen=True)
class Newcomer:
    """Somebody new. `roles`, `skills`, `traits` are for the system alone; an import leaves them empty."""

    username: str
    name: str
    kind: str
    unit: Unit | None = None
    post: str = ""
    elder: str = ""
    is_veteran: bool = False
    id_number: str = ""
    phone: str = ""
    communities: Sequence[Place] = ()
    roles: Sequence[str] = ()
    skills: Mapping[str, int] = field(default_factory=dict)
    traits: Sequence[str] = ()
    joined_on: date | None = None

    def account(self, is_demo: bool) -> Account:
        return Account(
            username=self.username, name=self.name, kind=self.kind, unit=self.unit, post=self.post, elder=self.elder,
            is_veteran=self.is_veteran, joined_on=self.joined_on, is_demo=is_demo, password=make_password(None),
            pinyin=sealed.pinyin_of(self.name),
        )  # fmt: skip


@transaction.atomic
def enrol(
    people: Iterable[Newcomer], *, by: By, at: datetime, since: date | None = None, is_demo: bool = False
) -> list[Account]:
    """Checked people only (`importing`, `demo`): what does not fit fails as a whole by the database's constraints.

    Roles are held `since` a day, today unless given: a demo with a past needs people who were there then.
    """
    check_create_account(by=by)
    newcomers = list(people)
    if by is not None and any(new.roles or new.skills or new.traits for new in newcomers):
        raise Refused("needs_security_admin")
    assert all(new.kind in FITS[role] for new in newcomers for role in new.roles)
    accounts = Account.objects.bulk_create([new.account(is_demo) for new in newcomers], batch_size=BATCH)
    for new, account in zip(newcomers, accounts, strict=True):
        # the token is tied to the row, so that it can be made only now
        sealed.fill(account, id_number=new.id_number or None, phone=new.phone or None, on=at.date())
    tokens = ["id_number_sealed", "id_number_index", "phone_sealed", "phone_tail"]
    Account.objects.bulk_update(accounts, tokens, batch_size=BATCH)
    _attach(newcomers, accounts, since or at.date(), at)
    for new, account in zip(newcomers, accounts, strict=True):
        record(stream(account), "account_created", by=who(by), at=at, after=_told(new))
    return accounts


def _attach(newcomers: Sequence[Newcomer], accounts: Sequence[Account], since: date, at: datetime) -> None:
    pairs = list(zip(newcomers, accounts, strict=True))
    posted = Account.communities.through
    posted.objects.bulk_create(
        [posted(account_id=a.pk, place_id=p.pk) for new, a in pairs for p in new.communities], batch_size=BATCH
    )
    always = Range[date](since, None)
    RoleGrant.objects.bulk_create(
        [RoleGrant(account=a, role=role, period=always) for new, a in pairs for role in new.roles], batch_size=BATCH
    )
    Skill.objects.bulk_create(
        [Skill(account=a, type_code=code, grade=grade) for new, a in pairs for code, grade in new.skills.items()]
    )
    Trait.objects.bulk_create([Trait(account=a, code=code, consented_at=at) for new, a in pairs for code in new.traits])


@transaction.atomic
def man_team(
    team: Team, accounts: Sequence[Account], *, lead: Account | None, at: datetime, since: date | None = None
) -> None:
    """Put a whole team together, for the system alone; one event."""
    period = Range[date](since or at.date(), None)
    Membership.objects.bulk_create(
        [Membership(team=team, account=a, is_lead=a == lead, period=period) for a in accounts], batch_size=BATCH
    )
    record(f"team:{team.pk}", "members_joined", by=None, at=at, accounts=sorted(a.pk for a in accounts))


def _told(new: Newcomer) -> dict[str, object]:
    told: dict[str, object] = {
        "username": new.username, "name": new.name, "kind": new.kind, "post": new.post,
        "unit": new.unit.code if new.unit else "",
    }  # fmt: skip
    if new.roles:
        told["roles"] = sorted(Role(role) for role in new.roles)
    if new.skills:
        told["skills"] = dict(new.skills)
    return told
