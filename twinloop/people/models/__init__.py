"""Who acts: accounts, units, teams, roles, skills, duty, leave."""

from twinloop.people.models.account import Account, Role, RoleGrant
from twinloop.people.models.duty import Duty, Leave
from twinloop.people.models.skill import Skill, Trait
from twinloop.people.models.team import Membership, Team
from twinloop.people.models.unit import Unit

__all__ = [
    "Account",
    "Duty",
    "Leave",
    "Membership",
    "Role",
    "RoleGrant",
    "Skill",
    "Team",
    "Trait",
    "Unit",
]
