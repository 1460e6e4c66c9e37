"""Synthetic narratives out of hand-written frames: what the shipped model is trained on.

Every frame in ``sorting_corpus/*.txt`` was written for Twinloop; nobody in it exists. ``{a|b}`` is a choice, commas
part clauses, a leading ``+`` marks a sentence of a citizen's letter. ``letters*.txt`` and ``calls*.txt`` hold
whole letters and whole calls, written apart from the frames. Seeded: the same seed gives the same corpus.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from twinloop.decide.sorting.codes import SortingLabel

FOLDER = Path(__file__).parents[1] / "sorting_corpus"
_CHOICE = re.compile(r"\{([^{}]*)\}")
_TITLES = {
    "tipoff": ("举报{}", "投诉{}", "反映{}", "{}，请查处", "举报{}的问题", "{}"),
    "other": ("咨询{}", "关于{}的咨询", "{}", "建议{}", "请问{}", "关于{}的建议", "希望{}"),
    "complaint": ("投诉{}", "反映{}", "{}", "关于{}的投诉", "请问{}"),
    "help": ("求助：{}", "{}", "反映{}", "请求帮助：{}", "关于{}"),
    "traffic": ("反映{}", "{}", "建议整治{}", "关于{}的问题", "投诉{}", "请求解决{}"),
}
_TITLES_DISPUTE = (
    *("投诉{}", "投诉{}", "投诉{}", "反映{}", "反映{}的问题", "{}", "{}", "{}", "关于{}的问题"),
    *("咨询{}", "举报{}", "请求解决{}", "求助：{}", "{}，请求处理", "关于{}的投诉", "请问{}"),
)


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((one, two) for one, two in (pair.split("=") for pair in text.split()))


_HILL = _pairs(  # southern Jiangxi: common=dialect
    "没有=冇 他=佢 我们=我哩 我=涯 说=讲 今天=今晡 昨天=昨晡 "
    "孩子=细伢子 小孩=细人 儿子=崽 女儿=女崽 家里=屋下 家里=屋里 "
    "老婆=堂客 老婆=老嫲 丈夫=老公 吃饭=食饭 房子=屋 找=寻 知道=晓得 "
    "不要=莫 的=个 弟弟=老弟 邻居=隔篱 上午=上昼 下午=下昼 晚上=夜晡 "
    "吵架=相骂 打架=相打 什么=么个 这样=恁样 现在=如今 睡觉=困觉 喝=食 "
)
_SLIPS = _pairs(  # of the pen, of the input method
    "的=得 在=再 账=帐 赔=陪 欠=歉 楼=搂 噪=燥 物业=物叶 已=以 "
    "押金=压金 租=组 拖=脱 借=接 债=责 吵=炒 砍=坎 撞=装 漏=露 "
    "赡=瞻 资=姿 辞=词 诈=榨 墙=强 沟=勾 坟=纷 退=腿 报=抱 "
)
FRAME = 0.3  # share of a text out of a frame beside one that was written whole
RUN_ON = 4  # a letter of fewer sentences is cut at its commas
FOLDS = 3  # of cross-validation: a group goes to the fold that is its rest
_ESTATES = "金桂 锦绣 阳光 翡翠 滨江 御景 水岸 东方 富力 龙湖 紫荆 丽景 华府 香樟 碧水 盛世 名都 望江 凯旋 星河"
# what stands for 某 before a word: names say nothing of the matter, so that each telling has others
_NAMED = {
    "公司": (
        "华 鑫 恒 盛 泰 远 宏 达 天 源 中 信 立 诚 金 宇 新 兴",
        ("建设公司", "置业公司", "科技公司", "实业公司", "公司", "集团"),
    ),
    "路": ("人民 解放 建设 文明 红旗 长征 东阳 迎宾 青年 兴国 创业 黄金", ("路", "大道", "街", "中路", "北路", "南路")),
    "村": ("石 上 下 大 龙 黄 桥 坪 坑 塘 岭 田 樟 枫 罗 湖 沙", ("村", "村", "村", "社区", "村委会")),
    "镇": ("石 上 龙 黄 桥 坪 塘 岭 田 樟 罗 湖 沙 江", ("镇", "乡", "镇")),
    "学校": ("育才 实验 希望 第一 第三 文清 阳明 滨江 城南", ("小学", "中学", "学校", "外国语学校")),
}
_NAME = re.compile("某(" + "|".join(_NAMED) + ")")
_SURNAMES = "张王李刘陈谢钟赖廖曾黄罗邱温朱肖郭叶卢何"


@dataclass(frozen=True)
class Frame:
    """One hand-written line. ``group`` keeps its texts on one side of a cross-validation."""

    label: SortingLabel
    text: str
    is_letter: bool
    group: int


@dataclass(frozen=True)
class Sample:
    """A training text. ``is_whole``: a letter or call as it was written; confidence is set on these alone, abstention
    on those of them that are letters.

    ``share``: how much it counts while learning.
    """

    text: str
    label: SortingLabel
    group: int
    is_whole: bool = False
    is_letter: bool = False
    share: float = 1.0


def _lines(name: str) -> list[str]:
    read = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in read if line.strip() and not line.startswith("#")]


@cache
def hands(style: str) -> tuple[tuple[tuple[SortingLabel, str], ...], ...]:
    """The whole texts of one style, ``letters`` or ``calls``, with their labels: each file is a hand of its own."""
    files = (_lines(path.stem) for path in sorted(FOLDER.glob(f"{style}*.txt")))
    split = (tuple(line.split(" ", 1) for line in lines) for lines in files)
    return tuple(tuple((SortingLabel(label), text) for label, text in lines) for lines in split)


@cache
def whole(style: str) -> tuple[tuple[SortingLabel, str], ...]:
    """The whole texts of one style, of all hands."""
    return tuple(one for hand in hands(style) for one in hand)


@cache
def frames() -> tuple[Frame, ...]:
    """All frames, in the order of the labels."""
    lines = [(label, line) for label in SortingLabel for line in _lines(label.value)]
    return tuple(Frame(label, line.lstrip("+"), line.startswith("+"), n) for n, (label, line) in enumerate(lines))


def fingerprint() -> str:
    """SHA-256 over every file that training reads, so that a stale model is noticed."""
    digest = hashlib.sha256()
    for path in sorted(FOLDER.glob("*.txt")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _sentences(text: str) -> list[str]:
    """Of a letter; its clauses, where it runs on without a stop."""
    found = [part for part in re.split(r"[。？！]", text) if part]
    return found if len(found) >= RUN_ON else [part for part in re.split(r"[。？！，]", text) if part]


class Writer:
    """Writes texts from frames, in the style of a call or of a letter."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - the same corpus each time
        self.short = [line for line in _lines("neutral") if not line.startswith("+")]
        self.long = [line.lstrip("+") for line in _lines("neutral") if line.startswith("+")]
        self.beside = _lines("incidental")

    def filled(self, text: str) -> str:
        """Every choice taken, from the inside out."""
        while True:
            text, count = _CHOICE.subn(lambda found: self.random.choice(found[1].split("|")), text)
            if not count:
                return text

    def call(self, frame: Frame, mates: Sequence[Frame], others: Sequence[Frame]) -> str:
        """A short report: clauses of one frame, at times of a second of the same label or a foreign one in passing."""
        rng = self.random
        parts = self._thinned(frame.text, 0.12)
        if rng.random() < 0.25:
            parts += self._thinned(rng.choice(mates).text, 0.5)
        if rng.random() < 0.08:
            foreign = self.filled(rng.choice(others).text).split("，")[0]
            parts.insert(
                rng.randrange(len(parts) + 1), rng.choice(("以前也", "前几年因", "顺便讲", "听讲")) + foreign[:14]
            )
        for _ in range(rng.choice((0, 0, 0, 1, 1, 2))):
            parts.insert(rng.randrange(1, len(parts) + 1), self.filled(rng.choice(self.beside)))
        if rng.random() < 0.5:
            parts.insert(0, self.filled(rng.choice(self.short)))
        for _ in range(rng.choice((0, 0, 1, 2))):
            parts.append(self.filled(rng.choice(self.short)))
        return self._worn("，".join(parts) + "。", hill=0.35)

    def letter(self, frame: Frame, mates: Sequence[Frame]) -> str:
        """A citizen's letter: a title, the matter in several sentences, much that any letter may say."""
        rng = self.random
        told = [frame, *rng.sample(list(mates), min(len(mates), rng.choice((0, 1, 1, 2))))]
        title = self.filled(frame.text).split("，")[0]
        titles = _TITLES.get(frame.label.value, _TITLES_DISPUTE)
        body = ["，".join(self._thinned(one.text, 0.15)) for one in told for _ in range(rng.choice((1, 1, 2)))]
        padding = [self.filled(rng.choice(self.long)) for _ in range(rng.choice((1, 2, 3, 5, 7)))]
        if rng.random() < 0.5:
            padding += [self.filled(rng.choice(self.beside)) for _ in range(rng.choice((1, 2)))]
        mixed = body + padding
        head, rest = mixed[:1], mixed[1:]
        rng.shuffle(rest)
        shown = title if rng.random() < 0.9 else ""
        return self._worn(rng.choice(titles).format(shown) + "。" + "。".join(head + rest) + "。", hill=0.03)

    def retold(self, text: str, mates: Sequence[str]) -> str:
        """A whole letter again, longer: sentences left out, others of any letter and of its own kind between."""
        rng = self.random
        parts = [part for part in _sentences(text) if rng.random() > 0.25] or [text]
        if rng.random() < 0.4:
            parts.append(rng.choice(_sentences(rng.choice(mates))))
        for _ in range(rng.choice((0, 1, 3, 6, 9))):
            parts.insert(rng.randrange(1, len(parts) + 1), self.filled(rng.choice(self.long)))
        return self._worn("。".join(parts) + "。", hill=0.05)

    def told_again(self, text: str) -> str:
        """A whole call again: clauses left out, what any call may say before, between and after."""
        rng = self.random
        parts = self._thinned(text, 0.2)
        for _ in range(rng.choice((0, 0, 1, 1, 2))):
            parts.insert(rng.randrange(1, len(parts) + 1), self.filled(rng.choice(self.beside)))
        if rng.random() < 0.4:
            parts.insert(0, self.filled(rng.choice(self.short)))
        for _ in range(rng.choice((0, 0, 1))):
            parts.append(self.filled(rng.choice(self.short)))
        return self._worn("，".join(parts) + "。", hill=0.3)

    def _named(self, what: str) -> str:
        heads, tails = _NAMED[what]
        chosen = self.random.choice(heads.split())
        if len(chosen) == 1:
            chosen += self.random.choice([head for head in heads.split() if head != chosen])
        return chosen + self.random.choice(tails)

    def _thinned(self, text: str, loss: float) -> list[str]:
        parts = [part for part in self.filled(text).split("，") if part]
        kept = [part for part in parts if self.random.random() > loss]
        return kept or [self.random.choice(parts)]

    def _worn(self, text: str, hill: float) -> str:
        rng = self.random
        text = text.replace("某小区", rng.choice(_ESTATES.split()) + rng.choice(("花园", "小区", "家园", "公馆", "城")))
        text = _NAME.sub(lambda found: self._named(found[1]), text)
        text = text.replace("某某", rng.choice(_SURNAMES) + "某")
        if rng.random() < hill:
            for common, dialect in rng.sample(_HILL, 14):
                text = text.replace(common, dialect)
        if rng.random() < 0.15:
            for right, wrong in rng.sample(_SLIPS, 5):
                text = text.replace(right, wrong, 1)
        return text


def samples(seed: int = 7, calls: int = 8, letters: int = 8, retold: int = 6) -> list[Sample]:
    """The training texts: so many calls and letters a frame; sentences of letters are told as calls too, less often."""
    writer, everything = Writer(seed), frames()
    by_label = {label: [frame for frame in everything if frame.label is label] for label in SortingLabel}
    found: list[Sample] = []
    for frame in everything:
        mates = [mate for mate in by_label[frame.label] if mate is not frame]
        alike = [mate for mate in mates if mate.is_letter == frame.is_letter] or mates
        n_calls, n_letters = (calls // 3, letters) if frame.is_letter else (calls, letters // 3)
        others = [other for other in writer.random.sample(everything, 12) if other.label is not frame.label]
        told = [writer.call(frame, alike, others) for _ in range(n_calls)]
        told += [writer.letter(frame, alike) for _ in range(n_letters)]
        found += [Sample(text, frame.label, frame.group, share=FRAME) for text in told]
    return found + _whole_samples(writer, len(everything), retold)


def _whole_samples(writer: Writer, group: int, retold: int) -> list[Sample]:
    """A hand is one group: cross-validation asks what is known of one that it has not read."""
    found: list[Sample] = []
    for number, hand in enumerate((*hands("letters"), *hands("calls"))):
        is_letter = number < len(hands("letters"))
        for label, text in hand:
            mates = [other for kind, other in hand if kind is label]
            found += [Sample(text, label, group + number, is_whole=True, is_letter=is_letter)]
            again = [writer.retold(text, mates) if is_letter else writer.told_again(text) for _ in range(retold)]
            found += [Sample(told, label, group + number) for told in again]
    return found
