"""What holds for people; who comes to a village; calendars that phones read."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from twinloop.cases.acting import now, said, see_other, tried
from twinloop.discovery.posts import queries as posts
from twinloop.discovery.posts import visibility as area
from twinloop.people.gates import me, needs_role, scope
from twinloop.people.models import Account
from twinloop.places.models import Place
from twinloop.rosters import actions, calendars, rights
from twinloop.rosters.forms import BarForm, TermsForm
from twinloop.rosters.models import Bar
from twinloop.rosters.queries import reading, visibility


@needs_role(*visibility.MAKERS)
@require_safe
def rota_people(request: HttpRequest) -> HttpResponse:
    viewer, at = scope(request), now()
    members = reading.members(viewer, at=at)
    chosen = next((one for one in members if str(one.account.pk) == request.GET.get("who", "")), None)
    context = {"members": members, "chosen": chosen, **_forms(request, chosen)}
    return render(request, "rosters/people.html", context)


def _forms(request: HttpRequest, chosen: reading.Member | None) -> dict[str, object]:
    places = area.villages(scope(request))
    if chosen is None:
        return {}
    own = chosen.terms
    initial = {"rest": own.rest, "days_a_week": own.days_a_week} if own else {}
    return {"terms": TermsForm(initial=initial), "bar": BarForm(places=places)}


def _member(request: HttpRequest, pk: int) -> Account:
    return get_object_or_404(area.auxiliaries(scope(request), at=now().date()), pk=pk)


@needs_role(*visibility.MAKERS)
@require_POST
def rota_terms(request: HttpRequest, pk: int) -> HttpResponse:
    account, form, at = _member(request, pk), TermsForm(request.POST), now()

    def act() -> None:
        rights.check_person(account, scope(request))
        given = form.cleaned_data
        actions.set_terms(account, given["rest"], given["days_a_week"], by=me(request), at=at)

    return _told(request, pk, form, tried(form, act))


def _told(request: HttpRequest, account: int, form: TermsForm | BarForm, done: bool) -> HttpResponse:
    """Back to the person; what was wrong stands above the list."""
    if done:
        messages.success(request, _("已记下"))
    else:
        messages.error(request, " ".join(str(one) for lines in form.errors.values() for one in lines))
    return see_other("rota_people", query={"who": str(account)})


@needs_role(*visibility.MAKERS)
@require_POST
def rota_bar(request: HttpRequest, pk: int) -> HttpResponse:
    account, at = _member(request, pk), now()
    form = BarForm(request.POST, places=area.villages(scope(request)))

    def act() -> None:
        rights.check_person(account, scope(request))
        actions.bar(account, form.cleaned_data["place"], form.cleaned_data["why"], by=me(request), at=at)

    return _told(request, pk, form, tried(form, act))


@needs_role(*visibility.MAKERS)
@require_POST
def rota_unbar(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Bar.objects.select_related("account__unit__parent", "place"), pk=pk)

    def act() -> None:
        rights.check_person(one.account, scope(request))
        actions.unbar(one, by=me(request), at=now())

    said(request, act, _("已取消"))
    return see_other("rota_people", query={"who": str(one.account_id)})


@needs_role(*area.EVERYBODY)
@require_safe
def rota_village(request: HttpRequest, code: str) -> HttpResponse:
    """Who comes to a village in the next five weeks."""
    return _village(request, _place(request, code))


def _place(request: HttpRequest, code: str) -> Place:
    place = get_object_or_404(Place.objects.select_related("parent"), code=code, kind="community")
    if not posts.is_watched(scope(request), place):
        raise Http404
    return place


def _village(request: HttpRequest, place: Place, secret: str = "") -> HttpResponse:
    at = now()
    context = {
        "place": place, "shifts": reading.coming(place, today=at.date()), "today": at.date(),
        "feed": request.build_absolute_uri(reverse("rota_ics", args=[secret])) if secret else "",
        "may_feed": scope(request).has(*area.READERS),
    }  # fmt: skip
    return render(request, "rosters/village.html", context)


@needs_role(*area.READERS)
@require_POST
def rota_village_feed(request: HttpRequest, code: str) -> HttpResponse:
    """A new address for the village's calendar; it is shown on this answer only."""
    place = _place(request, code)
    answer = _village(request, place, actions.renew_feed(place=place, by=me(request), at=now()))
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
def rota_ics(request: HttpRequest, secret: str) -> HttpResponse:
    """A calendar for whoever knows its secret; an old or wrong one is as unknown as none."""
    found, at = reading.feed(actions.hashed(secret)), now()
    if found is None or (found.account and not found.account.is_active):
        raise Http404
    shifts = reading.feed_shifts(found, today=at.date())
    content = calendars.written(found, shifts, host=request.get_host(), at=at)
    headers = {"Content-Disposition": 'inline; filename="twinloop.ics"', "Cache-Control": "private, max-age=600",
               "Referrer-Policy": "no-referrer"}  # fmt: skip
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
