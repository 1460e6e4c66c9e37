"""What is owed (履行): late, soon, all that is open, what was kept and what was not; as a file too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from twinloop.cases.actions.looking import exported
from twinloop.edge.written import workbook
from twinloop.mediation.agreements import queries, showing, words
from twinloop.mediation.agreements.models import Due
from twinloop.people.gates import needs_role, scope
from twinloop.people.models import Account

PAGE, MOST = 50, 50_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _asked(request: HttpRequest) -> tuple[str, str, Any]:
    """The tab, the track that was chosen, and the rows."""
    tab = request.GET.get("tab", "late")
    tab = tab if tab in queries.TABS else "late"
    track = request.GET.get("track", "")
    found = queries.dues(scope(request))
    if track in words.TRACKS:
        found = found.filter(agreement__track=track)
    return tab, track, found


@needs_role(*queries.READERS)
@require_GET
def owed(request: HttpRequest) -> HttpResponse:
    held, on = scope(request), timezone.localdate()
    tab, track, found = _asked(request)
    counts = queries.counts(found, on)
    page = Paginator(queries.of_tab(found, tab, on), PAGE).get_page(request.GET.get("page"))
    drafts = list(queries.drafts(held)[:20])
    context = {
        "tab": tab, "track": track, "tracks": words.TRACKS.items(), "page": page, "drafts": drafts,
        "tabs": [(code, counts[code]) for code in queries.TABS],
        "rows": [showing.row(due, on) for due in page.object_list], "casedata": bool(drafts or page.object_list),
    }  # fmt: skip
    return render(request, "agreements/owed.html", context)


@needs_role(*queries.READERS)
@require_GET
def owed_export(request: HttpRequest) -> HttpResponse:
    """What the tab shows, masked, with the viewer's name on it and a line in the ledger."""
    viewer, at = request.user, timezone.localtime()
    assert isinstance(viewer, Account)
    tab, _track, found = _asked(request)
    rows = queries.of_tab(found, tab, at.date())[:MOST]
    facts = {"name": viewer.name, "number": viewer.username, "at": f"{at:%Y-%m-%d %H:%M}"}
    content, count = workbook(
        _("履行"),
        _("导出人 %(name)s（%(number)s），%(at)s；姓名已遮盖，已记入日志") % facts,
        (_("协议"), _("纠纷"), _("地方"), _("谁来办"), _("约定"), _("金额（元）"), _("到期"), _("结果"), _("凭据")),
        _lines(rows, at),
        creator=f"{viewer.name} {viewer.username}",
        at=at.replace(tzinfo=None, microsecond=0),
        widths=(30, 18, 14, 12, 40, 12, 12, 14, 30),
    )
    exported(by=viewer.pk, at=at, what="owed", rows=count, query=request.GET.urlencode())
    name = f'attachment; filename="owed-{at:%Y%m%d-%H%M}.xlsx"'
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": name})


def _lines(rows: Any, at: Any) -> Iterator[tuple[Any, ...]]:
    due: Due
    for due in rows:
        part, dispute = showing.row(due, at.date()), due.agreement.dispute
        amount = float(due.amount) if due.amount is not None else None
        yield (
            *(due.agreement.number, dispute.number, str(dispute.place or ""), due.promise.by_party.name_masked),
            *(part.text, amount, f"{due.due_on:%Y-%m-%d}", part.word, due.evidence),
        )
