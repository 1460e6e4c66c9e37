"""二次处置: what waits where; one dispute with its whole history, the review, the order, the penalty procedure."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from twinloop.cases.acting import Once, once_only, see
from twinloop.cases.actions import look
from twinloop.cases.attempts import No
from twinloop.cases.models import Dispute
from twinloop.cases.paging import LatePaginator
from twinloop.cases.timeline import changes
from twinloop.edge.masks import mask_text
from twinloop.followup.rounds import actions, forms, queries, showing, words
from twinloop.followup.rounds.models import Penalty
from twinloop.people.gates import me, needs_role, scope

PAGE = 50
KINDS: dict[str, type[Once]] = {
    "review": forms.Review, "send": forms.Send, "charge": forms.Charge, "appraise": forms.Appraise,
    "appraised": forms.Appraised, "extend": forms.Extend, "decide": forms.Decide,
}  # fmt: skip


@needs_role(*queries.READERS)
@require_GET
def second(request: HttpRequest) -> HttpResponse:
    """What waits for a review, for an order, for its end, for a decision."""
    held, at = scope(request), timezone.localtime()
    tab = request.GET.get("tab", "review")
    tab = tab if tab in words.TABS else "review"
    counted = queries.counts(held)
    page = LatePaginator(queries.listed(held, tab), PAGE, counted.get(tab)).get_page(request.GET.get("page"))
    rounds = queries.rounds_of(page)
    running = queries.visible_penalties(held, page) if tab == "penalty" else {}
    rows = [_row(one, rounds, running) for one in page]
    context = {
        "tab": tab, "tabs": [(code, name, counted.get(code)) for code, name in words.TABS.items()], "page": page,
        "rows": rows, "success": queries.succeeded(held, at), "late": queries.LATE, "casedata": True,
        "leads": held.has(*queries.LEADERS),
    }  # fmt: skip
    return render(request, "rounds/second.html", context)


def _row(dispute: Dispute, rounds: Any, running: dict[int, Penalty]) -> dict[str, Any]:
    known = rounds.get(dispute.pk, ())
    now = known[-1] if known else None
    return {
        "dispute": dispute, "title": mask_text(dispute.title), "now": now, "state": dispute.get_state_display(),
        "why": showing.said(now.triggers) if now else "", "penalty": running.get(dispute.pk),
    }  # fmt: skip


def _dispute(request: HttpRequest, number: str) -> Dispute:
    return get_object_or_404(queries.visible(scope(request)), number=number)


@needs_role(*queries.READERS)
@require_GET
def round_(request: HttpRequest, number: str) -> HttpResponse:
    """One dispute: its history, and what comes next."""
    dispute = _dispute(request, number)
    look(dispute, by=me(request), at=timezone.localtime(), where="second")
    return _page(request, dispute)


def _page(
    request: HttpRequest, dispute: Dispute, what: str = "", sent: Once | None = None, no: No | None = None
) -> HttpResponse:
    held, at = scope(request), timezone.localtime()
    takers = queries.takers(dispute, at) if dispute.state == "review" else []
    context = showing.page(held, dispute, at)
    asked = {name: _form(name, dispute, takers) for name in KINDS}
    if sent is not None:
        asked[what] = sent
    reviewed = bool(dispute.standing.review.strip())
    context |= {
        "asks": asked, "no": no, "no_what": what, "takers": [(str(one.pk), one) for one in takers], "casedata": True,
        "may_review": held.has(*queries.REVIEWERS) and dispute.state == "review",
        "may_send": held.has(*queries.SENDERS) and dispute.state == "review", "reviewed": reviewed,
        "sworn": held.has(*queries.SWORN), "leads": held.has(*queries.LEADERS), "at": at,
    }  # fmt: skip
    return render(request, "rounds/round.html", context, status=no.status if no else 200)


def _form(name: str, dispute: Dispute, takers: list[queries.Taker]) -> Once:
    initial: dict[str, Any] = {"once": uuid.uuid4(), "version": dispute.version, "on": timezone.localdate()}
    if name == "review":
        initial |= {"focus": mask_text(dispute.focus), "source": mask_text(dispute.source)}
    if name == "send" and takers:
        initial["taker"] = str(takers[0].pk)
    form = KINDS[name](auto_id=f"{name}-%s", initial=initial)
    if isinstance(form, forms.Send):
        form.offer(takers)
    return form


@needs_role(*queries.READERS)
@require_POST
def round_do(request: HttpRequest, number: str, what: str) -> HttpResponse:
    """One act; refused, the page comes back with what was typed."""
    if what not in KINDS:
        raise Http404
    dispute, at = _dispute(request, number), timezone.localtime()
    form = KINDS[what](request.POST, auto_id=f"{what}-%s")
    if isinstance(form, forms.Send):
        form.offer(queries.takers(dispute, at))

    def act() -> int:
        _act(request, dispute, what, form)
        return dispute.pk

    no, _pk = once_only(request, form, act)
    if no is not None:
        dispute.refresh_from_db()
        if not no.sentence:
            no = No(no.status, _overtaken(no) if no.status == 409 else _missing(form))
        return _page(request, dispute, what, form, no)
    messages.success(request, str(DONE[what]))
    return see(reverse("round", args=[number]))


def _overtaken(no: No) -> str:
    """Somebody was quicker: who did what; what was typed stands below."""
    return _("没有保存：别人刚改过（%(what)s）。看过再交一次") % {"what": _("；").join(changes(no.changes, mask_text))}


def _missing(form: Once) -> str:
    """The first thing that is missing, by the name of its box."""
    name = next(iter(form.errors))
    label = form.fields[name].label if name in form.fields else ""
    return _("没有保存：还差一样，%(what)s") % {"what": label}


DONE = {
    "review": gettext_lazy("研判已写下，可以派社区了"),
    "send": gettext_lazy("已派给社区，历史随案交过去"),
    "charge": gettext_lazy("已转处罚程序"),
    "appraise": gettext_lazy("已记鉴定，期限停着"),
    "appraised": gettext_lazy("已记鉴定意见，期限接着算"),
    "extend": gettext_lazy("已延长办案期限"),
    "decide": gettext_lazy("已记处理决定，纠纷继续跟"),
}


def _act(request: HttpRequest, dispute: Dispute, what: str, form: Any) -> None:
    given, held, by, at = form.cleaned_data, scope(request), me(request), timezone.localtime()
    if what == "review":
        actions.review(dispute, given, by=by, scope=held, at=at)
    elif what == "send":
        taker = form.people[given["taker"]]
        actions.send(dispute, taker, given["text"], by=by, scope=held, at=at, version=given["version"])
    elif what == "charge":
        actions.open_penalty(dispute, given["why"], by=by, scope=held, at=at, version=given["version"])
    else:
        _charged(_penalty(dispute), what, given, by=by, scope=held, at=at)


def _penalty(dispute: Dispute) -> Penalty:
    return get_object_or_404(Penalty.objects.filter(dispute=dispute).order_by("-pk")[:1])


def _charged(penalty: Penalty, what: str, given: dict[str, Any], **who: Any) -> None:
    steps: dict[str, Callable[[], object]] = {
        "appraise": lambda: actions.appraise(penalty, given["what"], given["office"], **who),
        "appraised": lambda: actions.appraised(penalty, given["result"], **who),
        "extend": lambda: actions.extend(penalty, given["by_whom"], **who),
        "decide": lambda: actions.decide(
            penalty, given["decision"], given["number"], given["on"], given["text"], **who
        ),
    }
    steps[what]()
