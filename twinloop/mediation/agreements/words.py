"""Words of agreements: 人民调解协议书, 治安调解协议书, 口头协议登记, 履行, 司法确认."""

from django.utils.translation import gettext_lazy as _

TRACKS = {"people": _("人民调解"), "police": _("治安调解")}
PAPERS = {
    ("people", False): _("人民调解协议书"),
    ("people", True): _("口头协议登记表"),
    ("police", False): _("治安调解协议书"),
    ("police", True): _("口头协议登记表"),
}
STATES = {
    "draft": _("拟稿"),
    "signed": _("履行中"),
    "kept": _("已履行"),
    "broken": _("没有履行"),
    "void": _("已作废"),
}
PROMISES = {"money": _("给付"), "act": _("做一件事"), "apology": _("道歉"), "stop": _("不再做")}
SUBJECTS = {
    "other": _("其他民事权利义务"),
    "marriage": _("婚姻关系"),
    "adoption": _("收养关系"),
    "identity": _("身份关系"),
}
SIGNINGS = {
    "pen": _("签名"),
    "print": _("捺指印"),
    "both": _("签名并捺指印"),
    "seal": _("盖章"),
    "photo": _("纸质签好，已拍照"),
    "oral": _("口头同意"),
}
CONFIRMATIONS = {
    "asked": _("已申请司法确认"),
    "confirmed": _("法院裁定有效"),
    "rejected": _("法院驳回"),
    "declined": _("双方不申请"),
}
DUES = {
    "open": _("未到期"),
    "today": _("今天到期"),
    "warn": _("快到期"),
    "late": _("过期未履行"),
    "performed": _("已履行"),
    "broken": _("没有履行"),
    "dropped": _("不再跟踪"),
}
REPLACED = "replaced:"  # before the number of the agreement that took the place
REFUSALS = {
    "agreement_moved": _("没有做成：这份协议已经是“{state}”，先看现在的内容"),
    "agreement_version": _("没有保存：别人刚改过这份协议（第 {version} 稿），先看现在的内容"),
    "agreement_open": _("不能再拟：{number} 还没有签，先改那一份或作废"),
    "agreement_violence": _("不能拟协议：这件是家庭暴力，走告诫书和保护，不做调解（反家庭暴力法第 16、17 条）"),
    "agreement_not_now": _("不能拟协议：这件纠纷现在是“{state}”，处置中或调解中才能拟"),
    "agreement_side": _("第 {number} 条的当事人不在这件纠纷里，重新选"),
    "agreement_same": _("第 {number} 条写成了自己对自己"),
    "agreement_money": _("第 {number} 条是给付，金额要写清楚，大于 0，最多两位小数"),
    "agreement_not_money": _("第 {number} 条不是给付，不写金额"),
    "agreement_far": _("第 {number} 条的日期太远：最多 {years} 年"),
    "agreement_many": _("没有保存：最多 {most} 条，每条最多 {parts} 期"),
    "agreement_no_mediator": _("没有保存：还没有写谁主持调解"),
    "agreement_track": _("这件按另一种调解核对过：要做{track}，先重新核对能否调解"),
    "agreement_void_why": _("没有作废：还差一样，写明原因"),
    "agreement_signed_twice": _("{who} 已经签过了"),
    "agreement_signer": _("没有记签名：签名的人不在这件纠纷里"),
    "agreement_guardian_none": _("没有记签名：{who} 是未成年人，要由监护人到场一起签（程序规定第 181 条）"),
    "agreement_photo": _("没有记签名：选了“纸质签好，已拍照”，照片还没有传"),
    "agreement_oral_only": _("没有记签名：书面协议要签名或者捺指印，不能只是口头同意"),
    "agreement_lead": _("没有记签名：治安调解由民警主持，辅警不能签主持人（程序规定第 52 条）"),
    "due_over": _("没有做成：这一期已经是“{state}”"),
    "due_not_signed": _("协议还没有生效，不能记履行"),
    "due_early": _("还不能记没有履行：{on} 才到期"),
    "due_before": _("没有保存：日期早于协议生效那天"),
    "due_future": _("没有保存：日期还没有到"),
    "due_evidence": _("没有保存：还差一样，写明凭什么（收条、转账、谁看见）"),
    "due_why": _("没有保存：还差一样，写明怎样知道没有履行"),
    "confirmation_twice": _("没有做成：已经记为“{state}”"),
    "confirmation_court": _("没有保存：哪个法院还没有写"),
    "confirmation_result": _("没有保存：法院结果还没有选"),
    "confirmation_not_asked": _("没有保存：还没有申请司法确认"),
}
# what the timeline of a dispute tells
EVENTS = {
    "agreement_drafted": ("file-text", _("拟协议：{number}")),
    "agreement_changed": ("pencil", _("改协议：{number}，第 {version} 稿")),
    "agreement_void": ("file-x", _("作废：{number}")),
    "agreement_replaced": ("file-x", _("{number} 由 {now} 代替")),
    "agreement_signature": ("writing-sign", _("{who} 签 {number}")),
    "agreement_signed": ("writing-sign", _("协议生效：{number}")),
    "agreement_kept": ("circle-check", _("全部履行：{number}")),
    "due_warned": ("alarm", _("约定第 {term} 条快到期：{on}")),
    "due_today": ("alarm", _("约定第 {term} 条今天到期")),
    "due_late": ("alert-triangle", _("约定第 {term} 条过期，等人确认：{on}")),
    "due_performed": ("check", _("约定第 {term} 条第 {part} 期已履行")),
    "due_broken": ("alert-circle", _("约定第 {term} 条第 {part} 期没有履行，由人确认")),
    "confirmation_asked": ("building-bank", _("双方申请司法确认：{court}")),
    "confirmation_declined": ("building-bank", _("双方不申请司法确认")),
    "confirmation_confirmed": ("building-bank", _("法院裁定协议有效")),
    "confirmation_rejected": ("building-bank", _("法院驳回司法确认")),
}
