"""/me/: what is known of me, what I say of myself, when I am away."""

from __future__ import annotations

from functools import partial

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from twinloop.people import actions, forms, sealed
from twinloop.people.gates import scope
from twinloop.people.models import Account, Leave, Trait
from twinloop.people.queries import people as queries
from twinloop.people.views.acting import attempt, now, say_errors
from twinloop.people.views.person import found


def _me(request: HttpRequest) -> Account:
    assert request.user.pk
    return found(request.user.pk)


@login_required
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    account, at = _me(request), now()
    context = {
        "person": account,
        "grants": [g for g in queries.grants(account) if at.date() in g.period],
        "skills": forms.grades(list(account.skills.all())),
        "communities": list(account.communities.all()),
        "traits": list(account.traits.filter(withdrawn_at__isnull=True)),
        "trait_form": forms.TraitForm(),
        "duties": queries.duties(account, at=at),
        "leaves": queries.leaves(account, at=at),
        "leave_form": forms.LeaveForm(account, auto_id="leave_%s"),
        "masked": {field: sealed.masked(account, field) for field in sealed.FIELDS},
        "at": at,
    }
    return render(request, "people/me.html", context)


@login_required
@require_POST
def me_trait(request: HttpRequest) -> HttpResponse:
    form = forms.TraitForm(request.POST)
    if form.is_valid():
        act = partial(actions.declare_trait, _me(request), by=scope(request), at=now(), **form.cleaned_data)
        attempt(request, act, _("已记"))
    return redirect("me")


@login_required
@require_POST
def me_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    trait = get_object_or_404(Trait.objects.select_related("account"), pk=pk, account=request.user.pk)
    attempt(request, partial(actions.withdraw_trait, trait, by=scope(request), at=now()), _("已撤回"))
    return redirect("me")


@login_required
@require_POST
def me_leave(request: HttpRequest) -> HttpResponse:
    account = _me(request)
    form = forms.LeaveForm(account, request.POST)
    if form.is_valid():
        act = partial(actions.take_leave, account, by=scope(request), at=now(), **form.cleaned_data)
        attempt(request, act, _("已记请假"))
    else:
        say_errors(request, form)
    return redirect("me")


@login_required
@require_POST
def me_leave_end(request: HttpRequest, pk: int) -> HttpResponse:
    leave = get_object_or_404(Leave.objects.select_related("account__unit__parent"), pk=pk, account=request.user.pk)
    attempt(request, partial(actions.end_leave, leave, by=scope(request), at=now()), _("请假已结束"))
    return redirect("me")
