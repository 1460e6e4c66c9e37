"""Ledger events of a dispute as sentences: when, what, who, why. Masked like everything else on the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from twinloop.cases import words
from twinloop.cases.telling import gathered, language, why_ended
from twinloop.decide.clocks import RuleCode, Rung
from twinloop.decide.words import say
from twinloop.decide.workflow import Action, How, State, Trigger
from twinloop.ledger.models import Event
from twinloop.ledger.queries import history

Mask = Callable[[str], str]

# verb → (icon, what happened); later rooms say theirs in `words.EVENTS`
VERBS: dict[str, tuple[str, Any]] = {
    "dispute_opened": ("file-plus", gettext_lazy("登记纠纷")),
    "dispute_changed": ("pencil", gettext_lazy("改了登记内容")),
    "incident_linked": ("phone", gettext_lazy("关联警情 {incident}")),
    "incident_unlinked": ("unlink", gettext_lazy("取消关联警情 {incident}")),
    "merged_here": ("git-merge", gettext_lazy("{source} 并入")),
    "split_from_here": ("git-branch", gettext_lazy("{source} 拆回")),
    "split_off": ("git-branch", gettext_lazy("拆出 {made}")),
    "party_added": ("user-plus", gettext_lazy("添加当事人 {name}")),
    "party_removed": ("user-minus", gettext_lazy("移除当事人 {name}")),
    "person_involved": ("user-check", gettext_lazy("{name} 参与{part}")),
    "note_added": ("note", gettext_lazy("写笔记")),
    "file_added": ("paperclip", gettext_lazy("传附件")),
    "file_removed": ("paperclip", gettext_lazy("移除附件")),
    "gate_asked": ("scale", gettext_lazy("核对能否调解：{answer}")),
    "term_kept": ("check", gettext_lazy("约定第 {term} 条已履行")),
    "term_broken": ("alert-circle", gettext_lazy("约定第 {term} 条没有履行")),
    "noted_review": ("report-search", gettext_lazy("研判")),
    "noted_callback": ("phone-call", gettext_lazy("回访：{answer}")),
    "noted_leader": ("writing-sign", gettext_lazy("包案领导签字")),
    "noted_offence": ("gavel", gettext_lazy("违反治安管理行为：{answer}")),
    "noted_safeguard": ("shield", gettext_lazy("家庭暴力：{answer}")),
    "noted_circumstances": ("flag", gettext_lazy("记特别情形")),
    "noted_terms_broken": ("alert-circle", gettext_lazy("约定被违反：{answer}")),
    "noted_decision": ("gavel", gettext_lazy("作出处理决定")),
    "noted_letter": ("mail-check", gettext_lazy("告诫书送达：{answer}")),
    "noted_session": ("heart-broken", gettext_lazy("一次调解会没有谈成")),
    "noted_application": ("file-check", gettext_lazy("双方申请：{answer}")),
    "clock_opened": ("clock", gettext_lazy("开始计时：{rule}")),
    "clock_met": ("clock-check", gettext_lazy("{rule} {late}")),
    "clock_dropped": ("clock-off", gettext_lazy("不再计时：{rule}")),
    "clock_deferred": ("calendar-plus", gettext_lazy("延长时限：{rule}")),
    "clock_dated": ("calendar", gettext_lazy("节假日已录入，算出到期：{rule}")),
    "clock_paused": ("player-pause", gettext_lazy("暂停计时：{rule}")),
    "clock_resumed": ("player-play", gettext_lazy("恢复计时：{rule}")),
    "clock_warned": ("alarm", gettext_lazy("临期：{rule}")),
    "clock_climbed": ("arrow-up", gettext_lazy("{rule} 超时，{rung}")),
}
# what the system counts by itself: told in the whole timeline, not among the latest
QUIET = ("clock_opened", "clock_met", "clock_dropped", "clock_dated")
MOVES = {
    Action.SORT: "arrows-split", Action.ORDER: "send", Action.RECALL_ORDER: "arrow-back-up",
    Action.RETURN_ORDER: "arrow-back", Action.START: "map-pin", Action.SETTLE: "circle-check",
    Action.OPEN_MEDIATION: "heart-handshake", Action.AGREE: "heart-handshake", Action.FAIL_MEDIATION: "heart-broken",
    Action.REPORT_UNSETTLED: "message", Action.OPEN_REVIEW: "report-search", Action.OPEN_PENALTY: "gavel",
    Action.CLOSE: "lock", Action.CLOSE_BY_DECISION: "lock", Action.REOPEN: "lock-open", Action.TRANSFER: "share",
    Action.RETURN_TRANSFER: "arrow-back", Action.MERGE: "git-merge", Action.SPLIT: "git-branch",
}  # fmt: skip
FACTS = {
    "title": gettext_lazy("名称"),
    "focus": gettext_lazy("争议焦点"),
    "source": gettext_lazy("纠纷源头"),
    "started_on": gettext_lazy("起始日期"),
    "owner": gettext_lazy("责任民警"),
    "leader": gettext_lazy("包案"),
    "group_event": gettext_lazy("多人聚集"),
    "minors": gettext_lazy("涉及未成年人"),
    "party_unwilling": gettext_lazy("一方不愿调解"),
    "violence": gettext_lazy("动了手"),
    "taker": gettext_lazy("派给"),
    "text": gettext_lazy("指令"),
    "settled_by": gettext_lazy("化解人"),
    "settled_how": gettext_lazy("方式"),
    "settled_on": gettext_lazy("日期"),
    "terms": gettext_lazy("约定"),
    "transfer_receipt": gettext_lazy("对方签收"),
    "decision": gettext_lazy("处理决定"),
    "target": gettext_lazy("并入"),
    "type_code": gettext_lazy("类别"),
    "level": gettext_lazy("等级"),
}


@dataclass(frozen=True)
class Line:
    """One event; `round` is set on the first line of a round, newest first."""

    at: datetime
    icon: str
    what: str
    who: str
    text: str
    round: int | None = None
    new_day: bool = True  # the line before it is of another day

    @property
    def by(self) -> str:
        return "person" if self.who else "system"


def events(stream: str, hidden_sides: frozenset[str]) -> QuerySet[Event]:
    """Events that the viewer may read, newest first: without talks with a side that sent somebody else."""
    found = history(stream)
    return found.exclude(verb="note_added", data__caucus__in=sorted(hidden_sides)) if hidden_sides else found


def lines(found: Sequence[Event], round_: int, mask: Mask) -> list[Line]:
    """`round_` is the round of the newest event given."""
    told: list[Line] = []
    for event in found:
        first = not told or opens_round(found[len(told) - 1])
        if told and first:
            round_ -= 1
        day = timezone.localdate(event.at)
        new_day = first or day != timezone.localdate(told[-1].at)
        told.append(replace(_line(event, mask), round=round_ if first else None, new_day=new_day))
    return told


def opens_round(event: Event) -> bool:
    """A review of another round; a first order that came back."""
    return int(event.after.get("round") or 0) > int(event.before.get("round") or 0) > 0


def _line(event: Event, mask: Mask) -> Line:
    icon, what = _what(event)
    who = event.by.name if event.by else ""
    return Line(at=event.at, icon=icon, what=mask(what), who=who, text=mask(_text(event)))


def _what(event: Event) -> tuple[str, str]:
    if event.verb in set(Action):
        action = Action(event.verb)
        return MOVES[action], say(action, language())
    icon, sentence = VERBS.get(event.verb) or gathered("EVENTS").get(event.verb, ("point", event.verb))
    return icon, str(sentence).format_map(_Gaps(_facts(event)))


class _Gaps(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return _("未知")


def _facts(event: Event) -> dict[str, str]:
    """What fills the gaps of a sentence."""
    data = event.data
    facts = {k: str(v) for k, v in data.items() if isinstance(v, str | int)}
    for name, table in gathered("TOLD").items():  # codes of later rooms, in their words
        codes = data.get(name, ())
        said = [str(table[code]) for code in ([codes] if isinstance(codes, str) else codes) if code in table]
        if said:
            facts[name] = _("、").join(said)
    if data.get("rule") in set(RuleCode):
        facts["rule"] = say(RuleCode(data["rule"]), language())
    if data.get("rung") in set(Rung):
        facts["rung"] = say(Rung(data["rung"]), language())
    if "part" in data:
        facts["part"] = str(words.PARTS.get(data["part"], data["part"]))
    if "late" in data:
        facts["late"] = _("完成，已超时") if data["late"] else _("按时完成")
    coded = gathered("CODES").get(event.verb, {})  # codes of a later room, said in the reader's language
    facts |= {name: str(table[data[name]]) for name, table in coded.items() if data.get(name) in table}
    if event.verb == "gate_asked":
        facts["answer"] = _("可以") if data.get("allowed") else _("不能")
    elif event.verb.startswith("noted_"):
        facts["answer"] = _answer(event)
    return facts


def _answer(event: Event) -> str:
    after = event.after
    if event.verb == "noted_callback":
        if not after.get("callback_reached"):
            return _("没有接通，不算回访")
        return _("接通，不满意") if after.get("callback_dissatisfied") else _("接通，没有不满意")
    value = next(iter(after.values()), None)
    return _("有") if value else _("没有")


def _text(event: Event) -> str:
    """The second line: why, what was written, what changed."""
    parts = [why_ended(event.why)]
    if event.verb in ("noted_review",):
        parts.append(str(event.after.get("review", "")))
    if event.verb in set(Action):
        parts += [_state_change(event), _pairs(event.data.get("given", {})), _called_for(event)]
    elif event.verb == "dispute_changed":
        parts.append(_changes(event))
    elif event.verb == "noted_circumstances":
        parts.append(_pairs({k: v for k, v in event.after.items() if v}))
    return " · ".join(part for part in parts if part)


def _called_for(event: Event) -> str:
    if event.verb not in (Action.OPEN_REVIEW, Action.RETURN_ORDER) or not event.by_id:  # the system says it as its why
        return ""
    return _("、").join(
        say(Trigger(code), language()) for code in event.data.get("triggers", ()) if code in set(Trigger)
    )


def _state_change(event: Event) -> str:
    before, after = event.before.get("state"), event.after.get("state")
    if before == after or before not in set(State) or after not in set(State):
        return ""
    return f"{say(State(before), language())} → {say(State(after), language())}"


def _pairs(given: dict[str, Any]) -> str:
    return _("；").join(
        f"{FACTS[name]} {_value(name, value)}" if value is not True else str(FACTS[name])
        for name, value in given.items()
        if name in FACTS and value not in ("", None, False)
    )


def _changes(event: Event) -> str:
    return _("；").join(
        f"{FACTS.get(name, name)} {_value(name, event.before.get(name))} → {_value(name, value)}"
        for name, value in event.after.items()
    )


def _value(name: str, value: Any) -> str:
    if value in ("", None):
        return _("未填")
    if name == "level":
        return str(words.LEVELS.get(value, value))
    if name == "settled_how" and value in set(How):
        return say(How(value), language())
    return _("、").join(str(value).splitlines())


def changes(found: Iterable[Any], mask: Mask) -> list[str]:
    """For the person who came second: 何静 16:42 派单."""
    said = []
    for change in found:
        event = Event(verb=change.verb, data={})
        said.append(
            " ".join(filter(None, (change.by or _("系统"), f"{change.at.astimezone():%H:%M}", mask(_what(event)[1]))))
        )
    return said
