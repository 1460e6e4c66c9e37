"""What every page of this room does with an action: try it, say what came of it, go back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from twinloop.edge.identity import IdentityRefused
from twinloop.people import refusals
from twinloop.people.models import Role
from twinloop.people.refusals import Refused

ADMINS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)
LISTED_FOR = (Role.DISPATCHER, Role.CHIEF, Role.BUREAU, *ADMINS)
TEAMS_FOR = (*LISTED_FOR, Role.OFFICER, Role.COMMUNITY_OFFICER, Role.AUXILIARY)


def now() -> datetime:
    """Views read the clock, once."""
    return timezone.localtime()


def attempt(request: HttpRequest, act: Callable[[], object], done: str = "") -> bool:
    """True when it was done; otherwise the refusal's sentence stands on the next page."""
    try:
        act()
    except (Refused, IdentityRefused) as refused:
        messages.error(request, refusals.say(refused))
        return False
    if done:
        messages.success(request, done)
    return True


def attempt_form(form: BaseForm, act: Callable[[], object]) -> bool:
    """The same for a form's own page: the sentence stands in the form, and what was typed stays."""
    try:
        act()
    except (Refused, IdentityRefused) as refused:
        form.add_error(None, refusals.say(refused))
        return False
    return True


def posted(
    request: HttpRequest, form: BaseForm, act: Callable[[], object], done: str, back: str, pk: int
) -> HttpResponse:
    """A small form on a larger page."""
    if form.is_valid():
        attempt(request, act, done)
    else:
        say_errors(request, form)
    return redirect(back, pk)


def say_errors(request: HttpRequest, form: BaseForm) -> None:
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        messages.error(request, f"{label}：{errors[0]}" if label else str(errors[0]))
