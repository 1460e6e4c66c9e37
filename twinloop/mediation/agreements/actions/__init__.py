"""Everything that changes an agreement. Each verb writes one event of the dispute."""

from twinloop.mediation.agreements.actions.confirming import ask, decline, rule
from twinloop.mediation.agreements.actions.drafting import Content, draft, redraft, void
from twinloop.mediation.agreements.actions.performing import break_due, perform
from twinloop.mediation.agreements.actions.signing import conclude, sign, sign_mediator
from twinloop.mediation.agreements.actions.watching import watch
from twinloop.mediation.agreements.checking import Given

__all__ = [
    "Content",
    "Given",
    "ask",
    "break_due",
    "conclude",
    "decline",
    "draft",
    "perform",
    "redraft",
    "rule",
    "sign",
    "sign_mediator",
    "void",
    "watch",
]
