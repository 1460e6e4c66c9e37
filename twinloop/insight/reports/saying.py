"""A report in sentences and named rows, in the language that is on: for its page, its paper and its workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from twinloop.cases.queries import type_names
from twinloop.decide.figures import Indicator
from twinloop.decide.periods import Period, ReportKind
from twinloop.decide.report import PARAMS, Advice, Side
from twinloop.decide.words import say
from twinloop.insight.figures.queries import Counted
from twinloop.insight.reports import words
from twinloop.insight.reports.models import Report

SIDES = {
    Side.TYPE: "types", Side.PLACE: "places", Side.SLOT: "slots", Side.WEEKDAY: "weekdays",
    Side.SETTLED_TYPE: "types", Side.SETTLED_PLACE: "places",
}  # fmt: skip
SETTLED = (Side.SETTLED_TYPE, Side.SETTLED_PLACE)


def kind_name(kind: str) -> str:
    return say(ReportKind(kind), get_language() or "")


def span(period: Period) -> str:
    """2026年第16周（4月13日至19日）, 2026年4月, 2026年第2季度 …"""
    first, last = period.first, period.last
    if period.kind is ReportKind.DAY:
        return _("{year}年{month}月{day}日").format(year=first.year, month=first.month, day=first.day)
    if period.kind is ReportKind.WEEK:
        year, week, _day = first.isocalendar()
        return _("{year}年第{week}周（{first}至{last}）").format(
            year=year, week=week, first=f"{first:%m-%d}", last=f"{last:%m-%d}"
        )
    if period.kind is ReportKind.MONTH:
        return _month(first)
    if period.kind is ReportKind.QUARTER:
        return _("{year}年第{quarter}季度").format(year=first.year, quarter=first.month // 3 + 1)
    if period.kind is ReportKind.TWELVE:
        return _("{first}至{last}").format(first=_month(first), last=_month(last))
    return _("{year}年").format(year=first.year)


def _month(day: date) -> str:
    return _("{year}年{month}月").format(year=day.year, month=day.month)


def area(report: Report) -> str:
    return str(report.place or report.station or words.DISTRICT)


def name(report: Report) -> str:
    return f"{area(report)} · {span(report.period)} · {kind_name(report.kind)}"


class Names:
    """Names of parts; asks for the types once."""

    def __init__(self) -> None:
        self.types = type_names()

    def __call__(self, side: str, part: str) -> str:
        if side == "slots":
            return f"{part}:00–{int(part) + 2:02d}:00"
        if side == "weekdays":
            return str(words.WEEKDAYS[part])
        if not part:
            return str(words.UNKNOWN[side])
        return self.types.get(part, part) if side == "types" else part


def change(now: int, earlier: int, days: int) -> str:
    """+12（+15.2%）; a percentage only where neither is small; nothing where nothing is known of before."""
    if not days:
        return ""
    difference = f"{now - earlier:+d}".replace("-", "−") if now != earlier else _("持平")
    if min(now, earlier) < PARAMS.few or now == earlier:
        return difference
    percent = f"{100 * (now - earlier) / earlier:+.1f}%".replace("-", "−")
    return _("{difference}（{percent}）").format(difference=difference, percent=percent)


@dataclass(frozen=True)
class Line:
    code: str
    name: str
    now: int
    earlier: int
    unit: str
    change: str
    year_ago: int | None  # nothing is known of then
    on_year: str


def totals(facts: Mapping[str, Any]) -> list[Line]:
    found = []
    then = facts.get("year_ago") or {}
    for code, now, earlier in facts["totals"]:
        title, unit = words.TOTALS[code]
        on_year = change(now, then[code], 1) if code in then else ""
        told = change(now, earlier, facts["before_days"])
        found.append(Line(code, str(title), now, earlier, str(unit), told, then.get(code), on_year))
    return found


@dataclass(frozen=True)
class Outside:
    """A figure that another office counts, and ours beside it: (its table, code, name, as printed)."""

    name: str
    value: str
    earlier: str
    change: str
    source: str
    ours: tuple[str, str, str, str] | None


def outside(facts: Mapping[str, Any]) -> list[Outside]:
    """Figures of other offices of just this period; empty for a station's or a community's report."""
    found = []
    for name, above, below, source, was in facts.get("outside") or []:
        value = f"{100 * above / below:.2f}%（{above:g}/{below:g}）" if below else f"{above:g}"
        told = f"{100 * (above - was) / was:+.2f}%".replace("-", "−") if was and not below else ""
        found.append(Outside(name, value, "" if was is None else f"{was:g}", told, source, _ours(facts, name)))
    return found


def _ours(facts: Mapping[str, Any], name: str) -> tuple[str, str, str, str] | None:
    table, code = next((own for word, own in words.BESIDE.items() if word in name), ("", ""))
    if table == "totals":
        line = next(one for one in totals(facts) if one.code == code)
        return table, code, line.name, str(line.now)
    if table == "indicators":
        share = next((now for now, *_rest in indicators(facts) if now.code == code), None)
        return (
            None if share is None else (table, code, share.name, f"{share.percent or '—'}（{share.hits}/{share.of}）")
        )
    return None


def indicators(facts: Mapping[str, Any]) -> list[tuple[Counted, Counted, str]]:
    """(now, before, percentage points between; nothing where a sample is small)."""
    found = []
    for code, hits, of, hits_before, of_before in facts["indicators"]:
        now, then = Counted(code, hits, of), Counted(code, hits_before, of_before)
        found.append((now, then, now.change(then)))
    return found


@dataclass(frozen=True)
class PartLine:
    part: str
    name: str
    now: int
    earlier: int
    settled: int
    calls: int | None
    is_small: bool


def parts(facts: Mapping[str, Any], side: str, names: Names) -> list[PartLine]:
    return [
        PartLine(part, names(side, part), now, earlier, settled, calls[0] if calls else None, now < PARAMS.few)
        for part, now, earlier, settled, _usual, *calls in facts[side]
        if now or earlier or calls
    ]


def chance(p: float) -> str:
    return "<0.1%" if p < 0.001 else f"{100 * p:.1f}%"


def findings(facts: Mapping[str, Any], names: Names) -> list[str]:
    """What stands out, a sentence each."""
    return [_finding(one, facts, names) for one in facts["findings"]]


def _finding(one: Mapping[str, Any], facts: Mapping[str, Any], names: Names) -> str:
    side = Side(one["side"])
    facts_of = {
        "part": _part(side, one["code"], names), "count": one["count"], "of": one["of"], "days": facts["usual_days"],
        "expected": f"{one['expected']:.1f}", "q": chance(one["q"]),
        "more": _("偏多") if one["is_more"] else _("偏少"),
    }  # fmt: skip
    if side in SETTLED:
        text = _("{part}：新登记 {of} 件，期末化解 {count} 件，照其余的做法约 {expected} 件，{more}；偶然的可能 {q}")
    elif side is Side.AGENCY:
        text = _("{part}：到期的反馈 {of} 件，按时 {count} 件，照其余部门约 {expected} 件，{more}；偶然的可能 {q}")
    else:
        text = _("{part}：新登记 {count} 件，照前 {days} 天约 {expected} 件，{more}；偶然的可能 {q}")
    return text.format(**facts_of)


def _part(side: Side, code: str, names: Names) -> str:
    if side is Side.TOTAL:
        return _("全部纠纷")
    return code if side is Side.AGENCY else names(SIDES[side], code)


def tried(facts: Mapping[str, Any]) -> str:
    """How the finds were looked for; what was too little to be judged is said."""
    if not facts["tried"]:
        return _("以前的数据不到一期，或件数都少于 {few}，没有可以判断的").format(few=PARAMS.few)
    return _(
        "比了 {tried} 项，按多重比较校正，错判的份额不超过 {rate}；另有 {few_parts} 项件数少于 {few}，不作判断"
    ).format(tried=facts["tried"], rate=f"{100 * PARAMS.rate:.0f}%", few_parts=facts["few"], few=PARAMS.few)


def suggestions(facts: Mapping[str, Any], names: Names) -> list[tuple[str, str]]:
    """(the rule it comes from, the sentence)."""
    return [(_rule(one["rule"]), _suggestion(one, names)) for one in facts["suggestions"]]


def _suggestion(one: Mapping[str, Any], names: Names) -> str:
    rule = Advice(one["rule"])
    side = {
        Advice.PLACE: "places", Advice.TYPE: "types", Advice.SLOT: "slots", Advice.WEEKDAY: "weekdays",
    }.get(rule)  # fmt: skip
    part = names(side, one["code"]) if side else names.types.get(one["code"], one["code"])
    expected = "" if one["expected"] is None else f"{one['expected']:.1f}"
    return say(rule, get_language() or "", part=part, figure=one["count"], expected=expected, times=PARAMS.repeat)


def _rule(code: str) -> str:
    """How the method page names the rule: R1 …"""
    return f"R{list(Advice).index(Advice(code)) + 1}"


def changed(changes: list[Any], names: Names) -> list[tuple[str, str, str, str]]:
    """(table, what, was, now) of a later version."""
    return [(str(words.TABLES[one.table]), label(one.table, one.code, names), one.was, one.now) for one in changes]


def label(table: str, code: str, names: Names) -> str:
    if table == "totals":
        return str(words.TOTALS[code][0])
    if table == "indicators":
        return say(Indicator(code), get_language() or "")
    return code if table == "agencies" else names(table.partition("-")[0], code)


def day(text: str) -> date:
    return date.fromisoformat(text)
