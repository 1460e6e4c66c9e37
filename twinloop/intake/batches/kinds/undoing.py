"""Taking back what a file made, as long as nobody has gone on with it. Events stay; the rows go.

Only what a batch made can go at all: the policies of migration 0002 say so in the database.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from twinloop.cases.models import Clock, Dispute, Feedback, Incident, Order, Party, Standing
from twinloop.intake.batches.records import Acting
from twinloop.intake.petitions.models import Petition
from twinloop.ledger.actions import record_many

PLAIN = (Order, Feedback)  # what a file itself hangs on a call
OWN = (Standing, Party, Clock, Petition)  # what a petition opens with its dispute


def incidents(ids: Sequence[int], acting: Acting, why: str) -> list[int]:
    """Incidents that nothing hangs on any more; a message's answer goes with it."""
    gone_on = moved_on(ids)
    free = [pk for pk in ids if pk not in gone_on]
    Feedback.objects.filter(incident__in=free, order=None, by=None, outside_number="").delete()
    held = {*_held(Order, free), *_held(Feedback, free)}
    going = [pk for pk in free if pk not in held]
    numbers = dict(Incident.objects.filter(pk__in=going).values_list("pk", "number"))
    Incident.objects.filter(pk__in=going)._raw_delete("default")  # related rows were asked for above
    _tell("incident", "incident_withdrawn", [(pk, numbers[pk]) for pk in going if pk in numbers], acting, why)
    return going


def orders(ids: Sequence[int], acting: Acting, why: str) -> list[int]:
    found = dict(Order.objects.filter(pk__in=ids).values_list("pk", "incident"))
    gone_on = moved_on([pk for pk in found.values() if pk])
    fed_back = set(Feedback.objects.filter(order__in=ids).values_list("order", flat=True))
    clocked = set(Clock.objects.filter(order__in=ids).values_list("order", flat=True))
    going = [pk for pk in ids if found.get(pk) not in gone_on and pk not in fed_back | clocked]
    Order.objects.filter(pk__in=going, to_account=None)._raw_delete("default")
    told = [(found[pk], "") for pk in going if found.get(pk)]
    _tell("incident", "order_withdrawn", [(pk, number) for pk, number in told if pk], acting, why)
    return going


def feedbacks(ids: Sequence[int], acting: Acting, why: str) -> list[int]:
    found = dict(Feedback.objects.filter(pk__in=ids).values_list("pk", "incident"))
    gone_on = moved_on([pk for pk in found.values() if pk])
    going = [pk for pk in ids if found.get(pk) not in gone_on]
    Feedback.objects.filter(pk__in=going)._raw_delete("default")
    told = [(found[pk], "") for pk in going if found.get(pk)]
    _tell("incident", "feedback_withdrawn", [(pk, number) for pk, number in told if pk], acting, why)
    return going


def disputes(ids: Sequence[int], acting: Acting, why: str) -> list[int]:
    """Disputes on which nothing was done: still registered, nobody involved, nothing linked or written."""
    moved = Dispute.objects.filter(pk__in=ids).exclude(state="registered", round=1, owner=None, leader=None)
    decided = Petition.objects.filter(dispute__in=ids).exclude(decided_by=None, answered_by=None, closed_on=None)
    held = {*moved.values_list("pk", flat=True), *decided.values_list("pk", flat=True), *_related(Dispute, ids, OWN)}
    going = [pk for pk in ids if pk not in held]
    for model in OWN:
        model._default_manager.filter(dispute__in=going)._raw_delete("default")
    numbers = dict(Dispute.objects.filter(pk__in=going).values_list("pk", "number"))
    Dispute.objects.filter(pk__in=going)._raw_delete("default")
    _tell("dispute", "dispute_withdrawn", list(numbers.items()), acting, why)
    return going


def moved_on(ids: Sequence[int]) -> set[int]:
    """Incidents that somebody worked on: sorted, changed, linked, ordered, or named by any later room."""
    touched = Incident.objects.filter(pk__in=ids).exclude(version=1, confirmed_kind="", confirmed_type="")
    ordered = Order.objects.filter(incident__in=ids).exclude(to_account=None, sent_by=None)
    answered = Feedback.objects.filter(incident__in=ids).exclude(by=None)
    return {
        *touched.values_list("pk", flat=True), *ordered.values_list("incident", flat=True),
        *answered.values_list("incident", flat=True), *_related(Incident, ids, PLAIN),
    }  # fmt: skip


def _related(model: type[Incident] | type[Dispute], ids: Sequence[int], but: tuple[type, ...]) -> set[int]:
    """Those of `ids` that a row of another table names; every room that comes later is asked, too."""
    found: set[int] = set()
    for relation in model._meta.related_objects:
        if relation.related_model in but:
            continue
        name = relation.field.name
        manager = relation.related_model._default_manager  # type: ignore[union-attr]
        found |= set(manager.filter(Q(**{f"{name}__in": list(ids)})).values_list(name, flat=True))
    return found


def _held(model: type[Order] | type[Feedback], ids: Sequence[int]) -> set[int]:
    return {pk for pk in model._default_manager.filter(incident__in=ids).values_list("incident", flat=True) if pk}


def _tell(kind: str, verb: str, gone: Sequence[tuple[int, str]], acting: Acting, why: str) -> None:
    events = ((f"{kind}:{pk}", {"batch": acting.batch, "number": number}) for pk, number in gone)
    record_many(events, verb, by=acting.by, at=acting.at, why=why)
