"""Words of triage: what is judged, and why a person's word was not taken."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

WHATS = {"sorting": _("类别"), "repeats": _("重复"), "level": _("等级"), "who": _("派谁")}
VERDICTS = {"open": _("没人看过"), "agreed": _("照建议"), "overruled": _("改了")}
PAIR_KINDS = {"join": _("像是一件"), "part": _("不像一件")}
PAIR_SOURCES = {"door": _("接报时"), "relink": _("全量比对")}
PAIR_STATES = {"open": _("待认"), "joined": _("已认"), "refused": pgettext_lazy("pair", "不是")}
MODEL_STATES = {"used": _("在用"), "refused": _("没有采用：更差"), "back": _("已退回")}
REFUSALS = {
    "repeat_outside": _("那件纠纷不在你的范围内，由它的派出所或指挥室并入"),
    "repeat_answered": _("别人刚认过这一对"),
    "repeat_not_answered": _("这一对还没有认，没有可撤销的"),
    "repeat_one_already": _("两次警情已在同一件纠纷里：{number}"),
    "repeat_apart_already": _("两次警情已不在同一件纠纷里"),
    "repeat_undone_elsewhere": _("纠纷页上已经改过，这里不用撤销"),
    "repeats_few_answers": _(
        "没有学：人认过“是”的有 {same} 对、“不是”的有 {other} 对；一共要 {least} 对，每样至少 {each} 对"
    ),
    "model_few_cases": _("没有训练：确认过类型的警情有 {cases} 起，至少要 {least} 起"),
    "model_nothing_back": _("没有可以退回的：现在用的就是自带的模型"),
    "model_known": _("没有训练：上次训练以后没有新的确认"),
    "judgement_why_missing": _("还差一样：写明为什么改"),
    "judgement_unknown_kind": _("没有“{kind}”这一类"),
    "judgement_unknown_type": _("没有“{type}”这个纠纷类型，或今天已停用"),
    "judgement_type_missing": _("还差一样：纠纷要选一个类型"),
    "judgement_type_of_none": _("只有矛盾纠纷才有类型"),
    "judgement_same": _("和建议一样，没有改"),
    "judgement_nothing": _("还没有建议可以改"),
    "judgement_unknown_what": _("没有这样的判断"),
    "judgement_too_long": _("原因最多 200 字"),
}
