"""The first-run tour: what each of a role's first pages is for, one sentence a step. Offered once per account and role.

It points at what is on the screen and names nothing that the role cannot open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from twinloop.desk.firstday import Lesson
from twinloop.desk.navigation import Link
from twinloop.people.models import Account

PAGES = 5  # of the rail, as many as a phone shows

# page → what one does there, as a person would say it to a newcomer
ABOUT = {
    "dashboard": gettext_lazy("你管的这一块：要紧的几个数，和定下的目标比；点进去看是哪些。"),
    "board": gettext_lazy("等派的警情，最急的在最上面；右边是建议派谁和理由，一点就派出，十秒内可以撤回。"),
    "intake": gettext_lazy("边听边打，旁边就出类别、像以前哪一件、等级和派谁；只用键盘就能登完。"),
    "walk_in": gettext_lazy("有人上门说事，在这里登记；和接警登记一样给建议。"),
    "orders": gettext_lazy("派给你的单：签收、到场、反馈，一只手就能办；没有信号也能写，恢复后自动送出。"),
    "disputes": gettext_lazy("一件纠纷一页：几次警情、双方、经过、时限、文书都在里面；按不动的按钮会写明差什么。"),
    "incidents": gettext_lazy("每一次报警或上报；每条能看到系统怎样建议、谁怎样定的。"),
    "repeats": gettext_lazy("两次警情像一件纠纷的排在这里，由人来认；认错了可以撤回。"),
    "second": gettext_lazy("一次没平息、反复报警、疑难的，会自己排到这里：先研判，再派给社区。"),
    "mediation": gettext_lazy("约好的调解会，一步一步做；能不能调解，会写明条款。"),
    "owed": gettext_lazy("协议里答应的事，分期盯到履行；没履行，纠纷会重新打开。"),
    "whistles": gettext_lazy("吹哨叫部门：谁牵头、谁协助、几点前签收，都在这里。"),
    "pushes": gettext_lazy("推送给外单位的事：签收、答复、退回和期限。"),
    "visits": gettext_lazy("回访按等级排好日子，三次平静才算完；没打通不算回访。"),
    "lead": gettext_lazy("看到的矛盾，三下加一句话报上来；没有信号会存着，恢复后自动送出。"),
    "leads": gettext_lazy("各处报来的线索：登记成警情、并入纠纷，或写明为什么不办。"),
    "activities": gettext_lazy("走访、普法、帮扶：报名、记一笔，人数和次数自己加起来。"),
    "posts": gettext_lazy("驻村的日子：到村点一下，走时点一下；每周两天够不够，看得见。"),
    "patrols": gettext_lazy("巡查的地方和次序；看到的隐患随手记。"),
    "hazards": gettext_lazy("隐患谁在改、哪天前改完。"),
    "clear": gettext_lazy("二十点前，每件要么办结、要么转交、要么写明为什么结转，落到人名。"),
    "wall": gettext_lazy("大屏幕上轮着看的数，不出现当事人姓名。"),
    "map": gettext_lazy("哪个村、哪条街纠纷多，颜色深的多；点进去看是哪些。"),
    "indicators": gettext_lazy("每个数点下去，就是数到的每一件。"),
    "audit": gettext_lazy("谁看过什么、为什么看、看了多久；按人、按案、按时间查。"),
    "people": gettext_lazy("人、岗位、特长、值班和请假；派人的建议从这里来。"),
    "units": gettext_lazy("派出所一室两队，还有外面的部门。"),
    "teams": gettext_lazy("调解队、2+2 队、志愿队：谁在里面，够不够条件。"),
    "imports": gettext_lazy("从文件导入：先看再写入，坏行连同原因退回，可以整批撤销。"),
    "places": gettext_lazy("县、乡镇、村和社区，十二位代码。"),
    "clock_rules": gettext_lazy("每条时限的数值、起算、依据；改了从哪天起算。"),
    "holidays": gettext_lazy("放假和调休的日子：工作日的时限按它数。"),
    "duties": gettext_lazy("谁哪天值班；派人只在在岗的人里选。"),
    "leaves": gettext_lazy("请假和谁代理；请假的人不会被派。"),
}


@dataclass(frozen=True)
class Step:
    """`target`: a selector of what is meant, the first that is visible; "" = the page as a whole."""

    title: str
    text: str
    target: str = ""


def steps(links: Sequence[Link], lesson: Lesson | None, *, sees_names: bool) -> list[Step]:
    """What is shown to somebody whose rail holds `links`. `sees_names`: personal data stand on their pages."""
    pages = [link for link in links if link.code in ABOUT][:PAGES]
    own = str(lesson.says) if lesson else _("管理员给你岗位以后，你的事会排在这里。")
    found = [Step(_("今日"), own, ".today-list")]
    found += [Step(link.title, str(ABOUT[link.code]), f'.tl-rail-item[href="{link.url}"]') for link in pages]
    more = _("你能打开的全部页面都在“更多”里。")
    found.append(Step(_("更多"), more, ".tl-rail-end"))
    find = _("姓名、拼音、编号、地名都能搜；在键盘上按 / 就到这里。")
    found.append(Step(_("搜索"), find, ".tl-search, .tl-search-go"))
    if sees_names:
        hidden = _(
            "姓名、电话、证件默认遮盖。点眼睛写明理由，看 60 秒，记入审计。系统只建议，定的是你，写的是你的名字。"
        )
        found.append(Step(_("遮盖和署名"), hidden))
    menu = _("语言、深浅、单键快捷在这里；这份导览也在这里，随时可以再看。")
    found.append(Step(_("我的菜单"), menu, ".tl-menu > summary"))
    return found


def is_owed(account: Account, role: str | None) -> bool:
    """Not seen or put aside in this role."""
    return role is not None and role not in account.tours
