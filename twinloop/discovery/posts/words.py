"""Words of the village posts."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

HELPS = {
    "errand": _("代办跑腿"),
    "elderly": _("照看老人孩子"),
    "advice": _("法律和政策咨询"),
    "traffic": _("交通和出行"),
    "rescue": _("救助"),
    "other": _("别的"),
}
PARTNERS = {
    "security_director": _("治保主任"),
    "grid_worker": _("网格员"),
    "cadre": _("村干部"),
    "volunteer": _("志愿者"),
}
LOOKED = {
    "rental": _("出租房"),
    "shop": _("商铺"),
    "fire": _("消防和用电"),
    "school": _("学校周边"),
    "road": _("道路"),
    "dispute": _("有矛盾的人家"),
    "other": _("别的"),
}
STATES = {
    "met": _("已够"),
    "on_course": _("照计划能够"),
    "short": _("还差"),
    "missed": _("没有做到"),
}
WEEKDAYS = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
TODO = {"in": pgettext_lazy("post", "签到"), "out": pgettext_lazy("post", "签离")}
COLUMNS = {
    "username": (_("警号"), ("警号", "辅警警号", "编号", "工号", "badge")),
    "on": (_("日期"), ("日期", "驻村日期", "date")),
    "place": (_("村居"), ("村居", "村", "社区", "村和社区", "驻点", "village")),
    "starts": (_("开始"), ("开始", "开始时间", "start")),
    "ends": (_("结束"), ("结束", "结束时间", "end")),
}
REFUSALS = {
    "post_person": _("没有排班：{name} 不是在岗的驻村辅警"),
    "post_place": _("没有排班：{place}不在本辖区的村和社区里"),
    "post_times": _("没有排班：结束要晚于开始，都在同一天"),
    "post_past": _("没有排班：{day} 已经过去"),
    "post_far": _("没有排班：最多排到 {weeks} 周以后"),
    "post_overlap": _("没有排班：{name} {day} 已经排在{place}，时间重叠"),
    "post_other_village": _("没有排班：{name} {day} 已经排在{place}，一天只驻一个村"),
    "post_leave": _("没有排班：{name} {day} 请了假"),
    "post_bound": _("没有排班：{name} {day} 已有值班、调解或请假"),
    "post_scope": _("没有排班：{place}不归你排"),
    "post_nothing": _("上一周没有可以沿用的排班"),
    "post_dropped": _("这个班已经撤了"),
    "post_kept": _("已经签到，不能再撤；写错了用“补签”改"),
    "post_why": _("还差一样：写明原因"),
    "post_not_yours": _("只有驻村的本人可以签到、签离和记录"),
    "post_day": _("只能在驻村当天签到：这个班是 {day}"),
    "post_in_already": _("{at} 已经签到"),
    "post_not_in": _("还没有签到"),
    "post_out_already": _("{at} 已经签离"),
    "post_out_before": _("签离要晚于签到（{at}）"),
    "post_out_late": _("签离超过 {hours} 小时：由社区民警或所长补签"),
    "post_moment": _("没有记下：时间在将来，看看手机的钟"),
    "post_position": _("没有记下：位置不对"),
    "post_mend_times": _("没有补签：签离要晚于签到，都在 {day}"),
    "post_mend_role": _("补签由社区民警、所长或分局领导做"),
    "post_help_sort": _("没有保存：没有这种帮助"),
    "post_help_people": _("没有保存：人数写 1 到 {most}"),
    "post_check_with": _("没有保存：和谁一起检查，至少选一样"),
    "post_check_looked": _("没有保存：检查了什么，至少选一样"),
    "post_check_findings": _("没有保存：写一句发现了什么，没有就写“没有发现问题”"),
    "post_entry_gone": _("这一条已经撤回"),
    "post_import_rows": _("没有导入：{count} 行不对，改好再传，或只导入对的"),
    "post_import_columns": _("没有导入：还差列“{columns}”，文件里有：{found}"),
    "post_import_twice": _("和第 {row} 行重复"),
    "post_import_username": _("没有警号是“{text}”的辅警"),
    "post_import_place": _("没有叫“{text}”的村和社区"),
    "post_import_places": _("叫“{text}”的村有 {count} 个，写 12 位编码"),
    "post_import_date": _("日期要写成 2026-04-16"),
    "post_import_time": _("时间要写成 08:30"),
    "post_lead_empty": _("没有送出：写一句看到了什么"),
    "post_import_role": _("导入排班由所长、社区民警和分局领导做"),
}
