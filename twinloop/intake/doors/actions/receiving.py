"""One verb for every door: a report is checked, written down under a number, tied where a person said so, judged."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import DataError, IntegrityError, ProgrammingError
from django.db.models import Model

from twinloop.cases import actions as cases
from twinloop.cases import sealing
from twinloop.cases.held import settings_held
from twinloop.cases.models import Dispute, Incident
from twinloop.decide import Refused
from twinloop.decide.clocks import RuleCode
from twinloop.intake.doors import judging
from twinloop.intake.doors.actions.tying import join, open_from
from twinloop.intake.doors.checking import Checked, Known, Said, check
from twinloop.intake.doors.models import Named, Report
from twinloop.ledger import many
from twinloop.ledger.actions import record
from twinloop.ledger.whole import is_acting, whole
from twinloop.people.models import Account
from twinloop.triage.actions import Judged
from twinloop.triage.ahead import Ahead
from twinloop.triage.judging import judge, judge_beside

ONCE = "cases_incident_outside_once"
log = logging.getLogger(__name__)


def receive(said: Said, **how: Any) -> Incident:
    """As `take_in`; the incident alone."""
    return take_in(said, **how)[0]


@settings_held()
def take_in(
    said: Said,
    *,
    door: str,
    by: int | None,
    at: datetime,
    dispute: Dispute | None = None,
    opens: bool = False,
    title: str = "",
) -> tuple[Incident, dict[str, Any] | None]:
    """Write `said` down; gives the incident, and what triage said of it (None where it said so before, or failed).

    It joins `dispute` where one was chosen, or `opens` one of its own under `title` ("": made).

    A report with an outside number that stands already gives back that incident where the content is the same; with
    other content it raises `Refused("door_outside_taken")`. A petition always has its dispute.
    """
    given = check(said, door, at=at)
    if (known := _known(given)) is not None:
        return known, None
    alone = dispute is None and not opens and door != "petition"
    ahead = judging.look_ahead(given, at=at) if alone else None
    try:
        if ahead is not None and not is_acting() and (done := _at_once(given, door, ahead, by=by, at=at)) is not None:
            return done
        with whole():
            incident = _write(given, door, by=by, at=at)
            _tie(incident, given, door, dispute, opens, title, by=by, at=at)
            return incident, judge(incident, by=by, at=at, marked=given.flags, ahead=ahead)
    except IntegrityError as error:  # another was quicker with the same outside number
        if ONCE not in str(error):
            raise
        if (known := _known(given)) is not None:
            return known, None
        raise Refused("door_outside_elsewhere", field="outside_number", outside=given.outside_number) from error


# what the database takes back when it says so: another try writes nothing twice, as after a lost connection it might
_TAKEN_BACK = (IntegrityError, DataError, ProgrammingError)


def _at_once(
    given: Checked, door: str, ahead: Ahead, *, by: int | None, at: datetime
) -> tuple[Incident, dict[str, Any] | None] | None:
    """A report in no dispute, written down by one statement with all that is said of it.

    None where the database took it back for a reason of its own, which may be what was said: then nothing stands, and
    the report is written down step by step.
    """
    judged: Judged | None = None

    def said_of(incident: Incident, newer: Sequence[int]) -> Iterable[Sequence[Model]]:
        nonlocal judged
        judged = judge_beside(incident, newer, at=at, marked=given.flags, ahead=ahead)
        return (judged.rows, judged.pairs) if judged else ()

    try:
        with whole():
            incident = _write(given, door, by=by, at=at, upto=ahead.upto, beside=said_of)
            _tie(incident, given, door, None, False, "", by=by, at=at)
            if judged is not None:
                record(incident.stream, "judged", by=by, at=at, **judged.event)
    except _TAKEN_BACK as error:
        if ONCE in str(error):
            raise
        log.exception("a report and what was said of it did not come to stand together")
        return None
    return incident, judged.said if judged else None


def _known(given: Checked) -> Incident | None:
    """The incident that stands under the same outside number, if what it says is the same."""
    if not given.outside_number:
        return None
    standing = Incident.objects.select_related("place", "station").filter(outside_number=given.outside_number).first()
    if standing is None:
        return None
    same = (
        standing.narrative == given.text
        and standing.place_id == (given.place.pk if given.place else None)
        and standing.address == given.address
        and standing.channel == given.channel
        and standing.search_keys == sealing.keys(given.caller)
    )
    if not same:
        raise Refused(
            "door_outside_taken", field="outside_number", outside=given.outside_number, number=standing.number
        )
    return standing


def _write(
    given: Checked,
    door: str,
    *,
    by: int | None,
    at: datetime,
    upto: int | None = None,
    beside: Callable[[Incident, Sequence[int]], Iterable[Sequence[Model]]] = lambda _incident, _newer: (),
) -> Incident:
    """`upto` and `beside` as `register_incident` takes them."""
    latitude, longitude = given.position or (None, None)
    incident = cases.register_incident(
        channel=given.channel,
        narrative=given.text,
        reported_at=given.reported_at,
        by=by,
        at=at,
        place=given.place,
        address=given.address,
        caller=cases.Caller(given.caller, given.is_confidential),
        reported_kind=given.kind,
        reported_type=given.type_code,
        recording_no=given.recording_no,
        outside_number=given.outside_number,
        latitude=latitude,
        longitude=longitude,
        upto=upto,
        beside=lambda incident, newer: [
            [Report(incident=incident, door=door, from_unit=given.from_unit, flags=list(given.flags))],
            *beside(incident, newer),
        ],
    )
    masks = _name(incident, given.people)
    record(
        incident.stream, "incident_reported", by=by, at=at, door=door, from_unit=given.from_unit,
        flags=list(given.flags), named=masks,
    )  # fmt: skip
    return incident


def _name(incident: Incident, people: Sequence[Known]) -> list[str]:
    """Write down who was named, sealed; gives their masks."""
    if not people:
        return []
    rows = []
    for pk, known in zip(many.new_ids(Named, len(people)), people, strict=True):
        masked = sealing.masked(known.who)
        sealed = {
            f"{of}_sealed": sealing.seal(getattr(known.who, of), f"named:{pk}:{of}")
            for of in ("name", "phone", "id_number")
        }
        rows.append(Named(
            id=pk, incident=incident, side=known.side, name_masked=masked.name, phone_masked=masked.phone,
            id_number_masked=masked.id_number, is_minor=known.is_minor, **sealed,
        ))  # fmt: skip
    many.put(rows)
    return [row.name_masked for row in rows]


def _tie(
    incident: Incident, given: Checked, door: str, dispute: Dispute | None, opens: bool, title: str, **who: Any
) -> None:
    """`who` is by and at. A transfer that nobody has taken up yet runs against its 24 hours."""
    if dispute is not None:
        join(incident, dispute, **who)
    elif opens or door == "petition":
        open_from(incident, title=title, **who)
    if given.channel == "transfer" and dispute is None and not opens:
        owner = Account.objects.filter(pk=who["by"]).first() if who["by"] else None
        cases.open_clock(RuleCode.TRANSFER, incident=incident, owner=owner, may_wait=True, **who)
