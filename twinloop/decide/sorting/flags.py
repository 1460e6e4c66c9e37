"""Flags: domestic violence, a child at risk, self-harm, a threat to kill, a weapon. Recall first.

A false alarm costs a look, a missed one may cost a life; so a flag falls only on plain denial right before the words
('没有打人', '没带刀'), on idiom ('吵死了', '跳楼价') or on a dream or a film. What others told is kept and marked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from twinloop.decide.sorting.codes import Flag, SortingFlag
from twinloop.decide.sorting.texts import clauses

_KIN = (
    r"老公|老婆|丈夫|妻子|男人(?=打|又|酒)|我男人|我老倌|老倌|老馆|爱人|配偶|夫妻|两公婆|两口子|公婆俩|前夫|前妻|前老公|前老婆"
    r"|男朋友|女朋友|男友|女友|对象|同居|婆婆|公公|岳父|岳母|丈人|丈母娘|女婿|儿媳|媳妇|新妇|继父|继母|后爸|后妈|后爹|后娘|爸|妈|父亲|母亲|爷爷|奶奶"
    r"|外公|外婆|儿子|女儿|崽|妹子|哥|弟|姐|妹|孙|家暴|屋里人|堂客|嫂"
)
_BEAT = (
    r"家暴|家庭暴力|施暴|皮带|抽(?:我|她|他|老婆|崽|女)|棍子打|挠|抓花|殴打|毒打|暴打|痛打|打我|打她|打他|打人|打骂|打得|打到|打了(?!电话|招呼|\d|一个电话|报告|针|官司|欠条|借条|条子|比方)|打伤|打成|打架|被打(?!断|扰|的电话)|挨打|又打|动手|扇(?:了|我|她)|耳光|巴掌|掐"
    r"|踢(?:我|她|了|到)|拳打|拳头|脚踢|揪(?:头发|住)|扯头发|拖.{0,4}头发|往墙上|摁|按在地|勒|捆|绑(?:起|住|在)|关在|锁在|烫|鼻青脸肿|青一块紫一块|鼻子.{0,3}血|打出血|砸我|泼.{0,3}(?:水|油)|推下楼|推倒"
    r"|打崽|打老婆|打婆娘|打妈|打爷|打娘|逼我同房|强行同房"
)
_CHILD = (
    r"小孩|孩子|细伢|伢子|伢妹|妹崽|细人|细鬼|细崽|婴儿|宝宝|娃|毛毛|儿童|未成年|学生|幼儿|小学生|初中生|崽女|奶娃|女童|男童|孙子|孙女|外孙|小朋友|女崽"
    r"|[一二三四五六七八九十两\d]{1,3}岁(?:的)?(?:多)?(?:女|男|崽|儿|孩|娃|伢|妹|细)|(?<!\d)1?\d岁|十[一二三四五六七]岁|(?<!十)[一二三四五六七八九两]岁"
)
_HARM_CHILD = (
    r"打|掐|踢|虐待|猥亵|性侵|强奸|摸(?:下|她|他|女|小)|欺负|霸凌|欺凌|拐|抢走|抱走|带走|失踪|不见了|走失|走丢|丢了|找不到|走散|没回家|冇回|离家出走|没人管|没人看|冇人带|冇人管|反锁|锁在|关在|丢在|扔在|遗弃"
    r"|落水|掉(?:进|到|下|水)|溺|烫|烧伤|触电|卡(?:在|住)|挂在|窗台|阳台|楼顶|中毒|昏迷|抽搐|被困|饿|药|刀|跳|割|自杀|不想活|吓|哭|咬|撞|摔|受伤|流血|困在|车里|出血|推|威胁|扇|绑|勒|偷拍|裸照|陪酒"
)
_SELF = (
    r"自杀|轻生|自残|自尽|自焚|寻死|寻短见|想不开|不想活|不活了|冇想活|活不下去|活不成|没活头|冇活头|想死|要死(?=在|给|了算)|去死(?!吧)|死给|一死了之|死了算|死了干净|同归于尽|跳楼(?!价)|跳河|跳桥|跳江|跳水库|跳塘|跳井|往下跳|要跳(?!舞|广场)|上吊|割腕|割手|喝农药|吃农药|喝(?:了)?(?:[^，。]{0,4})(?:农药|敌敌畏|百草枯|除草剂|药水)|食农药|食药|吃(?:了)?(?:一瓶|半瓶|整瓶|好多|很多|大把|一把)?安眠药"
    r"|遗书|绝笔|留(?:了)?(?:张)?(?:信|字条).{0,8}(?:走|死)|开煤气|拧开煤气|煤气罐.{0,6}(?:点|开)|汽油.{0,8}(?:身上|自己)|站在.{0,8}(?:楼顶|天台|桥栏|栏杆外|窗台|阳台外)|(?:坐|爬|骑)(?:在|上|到).{0,8}(?:楼顶|天台|桥栏|栏杆|窗台|塔吊|吊塔|护栏)|栏杆外|绝食|不想在这世上|来世|永别|这是最后一次|活着没意思|活着冇意思|了结自己|结束生命|不如死"
)
_KILL = (
    r"杀(?!价|虫|毒|菌|鸡|猪|鱼|青|牛|羊|狗|鸭|年猪)(?:了|死|掉|光|你|我|他|她|全家|人|绝|一个)|要杀|弄死|搞死|整死|砍死|捅死|打死(?!不|也不|都不)|烧死|炸死|毒死|掐死|撞死(?=你|我|他|她|全家)|弄残|灭(?:门|口|了你|你全家|我全家|全家)|要(?:你|我|他|她)的?(?:狗)?命|要命一条|拿命|取(?:你|我|他|她)?.{0,2}命|偿命|一命|索命"
    r"|同归于尽|一起死|都别想活|别想活|活不过|活不到|让(?:你|我|他|她).{0,6}(?:消失|见不到|死)|见阎王|收尸|买棺材|准备棺材|打好棺材|死全家|砍(?:了|你|我|他|她|人|全家)|捅(?:了|你|我|他|她|人)|宰了|做掉|废了(?:你|我|他|她)|放火烧|点(?:了|火烧)(?:你|我|他|她|房|屋)|烧(?:了)?(?:你|我|他|她)(?:家|屋|全家)|炸(?:了|平)|汽油.{0,6}(?:泼|烧|点)|白刀子进|放(?:你|我|他|她)的?血|卸(?:你|我|他|她)?.{0,2}(?:腿|手|胳膊)|打断.{0,3}腿"
)
_WEAPON = (
    r"菜刀|砍刀|柴刀|镰刀|水果刀|弹簧刀|匕首|西瓜刀|杀猪刀|剔骨刀|割胶刀|美工刀|尖刀|长刀|马刀|刀子|持刀|拿刀|拿着.{0,3}刀|拿把刀|拿了.{0,3}刀|提刀|提着.{0,3}刀|拎.{0,3}刀|带刀|带着.{0,3}刀|动刀|抽出.{0,4}刀|摸出.{0,4}刀|亮.{0,2}刀|操起.{0,4}刀|舞刀|架.{0,3}刀|刀架|一刀|两刀|几刀|刀砍|刀捅|砍伤|砍人|砍了|捅伤|捅了"
    r"|斧头|斧子|锤子|铁锤|榔头|羊角锤|铁棍|铁管|钢管|钢筋(?=打|砸|追|朝|往)|木棍|棍棒|棍子|棒球棍|甩棍|扁担|锄头|铁锹|铁铲|铲子(?=打|追|朝|往)|钉耙|耙子|撬棍|扳手(?=打|砸|追|朝|往|敲)|剪刀(?=捅|刺|扎|要|对|追|抵|往|朝)|砖头(?=砸|打|拍|朝|往|追)|酒瓶(?=砸|打|砍|朝|往|追|敲)|啤酒瓶|枪|手枪|气枪|鸟铳|火铳|土铳|射钉|弩|炸药|雷管|汽油瓶|电击棒|硫酸|凶器|家伙(?=打|追|来)|剃刀|砍下"
)
_RULES: tuple[tuple[SortingFlag, re.Pattern[str]], ...] = (
    (SortingFlag.SELF_HARM, re.compile(_SELF)),
    (SortingFlag.DEATH_THREAT, re.compile(_KILL)),
    (SortingFlag.WEAPON, re.compile(_WEAPON)),
)
_KIN_RE, _BEAT_RE = re.compile(_KIN), re.compile(_BEAT)
_CHILD_RE, _HARM_RE = re.compile(_CHILD), re.compile(_HARM_CHILD)
_LAW_DV = re.compile(r"家暴|家庭暴力|打老婆|打婆娘|打堂客")
# denial right before the words; '不想活' and '没活头' hold theirs inside
_DENIED = re.compile(
    r"(?:没有|没|冇|未|并未|从未|不曾|未曾|并没|并没有|不是|无|否认|不会|冇有|未见|未发现)(?:人|谁|再|真|敢|去|用|带|拿|持|发生|出现|曾|有|人员|任何|什么|说|讲|要|想)*$"
)
# '没人管' and the like deny help, not harm
_IDIOM = re.compile(
    r"(?:吵|烦|累|热|冷|饿|笑|气|臭|急|痛|丑|羞|吓|忙|穷|挤|熏|闷|晒|冻|困|恨|愁|怕|难受|好笑)得?(?:要)?死|吵死人|气死人|跳楼价|打死(?:我)?(?:都|也)不|死活|死角|死机|死死|死对头|死胡同|死党"
    r"|打死结|杀价|刀削|刀枪不入|枪手|抢枪|刀具厂|刀片基站|热水枪|高压水枪|水枪|电焊枪|焊枪|喷枪|打气枪|胶枪|加油枪|充电枪|射灯|钉枪|枪声(?=像|原来)|玩具枪|玩具刀"
)
# a tool at its own work ('拿锄头挖水沟'), unless harm stands near it
_WORK = re.compile(
    r"(?:锄头|铁锹|铁铲|铲子|钉耙|耙子|扁担|锤子|铁锤|榔头|撬棍|扳手|棍子|木棍|铁管|钢管)"
    r"(?:[^，。；！？,;]{0,3}(?:挖|刨|翻|铲|锄|清|疏|挑|挡|堵|垫|撑|敲(?:墙|地|砖|水泥)|修|架|接水|搭))"
)
_AGAINST = re.compile(
    r"打(?!电话|麻将|牌|水|扫|算|听|招呼|工|药)|砍|追|砸|劈|捅|戳|挥|举|指着|对着|朝|冲|威胁|扬言|拼命|弄死|杀|伤|血|敲(?!墙|地|砖|水泥)|头上|脸上|身上"
)
NEAR = 40  # characters to both sides of a tool within which a word of harm makes it a weapon
_UNREAL = re.compile(r"梦见|做梦|电视里|电影里|电视剧|小说里|游戏里|拍戏|演习|演练|拍短视频|抖音上看")
_HEARD = re.compile(r"听说|听讲|听人讲|据说|传言|有人说|有人讲|前年|去年|前几年|多年前|以前|早年|曾经|当年")
SPAN = 60  # characters between who and what, over clauses


def _free(text: str, start: int, end: int) -> bool:
    """Neither denied right before, nor part of an idiom, nor dreamt."""
    head = text[max(0, start - 12) : start]
    cut = max((head.rfind(mark) for mark in "，。；！？,;、"), default=-1)
    if _DENIED.search(head[cut + 1 :]):
        return False
    around = text[max(0, start - 4) : end + 3]
    offset = max(0, start - 4)
    for idiom in _IDIOM.finditer(around):
        if idiom.start() + offset < end and idiom.end() + offset > start:
            return False
    return not _UNREAL.search(text[max(0, start - 30) : start])


def _at_work(text: str, start: int) -> bool:
    """A spade that digs: recall first, so that any word of harm near it keeps the flag."""
    work = _WORK.match(text, start)
    if work is None:
        return False
    return not _AGAINST.search(text[max(0, start - NEAR) : start] + text[work.end() : work.end() + NEAR])


def _heard(text: str, start: int) -> bool:
    return bool(_HEARD.search(text[max(0, start - 16) : start]))


def _phrase(text: str, start: int, end: int) -> str:
    """The words with a little of their clause, at most 24 characters."""
    for clause in re.finditer(r"[^。！？；，,!?;]+", text):
        if clause.start() <= start < clause.end():
            left, right = clause.start(), clause.end()
            if right - left > 24:
                left = max(left, min(start - 8, right - 24))
                right = min(right, max(end, left + 24))
            return text[left:right]
    return text[start:end]


def _single(text: str) -> Iterator[Flag]:
    for code, rule in _RULES:
        found = [m for m in rule.finditer(text) if _free(text, m.start(), m.end())]
        if code is SortingFlag.WEAPON:
            found = [m for m in found if not _at_work(text, m.start())]
        if found:
            first = min(found, key=lambda m: (_heard(text, m.start()), m.start()))
            yield Flag(code, _phrase(text, first.start(), first.end()), _heard(text, first.start()))


def _pair(text: str, who: re.Pattern[str], what: re.Pattern[str], span: int) -> Flag | None:
    """The harm that stands nearest to one of `who`, so that the words shown are those about them."""
    named = [m.start() for m in who.finditer(text)]
    if not named:
        return None
    near: list[tuple[bool, int, int, int]] = []
    for harm in what.finditer(text):
        gaps = [abs(harm.start() - at) for at in named if -span // 2 <= harm.start() - at <= span]
        if gaps and _free(text, harm.start(), harm.end()):
            near.append((_heard(text, harm.start()), min(gaps), harm.start(), harm.end()))
    if not near:
        return None
    heard, _gap, start, end = min(near)
    return Flag(SortingFlag.CHILD_AT_RISK, _phrase(text, start, end), heard)


def _domestic(text: str) -> Flag | None:
    plain = next((m for m in _LAW_DV.finditer(text) if _free(text, m.start(), m.end())), None)
    if plain:
        phrase = _phrase(text, plain.start(), plain.end())
        return Flag(SortingFlag.DOMESTIC_VIOLENCE, phrase, _heard(text, plain.start()))
    found = _pair(text, _KIN_RE, _BEAT_RE, SPAN)
    return found and Flag(SortingFlag.DOMESTIC_VIOLENCE, found.phrase, found.heard)


def find(text: str) -> tuple[Flag, ...]:
    """Every flag of a `plain` text, gravest first; each with the words that raised it."""
    found = list(_single(text))
    child = _pair(text, _CHILD_RE, _HARM_RE, 24)
    home = _domestic(text)
    found += [flag for flag in (child, home) if flag]
    order = list(SortingFlag)
    return tuple(sorted(found, key=lambda flag: (flag.heard, order.index(flag.code))))


def violent(text: str) -> bool:
    """Whether anybody is beaten in an undenied clause (also used by the features)."""
    return any(_free(c, m.start(), m.end()) for c in clauses(text) for m in _BEAT_RE.finditer(c))
