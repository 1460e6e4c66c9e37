"""Reading the room: lists, the register, and figures that add up because they are sums over the same rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import (
    CharField,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Concat, TruncMonth

from twinloop.discovery.leads.models import Lead
from twinloop.discovery.volunteers import visibility, words
from twinloop.discovery.volunteers.models import Activity, Campaign, Part, TeamSort
from twinloop.ledger.sight import Scope
from twinloop.people.models import Account, Membership, Team
from twinloop.places.models import Place

PAGE = 50
NONE = "none"  # of a filter: activities without a campaign


@dataclass(frozen=True)
class Asked:
    """What a list or a table of figures is narrowed to. `since`, `until`: first and last day."""

    since: date | None = None
    until: date | None = None
    sort: str = ""
    campaign: str = ""  # a key, or NONE
    place: int | None = None
    team: int | None = None
    who: int | None = None
    withdrawn: bool = False


def activities(scope: Scope, asked: Asked) -> QuerySet[Activity]:
    """The visible ones that were asked for; withdrawn ones only where the question is for them."""
    found = visibility.activities(scope).filter(withdrawn_at__isnull=not asked.withdrawn)
    narrowed = {
        "on__gte": asked.since, "on__lte": asked.until, "sort": asked.sort, "place": asked.place, "team": asked.team,
    }  # fmt: skip
    found = found.filter(**{name: value for name, value in narrowed.items() if value})
    if asked.campaign == NONE:
        found = found.filter(campaign__isnull=True)
    elif asked.campaign:
        found = found.filter(campaign=int(asked.campaign))
    if asked.who:
        parts = Part.objects.filter(activity=OuterRef("pk"), account=asked.who, is_live=True)
        found = found.filter(Q(pk__in=Subquery(parts.values("activity"))))
    return found


def listed(scope: Scope, asked: Asked) -> QuerySet[Any]:
    """For a list: with place, campaign, team, how many took part and how many disputes were reported. One query."""
    related = _counted(activities(scope, asked)).select_related("place", "campaign", "team", "recorded_by")
    return related.order_by("-starts_at", "-pk")


def _counted(found: QuerySet[Activity]) -> QuerySet[Any]:
    """With `people`, `spent` (the hours of all of them) and `leads` (disputes reported from it)."""
    people = _number(Part.objects.filter(activity=OuterRef("pk"), is_live=True), "activity")
    leads = _number(
        Lead.objects.filter(context=Concat(Value("activity:"), Cast(OuterRef("pk"), CharField()))), "context"
    )
    spent = ExpressionWrapper((F("ends_at") - F("starts_at")) * F("people"), output_field=DurationField())
    counted: QuerySet[Any] = found.annotate(people=people, leads=leads).annotate(spent=spent)
    return counted


def _number(rows: QuerySet[Any], column: str) -> Coalesce:
    counted = rows.order_by().values(column).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


# --- figures ---------------------------------------------------------------------------------------------------


def hours(spent: timedelta) -> str:
    """Hours and minutes, 32:30: tenths of hours would not add up."""
    minutes = round(spent.total_seconds() / 60)
    return f"{minutes // 60}:{minutes % 60:02d}"


@dataclass(frozen=True)
class Line:
    """One row of figures. `query` narrows the list of activities to exactly those that were counted here."""

    label: str
    query: dict[str, str] = field(default_factory=dict)
    activities: int = 0
    people: int = 0  # 人次: one person in two activities counts twice
    spent: timedelta = timedelta(0)
    reached: int = 0
    helped: int = 0
    leads: int = 0

    @property
    def hours(self) -> str:
        return hours(self.spent)


_SUMS = {
    "n_activities": Count("pk"), "n_people": Coalesce(Sum("people"), 0),
    "n_spent": Coalesce(Sum("spent"), timedelta(0), output_field=DurationField()),
    "n_reached": Coalesce(Sum("reached"), 0), "n_helped": Coalesce(Sum("helped"), 0),
    "n_leads": Coalesce(Sum("leads"), 0),
}  # fmt: skip
_KEYS = {"sort": "sort", "campaign": "campaign", "community": "place", "month": "month"}


def figures(scope: Scope, asked: Asked) -> tuple[Line, dict[str, list[Line]]]:
    """The total, and per dimension its rows; each dimension's rows are the same activities and sum to the total.

    Six queries, however many rows.
    """
    found = _counted(activities(scope, asked)).annotate(month=TruncMonth("on")).order_by()
    total = _line("", {}, found.aggregate(**_SUMS))
    named = {"place": dict(Place.objects.filter(activities__in=found).values_list("pk", "short"))}
    named["campaign"] = dict(Campaign.objects.values_list("pk", "name"))
    tables = {}
    for dimension, column in _KEYS.items():
        rows = found.values(column).annotate(**_SUMS).order_by(column)
        tables[dimension] = [_row(dimension, row[column], row, named) for row in rows]
    return total, tables


def _line(label: str, query: dict[str, str], row: dict[str, Any]) -> Line:
    names = ("activities", "people", "spent", "reached", "helped", "leads")
    return Line(label, query, *(row[f"n_{name}"] for name in names))


def _row(dimension: str, key: Any, row: dict[str, Any], named: dict[str, dict[Any, str]]) -> Line:
    if dimension == "sort":
        return _line(str(words.SORTS[key]), {"sort": key}, row)
    if dimension == "campaign":
        label = named["campaign"][key] if key else str(words.NO_CAMPAIGN)
        return _line(label, {"campaign": str(key) if key else NONE}, row)
    if dimension == "community":
        return _line(named["place"][key], {"place": str(key)}, row)
    last = (key.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return _line(f"{key:%Y-%m}", {"since": f"{key:%Y-%m-%d}", "until": f"{last:%Y-%m-%d}"}, row)


# --- the register ----------------------------------------------------------------------------------------------


ORDERS = {
    "name": ("name", "pk"), "-name": ("-name", "pk"),
    "activities": ("done", "pk"), "-activities": ("-done", "pk"),
    "hours": ("spent", "pk"), "-hours": ("-spent", "pk"),
    "reports": ("reported", "pk"), "-reports": ("-reported", "pk"),
}  # fmt: skip


def register(
    scope: Scope, *, on: date, q: str = "", team: int | None = None, place: int | None = None, order: str = ""
) -> QuerySet[Any]:
    """Volunteers with what they did this year: `done`, `spent`, `reported`; `teams` and `homes` in words. One query."""
    year = date(on.year, 1, 1)
    found = visibility.volunteers(scope).filter(is_active=True)
    if q:
        found = found.filter(
            Q(name__icontains=q) | Q(pinyin__icontains=q.replace(" ", "")) | Q(username__istartswith=q)
        )
    if team:
        inside = Membership.objects.filter(team=team, period__contains=on)
        found = found.filter(pk__in=inside.values("account"))
    if place:
        found = found.filter(pk__in=Account.communities.through.objects.filter(place=place).values("account"))
    parts = Part.objects.filter(account=OuterRef("pk"), is_live=True, activity__on__gte=year)
    teams = Membership.objects.filter(account=OuterRef("pk"), period__contains=on, team__closed_on__isnull=True)
    homes = Account.communities.through.objects.filter(account=OuterRef("pk"))
    length = ExpressionWrapper(F("activity__ends_at") - F("activity__starts_at"), output_field=DurationField())
    spent = parts.order_by().values("account").annotate(s=Sum(length)).values("s")
    leads = Lead.objects.filter(reporter=OuterRef("pk"), reported_at__year=on.year)
    counted: QuerySet[Any] = found.annotate(
        done=_number(parts, "account"),
        spent=Coalesce(Subquery(spent, output_field=DurationField()), timedelta(0)),
        reported=_number(leads, "reporter"),
        teams=Subquery(_words(teams, "account", "team__name")),
        homes=Subquery(_words(homes, "account", "place__short")),
    )
    ordered: QuerySet[Any] = counted.order_by(*ORDERS.get(order, ORDERS["-hours"]))
    return ordered


def _words(rows: QuerySet[Any], by: str, what: str) -> QuerySet[Any]:
    said: QuerySet[Any] = rows.order_by().values(by).annotate(said=StringAgg(what, delimiter="、")).values("said")
    return said


def campaigns(scope: Scope) -> QuerySet[Any]:
    """All, the running ones first, each with how many visible activities it has. One query."""
    done = visibility.activities(scope).filter(campaign=OuterRef("pk"), withdrawn_at__isnull=True)
    return Campaign.objects.annotate(done=_number(done, "campaign")).order_by(
        F("closed_on").desc(nulls_first=True), "-starts_on", "name"
    )


@dataclass(frozen=True)
class TeamLine:
    team: Team
    sort: str
    label: str
    members: int
    activities: int


def teams(scope: Scope, *, on: date) -> list[TeamLine]:
    """Open volunteer teams with their sort, members of the day and activities of this year. One query."""
    inside = Membership.objects.filter(team=OuterRef("pk"), period__contains=on)
    done = Activity.objects.filter(team=OuterRef("pk"), withdrawn_at__isnull=True, on__gte=date(on.year, 1, 1))
    sorts = TeamSort.objects.filter(team=OuterRef("pk")).values("sort")
    found = (
        visibility.volunteer_teams(scope)
        .select_related("place", "station")
        .annotate(
            inside=_number(inside, "team"),
            done=_number(done, "team"),
            sort=Coalesce(Subquery(sorts), Value("volunteers")),
        )
        .order_by("name")
    )
    return [TeamLine(t, t.sort, str(words.TEAM_SORTS[t.sort]), t.inside, t.done) for t in found]


# --- what a form offers ----------------------------------------------------------------------------------------


def open_campaigns(*, on: date, kept: int | None = None) -> QuerySet[Campaign]:
    """Those that an activity of about now may belong to, and the one that it has already."""
    running = Q(closed_on__isnull=True) & (Q(ends_on__isnull=True) | Q(ends_on__gte=on - timedelta(days=31)))
    return Campaign.objects.filter(running | Q(pk=kept)).order_by("name")


def places_for(scope: Scope) -> QuerySet[Place]:
    """Communities of the district; for who leads one station, its own."""
    served = Place.objects.served().communities().select_related("parent")
    if scope.sees_all or not scope.has("chief"):
        return served
    here = Q(units__in=scope.stations) | Q(parent__units__in=scope.stations)
    return served.filter(here | Q(pk__in=scope.places)).distinct()


def home_of(scope: Scope, places: Iterable[Place]) -> Place | None:
    """The place that a person's activities are most likely at: of one's communities the first."""
    own = set(Account.communities.through.objects.filter(account__in=scope.accounts).values_list("place", flat=True))
    return next((place for place in places if place.pk in own), None)


def history(activity: Activity) -> Sequence[Any]:
    """Events of one activity, newest first, as far as the viewer may read them."""
    from twinloop.ledger.queries import history as of

    return list(of(activity.stream))
