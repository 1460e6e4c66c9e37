"""导入: send files, look at what would come in, confirm, watch, fetch the bad rows, take back."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from twinloop.cases.telling import sentence
from twinloop.intake.batches import actions, jobs, parked, words
from twinloop.intake.batches.forms import ColumnsForm, SendForm, UndoForm
from twinloop.intake.batches.kinds import form_named, forms_of
from twinloop.intake.batches.models import Batch
from twinloop.intake.batches.queries import kinds_for, visible_to
from twinloop.intake.batches.rejecting import files_of
from twinloop.intake.batches.results import Result, Source
from twinloop.people.gates import needs_role, scope
from twinloop.people.models import Role
from twinloop.people.refusals import Refused

MAY = (Role.DISPATCHER, Role.BUREAU, Role.SYSTEM_ADMIN)
LOOKED = 2000  # rows of a file that are tried before somebody confirms


@needs_role(*MAY)
@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Send files; below, what came in before."""
    viewer = scope(request)
    kinds = kinds_for(viewer)
    form = SendForm(kinds, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("import_batch", _drafted(request, form).pk)
        except Refused as refused:
            form.add_error("sent", sentence(refused))
    page = Paginator(visible_to(viewer), 20).get_page(request.GET.get("page"))
    hints = [(words.KINDS[kind], words.KIND_HINTS[kind], _columns(kind)) for kind in kinds]
    status = 422 if form.errors else 200
    return render(request, "batches/imports.html", {"form": form, "page": page, "hints": hints}, status=status)


def _columns(kind: str) -> list[tuple[str, str]]:
    """(form, its columns; those that must be there are marked)."""
    found = []
    for form in forms_of(kind):
        needed = {*form.columns.required, *form.columns.either}
        names = [names[0] + ("*" if of in needed else "") for of, names in form.columns.fields.items()]
        found.append((str(words.FORMS[form.code]), _("、").join(names)))
    return found


def _drafted(request: HttpRequest, form: SendForm) -> Batch:
    kind, by, at = form.cleaned_data["kind"], scope(request).account, timezone.localtime()
    with parked.received(form.cleaned_data["sent"], kind) as sources:
        batch, _same = actions.open_batch(kind, sources, by=by, at=at, state="draft")
        parked.park(batch.pk, sources, at=at)
    return batch


def _found(request: HttpRequest, batch: int) -> Batch:
    return get_object_or_404(visible_to(scope(request)), pk=batch)


@needs_role(*MAY)
@require_safe
def import_batch(request: HttpRequest, batch: int) -> HttpResponse:
    """A draft with its preview, an import under way, or what came of it."""
    found = _found(request, batch)
    context: dict[str, Any] = {"batch": found, "pairs": _pairs(found.mapping), "casedata": found.kind != "indicators"}
    if found.state == "draft":
        return _preview(request, found, context)
    if "X-Poll" in request.headers:
        is_running = found.state == "running"
        return render(request, "batches/progress.html", context) if is_running else HttpResponseClientRefresh()
    may_undo = found.state == "done" and found.accepted > 0 and found.kind in kinds_for(scope(request))
    context |= {"undo": UndoForm(), "rejects": bool(_rejects(found)), "may_undo": may_undo}
    context["has_outcome"] = found.state in ("done", "undone") and found.kind in words.WITH_OUTCOME
    return render(request, "batches/batch.html", context)


def _preview(request: HttpRequest, batch: Batch, context: dict[str, Any]) -> HttpResponse:
    mapping = _chosen(request, batch)
    try:
        with parked.taken(batch.pk) as sources:
            result = _looked(batch, sources, mapping)
    except Refused as refused:
        context["refused"] = sentence(refused)
        return render(request, "batches/draft.html", context)
    guessed = {of: column for columns in result.mapping.values() for of, column in columns.items()}
    context |= {
        "result": result, "pairs": _pairs(result.mapping), "mapping": mapping, "looked": LOOKED,
        "columns": ColumnsForm(batch.kind, result.heads, guessed),
        "good": [(words.FORMS[code], *rest) for code, *rest in result.good],
        "bad": [(row, column, why) for row in result.bad for column, why in row.reasons],
    }  # fmt: skip
    return render(request, "batches/draft.html", context)


def _looked(batch: Batch, sources: list[Source], mapping: dict[str, str]) -> Result:
    at = timezone.localtime()
    return actions.look(batch.kind, sources, at=at, mapping=mapping, limit=LOOKED, keep=False)


def _chosen(request: HttpRequest, batch: Batch) -> dict[str, str]:
    """Columns chosen by hand; they stand in the address, so that looking changes nothing."""
    names = {of for form in forms_of(batch.kind) for of in form.columns.fields}
    given = request.POST if request.method == "POST" else request.GET
    return {of: given[of][:200] for of in names if given.get(of)}


def _pairs(mapping: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    """(form, [(field as it is called, column)]) for reading."""
    found = []
    for code, columns in mapping.items():
        if code in words.FORMS and isinstance(columns, dict):
            names = form_named(code).columns
            found.append((str(words.FORMS[code]), [(names.name(of), column) for of, column in columns.items()]))
    return found


@needs_role(*MAY)
@require_POST
def import_confirm(request: HttpRequest, batch: int) -> HttpResponse:
    """Bring it in; the worker does it."""
    found, viewer = _found(request, batch), scope(request)
    if found.kind not in kinds_for(viewer) or viewer.account is None:
        raise Http404
    try:
        actions.confirm(found, mapping=_chosen(request, found), by=viewer.account, at=timezone.localtime())
    except Refused as refused:
        messages.error(request, sentence(refused))
    else:
        jobs.bring.defer(batch=found.pk)
    return redirect("import_batch", found.pk)


@needs_role(*MAY)
@require_POST
def import_judge(request: HttpRequest, batch: int) -> HttpResponse:
    """Have what came judged: type, repeats, level; the worker does it."""
    found, viewer = _found(request, batch), scope(request)
    if found.kind not in kinds_for(viewer) or viewer.account is None:
        raise Http404
    try:
        actions.ask(found, by=viewer.account, at=timezone.localtime())
    except Refused as refused:
        messages.error(request, sentence(refused))
    else:
        jobs.judge.defer(batch=found.pk)
    return redirect("import_outcome", found.pk)


@needs_role(*MAY)
@require_POST
def import_undo(request: HttpRequest, batch: int) -> HttpResponse:
    """Take it back, with the reason; the worker does it."""
    found, viewer, form = _found(request, batch), scope(request), UndoForm(request.POST)
    if found.kind not in kinds_for(viewer) or viewer.account is None:
        raise Http404
    if not form.is_valid():
        messages.error(request, str(words.REFUSALS["batch_why"]))
    elif found.state != "done":
        messages.error(request, str(words.REFUSALS["batch_not_done"]))
    else:
        jobs.undo.defer(batch=found.pk, by=viewer.account, why=form.cleaned_data["why"])
        messages.success(request, _("正在撤销，过一会儿再看"))
    return redirect("import_batch", found.pk)


def _rejects(batch: Batch) -> list[Any]:
    return files_of(batch.kind, batch.digest)


@needs_role(*MAY)
@require_safe
def import_rejects(request: HttpRequest, batch: int) -> HttpResponse:
    """The bad rows with their reasons, to be mended and sent again; several forms as one package."""
    found = _found(request, batch)
    paths = _rejects(found)
    if not paths:
        raise Http404
    if len(paths) == 1:
        return _attachment(paths[0].read_bytes(), f"{paths[0].stem}.csv", "text/csv; charset=utf-8")
    package = BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as into:
        for path in paths:
            into.write(path, path.name)
    return _attachment(package.getvalue(), f"{paths[0].stem}.zip", "application/zip")


def _attachment(data: bytes, name: str, kind: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(data, content_type=kind, headers=headers)
