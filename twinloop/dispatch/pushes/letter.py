"""The letter of a push, drafted from the record. Papers are Chinese whatever language the page is in."""

from __future__ import annotations

from datetime import datetime

from twinloop.cases import sealing
from twinloop.cases.models import Dispute, IncidentLink, Standing
from twinloop.cases.queries import rule_of, type_names
from twinloop.decide.clocks import RuleCode, Unit
from twinloop.decide.words import say
from twinloop.decide.workflow import State
from twinloop.edge.masks import mask_text

MOST = 3000  # characters of a letter
LEVELS = {1: "一级（最重）", 2: "二级"}
_UNITS = {
    Unit.SECOND: "秒", Unit.MINUTE: "分钟", Unit.HOUR: "小时", Unit.DAY: "天", Unit.WORKING_DAY: "个工作日",
    Unit.DAY_END: "天",
}  # fmt: skip
BLANK = "（写明请贵单位做什么）"  # what a person must fill in before the letter goes out


def names_in(dispute: Dispute) -> list[str]:
    """Names of everybody on the case, those who were taken off too: a letter shows none of them whole."""
    return [sealing.open_(p.name_sealed, f"party:{p.pk}:name") for p in dispute.parties.all()]


def masked(dispute: Dispute, text: str) -> str:
    """`text` without numbers and whole names of this case's people, whoever wrote it."""
    return mask_text(text, names_in(dispute))


def drafted(dispute: Dispute, *, at: datetime) -> str:
    """What is on record, in the order of a letter; what the unit is asked to do is left to a person."""
    standing = Standing.objects.get(dispute=dispute)
    facts = [f"{dispute.registered_at.astimezone(at.tzinfo):%Y年%-m月%-d日}登记的“{dispute.title}”（{dispute.number}）"]
    if kind := type_names().get(dispute.type_code):
        facts.append(f"属{kind}类")
    if dispute.level in LEVELS:
        facts.append(f"定为{LEVELS[dispute.level]}")
    if dispute.place:
        facts.append(f"发生在{dispute.place.parent or ''}{dispute.place}")
    calls = IncidentLink.objects.filter(dispute=dispute, unlinked_at__isnull=True).count()
    if calls > 1:
        facts.append(f"已有警情 {calls} 起")
    about = [
        f"争议焦点：{dispute.focus}。" if dispute.focus else "",
        f"纠纷源头：{dispute.source}。" if dispute.source else "",
    ]
    done = f"现为第 {dispute.round} 轮处置，{say(State(dispute.state))}。"
    if standing.review.strip():
        done += f"研判：{standing.review.strip()}"
    text = "\n".join(
        (
            f"一、基本情况。{'，'.join(facts)}。{''.join(about)}",
            f"二、已做工作。{done}",
            f"三、商请事项。{BLANK}",
            f"请在 {_rule(RuleCode.PUSH_RECEIPT, at)}内签收，签收后 {_rule(RuleCode.PUSH_REPLY, at)}内回复办理情况；"
            "矛盾升温、有人扬言报复的，随时退回并电话告知。",
        )
    )
    return masked(dispute, text)


def _rule(code: RuleCode, at: datetime) -> str:
    rule = rule_of(code, at)
    return f"{rule.value} {_UNITS[rule.unit]}"
