"""Words of joint sessions: 会诊, 牵头, 纪要, 分工."""

from django.utils.translation import gettext_lazy as _

PARTS = {"lead": _("牵头"), "assist": _("协办")}
KINDS = {"agency": _("部门"), "police": _("公安"), "mediators": _("调解组织")}
TASKS = {"open": _("在办"), "done": _("办好了"), "cannot": _("办不了")}
ENDS = {"done": _("办好了"), "cannot": _("办不了")}
STATES = {"planned": _("约好"), "held": _("已有纪要"), "dropped": _("没有开成")}
REFUSALS = {
    "consult_violence": _("不能会诊：这件是家庭暴力，走告诫书和保护；要部门帮忙就吹哨（反家庭暴力法第 16、17 条）"),
    "consult_no_mediation": _("还不能会诊：先选调解，双方愿意、门槛过了，再约各单位坐到一起"),
    "consult_planned": _("没有约成：{number} 已经约好，还没有写纪要"),
    "consult_bodies": _("没有约成：还差一样，至少请一个部门"),
    "consult_lead": _("没有约成：还没有选谁牵头，牵头的要在请的单位里"),
    "consult_aim": _("没有约成：还差一样，写明要商量什么"),
    "consult_long": _("没有保存：最多 {most} 个字"),
    "consult_time": _("没有约成：还没有写哪天、几点"),
    "consult_over": _("没有做成：这次会诊已经有纪要，不能再改"),
    "consult_early": _("还不能记：会诊 {at} 才开始"),
    "consult_nobody": _("没有保存：一个单位都没有到，改期再开"),
    "consult_lead_absent": _("没有保存：牵头单位没有到，改期，或者先换牵头"),
    "consult_came_first": _("没有保存：先记哪些单位到了"),
    "consult_facts": _("没有保存：还差一样，会上说了什么"),
    "consult_no_task": _("没有保存：还差一样，谁做什么、哪天前"),
    "consult_task_whole": _("没有保存：第 {n} 条没有写全，谁做、做什么、哪天前都要有"),
    "consult_task_body": _("没有保存：第 {n} 条交给的单位不在这次会诊里"),
    "consult_task_past": _("没有保存：第 {n} 条的日期早于会诊那天"),
    "consult_why": _("没有做成：还差一样，写明原因"),
    "consult_same_lead": _("没有换：{body} 已经是牵头"),
    "consult_body_gone": _("没有做成：{body} 已经不在这次会诊里"),
    "consult_task_over": _("没有保存：这一条已经是“{state}”"),
    "consult_task_end": _("没有保存：还没有选办好了还是办不了"),
    "consult_task_said": _("没有保存：还差一样，写一句怎样办的"),
}
EVENTS = {
    "consult_convened": ("users-group", _("约会诊 {number}：{start}，{room}，{bodies}")),
    "consult_came": ("users", _("会诊 {number} 到了 {count} 个单位")),
    "consult_lead": ("arrows-exchange", _("会诊 {number} 改由{to}牵头")),
    "consult_moved": ("calendar-event", _("会诊 {number} 改到 {start}，{room}")),
    "consult_minutes": ("file-text", _("会诊纪要 {number}：{count} 条分工")),
    "consult_task_done": ("checkbox", _("{body}办好了会诊第 {n} 条")),
    "consult_task_cannot": ("circle-x", _("{body}办不了会诊第 {n} 条")),
}
