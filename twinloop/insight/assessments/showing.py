"""Scores as pages and papers show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from twinloop.cases import visibility
from twinloop.cases.models import Dispute
from twinloop.cases.telling import language
from twinloop.decide.assessment import Line
from twinloop.decide.figures import Indicator
from twinloop.decide.words import say
from twinloop.edge.masks import mask_text
from twinloop.insight.assessments import queries, words
from twinloop.insight.assessments.models import Nomination, Score
from twinloop.ledger.sight import Scope
from twinloop.papers.filling import day, moment

SHOWN = 200  # rows behind one measure on a page


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


def told(line: Line) -> Told:
    mark = "≥" if line.measure.better == "high" else "≤"
    share = "" if line.share is None else f"{line.share:.1f}%"
    return Told(
        line, say(Indicator(line.measure.indicator), language()), share, f"{line.low:.0f}–{line.high:.0f}%",
        str(words.VERDICTS[line.verdict.value]), f"{mark} {line.measure.threshold:g}%",
    )  # fmt: skip


def lines(score: Score) -> list[Told]:
    return [told(line) for line in queries.lines(score)]


@dataclass(frozen=True)
class Behind:
    """A row behind a measure; `dispute` where the viewer may see it."""

    dispute: Dispute | None
    name: str
    hit: bool
    out: bool

    @property
    def title(self) -> str:
        return mask_text(self.dispute.title) if self.dispute else ""


def behind(scope: Scope, score: Score) -> dict[str, list[Behind]]:
    """Indicator → its rows, those that do not count as a hit first."""
    wanted = {row[1] for parts in score.rows.values() for side in parts.values() for row in side}
    seen = visibility.disputes(scope).in_bulk(sorted(wanted))
    out, found = set(score.left_out), {}
    for code, parts in score.rows.items():
        rows = [(row, False) for row in parts["of"]] + [(row, True) for row in parts["in"]]
        found[code] = [Behind(seen.get(row[1]), row[0], hit, row[1] in out) for row, hit in rows[:SHOWN]]
    return found


def paper(nomination: Nomination) -> dict[str, Any]:
    """What the form of a nomination prints."""
    score = nomination.score
    unit = score.account.unit if score.account else None
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
