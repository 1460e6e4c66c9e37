"""Words of daily calls and patrols (日常接警式): key places, visits, hazards, help, training, the 50 % of a station."""

from django.utils.translation import gettext_lazy as _

SPOTS = {
    "venue": _("娱乐场所"),
    "site": _("建筑工地"),
    "crowded": _("人员密集场所"),
    "calls": _("警情多的地方"),
    "other": _("其他"),
}
WEEKDAYS = {1: _("周一"), 2: _("周二"), 3: _("周三"), 4: _("周四"), 5: _("周五"), 6: _("周六"), 7: _("周日")}
FOUND = {
    "well": _("正常"),
    "hazard": _("有隐患"),
    "dispute": _("有纠纷"),
}
HAZARDS = {
    "fire": _("消防"),
    "order": _("治安"),
    "building": _("施工安全"),
    "traffic": _("交通"),
    "crowd": _("人员拥挤"),
    "other": _("其他"),
}
GRAVITIES = {1: _("重大"), 2: _("较大"), 3: _("一般")}
HAZARD_STATES = {
    "open": _("待整改"),
    "rectified": _("待复查"),
    "closed": _("已消除"),
}
STEPS = {
    "found": _("发现"),
    "notice": _("告知责任方"),
    "referred": _("转给{unit}"),
    "rectified": _("报整改完成"),
    "passed": _("复查合格"),
    "failed": _("复查不合格，重新限期"),
}
HELPS = {
    "lost": _("走失寻人"),
    "rescue": _("救援救护"),
    "elder": _("照看老人小孩"),
    "things": _("找回财物"),
    "errand": _("代办事项"),
    "other": _("其他"),
}
TRAININGS = {
    "calls": _("接处警"),
    "law": _("法律"),
    "mediation": _("调解"),
    "safety": _("安全防护"),
    "other": _("其他"),
}
UNMASK = {
    "contact": _("联系责任方"),
    "verify": _("核对身份"),
    "paper": _("制作文书"),
    "safety": _("处置危险"),
}
REFUSALS = {
    "spot_name": _("没有保存：还没有写场所名称"),
    "spot_place": _("没有保存：还没有选在哪个社区，或不在你的范围内"),
    "spot_twice": _("没有保存：这个社区已经有“{name}”"),
    "spot_closed": _("这个场所已经停用"),
    "spot_sort": _("没有保存：还没有选是哪类场所"),
    "plan_days": _("没有保存：还没有选星期几去"),
    "plan_person": _("没有保存：{name} 不是这个所的民警、辅警"),
    "plan_over": _("这条计划已经停了"),
    "plan_twice": _("没有保存：这个场所在 {since} 起已有计划，先停那一条"),
    "visit_words": _("没有记下：写一句看到了什么"),
    "visit_found": _("没有记下：还没有选正常、有隐患或有纠纷"),
    "hazard_words": _("没有保存：还没有写是什么隐患"),
    "hazard_deadline": _("没有保存：整改期限要在今天或以后"),
    "hazard_sort": _("没有保存：还没有选隐患类别和程度"),
    "hazard_place": _("没有保存：还没有选在哪个社区，或不在你的范围内"),
    "hazard_moved": _("没有做成：这条隐患已经是“{state}”，先看现在的内容"),
    "hazard_step_words": _("没有做成：还差一样，写明情况"),
    "hazard_photos": _("没有保存：最多 {most} 张照片"),
    "hazard_photo_kind": _("没有保存：“{name}”不是照片"),
    "hazard_unit": _("没有转出：还没有选转给哪个单位"),
    "hazard_owner": _("没有告知：还没有写责任方是谁"),
    "help_words": _("没有保存：写一句帮了什么"),
    "help_people": _("没有保存：帮助人数要在 1 到 {most} 之间"),
    "help_place": _("没有保存：还没有选在哪个社区，或不在你的范围内"),
    "training_title": _("没有保存：还没有写训练内容"),
    "training_hours": _("没有保存：学时要在 0.5 到 24 之间"),
    "training_people": _("没有保存：还没有选谁参加"),
    "training_foreign": _("没有保存：{name} 不是这个所的人"),
    "training_future": _("没有保存：训练日期还没有到"),
    "training_station": _("没有保存：还没有选派出所"),
    "contact_none": _("没有记联系方式"),
    "contact_reason": _("没有显示：还差一样，选一个理由"),
}
