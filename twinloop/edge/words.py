"""Sentences for the codes of identity, keys and uploads, in Chinese and English.

Plain tables without gettext: these modules also serve commands that run before Django is set up. A sentence says what
is missing or what to do; `{…}` are facts of the refusal.
"""

from collections.abc import Mapping

IDENTITY: Mapping[str, tuple[str, str]] = {
    "id_empty": ("还差证件号码", "The document number is missing"),
    "id_characters": (
        "证件号码只含数字、字母和括号",
        "A document number holds only digits, letters and brackets",
    ),
    "id_length": (
        "身份证号码是 18 位（老证 15 位），这里是 {length} 位；其他证件要先选证件种类",
        "An ID number has 18 digits (old cards 15); this one has {length}. For another document choose its kind first",
    ),
    "id_region": (
        "没有以 {region} 开头的身份证号码，对照证件看前两位",
        "No ID number begins with {region}; compare the first two digits with the card",
    ),
    "id_date": (
        "号码里的出生日期不存在，对照证件看第 7 至 14 位",
        "The date of birth in the number does not exist; compare digits 7 to 14 with the card",
    ),
    "id_future": ("号码里的出生日期在今天之后", "The date of birth in the number lies in the future"),
    "id_too_old": ("按号码已超过 {years} 岁，对照证件看年份", "The number says over {years} years; compare the year"),
    "id_check_digit": (
        "号码与末位校验码不符，多半有一位输错",
        "The last character does not fit the number; most likely one digit is mistyped",
    ),
    "id_kind": (
        "号码是“{found}”的样子，不是所选的“{wanted}”",
        "The number looks like '{found}', not like the chosen '{wanted}'",
    ),
    "phone_empty": ("还差电话号码", "The telephone number is missing"),
    "phone_characters": (
        "电话号码只含数字、+、括号和横线",
        "A telephone number holds only digits, +, brackets and dashes",
    ),
    "phone_length": (
        "手机号是 11 位，固定电话带区号 10 至 12 位，这里是 {length} 位",
        "A mobile number has 11 digits, a fixed one with area code 10 to 12; this one has {length}",
    ),
    "phone_prefix": (
        "没有这样开头的 11 位号码：手机以 13 至 19 开头，固定电话以 0 开头",
        "No 11-digit number begins so: mobiles begin with 13 to 19, fixed lines with 0",
    ),
    "phone_area_missing": ("固定电话还差区号", "The area code of the fixed line is missing"),
    "name_empty": ("还差姓名", "The name is missing"),
    "name_too_long": (
        "姓名或单位名最多 {limit} 个字，这里是 {length} 个",
        "A name has at most {limit} characters; this one has {length}",
    ),
    "name_characters": (
        "姓名里要有文字，不能有尖括号、斜杠或看不见的字符",
        "A name needs letters and holds no angle brackets, slashes or unseen characters",
    ),
}

KEYS: Mapping[str, tuple[str, str]] = {
    "ring_missing": (
        "找不到密钥文件 {path}：从保密备份取回，或运行 twinloop doctor",
        "The key file {path} is missing: bring it back from the backup of secrets, or run twinloop doctor",
    ),
    "ring_exists": (
        "密钥文件 {path} 已经有了，不会覆盖：覆盖后旧数据再也打不开",
        "The key file {path} exists and is not replaced: older data could never be opened again",
    ),
    "ring_open": (
        "密钥文件 {path} 的权限是 {mode}，别人也能读：改为 600（chmod 600）",
        "The key file {path} has mode {mode} and others can read it: set it to 600 (chmod 600)",
    ),
    "ring_broken": (
        "密钥文件 {path} 读不懂：从保密备份取回",
        "The key file {path} cannot be read: bring it back from the backup of secrets",
    ),
    "wrong_key": (
        "密钥文件 {path} 里 {key} 号密钥的内容与编号不符，可能被换过：从保密备份取回",
        "Key {key} in {path} does not fit its id and may have been exchanged: bring the file back from the backup",
    ),
    "unknown_key": ("密钥环里没有 {key} 号密钥", "The key ring holds no key {key}"),
    "unknown_field": ("没有“{field}”这种索引字段", "There is no indexed field '{field}'"),
    "malformed": ("这不是加密的身份数据", "This is no encrypted identity value"),
    "tampered": (
        "{context} 的密文打不开：被改动过，或来自另一行、另一字段",
        "The value of {context} does not open: it was altered, or belongs to another row or field",
    ),
    "key_current": ("{key} 号密钥正在使用，先换新密钥", "Key {key} is the current one; rotate first"),
    "key_in_use": (
        "还有 {count} 条数据用 {key} 号密钥，先重新加密",
        "{count} values still need key {key}; encrypt them again first",
    ),
}

UPLOADS: Mapping[str, tuple[str, str]] = {
    "upload_empty": ("文件是空的", "The file is empty"),
    "upload_too_large": ("文件超过 {limit_mib} MiB", "The file is larger than {limit_mib} MiB"),
    "upload_kind": (
        "不收这种文件（{found}）；可收 JPEG、PNG、WebP、PDF、DOCX、XLSX、MP3、M4A、WAV、MP4、TXT",
        "This kind of file ({found}) is not taken; JPEG, PNG, WebP, PDF, DOCX, XLSX, MP3, M4A, WAV, MP4 and TXT are",
    ),
    "upload_heic": (
        "读不了 HEIC 照片：在手机相机设置里选“兼容性最佳”，或转成 JPEG 再传",
        "HEIC photos cannot be read here: choose 'most compatible' in the phone's camera settings, or convert to JPEG",
    ),
    "upload_name_mismatch": (
        "文件名以 {suffix} 结尾，内容却是 {found}：改回原来的名字再传",
        "The name ends with {suffix} but the content is {found}: give the file its own name again",
    ),
    "upload_active": (
        "文件里有会自己运行的内容（{found}），不收",
        "The file holds content that runs by itself ({found}) and is not taken",
    ),
    "upload_two_kinds": (
        "文件同时是两种格式（{found}），不收",
        "The file is of two kinds at once ({found}) and is not taken",
    ),
    "upload_bomb": (
        "压缩内容展开后过大（{found}），不收",
        "The packed content grows too large when opened ({found}) and is not taken",
    ),
    "upload_encrypted": ("文件加了密码：去掉密码再传", "The file has a password: remove it and send the file again"),
    "upload_broken": ("文件不完整或已损坏（{found}）", "The file is incomplete or damaged ({found})"),
    "upload_pixels": (
        "图片有 {megapixels} 百万像素，最多 {limit_megapixels}：缩小再传",
        "The picture has {megapixels} million pixels, at most {limit_megapixels} are taken: make it smaller",
    ),
    "upload_animated": ("动图不收：截一张静止图再传", "Moving pictures are not taken: send a still one"),
}

WORDS: Mapping[str, tuple[str, str]] = {**IDENTITY, **KEYS, **UPLOADS}


class _Known(dict[str, object]):
    def __missing__(self, key: str) -> str:
        # a sentence with a gap still helps; failing while a failure is being told does not
        return "?"


def say(code: str, lang: str, **facts: object) -> str:
    """The sentence of a code, English for "en…", else Chinese; missing facts read "?". KeyError for an unknown code."""
    chinese, english = WORDS[code]
    return (english if lang.startswith("en") else chinese).format_map(_Known(facts))
