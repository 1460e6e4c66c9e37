"""Words of the volunteers: what they do, how their teams are called, what is refused."""

from django.utils.translation import gettext_lazy as _

SORTS = {
    "visit": _("走访摸排"),
    "risk": _("风险评估"),
    "law": _("法制教育"),
    "help": _("重点帮扶"),
}
TEAM_SORTS = {
    "volunteers": _("志愿者队"),
    "vigilantes": _("义警队"),
    "society": _("社会组织"),
}
DIMENSIONS = {
    "sort": _("类型"),
    "campaign": _("专项行动"),
    "community": _("村和社区"),
    "month": _("月份"),
}
NO_CAMPAIGN = _("不属于专项")
# what stands in an activity's history
VERBS = {
    "activity_recorded": _("登记"),
    "activity_corrected": _("更正"),
    "activity_withdrawn": _("撤回"),
    "activity_photo_added": _("加照片"),
    "activity_photo_removed": _("移除照片"),
}
FIELDS = {
    "sort": _("类型"),
    "campaign": _("专项行动"),
    "team": _("队伍"),
    "place": _("村和社区"),
    "spot": _("地点"),
    "starts_at": _("开始"),
    "ends_at": _("结束"),
    "reached": _("到场和受众"),
    "helped": _("帮助"),
    "words": _("做了什么"),
    "people": _("参加的人"),
}
REFUSALS = {
    "activity_no_people": _("没有保存：至少要有一个人参加"),
    "activity_person": _("没有保存：{name} 不是在册志愿者，或已停用"),
    "activity_unknown_person": _("没有保存：没有编号或姓名是“{text}”的志愿者"),
    "activity_same_name": _("没有保存：有 {count} 个叫{name}的，写编号"),
    "activity_overlap": _("没有保存：{name} 那段时间已经记在另一次活动里（{at}）"),
    "activity_times": _("没有保存：结束要晚于开始"),
    "activity_long": _("没有保存：一次活动不超过 {hours} 小时，分开记"),
    "activity_future": _("没有保存：活动还没有开始"),
    "activity_place": _("没有保存：{place}不在本辖区的村和社区里"),
    "activity_team": _("没有保存：{team}不是志愿服务队，或已解散"),
    "activity_reach": _("没有保存：帮助的人数不能多于到场和受众"),
    "activity_many": _("没有保存：人数最多写 {most}"),
    "activity_sort": _("没有保存：没有这种类型"),
    "activity_same": _("没有保存：和原来一样"),
    "activity_changed": _("别人刚改过这次活动，看一看再改"),
    "activity_gone": _("这次活动已经撤回"),
    "activity_why": _("还差一样：写明原因"),
    "activity_not_yours": _("只有登记的人、社区民警和所长可以改"),
    "activity_photos": _("一次活动最多 {most} 张照片"),
    "activity_photo_kind": _("没有上传：这里只收照片"),
    "campaign_name": _("没有保存：写明名称"),
    "campaign_taken": _("没有保存：已经有叫“{name}”的专项行动"),
    "campaign_period": _("没有保存：结束不能早于开始"),
    "campaign_outside": _("没有保存：{name}只到 {day}，活动不在期内"),
    "campaign_closed": _("“{name}”已经结束"),
    "campaign_role": _("专项行动由指挥室、所长和分局领导设立"),
    "volunteer_team_sort": _("没有这种队伍"),
}
