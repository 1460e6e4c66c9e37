"""Pages of pushes. Police: what is due, letters, answers. Agency: their own unit's letters, to sign and answer."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from twinloop.cases import visibility
from twinloop.cases.acting import Once
from twinloop.cases.attempts import No, attempt
from twinloop.cases.models import Dispute
from twinloop.dispatch.pushes import actions, forms, letter, queries, showing, words
from twinloop.dispatch.pushes.models import Push
from twinloop.ledger import once
from twinloop.ledger.actions import record
from twinloop.people.gates import me, needs_role, scope
from twinloop.people.models import Unit

PAGE = 50


@needs_role(*queries.SENDERS, "agency")
@require_GET
def pushes(request: HttpRequest) -> HttpResponse:
    held = scope(request)
    tab = request.GET.get("tab", "open")
    states = showing.TABS.get(tab, showing.TABS["open"])
    found = queries.visible(held).filter(state__in=states).select_related("to_unit").order_by("-drafted_at", "-pk")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    counts = queries.tabs(held)
    agency = queries.is_agency(held)
    owed = [] if agency or tab != "open" else queries.owed(held)
    context = {
        "tab": tab if tab in showing.TABS else "open",
        "tabs": [(code, sum(counts.get(s, 0) for s in inside)) for code, inside in showing.TABS.items()],
        "page": page,
        "rows": showing.rows(list(page.object_list), held),
        "owed": owed,
        "agency": agency,
        "casedata": bool(owed or page.object_list),
    }
    return render(request, "pushes/pushes.html", context)


@needs_role(*queries.SENDERS)
@require_http_methods(["GET", "POST"])
def push_new(request: HttpRequest, number: str) -> HttpResponse:
    """Letter and units for one dispute; sent, or kept as a draft."""
    found = visibility.disputes(scope(request)).select_related("place__parent__parent", "station")
    dispute = get_object_or_404(found, number=number)
    units = list(queries.agencies())
    initial: dict[str, object] = {"once": uuid.uuid4()}
    if request.method == "GET":
        initial |= {
            "units": [u.pk for u in queries.suggested(dispute)],
            "letter": letter.drafted(dispute, at=timezone.localtime()),
        }
    form = forms.Compose(request.POST if request.method == "POST" else None, initial=initial)
    form.offer(units)
    no = None
    if request.method == "POST" and form.is_valid():
        made: list[int] = []
        no = attempt(lambda: made.extend(_compose(request, dispute, units, form)))
        if no is None:
            said = _("已存为拟稿，还没有发出") if "draft" in request.POST else _("已发出，等对方签收")
            messages.success(request, said)
            return _see(reverse("push", args=made) if len(made) == 1 else reverse("pushes"))
    context = {"dispute": dispute, "title": letter.masked(dispute, dispute.title), "form": form, "no": no,
               "shut": "" if dispute.level in (1, 2) else words.REFUSALS["push_level"], "casedata": True}  # fmt: skip
    return render(request, "pushes/push_new.html", context, status=422 if no or request.method == "POST" else 200)


def _compose(request: HttpRequest, dispute: Dispute, units: list[Unit], form: forms.Compose) -> list[int]:
    """Write the letters once, however often the form is sent; their keys."""
    chosen = [u for u in units if u.pk in form.cleaned_data["units"]]
    text, now, at = form.cleaned_data["letter"], "draft" not in request.POST, timezone.localtime()
    sent = f"{dispute.pk}|{sorted(u.pk for u in chosen)}|{text}|{now}"
    with once.taken(form.cleaned_data["once"], who=f"account:{me(request)}", what="push", sent=sent, at=at) as turn:
        if turn.before is None:
            out = actions.push_out(dispute, chosen, text, by=me(request), at=at, send_now=now)
            turn.answer = [push.pk for push in out]
    return list(turn.said)


def _see(address: str) -> HttpResponseRedirect:
    answer = HttpResponseRedirect(address)
    answer.status_code = 303
    return answer


STEPS = ("drafted", "sent", "received", "replied", "returned", "taken", "withdrawn")


def _one(request: HttpRequest, pk: int) -> Push:
    people = (f"{step}_by" for step in STEPS)
    return get_object_or_404(queries.visible(scope(request)).select_related("to_unit", *people), pk=pk)


@needs_role(*queries.SENDERS, "agency")
@require_GET
def push(request: HttpRequest, pk: int) -> HttpResponse:
    found = _one(request, pk)
    record(f"dispute:{found.dispute_id}", "looked", by=me(request), at=timezone.localtime(), is_look=True,
           where=found.number)  # fmt: skip
    return _show(request, found)


def _show(
    request: HttpRequest, found: Push, *, slot: str = "", form: Once | None = None, no: No | None = None
) -> HttpResponse:
    """The page; where something was typed and refused, it stands there again."""
    held = scope(request)
    clock, word = showing.clock_word(found)
    typed: dict[str, type[Once]] = {
        "reply": forms.Reply,
        "return": forms.Why,
        "withdraw": forms.Why,
        "letter": forms.Letter,
    }
    asked: dict[str, Once] = {
        code: kind(auto_id=f"{code}-%s", initial={"once": uuid.uuid4(), "letter": found.letter})
        for code, kind in typed.items()
    }
    if form is not None and slot in asked:
        asked[slot] = form
    context = {
        "push": found, "acts": showing.acts(found, held), "clock": clock, "clock_word": word, "once": uuid.uuid4(),
        "steps": showing.steps(found), "stage": showing.stage(found), "words": words.STEPS, "asked": asked,
        "slot": slot, "refused": no.sentence if no else "", "dispute": showing.dispute_of(found, held),
        "agency": queries.is_agency(held), "casedata": True,
    }  # fmt: skip
    return render(request, "pushes/push.html", context, status=no.status if no else 200)


@needs_role(*queries.SENDERS, "agency")
@require_GET
def push_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter as a paper of A4, to print; reading it is a look."""
    found = _one(request, pk)
    record(f"dispute:{found.dispute_id}", "looked", by=me(request), at=timezone.localtime(), is_look=True,
           where=f"{found.number}:paper")  # fmt: skip
    bureau = queries.bureau_name()
    return render(request, "pushes/paper.html", {"push": found, "bureau": bureau, "casedata": True})


Act = Callable[[Push, Form, int, datetime], object]


def on(act: Callable[..., object], *names: str) -> Act:
    """`act` with the fields of its form, by whom, and when."""
    return lambda push, form, by, at: act(push, *(form.cleaned_data[name] for name in names), by=by, at=at)


def _act(request: HttpRequest, pk: int, form: Once, slot: str, act: Act, done: str) -> HttpResponse:
    """Try an act once however often it is sent; not done: the page again with the reason and what was typed."""
    found, at = _one(request, pk), timezone.localtime()

    def run() -> None:
        given = {name: value for name, value in form.cleaned_data.items() if name != "once"}
        sent, who = f"{found.pk}|{slot}|{sorted(given.items())}", f"account:{me(request)}"
        with once.taken(form.cleaned_data["once"], who=who, what=f"push_{slot}", sent=sent, at=at) as turn:
            if turn.before is None:
                act(found, form, me(request), at)
                turn.answer = found.pk

    no = attempt(run) if form.is_valid() else No(422)
    if no is None:
        messages.success(request, done)
        return _see(reverse("push", args=[found.pk]))
    return _show(request, _one(request, pk), slot=slot, form=form, no=no)


@needs_role(*queries.SENDERS)
@require_POST
def push_send(request: HttpRequest, pk: int) -> HttpResponse:
    form, act = Once(request.POST), on(actions.send)
    return _act(request, pk, form, "send", act, _("已发出，等对方签收"))


@needs_role(*queries.SENDERS)
@require_POST
def push_rewrite(request: HttpRequest, pk: int) -> HttpResponse:
    form, act = forms.Letter(request.POST, auto_id="letter-%s"), on(actions.rewrite, "letter")
    return _act(request, pk, form, "letter", act, _("已改，还没有发出"))


@needs_role(*queries.SENDERS)
@require_POST
def push_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    form, act = forms.Why(request.POST, auto_id="withdraw-%s"), on(actions.withdraw, "why")
    return _act(request, pk, form, "withdraw", act, _("已撤回"))


@needs_role(*queries.SENDERS)
@require_POST
def push_take(request: HttpRequest, pk: int) -> HttpResponse:
    form, act = Once(request.POST), on(actions.take_back)
    return _act(request, pk, form, "take", act, _("已接办，去纠纷页研判"))


@needs_role("agency")
@require_POST
def push_receive(request: HttpRequest, pk: int) -> HttpResponse:
    form, act = Once(request.POST), on(actions.receive)
    return _act(request, pk, form, "receive", act, _("已签收，回复时限开始计"))


@needs_role("agency")
@require_POST
def push_reply(request: HttpRequest, pk: int) -> HttpResponse:
    form, act = forms.Reply(request.POST, auto_id="reply-%s"), on(actions.reply, "text", "result")
    return _act(request, pk, form, "reply", act, _("已回复"))


@needs_role("agency")
@require_POST
def push_return(request: HttpRequest, pk: int) -> HttpResponse:
    form, act = forms.Why(request.POST, auto_id="return-%s"), on(actions.send_back, "why")
    return _act(request, pk, form, "return", act, _("已退回，已告诉责任民警"))
