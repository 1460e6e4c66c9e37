"""Words of the spine. States, actions and refusals speak through `decide.words`; these are the rest."""

from django.utils.translation import gettext_lazy as _

CHANNELS = {
    "call_110": _("110 来电"),
    "walk_in": _("上门报警"),
    "village_post": _("驻村"),
    "patrol": _("巡查"),
    "volunteer": _("志愿者"),
    "transfer": _("外单位转来"),
    "petition": _("信访"),
    "resident": _("群众扫码"),
    "api": _("接口"),
    "import": _("导入"),
}
KINDS = {
    "dispute": _("矛盾纠纷"),
    "crime": _("刑事"),
    "public_order": _("治安"),
    "traffic": _("交通"),
    "help": _("求助"),
    "tipoff": _("举报"),
    "complaint": _("投诉"),
    "other": _("其他"),
}
ORIGINS = {"call": _("警情"), "lead": _("线索"), "backlog": _("信访积案"), "split": _("拆分"), "import": _("导入")}
SIDES = {"a": _("甲方"), "b": _("乙方"), "c": _("第三方")}
SEXES = {"": _("未知"), "male": _("男"), "female": _("女")}
PARTS = {
    "handler": _("处置"),
    "mediator": _("调解"),
    "reporter": _("报送"),
    "agency": _("部门"),
    "watcher": _("关注"),
}
LINK_SOURCES = {"person": _("人工关联"), "system": _("系统建议，人工确认"), "import": _("导入时关联")}
ORDER_STATES = {
    "sent": _("已派"),
    "signed": _("已签收"),
    "arrived": _("已到场"),
    "done": _("已终结反馈"),
    "returned": _("已退单"),
    "recalled": _("已撤回"),
}
LEVELS = {1: _("一级"), 2: _("二级"), 3: _("三级")}
CATEGORIES = {"A": _("婚恋家庭"), "B": _("邻里民生"), "C": _("经济劳资"), "D": _("权属损害")}
UNMASK_FIELDS = {
    "name": _("姓名"),
    "phone": _("电话"),
    "id_number": _("证件"),
    "address": _("住址"),
}
UNMASK_REASONS = {
    "contact": _("联系当事人"),
    "verify": _("核对身份"),
    "paper": _("制作文书"),
    "safety": _("处置危险"),
    "other": _("其他（写明）"),
}
