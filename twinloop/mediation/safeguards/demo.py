"""One safeguard of the demo district: the letter is out, one service and the visits are still owed. Invented."""

from __future__ import annotations

from datetime import datetime, timedelta

from twinloop.cases import actions as cases
from twinloop.cases.sealing import Identity
from twinloop.dispatch.pushes import demo as pushes
from twinloop.mediation.safeguards import actions
from twinloop.mediation.safeguards.models import Safeguard
from twinloop.people.models import Account
from twinloop.places.models import Place

OFFICER = frozenset({"community_officer"})
LETTER = actions.Letter(
    issued=True, why="情节较轻，首次，依法不给予治安处罚", facts="酒后推搡、打耳光一次，受害人左脸红肿",
    forbids="禁止再实施任何形式的家庭暴力",
)  # fmt: skip


def fill(at: datetime, *, beside: bool = False) -> None:
    """Does nothing where there is one."""
    officer = Account.objects.filter(username="community").first()
    if officer is None or (Safeguard.objects.exists() and not beside):
        return
    then = at - timedelta(hours=30)
    place = officer.communities.order_by("code").first() or Place.objects.served().communities().first()
    dispute = cases.open_dispute(title="夫妻酒后动手", focus="家庭暴力", place=place, by=officer.pk, at=then)
    victim, other = (
        cases.add_party(dispute, Identity(name=name), side=side, by=officer.pk, at=then)
        for name, side in (("罗春梅", "a"), ("钟志平", "b"))
    )
    given = {"type_code": "A2", "level": 1}
    cases.move(dispute, "sort", by=None, roles=frozenset({"dispatcher"}), at=then, given=given)
    pushes.push(dispute, then)
    found = actions.begin(dispute, victim, other, by=officer.pk, roles=OFFICER, at=then)
    advice = actions.Done(kind="advice", on=then.date(), text="已告知可以向法院申请，给了申请书样式")
    actions.put_down(found, advice, by=officer.pk, at=then)
    actions.decide(found, LETTER, by=officer.pk, at=then)
    served = actions.Done(kind="served_victim", on=then.date(), to_whom="本人", how="in_person")
    actions.put_down(found, served, by=officer.pk, at=then)
