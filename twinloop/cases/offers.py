"""What the viewer may do to a dispute now: each act with its form, or shut with the sentence of what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from twinloop.cases import forms as asked
from twinloop.cases import queries, rights, visibility
from twinloop.cases.actions.following import INPUTS
from twinloop.cases.models import Dispute, Incident, Standing
from twinloop.cases.telling import language, sentence
from twinloop.cases.timeline import MOVES as ICONS
from twinloop.decide import Refused
from twinloop.decide.words import say
from twinloop.decide.workflow import Action, Facts, How, Role, State, moves
from twinloop.ledger.sight import Scope
from twinloop.people.models import Account
from twinloop.people.models import Role as Post

TAKERS = (Post.OFFICER, Post.COMMUNITY_OFFICER, Post.AUXILIARY)
# the move that usually comes next stands first; what is rare stands last
RANK = (
    Action.SORT, Action.ORDER, Action.START, Action.AGREE, Action.SETTLE, Action.CLOSE, Action.CLOSE_BY_DECISION,
    Action.OPEN_MEDIATION, Action.REPORT_UNSETTLED, Action.FAIL_MEDIATION, Action.OPEN_REVIEW, Action.OPEN_PENALTY,
    Action.RETURN_ORDER, Action.RECALL_ORDER, Action.REOPEN, Action.RETURN_TRANSFER, Action.SPLIT, Action.TRANSFER,
    Action.MERGE,
)  # fmt: skip
NEVER_FIRST = frozenset({Action.TRANSFER, Action.MERGE, Action.RETURN_ORDER, Action.RECALL_ORDER, Action.OPEN_PENALTY})
KEYS = {Action.OPEN_MEDIATION: "M", Action.SETTLE: "F", Action.AGREE: "F"}
# what a move's own form answers counts as answered until it is sent
ANSWERED: dict[str, dict[str, Any]] = {
    "type_code": {"type_given": True},
    "level": {"level": 3},
    "taker": {"taker_given": True, "in_community": True},
    "settled_by": {"settled_by": "-"},
    "settled_how": {"settled_how": How.DECISION},
    "settled_on": {"settled_on": date.min},
    "terms": {"terms_given": True, "terms_owed": (), "terms_performed": ()},
    "transfer_receipt": {"receipt": True},
    "decision": {"decision_given": True},
    "target": {"merge_target_given": True},
}


@dataclass
class Ask:
    """One act on the page: a button that opens its form. `code` names the place where a refusal is shown again."""

    code: str
    label: str
    url: str
    form: forms.Form | None = None
    icon: str = ""
    shut: str = ""
    primary: bool = False
    key: str = ""
    open: bool = False
    refused: str = ""
    files: bool = False
    send: str = ""  # word on the sending button, where it is not the label
    choices: dict[str, list[tuple[Any, Any]]] = field(default_factory=dict)


def make(code: str, label: str, url: str, kind: Callable[..., forms.Form] | None, **more: Any) -> Ask:
    """An act with an empty form of `kind`."""
    initial = more.pop("initial", None)
    form = kind(auto_id=f"{code}-%s", initial=initial) if kind else None
    ask = Ask(code=code, label=label, url=url, form=form, **more)
    if form:
        asked.choose(form, ask.choices)
    return ask


# --- moves -----------------------------------------------------------------------------------------------------------


def move_asks(dispute: Dispute, facts: Facts, scope: Scope, on: date) -> list[Ask]:
    """Every move that the table knows from here; the likeliest that is open is the primary one.

    What is rare stands last even where it alone is open: before it comes what the dispute waits for, with the reason.
    """
    found = sorted(
        _offers(dispute, facts, scope),
        key=lambda pair: (pair[0] in NEVER_FIRST, pair[1] is not None, RANK.index(pair[0])),
    )
    asks = [_move_ask(dispute, action, refused, on) for action, refused in found]
    first = next((i for i, (action, no) in enumerate(found) if no is None and action not in NEVER_FIRST), None)
    if first is not None:
        asks[first].primary = True
        asks.insert(0, asks.pop(first))
    return asks


def _offers(dispute: Dispute, facts: Facts, scope: Scope) -> Iterator[tuple[Action, Refused | None]]:
    """Per action the answer of the best of the viewer's roles: open, else the refusal that a right role meets."""
    state = State(dispute.state)
    roles = sorted(Role(r) for r in scope.roles if r in set(Role)) or [Role.RESIDENT]
    for action in dict.fromkeys(offer.action for offer in moves(state, Role.SYSTEM, facts)):
        own = _as_answered(facts, action)
        answers = [o.refused for role in roles for o in moves(state, role, own) if o.action is action]
        if None in answers:
            yield action, None
            continue
        refusals = [no for no in answers if no is not None]
        yield action, next((no for no in refusals if no.code != "not_your_role"), refusals[0])


def _as_answered(facts: Facts, action: Action) -> Facts:
    filled: dict[str, Any] = {"reason_given": True}
    for name in INPUTS.get(action, ()):
        filled |= ANSWERED.get(name, {})
    if facts.level is not None:
        filled.pop("level", None)
    if facts.terms_owed and action is Action.SETTLE and "terms_owed" in filled:
        filled.pop("terms_owed")  # a settlement out of the penalty procedure asks for terms performed
        filled.pop("terms_performed")
    return replace(facts, **filled)


def _move_ask(dispute: Dispute, action: Action, refused: Refused | None, on: date) -> Ask:
    label = say(action, language())
    icon = ICONS[action]
    if refused is not None:
        return Ask(code=action, label=label, url="", icon=icon, shut=sentence(refused))
    kind = asked.MOVES.get(action, asked.Move)
    return make(
        action, label, move_url(dispute, action), kind, icon=icon, key=KEYS.get(action, ""),
        initial=initial(dispute, action, on), choices=choices(dispute, action, on),
    )  # fmt: skip


def move_url(dispute: Dispute, action: str) -> str:
    if action in (Action.MERGE, Action.SPLIT):
        return reverse(f"dispute_{action}", args=[dispute.number])
    return reverse("dispute_move", args=[dispute.number, action])


def initial(dispute: Dispute, action: str, on: date) -> dict[str, Any]:
    answers: dict[str, Any] = {"version": dispute.version}
    if action == Action.SORT:
        answers |= {"type_code": dispute.type_code, "level": dispute.level}
    if action in (Action.SETTLE, Action.AGREE):
        answers |= {"settled_on": on}
    if action == Action.AGREE:
        answers |= {"settled_how": How.MEDIATION}
    return answers


def choices(dispute: Dispute, action: str, on: date) -> dict[str, list[tuple[Any, Any]]]:
    if action == Action.SORT:
        return {"type_code": [(t.code, str(t)) for t in queries.types(on)]}
    if action == Action.ORDER:
        return {"taker": [(str(who.pk), taker(who)) for who in takers(dispute, on)]}
    return {}


def takers(dispute: Dispute, on: date) -> list[Account]:
    """Who may be sent: field people of the station and of the community; without a station all of them."""
    found = Account.objects.filter(is_active=True, grants__role__in=TAKERS, grants__period__contains=on)
    if dispute.station_id or dispute.place_id:
        station = Q(unit=dispute.station_id) | Q(unit__parent=dispute.station_id) if dispute.station_id else Q()
        found = found.filter(station | Q(communities=dispute.place_id))
    return list(found.select_related("unit").order_by("username").distinct()[:200])


def taker(who: Account) -> str:
    return " · ".join(filter(None, (who.name, str(who.unit) if who.unit else "", who.post)))


# --- notes -----------------------------------------------------------------------------------------------------------

NOTE_LABELS: dict[str, tuple[str, Any]] = {
    "review": ("report-search", gettext_lazy("写研判")),
    "gate": ("scale", gettext_lazy("核对能否调解")),
    "callback": ("phone-call", gettext_lazy("记回访")),
    "leader": ("writing-sign", gettext_lazy("签字")),
    "application": ("file-check", gettext_lazy("认可双方申请")),
    "terms_broken": ("alert-circle", gettext_lazy("记违约")),
    "offence": ("gavel", gettext_lazy("记违法行为")),
    "circumstances": ("flag", gettext_lazy("记特别情形")),
    "safeguard": ("shield", gettext_lazy("标家庭暴力")),
}
OVER = frozenset({State.CLOSED, State.MERGED, State.TRANSFERRED})
_OPEN = frozenset(State) - OVER
WHEN: dict[str, frozenset[State]] = {
    "review": frozenset({State.REVIEW}),
    "gate": frozenset({State.HANDLING, State.MEDIATING}),
    "callback": frozenset({State.SETTLED, State.PENALTY}),
    "leader": frozenset({State.SETTLED, State.PENALTY}),
    "application": frozenset({State.PENALTY}),
    "terms_broken": frozenset({State.SETTLED}),
    "offence": _OPEN - {State.SETTLED},
    "circumstances": _OPEN - {State.SETTLED},
    "safeguard": _OPEN,
}


def note_asks(dispute: Dispute, standing: Standing, scope: Scope) -> list[Ask]:
    """Facts that a later move asks for, offered in the states where they matter and to whom they belong."""
    return [
        note_ask(dispute, standing, kind)
        for kind, states in WHEN.items()
        if State(dispute.state) in states and kind != "gate" and rights.may(kind, scope) and _matters(kind, dispute)
    ]


def _matters(kind: str, dispute: Dispute) -> bool:
    return kind != "leader" or dispute.level == 1


def note_ask(dispute: Dispute, standing: Standing, kind: str) -> Ask:
    icon, label = NOTE_LABELS[kind]
    columns = ("review", "domestic_violence", "group_event", "minors", "party_unwilling", "terms_broken", "violence")
    known: dict[str, Any] = {name: getattr(standing, name) for name in columns}
    if standing.offence is not None:
        known["offence"] = "yes" if standing.offence else "no"
    url = reverse("dispute_note", args=[dispute.number, kind])
    return make(f"note-{kind}", str(label), url, asked.NOTES[kind], icon=icon, initial=known, send=_("记下"))


# --- what was sent ---------------------------------------------------------------------------------------------------


def move_form(dispute: Dispute, action: str, on: date, sent: Any) -> asked.Move | None:
    """The form of a move with what was typed; None where there is no such move here."""
    if action not in set(Action) or action in (Action.MERGE, Action.SPLIT):
        return None
    kind = asked.MOVES.get(Action(action), asked.Move)
    form = kind(sent, auto_id=f"{action}-%s")
    asked.choose(form, choices(dispute, action, on))
    return form


def given(dispute: Dispute, form: asked.Move) -> dict[str, Any]:
    """What the form brought, people as people. Whether the order goes to the community is read, never claimed."""
    brought = form.given()
    if "taker" in brought:
        taker = Account.objects.get(pk=int(brought["taker"]))
        brought["taker"] = taker
        brought["in_community"] = taker.communities.filter(pk=dispute.place_id or 0).exists()
    return brought


def done(action: str) -> str:
    return _("已办：%(what)s") % {"what": say(Action(action), language())}


def merge_target(form: asked.Merge, scope: Scope) -> Dispute:
    """The dispute to merge into, if the viewer may see it. Raises `Refused`."""
    number = form.cleaned_data["target"].strip().upper()
    found = visibility.disputes(scope).filter(number=number).first()
    if found is None:
        raise Refused("unknown_target")
    return found


def incident(number: str, scope: Scope) -> Incident:
    found = visibility.incidents(scope).filter(number=number.strip().upper()).first()
    if found is None:
        raise Refused("unknown_incident")
    return found
