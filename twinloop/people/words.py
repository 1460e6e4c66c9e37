"""Words of the people room. Codes stand in models.py; a test asks that each has words in both languages."""

from django.utils.translation import gettext_lazy as _

ROLES = {
    "dispatcher": _("指挥室值班员"),
    "officer": _("接处警民警"),
    "community_officer": _("社区民警"),
    "auxiliary": _("驻村辅警"),
    "mediator": _("调解员"),
    "volunteer": _("志愿者"),
    "grid_worker": _("网格员"),
    "agency": _("部门联络员"),
    "chief": _("所长"),
    "bureau": _("分局领导"),
    "auditor": _("审计员"),
    "security_admin": _("安全管理员"),
    "system_admin": _("系统管理员"),
}
KINDS = {
    "sworn": _("民警"),
    "auxiliary": _("辅警"),
    "mediator": _("调解员"),
    "grid_worker": _("网格员"),
    "agency": _("部门联络员"),
    "volunteer": _("志愿者"),
    "staff": _("文职"),
}
UNITS = {
    "bureau": _("分局"),
    "command_room": _("综合指挥室"),
    "station": _("派出所"),
    "office": _("综合室"),
    "calls_team": _("接处警队"),
    "community_team": _("社区警务队"),
    "agency": _("部门"),
}
SEATS = {"resident": _("常驻"), "rotating": _("轮驻"), "": _("无")}
TEAMS = {"neighbour": _("好邻舍调解队"), "two_plus_two": _("2+2 警辅调解队"), "volunteer": _("志愿服务队")}
TRAITS = {
    "patient": _("耐心倾听"),
    "firm": _("果断"),
    "dialect_hakka": _("会客家话"),
    "with_elders": _("善与老人沟通"),
    "with_minors": _("善与未成年人沟通"),
}
DUTIES = {"command": _("指挥室值班"), "calls": _("接处警值班"), "community": _("社区值班"), "lead": _("带班")}
LEAVES = {"annual": _("年休"), "sick": _("病假"), "training": _("培训"), "away": _("外出"), "other": _("其他")}
ELDERS = {
    "party_member": _("老党员"),
    "cadre": _("老干部"),
    "model": _("老模范"),
    "teacher": _("老教师"),
    "soldier": _("老军人"),
}
