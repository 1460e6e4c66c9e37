"""What every post of this room shares: once however often it is sent, the reason on the page where it was refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from twinloop.cases.acting import Once, see
from twinloop.cases.attempts import No, attempt
from twinloop.ledger import once
from twinloop.people.gates import me

Act = Callable[[int, datetime], object]
Again = Callable[[No], HttpResponse]


def act(request: HttpRequest, key: str, form: Once, do: Act, *, done: str, to: str, again: Again) -> HttpResponse:
    """`do(by, at)` once; then see `to`. Refused: `again` shows the page with what was typed."""
    at, by = timezone.localtime(), me(request)

    def run() -> None:
        given = {name: str(value) for name, value in form.cleaned_data.items() if name != "once"}
        sent, number = f"{key}|{sorted(given.items())}", form.cleaned_data["once"]
        with once.taken(number, who=f"account:{by}", what="whistle", sent=sent, at=at) as turn:
            if turn.before is None:
                do(by, at)
                turn.answer = key

    no = attempt(run) if form.is_valid() else No(422, _("没有保存：填的内容看不懂，改好再发"))
    if no is not None:
        return again(no)
    messages.success(request, done)
    return see(to)
