"""One person: facts, roles, skills, duty and leave. What the viewer may not do is shown with the sentence why."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from twinloop.ledger.sight import Scope
from twinloop.people import actions, forms, rights, sealed
from twinloop.people.gates import needs_role, scope
from twinloop.people.models import Account, Duty, Leave, Role, RoleGrant
from twinloop.people.queries import people as queries
from twinloop.people.views.acting import ADMINS, LISTED_FOR, attempt, attempt_form, now, posted


def found(pk: int) -> Account:
    return get_object_or_404(Account.objects.select_related("unit__parent__parent"), pk=pk)


@needs_role(*LISTED_FOR)
@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    account, by, at = found(pk), scope(request), now()
    context: dict[str, Any] = {
        "person": account,
        "grants": queries.grants(account),
        "skills": forms.grades(list(account.skills.all())),
        "communities": list(account.communities.all()),
        "duties": queries.duties(account, at=at),
        "leaves": queries.leaves(account, at=at),
        "torn": queries.duties_in_leave(account, at=at),
        "today": at.date(),
        "at": at,
        "traits": queries.traits(account) if queries.sees_traits(by, account) else None,
        **_shut(account, by, at),
        **_for_admins(account, by),
    }
    context |= _forms(account, context, at)
    return render(request, "people/person.html", context)


def _shut(account: Account, by: Scope, at: datetime) -> dict[str, str]:
    """For each act the sentence that keeps it shut, "" where it is open."""
    why = rights.why_not
    return {
        "shut_change": why(rights.check_change_account, account, by=by),
        "shut_help": why(rights.check_help_sign_in, account, by=by, at=at),
        "shut_grant": why(rights.check_grant, account, by=by),
        "shut_skill": why(rights.check_skill, account, by=by),
        "shut_duty": why(rights.check_rota, account, by=by, at=at),
        "shut_leave": why(rights.check_rota, account, by=by, at=at, own=True),
    }


def _for_admins(account: Account, by: Scope) -> dict[str, Any]:
    if not by.has(*ADMINS):
        return {}
    masked = {field: sealed.masked(account, field) for field in sealed.FIELDS}
    return {"masked": masked, "sessions": queries.sessions(account), "why": forms.UnmaskForm().fields["reason"].choices}  # type: ignore[attr-defined]


def _forms(account: Account, shut: dict[str, Any], at: datetime) -> dict[str, Any]:
    """Only those that can be sent."""
    given: dict[str, Any] = {}
    if not shut["shut_grant"]:
        given["grant_form"] = forms.GrantForm(auto_id="grant_%s", initial={"start": at.date()})
    if not shut["shut_skill"]:
        given["skill_form"] = forms.SkillForm(auto_id="skill_%s")
    if not shut["shut_duty"]:
        given["duty_form"] = forms.DutyForm(auto_id="duty_%s", initial={"unit": account.unit_id})
    if not shut["shut_leave"]:
        given["leave_form"] = forms.LeaveForm(account, auto_id="leave_%s")
    return given


@needs_role(Role.SYSTEM_ADMIN)
@require_http_methods(["GET", "POST"])
def person_edit(request: HttpRequest, pk: int) -> HttpResponse:
    account = found(pk)
    form = forms.PersonForm(request.POST or None, instance=account)

    def act() -> None:
        actions.change_account(account, by=scope(request), at=now(), **form.facts())

    if request.method == "POST" and form.is_valid() and attempt_form(form, act):
        return redirect("person", pk)
    return render(request, "people/person_form.html", {"form": form, "person": found(pk)})


@needs_role(Role.SYSTEM_ADMIN)
@require_POST
def person_active(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account, or open it again."""
    account, by, at = found(pk), scope(request), now()
    if account.is_active:
        act = partial(actions.deactivate, account, by=by, at=at, why=request.POST.get("why", "")[:200])
        attempt(request, act, _("%(name)s 的账号已停用，已从所有设备退出") % {"name": account.name})
    else:
        act = partial(actions.reactivate, account, by=by, at=at)
        attempt(request, act, _("%(name)s 的账号已恢复") % {"name": account.name})
    return redirect("person", pk)


@needs_role(*ADMINS)
@require_POST
@never_cache
def person_help(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Sessions, lock, second factor; a new first password is shown on the answer and nowhere else."""
    account, by, at = found(pk), scope(request), now()
    if what == "password":
        given: list[str] = []
        if attempt(request, lambda: given.append(actions.give_password(account, by=by, at=at))):
            return render(request, "people/password.html", {"person": account, "password": given[0]})
        return redirect("person", pk)
    done = {"sessions": _("已从所有设备退出"), "lock": _("已解除暂停"), "factor": _("两步登录已清除，下次登录重设")}
    attempt(request, partial(actions.help_sign_in, account, what, by=by, at=at), done[what])
    return redirect("person", pk)


@needs_role(*ADMINS)
@require_http_methods(["GET", "POST"])
@never_cache
def person_unmask(request: HttpRequest, pk: int, field: str) -> HttpResponse:
    """Asks why, writes it down, shows the value once."""
    account = found(pk)
    form = forms.UnmaskForm(request.POST or None)
    shown: list[str] = []
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["reason"]
        if not attempt(
            request, lambda: shown.append(actions.unmask(account, field, why=why, by=scope(request), at=now()))
        ):
            return redirect("person", pk)
    context = {"person": account, "field": field, "form": form, "value": shown[0] if shown else "", "casedata": True}
    return render(request, "people/unmask.html", context)


@needs_role(*ADMINS)
@require_POST
def role_grant(request: HttpRequest, pk: int) -> HttpResponse:
    account, form = found(pk), forms.GrantForm(request.POST)

    def act() -> None:
        actions.grant_role(account, by=scope(request), at=now(), **form.cleaned_data)

    return posted(request, form, act, _("已授权"), "person", pk)


@needs_role(*ADMINS)
@require_POST
def role_revoke(request: HttpRequest, pk: int, grant: int) -> HttpResponse:
    held = get_object_or_404(RoleGrant.objects.select_related("account"), pk=grant, account=pk)
    attempt(request, partial(actions.revoke_role, held, by=scope(request), at=now()), _("已收回"))
    return redirect("person", pk)


@needs_role(*LISTED_FOR)
@require_POST
def skill_set(request: HttpRequest, pk: int) -> HttpResponse:
    account, form = found(pk), forms.SkillForm(request.POST)

    def act() -> None:
        actions.set_skill(account, by=scope(request), at=now(), **form.cleaned_data)

    return posted(request, form, act, _("已记专长"), "person", pk)


@needs_role(*LISTED_FOR)
@require_POST
def leave_add(request: HttpRequest, pk: int) -> HttpResponse:
    account = found(pk)
    form = forms.LeaveForm(account, request.POST)

    def act() -> None:
        actions.take_leave(account, by=scope(request), at=now(), **form.cleaned_data)

    return posted(request, form, act, _("已记请假"), "person", pk)


@needs_role(*LISTED_FOR)
@require_POST
def leave_end(request: HttpRequest, pk: int, leave: int) -> HttpResponse:
    there = get_object_or_404(Leave.objects.select_related("account__unit__parent"), pk=leave, account=pk)
    attempt(request, partial(actions.end_leave, there, by=scope(request), at=now()), _("请假已结束"))
    return redirect("person", pk)


@needs_role(*LISTED_FOR)
@require_POST
def duty_add(request: HttpRequest, pk: int) -> HttpResponse:
    account, form = found(pk), forms.DutyForm(request.POST)

    def act() -> None:
        actions.put_on_duty(actions.Shift(account, **form.cleaned_data), by=scope(request), at=now())

    return posted(request, form, act, _("已排值班"), "person", pk)


@needs_role(*LISTED_FOR)
@require_POST
def duty_drop(request: HttpRequest, pk: int, duty: int) -> HttpResponse:
    there = get_object_or_404(Duty.objects.select_related("account__unit__parent", "unit"), pk=duty, account=pk)
    attempt(request, partial(actions.take_off_duty, there, by=scope(request), at=now()), _("值班已撤"))
    return redirect("person", pk)
