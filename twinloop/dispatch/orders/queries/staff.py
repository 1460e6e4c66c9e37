"""The people who could be sent now, as `decide.matching` wants them. A literal number of queries for any staff."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, CharField, Count, F, Q, QuerySet, When

from twinloop.cases.held import held, is_held
from twinloop.cases.models import ORDER_OPEN, Feedback, Incident, Involvement, Order
from twinloop.decide.matching import Person
from twinloop.discovery.posts.models import Shift
from twinloop.dispatch.orders.models import Recusal
from twinloop.people.models import Account, Duty, Leave, Role, Skill, Trait

SENT_OUT = (Duty.Kind.CALLS, Duty.Kind.COMMUNITY)  # who keeps the command room or leads the shift is not sent
DISPATCHED = (Role.OFFICER, Role.COMMUNITY_OFFICER, Role.AUXILIARY)
MONTH = timedelta(days=30)
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Member:
    """Somebody of the staff: the account for showing, the facts for judging."""

    account: Account
    person: Person
    until: datetime | None  # when a running leave ends


def case_id(incident: int | None = None, dispute: int | None = None) -> str:
    """A case stands for the people in it: who stays away from one, or knows one, does so with this name."""
    return f"dispute:{dispute}" if dispute else f"incident:{incident}"


def staff(cases: Iterable[str], *, at: datetime, also: Iterable[int] = ()) -> list[Member]:
    """Everybody on duty for calls or the community at `at`, who is posted in `also` (communities) or belongs there.

    `cases`: names of the cases to be judged (`case_id`), for recusals and for who knows the people in them.
    """
    posted = _posted(at, also)
    people = list(_people(at, also, posted))
    ids = [one.pk for one in people]
    duties = set(
        Duty.objects.filter(period__contains=at, kind__in=SENT_OUT, account__in=ids).values_list(
            "account_id", flat=True
        )
    )
    away = dict(Leave.objects.filter(period__contains=at, account__in=ids).values_list("account_id", "period"))
    told = _Told(ids, set(cases), at)
    return [
        _member(one, on_duty=one.pk in duties or one.pk in posted, away=away.get(one.pk), told=told, at_post=posted)
        for one in people
    ]


def _posted(at: datetime, also: Iterable[int]) -> Mapping[int, str]:
    """Who is posted now in one of the villages concerned, and its code: on duty there, whosever village it is."""
    rows = Shift.objects.filter(period__contains=at, place__in=list(also), dropped_at__isnull=True, out_at__isnull=True)
    return dict(rows.values_list("account_id", "place__code"))


def _people(at: datetime, also: Iterable[int], posted: Iterable[int]) -> Iterable[Account]:
    on_duty = Duty.objects.filter(period__contains=at, kind__in=SENT_OUT).values("account")
    there = Q(pk__in=on_duty) | Q(communities__in=list(also)) | Q(pk__in=list(posted))
    granted = Q(grants__role__in=DISPATCHED, grants__period__contains=at.date())
    found = Account.objects.filter(there, granted, is_active=True).distinct()
    if not is_held():
        return _whole(found)
    known: dict[int, Account] = held("staff", dict)
    ids = list(found.values_list("pk", flat=True))
    if new := [pk for pk in ids if pk not in known]:
        known.update((one.pk, one) for one in _whole(Account.objects.filter(pk__in=new)))
    return [known[pk] for pk in ids]


def _whole(found: QuerySet[Account]) -> QuerySet[Account]:
    """With the communities, the unit and its places."""
    return found.select_related("unit__parent").prefetch_related("communities", "unit__parent__places", "unit__places")


class _Told:
    """Everything else that is known of the staff, gathered in one query a kind."""

    def __init__(self, ids: Sequence[int], cases: set[str], at: datetime) -> None:
        self.skills: dict[int, dict[str, int]] = defaultdict(dict)
        for account, code, grade in Skill.objects.filter(account__in=ids).values_list(
            "account_id", "type_code", "grade"
        ):
            self.skills[account][code] = grade
        self.traits: dict[int, set[str]] = defaultdict(set)
        for account, code in Trait.objects.filter(account__in=ids, withdrawn_at__isnull=True).values_list(
            "account_id", "code"
        ):
            self.traits[account].add(code)
        counts = (
            Order.objects.filter(to_account__in=ids)
            .filter(Q(state__in=ORDER_OPEN) | Q(sent_at__gt=at - MONTH))
            .values("to_account")
            .annotate(
                load=Count("pk", filter=Q(state__in=ORDER_OPEN)),
                recent=Count("pk", filter=Q(sent_at__gt=at - MONTH) & ~Q(state="recalled")),
            )
        )
        self.counts = {row["to_account"]: (row["load"], row["recent"]) for row in counts}
        self.handled = _handled(ids, at)
        self.away_from = _recused(ids, cases)
        self.knows = _knows(ids, cases)


def _handled(ids: Sequence[int], at: datetime) -> Mapping[int, dict[str, tuple[int, int]]]:
    """Final feedbacks of a year by type: (handled, settled)."""
    kind = Case(
        When(order__dispute__type_code__gt="", then=F("order__dispute__type_code")),
        When(order__incident__confirmed_type__gt="", then=F("order__incident__confirmed_type")),
        default=F("order__incident__reported_type"),
        output_field=CharField(),
    )
    rows = (
        Feedback.objects.filter(is_final=True, is_settled__isnull=False, order__to_account__in=ids, at__gt=at - YEAR)
        .annotate(kind=kind)
        .values("order__to_account", "kind")
        .annotate(n=Count("pk"), settled=Count("pk", filter=Q(is_settled=True)))
    )
    found: dict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    for row in rows:
        if row["kind"]:
            found[row["order__to_account"]][row["kind"]] = (row["n"], row["settled"])
    return found


def _ids(cases: set[str], kind: str) -> list[int]:
    return [int(name.partition(":")[2]) for name in cases if name.startswith(f"{kind}:")]


def _recused(ids: Sequence[int], cases: set[str]) -> Mapping[int, set[str]]:
    asked = Q(incident__in=_ids(cases, "incident")) | Q(dispute__in=_ids(cases, "dispute"))
    found: dict[int, set[str]] = defaultdict(set)
    for account, incident, dispute in Recusal.objects.filter(asked, account__in=ids).values_list(
        "account_id", "incident_id", "dispute_id"
    ):
        found[account] |= {case_id(incident), case_id(dispute=dispute)} & cases
    return found


def _knows(ids: Sequence[int], cases: set[str]) -> Mapping[int, set[str]]:
    """Who had a part in the dispute before."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = Involvement.objects.filter(account__in=ids, dispute__in=_ids(cases, "dispute"))
    for account, dispute in rows.values_list("account_id", "dispute_id"):
        found[account].add(case_id(dispute=dispute))
    return found


def _member(
    account: Account, *, on_duty: bool, away: object, told: _Told, at_post: Mapping[int, str]
) -> Member:  # fmt: skip
    load, recent = told.counts.get(account.pk, (0, 0))
    station = account.unit.station if account.unit else None
    person = Person(
        id=str(account.pk),
        on_duty=on_duty,
        absent=away is not None,
        sworn=account.kind == Account.Kind.SWORN,
        skills=told.skills.get(account.pk, {}),
        traits=frozenset(told.traits.get(account.pk, ())),
        communities=frozenset(place.code for place in account.communities.all())
        | ({at_post[account.pk]} if account.pk in at_post else set()),
        scope=frozenset(place.code for place in station.places.all()) if station else None,
        load=load,
        handled=told.handled.get(account.pk, {}),
        recent=recent,
        related_to=frozenset(told.away_from.get(account.pk, ())),
        knows=frozenset(told.knows.get(account.pk, ())),
    )
    return Member(account, person, getattr(away, "upper", None))


def of_incident(incident: Incident) -> set[str]:
    """The names of the cases that an incident stands for."""
    links = incident.links.filter(unlinked_at__isnull=True).values_list("dispute_id", flat=True)
    return {case_id(incident.pk), *(case_id(dispute=pk) for pk in links)}
