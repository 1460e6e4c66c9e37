"""Words of mediations and sessions: 寻诊, 随诊, 会诊, 调解会."""

from django.utils.translation import gettext_lazy as _

from twinloop.cases.words import SIDES

TRACKS = {"people": _("人民调解"), "police": _("治安调解"), "judicial": _("司法调解"), "sector": _("行业调解")}
STRENGTHS = {"seek": _("寻诊"), "follow": _("随诊"), "joint": _("会诊")}
PROCEDURES = {"simple": _("简易程序"), "ordinary": _("普通程序")}
STATES = {
    "open": _("调解中"),
    "agreed": _("谈成，等协议"),
    "settled": _("已化解"),
    "failed": _("没有调成"),
    "refused": _("一方不愿意"),
    "ended": _("已终止"),
}
OUTCOMES = {
    "agreed": _("谈成了"),
    "again": _("没谈拢，再约一次"),
    "failed": _("没谈成，结束"),
    "refused": _("有人不愿意调"),
    "postponed": _("没开成，改期"),
    "dropped": _("取消"),
}
PARTS = {
    "party": _("当事人"),
    "guardian": _("监护人"),
    "interpreter": _("翻译"),
    "agent": _("代理人"),
    "witness": _("见证人"),
    "helper": _("协助的人"),
}
TOLD = {"phone": _("打电话"), "door": _("上门说"), "message": _("发消息"), "paper": _("送通知书")}
ANSWERS = {"yes": _("会来"), "no": _("不来"), "unsure": _("说不定")}
GROUNDS = {
    "ground_level_one": _("一级纠纷，由包案领导牵头会诊"),
    "ground_level_two": _("二级纠纷，由 2+2 队跟进"),
    "ground_level_three": _("三级纠纷，先由近的调解员调"),
    "ground_group": _("多人聚集"),
    "ground_agency": _("要别的部门一起办"),
    "ground_backlog": _("信访积案"),
    "ground_old": _("拖了三年以上"),
    "ground_failed": _("已经两次没有调成"),
    "ground_called": _("三次以上报警"),
    "ground_wish": _("双方要求"),
    "ground_no_offence": _("不是违反治安管理的行为，走人民调解（程序规定第 178 条）"),
    "ground_people_refused": _("一方不愿人民调解"),
}
REFUSALS = {
    "mediation_open": _("不能再开：这件已经在调解，先看现在的"),
    "mediation_over": _("没有做成：这次调解已经是“{state}”"),
    "mediation_not_now": _("不能开始调解：纠纷现在是“{state}”，处置中才能开始"),
    "mediation_why": _("没有保存：没有按建议选，还差一样，写明原因"),
    "mediation_barred": _("不能选 {name}：{why}，要回避"),
    "mediation_uncompared": _(
        "不能选 {name}：名下有旧的回避，换密钥后没法和当事人比对，先到名册上把这条重写一遍，再撤销旧的"
    ),
    "mediation_unwanted": _("不能选 {name}：{party} 不要这位调解员（人民调解法第 17、23 条）"),
    "mediation_lead_auxiliary": _("不能由 {name} 主持：辅警不能主持治安调解，由民警主持（程序规定第 52 条）"),
    "mediation_lead_sworn": _("不能由 {name} 主持：治安调解由民警主持（程序规定第 52 条）"),
    "mediation_lead_barred": _("不能由 {name} 主持：{why}"),
    "mediation_wished": _("不能改人：各方一起选了 {name}，按当事人的选择（人民调解法第 19、23 条）"),
    "mediation_silent": _("还不能开始：{who} 还没有说愿意，先问清再记（人民调解法第 17 条）"),
    "mediation_gate": _("不能调解：{why}{cited}"),
    "mediation_future": _("没有保存：受理日期还没有到"),
    "mediation_consent": _("没有延长：还差一样，双方都同意"),
    "mediation_extend_people": _("没有延长：只有人民调解可以延长"),
    "mediation_extend_day": _("没有延长：新的日期要在原来的期限以后，最多再加 90 天"),
    "mediation_party_other": _("没有保存：这位当事人不在这件纠纷里"),
    "mediation_unwilling_twice": _("没有保存：{party} 不愿意已经记过"),
    "mediation_violence": _("不能调解：这件是家庭暴力，走告诫书和保护，不做邻里调解（反家庭暴力法第 16、17 条）"),
    "session_time": _("没有约成：结束要晚于开始，一次不超过 8 小时"),
    "session_past": _("没有约成：时间已经过去"),
    "session_room_taken": _("没有约成：{room} 这段时间有别的调解会，换时间或换地方；{next}"),
    "session_room_shut": _("没有约成：{room} 这段时间不开（{hours}），换时间或换地方；{next}"),
    "session_mediator_taken": _("没有约成：{name} 这段时间有别的调解会，换时间或换人；{next}"),
    "session_mediator_out": _("没有约成：{name} {since} 至 {until} 不在，换时间或换人；{next}"),
    "session_mediator_away": _("没有约成：{name} 这段时间请假，换时间或换人；{next}"),
    "session_mediator_duty": _("没有约成：{name} 这段时间值班（{duty}），换时间或换人；{next}"),
    "session_mediator_posted": _("没有约成：{name} 这段时间驻村，换时间或换人；{next}"),
    "session_part": _("没有保存：来的人是什么身份还没有选"),
    "session_told_how": _("没有保存：怎样通知的还没有选"),
    "session_not_invited": _("没有保存：这个人不在这次调解会的名单里"),
    "session_where": _("没有约成：在哪里还没有写"),
    "session_pending": _("没有约成：上一次（第 {round} 次）还没有记结果"),
    "session_room_closed": _("没有约成：{room} 已经停用"),
    "session_over": _("没有做成：这次调解会已经记了结果“{outcome}”"),
    "session_early": _("还不能记结果：调解会 {at} 才开始"),
    "session_nobody": _("没有保存：谁到了还没有记，双方都要有人到"),
    "session_guardian": _("没有保存：{who} 是未成年人，监护人没有到场，不能调（程序规定第 181 条）"),
    "session_guardian_whose": _("没有保存：是谁的监护人还没有选"),
    "session_name": _("没有保存：姓名还没有写"),
    "session_said": _("没有保存：还差一样，写一句为什么"),
    "session_no_more": _("不能再约：治安调解最多两次，这次没成就要依法处理（程序规定第 183 条）"),
    "session_refuser": _("没有保存：哪一方不愿意还没有选"),
    "session_caucus_own": _("没有保存：单独谈话只有参加这次调解的调解员能记"),
    "session_caucus_empty": _("没有保存：还没有写谈了什么"),
    "session_terms": _("没有保存：谁做什么、哪天前，还没有写全"),
}
EVENTS = {
    "mediation_suggested": ("bulb", _("建议{strength}，{track}")),
    "mediation_chosen": ("heart-handshake", _("定为{strength}，{track}，{lead} 主持")),
    "mediation_strengthened": ("users-group", _("由{was}转为{strength}")),
    "mediation_willing": ("message-circle", _("{who} 愿意{track}，想请的人：{lead}")),
    "mediation_unwilling": ("hand-stop", _("{who} 不愿意：{what}")),
    "mediation_lifted": ("hand-stop", _("{who} 改了主意，愿意调解")),
    "mediation_extended": ("calendar-plus", _("双方同意，调解延到 {until}")),
    "mediation_ended": ("heart-broken", _("调解结束：{state}")),
    "mediation_settled": ("heart-handshake", _("协议生效，这次调解结束")),
    "session_planned": ("calendar-event", _("约第 {round} 次调解会：{start}，{room}")),
    "session_asked": ("user-plus", _("请来 {who}（{as_}）")),
    "session_told": ("phone", _("通知 {who}：{how}")),
    "session_came": ("users", _("第 {round} 次调解会到场 {count} 人")),
    "session_outcome": ("heart-handshake", _("第 {round} 次调解会：{outcome}")),
    "session_caucus": ("lock", _("单独谈话一次（{side}），内容只有调解员能看")),
    "session_recording": ("video", _("录音录像编号 {number}")),
}
# verb → (what of it is a code, its words): said in the reader's language
CODES = {
    "mediation_suggested": {"strength": STRENGTHS, "track": TRACKS},
    "mediation_chosen": {"strength": STRENGTHS, "track": TRACKS},
    "mediation_strengthened": {"strength": STRENGTHS, "was": STRENGTHS},
    "mediation_willing": {"track": TRACKS},
    "mediation_unwilling": {"what": TRACKS},
    "mediation_ended": {"state": STATES},
    "session_asked": {"as_": PARTS},
    "session_told": {"how": TOLD},
    "session_outcome": {"outcome": OUTCOMES},
    "session_caucus": {"side": SIDES},
}
