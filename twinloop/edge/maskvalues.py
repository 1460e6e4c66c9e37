"""Masks of single values: names, telephone numbers, identity numbers, bank cards, number plates."""

import re
from functools import lru_cache

from twinloop.edge.typed import half_width

_PAIRS = (
    "欧阳上官司马诸葛夏侯东方皇甫尉迟公孙慕容令狐司徒司空宇文长孙端木百里呼延南宫西门独孤轩辕太史申屠澹台"
    "公冶宗政濮阳淳于单于仲孙钟离鲜于闾丘公羊赫连拓跋夹谷乐正漆雕公良纳兰万俟第五歐陽司馬諸葛東方尉遲公孫"
    "長孫南宮西門獨孤軒轅澹臺濮陽單于仲孫鍾離鮮于閭丘樂正納蘭"
)
COMPOUND_SURNAMES = frozenset(_PAIRS[i : i + 2] for i in range(0, len(_PAIRS), 2))
# what a firm's name ends with; a firm stands in a public register and is not masked
_FIRM = re.compile(
    r".{2,}(?:公司|集团|工厂|商店|饭店|酒店|宾馆|旅馆|超市|商行|银行|支行|信用社|合作社|供销社|"
    r"医院|卫生院|卫生所|诊所|学校|小学|中学|大学|学院|幼儿园|中心|委员会|村委会|居委会|"
    r"业委会|协会|商会|物业|事务所|派出所|司法所|法院|检察院|政府|街道办|项目部|经营部|"
    r"门市部|服务部|工作室|个体户|企业|农场|林场|网吧|药店|药房|餐馆|面馆|茶馆|工地|车间|"
    r"车队|施工队|小组|村民小组|分局|支队|大队|中队|水果店|理发店|有限公司|管理处|办事处|"
    r"工作站|服务站|加油站|养殖场|砖厂|粮站|经销店|专卖店|便利店|小卖部)"
    r"|.{4,}[厂店行馆社院所局站队场部处组]"
)
_SAID = re.compile(r"(?:[我他她你]的?.{0,4}|.?某某?.?|.{0,2}不详|不详|未知|匿名)")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_FIXED = re.compile(r"(010|02[0-57-9]|0[3-9][0-9]{2})([0-9]{6,8})")
_PUBLIC = re.compile(r"[48]00[0-9]{7}|1[0-2][0-9]|1[02][0-9]{3}|9[56][0-9]{3,4}")
_PHONE_MASKED = re.compile(r"[0-9]{3}\*{4}[0-9]{4}|0[0-9]{2,3}\*{3,5}[0-9]{3}")


def split_name(name: str) -> tuple[str, str]:
    """Surname and given name of a Chinese name; the surname is empty where there is only one character."""
    width = 2 if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else 1
    return (name[:width], name[width:]) if len(name) > 1 else ("", name)


def is_firm(name: str) -> bool:
    """True for firms and bodies. In doubt False: a person's name shown costs more than a firm's hidden."""
    bare = half_width(name).rstrip(" ()").replace(" ", "")
    return "·" not in bare and _FIRM.fullmatch(bare) is not None


@lru_cache(maxsize=8192)  # a file names the same people again and again
def mask_name(name: str) -> str:
    """王小兰 → 王*兰, 王兰 → 王*, 欧阳娜 → 欧阳*, 阿依古丽·买买提 → 阿***·买**.

    Firms and what a caller said instead of a name (我爸, 陈某) stay.
    """
    bare = half_width(name).strip()
    if is_firm(bare) or _SAID.fullmatch(bare):
        return bare
    if "·" in bare or " " in bare:
        return re.sub(r"[^·\s]+", lambda part: part[0][0] + "*" * (len(part[0]) - 1), bare)
    if bare[:1] < "\u2e80":  # begins with no ideograph: letters of another script
        return bare[:1] + "*" * (len(bare) - 1)
    surname, given = split_name(bare)
    if len(given) < 2:
        return surname + "*" * len(given)
    return surname + "*" * (len(given) - 1) + given[-1]


def mask_phone(phone: str) -> str:
    """139****0127; 0795****127; public numbers (110, 12345, 400…) stay; anything else keeps its last two characters."""
    bare = re.sub(r"[\s\-–—()]", "", half_width(phone))
    if _PHONE_MASKED.fullmatch(bare) or _PUBLIC.fullmatch(bare):
        return bare
    if _MOBILE.fullmatch(bare):
        return f"{bare[:3]}****{bare[-4:]}"
    fixed = _FIXED.fullmatch(bare)
    if fixed:
        return f"{fixed[1]}{'*' * (len(fixed[2]) - 3)}{bare[-3:]}"
    return "*" * (len(bare) - 2) + bare[-2:] if len(bare) > 4 else "*" * len(bare)


def mask_id(number: str) -> str:
    """36******17: two characters, six stars whatever the length, two characters; short ones keep nothing."""
    bare = re.sub(r"\s", "", half_width(number))
    return f"{bare[:2]}******{bare[-2:]}" if len(bare) >= 8 else "*" * 6


def mask_card(number: str) -> str:
    """A bank card in the shape of an identity number: 62******90."""
    return mask_id(re.sub(r"[\s\-–—]", "", half_width(number)))


def mask_plate(plate: str) -> str:
    """赣C12345 → 赣C***45; plates of new-energy cars (one character more) get one star more."""
    bare = re.sub(r"[\s·.\-]", "", half_width(plate)).upper()
    return bare[:2] + "*" * (len(bare) - 4) + bare[-2:] if len(bare) > 5 else "*" * len(bare)
