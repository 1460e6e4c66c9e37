"""A lead as pages show it: masked, with its clock, and to its reporter only what is theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from twinloop.cases.actions.looking import MAY_OPEN_CONFIDENTIAL
from twinloop.cases.reports import Field
from twinloop.cases.telling import sentence
from twinloop.decide import Refused
from twinloop.discovery.leads import queries, visibility, words
from twinloop.discovery.leads.actions.following import check_unmask
from twinloop.discovery.leads.alike import Alike, alike
from twinloop.discovery.leads.models import OPEN, Lead, LeadPhoto, LeadRemark
from twinloop.discovery.leads.queries import LATE, SOON, Asked
from twinloop.edge.masks import mask_address, mask_text
from twinloop.ledger.sight import Scope

TAB_WORDS = {
    "new": gettext_lazy("待定"),
    "taken": gettext_lazy("已受理"),
    "not_taken": gettext_lazy("不予受理、撤回"),
    "all": gettext_lazy("全部"),
}
DONE = {"add": gettext_lazy("补充已收到"), "withdraw": gettext_lazy("已撤回")}


@dataclass(frozen=True)
class Row:
    """One line of the list; `due` is when a waiting one becomes late."""

    lead: Lead
    text: str
    source: str
    kind: str
    reporter: str
    state: str
    due: datetime | None
    warn: datetime | None
    pictures: int


@dataclass(frozen=True)
class Tab:
    label: str
    count: int
    url: str
    current: bool


@dataclass(frozen=True)
class Shown:
    """One lead on its page, for who decides."""

    text: str
    address: str
    row: Row
    remarks: Sequence[LeadRemark]
    photos: Sequence[LeadPhoto]
    is_hidden: bool
    fields: Sequence[Field]
    is_open: bool
    may_decide: bool
    alike: Sequence[Alike]
    reason: str


@dataclass(frozen=True)
class Own:
    """What a reporter reads of their own lead."""

    lead: Lead
    text: str
    kind: str
    word: str
    code: str
    reason: str
    due: datetime | None


def due(lead: Lead) -> datetime | None:
    return lead.reported_at + LATE if lead.state == OPEN else None


def reporter(lead: Lead, scope: Scope) -> str:
    """Who reported, masked; of who asked not to be known only command room and leaders read even the mask."""
    if lead.is_confidential and not scope.has(*MAY_OPEN_CONFIDENTIAL):
        return _("要求保密")
    if lead.reporter is not None:
        return lead.reporter.name
    return lead.outside_name_masked or lead.outside_phone_masked or _("没有留名")


def row(lead: Lead, scope: Scope) -> Row:
    end = due(lead)
    return Row(
        lead,
        text=mask_text(" ".join(lead.text.split()))[:200],
        source=str(words.SOURCES[lead.source]),
        kind=str(words.KINDS[lead.kind]),
        reporter=reporter(lead, scope),
        state=str(words.STATES[lead.state]),
        due=end,
        warn=end - SOON if end else None,
        pictures=getattr(lead, "pictures", 0),
    )


def tabs(counts: dict[str, int], asked: Asked, given: QueryDict) -> list[Tab]:
    found = []
    for code, label in TAB_WORDS.items():
        query = given.copy()
        query.pop("page", None)
        query["tab"] = code
        found.append(Tab(str(label), counts[code], f"?{query.urlencode()}", code == asked.tab))
    return found


def shown(lead: Lead, scope: Scope, *, at: datetime) -> Shown:
    may = scope.has(*visibility.DECIDERS)
    hidden = lead.is_confidential and not scope.has(*MAY_OPEN_CONFIDENTIAL)
    return Shown(
        text=mask_text(lead.text),
        address=mask_address(lead.address) if lead.address else "",
        row=row(lead, scope),
        remarks=[_masked(remark) for remark in lead.remarks.all()],
        photos=list(lead.photos.all()),
        is_hidden=hidden,
        fields=[] if hidden else _fields(lead, scope),
        is_open=lead.state == OPEN,
        may_decide=may,
        alike=alike(lead, scope, at=at) if may and lead.state == OPEN else [],
        reason=str(words.DECLINES.get(lead.reason, "")),
    )


def _masked(remark: LeadRemark) -> LeadRemark:
    remark.text = mask_text(remark.text)
    return remark


def _fields(lead: Lead, scope: Scope) -> list[Field]:
    named = {"name": _("姓名"), "phone": _("电话")}
    return [
        Field(code, label, getattr(lead, f"outside_{code}_masked"), _shut(lead, code, scope))
        for code, label in named.items()
        if getattr(lead, f"outside_{code}_masked")
    ]


def _shut(lead: Lead, code: str, scope: Scope) -> str:
    try:
        check_unmask(lead, code, scope)
    except Refused as refused:
        return sentence(refused)
    return ""


def first_guess(lead: Lead) -> dict[str, object]:
    """What the form for accepting begins with: the class as reported, and the first words as a title."""
    kind = lead.kind if lead.kind not in words.PICTURES else "dispute"
    first = mask_text(lead.text.strip().splitlines()[0])
    return {"kind": kind, "title": first[:40], "open_dispute": kind == "dispute"}


def own(lead: Lead) -> Own:
    code = queries.progress(lead)
    words_of = words.DECLINES.get(lead.reason, "")
    return Own(
        lead,
        text=mask_text(lead.text),
        kind=str(words.KINDS[lead.kind]),
        word=str(_("已撤回") if code == "withdrawn" else words.PROGRESS[code]),
        code=code,
        reason="：".join(str(part) for part in (words_of, lead.why) if part),
        due=due(lead),
    )


@dataclass(frozen=True)
class Progress:
    """What a code opens: own report's day, kind and way; no text, no name, no number of anybody's case."""

    number: str
    reported_at: datetime
    kind: str
    word: str
    code: str
    step: int
    steps: Sequence[str]
    reason: str
    is_open: bool


def progress(lead: Lead) -> Progress:
    mine = own(lead)
    return Progress(
        number=lead.number,
        reported_at=lead.reported_at,
        kind=mine.kind,
        word=str(words.PROGRESS[mine.code]),
        code=mine.code,
        step=queries.step(lead),
        steps=[_("收到"), pgettext("step", "受理"), _("处理"), _("化解")],
        reason=mine.reason,
        is_open=lead.state == OPEN,
    )


def no_such_code() -> str:
    """The same for a wrong code and an expired one."""
    return sentence(Refused("lead_code"))


def done(verb: str) -> str:
    return str(DONE.get(verb, ""))
