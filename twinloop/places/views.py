"""Settings → places: the district's tree, one place, bringing in a list. For system administrators."""

from __future__ import annotations

from dataclasses import asdict

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from twinloop.edge.tables import Unreadable
from twinloop.edge.uploads import UploadRefused
from twinloop.edge.words import say as say_upload
from twinloop.ledger.queries import history
from twinloop.places import actions, importing, queries, uploaded, words
from twinloop.places.forms import Columns, ListFile, Reason
from twinloop.places.gates import system_admin_only
from twinloop.places.models import Place

SHOWN = 100  # bad rows on a page; the command names all
OPEN = 60  # communities up to which all townships stand open


@system_admin_only
@require_GET
def places(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:60]
    tree = queries.tree(people=True)
    context = {
        "q": text,
        "hits": queries.search(text) if text else [],
        "tree": tree,
        "figures": queries.figures(tree),
        "open": sum(node.communities for node in tree) <= OPEN,
    }
    return render(request, "places/places.html", context)


@system_admin_only
@require_GET
def place(request: HttpRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Place.objects.select_related("parent__parent"), code=code)
    return _place(request, found, Reason())


def _place(request: HttpRequest, found: Place, form: Reason, refused: str = "", status: int = 200) -> HttpResponse:
    context = {
        "place": found,
        "form": form,
        "refused": refused,
        "acts": queries.acts(found),
        "below": queries.below(found),
        "people": queries.people_in(found),
        "events": [(event, words.VERBS.get(event.verb, event.verb)) for event in history(f"place:{found.code}")[:20]],
    }
    return render(request, "places/place.html", context, status=status)


@system_admin_only
@require_POST
def place_act(request: HttpRequest, code: str, act: str) -> HttpResponse:
    found = get_object_or_404(Place.objects.select_related("parent__parent"), code=code)
    if act not in actions.ACTS:
        raise Http404
    form = Reason(request.POST)
    why = form.cleaned_data["why"] if form.is_valid() else ""
    try:
        actions.ACTS[act](code, by=request.user.pk, at=timezone.now(), why=why)
    except actions.Refused as error:
        return _place(request, found, form, words.say_refused(error), 409)
    messages.success(request, words.done(act, found.short))
    return redirect("place", code)


@system_admin_only
@require_http_methods(["GET", "POST"])
def places_import(request: HttpRequest) -> HttpResponse:
    """Choose a file; everything after that is `places_import_list`."""
    form = ListFile(request.POST or None, request.FILES or None)
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            token = uploaded.keep(form.cleaned_data["file"], form.cleaned_data["county"], by=_viewer(request))
            return redirect("places_import_list", token)
        except (Unreadable, UploadRefused) as error:
            refused = _sentence(error)
    status = 422 if refused or form.errors else 200
    return render(request, "places/places_import.html", {"form": form, "refused": refused}, status=status)


@system_admin_only
@require_http_methods(["GET", "POST"])
def places_import_list(request: HttpRequest, token: str) -> HttpResponse:
    """GET tries the list and shows what would change; POST does it. Columns chosen by hand stand in the address."""
    by, chosen = _viewer(request), {code: request.GET.get(code, "") for code in words.COLUMNS}
    try:
        kept = uploaded.find(token, by=by)
        with kept.as_file() as path:
            found, columns = importing.columns_in(path, chosen)
            draft = importing.draft_of(path, kept.name, county=kept.county, columns=columns) if columns else None
    except Unreadable as error:
        return _refused_list(request, error)
    refused = ""
    if request.method == "POST" and draft:
        try:
            result = importing.write(draft, by=by, at=timezone.now(), good_rows=request.POST.get("good_rows") == "on")
        except Unreadable as error:
            refused = _sentence(error)
        else:
            return _written(request, token, words.imported(asdict(result)))
    context = {"draft": draft, "kept": kept, "columns": Columns(found, columns or chosen), "shown": f":{SHOWN}",
               "refused": refused}  # fmt: skip
    return render(request, "places/places_import_list.html", context, status=422 if refused else 200)


def _written(request: HttpRequest, token: str, said: str) -> HttpResponse:
    uploaded.forget(token, by=_viewer(request))
    messages.success(request, said)
    return redirect("places")


def _refused_list(request: HttpRequest, error: Unreadable) -> HttpResponse:
    """Back to choosing a file, saying why."""
    context = {"form": ListFile(), "refused": _sentence(error)}
    return render(request, "places/places_import.html", context, status=422)


def _viewer(request: HttpRequest) -> int:
    assert request.user.pk is not None
    return int(request.user.pk)


def _sentence(error: Unreadable | UploadRefused) -> str:
    if isinstance(error, UploadRefused):
        return say_upload(error.code, "en" if get_language() == "en" else "zh-hans", **error.facts)
    return words.say_unreadable(error)
