"""Every suggestion and every word of a person on it, as a list: filtered, counted, exported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from twinloop.cases.queries import shown_type_names
from twinloop.cases.words import KINDS, LEVELS
from twinloop.edge.masks import mask_text
from twinloop.ledger.sight import Scope
from twinloop.people.models import Account
from twinloop.triage import spoken, words
from twinloop.triage.models import Judgement
from twinloop.triage.visibility import judgements

PAGE = 50


@dataclass(frozen=True)
class Asked:
    """`what`: kind of decision; `verdict`: open, agreed, overruled; `by`: whose word; a window of half-open times."""

    what: str = ""
    verdict: str = ""
    by: int | None = None
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True)
class Line:
    """One row. `answer` is a sentence; `who` is empty for the software."""

    at: datetime
    what: str
    case_no: str
    is_dispute: bool
    answer: str
    who: str
    verdict: str
    why: str
    reasons: list[str]
    version: str

    @property
    def kind(self) -> str:
        return str(words.WHATS[self.what])

    @property
    def outcome(self) -> str:
        return str(words.VERDICTS[self.verdict]) if self.verdict else ""


@dataclass(frozen=True)
class Share:
    """Of what people decided in one kind, how much they changed."""

    what: str
    overruled: int
    decided: int

    @property
    def kind(self) -> str:
        return str(words.WHATS[self.what])


def listed(scope: Scope, asked: Asked) -> QuerySet[Judgement]:
    """Newest first, of what the viewer may see."""
    found = judgements(scope).select_related("incident", "dispute", "by", "overrules").order_by("-at", "-id")
    if asked.what:
        found = found.filter(what=asked.what)
    if asked.by:
        found = found.filter(by=asked.by)
    if asked.start:
        found = found.filter(at__gte=asked.start)
    if asked.end:
        found = found.filter(at__lt=asked.end)
    return _of_verdict(found, asked.verdict)


def _of_verdict(found: QuerySet[Judgement], verdict: str) -> QuerySet[Judgement]:
    if verdict == "overruled":
        return found.filter(overrules__isnull=False)
    if verdict == "agreed":
        return found.filter(by__isnull=False, overrules__isnull=True)
    if verdict == "open":
        later = Judgement.objects.filter(
            Q(incident=OuterRef("incident")) | Q(incident__isnull=True, dispute=OuterRef("dispute")),
            what=OuterRef("what"), by__isnull=False, pk__gt=OuterRef("pk"),
        )  # fmt: skip
        return found.filter(~Exists(later), by__isnull=True)
    return found


def shares(scope: Scope, asked: Asked) -> list[Share]:
    """Per kind of decision, in the order of the words."""
    rows = listed(scope, Asked(by=asked.by, start=asked.start, end=asked.end)).filter(by__isnull=False).order_by()
    changed = Count("pk", filter=Q(overrules__isnull=False))
    found = rows.values("what").annotate(changed=changed, decided=Count("pk"))
    counts = {row["what"]: (row["changed"], row["decided"]) for row in found}
    return [Share(what, *counts.get(what, (0, 0))) for what in words.WHATS]


def people(scope: Scope) -> list[Account]:
    """Who has spoken, for the filter."""
    spoke = judgements(scope).filter(by__isnull=False).order_by().values("by").distinct()
    return list(Account.objects.filter(pk__in=spoke).order_by("name"))


def lines(found: Iterable[Judgement]) -> list[Line]:
    names = shown_type_names()
    return [_line(row, names) for row in found]


def _line(row: Judgement, names: Mapping[str, str]) -> Line:
    dispute = row.dispute if row.incident is None else None
    case = row.incident or row.dispute
    assert case is not None, "a constraint says so"
    verdict = "" if row.by is None else "overruled" if row.overrules_id else "agreed"
    return Line(
        at=row.at, what=row.what, case_no=case.number, is_dispute=dispute is not None,
        answer=mask_text(said(row.what, row.answer, names)), who=row.by.name if row.by else "", verdict=verdict,
        why=mask_text(row.why), reasons=[mask_text(reason) for reason in spoken.all_said(row.reasons)],
        version=row.params_version,
    )  # fmt: skip


def said(what: str, answer: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """The answer as one sentence, whoever gave it."""
    match what:
        case "sorting":
            return _sorted(answer, names)
        case "level":
            level = LEVELS.get(answer.get("level", 0), _("未知"))
            return f"{level} · {answer['points']} {_('分')}" if "points" in answer else str(level)
        case "who":
            return str(answer.get("name") or _("没有能派的人"))
        case _:
            return _repeats(answer)


def _sorted(answer: Mapping[str, Any], names: Mapping[str, str]) -> str:
    code = answer.get("type") or ""
    name = f"{code} {names.get(code, '')}".strip() if code else str(KINDS.get(answer.get("kind", ""), _("未知")))
    if answer.get("abstained"):
        return _("分不清，最像 %(name)s") % {"name": name}
    return f"{name} {answer['confidence']:.0%}" if "confidence" in answer else name


def _repeats(answer: Mapping[str, Any]) -> str:
    if "verdict" in answer:
        told = {"joined": _("是一件"), "refused": _("不是一件"), "open": _("撤销了答复")}
        return told.get(answer["verdict"], _("未知"))
    count = len(answer.get("candidates", []))
    return _("可能与 %(count)d 次早先的警情是一件") % {"count": count} if count else _("没有早先的")


def by_month(scope: Scope) -> list[datetime]:
    """First days of the months from the first row to the last, newest first: for the filter. Two rows are read."""
    ends = judgements(scope).order_by().aggregate(first=Min("at"), last=Max("at"))
    if ends["first"] is None:
        return []
    one, last = (timezone.localtime(ends[name]).date().replace(day=1) for name in ("first", "last"))
    found = []
    while one <= last:
        found.append(datetime(one.year, one.month, 1, tzinfo=timezone.get_current_timezone()))
        one = (one + timedelta(days=32)).replace(day=1)
    return found[::-1]
