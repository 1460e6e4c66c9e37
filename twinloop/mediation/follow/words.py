"""Words of the 2+2 campaigns (随诊)."""

from django.utils.translation import gettext_lazy as _

DECISIONS = {"": _("等决定"), "accepted": _("交 2+2 攻坚"), "declined": _("不用 2+2")}
OUTCOMES = {"": _("攻坚中"), "settled": _("已化解"), "failed": _("没有化解"), "left": _("停止攻坚")}
KINDS = {
    "visit": _("走访"), "talk": _("约谈"), "inquiry": _("查证"), "coordinate": _("协调"), "comfort": _("疏导"),
}  # fmt: skip
COLUMNS = {
    "nominated": _("等决定"), "given": _("刚交办"), "working": _("攻坚中"), "settled": _("已化解"),
    "ended": _("没有化解"),
}  # fmt: skip
SIDES = {"before": _("之前"), "after": _("之后")}
DECIDE = {"accepted": _("交 2+2 攻坚"), "declined": _("不用 2+2")}
REFUSALS = {
    "nomination_decided": _("没有保存：这条提名已经决定“{decision}”"),
    "nomination_why": _("没有保存：还差一样，写明理由"),
    "nomination_ground": _("没有提名：不够条件，没有积案、三年以上、两轮未化解、三次报警里的任何一样"),
    "nomination_open": _("没有提名：这件已经在等决定"),
    "campaign_open": _("没有做成：这件正在由 {team} 攻坚"),
    "campaign_violence": _("不能攻坚：这件是家庭暴力，走告诫书和保护（反家庭暴力法第 16、17 条）"),
    "campaign_dispute_over": _("没有做成：这件纠纷已经{state}"),
    "campaign_not_team": _("没有交办：{team} 不是 2+2 警辅调解队"),
    "campaign_team_short": _("没有交办：{team} {why}"),
    "campaign_conflict": _("没有交办：{name} 要回避，{why}"),
    "campaign_ended": _("没有保存：这次攻坚已经结束（{outcome}）"),
    "campaign_member": _("没有保存：攻坚记录由这支队的队员写"),
    "campaign_kind": _("没有保存：做了什么还没有选"),
    "campaign_empty": _("没有保存：还差一样，写明做了什么"),
    "campaign_future": _("没有保存：日期还没有到"),
    "campaign_before": _("没有保存：日期早于攻坚开始"),
    "campaign_next": _("没有保存：下一步做什么和哪天前要一起写"),
    "campaign_next_past": _("没有保存：下一步的日子早于这一步"),
    "campaign_pick": _("没有交办：还差一样，选一支 2+2 队"),
    "campaign_decision": _("没有保存：还差一样，交 2+2 还是不用"),
    "campaign_outcome": _("没有保存：结果还没有选"),
    "campaign_not_settled": _("没有保存：纠纷还没有化解，先在纠纷页记协议或和解"),
}
EVENTS = {
    "follow_nominated": ("flag", _("提名 2+2 随诊：{grounds}")),
    "follow_declined": ("flag-off", _("不用 2+2")),
    "campaign_started": ("users-group", _("{team} 开始攻坚")),
    "campaign_step": ("notes", _("攻坚记录：{kind}")),
    "campaign_ended": ("flag-check", _("攻坚结束：{outcome}")),
}
CODES = {"campaign_step": {"kind": KINDS}, "campaign_ended": {"outcome": OUTCOMES}}
