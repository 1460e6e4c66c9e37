"""Words of triage: what is judged, and why a person's word was not taken."""

from django.utils.translation import gettext_lazy as _

WHATS = {"sorting": _("类别"), "repeats": _("重复"), "level": _("等级"), "who": _("派谁")}
QUICK_WHYS = (
    _("要办的是另一件"),
    _("文字没说清，问过报警人"),
    _("到场看到的不同"),
)
VERDICTS = {"open": _("没人看过"), "agreed": _("照建议"), "overruled": _("改了")}
REFUSALS = {
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
