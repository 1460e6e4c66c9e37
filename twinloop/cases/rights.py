"""Who may do what is no move: notes, people, files, links, clocks. Moves ask `decide.workflow`."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from twinloop.decide import Refused
from twinloop.decide.workflow import Role
from twinloop.ledger.sight import Scope

R = Role
_FIELD = frozenset({R.OFFICER, R.COMMUNITY_OFFICER, R.AUXILIARY})
_SWORN = frozenset({R.OFFICER, R.COMMUNITY_OFFICER, R.CHIEF})
_DESK = frozenset({R.DISPATCHER, R.COMMUNITY_OFFICER, R.CHIEF})
# everybody with a part in cases; the three offices (audit, security, system) have none
WORKERS = frozenset(R) - {R.AUDITOR, R.SYSTEM_ADMIN, R.SECURITY_ADMIN, R.RESIDENT, R.SYSTEM}

# what → (words of the act, who may)
RIGHTS: Mapping[str, tuple[object, frozenset[Role]]] = {
    "review": (_("写研判"), _DESK),
    "callback": (_("记回访"), _FIELD | _DESK),
    "leader": (_("包案领导签字"), frozenset({R.CHIEF, R.BUREAU})),
    "offence": (_("记违法行为"), _SWORN),
    "safeguard": (_("标家庭暴力"), _SWORN | _DESK),
    "circumstances": (_("记特别情形"), _FIELD | _DESK | {R.MEDIATOR}),
    "terms_broken": (_("记违约"), _FIELD | _DESK | {R.MEDIATOR}),
    "application": (_("认可双方申请"), frozenset({R.CHIEF, R.BUREAU})),
    "gate": (_("核对能否调解"), _SWORN | {R.MEDIATOR}),
    "term": (_("记履行"), _FIELD | _DESK | {R.MEDIATOR}),
    "party": (_("改当事人"), _FIELD | _DESK | {R.MEDIATOR}),
    "link": (_("改关联"), _DESK | {R.OFFICER}),
    "clock": (_("暂停时限"), _SWORN | _DESK),
    "change": (_("改写"), _DESK | {R.OFFICER}),
    "comment": (_("写笔记"), WORKERS),
    "file": (_("传附件"), WORKERS),
    "file_remove": (_("移除别人的附件"), frozenset({R.DISPATCHER, R.CHIEF})),
}


def may(what: str, scope: Scope) -> bool:
    return scope.has(*RIGHTS[what][1])


def check(what: str, scope: Scope) -> None:
    """Raises `Refused` where none of the viewer's roles may do `what`."""
    label, roles = RIGHTS[what]
    if not scope.has(*roles):
        raise Refused("not_your_role", action=str(label), roles=tuple(role for role in Role if role in roles))
