"""A party's own word, without sign-in: the link opens once, says nothing of the quarrel, and is not guessed."""

from __future__ import annotations

import math

from allauth.core.internal import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from twinloop.cases.attempts import attempt
from twinloop.discovery.leads import pace
from twinloop.followup.visits import forms, linking


@login_not_required
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, answer_token: str) -> HttpResponse:
    at, who = timezone.localtime(), pace.address(ratelimit.get_ip(request))
    pause = pace.wait([(rate, who) for rate in pace.CODES], at=at)
    if pause:
        minutes = math.ceil(pause.total_seconds() / 60)
        said = _("打开得太密。%(minutes)d 分钟后再来；急事请打 110") % {"minutes": minutes}
        response = _page(request, 429, refused=said)
        response["Retry-After"] = str(math.ceil(pause.total_seconds()))
        return response
    link = linking.opened(answer_token, at=at)
    if link is None:
        return _page(request, 404, gone=True)
    form = forms.Answer(request.POST if request.method == "POST" else None, auto_id="a-%s")
    shown = {"form": form, "station": link.dispute.station, "until": link.until}
    if request.method == "GET":
        return _page(request, 200, **shown)
    if not form.is_valid():
        return _page(request, 422, refused=_("没有送出：每一问选一个"), **shown)
    no = attempt(lambda: linking.answer(answer_token, form.made(at.date()), at=at))
    if no is not None:
        return _page(request, no.status, refused=no.sentence, **shown)
    return _page(request, 200, done=True)


def _page(request: HttpRequest, status: int, **context: object) -> HttpResponse:
    response = render(request, "visits/answer.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
