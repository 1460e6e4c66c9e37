"""The text of the yearly bulletin (年度通报): of recorded rows alone; what none carries is left out and named.

The paragraphs follow the kinds that a district's yearly account has (three channels, three kinds of mediation, the
outer loop, outcomes); the wording is ours. It is a Chinese paper whatever the page's language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from twinloop.decide.periods import ReportKind
from twinloop.insight.figures.queries import Counted
from twinloop.insight.reports.models import Report

Chapter = tuple[str, Sequence[str]]


@dataclass
class Bulletin:
    chapters: list[Chapter] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


class _Writer:
    """Puts sentences together; where a figure is nought or unknown, says so among what is missing."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.year: Mapping[str, Any] = facts["yearly"]
        self.now = {code: count for code, count, _earlier in facts["totals"]}
        self.shares = {code: Counted(code, hits, of) for code, hits, of, *_rest in facts["indicators"]}
        self.earlier = {code: Counted(code, hits, of) for code, _hits, _of, hits, of in facts["indicators"]}
        self.has_before = bool(facts["before_days"])
        self.facts = facts
        self.made = Bulletin()

    def leads(self, *sources: str) -> int:
        return sum(self.year["leads"].get(source, 0) for source in sources)

    def chapter(self, head: str, *lines: str) -> None:
        said = [line for line in lines if line]
        if said:
            self.made.chapters.append((head, said))

    def line(self, there: object, text: str, missing: str) -> str:
        if there:
            return text
        self.made.missing.append(missing)
        return ""

    def share(self, code: str, name: str) -> str:
        """化解率 87.65%（…/…），上年 27.45%; a small sample is said to be small."""
        now, then = self.shares[code], self.earlier[code]
        if not now.of:
            self.made.missing.append(f"{name}：本年没有可算的。")
            return ""
        text = f"{name}{now.percent}（{now.hits}/{now.of}）"
        if self.has_before and then.of:
            text += f"，上年{then.percent}（{then.hits}/{then.of}）"
        return text + ("，样本少，只供参考。" if now.is_small else "。")


def of(report: Report) -> Bulletin | None:
    """The bulletin of a report that has one."""
    return write(report.facts, twelve=report.kind == ReportKind.TWELVE) if "yearly" in report.facts else None


# of twelve months that are no calendar year
_TWELVE = (("年末前", "期末前"), ("年末", "期末"), ("本年", "这十二个月"), ("上年", "前十二个月"), ("按年", "按期"))


def write(facts: Mapping[str, Any], *, twelve: bool = False) -> Bulletin:
    """The bulletin of a year's facts, `twelve`: of twelve months. Raises `KeyError` for facts of another kind."""
    on = _Writer(facts)
    _channels(on)
    _inner(on)
    _outer(on)
    _outcomes(on)
    if not twelve:
        return on.made
    chapters: list[Chapter] = [(head, [_of_twelve(line) for line in lines]) for head, lines in on.made.chapters]
    return Bulletin(chapters, [_of_twelve(line) for line in on.made.missing])


def _of_twelve(text: str) -> str:
    for year, twelve in _TWELVE:
        text = text.replace(year, twelve)
    return text


def _channels(on: _Writer) -> None:
    year, now = on.year, on.now
    found = on.leads("volunteer", "grid_worker")
    on.chapter(
        "隐患排查发现",
        on.line(
            year["activities"],
            f"志愿服务：{year['volunteers']}名志愿者参加服务{year['activities']}次，走访、宣讲接触{year['reached']}人次，"
            f"帮助{now['helped_volunteers']}人次；志愿者和网格员报来纠纷线索{found}条。",
            "志愿服务：本年没有活动记录。",
        ),
        on.line(
            year["auxiliaries"],
            f"驻村：{year['auxiliaries']}名辅警在{year['villages']}个村居驻点，在岗{year['post_minutes'] // 60}小时，"
            f"救助{now['helped_posts']}人次，和治保主任、网格员等联合排查{year['checks']}次，"
            f"报来纠纷线索{on.leads('village_post')}条。{_weeks(on)}",
            "驻村：本年没有签到记录。",
        ),
        on.line(
            year["patrols"] or now["helped_patrols"] or year["hazards"],
            f"接处警和巡查：巡查重点场所{year['patrols']}次，救助{now['helped_patrols']}人次，"
            f"查出隐患{year['hazards']}处，年末前消除{year['hazards_closed']}处；巡查报来纠纷线索{on.leads('patrol')}条。",
            "接处警和巡查：本年没有巡查、救助、隐患记录。",
        ),
        on.line(
            year["pushes"],
            f"推送：向综治、镇（管理处）等单位推送一级、二级纠纷{year['pushes']}件，年末前收到答复{year['pushes_replied']}件。",
            "推送：本年没有推送记录。",
        ),
    )
    on.made.missing.append("接处警人员占比：系统只留现在的编制，没有按年留存。")


def _weeks(on: _Writer) -> str:
    weeks, kept = on.facts["village_weeks"]
    return f"每周驻村满两天的村周{kept}个，占{weeks}个村周的{100 * kept / weeks:.2f}%。" if weeks else ""


def _inner(on: _Writer) -> None:
    year = on.year
    teams = year["teams"]
    on.chapter(
        "纠纷化解（内循环）",
        on.line(
            year["settled_seek"],
            f"寻诊：{teams.get('neighbour', 0)}支好邻舍调解队伍的五老调解员化解纠纷{year['settled_seek']}件，"
            f"占本年化解的{_percent(year['settled_seek'], year['settled'])}；"
            + on.share("settled_by_elders", "占本年登记纠纷的五老化解占比"),
            "寻诊：本年没有记为寻诊化解的。",
        ),
        on.line(
            year["campaigns"] or year["settled_old"] or year["settled_backlog"],
            f"随诊：{teams.get('two_plus_two', 0)}支“2+2”警辅调解队办结专项攻坚{year['campaigns']}件，"
            f"其中化解{year['campaigns_settled']}件；化解三年以上的纠纷{year['settled_old']}件、"
            f"信访积案{year['settled_backlog']}件。",
            "随诊：本年没有攻坚、积案化解记录。",
        ),
        on.share("backlog_success", "积案化解率"),
        on.line(
            year["whistled"],
            f"会诊：吹哨{year['whistled']}次、{on.now['whistles']}件次，{_agencies(on)}；会诊化解{year['settled_joint']}件。",
            "会诊：本年没有吹哨记录。",
        ),
    )


def _agencies(on: _Writer) -> str:
    due, met = (sum(row[n] for row in on.facts["agencies"]) for n in (2, 3))
    return f"到期的反馈{due}件里按时{met}件（{_percent(met, due)}）" if due else "还没有到期的反馈"


def _outer(on: _Writer) -> None:
    year = on.year
    types = [row for row in on.facts["types"] if row[0] and row[1]]
    classes = len({row[0][:1] for row in types})
    on.chapter(
        "流转回访评估（外循环）",
        on.line(
            types,
            f"分流：本年登记的纠纷分到{classes}大类{len(types)}小类；一级、二级{on.now['grave']}件。",
            "分流：本年没有分过类的纠纷。",
        ),
        on.line(on.now["second"], f"二次处置：进入{on.now['second']}件。", "二次处置：本年没有进入的。"),
        on.share("second_handling", "二次处置成功率"),
        on.line(
            year["visits"],
            f"回访：做成{year['visits']}次，涉及纠纷{year['visits_disputes']}件，没有找到人{year['visits_missed']}次；"
            f"做成的里满意{year['visits_satisfied']}次（{_percent(year['visits_satisfied'], year['visits'])}）。",
            "回访：本年没有做成的回访。",
        ),
        on.share("clocks_met", "按时率"),
    )


def _outcomes(on: _Writer) -> None:
    year = on.year
    crimes, unread = on.now["crimes"], year["crimes_open"]
    if not crimes:
        said = "民转刑：本年没有记录到已知纠纷升级成刑案的。"
    else:
        said = f"民转刑：已知纠纷里发生刑案{crimes}起，核查认定是民转刑的{crimes - unread}起"
        said += f"，{unread}起还没有核查，不作结论。" if unread else "。"
    told = on.facts.get("outside", year.get("outside"))  # where the facts of older versions have it
    outside = told or []
    if told is None:
        on.made.missing.append("八大类案件、满意度、安全感：是全区的数，派出所和村居的通报不写。")
    elif not outside:
        on.made.missing.append("八大类案件、满意度、安全感：本年没有导入外单位的数。")
    on.chapter(
        "成效",
        on.share("resolution", "化解率"),
        on.share("first_time", "一次化解率"),
        on.share("durable_90", "化解后90天不再起"),
        on.share("repeat_rate", "重复报警率"),
        said,
        *(_outside(*row) for row in outside),
    )


def _outside(code: str, above: float, below: float | None, source: str, earlier: float | None) -> str:
    """A figure of another office, with its source."""
    if below:
        return f"{code}{100 * above / below:.2f}%（来源：{source}）。"
    change = ""
    if earlier:
        change = (
            f"，上年{earlier:g}，{'上升' if above > earlier else '下降'}{100 * abs(above - earlier) / earlier:.2f}%"
        )
    return f"{code}{above:g}{change}（来源：{source}）。"


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f}%" if whole else "—"
