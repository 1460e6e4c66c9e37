"""When the day is cut and when the handover list is drawn, from a day on."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from twinloop.cases.attempts import No, attempt
from twinloop.followup.daily import actions, forms, queries
from twinloop.followup.daily.models import Hours
from twinloop.followup.daily.views.clearing import _see
from twinloop.people.gates import me, needs_role, scope


@needs_role(*queries.SETTERS)
@require_http_methods(["GET", "POST"])
def day_hours(request: HttpRequest) -> HttpResponse:
    """The hours in force, those to come, those that were; setting new ones says from when and why."""
    at = timezone.localtime()
    now = queries.params(at.date())
    start = {"since": at.date() + timedelta(days=1), "cut": now.cut, "handover": now.handover}
    form, no = forms.Hours(request.POST or None, initial=start), None
    if request.method == "POST":
        if form.is_valid():
            given = form.cleaned_data

            def act() -> None:
                actions.set_hours(
                    given["cut"], given["handover"], since=given["since"], why=given["why"], by=me(request),
                    scope=scope(request), at=at,
                )  # fmt: skip

            no = attempt(act)
        else:
            no = No(422, _("没有保存：时间和日期要填全"))
        if no is None:
            messages.success(request, _("已保存，从那一天起用"))
            return _see(reverse("day_hours"))
    rows = Hours.objects.select_related("by").order_by("-since")[:30]
    context = {"form": form, "no": no, "hours": now, "rows": rows, "today": at.date()}
    return render(request, "daily/hours.html", context, status=no.status if no else 200)
