"""Scores as pages and papers show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import translation

from twinloop.cases.telling import language
from twinloop.decide.assessment import Line, SubjectKind
from twinloop.decide.figures import Indicator
from twinloop.decide.words import say
from twinloop.insight.assessments import queries, words
from twinloop.insight.assessments.models import Nomination, Score
from twinloop.insight.assessments.rules import BESIDE
from twinloop.papers.filling import day, moment


@dataclass(frozen=True)
class Told:
    """One measure with its words."""

    line: Line
    name: str
    share: str
    range: str
    word: str
    threshold: str

    @property
    def verdict(self) -> str:
        return self.line.verdict.value

    @property
    def is_low(self) -> bool:
        """A hit is what should not happen."""
        return self.line.measure.better == "low"


def name_of(code: str, lang: str) -> str:
    """An indicator of the figures, or a yardstick of assessment alone."""
    return str(words.MEASURES[code]) if code in words.MEASURES else say(Indicator(code), lang)


def told(line: Line) -> Told:
    mark = "≥" if line.measure.better == "high" else "≤"
    share = "" if line.share is None else f"{line.share:.1f}%"
    return Told(
        line, name_of(line.measure.indicator, language()), share, f"{line.low:.0f}–{line.high:.0f}%",
        str(words.VERDICTS[line.verdict.value]), f"{mark} {line.measure.threshold:g}%",
    )  # fmt: skip


def lines(score: Score) -> list[Told]:
    return [told(line) for line in queries.lines(score)]


@dataclass(frozen=True)
class Year:
    """Twelve months put together; `months`: how many were counted."""

    months: int
    lines: list[Told]
    total: float | None
    word: str
    verdict: str


def year(score: Score) -> Year | None:
    """None where there is but the one month."""
    judged, months = queries.year(score)
    if months < 2:
        return None
    verdict = judged.verdict.value
    return Year(months, [told(line) for line in judged.lines], judged.total, str(words.VERDICTS[verdict]), verdict)


@dataclass(frozen=True)
class Aside:
    """A figure that is said and not judged."""

    name: str
    figure: str


def asides(score: Score) -> list[Aside]:
    return [Aside(str(words.BESIDE[code]), _plain(score, code)) for code in words.BESIDE if code in score.beside]


def aside_names(kind: str) -> list[str]:
    return [str(words.BESIDE[code]) for code in BESIDE.get(SubjectKind(kind), {})]


def figures(score: Score) -> list[str]:
    """As `aside_names` names them."""
    return [_plain(score, code) for code in BESIDE.get(SubjectKind(score.assessment.kind), {})]


def _plain(score: Score, code: str) -> str:
    return f"{score.beside[code]:g}" if code in score.beside else "—"


NAMED = 40  # rows of one side that a paper names


@translation.override("zh-hans")
def paper(nomination: Nomination) -> dict[str, Any]:
    """What the form of a nomination prints: the figures, the rows behind them, what a contest corrected. In Chinese,
    whatever the language of the page."""
    score, before, whole = nomination.score, nomination.score.before, year(nomination.score)
    corrected = ""
    if before is not None:
        was = f"{before['total']} 分" if before["total"] else str(words.VERDICTS["small"])
        corrected = f"更正前 {was}，{words.VERDICTS[before['verdict']]}。"
    return {
        **_common(nomination), "month": f"{score.assessment.month:%Y年%-m月}", "corrected": corrected,
        "beside": "，".join(f"{one.name} {one.figure}" for one in asides(score)),
        "lines": [
            {**_printed(one), "yes": "发生了" if one.is_low else "做到", "no": "没有发生" if one.is_low else "没做到",
             "hits": _named(score, one, "in"), "misses": _named(score, one, "of")}
            for one in lines(score)
        ],
        "year": [_printed(one) for one in whole.lines] if whole else [], "months": whole.months if whole else 1,
    }  # fmt: skip


@translation.override("zh-hans")
def name_list(nominations: Sequence[Nomination]) -> dict[str, Any]:
    """What the list of a month prints."""
    return {
        "month": f"{nominations[0].score.assessment.month:%Y年%-m月}", "count": len(nominations),
        "rows": [
            {**_common(one), "number": n, "figures": _sentence(lines(one.score)), "year": _year_sentence(one.score)}
            for n, one in enumerate(nominations, 1)
        ],
    }  # fmt: skip


def _printed(one: Told) -> dict[str, str]:
    count = f"{one.line.hits}/{one.line.of}" if one.line.of else "—"
    return {
        "name": one.name,
        "share": one.share or "—",
        "threshold": one.threshold,
        "verdict": one.word,
        "count": count,
    }


def _sentence(found: Sequence[Told]) -> str:
    return "；".join(
        f"{one.name} {one.share}（{one.line.hits}/{one.line.of}，{one.word}）" for one in found if one.line.of
    )


def _year_sentence(score: Score) -> str:
    whole = year(score)
    return f"{_sentence(whole.lines)}（{whole.months} 个月）" if whole else ""


def _common(nomination: Nomination) -> dict[str, Any]:
    score, decided = nomination.score, ""
    unit = score.account.unit if score.account else score.team.station if score.team else None
    if nomination.decided_at is not None:
        decided = f"{nomination.get_state_display()}：{nomination.decided_why}（{nomination.decided_by}，"
        decided += f"{moment(nomination.decided_at)}）"
    return {
        "name": score.subject, "unit": str(unit or ""), "honour": str(nomination.get_honour_display()),
        "verdict": str(score.get_verdict_display()), "total": f"{score.total} 分" if score.total is not None else "",
        "grounds": nomination.grounds, "by": str(nomination.by), "at": day(nomination.at), "decision": decided,
    }  # fmt: skip


def _named(score: Score, one: Told, side: str) -> str:
    """The rows of one side by their labels; what a contest took out is not among them."""
    code, out = one.line.measure.indicator, set(score.left_out)
    rows = score.rows.get(code, {}).get(side, [])
    found = list(dict.fromkeys(row[2] for row in rows if queries.key_of(code, row) not in out))
    more = f" 等 {len(found)} 个" if len(found) > NAMED else ""
    return "、".join(found[:NAMED]) + more
