"""What the desk sees while a report is typed: who rings, what was here before; what came of it. Masked, in scope."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Prefetch, QuerySet

from twinloop.cases import sealing, visibility
from twinloop.cases.actions.clocking import RUNNING
from twinloop.cases.actions.looking import MAY_OPEN, MAY_OPEN_CONFIDENTIAL
from twinloop.cases.models import Clock, Dispute, Incident, IncidentLink, Party
from twinloop.cases.queries import shown_type_names, types
from twinloop.cases.words import CHANNELS, KINDS
from twinloop.decide import Refused
from twinloop.decide.clocks import RuleCode
from twinloop.edge import searchkeys
from twinloop.edge.identity import IdentityRefused
from twinloop.edge.masks import mask_text
from twinloop.edge.phones import PhoneKind, check_phone
from twinloop.intake.doors import words
from twinloop.intake.doors.models import Handover, Named, Notice, Report
from twinloop.ledger.sight import Scope
from twinloop.people.models import Unit
from twinloop.places.models import Place

SHOWN, ASKED, PEOPLE = 6, 60, 40
NEARBY = timedelta(days=90)
HEAVY_CALLS, HEAVY_MATTERS = 5, 3  # ours: in 90 days, in a year


@dataclass(frozen=True)
class Past:
    """An earlier report or dispute; `dispute` is the number under which this one may join."""

    at: datetime
    text: str
    kind: str
    number: str
    dispute: str
    title: str


@dataclass(frozen=True)
class History:
    """`quarter`, `year`: reports of this number; `matters`: how many different disputes they belong to."""

    rows: Sequence[Past]
    quarter: int
    year: int
    matters: int

    @property
    def is_heavy(self) -> bool:
        """Rings often and about different things: the number alone says little about what is one quarrel."""
        return self.quarter >= HEAVY_CALLS or self.matters >= HEAVY_MATTERS


def history(scope: Scope, typed: str, *, at: datetime) -> History | None:
    """What a whole telephone number reported before, newest first; None while it is no number of a person.

    Callers who asked for confidence are counted for those only who may open them.
    """
    phone = _phone(typed)
    if not phone or not scope.has(*MAY_OPEN):
        return None
    keys = [sealing.key("phone", phone)]
    calls = list(_with_disputes(_callers(scope, keys), scope))
    named = _named(scope, keys, {row.pk for row in calls})
    shown = sorted([*map(_past, calls), *named], key=lambda past: past.at, reverse=True)
    matters = {link.dispute_id for row in calls for link in _links(row)}
    year = [row for row in calls if row.received_at > at - timedelta(days=365)]
    quarter = sum(row.received_at > at - NEARBY for row in year)
    return History(shown[:SHOWN], quarter, len(year), len(matters))


def _phone(typed: str) -> str:
    try:
        phone = check_phone(typed)
    except IdentityRefused:
        return ""
    return "" if phone.kind in (PhoneKind.SHORT, PhoneKind.SERVICE) else phone.value


def _found(function: str, *args: Any) -> list[int]:
    """Ids from a function of cases.0004: blind keys are looked up by index there, within what `scope` may see."""
    marks = ", ".join(["%s::uuid[]", *["%s"] * (len(args) - 1)])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {function}({marks})", list(args))  # noqa: S608 (names of this module)
        return [row[0] for row in cursor.fetchall()]


def _callers(scope: Scope, keys: list[uuid.UUID]) -> QuerySet[Incident]:
    ids = _found("cases_find_callers", keys, scope.has(*MAY_OPEN_CONFIDENTIAL), ASKED)
    return visibility.incidents(scope).filter(pk__in=ids)


def _with_disputes(rows: QuerySet[Incident], scope: Scope) -> QuerySet[Incident]:
    live = IncidentLink.objects.filter(unlinked_at=None, dispute__in=visibility.disputes(scope))
    links = Prefetch("links", live.select_related("dispute"), to_attr="live_links")
    return rows.select_related("place").prefetch_related(links).order_by("-received_at", "-id")


def _links(row: Incident) -> list[IncidentLink]:
    found: list[IncidentLink] = row.live_links  # type: ignore[attr-defined]
    return found


def _named(scope: Scope, keys: list[uuid.UUID], called: set[int]) -> list[Past]:
    """Disputes in which the number stands as a party's, without a call of its own."""
    ids = _found("cases_find_parties", keys, PEOPLE)
    parties = Party.objects.filter(pk__in=ids).values("dispute")
    disputes = visibility.disputes(scope).filter(pk__in=parties).exclude(links__incident__in=called)
    names = shown_type_names()
    return [
        Past(d.registered_at, mask_text(d.title), names.get(d.type_code, ""), "", d.number, mask_text(d.title))
        for d in disputes.order_by("-registered_at")[:SHOWN]
    ]


def _past(row: Incident) -> Past:
    links = _links(row)
    dispute = links[0].dispute if links else None
    text = mask_text(row.narrative)[:200]
    return Past(
        row.received_at,
        text if len(text) <= 60 else f"{text[:60]}…",
        str(KINDS[row.confirmed_kind or row.reported_kind]),
        row.number,
        dispute.number if dispute else "",
        mask_text(dispute.title) if dispute else "",
    )


def nearby(scope: Scope, place: Place | None, address: str, *, at: datetime) -> list[Past]:
    """What was reported at the same address, then in the same place, within 90 days."""
    if place is None:
        return []
    rows = visibility.near_incidents(scope).filter(place=place, received_at__gt=at - NEARBY)
    key = searchkeys.address_key(address)
    found: list[Incident] = []
    if key:
        found = list(_with_disputes(rows.filter(address_key=key), scope)[:SHOWN])
    more = rows.exclude(pk__in=[row.pk for row in found])
    return [_past(row) for row in [*found, *_with_disputes(more, scope)[: SHOWN - len(found)]]]


def joined(number: str, scope: Scope) -> Dispute | None:
    """The visible dispute that somebody chose; None where nothing was chosen. Raises `Refused`."""
    number = number.strip().upper()
    if not number:
        return None
    is_number = re.fullmatch(r"JF[0-9]{6}-[0-9]{3,6}", number, re.ASCII)
    found = visibility.disputes(scope).filter(number=number).first() if is_number else None
    if found is None:
        raise Refused("door_dispute_unknown", field="dispute", number=number[:20])
    return found


# --- what came of it


@dataclass(frozen=True)
class Outcome:
    """One report after it was written down."""

    incident: Incident
    channel: str
    kind: str
    text: str
    report: Report | None
    flags: Sequence[str]
    named: Sequence[Named]
    dispute: Dispute | None
    is_linked: bool
    is_first: bool
    transfer: Clock | None
    petition: Clock | None


def seen(scope: Scope, number: str) -> Incident | None:
    return visibility.incidents(scope).filter(number=number).select_related("place__parent", "station").first()


def outcome(incident: Incident, scope: Scope) -> Outcome:
    link = IncidentLink.objects.filter(incident=incident, unlinked_at=None).select_related("dispute").first()
    dispute = visibility.disputes(scope).filter(pk=link.dispute_id).first() if link else None
    report = Report.objects.filter(incident=incident).first()
    clocks = Clock.objects.filter(RUNNING).order_by("pk")
    return Outcome(
        incident,
        str(CHANNELS[incident.channel]),
        kind_of(incident),
        mask_text(incident.narrative),
        report,
        [str(words.FLAGS[flag]) for flag in report.flags] if report else [],
        list(Named.objects.filter(incident=incident)),
        dispute,
        link is not None,
        bool(link and link.dispute.registered_at == incident.registered_at),
        clocks.filter(incident=incident, rule=RuleCode.TRANSFER).first(),
        clocks.filter(dispute=dispute, rule=RuleCode.PETITION_ACCEPT).first() if dispute else None,
    )


def kind_of(incident: Incident) -> str:
    code = incident.confirmed_type or incident.reported_type
    kind = str(KINDS[incident.confirmed_kind or incident.reported_kind])
    return " · ".join(filter(None, (kind, shown_type_names().get(code, code))))


def notices(incident: Incident) -> list[Notice]:
    found = list(Notice.objects.filter(incident=incident).select_related("by"))
    for notice in found:
        notice.text = mask_text(notice.text)
    return found


def handovers(incident: Incident) -> list[Handover]:
    found = list(Handover.objects.filter(incident=incident).select_related("to_unit", "sent_by"))
    for handover in found:
        handover.why = mask_text(handover.why)
    return found


def agency_rows() -> QuerySet[Unit]:
    return Unit.objects.filter(kind=Unit.Kind.AGENCY, closed_on__isnull=True).order_by("code")


def type_choices(at: datetime) -> list[tuple[str, str]]:
    return [(known.code, f"{known.code} {known.name}") for known in types(at.date())]
