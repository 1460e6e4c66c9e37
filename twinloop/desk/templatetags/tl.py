"""The components of look.md as template tags. Each draws ``desk/parts/<its class>.html``; all stand on /kit/.

Built in: templates need no ``{% load %}``. What a tag is given are facts; words that belong to a component are here.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django import template
from django.core.paginator import Page
from django.forms import BoundField
from django.template.context import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from twinloop.desk import fields, queries, saying, words

register = template.Library()
Draw = TypeVar("Draw", bound=Callable[..., dict[str, Any]])
FEW = 5  # under this many a share says nothing (look.md: 样本少)


def _part(name: str, *, takes_context: bool = False) -> Callable[[Draw], Draw]:
    """A tag that draws desk/parts/tl-<name>.html with what the function returns."""
    return register.inclusion_tag(f"desk/parts/tl-{name}.html", takes_context=takes_context, name=name)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A Tabler icon; decoration unless `label` says what it means."""
    if label:
        return format_html('<i class="ti ti-{}" role="img" aria-label="{}"></i>', name, label)
    return format_html('<i class="ti ti-{}" aria-hidden="true"></i>', name)


@_part("level")
def level(value: int, *, guess: bool = False, large: bool = False) -> dict[str, Any]:
    """1, 2 or 3, with its word. `guess`: no person has confirmed it yet."""
    return {"level": value, "word": words.LEVELS[value], "guess": guess, "large": large}


@_part("clock", takes_context=True)
def clock(
    context: Context,
    what: str,
    *,
    due: datetime | None = None,
    warn: datetime | None = None,
    paused: str = "",
    took: timedelta | None = None,
) -> dict[str, Any]:
    """One clock: running (`due`, `warn` = due soon from then), `paused` with its reason, or kept (`took`)."""
    now = context.get("now") or timezone.localtime()
    if took is not None:
        state, text = "met", f"{words.SIDES['took']} {saying.span(took)}"
    elif paused:
        state, text = "paused", words.SIDES["paused"] % {"why": paused}
    else:
        assert due is not None, "a running clock has an end"
        state = "late" if now >= due else "warn" if now >= (warn or due) else "ok"
        text = f"{words.SIDES['over' if state == 'late' else 'left']} {saying.span(due - now)}"
    running = due if state in ("ok", "warn", "late") else None
    return {
        "what": what, "state": state, "text": text, "icon": words.CLOCK_ICONS[state], "word": words.CLOCKS[state],
        "due": running, "warn": (warn or due) if running else None,
    }  # fmt: skip


@_part("flag")
def flag(text: str, icon: str = "") -> dict[str, Any]:
    """A fact beside a case (第 4 次, 多人聚集); never coloured."""
    return {"text": text, "icon": icon}


@_part("live")
def live() -> dict[str, Any]:
    """Whether the page hears of changes by itself; written by live.js, read out when it changes."""
    return {}


_AGAINST = re.compile(r" [-−]\d+(?:\.\d+)?$")


@_part("reasons")
def reasons(items: Iterable[str | tuple[str, str]]) -> dict[str, Any]:
    """One fact a line; ("-", words) speaks against, and so does a sentence that ends in bits below zero."""
    pairs = [("-" if _AGAINST.search(item) else "+", item) if isinstance(item, str) else item for item in items]
    return {"items": [{"minus": sign in ("-", "－"), "words": text} for sign, text in pairs]}


@_part("points")
def points(rows: Sequence[tuple[int, str, str]], total: int | None = None, floor: str = "") -> dict[str, Any]:
    """What was counted: (points, what, from which record). `floor`: the sentence that lifts the result."""
    lines = [{"points": f"{p:+d}".replace("-", "−"), "what": what, "source": source} for p, what, source in rows]
    return {"rows": lines, "total": total, "floor": floor}


@_part("masked")
def masked(text: str, what: str, url: str = "") -> dict[str, Any]:
    """Masked text; where `url` is given, an eye that asks why before anything is shown."""
    return {"text": text, "what": what, "url": url}


@_part("unmask", takes_context=True)
def unmask(context: Context, reasons: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The question 'why', once a page that holds masked fields. No reason is chosen beforehand."""
    return {"reasons": list(reasons), "csrf_token": context.get("csrf_token")}


@_part("action", takes_context=True)
def action(
    context: Context,
    label: str,
    url: str = "",
    *,
    icon: str = "",
    shut: str = "",
    primary: bool = False,
    key: str = "",
    get: bool = False,
) -> dict[str, Any]:
    """A verb. `shut`: the sentence of what is missing; the button stays, can be reached, and does nothing."""
    return {
        "label": label, "url": url, "icon": icon, "shut": str(shut), "primary": primary, "key": key, "get": get,
        "id": f"shut-{uuid.uuid4().hex[:8]}", "csrf_token": context.get("csrf_token"),
    }  # fmt: skip


@_part("streak")
def streak(visits: Sequence[str], need: int = 3) -> dict[str, Any]:
    """Visits, oldest first: "calm", "uneasy", "" (to come). Counted are the calm ones in a row at the end."""
    row = 0
    for mood in visits:
        row = row + 1 if mood == "calm" else row if mood == "" else 0
    shown = [*visits, *[""] * (need - len(visits))][-need:] if len(visits) < need else list(visits[-need:])
    return {"visits": shown, "row": min(row, need), "need": need}


@_part("stage")
def stage(steps: Sequence[str], now: int) -> dict[str, Any]:
    """Where on the loop: `now` counts from 0."""
    return {
        "steps": [{"word": w, "state": "done" if i < now else "now" if i == now else ""} for i, w in enumerate(steps)]
    }


@_part("person", takes_context=True)
def person(context: Context, who: Any, first: bool = False) -> dict[str, Any]:
    """Somebody who suits: `who` has rank, name, unit, meta, reasons, and act (label, url, key) where one may act."""
    return {"who": who, "first": first, "csrf_token": context.get("csrf_token")}


@_part("avatar")
def avatar(name: str, small: bool = True) -> dict[str, Any]:
    return {"letter": name[:1], "small": small}


@_part("meter")
def meter(part: int | None, whole: int | None, label: str = "") -> dict[str, Any]:
    """A share, fraction first: 64/79 81%. Unknown is 未知, under five 样本少 instead of a rate."""
    if part is None or whole is None:
        return {"unknown": True, "label": label}
    few = whole < FEW
    return {
        "part": part,
        "whole": whole,
        "label": label,
        "few": few,
        "percent": 0 if few else round(100 * part / whole),
    }


@_part("empty")
def empty(title: str, text: str = "", url: str = "", label: str = "", primary: bool = False) -> dict[str, Any]:
    """What is so, what comes next, one button."""
    return {"title": title, "text": text, "url": url, "label": label, "primary": primary}


@_part("note")
def note(text: str, state: str = "", url: str = "", label: str = "") -> dict[str, Any]:
    """`state`: "" information, "warn" somebody was faster or time is short, "late" refused or failed."""
    return {"text": text, "state": state, "icon": words.NOTE_ICONS[state], "url": url, "label": label}


@_part("pager", takes_context=True)
def pager(context: Context, page: Page[Any], key: str = "page") -> dict[str, Any]:
    """Back and forth in a list, keeping filters and order."""
    query = context["request"].GET.copy()

    def to(number: int) -> str:
        query[key] = str(number)
        return f"?{query.urlencode()}"

    return {
        "page": page,
        "back": to(page.previous_page_number()) if page.has_previous() else "",
        "forth": to(page.next_page_number()) if page.has_next() else "",
    }


@_part("sort", takes_context=True)
def sort(context: Context, label: str, key: str, number: bool = False) -> dict[str, Any]:
    """Head of a column that sorts: ?order=key, again ?order=-key. The view decides which keys it knows."""
    query = context["request"].GET.copy()
    order = query.get("order", "")
    query["order"] = f"-{key}" if order == key else key
    query.pop("page", None)
    state = {key: "ascending", f"-{key}": "descending"}.get(order, "")
    return {"label": label, "url": f"?{query.urlencode()}", "state": state, "number": number}


@_part("field")
def field(bound: BoundField, label: str = "", help: str = "", code: bool = False) -> dict[str, Any]:  # noqa: A002
    """One form field: label, control, help, what is wrong, tied together for those who listen."""
    bound.help_text = help or bound.help_text
    box = fields.is_box(bound)
    return {
        "field": bound,
        "label": label or bound.label,
        "control": fields.control(bound, code=code),
        "errors": fields.sentences(bound.errors.as_data()),
        "box": box,
        "must": bound.field.required and not box,
    }


@_part("errors")
def errors(form: Any) -> dict[str, Any]:
    """What is wrong with a form as a whole."""
    return {"errors": fields.sentences(form.non_field_errors().as_data())}


@register.filter
def moment(at: datetime) -> str:
    return saying.moment(at, today=timezone.localdate())


@register.filter
def day(on: date) -> str:
    return saying.day(_date(on), today=timezone.localdate())


@register.filter
def short_day(on: date) -> str:
    return saying.short_day(_date(on), today=timezone.localdate())


@register.filter
def weekday(on: date) -> str:
    return saying.weekday(_date(on), today=timezone.localdate())


@register.filter
def span(length: timedelta) -> str:
    return saying.span(length)


@register.filter
def clock_time(at: datetime) -> str:
    """16:41, in the time of the law."""
    return f"{timezone.localtime(at):%H:%M}"


@register.filter
def joined(items: Iterable[Any]) -> str:
    """柳塘村、石桥村 (in English with commas)."""
    return _("、").join(str(item) for item in items)


def _date(on: date) -> date:
    return timezone.localtime(on).date() if isinstance(on, datetime) else on


@register.filter
def device(agent: str) -> str:
    """Chrome · Windows, out of a browser's long name of itself; unknown is 未知."""
    browser = next((name for mark, name in words.BROWSERS if mark in agent), "")
    system = next((name for mark, name in words.SYSTEMS if mark in agent), "")
    return " · ".join(filter(None, (browser, system))) or _("未知设备")


@register.simple_tag
def demo_roles() -> list[tuple[str, list[dict[str, str]]]]:
    """For the sign-in page of a demo: per group of roles one demo person each."""
    return queries.demo_people()
