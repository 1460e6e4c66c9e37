from django.utils.translation import gettext_lazy as _

COUNTY = _("县（市、区）")
TOWNSHIP = _("乡镇街道")
COMMUNITY = _("村（社区）")
