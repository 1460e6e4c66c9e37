"""Under /api no answer is a page: what Django itself refuses (no such address, method, size) is a problem too."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from twinloop.exchange.problems import problem

CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large", 500: "server_error", 503: "met"}


def problem_answers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_page = not response.get("Content-Type", "").startswith("application/")
        if not request.path.startswith("/api/") or response.status_code < 400 or not is_page:
            return response
        answer = problem(request, response.status_code, CODES.get(response.status_code, "bad_request"))
        for head in ("Allow", "Retry-After"):
            if head in response:
                answer[head] = response[head]
        return answer

    return middleware
