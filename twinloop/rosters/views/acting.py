"""What the pages of this room do with an act: try it, say what came of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from twinloop.cases.attempts import attempt
from twinloop.people.models import Account


def now() -> datetime:
    """Views read the clock, once."""
    return timezone.localtime()


def me(request: HttpRequest) -> int:
    assert isinstance(request.user, Account)
    return request.user.pk


def tried(form: Form, act: Callable[[], object]) -> bool:
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
    if no is None:
        if done:
            messages.success(request, done)
    else:
        messages.error(request, no.sentence)


def see_other(name: str, *args: object, query: dict[str, str] | None = None) -> HttpResponseRedirect:
    """A reload does not send again."""
    answer = HttpResponseRedirect(reverse(name, args=args) + (f"?{urlencode(query)}" if query else ""))
    answer.status_code = 303
    return answer
