"""登录暂停: who cannot sign in just now, and lifting it for an address that many share."""

from __future__ import annotations

import ipaddress

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from twinloop.people import sign_in
from twinloop.people.gates import me, needs_role
from twinloop.people.queries.pauses import running
from twinloop.people.views.acting import ADMINS, now


@needs_role(*ADMINS)
@require_GET
@never_cache
def pauses(request: HttpRequest) -> HttpResponse:
    return render(request, "people/pauses.html", {"rows": running(now())})


@needs_role(*ADMINS)
@require_POST
def pauses_lift(request: HttpRequest) -> HttpResponse:
    """A station behind one router, where somebody else tried."""
    try:
        address = str(ipaddress.ip_address(request.POST.get("address", "").strip()))
    except ValueError:
        messages.error(request, _("没有解除：这不是一个网络地址"))
        return redirect("people_pauses")
    sign_in.unlock_address(address, by=me(request), at=now())
    messages.success(request, _("已解除 %(address)s 的暂停") % {"address": address})
    return redirect("people_pauses")
