"""May this person mediate this dispute: nobody's relative, no party, refused by nobody, and of the right post to lead.

Source: 程序规定 17, 20, 52 (recusal of police, who leads); 人民调解法 13, 15(1), 23(1) (who is a people's mediator, no
favour to a side, the parties choose). 人民调解法 knows no recusal by name: a tie is treated as favour to a side (ours).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tie(StrEnum):
    """What binds a mediator to a party."""

    PARTY = "party"
    RELATIVE = "relative"
    INTEREST = "interest"
    COMPLAINT = "complaint"  # this party complained of this mediator before
    UNCOMPARED = "uncompared"  # somebody to be avoided can no longer be compared with the parties: nobody can say no


class Post(StrEnum):
    """As what the person acts."""

    PEOPLE = "post_people"  # a people's mediator: elder, sector, appointed
    SWORN = "post_sworn"
    AUXILIARY = "post_auxiliary"


class Conflict(StrEnum):
    """Why not."""

    PARTY = "conflict_party"
    RELATIVE = "conflict_relative"
    INTEREST = "conflict_interest"
    COMPLAINT = "conflict_complaint"
    UNCOMPARED = "conflict_uncompared"
    UNWANTED = "conflict_unwanted"
    LEFT = "conflict_left"
    ABSENT = "conflict_absent"
    AUXILIARY_LEADS = "conflict_auxiliary_leads"
    NOT_SWORN = "conflict_not_sworn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """``police``: the track of police mediation, else people's. ``leads``: in the chair, not beside it.

    ``ties``: to any party. ``unwanted``: a party does not want this person. ``left``, ``absent``: on the day.
    """

    post: Post
    police: bool = False
    leads: bool = True
    ties: frozenset[Tie] = frozenset()
    unwanted: bool = False
    left: bool = False
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    code: Conflict
    articles: tuple[str, ...] = ()


# tie → what it is called, its article on the police's track; gravest first
_TIES = (
    (Tie.PARTY, Conflict.PARTY, "程序规定 17(1)"),
    (Tie.RELATIVE, Conflict.RELATIVE, "程序规定 17(1)"),
    (Tie.INTEREST, Conflict.INTEREST, "程序规定 17(2)"),
    (Tie.COMPLAINT, Conflict.COMPLAINT, "程序规定 17(3)"),
    (Tie.UNCOMPARED, Conflict.UNCOMPARED, "程序规定 17"),
)


def conflicts(facts: Facts) -> tuple[Reason, ...]:
    """Every reason against, gravest first; empty: may mediate.

    Monotone: one more tie never takes a reason away (property test).
    """
    found = [
        Reason(code, (article if facts.police else "人民调解法 15(1)",))
        for tie, code, article in _TIES
        if tie in facts.ties
    ]
    if facts.unwanted:
        found.append(Reason(Conflict.UNWANTED, ("程序规定 20" if facts.police else "人民调解法 23(1)",)))
    if facts.left:
        found.append(Reason(Conflict.LEFT))
    if facts.absent:
        found.append(Reason(Conflict.ABSENT))
    return (*found, *_lead(facts))


def _lead(facts: Facts) -> tuple[Reason, ...]:
    if not facts.leads:
        return ()
    if facts.post is Post.AUXILIARY:
        return (Reason(Conflict.AUXILIARY_LEADS, ("程序规定 52" if facts.police else "人民调解法 13",)),)
    if facts.police and facts.post is not Post.SWORN:
        return (Reason(Conflict.NOT_SWORN, ("程序规定 52",)),)
    return ()
