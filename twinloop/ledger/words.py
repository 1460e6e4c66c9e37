from django.utils.translation import gettext_lazy as _

BROKEN = {
    "changed": _("这一条被改过"),
    "removed": _("这里少了一条"),
    "inserted": _("这一条是后插的"),
    "seal": _("封印与记录不符"),
}
REFUSALS = {
    "once_key": _("请求的编号要 8 至 80 位字母、数字或 . _ : -"),
    "once_other": _("这个编号已经用在另一份内容上，换一个编号再送"),
}
