"""Words of the settings' pages."""

from django.utils.translation import gettext_lazy as _

LEADS = {
    "scorecard": _("每条事实几分，几分算几级；底线只能加严"),
    "weights": _("派人时看什么、各占几分；回避等硬规则不在这里，改不了"),
    "thresholds": _("多大把握才提示；不够就说分不清，由人来定"),
    "mediation": _("多久、几次才建议随诊，才提名给 2+2 组；一个人手头最多几件"),
    "types": _("12 个类型的名称、说明、顺序和在用；代码固定"),
}
TRIED = {
    "scorecard": _("试算：最近 {days} 天的 {cases} 件，按新评分表等级会变的有 {changed} 件"),
    "weights": _("试算：最近 {days} 天的 {cases} 起警情，首选会换人的有 {changed} 起"),
    "thresholds": _("试算：最近 {days} 天的警情，提示会变的有 {changed} 起"),
    "mediation": _("试算：最近 {days} 天动过的 {cases} 件没了结的纠纷，建议会变的有 {changed} 件"),
    "types": _("试算：最近 {days} 天的 {cases} 起警情，类型会停用的有 {changed} 起"),
}
COUNTS = {
    "sorting_cases": _("试算了类型的警情"),
    "sorting_before": _("现在：分不清的"),
    "sorting_after": _("以后：分不清的"),
    "repeats_cases": _("试算了重复的警情"),
    "repeats_before": _("现在：会问“是不是同一件”的"),
    "repeats_after": _("以后：会问“是不是同一件”的"),
    "likely_before": _("现在：说“很可能是”的"),
    "likely_after": _("以后：说“很可能是”的"),
    "suggested": _("建议过要停用的类型的警情"),
    "renamed": _("改了名称的类型"),
    "nominated_before": _("现在：提名给 2+2 组的"),
    "nominated_after": _("以后：提名给 2+2 组的"),
    "full_before": _("现在：手头已满、不再推荐的调解员"),
    "full_after": _("以后：手头已满、不再推荐的调解员"),
    "nobody_before": _("现在：没有人能派的"),
    "nobody_after": _("以后：没有人能派的"),
}
ABSTAINS, ASKS, SILENT = _("分不清"), _("会问"), _("不问")
NOBODY = _("没有人能派")
NO_MEDIATION, NOMINATED = _("不建议调解"), _("{strength}，提名")
HEADINGS = {
    "levels": _("几分算几级"),
    "work": _("手头和公平"),
    "area": _("地方和熟悉"),
    "skill": _("专长和成效"),
    "repeats": _("重复"),
    "counting": _("重复：什么算得重"),
    "sorting": _("类型"),
    "choosing": _("建议随诊"),
    "nominating": _("提名给 2+2 组"),
    "hands": _("手头"),
}
LEARNT = _(
    "按人认过的 {pairs} 对学出（是 {same}，不是 {other}）。拿没学过的来考：判对的 {right_before} → {right_after}，"
    "误差 {loss_before} → {loss_after}。只是填在下面，先试算，再由人启用。"
)
LEARNT_WHY = _("按认过的 {pairs} 对重复学出")
NOT_BETTER = _(
    "按人认过的 {pairs} 对学了一遍，拿没学过的来考不比现在自带的好（误差 {loss_before} → {loss_after}）：没有填"
)
YES, NO, OWN = _("是"), _("否"), _("按模型自己的门槛")
