"""An agreement in sentences: its terms with masked names, as the dispute, the paper and the lists say them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from twinloop.decide.agreement import yuan
from twinloop.mediation.agreements.models import Due, Promise

ON_THE_SPOT = gettext_lazy("当场履行")


def money(amount: Decimal | None) -> str:
    """1,200.50 元."""
    return _("%(sum)s 元") % {"sum": yuan(int(amount * 100))} if amount is not None else ""


def term(one: Promise) -> str:
    """王*兰向赵*国给付：赔修沟钱，600 元，转账，5月1日前."""
    who = one.by_party.name_masked
    if one.to_party is not None:
        who = _("%(by)s向%(to)s") % {"by": who, "to": one.to_party.name_masked}
    what = one.text.rstrip("。；，")
    parts = [f"{who} {one.get_kind_display()}：{what}", money(one.amount), one.how, days(list(one.dues.all()), one)]
    return _("，").join(part for part in parts if part)


def days(dues: Sequence[Due], one: Promise) -> str:
    """When: on the spot, by a day, or each instalment with its day."""
    if one.at_once:
        return str(ON_THE_SPOT)
    if not dues:
        return ""
    if len(dues) == 1:
        return _("%(day)s前") % {"day": f"{dues[0].due_on:%Y-%m-%d}"}
    each = _("、").join(f"{due.due_on:%Y-%m-%d} {money(due.amount)}" for due in dues)
    return _("分 %(times)s 期：%(each)s") % {"times": len(dues), "each": each}
