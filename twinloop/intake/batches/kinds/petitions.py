"""信访积案: each becomes a dispute of origin `backlog`, with the clocks that are still owed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from twinloop.cases import sealing
from twinloop.cases.actions.registering import add_party, open_dispute
from twinloop.intake.batches import typed
from twinloop.intake.batches.columns import Columns
from twinloop.intake.batches.kinds import undoing
from twinloop.intake.batches.kinds.placing import district
from twinloop.intake.batches.records import Acting, Facts, Form, Reader
from twinloop.intake.petitions import actions as petitions
from twinloop.intake.petitions.models import Petition
from twinloop.places.models import Place

COLUMNS = Columns(
    number="number",
    fields={
        "number": ("信访件编号", "petition_no", "信访编号", "编号"),
        "received_on": ("收到日期", "received_on", "登记日期", "信访日期", "登记时间"),
        "title": ("事项", "title", "标题", "信访事项", "案由"),
        "focus": ("诉求", "focus", "内容", "主要诉求"),
        "started_on": ("起始日期", "started_on", "纠纷起始日期"),
        "accepted_on": ("受理日期", "accepted_on", "受理时间"),
        "answered_on": ("答复日期", "answered_on", "办结日期"),
        "name": ("信访人", "name", "姓名"),
        "id_number": ("身份证号", "id_number", "身份证号码"),
        "phone": ("联系电话", "phone", "电话"),
        "address": ("住址", "address", "地址"),
        "other": ("对方", "other_party", "被反映人", "被反映单位"),
        "place": ("属地", "place", "所在村社区", "行政区划"),
    },
    required=("number", "received_on", "title"),
)


def read_petition(row: Reader) -> Facts:
    received = row.take("received_on", typed.day, row.now, needed=True)
    days: dict[str, date | None] = {of: row.take(of, typed.day, row.now) for of in ("accepted_on", "answered_on")}
    for of, found in days.items():
        if received and found and found < received:
            row.fault(of, "moment_order", earlier=COLUMNS.name("received_on"))
    started = row.take("started_on", typed.day, row.now) or received
    return row.done({
        "number": row.take("number", typed.number, needed=True),
        "received_on": received and received.isoformat(),
        "started_on": started and started.isoformat(),
        **{of: found and found.isoformat() for of, found in days.items()},
        "title": row.take("title", typed.limited, 80, needed=True),
        "focus": row.take("focus", typed.limited, 200) or "",
        "name": row.take("name", typed.name) or "",
        "id_number": row.take("id_number", typed.id_number, row.now.date()) or "",
        "phone": row.take("phone", typed.phone) or "",
        "address": row.take("address", typed.limited, 200) or "",
        "other": row.take("other", typed.name) or "",
        "place": row.cells.get("place", ""),
    })  # fmt: skip


def write_petitions(records: Sequence[Facts], acting: Acting) -> list[int]:
    where = district()
    found = [where.place(f["place"], f["place"] or f["address"]) for f in records]
    places = Place.objects.in_bulk([pk for pk in found if pk])
    return [_one(facts, places.get(pk or 0), acting) for facts, pk in zip(records, found, strict=True)]


def _one(facts: Facts, place: Place | None, acting: Acting) -> int:
    by, at = acting.by, acting.at
    dispute = open_dispute(
        title=facts["title"], by=by, at=at, place=place, origin="backlog", focus=facts["focus"],
        started_on=date.fromisoformat(facts["started_on"]),
    )  # fmt: skip
    if facts["name"]:
        who = sealing.Identity(**{of: facts[of] for of in ("name", "id_number", "phone", "address")})
        add_party(dispute, who, side="a", by=by, at=at, is_reporter=True)
    if facts["other"]:
        add_party(dispute, sealing.Identity(name=facts["other"]), side="b", by=by, at=at)
    petitions.register(dispute, _given(facts), by=by, at=at)
    return dispute.pk


def _given(facts: Facts) -> petitions.Given:
    days = {of: date.fromisoformat(facts[of]) if facts[of] else None for of in ("accepted_on", "answered_on")}
    # a number that is in the register stays with the petition that holds it; the row itself is kept
    number = "" if Petition.objects.filter(number=facts["number"]).exists() else facts["number"]
    received = date.fromisoformat(facts["received_on"])
    return petitions.Given(received_on=received, source="transferred", number=number, **days)


FORM = Form("petition", COLUMNS, read_petition, write_petitions, undoing.disputes)
