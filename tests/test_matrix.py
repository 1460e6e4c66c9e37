"""Role × address × object: what each role reaches of its own station's cases and of another's.

A new address without an entry fails. 'Reached' means: past the door and the object found; what the act then says
(a missing field, a refusal in words) is for the room's own tests.
"""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.test import Client

from tests import access, world
from tests.answers import amiss, set_papers_once, verbs
from tests.test_house import ADDRESSES, PUBLIC
from tests.world import NOW, ROLES
from twinloop.cases import actions
from twinloop.ledger.sight import SYSTEM, see_as

EVERYBODY = set(ROLES)
SYSTEM_ADMIN = {"system_admin"}
ADMINS = {"system_admin", "security_admin"}
STAFF_LISTS = ADMINS | {"dispatcher", "chief", "bureau"}
TEAMS = STAFF_LISTS | {"officer", "community_officer", "auxiliary"}
TEAM_MAKERS = {"system_admin", "bureau", "chief"}
WORKERS = EVERYBODY - {"auditor", "system_admin", "security_admin"}
# who sees the cases of their own station's community, and who those of any
NEAR = {"dispatcher", "bureau", "chief", "community_officer", "auxiliary"}
ANY = {"dispatcher", "bureau"}

# address → who gets past its door
PAGES: dict[str, set[str]] = {
    "tour_seen": EVERYBODY, "audit": {"auditor"},
    "today": EVERYBODY, "live": EVERYBODY, "more": EVERYBODY, "search": EVERYBODY, "kit": EVERYBODY,
    "me": EVERYBODY, "me_trait": EVERYBODY, "me_withdraw": EVERYBODY, "me_leave": EVERYBODY, "me_leave_end": EVERYBODY,
    "account_reauthenticate": EVERYBODY, "account_change_password": EVERYBODY, "account_set_password": EVERYBODY,
    "usersessions_list": EVERYBODY, "mfa_index": EVERYBODY, "mfa_reauthenticate": EVERYBODY,
    "mfa_activate_totp": EVERYBODY, "mfa_deactivate_totp": EVERYBODY, "mfa_view_recovery_codes": EVERYBODY,
    "mfa_generate_recovery_codes": EVERYBODY, "mfa_download_recovery_codes": EVERYBODY,
    "people": STAFF_LISTS, "people_export": STAFF_LISTS, "person": STAFF_LISTS, "skill_set": STAFF_LISTS,
    "leave_add": STAFF_LISTS, "leave_end": STAFF_LISTS, "duty_add": STAFF_LISTS, "duty_drop": STAFF_LISTS,
    "person_new": SYSTEM_ADMIN, "person_edit": SYSTEM_ADMIN, "person_active": SYSTEM_ADMIN,
    "people_import": SYSTEM_ADMIN, "people_import_look": SYSTEM_ADMIN, "people_import_columns": SYSTEM_ADMIN,
    "people_import_do": SYSTEM_ADMIN, "people_import_rejects": SYSTEM_ADMIN,
    "people_pauses": ADMINS, "people_pauses_lift": ADMINS,
    "person_sessions": ADMINS, "person_lock": ADMINS, "person_factor": ADMINS, "person_password": ADMINS,
    "person_show_id_number": ADMINS, "person_show_phone": ADMINS, "role_grant": ADMINS, "role_revoke": ADMINS,
    "units": STAFF_LISTS, "unit": SYSTEM_ADMIN, "unit_new": SYSTEM_ADMIN, "unit_close": SYSTEM_ADMIN,
    "teams": TEAMS, "team": TEAMS, "team_new": TEAM_MAKERS, "team_edit": TEAM_MAKERS, "team_close": TEAM_MAKERS,
    "member_add": TEAM_MAKERS, "member_lead": TEAM_MAKERS, "member_follow": TEAM_MAKERS, "member_leave": TEAM_MAKERS,
    "places": SYSTEM_ADMIN, "place": SYSTEM_ADMIN, "place_act": SYSTEM_ADMIN, "places_import": SYSTEM_ADMIN,
    "places_import_list": SYSTEM_ADMIN, "clock_rules": SYSTEM_ADMIN, "holidays": SYSTEM_ADMIN,
    "disputes": WORKERS, "disputes_export": WORKERS, "saved_view": WORKERS, "saved_view_remove": WORKERS,
    "incidents": WORKERS,
    **access.said("PAGES"),
}  # fmt: skip
# addresses of one case: who sees the case at all decides; a foreign one is as unknown as none
CASES = {
    "dispute", "dispute_timeline", "dispute_move", "dispute_change", "dispute_note", "dispute_gate",
    "dispute_party_new",
    "dispute_party_remove", "dispute_unmask", "dispute_comment", "dispute_files", "dispute_merge", "dispute_split",
    "dispute_split_off", "dispute_link_incident", "dispute_unlink", "dispute_clock_pause", "dispute_clock_resume",
    "incident", "incident_unmask",
}  # fmt: skip
# need an object that the sample case does not have; `tests/cases/test_dispute_page.py` reaches them with one
CASES_WITH_MORE = {"dispute_term", "dispute_file", "dispute_file_remove"}
# one object of a later room: its own tests say who sees which
OBJECTS = set(access.said("OBJECTS"))
CHILD = {
    "dispute_party_remove": "party", "dispute_unmask": "party", "dispute_unlink": "link",
    "dispute_clock_pause": "clock", "dispute_clock_resume": "clock",
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def set_once():
    with pytest.MonkeyPatch.context() as patch:
        set_papers_once(patch)
        yield


@pytest.fixture
def things(db):
    """A district, and a case near and one far with what an address can name."""
    with see_as(SYSTEM), time_machine.travel(NOW, tick=False):
        found: dict[str, Any] = {"district": world.district()}
        for where, place in (("own", found["district"].near), ("foreign", found["district"].far)):
            incident = world.incident(place, caller=actions.Caller(world.person(phone="19900001234")))
            dispute = world.dispute(place, incident=incident)
            found[where] = {
                "dispute": dispute,
                "incident": incident,
                "party": actions.add_party(dispute, world.person(), side="a", by=None, at=NOW),
                "clock": actions.open_clock("transfer", dispute=dispute, by=None, at=NOW),
                "link": dispute.links.get(),
            }
    return found


def enter(things: dict[str, Any], role: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(things["district"].people[role])
    return client


def address(name: str, path: str, case: dict[str, Any]) -> str:
    number = case["incident" if name in ("incident", "incident_unmask") else "dispute"].number
    path = path.replace("JF260416-001", number)
    if name in CHILD:
        path = path.replace("/1/", f"/{case[CHILD[name]].pk}/")
    path = path.replace("/unmask/1/", "/unmask/phone/")
    return f"{path}?field=phone" if name == "dispute_unmask" else path


class Walk:
    """Asks addresses as one role: by GET, of which every answer is looked at, then by POST."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.amiss: dict[object, list[object]] = {}

    def over(self, paths: dict[object, str]) -> dict[object, set[int]]:
        """The statuses of each; asking by GET must have left no event."""
        before = verbs()
        got = {}
        for key, path in paths.items():
            answer = self.client.get(path)
            got[key] = {answer.status_code}
            if found := amiss(answer):
                self.amiss[key] = [path, answer.status_code, *found]
        assert verbs()[len(before) :] == [], "asking changed something"
        return {key: (got[key] | {self.client.post(path).status_code}) - {405} for key, path in paths.items()}


def test_every_address_has_an_entry_and_every_entry_an_address():
    named = {name for name, path in ADDRESSES if not path.startswith("/api/")} - set(PUBLIC)
    assert named == set(PAGES) | CASES | CASES_WITH_MORE | OBJECTS


@pytest.mark.parametrize("role", ROLES)
def test_pages_open_for_their_roles_only(things, refused_once, role):
    """And every answer to a GET carries the headers, holds nothing inline and changed nothing."""
    walk = Walk(enter(things, role))
    wrong = {}
    asked = {(name, path): path for name, path in ADDRESSES if name in PAGES and "logout" not in name}
    for (name, _path), got in walk.over(asked).items():
        if role in PAGES[name]:
            if (403 in got and name not in FURTHER) or any(s >= 500 for s in got):
                wrong[name] = got
        elif not got <= {403, 404}:
            wrong[name] = got
    assert wrong == {}
    assert walk.amiss == {}


# past the door a further question may still end in 403 (a fresh password, one's own station)
FURTHER = {"account_reauthenticate", "mfa_reauthenticate", *access.said("FURTHER")}


@pytest.mark.parametrize("role", ROLES)
def test_cases_are_seen_by_those_in_scope_only(things, refused_once, role):
    walk = Walk(enter(things, role))
    wrong = {}
    cases = [(name, path) for name, path in ADDRESSES if name in CASES]
    asked = {(name, where): address(name, path, things[where]) for name, path in cases for where in ("own", "foreign")}
    for (name, where), got in walk.over(asked).items():
        reached = not got <= {403, 404}
        if reached != (role in (NEAR if where == "own" else ANY)) or any(s >= 500 for s in got):
            wrong[name, where] = got
    assert wrong == {}
    assert walk.amiss == {}


@pytest.mark.parametrize("name", sorted(CHILD))
def test_a_child_of_another_case_is_not_found_under_this_one(things, name):
    """/disputes/A/parties/<of B>/ is 404 even for who sees both."""
    client = enter(things, "dispatcher")
    path = next(p for n, p in ADDRESSES if n == name)
    mixed = {**things["own"], CHILD[name]: things["foreign"][CHILD[name]]}
    assert client.post(address(name, path, mixed)).status_code == 404
