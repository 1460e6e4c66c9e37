"""A roster from a file: look first, then bring in all good rows, or only if no row is bad."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from twinloop.cases.acting import now, see_other
from twinloop.cases.attempts import attempt
from twinloop.discovery.posts import importing, visibility
from twinloop.discovery.posts.forms import UploadForm
from twinloop.edge.tables import Unreadable
from twinloop.edge.tables import say as say_table
from twinloop.people import parked
from twinloop.people.gates import me, needs_role, scope

KEY = "posts_import"


def _plan(request: HttpRequest) -> tuple[importing.Plan | None, str]:
    """What the parked file would bring, or why it brings nothing."""
    ticket = request.session.get(KEY)
    if not isinstance(ticket, str):
        raise Http404
    found: list[importing.Plan] = []

    def read() -> None:
        with parked.taken(ticket) as table:
            found.append(importing.plan(table, scope=scope(request), at=now()))

    try:
        no = attempt(read)
    except Unreadable as error:
        return None, say_table(error.code, get_language() or "zh", **error.facts)
    return (found[0], "") if no is None else (None, no.sentence)


@needs_role(*visibility.PLANNERS)
@require_http_methods(["GET", "POST"])
def post_import(request: HttpRequest) -> HttpResponse:
    """Choose a file."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        if upload.size <= parked.LIMIT:
            request.session[KEY] = parked.park(upload.read(), upload.name)
            return see_other("post_import_look")
        form.add_error("file", _("文件超过 %(mib)s MiB：分成几份") % {"mib": parked.LIMIT // 2**20})
    return render(request, "posts/import.html", {"form": form}, status=422 if form.is_bound else 200)


@needs_role(*visibility.PLANNERS)
@require_safe
def post_import_look(request: HttpRequest) -> HttpResponse:
    """What would come in, and every bad row with its reason. Nothing is written."""
    found, why = _plan(request)
    if found is None:
        return render(request, "posts/import.html", {"form": UploadForm(), "refused": why}, status=422)
    return render(request, "posts/import_look.html", {"plan": found, "bad": found.bad[:50], "good": found.good[:50]})


@needs_role(*visibility.PLANNERS)
@require_POST
def post_import_do(request: HttpRequest) -> HttpResponse:
    """`which`: good = all good rows; whole = only when no row is bad."""
    found, why = _plan(request)
    made: list[int] = []
    if found is not None:
        plan, good = found, request.POST.get("which") == "good"
        no = attempt(lambda: made.append(importing.carry_out(plan, by=me(request), at=now(), good_rows=good)))
        why = no.sentence if no else ""
    if why:
        messages.error(request, why)
        return see_other("post_import_look")
    messages.success(request, _("排了 %(count)s 个班") % {"count": made[0]})
    parked.drop(request.session.pop(KEY))
    return see_other("posts")
