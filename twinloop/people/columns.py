"""The columns of a people file and what may stand in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from twinloop.decide import Refused
from twinloop.people import sealed, words
from twinloop.people.actions.roles import FITS

# field → how files call it, the name of interfaces.md first
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "username": ("警号", "username", "编号", "账号", "工号"),
    "name": ("姓名", "name"),
    "kind": ("人员类别", "kind", "类别"),
    "id_number": ("身份证号", "id_number", "公民身份号码", "身份证号码", "身份证"),
    "phone": ("联系电话", "phone", "手机号", "手机", "电话", "手机号码"),
    "unit": ("所属单位", "unit", "单位"),
    "post": ("岗位", "post", "职务"),
}
REQUIRED = ("username", "name", "kind")
POST_LENGTH = 40


def guessed(head: Sequence[str], mapping: Mapping[str, str] | None = None) -> dict[str, str]:
    """field → column. `mapping`: field or its first name → column, where the guess would be wrong."""
    given = {_field(name): column for name, column in (mapping or {}).items()}
    found = {}
    for name, calls in COLUMNS.items():
        wanted = [given[name]] if name in given else calls
        column = next((c for c in wanted if c in head), None)
        if column is None and name in given:
            raise MissingColumns([given[name]], head)
        if column is not None:
            found[name] = column
    missing = [COLUMNS[name][0] for name in REQUIRED if name not in found]
    if missing:
        raise MissingColumns(missing, head)
    return found


def _field(name: str) -> str:
    found = next((f for f, calls in COLUMNS.items() if name in calls), None)
    if found is None:
        raise MissingColumns([name], [calls[0] for calls in COLUMNS.values()])
    return found


class MissingColumns(Exception):  # noqa: N818 - an expected no, like Unreadable
    """A column that is needed is not there."""

    def __init__(self, missing: Sequence[str], head: Sequence[str]) -> None:
        super().__init__(missing)
        self.missing, self.head = missing, head

    def __str__(self) -> str:
        between = _("、")
        facts = {"missing": between.join(self.missing), "found": between.join(self.head[:30])}
        return _("还差列：%(missing)s。文件里有：%(found)s") % facts


def kind_of(typed: str) -> str:
    """A kind by its code or its word in either language; `Refused` where it is neither."""
    found = next((c for c, word in words.KINDS.items() if typed in (c, str(word), _CHINESE_KINDS[c])), None)
    if found is None:
        raise Refused("kind_missing" if not typed else "kind_unknown", kind=typed)
    return found


_CHINESE_KINDS = {
    "sworn": "民警", "auxiliary": "辅警", "mediator": "调解员", "grid_worker": "网格员", "agency": "部门联络员",
    "volunteer": "志愿者", "staff": "文职",
}  # fmt: skip
_CHINESE_ROLES = {
    "dispatcher": "指挥室值班员", "officer": "接处警民警", "community_officer": "社区民警", "auxiliary": "驻村辅警",
    "mediator": "调解员", "volunteer": "志愿者", "grid_worker": "网格员", "agency": "部门联络员", "chief": "所长",
    "bureau": "分局领导", "auditor": "审计员", "security_admin": "安全管理员", "system_admin": "系统管理员",
}  # fmt: skip


def post_of(typed: str, kind: str) -> str:
    """A post as it is kept: the word of a role where one is named (by code too), else what stands there."""
    role = next((c for c, word in words.ROLES.items() if typed in (c, str(word), _CHINESE_ROLES[c])), None)
    if role is not None and kind in words.KINDS and kind not in FITS[role]:
        raise Refused("role_kind", kind=words.KINDS[kind], role=words.ROLES[role])
    if len(typed) > POST_LENGTH:
        raise Refused("post_long", limit=POST_LENGTH)
    return _CHINESE_ROLES[role] if role else typed


def phone_of(typed: str) -> str:
    return sealed.check_phone(typed).value if typed else ""
