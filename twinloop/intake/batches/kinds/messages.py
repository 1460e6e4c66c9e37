"""Citizen messages of a mayor's mailbox or 12345: one message, one incident; the answer is its feedback."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from twinloop.cases import actions, sealing
from twinloop.intake.batches import typed
from twinloop.intake.batches.columns import Columns
from twinloop.intake.batches.kinds import undoing
from twinloop.intake.batches.kinds.placing import district
from twinloop.intake.batches.records import Acting, Facts, Form, Reader

PREFIX = "留言"  # bare numbers of two systems may meet
COLUMNS = Columns(
    number="number",
    fields={
        "number": ("留言编号", "msg_id", "编号"),
        "at": ("留言时间", "time", "时间"),
        "title": ("标题", "title", "留言主题", "主题"),
        "body": ("内容", "body", "留言详情", "留言内容"),
        "name": ("留言人", "name"),
        "phone": ("联系电话", "phone", "电话"),
        "address": ("地址", "address"),
        "reply": ("答复意见", "reply", "答复内容"),
        "replied_at": ("答复时间", "reply_time"),
        "category": ("一级分类", "一级标签", "category"),
    },
    required=("number", "at", "title", "body"),
)


def read_message(row: Reader) -> Facts:
    at = row.take("at", typed.moment, row.now, needed=True)
    replied = row.take("replied_at", typed.moment, row.now)
    reply, title, body = (row.cells.get(of, "") for of in ("reply", "title", "body"))
    if not body:
        row.fault("body", "empty")
    if at and replied and replied < at:
        row.fault("replied_at", "moment_order", earlier=COLUMNS.name("at"))
    return row.done({
        "number": row.take("number", typed.number, 30, needed=True),
        "at": at and at.isoformat(),
        "narrative": body if not title or title in body else f"{title}\n{body}",
        "name": row.take("name", typed.name) or "",
        "phone": row.take("phone", typed.phone) or "",
        "address": row.take("address", typed.limited, 200) or "",
        "reply": reply,
        "replied_at": replied and replied.isoformat(),
        "category": row.take("category", typed.limited, 40) or "",
    })  # fmt: skip


def write_messages(records: Sequence[Facts], acting: Acting) -> list[int]:
    where = district()
    reports = []
    for facts in records:
        place = where.place("", facts["address"] or facts["narrative"][:80])
        at = datetime.fromisoformat(facts["at"])
        reports.append(actions.Report(
            channel="import", narrative=facts["narrative"], reported_at=at, received_at=at,
            outside_number=PREFIX + facts["number"], place=place, station=where.station(place),
            address=facts["address"], caller=sealing.Identity(name=facts["name"], phone=facts["phone"]),
        ))  # fmt: skip
    source = {"batch": acting.batch}
    ids = actions.register_incidents(reports, by=acting.by, at=acting.at, source=source)
    told = [
        actions.Told(incident=pk, outside_number="", at=datetime.fromisoformat(facts["replied_at"] or facts["at"]),
                     text=facts["reply"])
        for pk, facts in zip(ids, records, strict=True) if facts["reply"]
    ]  # fmt: skip
    actions.bring_feedbacks(told, by=acting.by, at=acting.at, source=source)
    return ids


FORM = Form("message", COLUMNS, read_message, write_messages, undoing.incidents, moment="at")
