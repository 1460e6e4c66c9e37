"""Words of joint mediation by whistle: 吹哨, 签收, 报到, 反馈, 派单异议, 升温, 席位."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

PARTS = {"lead": _("牵头"), "assist": _("协办")}
STATES = {
    "sent": _("待签收"),
    "signed": _("已签收"),
    "arrived": _("已报到"),
    "done": _("已办结"),
    "moved": _("已改派"),
    "recalled": _("已撤回"),
}
RESULTS = {
    "under_way": _("正在办"),
    "done": _("已经办了"),
    "cannot": _("依法办不了"),
}
GROUNDS = {
    "not_subject": _("不是本单位主管"),
    "not_place": _("不在本单位辖区"),
    "other_first": _("应由别的单位先办"),
    "handled": _("别的单位已经在办"),
}
DECISIONS = {"stays": _("维持，由本单位办"), "moves": _("改派")}
# what somebody saw or heard; the names are those that the scorecard of levels counts (`triage.levels`)
SIGNS = {
    "death_threat": _("扬言杀人"),
    "threat": _("扬言报复"),
    "weapon": _("有凶器"),
    "violence": _("动手了"),
    "injury": _("有人受伤"),
    "group_event": _("多人聚集"),
    "self_harm_threat": _("扬言自伤"),
    "other": _("别的苗头"),
}
OUTCOMES = {
    "sent": _("已派人去"),
    "level": _("重新定级"),
    "review": _("重新研判"),
    "watch": _("照原来办，盯着"),
}
COLUMNS = {
    "objected": _("异议"),
    "sent": _("待签收"),
    "on_way": _("在路上"),
    "at_work": pgettext_lazy("whistle column", "在办"),
    "done": _("已办结"),
}
EVERY = _("每件纠纷")
CATEGORIES = {"A": _("婚恋家庭"), "B": _("邻里民生"), "C": _("经济劳资"), "D": _("权属损害")}
REFUSALS = {
    "whistle_over": _("不能吹哨：这件纠纷已经{state}"),
    "whistle_not_agency": _("没有吹哨：{unit} 不是外单位，或已停用"),
    "whistle_twice": _("没有吹哨：{unit} 已经在办这件纠纷，吹哨号 {number}"),
    "whistle_text_empty": _("没有吹哨：还差一样，写明要各单位做什么"),
    "whistle_blank": _("没有吹哨：“请做”还空着，写明要各单位做什么"),
    "whistle_text_long": _("没有保存：最多 {most} 个字"),
    "whistle_where": _("没有吹哨：紧急的要写明到哪里"),
    "whistle_moved": _("没有做成：这件已经是“{state}”，先看现在的内容"),
    "whistle_leads": _("没有换：{unit} 已经是牵头"),
    "whistle_feedback_empty": _("没有反馈：还差一样，写明做了什么"),
    "whistle_result": _("没有反馈：还没有选办理结果"),
    "whistle_final_result": _("没有反馈：最后一次反馈要说办了还是办不了"),
    "whistle_why": _("没有做成：还差一样，写明原因"),
    "whistle_pending": _("没有做成：异议还在裁定，裁定前由首接单位办"),
    "whistle_decision_missing": _("没有裁定：还没有选维持还是改派"),
    "whistle_decided": _("没有裁定：已经裁定过了"),
    "whistle_not_arbiter": _("没有裁定：要由所长、分局领导裁定，吹哨的人自己不能裁"),
    "heat_empty": _("没有报：勾一样，或写一句出了什么事"),
    "heat_taken": _("已经有人接着办了"),
    "heat_outcome": _("没有保存：还没有选怎么办"),
    "heat_why": _("没有保存：还差一样，写一句为什么"),
    "competence_subject": _("没有保存：没有这一类纠纷"),
    "competence_source": _("没有保存：还差一样，写明依据"),
    "competence_twice": _("没有保存：{unit} 已有同样的一条"),
    "competence_gone": _("这一条已经停用"),
    "seat_days": _("没有保存：席位从今天起，最多排 {most} 天"),
    "seat_nobody": _("没有排：还没有标为常驻或轮驻的单位，先在“单位”里标"),
}
# codes in an event → words, when the timeline tells it
TOLD = {"whistle_result": RESULTS, "whistle_ground": GROUNDS, "heat_signs": SIGNS, "heat_outcome": OUTCOMES}
# what the timeline of a dispute tells
EVENTS = {
    "whistle_blown": ("speakerphone", _("吹哨 {number}：{units}，{lead}牵头")),
    "whistle_signed": ("writing-sign", _("{unit}签收 {number}")),
    "whistle_arrived": ("map-pin-check", _("{unit}报到 {number}")),
    "whistle_feedback": ("message", _("{unit}反馈：{whistle_result}")),
    "whistle_done": ("message-check", _("{unit}办结：{whistle_result}")),
    "whistle_objected": ("arrow-back", _("{unit}提异议：{whistle_ground}")),
    "whistle_stays": ("gavel", _("裁定：仍由{unit}办")),
    "whistle_passed": ("gavel", _("裁定：{unit}改派{to}")),
    "whistle_lead": ("arrows-exchange", _("{number} 改由{unit}牵头")),
    "whistle_recalled": ("arrow-back-up", _("撤回给{unit}的吹哨")),
    "whistle_heated": ("flame", _("升温，请公安研判：{heat_signs}")),
    "whistle_heat_taken": ("user-check", _("接办升温：{heat_outcome}")),
}
