"""The three channels of discovery: volunteers' reports, village posts, patrols; and the backlog that was there before.

Shifts of village posts and activities of volunteers are brought in beforehand, a year at once, by their rooms; here are
the reports that come of them, and what patrols find and do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from twinloop.cases import actions as cases
from twinloop.decide.clocks import CHINA
from twinloop.desk.year import reports, tales
from twinloop.desk.year.calls import Calls
from twinloop.desk.year.engine import DESK, Engine, Quarrel, moment
from twinloop.discovery.leads import actions as leads
from twinloop.discovery.leads.models import Lead
from twinloop.discovery.patrols import actions as patrols
from twinloop.discovery.patrols.models import Hazard, KeyPlace
from twinloop.discovery.posts.models import Shift
from twinloop.discovery.volunteers.models import Activity
from twinloop.people.models import Account, Role, Unit

SPOTS = (("棋牌室", "venue"), ("集贸市场", "crowded"), ("工地", "site"), ("网吧", "venue"), ("客运点", "crowded"))
HAZARDS = (
    ("fire", "楼道里停电动车充电"), ("fire", "灭火器过期"), ("building", "脚手架没有护网"),
    ("traffic", "出口被三轮车堵住"), ("crowd", "早市人多，通道堵着"),
)  # fmt: skip
HELPED = (
    ("lost", "走失的老人送回家里"), ("things", "丢的包找回来了"), ("elder", "停水，给老人送水"),
    ("rescue", "摔倒的人，守到救护车来"),
)  # fmt: skip
LOOKED = ("门口、通道都看过，正常", "消防器材看过，人不多", "跟老板说了打烊的时间", "来往登记看过")
BACKLOG = ("老屋地基争议", "山林界址争议", "欠款多年没有还", "征地补偿款争议", "祖坟占地争议", "合伙账没有算清")


@dataclass
class Channels:
    life: Engine
    calls: Calls

    def begin(self, first: date, days: int) -> None:
        """Everything that comes by its own rate is drawn for the whole time; key places are kept from the first day."""
        rates = self.life.assumed.channels
        self.spots = self._spots(moment(first, 7))
        life, chance = self.life, self.life.chance
        reports = (("volunteer", self._volunteer), ("post", self._post), ("resident", self._resident))
        for n in range(days):
            on = first + timedelta(days=n)
            for source, step in reports:
                for _ in range(life.assumed.number(rates[f"{source}_reports"], chance)):
                    life.expect(moment(on, chance.randint(8, 18), chance.randrange(60)), source, step)
            for _ in range(life.assumed.number(rates["patrols"], chance)):
                self._expect_patrol(moment(on, chance.randint(8, 18), chance.randrange(60)))
            for _ in range(life.assumed.number(rates["helped"], chance)):
                life.expect(moment(on, chance.randint(8, 18), chance.randrange(60)), "patrol", self._help)
        for n in range(int(rates["backlog"])):
            day = first + timedelta(days=chance.randrange(max(1, days // 2)))
            life.expect(moment(day, 9, n % 60), "backlog", self._backlog)

    def _expect_patrol(self, at: datetime) -> None:
        """A quarrel may be met on it: both belong to the place that is patrolled."""
        self.life.expect(at, "patrol", self._patrol)

    def _spots(self, at: datetime) -> list[KeyPlace]:
        """A few in each town, visited by the station's people; each process keeps those of its own places."""
        by = self.life.desk.pk
        kept = []
        ours = [place for place in self.life.places if self.life.is_ours(place)]
        for n, place in enumerate(ours[:: max(1, len(self.life.places) // 18)]):
            what, sort = SPOTS[n % len(SPOTS)]
            name = f"{place.short or place.name}{what}"
            known = KeyPlace.objects.filter(name=name, place=place).first()  # of a life that was lived before
            kept.append(known or patrols.keep_spot(name=name, sort=sort, place=place, address=what, by=by, at=at))
        return kept

    # --- reports
    def _report(self, source: str, quarrel: Quarrel, reporter: int | None, at: datetime, context: str = "") -> Lead:
        place = quarrel.place
        tale = reports.told(quarrel.kind, place.short or place.name, self.life.chance)
        quarrel.title = tale.title
        lead = leads.report(
            source=source, kind="dispute", text=tale.text, place=place, reporter=reporter, by=reporter, at=at,
            context=context,
        )  # fmt: skip
        self.life.counts[f"leads {source}"] += 1
        self.decide(lead, quarrel, at)
        return lead

    def decide(self, lead: Lead, quarrel: Quarrel, at: datetime) -> None:
        """The desk takes it up after a while, or declines."""
        wait = timedelta(minutes=self.life.assumed.lasts("accept", self.life.chance))
        self.life.at(at + wait, lambda then: self._take(lead.pk, quarrel, then))

    def _take(self, pk: int, quarrel: Quarrel, at: datetime) -> None:
        life, lead = self.life, Lead.objects.get(pk=pk)
        who = {"by": life.desk.pk, "roles": DESK, "at": at}
        if life.happens(life.assumed.channels["declined"]):
            leads.decline(lead, reason="checked", why="去看过，双方已经没事了", **who)  # type: ignore[arg-type]
            life.counts["leads declined"] += 1
            return
        incident = leads.accept(lead, kind="dispute", open_dispute=True, title=quarrel.title, **who)  # type: ignore[arg-type]
        self.calls.opened(quarrel, incident, at)

    def _volunteer(self, quarrel: Quarrel, at: datetime) -> None:
        """Somebody of a team that was out these days."""
        since = at.date() - timedelta(days=6)
        out = Activity.objects.filter(on__gte=since, on__lte=at.date(), withdrawn_at__isnull=True, ends_at__lte=at)
        activity = out.filter(place=quarrel.place).order_by("-starts_at").first() or out.order_by("-starts_at").first()
        if activity is None:
            return
        who = activity.parts.filter(is_live=True).order_by("pk").values_list("account", flat=True).first()
        self._report("volunteer", quarrel, who, at, f"activity:{activity.pk}")

    def _post(self, quarrel: Quarrel, at: datetime) -> None:
        """The auxiliary at a village post, where one is that day."""
        there = Shift.objects.filter(on=at.date(), dropped_at__isnull=True, in_at__isnull=False)
        ours = [one for one in there.select_related("place__parent").order_by("pk") if self.life.is_ours(one.place)]
        if not ours:
            return
        shift = self.life.chance.choice(ours)
        quarrel.place = shift.place
        self._report("village_post", quarrel, shift.account_id, at, f"shift:{shift.pk}")

    def _resident(self, quarrel: Quarrel, at: datetime) -> None:
        self._report("resident", quarrel, None, at)

    # --- patrols
    def _force(self, unit: Unit | None) -> Account:
        """Somebody of the station; the same person does not go everywhere."""
        found = Account.objects.filter(is_active=True, grants__role__in=(Role.OFFICER, Role.AUXILIARY))
        near = list(found.filter(unit__parent=unit).distinct().order_by("pk")[:20]) if unit else []
        return self.life.chance.choice(near) if near else self.life.desk

    def _patrol(self, quarrel: Quarrel, at: datetime) -> None:
        life = self.life
        spot = life.chance.choice(self.spots)
        who = self._force(spot.station)
        rates = life.assumed.channels
        if life.happens(rates["patrol_dispute"]):
            quarrel.place = spot.place
            tale = reports.told(quarrel.kind, spot.place.short or spot.place.name, life.chance)
            quarrel.title = tale.title
            made = patrols.visit(spot, found="dispute", text=tale.text, by=who.pk, at=at)
            life.counts["leads patrol"] += 1
            if made.lead is not None:
                self.decide(made.lead, quarrel, at)
        else:
            patrols.visit(spot, found="well", text=life.chance.choice(LOOKED), by=who.pk, at=at)
        life.counts["patrols"] += 1
        if life.happens(rates["patrol_hazard"]):
            self._hazard(spot, who, at)

    def _hazard(self, spot: KeyPlace, who: Account, at: datetime) -> None:
        life = self.life
        sort, text = life.chance.choice(HAZARDS)
        days = life.chance.choice((3, 7, 15))
        made = patrols.find(
            sort=sort, gravity=life.chance.choice((1, 2, 2, 3)), text=text, spot=spot, place=spot.place,
            deadline=(at + timedelta(days=days)).date(), owner_unit=f"{spot.name}管理方", by=who.pk, at=at,
        )  # fmt: skip
        life.counts["hazards"] += 1
        in_time = life.happens(life.assumed.channels["put_right"])
        later = at + timedelta(days=days * (life.chance.uniform(0.1, 0.9) if in_time else life.chance.uniform(1.1, 3)))
        life.at(later, lambda then: self._put_right(made.pk, who.pk, then))

    def _put_right(self, pk: int, who: int, at: datetime) -> None:
        made = patrols.rectify(Hazard.objects.get(pk=pk), "已经整改", by=who, at=at)
        later = at + timedelta(hours=self.life.chance.uniform(1, 30))
        self.life.at(later, lambda then: self._checked(made.pk, who, then))

    def _checked(self, pk: int, who: int, at: datetime) -> None:
        patrols.recheck(Hazard.objects.get(pk=pk), True, "到场看过，符合", by=who, at=at)
        self.life.counts["hazards put right"] += 1

    def _help(self, near: Quarrel, at: datetime) -> None:
        sort, text = self.life.chance.choice(HELPED)
        place = near.place  # nobody quarrels here
        who = self._force(None)
        people = self.life.chance.choice((1, 1, 1, 2, 3))
        patrols.help_given(sort=sort, people=people, text=text, place=place, by=who.pk, at=at)
        self.life.counts["people helped on patrol"] += people

    # --- the backlog
    def _backlog(self, quarrel: Quarrel, at: datetime) -> None:
        """Older than three years, carried over from before: straight to the community's officer, for a 2+2 team."""
        life = self.life
        quarrel.kind = life.chance.choice(("D1", "D2", "C1", "A2"))
        started = at.astimezone(CHINA).date() - timedelta(days=life.chance.randint(3 * 366, 9 * 365))
        title = f"{quarrel.place.short or quarrel.place.name}{life.chance.choice(BACKLOG)}{tales.MARK}"
        dispute = cases.open_dispute(
            title=title[:60], focus=tales.told(quarrel.kind, "", life.chance).focus, place=quarrel.place,
            origin="backlog", started_on=started, by=life.desk.pk, at=at,
        )  # fmt: skip
        quarrel.pk = dispute.pk
        self.calls.known[dispute.pk] = quarrel
        level = life.chance.choices((1, 2, 3), weights=life.assumed.levels["backlog"])[0]
        given = {"type_code": quarrel.kind, "level": level}
        cases.move(dispute, "sort", by=life.desk.pk, roles=DESK, at=at, given=given)
        life.counts["backlog"] += 1
        if level < 3:
            life.at(at + timedelta(minutes=8), lambda then: self.calls.push(quarrel, then))
        life.at(at + timedelta(hours=2), lambda then: self.calls.hand_to_community(quarrel, then))
