"""回访: what is owed by whom and when; asking for a visit, handing it over, inviting a party to answer."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from twinloop.cases import visibility
from twinloop.cases.acting import Once, once_only, see
from twinloop.cases.actions import look
from twinloop.cases.models import Dispute
from twinloop.cases.paging import GrowingPaginator
from twinloop.discovery.leads.qr import svg
from twinloop.edge.masks import mask_text
from twinloop.followup.visits import actions, forms, linking, queries, words
from twinloop.followup.visits.models import Callback
from twinloop.people.gates import me, needs_role, scope

PAGE = 50


def _dispute(request: HttpRequest, number: str) -> Dispute:
    found = visibility.disputes(scope(request)).select_related("place", "station", "standing", "owner")
    return get_object_or_404(found, number=number)


@needs_role(*queries.READERS)
@require_GET
def visits(request: HttpRequest) -> HttpResponse:
    """The plan of everything that the viewer sees."""
    held, today = scope(request), timezone.localdate()
    counts = queries.counts(held, today)
    first = "late" if counts["late"] or not counts["week"] else "week"  # nothing late: what comes next stands open
    tab = request.GET.get("tab", first)
    tab = tab if tab in words.TABS else "late"
    found, number = queries.listed(held, tab, today), request.GET.get("page")
    page = (GrowingPaginator(found, PAGE, number) if tab == "done" else Paginator(found, PAGE)).get_page(number)
    context = {
        "tab": tab, "tabs": [(code, name, counts.get(code)) for code, name in words.TABS.items()], "page": page,
        "rows": [(row, mask_text(row.dispute.title)) for row in page], "today": today, "casedata": True,
        "makes": held.has(*queries.MAKERS),
    }  # fmt: skip
    return render(request, "visits/visits.html", context)


@needs_role(*queries.READERS)
@require_GET
def visit_part(request: HttpRequest, number: str) -> HttpResponse:
    """On a dispute's page: what is owed, what was found, both sides' word, the way to each form."""
    return _part(request, _dispute(request, number))


def _part(request: HttpRequest, dispute: Dispute, status: int = 200, **more: object) -> HttpResponse:
    held = scope(request)
    rows = queries.of(held, dispute)
    parties = list(dispute.parties.filter(removed_at=None))
    invite = forms.Invite(auto_id="invite-%s", initial={"once": uuid.uuid4()})
    invite.offer(parties)
    owed = next((row for row in rows if row.state == "planned"), None)
    give = forms.Give(auto_id="give-%s", initial={"once": uuid.uuid4()})
    if owed and held.has("chief", "dispatcher", "community_officer"):
        give.offer(queries.candidates(dispute, timezone.localdate()))
    made = [row for row in rows if row.state != "planned"]
    calm = [row.mind for row in reversed(made) if row.state == "done" and row.way != "link"][-3:]
    context = {
        "dispute": dispute, "owed": owed, "made": made[:6], "sides": queries.sides(made, dispute),
        "calm": [*calm, *[""] * (3 - len(calm))], "makes": held.has(*queries.MAKERS), "today": timezone.localdate(),
        "ask": forms.Ask(auto_id="ask-%s", initial={"once": uuid.uuid4()}), "give": give, "invite": invite,
        "may_invite": dispute.state in ("settled", "penalty") and parties, **more,
    }  # fmt: skip
    return render(request, "visits/part.html", context, status=status)


def _done(request: HttpRequest, dispute: Dispute, form: Once, act: Callable[[], object], said: str) -> HttpResponse:
    """Do it once; back to the dispute, or say on a page of its own why not."""

    def run() -> int:
        act()
        return dispute.pk

    no, _pk = once_only(request, form, run)
    if no is None:
        messages.success(request, said)
    else:
        messages.error(request, no.sentence or _("没有保存：还差一样，选好再交"))
    return see(reverse("dispute", args=[dispute.number]))


@needs_role(*queries.READERS)
@require_POST
def visit_ask(request: HttpRequest, number: str) -> HttpResponse:
    dispute, form, at = _dispute(request, number), forms.Ask(request.POST), timezone.localtime()

    def act() -> None:
        given = form.cleaned_data
        actions.ask(dispute, given["why"], by_other=given["by_other"], by=me(request), at=at)

    return _done(request, dispute, form, act, _("已排进回访"))


@needs_role("chief", "dispatcher", "community_officer")
@require_POST
def visit_give(request: HttpRequest, callback: int) -> HttpResponse:
    row: Callback = get_object_or_404(queries.visible(scope(request)), pk=callback)
    form, at = forms.Give(request.POST), timezone.localtime()
    form.offer(queries.candidates(row.dispute, at.date()))
    return _done(
        request, row.dispute, form,
        lambda: actions.give(row, form.people[form.cleaned_data["to"]], by=me(request), at=at), _("回访已经交接"),
    )  # fmt: skip


@needs_role(*queries.MAKERS)
@require_http_methods(["GET", "POST"])
def visit_invite(request: HttpRequest, number: str) -> HttpResponse:
    """A one-time address for a party, shown this once, also as a QR code."""
    dispute, at = _dispute(request, number), timezone.localtime()
    parties = list(dispute.parties.filter(removed_at=None))
    form = forms.Invite(request.POST or None, initial={"once": uuid.uuid4()})
    form.offer(parties)
    context = {"dispute": dispute, "title": mask_text(dispute.title), "form": form, "casedata": True}
    if request.method == "GET":
        look(dispute, by=me(request), at=at, where="visit_invite")
        return render(request, "visits/invite.html", context)
    tokens: list[str] = []

    def act() -> int:
        token, link = linking.invite(dispute, form.parties[form.cleaned_data["party"]], by=me(request), at=at)
        tokens.append(token)
        context["until"] = link.until
        return link.pk

    no, _pk = once_only(request, form, act)
    if no is not None or not tokens:
        return render(request, "visits/invite.html", context | {"no": no, "again": no is None}, status=422)
    address = request.build_absolute_uri(reverse("answer", args=[tokens[0]]))
    answer = render(request, "visits/invite.html", context | {"address": address, "code": svg(address, _("二维码"))})
    answer["Cache-Control"] = "no-store"
    return answer
