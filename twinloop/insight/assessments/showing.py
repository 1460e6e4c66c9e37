"""Scores as pages and papers show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from twinloop.cases.telling import language
from twinloop.decide.assessment import Line
from twinloop.decide.figures import Indicator
from twinloop.decide.words import say
from twinloop.insight.assessments import queries, words
from twinloop.insight.assessments.models import Nomination, Score
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
class Aside:
    """A figure that is said and not judged."""

    name: str
    figure: str


def asides(score: Score) -> list[Aside]:
    return [Aside(str(words.BESIDE[code]), f"{score.beside[code]:g}") for code in words.BESIDE if code in score.beside]


def paper(nomination: Nomination) -> dict[str, Any]:
    """What the form of a nomination prints."""
    score = nomination.score
    unit = score.account.unit if score.account else score.team.station if score.team else None
    decided = ""
    if nomination.decided_at is not None:
        decided = f"{nomination.get_state_display()}：{nomination.decided_why}（{nomination.decided_by}，"
        decided += f"{moment(nomination.decided_at)}）"
    return {
        "month": f"{score.assessment.month:%Y年%-m月}", "name": score.subject, "unit": str(unit or ""),
        "honour": str(nomination.get_honour_display()), "verdict": str(score.get_verdict_display()),
        "total": f"{score.total} 分" if score.total is not None else "",
        "lines": [
            {"name": one.name, "share": one.share or "—", "count": f"{one.line.hits}/{one.line.of}",
             "threshold": one.threshold, "verdict": one.word}
            for one in lines(score)
        ],
        "grounds": nomination.grounds, "by": str(nomination.by), "at": day(nomination.at), "decision": decided,
    }  # fmt: skip
