"""People from a file, on the page: look first, then bring in all good rows, or only if no row is bad.

Between the two steps the file lies sealed in the data folder, under a random name that only the session knows.
"""

from __future__ import annotations

import csv
import json
from io import StringIO

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from twinloop.edge.formulas import neutralise
from twinloop.edge.rejects import REASON
from twinloop.edge.tables import Unreadable
from twinloop.people import importing, parked, refusals
from twinloop.people.forms import ColumnsForm, UploadForm
from twinloop.people.gates import needs_role, scope
from twinloop.people.models import Role
from twinloop.people.refusals import Refused
from twinloop.people.views.acting import now

SHOWN = 50


@needs_role(Role.SYSTEM_ADMIN)
@require_http_methods(["GET", "POST"])
def people_import(request: HttpRequest) -> HttpResponse:
    """Choose a file."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        if upload.size > parked.LIMIT:
            form.add_error(
                "file", _("文件超过 %(mib)s MiB：用 twinloop import people") % {"mib": parked.LIMIT // 2**20}
            )
        else:
            request.session.pop("people_mapping", None)
            request.session["people_import"] = parked.park(upload.read(), upload.name)
            return redirect("people_import_look")
    return render(request, "people/import.html", {"form": form, "columns": importing.COLUMNS})


def _plan(request: HttpRequest) -> importing.Plan:
    ticket = request.session.get("people_import")
    if not isinstance(ticket, str):
        raise Http404
    mapping = json.loads(request.session.get("people_mapping", "{}"))
    with parked.taken(ticket) as table:
        return importing.plan(table, by=scope(request), on=now().date(), mapping=mapping)


def _say(error: Exception) -> str:
    return refusals.say(error) if isinstance(error, Refused) else refusals.say_unreadable(error)


@needs_role(Role.SYSTEM_ADMIN)
@require_POST
def people_import_columns(request: HttpRequest) -> HttpResponse:
    """Which column is which, where the guess was wrong."""
    names = {name: request.POST.get(name, "")[:200] for name in importing.COLUMNS}
    request.session["people_mapping"] = json.dumps({name: column for name, column in names.items() if column})
    return redirect("people_import_look")


@needs_role(Role.SYSTEM_ADMIN)
@require_safe
def people_import_look(request: HttpRequest) -> HttpResponse:
    """What would come in, and every bad row with column and reason."""
    try:
        found = _plan(request)
    except (Unreadable, importing.MissingColumns, Refused) as error:
        refused: dict[str, object] = {"form": UploadForm(), "refused": _say(error), "columns": importing.COLUMNS}
        if isinstance(error, importing.MissingColumns):
            refused["columns_form"] = ColumnsForm(error.head)
        return render(request, "people/import.html", refused)
    context = {
        "columns_form": ColumnsForm(found.head, initial=found.columns),
        "plan": found,
        "pairs": [(importing.COLUMNS[name][0], column) for name, column in found.columns.items()],
        "same": len(found.good) - len(found.new) - len(found.changed),
        "notes": [note.say(get_language() or "zh") for note in found.notes],
        "bad": found.bad[:SHOWN],
        "more": max(len(found.bad) - SHOWN, 0),
        "good": found.good[:10],
    }
    return render(request, "people/import_look.html", context)


@needs_role(Role.SYSTEM_ADMIN)
@require_POST
def people_import_do(request: HttpRequest) -> HttpResponse:
    """`which`: good = all good rows; whole = only when no row is bad."""
    try:
        found = _plan(request)
        new, changed = importing.carry_out(
            found, by=scope(request), at=now(), good_rows=request.POST.get("which") == "good"
        )
    except (Unreadable, importing.MissingColumns, Refused) as error:
        messages.error(request, _say(error))
        return redirect("people_import_look")
    messages.success(request, _("新增 %(new)s 人，更新 %(changed)s 人") % {"new": new, "changed": changed})
    if not found.bad:
        parked.drop(request.session.pop("people_import"))
    return redirect("people" if not found.bad else "people_import_look")


@needs_role(Role.SYSTEM_ADMIN)
@require_safe
def people_import_rejects(request: HttpRequest) -> HttpResponse:
    """The bad rows with their reasons, to be mended and sent again."""
    try:
        found = _plan(request)
    except (Unreadable, importing.MissingColumns, Refused) as error:
        messages.error(request, _say(error))
        return redirect("people_import")
    text = StringIO(newline="")
    rows = csv.writer(text)
    head = [column for column in found.head if column != REASON]
    rows.writerow([*map(neutralise, head), REASON])
    for bad in found.bad:
        cells = [neutralise(bad.row.cells.get(column, "")) for column in head]
        rows.writerow([*cells, neutralise("；".join(bad.sentences()))])
    return HttpResponse(
        text.getvalue().encode("utf-8-sig"),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="people-rejects.csv"'},
    )
