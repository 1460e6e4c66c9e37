"""The software suggests and keeps what it said; a named person decides, and that is kept beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from twinloop.cases.models import Dispute, Incident, IncidentLink
from twinloop.cases.parameters import InForce, in_force
from twinloop.cases.words import KINDS
from twinloop.decide import Refused, sorting
from twinloop.decide.parameters import ParameterKind
from twinloop.ledger import many
from twinloop.ledger.actions import record
from twinloop.triage import learned, levels, queries, repeats, spoken
from twinloop.triage.ahead import Ahead
from twinloop.triage.models import Judgement
from twinloop.triage.repeat_pairs import RepeatPair
from twinloop.triage.repeats_finding import Found

WHY_LONGEST = 200


def judge(incident: Incident, *, by: int | None, at: datetime, marked: Sequence[str] = ()) -> dict[str, Any]:
    """Sort, look for repeats, weigh: each answer is stored with its reasons and comes back as a plain dict.

    {"sorting": {kind, type, confidence, alternatives, abstained, flags, doubt, reasons}, "level": {…} | None,
    "repeats": what `by` may see of earlier quarrels}, reasons as `spoken` keeps them. `by` is who had it judged; the
    answers are the software's own.
    """
    said = weigh(incident, by=by, at=at, marked=marked)
    return said | {"repeats": repeats.told(said["repeats"], by=by, at=at)}


@transaction.atomic
def weigh(
    incident: Incident, *, by: int | None, at: datetime, marked: Sequence[str] = (), ahead: Ahead | None = None
) -> dict[str, Any]:
    """As `judge`, with "repeats" as found in the whole district: nothing to be shown to anybody.

    `marked`: circumstances that a person ticked; they count for the level like what is read in the text, and what the
    desk hears makes a level even where the text alone would have none. `ahead`: what was found before the report was
    written down in this transaction, in no dispute yet.
    """
    if ahead is not None:
        judged = beside(incident, None, at=at, marked=marked, ahead=ahead)
        many.put_together(judged.rows, judged.pairs)
        record(incident.stream, "judged", by=by, at=at, **judged.event)
        return judged.said
    held = in_force(at)
    found = learned.sorted_by(held, incident.narrative)
    hits = repeats.look(incident, held=held)
    dispute = _dispute_of(incident)
    facts = levels.facts_marked(marked)
    recorded = levels.on_record(dispute, at) if dispute and (found.kind in levels.KINDS or facts) else {}
    # what a person has just ticked outweighs what the record leaves unknown
    kept, level = judgements(incident, found, dispute, recorded | facts, at=at, held=held, ticked=bool(facts))
    many.put([*kept, repeats.judgement(incident, hits, at=at, held=held)])
    repeats.queue(incident, hits, at=at, source="door")
    record(incident.stream, "judged", by=by, at=at, **event(found, level, facts))
    return _said(kept, level, hits)


@dataclass(frozen=True)
class Judged:
    """What triage says of a report that comes to stand: rows beside it, its event ("judged"), what `weigh` gives."""

    rows: Sequence[Judgement]
    pairs: Sequence[RepeatPair]
    event: Mapping[str, Any]
    said: dict[str, Any]


def beside(
    incident: Incident, newer: Sequence[int] | None, *, at: datetime, marked: Sequence[str], ahead: Ahead
) -> Judged:
    """As `weigh` of a report that this transaction writes down, in no dispute yet; nothing is stored.

    Nobody can have spoken about its pairs. `newer`: the ids of those that came in since `ahead` was looked for, where
    they are known.
    """
    held, hits, facts = ahead.held, ahead.completed(incident, newer), levels.facts_marked(marked)
    kept, level = judgements(incident, ahead.sorted, None, facts, at=at, held=held, ticked=bool(facts))
    rows = [*kept, repeats.judgement(incident, hits, at=at, held=held)]
    pairs = repeats.pairs(incident, hits, at, "door")
    return Judged(rows, pairs, event(ahead.sorted, level, facts), _said(kept, level, hits))


def _said(kept: Sequence[Judgement], level: levels.Level | None, hits: Sequence[Found]) -> dict[str, Any]:
    return {
        "sorting": kept[0].answer | {"reasons": kept[0].reasons},
        "level": kept[1].answer | {"reasons": kept[1].reasons} if level else None,
        "repeats": hits,
    }


def judgements(
    incident: Incident, found: sorting.Sorted, dispute: Dispute | None, facts: Mapping[str, Any], *, at: datetime,
    held: InForce, ticked: bool = False,
) -> tuple[list[Judgement], levels.Level | None]:  # fmt: skip
    """What is kept of the type and, where it has one, of the level, not yet stored; and the level.

    `facts`: of the dispute's record and of what a person `ticked`.
    """
    level = None
    if found.kind in levels.KINDS or ticked:
        level = levels.suggested(found.flags, facts, at=timezone.localtime(at), params=held.scorecard)
    version = held.marked(ParameterKind.THRESHOLDS, found.version)
    spoke = [spoken.reason(one) for one in found.reasons]
    kept = [_row("sorting", incident, None, sorting_answer(found), spoke, version, at)]
    if level is not None:
        version = held.version(ParameterKind.SCORECARD, levels.version())
        kept.append(_row("level", incident, dispute, level_answer(level), level.reasons, version, at))
    return kept, level


def event(found: sorting.Sorted, level: levels.Level | None, marked: Iterable[str] = ()) -> dict[str, Any]:
    """What the ledger keeps of it."""
    return {
        "sorting": found.label.value, "abstained": found.abstained, "flags": [flag.code.value for flag in found.flags],
        "level": level.level if level else None, "marked": sorted(marked),
    }  # fmt: skip


def sorting_answer(found: sorting.Sorted) -> dict[str, Any]:
    """A suggestion as it is stored: codes and shares; `spoken` says what of it is said."""
    return {
        "kind": found.kind,
        "type": found.type or "",
        "confidence": round(found.confidence, 3),
        "alternatives": [
            {"kind": c.label.kind, "type": c.label.type or "", "confidence": round(c.confidence, 3)}
            for c in found.alternatives
        ],
        "abstained": found.abstained,
        "doubt": spoken.doubt(found),
        "flags": [spoken.flag(flag) for flag in found.flags],
    }


def level_answer(level: levels.Level) -> dict[str, Any]:
    return {
        "level": level.level,
        "points": level.points,
        "floor": level.floor,
        "lines": [list(line) for line in level.counted],
        "expires_on": level.expires_at.date().isoformat(),
    }


def _dispute_of(incident: Incident) -> Dispute | None:
    """What whoever asks may see of it; `repeats.look` has looked whether there is any."""
    if not incident.live_links:  # type: ignore[attr-defined]
        return None
    link = IncidentLink.objects.filter(incident=incident, unlinked_at__isnull=True).select_related("dispute").first()
    return link.dispute if link else None


def _row(
    what: str,
    incident: Incident,
    dispute: Dispute | None,
    answer: Any,
    reasons: list[spoken.Kept],
    version: str,
    at: datetime,
) -> Judgement:
    return Judgement(
        what=what, incident=incident, dispute=dispute, answer=answer, reasons=reasons, params_version=version, at=at
    )


@transaction.atomic
def confirm(
    incident: Incident, *, by: int, at: datetime, handled: bool = False, suggested: Judgement | None = None
) -> Judgement:
    """A person takes the suggested kind and type: at the desk (`reported_*`), or after handling (`confirmed_*`)."""
    standing = suggested or queries.latest(incident, "sorting")
    if standing is None:
        raise Refused("judgement_nothing")
    kind, code = standing.answer["kind"], standing.answer["type"]
    _check_label(kind, code, at)
    return _settle(incident, kind, code, by=by, at=at, handled=handled, standing=standing, overruled=False, why="")


@transaction.atomic
def overrule(
    incident: Incident,
    *,
    kind: str,
    type_code: str,
    why: str,
    by: int,
    at: datetime,
    handled: bool = False,
) -> Judgement:
    """A person says another kind or type, and why; the suggestion stays beside it."""
    standing = queries.latest(incident, "sorting")
    if standing is None:
        raise Refused("judgement_nothing")
    _check_label(kind, type_code, at)
    if (kind, type_code) == (standing.answer["kind"], standing.answer["type"]):
        raise Refused("judgement_same")
    if not why.strip():
        raise Refused("judgement_why_missing")
    if len(why) > WHY_LONGEST:
        raise Refused("judgement_too_long")
    return _settle(incident, kind, type_code, by=by, at=at, handled=handled, standing=standing, overruled=True, why=why)


@transaction.atomic
def decide(
    incident: Incident,
    *,
    kind: str,
    type_code: str,
    by: int,
    at: datetime,
    why: str = "",
    handled: bool = False,
) -> Judgement:
    """Whatever a form brings: agrees with the suggestion, or overrules it (then `why` is owed)."""
    standing = queries.latest(incident, "sorting")
    if standing and (kind, type_code) == (standing.answer["kind"], standing.answer["type"]):
        return confirm(incident, by=by, at=at, handled=handled, suggested=standing)
    return overrule(incident, kind=kind, type_code=type_code, why=why, by=by, at=at, handled=handled)


@transaction.atomic
def decide_level(
    incident: Incident, dispute: Dispute, level: int, *, by: int, at: datetime, why: str = ""
) -> Judgement:
    """A person's word on how grave it is; another level than the suggested one owes `why`. Whoever asks sorts by it."""
    standing = queries.latest(incident, "level")
    other = standing is not None and standing.answer["level"] != level
    if other and not why.strip():
        raise Refused("judgement_why_missing")
    if len(why) > WHY_LONGEST:
        raise Refused("judgement_too_long")
    return Judgement.objects.create(
        what="level", incident=incident, dispute=dispute, answer={"level": level}, by_id=by, at=at,
        params_version=standing.params_version if standing else levels.version(), overrules=standing if other else None,
        why=why.strip(),
    )  # fmt: skip


def _check_label(kind: str, code: str, at: datetime) -> None:
    if kind not in KINDS:
        raise Refused("judgement_unknown_kind", kind=kind)
    if kind != "dispute" and code:
        raise Refused("judgement_type_of_none")
    if kind == "dispute" and not code:
        raise Refused("judgement_type_missing")
    if code and not queries.type_in_force(code, timezone.localdate(at)):
        raise Refused("judgement_unknown_type", type=code)


def _settle(
    incident: Incident, kind: str, code: str, *, by: int, at: datetime, handled: bool, standing: Judgement,
    overruled: bool, why: str,
) -> Judgement:  # fmt: skip
    stage = "confirmed" if handled else "reported"
    before = {"kind": getattr(incident, f"{stage}_kind"), "type": getattr(incident, f"{stage}_type")}
    columns = {f"{stage}_kind": kind, f"{stage}_type": code}
    Incident.objects.filter(pk=incident.pk).update(version=F("version") + 1, **columns)
    incident.refresh_from_db(fields=[*columns, "version"])
    made = Judgement.objects.create(
        what="sorting", incident=incident, answer={"kind": kind, "type": code, "stage": stage},
        params_version=standing.params_version,
        by_id=by, at=at, overrules=standing if overruled else None, why=why.strip(),
    )  # fmt: skip
    verb = "sorting_overruled" if overruled else "sorting_confirmed"
    record(incident.stream, verb, by=by, at=at, why=why.strip(), before=before, after={"kind": kind, "type": code},
           stage=stage, suggested=standing.pk)  # fmt: skip
    return made
