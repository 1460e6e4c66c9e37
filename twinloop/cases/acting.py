"""What every page of acts shares: who acts, once however often the form is sent, and where to go afterwards."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.http import HttpRequest, HttpResponseRedirect
from django.utils import timezone

from twinloop.cases.attempts import No, attempt
from twinloop.ledger import once
from twinloop.people.models import Account


class Once(forms.Form):
    """A form that may be sent twice from a bad line carries its own number."""

    once = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)


def me(request: HttpRequest) -> int:
    assert isinstance(request.user, Account)
    return request.user.pk


def see(address: str) -> HttpResponseRedirect:
    """See other: a reload does not send again."""
    answer = HttpResponseRedirect(address)
    answer.status_code = 303
    return answer


def once_only(request: HttpRequest, form: Once, act: Callable[[], int]) -> tuple[No | None, int]:
    """Do `act` once however often the form is sent; why not, and the key of what was made or changed."""
    made: list[int] = []

    def run() -> None:
        given = {name: str(value) for name, value in form.cleaned_data.items() if name != "once"}
        sent, who = f"{request.path}|{sorted(given.items())}", f"account:{me(request)}"
        key, at = form.cleaned_data.get("once", ""), timezone.localtime()
        with once.taken(key, who=who, what="register", sent=sent, at=at) as turn:
            if turn.before is None:
                turn.answer = act()
        made.append(turn.said)

    no = attempt(run) if form.is_valid() else No(422)
    return no, made[0] if made else 0
