"""What all forms here share: who acts, once, and the moment of the tap where a phone kept the form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.forms import Form
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone

from twinloop.cases.attempts import No, attempt
from twinloop.discovery.patrols import queries
from twinloop.discovery.patrols.models import Hazard, KeyPlace
from twinloop.ledger import once
from twinloop.people.gates import scope
from twinloop.people.models import Account

KEPT = timedelta(days=7)  # as long as a phone's form is remembered (`ledger.once`)


def me(request: HttpRequest) -> int:
    assert isinstance(request.user, Account)
    return request.user.pk


def spot_of(request: HttpRequest, pk: int) -> KeyPlace:
    found = queries.spots(scope(request)).select_related("place__parent", "station", "by")
    return get_object_or_404(found, pk=pk)


def hazard_of(request: HttpRequest, pk: int) -> Hazard:
    found = queries.hazards(scope(request)).select_related("place__parent", "station", "spot", "by")
    return get_object_or_404(found, pk=pk)


def tapped(form: Form) -> datetime:
    """When it was done: the tap on the phone, where that is believable, else now."""
    now = timezone.localtime()
    said: datetime | None = form.cleaned_data.get("tapped_at")
    return timezone.localtime(said) if said and now - KEPT < said <= now else now


def once_only(request: HttpRequest, form: Form, what: str, act: Callable[[], int]) -> tuple[No | None, int]:
    """Do `act` once however often the form is sent; why not, and the key of what was made."""
    made: list[int] = []

    def run() -> None:
        given = {name: str(v) for name, v in form.cleaned_data.items() if name not in ("once", "tapped_at")}
        files = [(file.name, file.size) for file in request.FILES.getlist("photos")]
        sent, who = f"{request.path}|{sorted(given.items())}|{files}", f"account:{me(request)}"
        key, at = form.cleaned_data.get("once", ""), timezone.localtime()
        with once.taken(key, who=who, what=what, sent=sent, at=at) as turn:
            if turn.before is None:
                turn.answer = act()
        made.append(turn.said)

    no = attempt(run) if form.is_valid() else No(422)
    return no, made[0] if made else 0


def see(address: str) -> HttpResponseRedirect:
    """See other: a reload does not send again."""
    answer = HttpResponseRedirect(address)
    answer.status_code = 303
    return answer
