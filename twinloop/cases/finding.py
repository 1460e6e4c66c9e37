"""What the search box finds in cases: numbers, people by blind keys, addresses, words; always within visibility.

The functions of migration 0004 answer with ids only; the rows behind them are read through `visibility` and the
policies. What is shown is masked.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from twinloop.cases import sealing, visibility
from twinloop.cases.actions.looking import MAY_OPEN, MAY_OPEN_CONFIDENTIAL
from twinloop.cases.models import Dispute, Incident, Party
from twinloop.cases.words import SIDES
from twinloop.decide.words import say
from twinloop.decide.workflow import State
from twinloop.edge import masks, searchkeys
from twinloop.edge.searchkeys import QueryKind
from twinloop.ledger.sight import Scope

LIMIT = 20
COMMON = 2_000  # a word that more rows hold is looked for row by row: the first pages are full at once
# figures inside running text may be somebody's number: masked on the page, so not to be guessed by asking either
_FIGURES = re.compile(r"[0-9]{4}")


@dataclass(frozen=True)
class Hit:
    title: str
    number: str
    line: str
    icon: str
    url: str


@dataclass(frozen=True)
class Found:
    title: str
    hits: Sequence[Hit]
    more: bool


def searches(scope: Scope) -> bool:
    """Whether cases are anything to this viewer at all; administrators and auditors see none."""
    return bool(
        scope.sees_all or scope.stations or scope.places or scope.has(*MAY_OPEN, "volunteer", "grid_worker", "agency")
    )


# --- the search box


def disputes(text: str, scope: Scope) -> Found | None:
    """By number (whole or its beginning) and by words of the title."""
    guesses = searchkeys.classify(text)
    found = visibility.disputes(scope).select_related("place", "owner")
    number = _value(guesses, QueryKind.DISPUTE)
    if number:
        rows = list(found.filter(number__startswith=number).order_by("-touched_at", "-id")[: LIMIT + 1])
    else:
        ids = _words("cases_find_disputes", _wanted(guesses), "", LIMIT + 1)
        rows = list(found.filter(pk__in=ids).order_by("-touched_at", "-id"))
    return _found(_("矛盾纠纷"), rows, _dispute, scope)


def parties(text: str, scope: Scope) -> Found | None:
    """By name, sound, initials, number, telephone and the tails of both; for those who may open identities."""
    if not scope.has(*MAY_OPEN):
        return None
    ids = _call("cases_find_parties", _keys(text), LIMIT + 1)
    seen = Party.objects.filter(pk__in=ids, dispute__in=visibility.disputes(scope)).select_related("dispute__place")
    return _found(_("当事人"), list(seen.order_by("-dispute__touched_at", "pk")), _party, scope)


def incidents(text: str, scope: Scope) -> Found | None:
    """By number, words of the narrative, address."""
    guesses = searchkeys.classify(text)
    found = visibility.incidents(scope).select_related("place")
    number = _value(guesses, QueryKind.INCIDENT)
    if number:
        rows = list(found.filter(number__startswith=number).order_by("-received_at", "-id")[: LIMIT + 1])
    else:
        rows = list(found.filter(pk__in=_in_reports(guesses, LIMIT + 1)).order_by("-received_at", "-id"))
    return _found(_("警情"), rows, _incident, scope)


def callers(text: str, scope: Scope) -> Found | None:
    """Who rang; a caller who asked for confidence is found by those only who may open them."""
    if not scope.has(*MAY_OPEN):
        return None
    ids = _call("cases_find_callers", _keys(text), scope.has(*MAY_OPEN_CONFIDENTIAL), LIMIT + 1)
    seen = visibility.incidents(scope).filter(pk__in=ids).select_related("place")
    return _found(_("报警人"), list(seen.order_by("-received_at", "-id")), _caller, scope)


PROVIDERS = (disputes, parties, incidents, callers)


def _found(title: str, rows: list[Any], hit: Callable[[Any, Scope], Hit], scope: Scope) -> Found:
    return Found(title, [hit(row, scope) for row in rows[:LIMIT]], len(rows) > LIMIT)


def _dispute(row: Dispute, scope: Scope) -> Hit:
    facts = (str(row.place or ""), say(State(row.state)), row.owner.name if row.owner else "")
    return Hit(masks.mask_text(row.title), row.number, _line(*facts), "clipboard-list", url("dispute", row.number))


def _party(row: Party, scope: Scope) -> Hit:
    facts = (str(SIDES[row.side]), row.phone_masked, row.id_number_masked, masks.mask_text(row.dispute.title))
    return Hit(row.name_masked, row.dispute.number, _line(*facts), "user", url("dispute", row.dispute.number))


def _incident(row: Incident, scope: Scope) -> Hit:
    facts = (str(row.place or ""), masks.mask_address(row.address))
    title = masks.mask_text(row.narrative)
    return Hit(title if len(title) <= 60 else f"{title[:60]}…", row.number, _line(*facts), "phone-incoming",
               url("incident", row.number))  # fmt: skip


def _caller(row: Incident, scope: Scope) -> Hit:
    shown = caller(row, scope)
    return Hit(shown[0], row.number, _line(shown[1], str(row.place or "")), "phone", url("incident", row.number))


def caller(row: Incident, scope: Scope) -> tuple[str, str]:
    """Name and telephone of the caller as `scope` may read them, masked; hidden where they asked for confidence."""
    if row.caller_is_confidential and not scope.has(*MAY_OPEN_CONFIDENTIAL):
        return _("报警人要求保密"), ""
    return row.caller_name_masked or _("未留姓名"), row.caller_phone_masked


def _line(*facts: str) -> str:
    return " · ".join(filter(None, facts))


def url(name: str, number: str | int) -> str:
    try:
        return reverse(name, args=[number])
    except NoReverseMatch:
        return ""


# --- conditions of the lists


def in_titles(text: str) -> Q:
    """Disputes whose title holds `text`."""
    return _holding(text, "title", _call("cases_find_disputes", _key(text), "", COMMON))


def in_narratives(text: str, scope: Scope) -> Q:
    """Incidents whose narrative or address holds `text`."""
    guesses = searchkeys.classify(text)
    return _holding(text, "narrative", _in_reports(guesses, COMMON)) if _wanted(guesses) else Q(pk__in=[])


def _holding(text: str, name: str, ids: Sequence[int]) -> Q:
    return Q(pk__in=ids) if len(ids) < COMMON else Q(**{f"{name}__contains": _key(text)})


def _key(text: str) -> str:
    return searchkeys.words_key(text)


# --- asking


def _value(guesses: Iterable[searchkeys.Guess], kind: QueryKind) -> str:
    return next((guess.value for guess in guesses if guess.kind is kind), "")


def _wanted(guesses: Sequence[searchkeys.Guess]) -> str:
    """The words to look for in running text; "" where it is a number, or too short."""
    words = _value(guesses, QueryKind.WORDS)
    return words if len(words) > 1 and not _FIGURES.search(words) else ""


def _words(function: str, words: str, address: str, most: int) -> list[int]:
    return _call(function, words, address, most) if words else []


def _in_reports(guesses: Sequence[searchkeys.Guess], most: int) -> list[int]:
    words = _wanted(guesses)
    return _words("cases_find_incidents", words, searchkeys.address_key(words), most)


def _keys(text: str) -> list[uuid.UUID]:
    asked = (sealing.asked(guess.kind, guess.value) for guess in searchkeys.classify(text))
    return [key for key in asked if key is not None]


def _call(function: str, *args: Any) -> list[int]:
    if not args[0]:
        return []
    with connection.cursor() as cursor:
        marks = ", ".join(["%s::uuid[]" if isinstance(args[0], list) else "%s", *["%s"] * (len(args) - 1)])
        cursor.execute(f"SELECT * FROM {function}({marks})", list(args))  # noqa: S608 (names of this module)
        return [row[0] for row in cursor.fetchall()]
