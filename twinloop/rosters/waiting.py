"""What waits in rotas for the first page: for an auxiliary what changed and who asks to swap; for a chief swaps to
confirm, repairs to look at, and posts of people who are away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from twinloop.cases.waiting import Waiting
from twinloop.decide.clocks import CHINA
from twinloop.discovery.posts import visibility as posts
from twinloop.ledger.sight import Scope
from twinloop.people.models import Leave
from twinloop.rosters.models import Told, Version
from twinloop.rosters.queries import reading, visibility

MORNING = time(8, 30)


def waiting(scope: Scope, *, at: datetime, most: int) -> Iterator[Waiting]:
    if scope.has(*visibility.POSTED):
        yield from _told(scope, most)
        yield from _offered(scope, most)
    if scope.has(*visibility.MAKERS):
        yield from _swaps(scope, most)
        yield from _proposed(scope, most)
        yield from _aside(scope, at, most)


def _morning(on: date) -> datetime:
    return datetime.combine(on, MORNING, CHINA)


def _told(scope: Scope, most: int) -> Iterator[Waiting]:
    """Due on the morning of the first day that changes."""
    for told in Told.objects.filter(account=scope.account, seen_at__isnull=True).order_by("at")[:most]:
        first = date.fromisoformat(told.days[0][0]) if told.days else timezone.localtime(told.at).date()
        what = _("你的班有变动：%(n)s 天") % {"n": len(told.days)}
        yield Waiting(_("看"), what, "", reverse("my_rota"), "", _morning(first), clock=_("知道了"))


def _offered(scope: Scope, most: int) -> Iterator[Waiting]:
    for swap in visibility.swaps(scope).filter(partner=scope.account, state="asked").select_related("asker")[:most]:
        what = _("%(name)s 想和你换班") % {"name": swap.asker.name}
        yield Waiting(_("答复"), what, "", reverse("my_rota"), "", _morning(swap.gives_on), clock=_("换班"))


def _swaps(scope: Scope, most: int) -> Iterator[Waiting]:
    for swap in reading.swaps_to_confirm(scope)[:most]:
        what = _("%(one)s 和 %(other)s 换班") % {"one": swap.asker.name, "other": swap.partner.name}
        yield Waiting(_("确认"), what, "", reverse("rotas"), "", _morning(swap.gives_on), clock=_("换班"))


def _proposed(scope: Scope, most: int) -> Iterator[Waiting]:
    found = Version.objects.filter(state="proposed", rota__in=visibility.rotas(scope), rota__state="published")
    for version in found.order_by("at")[:most]:
        first = min((one["on"] for one in version.moves), default=f"{timezone.localtime(version.at).date()}")
        what = _("补班方案：%(n)s 处变动") % {"n": len(version.moves)}
        url = reverse("rota_version", args=[version.pk])
        yield Waiting(_("确认"), what, "", url, "", _morning(date.fromisoformat(first)), clock=_("补班"))


def _aside(scope: Scope, at: datetime, most: int) -> Iterator[Waiting]:
    """Posts that stand although the person is away: the rota waits to be repaired."""
    today = timezone.localtime(at).date()
    away = Leave.objects.filter(account=OuterRef("account"), period__overlap=OuterRef("period"))
    rows = posts.shifts(scope).filter(Exists(away), dropped_at__isnull=True, in_at__isnull=True, on__gte=today)
    found = list(rows.select_related("account", "place").order_by("on")[:most])
    if not found:
        return
    rotas = list(visibility.rotas(scope).filter(state="published"))
    for shift in found:
        rota = next((r for r in rotas if r.first <= shift.on <= r.last), None)
        url = reverse("rota", args=[rota.pk]) if rota else reverse("posts")
        what = _("%(name)s 请假，%(day)s 的班要补") % {"name": shift.account.name, "day": f"{shift.on:%m-%d}"}
        yield Waiting(_("补班"), what, "", url, shift.place.short, _morning(shift.on), clock=_("补班"))
