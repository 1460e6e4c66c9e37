"""Rotas of the demo: the coming four weeks of the chief's station, published; a swap offered, a wish. Invented."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from django.utils import timezone

from twinloop.decide import Refused
from twinloop.decide.posts import week_of
from twinloop.people.models import Account
from twinloop.rosters import actions
from twinloop.rosters.models import Rota

SECONDS, GAP = 2, 0.02  # the demo need not be proven


def fill(at: datetime) -> None:
    """Once; does nothing where there are rotas or nobody to post."""
    at = timezone.localtime(at)
    chief = Account.objects.filter(username="chief").select_related("unit__parent").first()
    station = chief.unit.station if chief and chief.unit else None
    if Rota.objects.exists() or chief is None or station is None:
        return
    with suppress(Refused):
        rota = actions.begin(station, week_of(at.date()).later(1).monday, 4, by=chief.pk, at=at)
        actions.plan(rota, by=chief.pk, at=at, seconds=SECONDS, gap=GAP)
        rota = actions.publish(Rota.objects.get(pk=rota.pk), "人手不够，先公布", by=chief.pk, at=at)
        _swap(rota, at)


def _swap(rota: Rota, at: datetime) -> None:
    """A colleague asks the memorable auxiliary; the first that no rule forbids."""
    me = Account.objects.filter(username="auxiliary").first()
    assert rota.current is not None
    if me is None:
        return
    actions.wish(me, rota.last + timedelta(days=1), at=at)
    for cell in rota.current.cells.select_related("account").exclude(account=me).order_by("on", "pk")[:12]:
        with suppress(Refused):
            actions.ask_swap(rota, cell.account, me, cell.on, why="那天孩子开家长会", at=at)
            return
