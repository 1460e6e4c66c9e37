"""Words of leads. Pages say them; the database keeps the codes."""

from django.utils.translation import gettext_lazy as _

from twinloop.cases.words import KINDS as OF_INCIDENTS

SOURCES = {
    "volunteer": _("志愿者"),
    "village_post": _("驻村"),
    "patrol": _("巡查"),
    "resident": _("群众扫码"),
    "grid_worker": _("网格员"),
    "police": _("民警、辅警"),
    "mediator": _("调解员"),
}
# the pictures that a reporter taps: (icon, word); one tap, no type of ours
PICTURES = {
    "neighbours": ("building-community", _("邻居")),
    "family": ("home", _("家里")),
    "money": ("coin", _("欠钱欠薪")),
    "noise": ("volume", _("噪音")),
    "land": ("map", _("土地房屋")),
    "else": ("dots", _("别的事")),
}
KINDS = {code: word for code, (_icon, word) in PICTURES.items()} | OF_INCIDENTS
STATES = {
    "new": _("待定"),
    "accepted": _("已受理"),
    "joined": _("已并入"),
    "declined": _("不予受理"),
    "withdrawn": _("已撤回"),
}
DECLINES = {
    "known": _("已经有人报过，正在办"),
    "no_dispute": _("不是纠纷，也不归公安管"),
    "unclear": _("说得不够清楚，又联系不上"),
    "elsewhere": _("不在本辖区"),
    "checked": _("去看过，没有这回事"),
    "other": _("其他原因"),
}
# what a reporter is told of the quarrel behind a lead, and nothing more
PROGRESS = {
    "new": _("已收到，等人看"),
    "accepted": _("已受理"),
    "handling": _("正在处理"),
    "settled": _("已经化解"),
    "declined": _("没有受理"),
    "withdrawn": _("您已撤回"),
}
REFUSALS = {
    "lead_empty": _("没有保存：还没有写是什么事"),
    "lead_long": _("没有保存：最多写 {most} 个字"),
    "lead_source": _("没有这种来源"),
    "lead_source_role": _("只有指挥室可以替别的来源报线索"),
    "lead_report_role": _("你的岗位不能报线索"),
    "lead_phone": _("没有保存：电话号码不对"),
    "lead_kind": _("没有这种事项"),
    "lead_place": _("没有保存：这个地方不在服务范围内"),
    "lead_photos": _("没有保存：最多 {most} 张照片"),
    "lead_photo_kind": _("没有保存：“{name}”不是照片"),
    "lead_decided": _("{who} {when} 已经处理：{state}"),
    "lead_role": _("你的岗位不能处理线索"),
    "lead_reason": _("没有保存：先选原因"),
    "lead_words": _("没有保存：选“其他原因”要写明，报的人会看到"),
    "lead_dispute_missing": _("没有并入：没有这件纠纷，或不在你的范围内"),
    "lead_dispute_over": _("没有并入：{number} 已并入别的纠纷或已移送"),
    "lead_code": _("没有查到：查询码不对，或者已经过期"),
    "lead_added_enough": _("已经补充过 {most} 次，有新情况请另报一件"),
    "lead_over": _("已经处理完，不能再补充或撤回"),
    "lead_field": _("没有这一项可以显示"),
    "lead_confidential": _("报的人要求保密：只有指挥室、所长和分局领导可以查看"),
}
