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
DOES = {  # a day of each role in a breath: the role picker of a demo, the start message
    "dispatcher": _("接警、分流、派单，盯时限"),
    "officer": _("手机上签收、到场、反馈"),
    "community_officer": _("二次处置、走访、回访，管进度表"),
    "auxiliary": _("每周驻村两天，帮群众、找纠纷"),
    "mediator": _("在社区警务室调解"),
    "volunteer": _("走访、报线索"),
    "grid_worker": _("报线索、参加联合走访"),
    "agency": _("听哨报到，回复推送"),
    "chief": _("日清日结，管全所的人和案"),
    "bureau": _("看上墙、指标和报告，包一级案"),
    "auditor": _("查谁看过什么"),
    "security_admin": _("授权、解锁"),
    "system_admin": _("管账号、单位和设置"),
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
# the types of domain.md §2 under which skills are kept; the dated list of types itself is the cases' own
SKILLS = {
    "A1": _("恋爱情感"),
    "A2": _("婚姻家庭"),
    "A3": _("赡养抚养继承"),
    "B1": _("邻里相邻"),
    "B2": _("噪音扰民"),
    "B3": _("物业管理"),
    "C1": _("债务借贷"),
    "C2": _("劳动劳资"),
    "C3": _("消费合同"),
    "D1": _("土地山林宅基地"),
    "D2": _("征迁施工与损害赔偿"),
    "D3": _("其他类型"),
}
GRADES = {1: _("能办"), 2: _("熟手"), 3: _("拿手")}
REASONS = {
    "call": _("要打电话"),
    "check": _("核对身份"),
    "paper": _("写文书"),
    "other": _("别的"),
}
