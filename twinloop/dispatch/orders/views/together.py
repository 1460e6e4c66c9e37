"""6 起一次配好: one joint assignment for everything that waits. It proposes; a person sends one or all."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from twinloop.cases import visibility
from twinloop.cases.attempts import attempt
from twinloop.dispatch.orders import actions
from twinloop.dispatch.orders.queries import board, suggesting
from twinloop.dispatch.orders.views.board import ROOM
from twinloop.people.gates import me, needs_role, scope
from twinloop.people.models import Account

MOST = 200


@needs_role(*ROOM)
@require_GET
def board_together(request: HttpRequest) -> HttpResponse:
    at = timezone.localtime()
    lines = board.lines(scope(request), at=at)[:MOST]
    asked = [(line.incident, board.dispute_of(line.incident), line.level) for line in lines]
    proposed = suggesting.together(asked, at=at)
    rows = list(zip(lines, proposed, strict=True))
    served = sum(one.choice is not None for one in proposed)
    return render(request, "orders/together.html", {"rows": rows, "served": served, "casedata": True})


@needs_role(*ROOM)
@require_POST
def board_together_send(request: HttpRequest) -> HttpResponse:
    """Send what was ticked ("JQ…:17"), each for itself: one that is refused does not stop the others."""
    at, sent = timezone.localtime(), 0
    for ticked in request.POST.getlist("send")[:MOST]:
        number, _colon, pk = ticked.partition(":")
        incident = visibility.incidents(scope(request)).filter(number=number).first()
        taker = Account.objects.filter(pk=int(pk)).first() if pk.isdigit() and len(pk) < 10 else None
        if incident is None or taker is None:
            continue

        def run(incident=incident, taker=taker) -> None:  # type: ignore[no-untyped-def]
            roles, why = scope(request).roles, _("一次配好：兼顾别的警情")
            actions.send(incident, taker, by=me(request), roles=roles, at=at, why=why)

        no = attempt(run)
        if no:
            messages.error(request, f"{number}：{no.sentence}")
        else:
            sent += 1
    messages.success(request, ngettext("派出 %(n)s 起", "派出 %(n)s 起", sent) % {"n": sent})
    answer = HttpResponseRedirect(reverse("board"))
    answer.status_code = 303
    return answer
