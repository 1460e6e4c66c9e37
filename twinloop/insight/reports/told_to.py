"""A report that came by itself tells the leaders of its area; a daily one and one of an older time wait in the list."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from twinloop.decide.periods import ReportKind, newest_over
from twinloop.insight.reports import saying
from twinloop.insight.reports.models import Report
from twinloop.ledger.models import Event
from twinloop.notices.telling import Telling, holders, key_of


def _leaders(event: Event) -> Iterable[int | None]:
    if event.by_id is not None or event.data["kind"] == "day" or event.data["place"] is not None:
        return []
    newest = newest_over(ReportKind(event.data["kind"]), timezone.localdate(event.at))
    if date.fromisoformat(event.data["first"]) < newest.first:
        return []  # where the past is entered, all its reports come at once: no news to anybody
    station = event.data["station"]
    return holders(event, "bureau") if station is None else holders(event, "chief", station=station)


def _report(event: Event) -> tuple[str, str]:
    found = Report.objects.select_related("station", "place").defer("facts").get(pk=key_of(event))
    return saying.name(found), reverse("report_page", args=[found.pk])


TOLD_TO = {"report_made": Telling(_("新的报告"), "report-analytics", _leaders, _report)}
