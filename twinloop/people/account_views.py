"""What allauth has no page for: an account without a password."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET


@login_required
@require_GET
def no_password(request: HttpRequest) -> HttpResponse:
    """People of the demo sign in without a password; there is none to change. allauth leads here."""
    messages.info(request, _("这个账号没有密码，由管理员发放"))
    return redirect("today")
