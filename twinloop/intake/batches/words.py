"""Words of imports: kinds, forms, states, what is wrong with a row, why an import is refused."""

from django.utils.translation import gettext_lazy as _

KINDS = {
    "jjd": _("接警单、处警单、反馈单"),
    "messages": _("群众留言"),
    "petitions": _("信访积案"),
    "volunteers": _("志愿者"),
    "indicators": _("外来指标"),
    "people": _("人员"),
    "places": _("行政区划"),
}
# what each kind becomes, said before anybody sends a file
KIND_HINTS = {
    "jjd": _("成为警情，处警单和反馈单挂在各自的接警单下"),
    "messages": _("每条留言成为一条警情，答复留作反馈"),
    "petitions": _("每件成为一件来源为信访积案的纠纷，受理和答复期限随之开始"),
    "volunteers": _("成为志愿者账号，按队名入队；不授予岗位"),
    "indicators": _("八类案件、满意度、安全感等外来数字，供指标页引用"),
}
WITH_OUTCOME = ("jjd", "messages")  # reports: what is judged and sent on afterwards has a page of its own
FORMS = {
    "call": _("接警单"),
    "order": _("处警单"),
    "feedback": _("反馈单"),
    "message": _("留言"),
    "petition": _("信访件"),
    "volunteer": _("志愿者"),
    "figure": _("数字"),
    "person": _("人员"),
}
STATES = {
    "draft": _("待确认"),
    "running": _("正在导入"),
    "done": _("已导入"),
    "failed": _("没有导入"),
    "undone": _("已撤销"),
}
# why a row is set aside; {…} are facts
FAULTS = {
    "empty": _("没有填写"),
    "characters": _("含有不能保存的字符"),
    "long": _("超过 {limit} 个字"),
    "number_shape": _("编号只含数字、字母和横线，最多 {limit} 位"),
    "moment": _("不是日期时间：要写成 2026-03-05 08:11:00"),
    "moment_clock": _("没有这个时刻"),
    "moment_day": _("没有这一天"),
    "moment_serial": _("是表格的日期序号，不是日期：把这一列设为“日期”再导出"),
    "moment_republic": _("年份不是公历：要写成 2026-03-05"),
    "moment_no_time": _("只有日期，没有钟点"),
    "moment_future": _("在将来"),
    "moment_old": _("早于 1949 年"),
    "moment_order": _("早于{earlier}"),
    "whole_number": _("要写成不小于 0 的整数"),
    "figure": _("要写成不小于 0 的数"),
    "yes_no": _("要写成 是 或 否（1 或 0）"),
    "period": _("要写成 2025、2025-03、2025Q1 或 2025-01-01/2025-12-31"),
    "zero_below": _("分母要大于 0"),
    "both_moments": _("“报警时间”和“接警时间”至少要有一个"),
    "number_shared": _("同一编号有几行，内容不同：一件事留一行"),
    "number_known": _("这个编号已经有了，内容和这一行不同"),
    "number_elsewhere": _("这个编号已经由别的途径登记"),
    "orphan": _("找不到它的接警单：和接警单一起导入，或先导入接警单"),
    "before_call": _("早于接警单上的报警时间"),
    "order_elsewhere": _("处警单属于另一张接警单"),
    "team_unknown": _("没有“{team}”这支志愿队，先在“队伍”里建好"),
    "team_many": _("叫“{team}”的志愿队不止一支"),
    "account_known": _("这个编号已有别的账号"),
    "place_unknown": _("辖区里没有“{place}”"),
    "not_written": _("没有写入：{why}"),
}
REFUSALS = {
    "batch_kind": _("没有“{kind}”这种导入"),
    "batch_columns": _("还差列：{missing}。文件里有：{found}"),
    "batch_mapping": _("对应表里的“{column}”不在文件里。文件里有：{found}"),
    "batch_field": _("对应表里的“{field}”不是这种文件的栏目"),
    "batch_busy": _("另一次导入正在进行，完成后再试"),
    "batch_gone": _("上传的文件只留一天，已经删去：再传一次"),
    "batch_over": _("这一批已经处理过"),
    "batch_not_done": _("这一批没有导入过，不用撤销"),
    "batch_unknown": _("没有第 {batch} 批导入"),
    "batch_why": _("还差撤销的理由"),
    "batch_large": _("文件共超过 {mib} MiB：用 twinloop import {kind}"),
    "batch_no_reports": _("这一批没有警情可研判"),
    "batch_judged": _("这一批都研判过了"),
    "batch_judging": _("这一批正在研判"),
    "batch_files": _("一次最多 {count} 个文件"),
}
NOTES = {
    "order_unknown": _("{count} 张反馈单写的处警单不在文件里，只挂到接警单下"),
    "resumed": _("接着上次中断的第 {batch} 批"),
    "sheet_passed": _("工作表“{sheet}”没有要的列，没有读"),
    "unused": _("没有用到的列：{columns}"),
}

# what the timeline of a case says when its import is undone: (icon, sentence)
EVENTS = {
    "dispute_withdrawn": ("arrow-back-up", _("撤销导入")),
    "incident_withdrawn": ("arrow-back-up", _("撤销导入的警情")),
    "order_withdrawn": ("arrow-back-up", _("撤销导入的处警单")),
    "feedback_withdrawn": ("arrow-back-up", _("撤销导入的反馈单")),
}
