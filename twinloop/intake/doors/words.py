"""Words of the doors: where a report comes in, what the desk marks, what is refused."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

DOORS = {
    "call": _("接警登记"),
    "walk_in": _("上门报警"),
    "transfer": _("外单位转来"),
    "petition": _("信访登记"),
    "api": _("接口"),
}
DOOR_TABS = {"call": _("来电"), "walk_in": _("上门"), "transfer": _("转来"), "petition": _("信访")}
FLAGS = {
    "ongoing": _("正在发生"),
    "violence": _("已动手"),
    "injury": _("有人受伤"),
    "weapon": _("持械"),
    "threat": pgettext_lazy("scene", "扬言打人"),
    "death_threat": _("扬言杀人"),
    "self_harm_threat": _("扬言自伤"),
    "group_event": pgettext_lazy("scene", "多人聚集"),
    "domestic_violence": pgettext_lazy("scene", "家庭暴力"),
    "minors": pgettext_lazy("scene", "涉及未成年人"),
    "broken_agreement": _("协议未履行"),
    "older_grievance": _("旧有积怨"),
}
WAYS = {"oral": _("口头"), "written": _("书面")}
NOTICE_REASONS = {
    "not_police": _("不属于公安机关职责"),
    "other_unit": _("属于其他单位，已移交"),
    "other_way": _("应当走诉讼、仲裁等途径"),
}
HANDOVER_STATES = {
    "sent": _("等对方签收"),
    "received": _("已签收"),
    "returned": _("被退回"),
    "recalled": _("已撤回"),
}
THEN = {"only": _("只登记"), "open": _("登记并立为纠纷"), "join": _("登记并并入")}
AFTER = {"only": _("已登记"), "open": _("已登记，立为新纠纷"), "join": _("已登记，并入纠纷")}

REFUSALS = {
    "door_text_missing": _("还差一样：怎么回事"),
    "door_text_long": _("怎么回事最多 {limit} 个字，这里是 {length} 个：写要点，原话留在录音里"),
    "door_text_letters": _("内容里有显示不出来的字符，删掉再送"),
    "door_channel": _("没有这种来源"),
    "door_role": _("你的岗位不能从这里登记"),
    "door_phone_missing": _("还差一样：来电号码。没有号码就选“未显示号码”"),
    "door_name_long": _("姓名最多 {limit} 个字，这里是 {length} 个"),
    "door_place_missing": _("还差一样：在哪里"),
    "door_place_unknown": _("辖区里没有“{typed}”：写村、社区的名字、拼音或首字母"),
    "door_place_unclear": _("“{typed}”不止一处：{names}，选一个"),
    "door_place_not_served": _("{place}不在辖区：记下后移交有管辖权的单位，地方留空，地址写清"),
    "door_address_long": _("地址最多 {limit} 个字，这里是 {length} 个"),
    "door_moment": _("看不懂时间“{typed}”：写 16:35、昨天 22:10 或 2026-04-15 22:10"),
    "door_moment_future": _("时间还没有到：{moment}"),
    "door_moment_old": _("时间太早：{moment}，对照来件看年份"),
    "door_kind": _("没有这种警情类别"),
    "door_type": _("没有这个纠纷类型：{typed}"),
    "door_type_needs_dispute": _("只有矛盾纠纷才分十二类，别的类别不用选类型"),
    "door_number_letters": _("编号只含数字、字母和 - _ . /，最多 40 位"),
    "door_flag": _("没有这种现场情况"),
    "door_outside_missing": _("还差一样：来件编号"),
    "door_unit_missing": _("还差一样：哪个单位转来的"),
    "door_unit_long": _("单位名最多 {limit} 个字，这里是 {length} 个"),
    "door_outside_taken": _("来件编号 {outside} 已经登记过，内容不一样：{number}"),
    "door_outside_elsewhere": _("来件编号 {outside} 已经登记过，不在你的范围内"),
    "door_side": _("没有这一方"),
    "door_person_name": _("第 {row} 个人：还差姓名或称呼"),
    "door_people_many": _("一次最多登记 {limit} 个人，其余的在纠纷里补"),
    "door_position": _("经纬度要成对，在 -90 到 90、-180 到 180 之间"),
    "door_dispute_unknown": _("没有 {number} 这件纠纷，或不在你的范围内"),
    "door_link_role": _("你的岗位不能立案或并入，只登记"),
    "door_dispute_kind": _("不是矛盾纠纷的警情不能立为纠纷，先改类别"),
    "door_title_long": _("纠纷名称最多 {limit} 个字，这里是 {length} 个"),
    "door_already_linked": _("这条警情已经属于 {number}"),
    "door_linked_unseen": _("这条警情已经属于你范围外的一件纠纷"),
    "door_not_object": _("这一条不是一个 JSON 对象"),
    "door_field_unknown": _("没有 {name} 这一项"),
    "door_field_shape": _("{name} 的写法不对"),
    "notice_text_missing": _("没有保存：告知内容还没有写"),
    "notice_text_long": _("告知内容最多 {limit} 个字，这里是 {length} 个"),
    "notice_future": _("告知时间还没有到"),
    "notice_early": _("告知时间早于接报"),
    "handover_to_missing": _("没有移交：还没有写移交给谁"),
    "handover_why_missing": _("没有移交：还差移交理由"),
    "handover_long": _("“{field}”最多 {limit} 个字，这里是 {length} 个"),
    "handover_stands": _("已经移交给{to}，等签收；要改先撤回"),
    "handover_over": _("这次移交已经有结果"),
    "handover_receipt_missing": _("没有保存：还差签收人或回执号"),
    "handover_return_missing": _("没有保存：还差退回的理由"),
    "petition_not_waiting": _("这件信访没有在等受理"),
    "transfer_not_waiting": _("这条警情没有在等受理"),
}

# what the timeline of a dispute says of these events: (icon, sentence)
