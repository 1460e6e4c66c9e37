"""A few agreements of the demo district: one kept, one late, one with instalments, one not signed. All invented."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from twinloop.cases import actions as cases
from twinloop.cases.actions.noting import ask_gate
from twinloop.cases.models import Dispute, Party
from twinloop.cases.sealing import Identity
from twinloop.mediation.agreements import actions
from twinloop.mediation.agreements.actions import Content, Given
from twinloop.mediation.agreements.models import Agreement, Due
from twinloop.people.models import Account
from twinloop.places.models import Place

DESK, OFFICER = frozenset({"dispatcher"}), frozenset({"community_officer"})
# title, focus, type, days ago, what is owed, yuan, in how many parts (0 = on the spot), first due after days
QUARRELS = (
    ("广场舞音响吵人纠纷", "晚上几点关音响", "B2", 12, "当面道歉，九点半前关音响", 0, 0, 0),
    ("装修压坏下水管纠纷", "修管子的钱谁出", "B1", 20, "赔修下水管的钱", 1800, 3, 10),
    ("合伙卖菜分账纠纷", "欠的货款", "C1", 15, "还货款", 5200, 2, 14),
    ("果树遮光修剪纠纷", "树枝伸过墙", "B1", 1, "把伸过墙的树枝锯掉", 0, 1, 7),
)  # fmt: skip


def fill(at: datetime, *, beside: bool = False) -> None:
    """Does nothing where there are agreements."""
    if Agreement.objects.exists() and not beside:
        return
    officer = Account.objects.filter(username="community").first() or Account.objects.filter(kind="sworn").first()
    if officer is None:
        return
    places = list(Place.objects.served().communities().order_by("code"))
    for n, quarrel in enumerate(QUARRELS):
        made = _agreed(quarrel, places[n * 3 % len(places)], officer, at, sign=n < len(QUARRELS) - 1)
        if n == 1:  # the first part came, the second is late
            first = Due.objects.filter(agreement=made, live=True).order_by("due_on").first()
            if first is not None:
                then = at - timedelta(days=9)
                actions.perform(first, "收条，双方签字", on=then.date(), by=officer.pk, at=then)
    actions.watch(at=at)


Quarrel = tuple[str, str, str, int, str, int, int, int]


def _agreed(quarrel: Quarrel, place: Place, officer: Account, at: datetime, *, sign: bool) -> Agreement:
    title, focus, kind, ago, what, yuan, times, first = quarrel
    then = at - timedelta(days=ago)
    dispute = cases.open_dispute(title=title, focus=focus, place=place, by=officer.pk, at=then)
    sides = [
        cases.add_party(dispute, Identity(name=name), side=side, by=officer.pk, at=then)
        for name, side in (("钱文华", "a"), ("吴桂芳", "b"))
    ]
    _handled(dispute, kind, officer, then)
    term = _term(sides, what, yuan, times, then + timedelta(days=first))
    content = Content(
        facts=f"双方因{focus}争执，民警和调解员到场两次。",
        matter=focus,
        mediator=officer,
        is_oral=times == 0,
        terms=(term,),
    )
    made = actions.draft(dispute, content, by=officer.pk, at=then)
    if sign:
        for party in sides:
            actions.sign(made, party, "oral" if made.is_oral else "both", by=officer.pk, at=then)
        actions.sign_mediator(made, "pen", by=officer.pk, at=then)
        actions.conclude(made, by=officer.pk, roles=OFFICER, at=then)
    return made


def _handled(dispute: Dispute, kind: str, officer: Account, at: datetime) -> None:
    """Sorted, sent, on the spot, and asked whether it may be mediated."""
    cases.move(dispute, "sort", by=None, roles=DESK, at=at, given={"type_code": kind, "level": 3})
    order = {"taker": officer, "text": "到场了解，能调则调"}
    cases.move(dispute, "order", by=None, roles=DESK, at=at, given=order)
    cases.move(dispute, "start", by=officer.pk, roles=OFFICER, at=at)
    ask_gate(dispute, "people", {"nature": "civil", "party_refuses": False}, by=officer.pk, at=at)


def _term(sides: list[Party], what: str, yuan: int, times: int, first: datetime) -> Given:
    facts: dict[str, Any] = {"by_party": sides[0].pk, "to_party": sides[1].pk, "text": what}
    if not yuan:
        at_once = times == 0
        return Given(
            kind="apology" if at_once else "act", at_once=at_once, due_on=None if at_once else first.date(), **facts
        )
    parts = tuple((Decimal(yuan) / times, (first + timedelta(days=9 * n)).date()) for n in range(times))
    return Given(kind="money", amount=Decimal(yuan), how="转账", parts=parts, **facts)
