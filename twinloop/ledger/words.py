from django.utils.translation import gettext_lazy as _

BROKEN = {
    "changed": _("这一条被改过"),
    "removed": _("这里少了一条"),
    "inserted": _("这一条是后插的"),
    "seal": _("封印与记录不符"),
}
