"""Volunteers: accounts of that kind, put into the team that the file names. A file never grants a role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from twinloop.decide import Refused
from twinloop.intake.batches import typed
from twinloop.intake.batches.columns import Columns
from twinloop.intake.batches.records import Acting, Facts, Form, Reader
from twinloop.intake.batches.typed import Fault
from twinloop.people import actions, refusals, sealed
from twinloop.people.actions.accounts import check_username
from twinloop.people.models import Account, Membership, Team
from twinloop.places.models import Place

COLUMNS = Columns(
    number="number",
    fields={
        "number": ("志愿者编号", "volunteer_no", "编号", "警号", "账号"),
        "name": ("姓名", "name"),
        "phone": ("联系电话", "phone", "手机", "电话", "手机号"),
        "id_number": ("身份证号", "id_number", "身份证号码", "公民身份号码"),
        "team": ("队伍", "team", "所属队伍", "志愿队"),
        "place": ("村社区", "community", "所在社区", "社区"),
        "post": ("职务", "post", "备注"),
    },
    required=("number", "name"),
)


def read_volunteer(row: Reader) -> Facts:
    return row.done({
        "number": row.take("number", typed.number, needed=True),
        "name": row.take("name", sealed.check_name, needed=True),
        "phone": row.take("phone", typed.phone) or "",
        "id_number": row.take("id_number", typed.id_number, row.now.date()) or "",
        "team": row.cells.get("team", ""),
        "place": row.cells.get("place", ""),
        "post": row.take("post", typed.limited, 40) or "",
    })  # fmt: skip


def check_volunteers(records: Sequence[Facts]) -> Mapping[int, tuple[str, Exception]]:
    """Which of them cannot come in: the number or the identity is somebody's, no such team or community."""
    known = {a.username: a for a in Account.objects.filter(username__in=[f["number"] for f in records])}
    teams, places = _teams(), _places()
    found: dict[int, tuple[str, Exception]] = {}
    for index, facts in enumerate(records):
        fault = _fault(facts, known.get(facts["number"]), teams, places)
        if fault:
            found[index] = fault
    return found


def _fault(
    facts: Facts, known: Account | None, teams: Mapping[str, list[Team]], places: Mapping[str, Place]
) -> tuple[str, Exception] | None:
    of = teams.get(facts["team"], [])
    if known and not _is_back(known, facts):
        return "number", Fault("account_known")
    if facts["team"] and len(of) != 1:
        return "team", Fault("team_many" if of else "team_unknown", team=facts["team"][:40])
    if facts["place"] and facts["place"] not in places:
        return "place", Fault("place_unknown", place=facts["place"][:40])
    return None if known else _newcomer_fault(facts)


def _newcomer_fault(facts: Facts) -> tuple[str, Exception] | None:
    try:
        check_username(facts["number"])
    except Refused as refused:
        return "number", Fault("", said=refusals.say(refused))
    index = sealed.index_of(facts["id_number"]) if facts["id_number"] else None
    if index and Account.objects.filter(id_number_index=str(index)).exists():
        return "id_number", Fault("", said=refusals.say(Refused("id_taken")))
    return None


def _is_back(known: Account, facts: Facts) -> bool:
    """Somebody whom an undone import had closed comes again."""
    return known.kind == "volunteer" and not known.is_active and known.name == facts["name"]


def _teams() -> dict[str, list[Team]]:
    found: dict[str, list[Team]] = {}
    for team in Team.objects.filter(kind=Team.Kind.VOLUNTEER, closed_on=None):
        found.setdefault(team.name, []).append(team)
    return found


def _places() -> dict[str, Place]:
    served = Place.objects.served().communities()
    return {name: place for place in served for name in (place.name, place.short, place.code)}


def write_volunteers(records: Sequence[Facts], acting: Acting) -> list[int]:
    by, at, teams, places = acting.scope, acting.at, _teams(), _places()
    known = {a.username: a for a in Account.objects.filter(username__in=[f["number"] for f in records])}
    new = [f for f in records if f["number"] not in known]
    made = actions.enrol(
        [
            actions.Newcomer(
                username=f["number"], name=f["name"], kind="volunteer", phone=f["phone"], id_number=f["id_number"],
                post=f["post"], communities=[places[f["place"]]] if f["place"] else [],
            )
            for f in new
        ],
        by=by, at=at,
    )  # fmt: skip
    for account in known.values():
        actions.reactivate(account, by=by, at=at)
    found = known | {account.username: account for account in made}
    for facts in records:
        if facts["team"] and not _is_member(teams[facts["team"]][0], found[facts["number"]]):
            # as the system: joining a team is the chief's, and the file says only who has been in it all along
            actions.join_team(teams[facts["team"]][0], found[facts["number"]], by=None, at=at)
    return [found[facts["number"]].pk for facts in records]


def _is_member(team: Team, account: Account) -> bool:
    return Membership.objects.filter(team=team, account=account, period__upper_inf=True).exists()


def close_accounts(ids: Sequence[int], acting: Acting, why: str) -> list[int]:
    """Accounts that nobody used yet are closed, not deleted; who has a role or signed in stays."""
    unused = Account.objects.filter(pk__in=ids, is_active=True, grants=None, last_login=None)
    gone = []
    for account in unused:
        for membership in account.memberships.filter(period__upper_inf=True):
            actions.leave_team(membership, by=None, at=acting.at)
        actions.deactivate(account, by=acting.scope, at=acting.at, why=why)
        gone.append(account.pk)
    return gone


FORM = Form("volunteer", COLUMNS, read_volunteer, write_volunteers, close_accounts, check=check_volunteers)
