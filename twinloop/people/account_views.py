"""What allauth has no page for: lifting a pause, a lost phone, an account without a password."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from twinloop.people import sign_in
from twinloop.people.gates import needs_role
from twinloop.people.models import Account, Role


@login_required
@require_GET
def no_password(request: HttpRequest) -> HttpResponse:
    """People of the demo sign in without a password; there is none to change. allauth leads here."""
    messages.info(request, _("这个账号没有密码，由管理员发放"))
    return redirect("today")


@needs_role(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)
@require_POST
def unlock(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(Account, pk=pk)
    sign_in.unlock(account, by=_viewer(request), at=timezone.now())
    messages.success(request, _("%(name)s 可以登录了") % {"name": account})
    return _back(request)


@needs_role(Role.SECURITY_ADMIN)
@require_POST
def reset_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Never one's own: a session left open must not be enough to take the second factor off."""
    account = get_object_or_404(Account, pk=pk)
    if account == request.user:
        raise PermissionDenied
    sign_in.reset_second_factor(account, by=_viewer(request), at=timezone.now())
    messages.success(request, _("%(name)s 的两步登录已清除，下次登录重新设置") % {"name": account})
    return _back(request)


def _viewer(request: HttpRequest) -> int:
    assert isinstance(request.user, Account)
    return request.user.pk


def _back(request: HttpRequest) -> HttpResponse:
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return redirect(target if safe else "today")
