"""The public verb: one narrative, one suggestion."""

from __future__ import annotations

import math

from twinloop.decide.sorting import flags
from twinloop.decide.sorting.codes import Choice, Reason, Sorted, SortingDoubt, SortingLabel, SortingReason
from twinloop.decide.sorting.texts import plain

_WORDS: dict[str, str] = {
    "A1": "男朋友 女朋友 恋爱 彩礼 分手 前男友 前女友 订婚",
    "A2": "老公 老婆 夫妻 离婚 家暴 婆婆",
    "A3": "赡养 抚养 遗产 继承 探视 分家",
    "B1": "邻居 隔壁 漏水 楼道 水沟 狗",
    "B2": "噪音 扰民 吵 广场舞 睡不着",
    "B3": "物业 业委会 停车费 电梯 物业费",
    "C1": "借钱 欠钱 借条 还钱 借了 货款 工程款",
    "C2": "工资 社保 工伤 老板 农民工 辞职",
    "C3": "退款 退货 押金 房东 培训 开发商 购房",
    "D1": "宅基地 山林 责任田 地界 村组 灌溉",
    "D2": "拆迁 征收 施工 赔偿 医院 咬伤",
    "D3": "辱骂 名誉 坟 祠堂 学校 老师",
    "crime": "诈骗 被偷 盗窃 抢劫 砍伤",
    "public_order": "打架 打人 闹事 斗殴",
    "traffic": "车祸 追尾 堵车 红绿灯 违停",
    "help": "走失 开门 落水 被困 迷路",
    "tipoff": "举报 赌博 无证 污染",
    "complaint": "投诉 不作为 态度 窗口",
    "other": "咨询 请问 建议 感谢 打错",
}


def version() -> str:
    """Which model answers."""
    return "words-0"


def sort(text: str) -> Sorted:
    """Sort one narrative. Deterministic; white space and full-width forms make no difference."""
    read = plain(text)
    if not read:
        return Sorted(SortingLabel.OTHER, 0.0, (), (), (), SortingDoubt.EMPTY, version())
    found = {label: [w for w in words.split() if w in read] for label, words in _WORDS.items()}
    weights = {label: math.exp(len(words)) for label, words in found.items()}
    total = sum(weights.values())
    ranked = sorted(weights, key=lambda label: -weights[label])
    choices = [Choice(SortingLabel(label), weights[label] / total) for label in ranked]
    best = choices[0]
    reasons = (Reason(SortingReason.PHRASES, best.label, tuple(found[ranked[0]])),)
    doubt = SortingDoubt.UNSURE if best.confidence < 0.5 else None
    return Sorted(best.label, best.confidence, tuple(choices[1:4]), reasons, flags.find(read), doubt, version())
