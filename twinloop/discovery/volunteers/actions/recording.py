"""Recording, correcting and withdrawing an activity."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from psycopg.types.range import Range

from twinloop.cases import filed
from twinloop.cases.queries import station_for
from twinloop.decide import Refused
from twinloop.discovery.volunteers.actions import photos as pictures
from twinloop.discovery.volunteers.models import LONGEST, MOST, Activity, Campaign, Part
from twinloop.edge.masks import mask_text
from twinloop.ledger.actions import record
from twinloop.people.models import Account, Membership, Team
from twinloop.places.models import Place

WHO = frozenset({Account.Kind.VOLUNTEER, Account.Kind.GRID_WORKER, Account.Kind.MEDIATOR})


@dataclass(frozen=True)
class Facts:
    """What an activity was. `people` are accounts of volunteers."""

    sort: str
    place: Place
    starts_at: datetime
    ends_at: datetime
    people: Sequence[Account]
    reached: int = 0
    helped: int = 0
    words: str = ""
    spot: str = ""
    campaign: Campaign | None = None
    team: Team | None = None

    def columns(self) -> dict[str, Any]:
        names = ("sort", "place", "starts_at", "ends_at", "reached", "helped", "words", "spot", "campaign", "team")
        return {name: getattr(self, name) for name in names}


def record_activity(facts: Facts, *, by: int | None, at: datetime, photos: Sequence[filed.Given] = ()) -> Activity:
    """Keep what was done, counted once for each person. Raises `Refused`, `uploads.UploadRefused`."""
    facts = _checked(facts, at=at)
    shown = pictures.checked(photos)
    with filed.written(shown) as rows, transaction.atomic():
        made = Activity(**facts.columns(), station=station_for(facts.place), recorded_by_id=by, recorded_at=at)
        made.save(force_insert=True)
        _take_part(made, facts.people)
        pictures.keep(made, rows, by=by, at=at)
        record(made.stream, "activity_recorded", by=by, at=at, after=masked(told(facts)), photos=len(shown))
    made.refresh_from_db(fields=["on"])
    return made


@transaction.atomic
def correct_activity(activity: Activity, facts: Facts, *, version: int, by: int | None, at: datetime) -> Activity:
    """Other facts in place of the old, which stay in the history. `version` is what the person had before them."""
    old = Activity.objects.select_for_update(no_key=True, of=("self",)).get(pk=activity.pk)
    if old.withdrawn_at:
        raise Refused("activity_gone")
    if old.version != version:
        raise Refused("activity_changed")
    facts = _checked(facts, at=at, kept_campaign=old.campaign_id)
    before, after = told(facts_of(old)), told(facts)
    changed = [key for key in after if after[key] != before[key]]
    if not changed:
        raise Refused("activity_same")
    Activity.objects.filter(pk=old.pk, version=version).update(
        **facts.columns(), station=station_for(facts.place), version=F("version") + 1
    )
    # those who stay come in anew: their time may have changed, and two rows of one person must not meet
    Part.objects.filter(activity=old).update(is_live=False)
    old.refresh_from_db()
    _take_part(old, facts.people)
    record(
        old.stream, "activity_corrected", by=by, at=at,
        before=masked({key: before[key] for key in changed}), after=masked({key: after[key] for key in changed}),
    )  # fmt: skip
    return old


@transaction.atomic
def withdraw_activity(activity: Activity, *, by: int | None, at: datetime, why: str) -> None:
    """It stays in the history and counts nowhere."""
    why = why.strip()
    if not why:
        raise Refused("activity_why")
    found = Activity.objects.filter(pk=activity.pk, withdrawn_at__isnull=True)
    if not found.update(withdrawn_at=at, withdrawn_by_id=by, withdrawn_why=why[:200], version=F("version") + 1):
        raise Refused("activity_gone")
    Part.objects.filter(activity=activity).update(is_live=False)
    record(activity.stream, "activity_withdrawn", by=by, at=at, why=why)


def facts_of(activity: Activity) -> Facts:
    """What stands recorded, as facts."""
    people = Account.objects.filter(activities__activity=activity, activities__is_live=True).order_by("pk")
    columns = {name: getattr(activity, name) for name in Facts.__dataclass_fields__ if name != "people"}
    return Facts(**columns, people=list(people))


def told(facts: Facts) -> dict[str, Any]:
    """For the ledger: codes and numbers of accounts, no names."""
    return {
        "sort": facts.sort, "place": facts.place.code, "spot": facts.spot,
        "campaign": facts.campaign.pk if facts.campaign else None, "team": facts.team.pk if facts.team else None,
        "starts_at": timezone.localtime(facts.starts_at).isoformat(),
        "ends_at": timezone.localtime(facts.ends_at).isoformat(),
        "reached": facts.reached, "helped": facts.helped, "words": facts.words,
        "people": sorted(person.pk for person in facts.people),
    }  # fmt: skip


def masked(facts: dict[str, Any]) -> dict[str, Any]:
    """What people wrote, without numbers and names that would stand in the ledger for ever."""
    return {key: mask_text(value) if key in ("words", "spot") else value for key, value in facts.items()}


def _checked(facts: Facts, *, at: datetime, kept_campaign: int | None = None) -> Facts:
    """The facts cleaned, or `Refused`. A campaign that the activity had already may have closed meanwhile."""
    if facts.sort not in Activity.Sort.values:
        raise Refused("activity_sort")
    _check_times(facts, at)
    _check_reach(facts)
    if facts.place.kind != Place.Kind.COMMUNITY or not facts.place.is_served:
        raise Refused("activity_place", place=facts.place.short)
    if facts.team is not None and (facts.team.kind != Team.Kind.VOLUNTEER or facts.team.closed_on):
        raise Refused("activity_team", team=facts.team.name)
    if facts.campaign is not None and facts.campaign.pk != kept_campaign:
        _check_campaign(facts.campaign, facts.starts_at)
    people = list({person.pk: person for person in facts.people}.values())
    if not people:
        raise Refused("activity_no_people")
    for person in people:
        if not person.is_active or person.kind not in WHO:
            raise Refused("activity_person", name=person.name)
    return replace(facts, people=people, words=facts.words.strip()[:500], spot=facts.spot.strip()[:60])


def _check_times(facts: Facts, at: datetime) -> None:
    if facts.ends_at <= facts.starts_at:
        raise Refused("activity_times")
    if facts.ends_at - facts.starts_at > LONGEST:
        raise Refused("activity_long", hours=round(LONGEST.total_seconds() / 3600))
    if facts.starts_at > at:
        raise Refused("activity_future")


def _check_reach(facts: Facts) -> None:
    if max(facts.reached, facts.helped) > MOST:
        raise Refused("activity_many", most=MOST)
    if facts.helped > facts.reached:
        raise Refused("activity_reach")


def _check_campaign(campaign: Campaign, starts_at: datetime) -> None:
    on = timezone.localtime(starts_at).date()
    last = min(filter(None, (campaign.ends_on, campaign.closed_on)), default=None)
    if on < campaign.starts_on or (last is not None and on > last):
        raise Refused("campaign_outside", name=campaign.name, day=last or campaign.starts_on)


def _take_part(activity: Activity, people: Sequence[Account]) -> None:
    period = Range(activity.starts_at, activity.ends_at)
    parts = [Part(activity=activity, account=person, period=period, is_live=True) for person in people]
    try:
        with transaction.atomic():
            Part.objects.bulk_create(
                parts, update_conflicts=True, unique_fields=["activity", "account"],
                update_fields=["period", "is_live"],
            )  # fmt: skip
    except IntegrityError:  # the constraint is the judge: two phones may send at the same moment
        raise _overlap(people, period) from None


def _overlap(people: Sequence[Account], period: Range[datetime]) -> Refused:
    """Says whose time is taken, and when; where the other activity cannot be seen, only whose it may be."""
    held = Part.objects.filter(account__in=people, is_live=True, period__overlap=period).select_related("account")
    if (part := held.first()) is None:
        return Refused("activity_overlap", name=people[0].name, at=f"{timezone.localtime(period.lower):%m-%d %H:%M}")
    starts = timezone.localtime(part.period.lower)
    when = f"{starts:%m-%d %H:%M}–{timezone.localtime(part.period.upper):%H:%M}"
    return Refused("activity_overlap", name=part.account.name, at=when)


@transaction.atomic
def record_history(rows: Collection[Facts], *, at: datetime) -> list[Activity]:
    """Many at once, for the system alone (the demo, an old list): one event for the whole."""
    checked = [_checked(facts, at=at) for facts in rows]
    stations = {place: station_for(place) for place in {facts.place for facts in checked}}
    made = Activity.objects.bulk_create(
        [
            Activity(**facts.columns(), station=stations[facts.place], recorded_at=facts.ends_at,
                     recorded_by=facts.people[0])
            for facts in checked
        ]
    )  # fmt: skip
    Part.objects.bulk_create(
        [
            Part(activity=activity, account=person, period=Range(activity.starts_at, activity.ends_at))
            for activity, facts in zip(made, checked, strict=True)
            for person in facts.people
        ]
    )
    record("activities", "activities_brought", by=None, at=at, activities=len(made))
    return made


def note_export(rows: int, *, by: int | None, at: datetime) -> None:
    """That a list was taken away is in the ledger of who took it."""
    record(f"account:{by}", "activities_exported", by=by, at=at, is_look=True, rows=rows)


def members_on(team: Team, at: datetime) -> list[Account]:
    """Who is in a team at `at`."""
    inside = Membership.objects.filter(team=team, period__contains=at.date(), account__is_active=True)
    return [m.account for m in inside.select_related("account").order_by("-is_lead", "account__name")]
