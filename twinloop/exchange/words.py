"""Words of the API: every problem has a title in both languages."""

from django.utils.translation import gettext_lazy as _

SCOPES = {
    "read:incidents": _("读警情"),
    "read:disputes": _("读纠纷"),
    "read:events": _("读时间线"),
    "write:disputes": _("推动纠纷"),
    "write:pushes": _("签收、回复推送"),
    "write:leads": _("报线索"),
    "write:incidents": _("报送警情"),
    "write:visits": _("记回访"),
    "write:orders": _("签收、到场、反馈派单"),
}
PROBLEMS = {
    "bad_request": _("请求写错了"),
    "no_token": _("没有令牌，或令牌不对、过期、已作废"),
    "scope_missing": _("令牌没有这一项权限：{scope}"),
    "not_found": _("没有这一件，或不在你的范围内"),
    "method_not_allowed": _("这个地址不接受这种方法"),
    "outside_taken": _("这个来件编号已经登记过，内容不一样"),
    "version_missing": _("要带 If-Match：你读到的版本号"),
    "version_moved": _("别人刚改过，先重读再提交"),
    "refused": _("不能这样做"),
    "invalid": _("有字段不对"),
    "too_many": _("请求太密，稍后再来"),
    "too_large": _("请求太大"),
    "server_error": _("没有做成，已记下编号"),
    "met": _("刚好有人在改同一件，什么也没有改：再发一次"),
}
TOKEN_REFUSALS = {
    "token_days": _("有效期要在 1 到 365 天之间"),
    "token_scopes": _("至少要一项权限"),
    "token_account": _("这个账号没有启用"),
    "token_over": _("令牌已经作废"),
}
EXPORT_REFUSALS = {
    "export_nobody": _("这个账号没有启用，什么也看不到"),
    "export_place": _("没有这个地方：--place 写区划代码，6、9 或 12 位"),
    "export_too_long": _("行数超过一张表能放的：用 .csv 或 .jsonl，或用 --place、--since 缩小范围"),
}
