"""What is known of a person's ways: skills as the chief sees them, temperament as the person says it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from twinloop.decide import Refused
from twinloop.ledger.actions import record
from twinloop.people import words
from twinloop.people.actions.accounts import stream
from twinloop.people.models import Account, Skill, Trait
from twinloop.people.rights import By, check_skill, who


@transaction.atomic
def set_skill(account: Account, type_code: str, grade: int, *, by: By, at: datetime) -> None:
    """Grade 1–3, 0 takes the skill away."""
    check_skill(account, by=by)
    if type_code not in words.SKILLS:
        raise Refused("type_unknown", type=type_code)
    if grade not in range(4):
        raise Refused("grade_unknown")
    # everybody's changes to one person wait for one another
    Account.objects.select_for_update(no_key=True, of=("self",)).get(pk=account.pk)
    found = Skill.objects.filter(account=account, type_code=type_code).first()
    before = found.grade if found else 0
    if before == grade:
        return
    if grade == 0:
        Skill.objects.filter(account=account, type_code=type_code).delete()
    else:
        Skill.objects.update_or_create(account=account, type_code=type_code, defaults={"grade": grade})
    record(stream(account), "skill_set", by=who(by), at=at, before={type_code: before}, after={type_code: grade})


def check_declare(account: Account, *, by: By) -> None:
    """Only the person themselves: nobody describes another's temperament (guardrail 2, PIPL 29)."""
    if by is not None and by.account != account.pk:
        raise Refused("needs_self")


@transaction.atomic
def declare_trait(account: Account, code: str, *, consents: bool, by: By, at: datetime) -> Trait:
    check_declare(account, by=by)
    if code not in Trait.Code.values:
        raise Refused("trait_unknown")
    if not consents:
        raise Refused("consent_missing")
    Account.objects.select_for_update(no_key=True, of=("self",)).get(pk=account.pk)
    if Trait.objects.filter(account=account, code=code, withdrawn_at__isnull=True).exists():
        raise Refused("trait_held")
    trait = Trait.objects.create(account=account, code=code, consented_at=at)
    # the ledger never forgets: it says that there was consent, not to what
    record(stream(account), "trait_declared", by=who(by), at=at, trait=trait.pk, consents=True)
    return trait


@transaction.atomic
def withdraw_trait(trait: Trait, *, by: By, at: datetime) -> None:
    """At any time, without a reason (PIPL 15); from now on nobody sees it and no suggestion uses it."""
    check_declare(trait.account, by=by)
    if not Trait.objects.filter(pk=trait.pk, withdrawn_at__isnull=True).update(withdrawn_at=at):
        raise Refused("trait_withdrawn")
    record(stream(trait.account), "trait_withdrawn", by=who(by), at=at, trait=trait.pk)
