"""Marks a field page that the device may keep: the empty form opens without a signal (`desk/static/desk/js/sw.js`)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def keepable(view: View[P]) -> View[P]:
    """Only for pages without case data: what is kept on a phone can be found by whoever finds the phone."""

    @wraps(view)
    def marked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        if request.method == "GET" and answer.status_code == 200:
            answer["X-Keep"] = "page"
        return answer

    return marked  # type: ignore[return-value]
