"""Words of the spine. States, actions and refusals speak through `decide.words`; these are the rest."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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
# why an order or a clock ended, where the software says it by a code
ENDED = {
    "silent": pgettext_lazy("ended", "没有人签收，另派"),
    "recalled": pgettext_lazy("ended", "派出后马上撤回"),
    "returned": pgettext_lazy("ended", "退单"),
    "reopened": pgettext_lazy("ended", "重新打开"),
    "extended": pgettext_lazy("ended", "已延长"),
    "declined": pgettext_lazy("ended", "双方不申请确认"),
    "lapsed": pgettext_lazy("ended", "期满没有人申请"),
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
# codes that the actions of this room refuse with; those of decide and edge have their own tables
REFUSALS = {
    "reason_missing": _("还差一样：写明原因"),
    "linked_elsewhere": _("这条警情已经关联到 {number}，先取消那里的关联"),
    "merge_itself": _("不能并入自己，也不能绕回来并入自己"),
    "already_undone": _("已经取消过了"),
    "split_foreign": _("选中的警情不全在这件纠纷里，没有拆分"),
    "split_all": _("全部警情都拆走，这件纠纷就空了：至少留下一条"),
    "clock_over": _("这个时限已经结束"),
    "clock_stands": _("这个时限已经停着"),
    "clock_runs": _("这个时限没有停，不用恢复"),
    "no_such_field": _("没有这一项可以显示"),
    "unmask_role": _("你的岗位不能查看身份信息"),
    "unmask_confidential": _("报警人要求保密：只有指挥室、所长和分局领导可以查看"),
    "unmask_hidden_address": _("住址已保护：只有所长和分局领导可以查看"),
    "no_such_note": _("没有这种记录"),
    "nothing_noted": _("没有保存：什么都没有填"),
    "callback_too_early": _("还没有化解，不能记回访"),
    "leader_only": _("一级纠纷要由所长或分局领导签字"),
    "review_empty": _("没有保存：研判要写出分析"),
    "future_date": _("日期还没有到"),
    "term_over": _("这一条约定已经有结果"),
    "term_watched": _("没有记下：这一条由调解协议一期一期地盯，到“履行”里打开那份协议，在那里记"),
    "note_empty": _("没有保存：笔记是空的"),
    "unknown_action": _("没有这个动作"),
    "unknown_taker": _("没有这个接单人，或已停用"),
    "unknown_target": _("没有要并入的那件纠纷，或不在你的范围内"),
    "needs_administrator": _("时限和节假日只能由系统管理员设定"),
    "parameter_no_editor": _("评分表、权重、门槛和类型只能由系统管理员或局领导设定"),
    "parameter_too_soon": _("没有保存：新的一组最早从明天起用"),
    "parameter_why_missing": _("还差一样：写明为什么改"),
    "parameter_why_long": _("原因最多 200 字"),
    "parameter_same": _("没有保存：和现在的一组一样"),
    "parameter_changed": _("没有保存：别人刚设过一组，先看看再试算"),
    "parameter_not_previewed": _("没有保存：先试算再启用；试算之后改过任何一项都要重新试算"),
    "rule_too_soon": _("没有保存：新规则最早从明天起用"),
    "year_known": _("{year} 年是自带的，不能改"),
    "year_empty": _("没有保存：放假的日子还没有写"),
    "source_missing": _("没有保存：依据还没有写"),
    "year_wrong": _("没有保存：{day} 不在 {year} 年"),
    "year_overlap": _("没有保存：{day} 又放假又上班"),
    "workday_is_weekday": _("没有保存：{day} 本来就是工作日，不用写成调休"),
    "gate_facts": _("还有事实没有核对"),
    "unknown_incident": _("没有这条警情，或不在你的范围内"),
    "bad_date": _("日期要写成 2026-04-16"),
    "bad_level": _("等级只有 1、2、3"),
    "bad_cursor": _("翻页标记不对，从第一页重来"),
}
