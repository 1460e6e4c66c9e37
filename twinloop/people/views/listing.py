"""Who there is: the list, its export, and somebody new."""

from __future__ import annotations

from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from twinloop.edge import formulas
from twinloop.edge.written import workbook
from twinloop.people import actions, rights, words
from twinloop.people.forms import ListFilter, NewPersonForm
from twinloop.people.gates import needs_role, scope
from twinloop.people.models import Account, Role
from twinloop.people.queries import people as queries
from twinloop.people.views.acting import ADMINS, LISTED_FOR, attempt_form, now


@needs_role(*LISTED_FOR)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    form, wanted = _wanted(request)
    page = Paginator(queries.listing(wanted, on=now().date()), queries.PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "query": query.urlencode(),
        "asked": any(request.GET.get(name) for name in ("q", "kind", "unit", "role", "active")),
        "shut": rights.why_not(rights.check_create_account, by=scope(request)),
        "helps": scope(request).has(*ADMINS),
    }
    return render(request, "people/people.html", context)


def _wanted(request: HttpRequest) -> tuple[ListFilter, queries.Filter]:
    form = ListFilter(request.GET)
    if not form.is_valid():  # an unknown column to sort by, a kind that does not exist: nobody's own link
        raise BadRequest
    given = form.cleaned_data
    return form, queries.Filter(
        q=given["q"].strip(),
        kind=given["kind"],
        unit=given["unit"].pk if given["unit"] else None,
        role=given["role"],
        active=given["active"] or "yes",
        order=given["order"] or "username",
    )


@needs_role(*LISTED_FOR)
@require_GET
def people_export(request: HttpRequest) -> HttpResponse:
    """The whole list as XLSX: no identity number, no telephone; that it was taken is in the ledger."""
    _form, wanted = _wanted(request)
    found = list(queries.listing(wanted, on=now().date()))
    who, at = request.user, now()
    assert isinstance(who, Account)
    facts = {"name": who.name, "number": who.username, "at": f"{at:%Y-%m-%d %H:%M}"}
    said = _("导出人 %(name)s（%(number)s），%(at)s；没有身份证号和电话，已记入日志") % facts
    heads = [str(word) for word in (_("警号"), _("姓名"), _("类别"), _("单位"), _("岗位"), _("角色"), _("账号"))]
    made = at.replace(tzinfo=None, microsecond=0)
    content, count = workbook(_("人员"), said, heads, map(_cells, found), creator=f"{who.name} {who.username}", at=made)
    actions.note_export(count, by=scope(request), at=at)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": 'attachment; filename="people.xlsx"'}
    )


def _cells(account: Account) -> list[str]:
    roles = formulas.joined(str(words.ROLES[grant.role]) for grant in account.current)  # type: ignore[attr-defined]
    state = _("在用") if account.is_active else _("停用")
    unit = str(account.unit or "")
    return [account.username, account.name, str(account.get_kind_display()), unit, account.post, roles, state]


@needs_role(Role.SYSTEM_ADMIN)
@require_http_methods(["GET", "POST"])
def person_new(request: HttpRequest) -> HttpResponse:
    form = NewPersonForm(request.POST or None)
    made: list[Account] = []

    def act() -> None:
        facts = {name: value for name, value in form.facts().items() if value is not None}
        made.append(actions.create_account(form.cleaned_data["username"], by=scope(request), at=now(), **facts))

    if request.method == "POST" and form.is_valid() and attempt_form(form, act):
        return redirect("person", made[0].pk)
    return render(request, "people/person_form.html", {"form": form})
