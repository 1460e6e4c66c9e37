"""Earlier reports that may be of the same quarrel: found by keys in the database, compared by `decide.linkage`.

The search itself sees the whole district (a quarrel does not end at a village's border); what a viewer is told of it is
for `repeats` to decide. Names are opened in memory only. A confidential caller is neither compared nor named.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from time import monotonic
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Prefetch, prefetch_related_objects

from twinloop.cases import sealing
from twinloop.cases.models import Incident, IncidentLink, Party
from twinloop.decide import linkage
from twinloop.decide.linkage import narrative
from twinloop.decide.linkage.vocabulary import BOILERPLATE, COMMON, SURNAMES
from twinloop.edge import searchkeys
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.places.models import Place
from twinloop.triage import learned
from twinloop.triage.repeats_ready import CHINA, Row, as_report, prepared

MOST = 30  # rows of each way in
NAMES = 20  # names that are read off a text, at most
WORDS = 12  # rarest pairs of characters that are looked for
COUNTED = HELD_IN_FULL = 800  # newest reports that say how common words are; a count of fewer holds for less
FRESH = 3600.0  # seconds that a full count of common words holds
LATER = 400  # ids after which a batch has it counted again: it may be of another kind than all before
WATCHED = ("volunteer", "village_post", "patrol")  # who tells it watches for the district, and is no side of it
_STOCK = COMMON | BOILERPLATE


@dataclass(frozen=True)
class Asked:
    """What is known of the report that is asked about; `incident` where it is stored already."""

    text: str
    at: datetime
    phone: str = ""
    place: Place | None = None
    address: str = ""
    parties: tuple[linkage.Person, ...] = ()
    incident: int | None = None

    def report(self) -> linkage.Report:
        code = self.place.code if self.place else ""
        return linkage.Report("?", self.at.astimezone(CHINA), self.text, self.phone, code, self.address, self.parties)


@dataclass(frozen=True)
class Found:
    """An earlier report, the dispute it belongs to (if any), and what the comparison says.

    `is_likely`: as good as the same quarrel by the thresholds of the day.
    """

    incident: int
    dispute: int | None
    link: linkage.Link
    is_likely: bool = False


def found(asked: Asked, *, least: float, params: linkage.Params = linkage.DEFAULTS) -> list[Found]:
    """One per quarrel, the likeliest first, from probability `least` on."""
    return found_and_newest(asked, least=least, params=params)[0]


def found_and_newest(asked: Asked, *, least: float, params: linkage.Params) -> tuple[list[Found], int]:
    """As `found`, and the id of the newest report that was there to be found."""
    rows = _read(_FOUND, _keys(asked))
    model, newest, *_first = rows[0]
    learned.tell(model)
    return _judged(asked, [row[2:] for row in rows if row[2] is not None], least, params), newest


def found_newer(
    asked: Asked, upto: int, *, least: float, params: linkage.Params, ids: Sequence[int] | None = None
) -> list[Found]:
    """As `found`, among the reports written down after `upto` (an id), other than the asked one; mostly none.

    `ids`: which they are, where that is known.
    """
    if ids is None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT triage_repeat_newer(%s, %s)", [upto, asked.incident])
            (ids,) = cursor.fetchone()
    if not ids:
        return []
    with see_as(SYSTEM):
        return _judged(asked, _read(_REPORTS, [list(ids)]), least, params)


def _judged(asked: Asked, rows: list[Row], least: float, params: linkage.Params) -> list[Found]:
    rows = sorted([row for row in rows if row[0] != asked.incident], key=itemgetter(1, 0))
    if not rows:
        return []
    disputes = {str(row[0]): row[2] for row in rows}
    earlier = [(prepared(row), f"d{row[2]}" if row[2] else f"i{row[0]}") for row in rows]
    links = linkage.judge(asked.report(), earlier, known=_known(), params=params, least=least)
    return [
        Found(int(li.to), disputes[li.to], li, is_likely=li.probability >= params.join_from)
        for li in links
        if li.probability >= least
    ]


def asked_of(incident: Incident) -> Asked:
    """A stored incident as it is asked about, with the parties of its dispute."""
    return asked_of_each([incident])[0]


def asked_of_each(incidents: Sequence[Incident]) -> list[Asked]:
    """`asked_of` of many, their links and parties read together."""
    with see_as(SYSTEM):
        for incident in incidents:
            vars(incident).pop("live_links", None)  # whoever holds the row may have linked it meanwhile
        prefetch_related_objects(list(incidents), live_links())
        return [_asked(incident, report_of(incident)) for incident in incidents]


def _asked(incident: Incident, report: linkage.Report) -> Asked:
    return Asked(
        report.text, report.received_at, report.phone, incident.place, report.address, report.parties, incident.pk
    )


def found_of(
    incidents: Sequence[Incident], *, least: float, params: linkage.Params = linkage.DEFAULTS
) -> list[list[Found]]:
    """`found` of many stored incidents: their candidates are looked for in one statement, and read in another."""
    asked = asked_of_each(incidents)
    with see_as(SYSTEM):
        _known(max((one.pk for one in incidents), default=0))
        with connection.cursor() as cursor:
            cursor.execute(_EACH, [json.dumps([{"n": n} | _keys(one) for n, one in enumerate(asked)], default=str)])
            near = dict(cursor.fetchall())
        rows = {row[0]: row for row in _read(_REPORTS, [sorted({pk for ids in near.values() for pk in ids})])}
        return [_judged(one, [rows[pk] for pk in near[n] if pk in rows], least, params) for n, one in enumerate(asked)]


def asked_new(text: str, at: datetime, caller: sealing.Identity, place: Place | None, address: str) -> Asked:
    """A report about to be written down, as `asked_of` will read it; `caller` of a confidential one is empty."""
    parties = (linkage.Person(caller.name, "", caller.phone),) if caller.name else ()
    return Asked(text, at, caller.phone, place, address, parties)


def live_links() -> Prefetch[str]:
    parties = Prefetch("dispute__parties", Party.objects.filter(removed_at__isnull=True), to_attr="live_parties")
    links = IncidentLink.objects.filter(unlinked_at__isnull=True).select_related("dispute").prefetch_related(parties)
    return Prefetch("links", links, to_attr="live_links")


_REPORTS = "SELECT * FROM triage_repeat_read(%s::bigint[])"
# looks at the whole district by itself; the model that sorts and the newest id stand before each row, alone where
# nothing is met
_FOUND = f"""SELECT ({learned.VERSION}), f.* FROM triage_repeat_found(%(numbers)s::uuid[], %(names)s::uuid[],
    %(here)s::bigint, %(above)s::bigint, %(address)s::text, %(words)s::text[], %(shares)s::float8[],
    %(at)s::timestamptz, %(most)s::int) AS f"""  # noqa: S608 - our own text
_EACH = """SELECT asked.n, ARRAY(SELECT DISTINCT * FROM triage_repeat_candidates(asked.numbers, asked.names, asked.here,
    ARRAY(SELECT id FROM places_place WHERE id = asked.here OR parent_id = asked.above), asked.address, asked.words,
    asked.shares, asked.at, asked.most))
    FROM jsonb_to_recordset(%s) AS asked (n integer, numbers uuid[], names uuid[], here bigint, above bigint,
    address text, words text[], shares float8[], at timestamptz, most integer)"""


def _keys(asked: Asked) -> dict[str, Any]:
    """What is looked for: the township's communities are those beside the place, or below it."""
    words, shares = rare_words(asked)
    place = asked.place
    above = (place.parent_id if place.kind == Place.Kind.COMMUNITY else place.pk) if place else None
    return {
        "numbers": _number_keys(asked), "names": _name_keys(asked), "here": place.pk if place else None,
        "above": above, "address": searchkeys.address_key(asked.address), "words": words, "shares": shares,
        "at": asked.at, "most": MOST,
    }  # fmt: skip


def _read(sql: str, given: list[Any] | dict[str, Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        rows: list[Row] = cursor.fetchall()
    return rows


def dispute_of(incident: Incident) -> int | None:
    """Where it lives on, one merge away at most: a merge of a merge is followed when it is joined."""
    links: list[IncidentLink] = incident.live_links  # type: ignore[attr-defined]
    return (links[0].dispute.merged_into_id or links[0].dispute_id) if links else None


def report_of(incident: Incident) -> linkage.Report:
    """An incident for the comparison, names and numbers opened."""
    links: list[IncidentLink] = incident.live_links  # type: ignore[attr-defined]
    parties = [_person(party) for link in links for party in link.dispute.live_parties]  # type: ignore[attr-defined]
    name, phone = "", ""
    if not incident.caller_is_confidential and incident.channel not in WATCHED:
        name = sealing.open_(incident.caller_name_sealed, f"incident:{incident.pk}:name")
        phone = sealing.open_(incident.caller_phone_sealed, f"incident:{incident.pk}:phone")
    code = incident.place.code if incident.place else ""
    return as_report(
        incident.pk, incident.received_at, incident.narrative, name, phone, code, incident.address, parties
    )


def _person(party: Party) -> linkage.Person:
    return linkage.Person(
        sealing.open_(party.name_sealed, f"party:{party.pk}:name"),
        sealing.open_(party.id_number_sealed, f"party:{party.pk}:id_number"),
        sealing.open_(party.phone_sealed, f"party:{party.pk}:phone"),
    )


def _number_keys(asked: Asked) -> list[UUID]:
    phones = {asked.phone, *(party.phone for party in asked.parties)} - {""}
    ids = {party.id_number for party in asked.parties} - {""}
    return [sealing.key("phone", phone) for phone in phones] + [sealing.key("id_number", number) for number in ids]


def _name_keys(asked: Asked) -> list[UUID]:
    """Whole names, as written and by sound: of the parties, and of what in the text may be a name."""
    names = list(dict.fromkeys([*(party.name for party in asked.parties), *_names_in(asked.text)]))[:NAMES]
    forms = {form for name in names for form in (searchkeys.name_key(name), *searchkeys.name_sounds(name)) if form}
    return sealing.name_keys(sorted(forms))


def _names_in(text: str) -> Iterable[str]:
    for start, char in enumerate(text):
        if char in SURNAMES:
            for size in (3, 2):
                piece = text[start : start + size]
                if len(piece) == size and all("\u4e00" <= c <= "\u9fff" for c in piece) and piece not in COMMON:
                    yield piece


def rare_words(asked: Asked) -> tuple[list[str], list[float]]:
    return rarest(asked.text, asked.at, _known())


def rarest(text: str, at: datetime, known: linkage.Background) -> tuple[list[str], list[float]]:
    """The rarest pairs of characters of a text, the rarest first, and in what share of the reports each stands."""
    pairs = [term for term in narrative.read(text, at.astimezone(CHINA)).terms if len(term) == 2 and term not in _STOCK]
    shares = sorted(zip(known.term_shares(pairs), pairs, strict=True))[:WORDS]
    return [term for _, term in shares], [share for share, _ in shares]


_counted: dict[str, tuple[float, int, linkage.Background]] = {}  # by database: when, by the steady clock; newest id


def _known(upto: int = 0) -> linkage.Background:
    """How common words and places are among the newest reports; counted once an hour and process. No names in it.

    The hour is the process's own: reports of past years, compared in any order, must not make it count each time. While
    a district is new what everybody says is taken for rare, so a count of few holds for less: of 100 for one minute.
    """
    database = str(connection.settings_dict["NAME"])
    made = _counted.get(database)
    held = FRESH * min(1, made[2].total / HELD_IN_FULL) ** 2 if made else 0
    if made is None or monotonic() - made[0] >= held or upto >= made[1] + LATER:
        known = linkage.Background()
        newest = Incident.objects.order_by("-received_at", "-id").select_related("place")[:COUNTED]
        last = Incident.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        for row in newest:
            code = row.place.code if row.place else ""
            known.add(linkage.profile(linkage.Report("", row.received_at, row.narrative, "", code, row.address)))
        made = _counted[database] = (monotonic(), last, known)
    return made[2]
