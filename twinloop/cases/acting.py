"""What every page of acts shares: who acts, once however often the form is sent, and where to go afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from twinloop.cases.attempts import No, attempt
from twinloop.ledger import once
from twinloop.people.gates import me


class Once(forms.Form):
    """A form that may be sent twice from a bad line carries its own number."""

    once = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)


def now() -> datetime:
    """Views read the clock, once."""
    return timezone.localtime()


def see(address: str) -> HttpResponseRedirect:
    """See other: a reload does not send again."""
    answer = HttpResponseRedirect(address)
    answer.status_code = 303
    return answer


def see_other(name: str, *args: object, query: dict[str, str] | None = None) -> HttpResponseRedirect:
    return see(reverse(name, args=args) + (f"?{urlencode(query)}" if query else ""))


def tried(form: forms.Form, act: Callable[[], object]) -> bool:
    """True when it was done; otherwise the sentence stands in the form and what was typed stays."""
    if not form.is_valid():
        return False
    no = attempt(act)
    if no is not None:
        form.add_error(None, no.sentence)
    return no is None


def said(request: HttpRequest, act: Callable[[], object], done: str) -> None:
    """A small form on a larger page: what came of it stands on the next one."""
    no = attempt(act)
    if no is not None:
        messages.error(request, no.sentence)
    elif done:
        messages.success(request, done)


def once_only(
    request: HttpRequest, form: forms.Form, act: Callable[[], int], what: str = "register"
) -> tuple[No | None, int]:
    """Do `act` once however often the form is sent; why not, and the key of what was made or changed.

    The moment of a tap is no part of what is sent: a phone that sends again says it anew. Photos are.
    """
    made: list[int] = []

    def run() -> None:
        given = {name: str(value) for name, value in form.cleaned_data.items() if name not in ("once", "tapped_at")}
        sent, who = f"{request.path}|{sorted(given.items())}", f"account:{me(request)}"
        if photos := [(file.name, file.size) for file in request.FILES.getlist("photos")]:
            sent += f"|{photos}"
        key, at = form.cleaned_data.get("once", ""), timezone.localtime()
        with once.taken(key, who=who, what=what, sent=sent, at=at) as turn:
            if turn.before is None:
                turn.answer = act()
        made.append(turn.said)

    no = attempt(run) if form.is_valid() else No(422)
    return no, made[0] if made else 0
