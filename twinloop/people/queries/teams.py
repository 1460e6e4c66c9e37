"""Teams, and whether each is in service: open, and composed as its kind asks for on that day."""

from __future__ import annotations

from datetime import date

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from twinloop.people.models import Account, Membership, Team

PAIR = 2  # two veteran officers, two auxiliaries


def teams(*, on: date) -> QuerySet[Team]:
    """Open teams with the members of the day in `now`. Three queries."""
    members = Membership.objects.filter(period__contains=on).select_related("account__unit__parent")
    return (
        Team.objects.filter(closed_on__isnull=True)
        .select_related("station", "place")
        .prefetch_related(Prefetch("memberships", members.order_by("-is_lead", "account__name"), to_attr="now"))
    )


def members(team: Team, *, on: date) -> list[Membership]:
    if hasattr(team, "now"):
        return list(team.now)
    found = team.memberships.filter(period__contains=on).select_related("account__unit__parent")
    return list(found.order_by("-is_lead", "account__name"))


def shortfalls(team: Team, *, on: date) -> list[str]:
    """What keeps a team out of service, a sentence each; empty: it is in service."""
    if team.closed_on:
        return [_("已解散")]
    inside = members(team, on=on)
    said = {
        Team.Kind.TWO_PLUS_TWO: _two_plus_two,
        Team.Kind.NEIGHBOUR: _neighbour,
        Team.Kind.VOLUNTEER: _volunteer,
    }[Team.Kind(team.kind)](team, inside)
    if inside and not any(m.is_lead for m in inside):
        said.append(_("还差队长"))
    return said + [_("%(name)s 的账号已停用") % {"name": m.account.name} for m in inside if not m.account.is_active]


def _two_plus_two(team: Team, inside: list[Membership]) -> list[str]:
    people = [m.account for m in inside]
    said = []
    for person in people:
        station = person.unit.station if person.unit else None
        if station != team.station:
            said.append(_("%(name)s 已不在%(station)s") % {"name": person.name, "station": team.station})
        if person.kind == Account.Kind.SWORN and not person.is_veteran:
            said.append(_("%(name)s 不是老民警") % {"name": person.name})
    veterans = sum(p.kind == Account.Kind.SWORN and p.is_veteran for p in people)
    helpers = sum(p.kind == Account.Kind.AUXILIARY for p in people)
    said += _count(veterans, ngettext("还差 %(count)s 名老民警", "还差 %(count)s 名老民警", PAIR - veterans),
                   ngettext("多了 %(count)s 名老民警", "多了 %(count)s 名老民警", veterans - PAIR))  # fmt: skip
    said += _count(helpers, ngettext("还差 %(count)s 名辅警", "还差 %(count)s 名辅警", PAIR - helpers),
                   ngettext("多了 %(count)s 名辅警", "多了 %(count)s 名辅警", helpers - PAIR))  # fmt: skip
    if any(m.is_lead and m.account.kind != Account.Kind.SWORN for m in inside):
        said.append(_("队长要是民警"))
    return said


def _count(there: int, few: str, many: str) -> list[str]:
    if there == PAIR:
        return []
    return [(few if there < PAIR else many) % {"count": abs(PAIR - there)}]


def _neighbour(team: Team, inside: list[Membership]) -> list[str]:
    said = [] if inside else [_("还差调解员")]
    return said if team.room else [*said, _("还差社区警务室")]


def _volunteer(team: Team, inside: list[Membership]) -> list[str]:
    return [] if inside else [_("还差志愿者")]
