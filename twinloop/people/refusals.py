"""Why an action of this room is refused: one sentence a code, said the same by button, page, command and API."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from twinloop.decide import Refused
from twinloop.edge.identity import IdentityRefused

__all__ = ["SENTENCES", "IdentityRefused", "Refused", "say", "say_unreadable"]

SENTENCES = {
    # who may
    "needs_system_admin": _("系统管理员才能办"),
    "needs_security_admin": _("安全管理员才能办"),
    "needs_chief": _("本所所长才能办"),
    "needs_recorder": _("本人、本所所长或分局领导才能办"),
    "needs_self": _("只能本人自己说"),
    "own_account": _("自己的账号由另一位管理员来改"),
    "own_roles": _("不能给自己授权，由另一位安全管理员来办"),
    "own_skill": _("自己的专长由所长或分局领导来记"),
    "not_your_station": _("%(name)s 不在你的所"),
    "wider_than_you": _("%(name)s 看得比你宽，由分局领导来办"),
    # accounts
    "username_empty": _("还差警号（账号）"),
    "username_shape": _("警号（账号）只含数字、字母、点和横线，最多 40 位"),
    "username_unknown": _("没有警号（账号）%(username)s"),
    "username_taken": _("警号（账号）%(username)s 已有人用"),
    "id_taken": _("这个身份证号已在另一个账号名下"),
    "kind_unknown": _("没有“%(kind)s”这种人员类别"),
    "elder_not_mediator": _("五老只用于调解员"),
    "veteran_not_sworn": _("老民警只用于民警"),
    "left_before_joined": _("离开的日子早于到岗的日子"),
    "unit_closed": _("%(unit)s 已撤销"),
    "not_active": _("%(name)s 的账号已停用"),
    "already_active": _("%(name)s 的账号没有停用"),
    "last_of_office": _("这是最后一位%(role)s，先授权给另一人"),
    "office_help": _("管理员和审计员的登录由安全管理员来帮"),
    "reason_missing": _("还差理由"),
    # roles
    "role_kind": _("%(kind)s不能任%(role)s"),
    "role_needs_station": _("%(role)s要先有派出所"),
    "role_needs_unit": _("%(role)s要先有单位"),
    "offices_apart": _("%(role)s不能和%(held)s由一人兼任"),
    "role_held": _("这段时间已经是%(role)s"),
    "role_over": _("这个岗位已经到期"),
    "period_empty": _("结束要晚于开始"),
    # what is known of a person
    "type_unknown": _("没有类型 %(type)s"),
    "grade_unknown": _("专长分 1 至 3 级"),
    "trait_unknown": _("没有这一项"),
    "consent_missing": _("还差同意：勾上才记，随时可以撤回"),
    "trait_held": _("这一项已经记了"),
    "trait_withdrawn": _("这一项已经撤回"),
    # duty and leave
    "duty_overlap": _("%(name)s 这段时间已有值班"),
    "duty_bound": _("%(name)s 这段时间已排驻村，先在驻村排班里改"),
    "duty_on_leave": _("%(name)s 这段时间请假"),
    "duty_kind": _("%(unit)s没有“%(kind)s”"),
    "leave_overlap": _("%(name)s 这段时间已有请假"),
    "leave_over": _("请假已经过去"),
    "deputy_self": _("代理人不能是本人"),
    "deputy_inactive": _("代理人 %(name)s 的账号已停用"),
    "deputy_kind": _("代理人要和本人同一人员类别"),
    "deputy_house": _("代理人要在同一个所或单位"),
    "deputy_office": _("系统、安全、审计三个岗位不代理，也不代理别人"),
    "deputy_cycle": _("代理转了一圈又回到 %(name)s，没有人在岗"),
    # units and teams
    "name_empty": _("还差名称"),
    "unit_code_taken": _("单位代码 %(unit)s 已有"),
    "unit_parent": _("%(kind)s要设在%(parent)s下面"),
    "unit_seat": _("常驻或轮驻只用于部门"),
    "unit_seat_missing": _("部门还差常驻或轮驻"),
    "unit_part_twice": _("%(station)s已有%(kind)s：一室两队各一个"),
    "unit_in_use": _("%(unit)s还有 %(count)s 人或下级，先调走"),
    "team_name_taken": _("已有队伍“%(name)s”"),
    "team_station": _("%(kind)s要先定派出所"),
    "team_closed": _("%(name)s 已解散"),
    "member_kind": _("%(kind)s不能进%(team)s"),
    "member_station": _("%(name)s 不是%(station)s的人"),
    "member_held": _("%(name)s 已在队里"),
    "member_gone": _("%(name)s 不在队里"),
    "lead_held": _("已有队长 %(name)s，先免去"),
    "lead_not_sworn": _("2+2 队由民警带队（程序规定第 52 条）"),
    # import
    "kind_missing": _("还差人员类别"),
    "unit_unknown": _("没有单位“%(unit)s”"),
    "unit_near": _("没有单位“%(unit)s”，最接近的是“%(near)s”"),
    "unit_many": _("“%(unit)s”不止一个，改用单位代码"),
    "post_long": _("岗位最多 %(limit)s 个字"),
    "number_of_other": _("警号 %(username)s 已是另一个人（姓名、类别或身份证号不同）"),
    "import_expired": _("文件只留一小时，再选一次"),
    "import_rows": _("有 %(count)s 行不对，一行也没有导入；可以只导入对的行"),
}
PARENTS = {"command_room": "bureau", "station": "bureau", "office": "station", "calls_team": "station",
           "community_team": "station"}  # fmt: skip


def say(refused: Refused | IdentityRefused) -> str:
    """The sentence of a refusal in the language of the moment."""
    if isinstance(refused, IdentityRefused):
        from django.utils.translation import get_language

        from twinloop.edge.words import say as say_identity

        return say_identity(refused.code, get_language() or "zh", **refused.facts)
    sentence = SENTENCES[refused.code]
    return str(sentence) % refused.facts if refused.facts else str(sentence)


def say_unreadable(error: Exception) -> str:
    """Why a file is no table of people."""
    from django.utils.translation import get_language

    from twinloop.edge.tables import Unreadable
    from twinloop.edge.tables import say as say_table

    if isinstance(error, Unreadable):
        return say_table(error.code, get_language() or "zh", **error.facts)
    return str(error)
