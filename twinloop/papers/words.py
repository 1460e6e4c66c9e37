"""Words of papers and of the dossier."""

from django.utils.translation import gettext_lazy as _

PARTS = {
    1: _("卷宗封面"), 2: _("卷内目录"), 3: _("调解申请书"), 4: _("受理登记表"), 5: _("权利义务告知书"),
    6: _("调查笔录"), 7: _("证据材料"), 8: _("调解笔录"), 9: _("调解协议"), 10: _("回访记录"),
    11: _("司法确认材料"), 12: _("卷宗情况说明"), 13: _("封底"),
}  # fmt: skip
WHY = {
    "with_it": _("印卷时一起生成"),
    "ordinary": _("普通程序要有"),
    "registered": _("受理就要登记（人民调解法第 27 条）"),
    "told": _("要告知双方权利和义务（人民调解法第 23、24 条）"),
    "recorded": _("要记录调解情况（人民调解法第 27 条）"),
    "agreed": _("达成了协议，要有"),
    "asked": _("申请了司法确认，要有"),
    "": _("有就放进来"),
}
REFUSALS = {
    "paper_unknown": _("没有这份文书，或不是这件纠纷的"),
    "template_broken": _("没有换上：模板里有一处看不懂（{why}）；下载现在的模板对照着改"),
    "template_large": _("没有换上：模板最大 {most} MB"),
    "template_no_word": _("没有换上：这不是 Word 文件（.docx）"),
    "template_macro": _("没有换上：模板里有宏或嵌入的文件，去掉再传"),
    "template_tags": _("没有换上：模板里有不认识的内容 {tags}；能用的写在下面"),
    "template_same": _("没有换上：和现在用的一样"),
    "template_why": _("没有换上：写明为什么换"),
    "template_default": _("用的已经是自带的模板"),
}
EVENTS = {
    "paper_numbered": ("file-text", _("制作{name}：{number}")),
    "paper_taken": ("printer", _("取出{name}：{number}")),
    "dossier_taken": ("folder", _("取出卷宗")),
}
