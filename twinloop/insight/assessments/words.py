"""Words of assessment (考核, 评优推荐)."""

from django.utils.translation import gettext_lazy as _

KINDS = {
    "person": _("责任民警"), "community": _("村居"), "station": _("派出所"), "neighbour": _("好邻舍队"),
    "two_plus_two": _("2+2 队"), "volunteer": _("志愿队"), "agency": _("部门"),
}  # fmt: skip
MEASURES = {
    "agency_fed_back": _("吹哨按时反馈率"), "pushes_signed": _("推送按时签收率"),
    "pushes_replied": _("推送按时回复率"), "objections_lost": _("异议没有成立的占比"),
    "mediations_settled": _("调解成功率"), "sessions_held": _("约好的调解开成率"),
    "campaigns_settled": _("攻坚化解率"), "steps_in_time": _("下一步按时做到率"),
    "leads_taken": _("线索采用率"), "activities_prompt": _("活动两天内记下率"),
}  # fmt: skip
BESIDE = {
    "hours_to_answer": _("签收用时中位数（小时）"), "whistles": _("吹哨"), "pushes": _("推送"),
    "mediations": _("开始的调解"), "sessions": _("约的调解"), "campaigns": _("攻坚中的纠纷"), "steps": _("做的步骤"),
    "activities": _("活动"), "hours": _("时长（小时）"), "helped": _("帮到的人"),
}  # fmt: skip
VERDICTS = {"met": _("达标"), "unsure": _("差得不多"), "missed": _("没有达标"), "small": _("数太少，不评")}
ANSWERS = {"upheld": _("采纳，已改"), "kept": _("不采纳，维持")}
HONOURS = {"merit": _("评先评优"), "reserve": _("后备干部")}
STATES = {"proposed": _("推荐"), "accepted": _("同意"), "declined": _("不同意")}
REFUSALS = {
    "assessment_running": _("没有考核：这个月还没有过完"),
    "assessment_known": _("没有考核：{month} 已经考核过。数字有改动的，由申诉更正"),
    "assessment_role": _("没有保存：由所长或分局领导来做"),
    "assessment_setter": _("没有保存：考核办法由分局领导设定"),
    "assessment_soon": _("没有保存：新办法最早从下个月起用"),
    "assessment_why": _("没有保存：还差一样，写明原因"),
    "assessment_figures": _("没有保存：每个指标只能有一次，权重和最少件数至少 1，达标线在 0 和 100 之间"),
    "contest_not_yours": _("没有提交：只能对自己的考核提出"),
    "contest_open": _("没有提交：已经提出过，等答复"),
    "contest_over": _("没有保存：{who} 已经在 {when} 答复"),
    "contest_own": _("没有保存：自己的申诉由别的领导答复"),
    "contest_nothing": _("没有保存：采纳的话，勾出哪几行不计"),
    "contest_rows": _("没有保存：{number} 不在这份考核的依据里"),
    "nomination_twice": _("没有推荐：已经推荐过"),
    "nomination_over": _("没有保存：已经有结果"),
    "nomination_person": _("没有推荐：后备干部只能是个人"),
    "nomination_small": _("没有推荐：数太少不评的，不能凭这份考核推荐"),
}
EVENTS = {
    "assessment_made": ("award", _("考核 {month}：{count} 个")),
    "contest_made": ("message-exclamation", _("对考核提出申诉")),
    "contest_answered": ("message-check", _("答复申诉：{answer}")),
    "nomination_made": ("award", _("推荐：{honour}")),
    "nomination_decided": ("award", _("推荐结果：{state}")),
    "scheme_set": ("adjustments", _("设定考核办法：{kind}")),
}
CODES = {
    "contest_answered": {"answer": ANSWERS},
    "nomination_made": {"honour": HONOURS},
    "nomination_decided": {"state": STATES},
    "scheme_set": {"kind": KINDS},
}
