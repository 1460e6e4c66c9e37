"""What every act on a rota shares: the lock, a new version, the rules asked of a set of cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from twinloop.cases.telling import language
from twinloop.decide import Refused
from twinloop.decide.roster import DEFAULTS, Broken, Plan, RosterRule, Shift, check
from twinloop.decide.words import say
from twinloop.rosters import words
from twinloop.rosters.models import Cell, Rota, Version
from twinloop.rosters.queries.facts import Frame


class Spot(NamedTuple):
    """A person in a village on a day, in keys of the database."""

    on: date
    account: int
    place: int


def spots(cells: Iterable[Cell]) -> set[Spot]:
    return {Spot(cell.on, cell.account_id, cell.place_id) for cell in cells}


def locked(rota: Rota) -> Rota:
    return (
        Rota.objects.select_for_update(no_key=True, of=("self",)).select_related("current", "station").get(pk=rota.pk)
    )


def must_be(rota: Rota, *states: str) -> None:
    if rota.state not in states:
        raise Refused("rota_state", state=words.STATES[rota.state])


def new_version(
    rota: Rota, sort: str, cells: Iterable[Spot], *, by: int | None, at: datetime, state: str = "open",
    fixed: frozenset[Spot] = frozenset(), **more: Any,
) -> Version:  # fmt: skip
    """The next one; unless it is only proposed it is the rota's current one from now on."""
    last = Version.objects.filter(rota=rota).order_by("-no").values_list("no", flat=True).first() or 0
    made = Version.objects.create(
        rota=rota, no=last + 1, sort=sort, state=state, base=rota.current, by_id=by, at=at, **more
    )
    Cell.objects.bulk_create(
        Cell(version=made, on=one.on, account_id=one.account, place_id=one.place, is_fixed=one in fixed)
        for one in sorted(cells)
    )
    if state != "proposed":
        make_current(rota, made)
    return made


def make_current(rota: Rota, version: Version) -> None:
    Version.objects.filter(rota=rota, state="open").exclude(pk=version.pk).update(state="kept")
    rota.current = version
    rota.save(update_fields=["current"])


def as_shifts(found: Iterable[Spot]) -> set[Shift]:
    return {Shift(one.on, str(one.place), str(one.account)) for one in found}


def as_spots(shifts: Iterable[Shift]) -> set[Spot]:
    return {Spot(one.on, int(one.person), int(one.village)) for one in shifts}


# --- the rules ---------------------------------------------------------------------------------------------------


def broken(frame: Frame, found: Iterable[Spot]) -> list[Broken]:
    return check(frame.problem, as_shifts(found), DEFAULTS)


def of_people(found: Sequence[Broken]) -> list[Broken]:
    """Rules that hold for people: never given up. What a village lacks may be, with a reason."""
    return [one for one in found if one.rule is not RosterRule.DAYS]


def refuse_first(frame: Frame, found: Sequence[Broken], before: Sequence[Broken] = ()) -> None:
    """Raise `Refused` for a rule that did not hold already."""
    for one in of_people(found):
        if one in before:
            continue
        place = frame.places.get(int(one.village)) if one.village else None
        facts: dict[str, Any] = {
            "day": f"{one.on}",
            "place": place.short if place else "",
            "rule": say(one.rule, language()),
        }
        account = frame.people.get(int(one.person)) if one.person else None
        if account is None:
            raise Refused("rota_rule_village", **facts)
        raise Refused("rota_rule", name=account.name, **facts)


def report_of(plan: Plan, frame: Frame, *, seconds: float, seed: int) -> dict[str, Any]:
    """What the page shows of a plan; people and villages by their keys, rules and reasons as codes with facts."""
    return {
        "proof": str(plan.proof), "gap": round(plan.gap, 4), "cost": round(plan.cost, 2),
        "seconds": round(seconds, 1), "seed": seed, "years": list(frame.years), "holds": plan.holds,
        "broken": [_broken(one) for one in plan.broken],
        "clashes": [
            {"village": int(one.village), "week": f"{one.week}", "lacks": one.lacks,
             "against": [[str(rule), [int(who) for who in people]] for rule, people in one.against]}
            for one in plan.clashes
        ],
        "relax": [
            {"rule": str(one.rule), "person": _key(one.person), "village": _key(one.village), "on": f"{one.on}"}
            for one in plan.relax
        ],
        "loads": [
            {"person": int(one.person), "days": one.days, "weekends": one.weekends, "holidays": one.holidays,
             "reasons": [[str(reason.code), _plain(reason.facts)] for reason in one.reasons]}
            for one in plan.loads
        ],
    }  # fmt: skip


def _broken(one: Broken) -> dict[str, Any]:
    return {"rule": str(one.rule), "person": _key(one.person), "village": _key(one.village),
            "on": f"{one.on}" if one.on else "", "lacks": one.lacks}  # fmt: skip


def _key(text: str) -> int | None:
    return int(text) if text else None


def _plain(facts: Mapping[str, object]) -> dict[str, object]:
    return {name: f"{value}" if isinstance(value, date) else value for name, value in facts.items()}
