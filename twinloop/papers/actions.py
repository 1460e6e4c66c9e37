"""Taking a paper gives it its number once and is written down each time; putting a template in place of ours."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import translation

from twinloop.cases.models import Dispute, Incident
from twinloop.decide import Refused
from twinloop.decide.clocks import CHINA
from twinloop.ledger.actions import record
from twinloop.papers import dossier, filling, naming, queries, typesetting
from twinloop.papers.kinds import KINDS, Kind
from twinloop.papers.models import Paper, Template
from twinloop.papers.queries import Offer
from twinloop.people.models import Unit

MARK = "演示数据 · 合成"
COMMON = {"today", "moment", "number", "unit", "committee", "names", "parties"}  # every paper may print them
_DRAW = """INSERT INTO papers_series (kind, body, year, last) VALUES (%s, %s, %s, 1)
ON CONFLICT (kind, body, year) DO UPDATE SET last = papers_series.last + 1 RETURNING last"""


@transaction.atomic
def take(
    about: Dispute | Incident, code: str, subject: int, *, by: int, at: datetime, as_word: bool
) -> tuple[bytes, Paper]:
    """The paper as Word or PDF, with every name in the clear: the look is written down. Raises `Refused`."""
    found = queries.offer(about, code, subject)
    if found is None:
        raise Refused("paper_unknown")
    paper = _numbered(about, found, by, at)
    word = _word(about, found, paper.number, at)
    Paper.objects.filter(pk=paper.pk).update(taken=F("taken") + 1, taken_at=at)
    record(
        about.stream, "paper_taken", by=by, at=at, is_look=True, name=str(KINDS[code].name), number=paper.number,
        format="docx" if as_word else "pdf",
    )  # fmt: skip
    return (word if as_word else typesetting.pdf([typesetting.Paper(word, paper.number)], mark=_mark())), paper


@transaction.atomic
def take_dossier(dispute: Dispute, *, by: int, at: datetime) -> bytes:
    """Everything on file as one PDF, in order, with what is missing named on its last page but one."""
    found, files = queries.offers(dispute), queries.evidence(dispute)
    inside = [one for one in found if one.kind.part and one.is_on_file]
    papers = []
    for one in inside:
        paper = one.paper or _numbered(dispute, one, by, at)
        papers.append((Offer(one.kind, one.subject, paper), _word(dispute, one, paper.number, at)))
    lines = queries.lines(found, len(files))
    made = dossier.bind(dispute, papers, files, lines, extra=_today(at), mark=_mark())
    record(dispute.stream, "dossier_taken", by=by, at=at, is_look=True, papers=len(papers), files=len(files))
    return made


def draw(code: str, values: Mapping[str, Any], *, foot: str, at: datetime, as_word: bool) -> bytes:
    """A paper of no single dispute, as Word or PDF; its room gives the values and writes down who took it."""
    content, _own = queries.template(code)
    with translation.override("zh-hans"):
        word = filling.fill(content, dict(_today(at)) | dict(values))
    return word if as_word else typesetting.pdf([typesetting.Paper(word, foot)], mark=_mark())


def _today(at: datetime) -> Mapping[str, Any]:
    return {"today": filling.day(at), "moment": filling.moment(at)}


def _mark() -> str:
    return MARK if settings.DEMO else ""


def _word(about: Dispute | Incident, found: Offer, number: str, at: datetime) -> bytes:
    content, _own = queries.template(found.kind.code)
    with translation.override("zh-hans"):  # the paper is Chinese, whatever the page's language
        values = naming.common(about) | dict(_today(at)) | dict(found.subject.values()) | {"number": number}
        return filling.fill(content, values)


def _numbered(about: Dispute | Incident, found: Offer, by: int, at: datetime) -> Paper:
    if found.paper is not None:
        return found.paper
    number = found.subject.number or _draw(about.station, found.kind, at)
    of = {"incident_id": found.subject.incident} if found.kind.of_incident else {"dispute_id": about.pk}
    try:
        with transaction.atomic():
            paper = Paper.objects.create(
                **of, kind=found.kind.code, subject=found.subject.pk, number=number, made_by_id=by, made_at=at
            )  # fmt: skip
    except IntegrityError:  # somebody was quicker: theirs is the number
        return Paper.objects.get(kind=found.kind.code, subject=found.subject.pk)
    record(about.stream, "paper_numbered", by=by, at=at, name=str(found.kind.name), number=number)
    return paper


def _draw(station: Unit | None, kind: Kind, at: datetime) -> str:
    """The next number of the station's year."""
    year = at.astimezone(CHINA).year
    with connection.cursor() as cursor:
        cursor.execute(_DRAW, [kind.code, station.code if station else "", year])
        serial = cursor.fetchone()[0]
    return f"{station.name if station else ''}{kind.series}字〔{year}〕第{serial}号"


@transaction.atomic
def replace_template(kind: Kind, content: bytes, name: str, why: str, *, by: int, at: datetime) -> Template:
    """From now on papers of this kind are made of `content`. Raises `Refused`, and the old one stays."""
    filling.check(content)
    why = why.strip()[:200]
    if not why:
        raise Refused("template_why")
    now, _own = queries.template(kind.code)
    digest = hashlib.sha256(content).hexdigest()
    if digest == hashlib.sha256(now).hexdigest():
        raise Refused("template_same")
    known = set(queries.values_known(kind.code))
    try:
        asked = filling.tags(content)
    except Refused:
        raise
    except Exception as error:  # docxtpl and lxml each have their own for a file that is no Word file
        raise Refused("template_broken", why=type(error).__name__) from None
    strange = {tag for tag in asked - known - COMMON if not tag.startswith("dispute.")}
    if strange:
        raise Refused("template_tags", tags="、".join(sorted(strange)))
    filling.fill(content, {})  # a loop that is not closed shows here and not in front of the parties
    last = Template.objects.select_for_update(no_key=True).filter(kind=kind.code).order_by("-version").first()
    Template.objects.filter(kind=kind.code, ended_at__isnull=True).update(ended_at=at, ended_by_id=by)
    made = Template.objects.create(
        kind=kind.code, version=last.version + 1 if last else 1, content=content, sha256=digest, name=name[:120],
        why=why, by_id=by, at=at,
    )  # fmt: skip
    record(f"template:{kind.code}", "template_replaced", by=by, at=at, why=why, version=made.version, sha256=digest)
    return made


@transaction.atomic
def restore_template(kind: Kind, *, by: int, at: datetime) -> None:
    """Back to ours; what was in its place is kept."""
    found = Template.objects.filter(kind=kind.code, ended_at__isnull=True)
    if not found.update(ended_at=at, ended_by_id=by):
        raise Refused("template_default")
    record(f"template:{kind.code}", "template_restored", by=by, at=at)
