"""接警单, 处警单, 反馈单 as the 110 system exports them: names or codes of `fields.csv`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from twinloop.cases import actions, sealing
from twinloop.cases.models import Incident, Order
from twinloop.intake.batches import typed
from twinloop.intake.batches.columns import Columns, of_list
from twinloop.intake.batches.kinds import undoing
from twinloop.intake.batches.kinds.placing import district
from twinloop.intake.batches.records import Acting, Facts, Form, Reader
from twinloop.intake.batches.typed import Fault

SILENT = "（接警单没有写报警内容）"  # kept as data, in the language of the form
# what a class of the 110 system is called, where the cell holds a word and no code
_KINDS = {"纠纷": "dispute", "刑事": "crime", "治安": "public_order", "行政": "public_order", "交通": "traffic",
          "求助": "help", "举报": "tipoff", "投诉": "complaint"}  # fmt: skip

CALL = Columns(
    number="number",
    fields=of_list("JJD", {
        "number": ("JJDBH", ("接警编号", "警单编号")),
        "reported_at": ("BJSJ", ("报警日期时间",)),
        "received_at": ("JJSJ", ()),
        "place": ("XZQHDM", ("行政区划",)),
        "station": ("GXDWDM", ()),
        "phone": ("BJDH", ("联系电话",)),
        "name": ("BJRXM", ("报警人",)),
        "owner_name": ("BJDHYHXM", ()),
        "address": ("JQDZ", ("案发地址", "警情地点")),
        "narrative": ("BJNR", ("警情内容", "简要警情")),
        "more": ("BCJJNR", ()),
        "kind": ("JQLBDM", ("警情类别",)),
        "confidential": ("SFBM", ()),
        "recording": ("JJLYH", ("录音号",)),
    }),
    required=("number",),
    either=("reported_at", "received_at"),
    own=("reported_at", "received_at", "narrative", "address"),
)  # fmt: skip
ORDER = Columns(
    number="number",
    fields=of_list("CJD", {
        "number": ("CJDBH", ("处警编号",)),
        "call": ("JJDBH", ("接警编号", "警单编号")),
        "sent_at": ("CJSJ", ("派单时间",)),
        "signed_at": ("PDJSSJ", ("签收时间", "派单接收时间")),
        "unit": ("CDDWDM", ("出警单位",)),
        "from_unit": ("CJDWDM", ("处警单位",)),
        "text": ("CJYJ", ()),
    }),
    required=("number", "call", "sent_at"),
    own=("sent_at", "text", "signed_at"),
)  # fmt: skip
FEEDBACK = Columns(
    number="number",
    fields=of_list("FKD", {
        "number": ("FKDBH", ("反馈编号",)),
        "call": ("JJDBH", ("接警编号", "警单编号")),
        "order": ("CJDBH", ("处警编号",)),
        "at": ("FKSJ", ()),
        "arrived_at": ("DDXCSJ", ("到场时间",)),
        "result": ("JQCLJG", ("处理结果",)),
        "scene": ("CJQK", ()),
        "rescued": ("JZRS", ()),
        "freed": ("JJRS", ()),
        "injured": ("SSRS", ()),
        "dead": ("SWRS", ()),
        "settled": ("SFJJJF", ()),
    }),
    required=("number", "call", "at"),
    own=("at", "result", "scene"),
)  # fmt: skip


def read_call(row: Reader) -> Facts:
    number = row.take("number", typed.number, needed=True)
    reported, received = (row.take(of, typed.moment, row.now) for of in ("reported_at", "received_at"))
    if not (row.cells.get("reported_at") or row.cells.get("received_at")):
        row.fault("reported_at", "both_moments")
    if reported and received and received < reported:
        row.fault("received_at", "moment_order", earlier=CALL.name("reported_at"))
    texts = [row.cells.get(of, "") for of in ("narrative", "more")]
    at = reported or received
    return row.done({
        "number": number,
        "at": at and at.isoformat(),
        "received_at": (received or at) and (received or at).isoformat(),
        "place": row.cells.get("place", ""),
        "station": row.cells.get("station", ""),
        "phone": row.take("phone", typed.phone) or "",
        "name": row.take("name", typed.name) or row.take("owner_name", typed.name) or "",
        "address": row.take("address", typed.limited, 200) or "",
        "narrative": "\n".join(filter(None, texts)) or SILENT,
        "kind": next((kind for word, kind in _KINDS.items() if word in row.cells.get("kind", "")), "other"),
        "confidential": row.take("confidential", typed.yes) or False,
        "recording": row.take("recording", typed.limited, 40) or "",
    })  # fmt: skip


def write_calls(records: Sequence[Facts], acting: Acting) -> list[int]:
    where = district()
    reports = []
    for facts in records:
        place = where.place(facts["place"], facts["address"])
        reports.append(actions.Report(
            channel="call_110",
            narrative=facts["narrative"],
            reported_at=datetime.fromisoformat(facts["at"]),
            received_at=datetime.fromisoformat(facts["received_at"]),
            outside_number=facts["number"],
            kind=facts["kind"],
            place=place,
            station=where.station(place, facts["station"]),
            address=facts["address"],
            caller=sealing.Identity(name=facts["name"], phone=facts["phone"]),
            is_confidential=facts["confidential"],
            recording_no=facts["recording"],
        ))  # fmt: skip
    return actions.register_incidents(reports, by=acting.by, at=acting.at, source={"batch": acting.batch})


def check_calls(records: Sequence[Facts]) -> Mapping[int, tuple[str, Exception]]:
    """A number that came in by another door (the API) is not ours to write again."""
    numbers = [facts["number"] for facts in records]
    known = set(Incident.objects.filter(outside_number__in=numbers).values_list("outside_number", flat=True))
    return {i: ("number", Fault("number_elsewhere")) for i, number in enumerate(numbers) if number in known}


def read_order(row: Reader) -> Facts:
    sent, signed = row.take("sent_at", typed.moment, row.now, needed=True), row.take("signed_at", typed.moment, row.now)
    if sent and signed and signed < sent:
        row.fault("signed_at", "moment_order", earlier=ORDER.name("sent_at"))
    return row.done({
        "number": row.take("number", typed.number, needed=True),
        "call": row.take("call", typed.number, needed=True),
        "at": sent and sent.isoformat(),
        "signed_at": signed and signed.isoformat(),
        "unit": row.cells.get("unit") or row.cells.get("from_unit", ""),
        "text": row.cells.get("text", ""),
    })  # fmt: skip


def write_orders(records: Sequence[Facts], acting: Acting) -> list[int]:
    calls, where = incidents_of(records), district()
    orders = [
        actions.Sent(
            incident=calls[facts["call"]],
            outside_number=facts["number"],
            sent_at=datetime.fromisoformat(facts["at"]),
            signed_at=_moment(facts["signed_at"]),
            to_unit=where.units.get(facts["unit"]),
            text=facts["text"],
        )
        for facts in records
    ]
    return actions.bring_orders(orders, by=acting.by, at=acting.at, source={"batch": acting.batch})


def read_feedback(row: Reader) -> Facts:
    at = row.take("at", typed.moment, row.now, needed=True)
    arrived = row.take("arrived_at", typed.moment, row.now)
    texts = [row.cells.get(of, "") for of in ("result", "scene")]
    if not any(texts):
        row.fault("result", "empty")
    return row.done({
        "number": row.take("number", typed.number, needed=True),
        "call": row.take("call", typed.number, needed=True),
        "order": row.take("order", typed.number) or "",
        "at": at and at.isoformat(),
        "arrived_at": arrived and arrived.isoformat(),
        "text": "\n".join(filter(None, dict.fromkeys(texts))),
        "settled": row.take("settled", typed.yes),
        "helped": (row.take("rescued", typed.whole) or 0) + (row.take("freed", typed.whole) or 0),
        "injured": row.take("injured", typed.whole) or 0,
        "dead": row.take("dead", typed.whole) or 0,
    })  # fmt: skip


def write_feedbacks(records: Sequence[Facts], acting: Acting) -> list[int]:
    calls = incidents_of(records)
    numbers = [facts["order"] for facts in records if facts["order"]]
    orders = dict(Order.objects.filter(outside_number__in=numbers).values_list("outside_number", "pk"))
    told = [
        actions.Told(
            incident=calls[facts["call"]],
            outside_number=facts["number"],
            at=datetime.fromisoformat(facts["at"]),
            text=facts["text"],
            order=orders.get(facts["order"]),
            arrived_at=_moment(facts["arrived_at"]),
            is_settled=facts["settled"],
            helped=facts["helped"],
            injured=facts["injured"],
            dead=facts["dead"],
        )
        for facts in records
    ]
    return actions.bring_feedbacks(told, by=acting.by, at=acting.at, source={"batch": acting.batch})


def incidents_of(records: Sequence[Facts]) -> Mapping[str, int]:
    numbers = {facts["call"] for facts in records}
    return dict(Incident.objects.filter(outside_number__in=numbers).values_list("outside_number", "pk"))


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


FORMS = (
    Form("call", CALL, read_call, write_calls, undoing.incidents, moment="at", check=check_calls),
    Form("order", ORDER, read_order, write_orders, undoing.orders, moment="at", call="call"),
    Form(
        "feedback", FEEDBACK, read_feedback, write_feedbacks, undoing.feedbacks, moment="at", call="call", order="order"
    ),
)
