"""What callers say, invented: who, about what, since when, what happened now, what they want. Marked as invented.

Five parts, each with many wordings, joined in several orders and manners; parts may be missing, as in real calls.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

MARK = "（演示，编造）"

_WHO = {
    "A1": ("我男朋友", "我女朋友", "前男友", "谈了半年的对象", "网上认识的那个人", "退了婚的那家人"),
    "A2": ("我老公", "我老婆", "我儿媳妇", "我女婿", "我家那口子", "前夫", "前妻", "我婆婆"),
    "A3": ("我儿子", "两个儿子", "大女儿", "我侄子", "我大哥", "我弟弟", "我姐", "我养大的那个"),
    "B1": ("隔壁的", "对门那家", "屋后那户", "前面那家人", "同一个院子的", "我家左边邻居", "坎上那家"),
    "B2": ("楼上", "楼上租房的", "对面那户", "广场上跳舞的", "隔壁开店的", "楼下烧烤摊"),
    "B3": ("物业", "物业经理", "小区保安", "业委会的人", "物业收费的"),
    "C1": ("借我钱的同学", "以前的合伙人", "一个老乡", "我表哥", "做工程的老板", "一起做生意的"),
    "C2": ("包工头", "老板", "劳务公司", "装修公司的人", "厂里", "带班的"),
    "C3": ("理发店", "手机店老板", "健身房", "卖家具的", "修车店", "驾校的人", "饭店老板"),
    "D1": ("上屋那家", "挨着我家田的", "村里姓谢的一家", "隔壁组的人", "山那边的", "承包鱼塘的"),
    "D2": ("拆迁办的人", "市场里另一个摊主", "施工队", "村小组长", "停车场的人", "同一路的三轮车司机"),
}
_WHAT = {
    "A1": (
        "分手了还天天堵我",
        "彩礼钱不肯退",
        "把我们的照片发到群里",
        "跑到我上班的店里闹",
        "借走的三万块不认账",
        "半夜砸我的门要复合",
    ),
    "A2": ("为了钱的事又吵", "要把孩子接走", "把我的东西扔到门外", "喝了酒摔东西", "不让我进门", "要离婚，为房子吵"),
    "A3": (
        "不给老人生活费",
        "不肯轮流照顾老娘",
        "把老人的低保卡拿走了",
        "几个月不来看一眼",
        "不肯出住院的钱",
        "为分老屋的事吵",
        "不认当年分家的字据",
        "争老人留下的存折",
    ),
    "B1": (
        "把水沟堵了，水流到我屋里",
        "砌墙砌过了界",
        "树枝伸到我屋顶上",
        "鸡鸭放出来吃我的菜",
        "把柴堆在过道上",
        "车堵在我家门口",
        "化粪池的水渗到我家井边",
        "建房挡了我家的光",
        "把监控对着我家大门",
    ),
    "B2": (
        "半夜拖桌椅",
        "凌晨还在唱歌",
        "装修从早吵到晚",
        "音响开得窗户都在抖",
        "打麻将打到两三点",
        "小孩在屋里拍球",
        "养的狗叫一整夜",
        "空调外机嗡嗡响",
    ),
    "B3": ("停了我家的水", "不修电梯还来催费", "锁了我的车", "不让我的货车进门", "漏水半年不来看", "乱收装修押金"),
    "C1": ("欠我的钱不还", "说好月底还，现在不接电话", "不认账，说借条不是他写的", "合伙的账不肯算", "拿货不给钱"),
    "C2": ("拖了工钱不发", "扣了我半个月工资", "说干得不好不肯结账", "受伤了不给医药费", "说好的加班费不认"),
    "C3": (
        "卡里的钱不退",
        "东西是坏的不肯换",
        "说好的价变了",
        "店关门了找不到人",
        "修一次坏一次",
        "吃出虫子还骂人",
        "报名费不退",
    ),
    "D1": (
        "把界石挪了",
        "占了我家两尺田埂",
        "砍了我家山上的树",
        "抢先放水，我的秧干了",
        "在我家菜地里挖了条沟",
        "说那块林子是他们祖上的",
        "把机耕道挖断了",
    ),
    "D2": ("占了我的摊位", "量错了面积不肯改", "挖坏了水管不修", "补偿款少算了", "不让我的车停", "抢我的客"),
}
_SINCE = (
    "", "", "已经{n}天了，", "这个月第{n}次了，", "去年就闹过，", "从过年吵到现在，", "说过{n}回都不听，",
    "上次派出所来过，",
    "村干部来讲过两次，", "刚才开始的，", "昨天晚上起，", "前后有{n}个月，", "以前关系还好，", "我忍了{n}个星期，",
)  # fmt: skip
_NOW = (
    "现在人还在门口", "刚才推了我一下", "骂得很难听", "两边都叫了人", "说要动手", "老人气得发抖", "小孩吓哭了",
    "围了好多人看", "电话里吵起来了", "他把门锁了不出来", "邻居都出来劝了", "没有动手，就是吵", "话说不到一起去",
    "他说随便我告", "我录了像", "摔了一个碗", "不让我走", "人已经走了", "我这边就两个人，他那边五六个", "吵得没法睡",
)  # fmt: skip
_WANT = (
    "", "", "你们来看一下", "想请人来评个理", "要他当面说清楚", "麻烦快一点", "我要个说法", "最好叫村干部一起来",
    "能不能今天就解决", "不想闹大", "我就是要回我的钱", "帮忙劝一劝", "要他写个保证", "来个懂这个的",
)  # fmt: skip
_OPEN = ("", "", "", "喂，", "你好，", "我要报警，", "同志，", "我这里是{place}，", "{place}这边，", "又是我，")
_END = ("。", "。", "", "！", "，快点来。", "，谢谢。")


@dataclass(frozen=True)
class Tale:
    """`text` as said, with its mark; `title` and `focus` as the desk would write them."""

    text: str
    title: str
    focus: str


def told(kind: str, place: str, chance: random.Random, *, again: bool = False) -> Tale:
    """One call about a quarrel of a type at a place (its short name)."""
    who, what = chance.choice(_WHO[kind]), chance.choice(_WHAT[kind])
    since = chance.choice(_SINCE).format(n=chance.choice("两三四五六"))
    now, want = chance.sample(_NOW, chance.choice((0, 1, 1, 2))), chance.choice(_WANT)
    if again:
        since = chance.choice(("上次来过没解决，", "前几天报过警，", "你们走了以后又这样，", "说好了又反悔，"))
    core = chance.choice(
        (f"{since}{who}{what}", f"{who}{what}，{since}".rstrip("，"), f"{who}又{what}" if again else f"{who}{what}")
    )
    parts = [core, *now, want]
    if chance.random() < 0.25:
        parts = [*now[:1], core, *now[1:], want]
    body = chance.choice(("，", "，", "。", "，")).join(part.rstrip("，") for part in parts if part)
    opening = chance.choice(_OPEN).format(place=place)
    text = f"{opening}{body}{chance.choice(_END)}{MARK}"
    return Tale(text, f"{who.removeprefix('我家').removeprefix('我')}{what}"[:40] + MARK, what)
