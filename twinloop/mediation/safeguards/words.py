"""Words of safeguards: what is done where the violence is at home (反家庭暴力法)."""

from django.utils.translation import gettext_lazy as _

LETTERS = {"": _("还没有决定"), "issued": _("出具告诫书"), "refused": _("不出具")}
# step → (what is done, article)
STEPS = {
    "served_perpetrator": (_("告诫书送加害人"), "反家庭暴力法 17"),
    "served_victim": (_("告诫书送受害人"), "反家庭暴力法 17"),
    "served_village": (_("通知村（居）委会"), "反家庭暴力法 17"),
    "visits": (_("安排查访"), "反家庭暴力法 17"),
    "advice": (_("告知可以申请人身安全保护令"), "反家庭暴力法 23"),
    "medical": (_("协助就医、伤情鉴定"), "反家庭暴力法 15"),
    "shelter": (_("临时庇护、救助"), "反家庭暴力法 15"),
    "minors": (_("未成年人安全"), "反家庭暴力法 15"),
}
SERVICES = ("served_perpetrator", "served_victim", "served_village")
ANSWERS = {"done": _("已办"), "declined": _("本人不要"), "not_needed": _("不需要")}
WAYS = {"in_person": _("当面"), "left": _("留置"), "post": _("邮寄"), "phone": _("电话")}
REFUSALS = {
    "safeguard_closed": _("没有做成：这件纠纷已经{state}"),
    "safeguard_not_party": _("没有保存：选的人不在这件纠纷里"),
    "safeguard_same": _("没有保存：受害人和加害人不能是同一个人"),
    "safeguard_decided": _("没有保存：告诫书已经决定“{letter}”"),
    "safeguard_why": _("没有保存：还差一样，写明理由"),
    "safeguard_content": _("没有保存：告诫书要写事实和禁止的行为（反家庭暴力法第 16 条）"),
    "safeguard_sworn": _("没有保存：告诫书由民警决定，辅警不能决定"),
    "safeguard_no_letter": _("没有保存：没有出具告诫书，不用送达"),
    "safeguard_step_done": _("没有保存：“{step}”已经记过"),
    "safeguard_to": _("没有保存：还差一样，写明送给谁"),
    "safeguard_how": _("没有保存：还差一样，怎样送达或告知"),
    "safeguard_future": _("没有保存：日期还没有到"),
    "safeguard_before": _("没有保存：送达早于决定"),
    "safeguard_visits": _("没有保存：查访要写隔几天一次、到哪天为止，最长隔 {most} 天"),
    "safeguard_answer": _("没有保存：送达和查访只有“已办”"),
    "safeguard_empty": _("没有保存：还差一样，写明做了什么"),
    "safeguard_no_step": _("没有这一步"),
}
EVENTS = {
    "safeguard_opened": ("shield", _("按家庭暴力办：受害人 {victim}，加害人 {perpetrator}")),
    "letter_issued": ("file-alert", _("出具告诫书：{number}")),
    "letter_refused": ("file-x", _("不出具告诫书")),
    "safeguard_step": ("shield-check", _("{step}：{answer}")),
}
CODES = {"safeguard_step": {"step": {code: word for code, (word, _a) in STEPS.items()}, "answer": ANSWERS}}
