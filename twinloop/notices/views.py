"""The bell, the list behind it, what one wants to be told; and the outbox for the system administrator."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from twinloop.notices import actions, forms, letters, queries, words
from twinloop.notices.models import Letter
from twinloop.notices.refusals import attempt
from twinloop.people.gates import me, needs_role, scope

PAGE = 50


@login_required
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """Unread first by choice (`?tab=all` shows the read ones too)."""
    tab = "all" if request.GET.get("tab") == "all" else "new"
    found = queries.mine(scope(request))
    if tab == "new":
        found = found.filter(read_at__isnull=True)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"tab": tab, "page": page, "rows": queries.rows(list(page.object_list)), "casedata": False}
    return render(request, "notices/notices.html", context)


@login_required
@require_GET
def notices_bell(request: HttpRequest) -> HttpResponse:
    """The part of the page's head that counts; asked for by itself, so that no page pays for it."""
    return render(
        request, "notices/bell.html", {"unread": queries.unread(scope(request)), "most": queries.MOST_COUNTED}
    )


@login_required
@require_POST
def notice_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Read, and on to what it is about."""
    notice = get_object_or_404(queries.mine(scope(request)), pk=pk)
    actions.mark_read(me(request), [notice.pk], at=timezone.now())
    return redirect("notices" if "stay" in request.POST else notice.url)


@login_required
@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    done = actions.mark_read(me(request), None, at=timezone.now())
    messages.success(request, ngettext("%(n)s 条已读", "%(n)s 条已读", done) % {"n": done})
    return redirect("notices")


@login_required
@require_http_methods(["GET", "POST"])
def notices_choose(request: HttpRequest) -> HttpResponse:
    """What leaves for one's phone, the digests, the quiet hours."""
    chosen = queries.preference(me(request))
    names = ("outside", "morning", "evening", "quiet_from", "quiet_until")
    form = forms.Choices(request.POST or None, initial={name: getattr(chosen, name) for name in names})
    if request.method == "POST" and form.is_valid():
        given, at = form.cleaned_data, timezone.now()
        no = attempt(lambda: actions.choose(me(request), **given, at=at))
        if no:
            form.add_error("quiet_until", no)
        else:
            messages.success(request, _("已保存"))
            return redirect("notices_choose")
    return render(request, "notices/choose.html", {"form": form, "is_on": letters.is_on()})


@needs_role("system_admin")
@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """What left, what waits, what could not be delivered; no body: what a person was told is theirs."""
    tab = request.GET.get("tab", "dead")
    tab = tab if tab in words.LETTER_STATES else "dead"
    counts = queries.letter_counts()
    page = Paginator(queries.letters(tab), PAGE).get_page(request.GET.get("page"))
    context = {
        "tab": tab,
        "tabs": [(code, said, counts.get(code, 0)) for code, said in words.LETTER_STATES.items()],
        "page": page,
        "rows": [(letter, words.ERRORS.get(letter.error, letter.error)) for letter in page.object_list],
        "is_on": letters.is_on(),
        "oldest": queries.oldest_waiting(),
    }
    return render(request, "notices/outbox.html", context)


@needs_role("system_admin")
@require_POST
def outbox_replay(request: HttpRequest) -> HttpResponse:
    """One dead letter (`letter`), or all of them."""
    asked, at = request.POST.get("letter", ""), timezone.now()
    if asked == "all":
        done = actions.replay_all(by=me(request), at=at)
    else:
        letter = get_object_or_404(Letter, pk=asked) if queries.is_letter(asked) else None
        if letter is None:
            return redirect("outbox")
        no = attempt(lambda: actions.replay(letter, by=me(request), at=at))
        if no:
            messages.error(request, no)
            return redirect("outbox")
        done = 1
    messages.success(request, ngettext("%(n)s 封信重新排队", "%(n)s 封信重新排队", done) % {"n": done})
    return redirect("outbox")
