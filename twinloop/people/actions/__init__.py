"""Everything that changes people, units and teams. Each verb takes `by` (a scope, None for the system) and `at`."""

from twinloop.people.actions.accounts import (
    change_account,
    create_account,
    deactivate,
    give_password,
    help_sign_in,
    note_export,
    reactivate,
    unmask,
)
from twinloop.people.actions.declared import declare_trait, set_skill, withdraw_trait
from twinloop.people.actions.enrolling import Newcomer, enrol, man_team
from twinloop.people.actions.roles import grant_role, revoke_role
from twinloop.people.actions.rota import Shift, end_leave, plan_duties, put_on_duty, take_leave, take_off_duty
from twinloop.people.actions.teams import change_team, close_team, create_team, join_team, leave_team, set_lead
from twinloop.people.actions.units import change_unit, close_unit, create_unit

__all__ = [
    "Newcomer",
    "Shift",
    "change_account",
    "change_team",
    "change_unit",
    "close_team",
    "close_unit",
    "create_account",
    "create_team",
    "create_unit",
    "deactivate",
    "declare_trait",
    "end_leave",
    "enrol",
    "give_password",
    "grant_role",
    "help_sign_in",
    "join_team",
    "leave_team",
    "man_team",
    "note_export",
    "plan_duties",
    "put_on_duty",
    "reactivate",
    "revoke_role",
    "set_lead",
    "set_skill",
    "take_leave",
    "take_off_duty",
    "unmask",
    "withdraw_trait",
]
