"""Files of a dispute: put in, taken out only through a check, removed with a reason. No other address serves them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from twinloop.cases import actions, filed, forms, rights
from twinloop.cases.models import Attachment
from twinloop.cases.showing import View
from twinloop.cases.views.page import act, on_dispute
from twinloop.people.gates import me


@require_POST
@on_dispute
def dispute_files(request: HttpRequest, view: View) -> HttpResponse:
    form = forms.File(request.POST, request.FILES, auto_id="file-%s")

    def run() -> None:
        rights.check("file", view.scope)
        sent = form.cleaned_data["file"]
        actions.attach(view.dispute, sent.file, sent.name, by=me(request), at=view.at)

    return act(request, view, ("notes", "file"), form, run, _("已上传"))


@require_GET
@on_dispute
def dispute_file(request: HttpRequest, view: View, pk: int) -> HttpResponse:
    file = get_object_or_404(Attachment, pk=pk, dispute=view.dispute, removed_at=None)

    def looked() -> None:
        actions.look(view.dispute, by=me(request), at=view.at, where=f"file:{file.pk}")

    return filed.served(file, looked, saved=True)


@require_POST
@on_dispute
def dispute_file_remove(request: HttpRequest, view: View, pk: int) -> HttpResponse:
    found = Attachment.objects.select_related("dispute")
    file = get_object_or_404(found, pk=pk, dispute=view.dispute, removed_at=None)
    form = forms.Reason(request.POST, auto_id=f"file-{pk}-%s")

    def run() -> None:
        if not view.may_remove(file):
            rights.check("file_remove", view.scope)
        actions.drop_attachment(file, by=me(request), at=view.at, why=form.cleaned_data["why"])

    return act(request, view, ("notes", f"file-{pk}"), form, run, _("已移除，历史里还在"))
