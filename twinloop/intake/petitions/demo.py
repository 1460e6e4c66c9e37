"""Petitions of the demo district, one at each step. All invented."""

from __future__ import annotations

from datetime import datetime, timedelta

from twinloop.cases import actions as cases
from twinloop.cases.models import Dispute
from twinloop.cases.sealing import Identity
from twinloop.intake.petitions import actions
from twinloop.intake.petitions.models import Petition
from twinloop.people.models import Account
from twinloop.places.models import Place

CHIEF = frozenset({"chief"})
# title, focus, petitioner, years it lasts, days since it came in, how far it is
PETITIONS = (
    ("水库移民补偿积案", "补偿发放的人数", "邱德旺", 8, 9, "received"),
    ("村道拓宽占地积案", "占了菜地没有补", "万金莲", 5, 40, "accepted"),
    ("老校舍产权积案", "校舍归村还是归捐建人", "饶立新", 11, 70, "longer"),
    ("采砂损田积案", "田埂塌了谁修", "涂秋生", 6, 50, "answered"),
    ("遗产继承信访", "应当由法院判", "辛桂英", 3, 20, "declined"),
)
ANSWER = {
    "request": "恢复塌掉的田埂，补一季的损失", "facts": "现场丈量，采砂确使田埂外移 1.2 米",
    "opinion": "由采砂方六月底前砌好田埂，补偿按村里当年产量算", "law": "民法典第 1165 条",
}  # fmt: skip


def fill(at: datetime, *, beside: bool = False) -> None:
    """Does nothing where there are petitions."""
    officer, chief = (Account.objects.filter(username=name).first() for name in ("community", "chief"))
    if officer is None or chief is None or (Petition.objects.exists() and not beside):
        return
    place = officer.communities.order_by("code").first() or Place.objects.served().communities().first()
    for n, (title, focus, name, years, ago, end) in enumerate(PETITIONS, 1):
        then = at - timedelta(days=ago)
        dispute = cases.open_dispute(
            title=title, focus=focus, place=place, origin="backlog", by=officer.pk, at=then,
            started_on=then.date() - timedelta(days=years * 366),
        )  # fmt: skip
        cases.add_party(dispute, Identity(name=name), side="a", by=officer.pk, at=then)
        number = f"XF{then:%Y%m}{n:03d}"
        given = actions.Given(received_on=then.date(), source="transferred" if n % 2 else "visit", number=number)
        actions.register(dispute, given, by=officer.pk, at=then)
        _went(dispute, end, officer, chief, then)


def _went(dispute: Dispute, end: str, officer: Account, chief: Account, then: datetime) -> None:
    by, soon = officer.pk, then + timedelta(days=3)
    if end == "declined":
        actions.decline(dispute, "legal_route", why="遗产纠纷已可起诉", where="区人民法院立案庭", by=by, at=soon)
    elif end != "received":
        actions.accept(dispute, by=by, at=soon)
    if end == "longer":
        later = then + timedelta(days=55)
        actions.extend(dispute, 20, why="档案在市里，要等复印", by=chief.pk, roles=CHIEF, at=later)
    if end == "answered":
        later = then + timedelta(days=40)
        given = actions.Answer(result="supported", on=later.date(), **ANSWER)
        actions.answer(dispute, given, by=by, at=later)
