"""Photos of an activity. No other address serves them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from twinloop.cases import filed
from twinloop.cases.acting import now, said, see_other
from twinloop.discovery.volunteers import actions, rights, visibility
from twinloop.discovery.volunteers.forms import PhotosForm, ReasonForm
from twinloop.discovery.volunteers.models import Photo
from twinloop.discovery.volunteers.views.activities import found
from twinloop.people.gates import me, needs_role, scope


@needs_role(*visibility.READERS)
@require_GET
def activity_photo(request: HttpRequest, pk: int, photo: int) -> HttpResponse:
    """The picture itself, for the page; it was encoded anew when it came in."""
    one = get_object_or_404(Photo, pk=photo, activity=found(request, pk), removed_at=None)
    return filed.served(one, lambda: None)


@needs_role(*visibility.READERS)
@require_POST
def activity_photos(request: HttpRequest, pk: int) -> HttpResponse:
    one, form = found(request, pk), PhotosForm(request.POST, request.FILES)

    def act() -> None:
        rights.check_change(one, scope(request))
        files = form.cleaned_data["photos"] if form.is_valid() else []
        actions.add_photos(one, files, by=me(request), at=now())

    said(request, act, _("已加照片"))
    return see_other("activity", pk)


@needs_role(*visibility.READERS)
@require_POST
def activity_photo_remove(request: HttpRequest, pk: int, photo: int) -> HttpResponse:
    one, form = found(request, pk), ReasonForm(request.POST)
    held = get_object_or_404(Photo.objects.select_related("activity"), pk=photo, activity=one, removed_at=None)

    def act() -> None:
        rights.check_change(one, scope(request))
        actions.remove_photo(held, by=me(request), at=now(), why=form.cleaned_data["why"] if form.is_valid() else "")

    said(request, act, _("已移除"))
    return see_other("activity", pk)
