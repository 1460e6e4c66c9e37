"""A report as a paper in the layout of official documents (GB/T 9704), as Word or PDF; Chinese, whatever the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import translation

from twinloop.decide.periods import ReportKind
from twinloop.decide.report import PARAMS
from twinloop.insight.reports import bulletin, saying, words
from twinloop.insight.reports.models import Report
from twinloop.ledger.actions import record
from twinloop.papers import actions as papers
from twinloop.people.models import Unit

_NUMERALS = "一二三四五六七八九十"
FOLD = 3  # so many figures without any record are named in one sentence


def draw(report: Report, *, by: int | None, at: datetime, as_word: bool) -> bytes:
    """The paper; that it was taken is written down."""
    with translation.override("zh-hans"):
        values = values_of(report)
    made = papers.draw("report", values, foot=values["number"], at=at, as_word=as_word)
    record(report.stream, "report_taken", by=by, at=at, is_look=True, format="docx" if as_word else "pdf")
    return made


def _issue(report: Report, kind: str) -> str:
    """Which of the year's it is; the bulletin of twelve months is of the month that it ends with."""
    first, last = report.first, report.period.last
    match ReportKind(report.kind):
        case ReportKind.DAY:
            return f"{first.year}年{kind}　{first:%m%d}号"
        case ReportKind.WEEK:
            week = first.isocalendar()
            return f"{week.year}年{kind}　第{week.week}期"
        case ReportKind.MONTH:
            return f"{first.year}年{kind}　第{first.month}期"
        case ReportKind.QUARTER:
            return f"{first.year}年{kind}　第{(first.month + 2) // 3}期"
        case ReportKind.TWELVE:
            return f"{kind}　截至{last.year}年{last.month}月"
        case _:
            return f"{first.year}年{kind}"


def values_of(report: Report) -> dict[str, Any]:
    """What the template prints."""
    facts, names = report.facts, saying.Names()
    unit = str(report.station or Unit.objects.filter(kind=Unit.Kind.BUREAU).order_by("code").first() or "")
    kind, span, known = saying.kind_name(report.kind), saying.span(report.period), bool(facts["before_days"])
    chapters = _chapters(facts, names, report)
    number = f"{_issue(report, kind)}　第{report.version}版"
    return {
        "head": unit, "unit": unit, "number": number,
        # the span on a line of its own, in one pair of brackets
        "title": f"{saying.area(report)}矛盾纠纷{kind}\n（{span.replace('（', '，').replace('）', '')}）",
        "chapters": [
            {"head": f"{_NUMERALS[n]}、{head}", "lines": lines} for n, (head, lines) in enumerate(chapters)
        ],
        "annex": "附表：",
        "totals": [
            {"name": f"{one.name}（{one.unit}）", "now": one.now, "earlier": one.earlier if known else "—",
             "change": one.change or "—"} for one in saying.totals(facts)
        ],
        "on_year": [
            {"name": f"{one.name}（{one.unit}）", "now": one.now, "then": one.year_ago, "change": one.on_year}
            for one in saying.totals(facts) if one.year_ago is not None
        ],
        "outside": [
            {"name": one.name, "value": one.value, "earlier": one.earlier or "—", "source": one.source}
            for one in saying.outside(facts)
        ],
        "indicators": [
            {"name": now.name, "count": f"{now.hits}/{now.of}", "percent": now.percent or "—",
             "earlier": then.percent or "—" if known else "—"} for now, then, _change in saying.indicators(facts)
        ],
        "parts": [
            {"name": one.name, "now": one.now, "earlier": one.earlier if known else "—", "settled": one.settled}
            for side in words.SIDES for one in saying.parts(facts, side, names)
        ],
        "agencies": [
            {"name": name, "asked": asked, "due": due, "met": met} for name, asked, due, met in facts["agencies"]
        ],
    }  # fmt: skip


def _chapters(facts: Mapping[str, Any], names: saying.Names, report: Report) -> list[tuple[str, Sequence[str]]]:
    written: list[tuple[str, Sequence[str]]] = [("总体情况", [_summary(facts)])]
    missing: Sequence[str] = ()
    if found := bulletin.of(report):
        written += found.chapters
        missing = found.missing
    written.append(("突出情况", [*(saying.findings(facts, names) or ["没有超出偶然的。"]), saying.tried(facts) + "。"]))
    written.append(("重复纠纷", _repeats(facts)))
    said = [f"（{rule}）{text}。" for rule, text in saying.suggestions(facts, names)]
    written.append(("建议（按规则提出，由人决定）", said or ["没有规则要提的。"]))
    if missing:
        written.append(("没有写的", folded(missing)))
    return written


def folded(missing: Sequence[str]) -> list[str]:
    """What has no record at all in one sentence, the rest as it is: a first year is no page of noughts."""
    none: list[tuple[str, str]] = []
    left: list[tuple[str, str]] = []
    for line in missing:
        name, _colon, why = line.partition("：")
        nothing = why.startswith(("本年没有", "这十二个月没有")) and "外单位" not in why
        (none if nothing else left).append((name, line))
    if len(none) < FOLD:
        return list(missing)
    return [f"期内没有记录、也没有可算的：{'、'.join(name for name, _line in none)}。", *(line for _name, line in left)]


def _summary(facts: Mapping[str, Any]) -> str:
    now = {code: count for code, count, _earlier in facts["totals"]}
    text = (
        f"期内接报警情{now['calls']}起，其中矛盾纠纷警情{now['dispute_calls']}起；新登记纠纷{now['new']}件，"
        f"其中一级、二级{now['grave']}件；化解{now['settled']}件，化解后重开{now['reopened']}件；"
        f"期末未了{now['open']}件，超时的时限{now['late']}项。"
    )
    if not facts["before_days"]:
        return text + "上一期没有数据，不作比较。"
    (earlier,) = (was for code, _now, was in facts["totals"] if code == "new")
    text += f"新登记纠纷上期{earlier}件，{saying.change(now['new'], earlier, facts['before_days'])}"
    then = facts.get("year_ago")
    return text + (f"；去年同期{then['new']}件，{saying.change(now['new'], then['new'], 1)}。" if then else "。")


def _repeats(facts: Mapping[str, Any]) -> list[str]:
    whole, still = facts["repeated"]
    if not whole:
        return [f"没有期内报警{PARAMS.repeat}次以上的纠纷。"]
    lines = [f"期内报警{PARAMS.repeat}次以上的纠纷{whole}件，期末没有化解的{still}件。"]
    lines += [
        f"{number}：{calls}次，{'未了' if is_open else '期末已化解'}。"
        for _pk, number, calls, is_open in facts["repeats"]
    ]
    return lines
