"""May this agreement be signed: its contents, its sums and dates, who signs. All that is missing, at once.

Source: 人民调解法 28–30 (written or oral; contents; signatures), 33; 程序规定 181 (minors), 183, 185 (form);
司法确认规定 7 (what a court would not confirm: against mandatory law, the interest of others, public order).
Amounts are whole fen (分), so that instalments add up to the last one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from twinloop.decide import Refused


class AgreementLack(StrEnum):
    """What the paper still needs."""

    PARTIES = "agreement_parties"
    MATTER = "agreement_matter"
    TERMS = "agreement_terms"
    HOW = "agreement_how"
    BY_WHEN = "agreement_by_when"
    GUARDIAN = "agreement_guardian"
    SIGNATURES = "agreement_signatures"
    MEDIATOR = "agreement_mediator"


class AgreementRefusal(StrEnum):
    LACKS = "agreement_lacks"
    PAST = "agreement_past"
    AMOUNT = "agreement_amount"
    SUM = "agreement_sum"
    ORDER = "agreement_order"
    WHO = "agreement_who"
    WAIVES = "agreement_waives"
    INSTALMENTS = "agreement_instalments"


# a promise not to have a crime pursued, to stay locked in, to give up support or schooling binds nobody
BARRED = (
    "不追究刑事责任", "不再追究刑事", "放弃追究刑事", "不得报警", "不准报警", "不许报警", "限制人身自由", "不得离开",
    "放弃抚养", "放弃赡养", "不再赡养", "放弃继续上学", "不得上学",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """A party at the table: side "a", "b" or "c"."""

    side: str
    is_minor: bool = False
    guardian_present: bool = False
    signed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Instalment:
    fen: int
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Who does what by when. ``fen`` is the sum of money, 0 for none; ``how``: cash, transfer, in person."""

    by_side: str
    what: str
    how: str = ""
    on: date | None = None
    fen: int = 0
    instalments: tuple[Instalment, ...] = ()
    is_money: bool = False  # a sum must be named


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    signers: tuple[Signer, ...]
    matter: str
    promises: tuple[Promise, ...]
    is_oral: bool = False
    mediator_signed: bool = False


def check_agreement(draft: Draft, on: date) -> None:
    """Raise ``Refused`` with an :class:`AgreementRefusal`: what is wrong first, then all that is missing.

    ``on`` is the day of signing (+08:00).
    """
    check_promises(draft, on)
    if lacks := missing(draft):
        raise Refused(AgreementRefusal.LACKS, articles=("人民调解法 29",), lacks=lacks, count=len(lacks))


def check_promises(draft: Draft, on: date) -> None:
    """Raise what is wrong with the first promise that is; an unfinished draft may be kept, a wrong one not."""
    for refused in wrong(draft, on)[:1]:
        raise refused


def wrong(draft: Draft, on: date) -> tuple[Refused, ...]:
    """What is wrong with each promise, the first thing of each: for the list beside the shut button."""
    sides, found = {s.side for s in draft.signers}, []
    for number, promise in enumerate(draft.promises, 1):
        try:
            _check_promise(promise, number, sides, on)
        except Refused as refused:
            found.append(refused)
    return tuple(found)


def missing(draft: Draft) -> tuple[AgreementLack, ...]:
    """All that the paper still needs."""
    return tuple(_lacks(draft))


class Standing(StrEnum):
    """Where one instalment stands on a day."""

    OPEN = "due_open"
    WARN = "due_warn"
    TODAY = "due_today"
    LATE = "due_late"


WARN_DAYS = 3  # before the day (*ours*)


def standing(due_on: date, on: date) -> Standing:
    """Warned of some days before, owed to the end of the day, late on the next: then a person is asked."""
    if on > due_on:
        return Standing.LATE
    if on == due_on:
        return Standing.TODAY
    return Standing.WARN if (due_on - on).days <= WARN_DAYS else Standing.OPEN


def _check_promise(promise: Promise, number: int, sides: set[str], on: date) -> None:
    for phrase in BARRED:
        if phrase in promise.what:
            raise Refused(AgreementRefusal.WAIVES, articles=("司法确认规定 7",), number=number, phrase=phrase)
    if promise.by_side not in sides:
        raise Refused(AgreementRefusal.WHO, number=number)
    if promise.fen < 0 or (promise.is_money and not promise.fen) or any(part.fen <= 0 for part in promise.instalments):
        raise Refused(AgreementRefusal.AMOUNT, number=number)
    days = [part.on for part in promise.instalments]
    if days != sorted(set(days)):
        raise Refused(AgreementRefusal.ORDER, number=number)
    if any(day < on for day in (*days, *([promise.on] if promise.on else []))):
        raise Refused(AgreementRefusal.PAST, number=number)
    paid = sum(part.fen for part in promise.instalments)
    if promise.instalments and paid != promise.fen:
        raise Refused(AgreementRefusal.SUM, number=number, whole=yuan(promise.fen), parts=yuan(paid))


def _lacks(draft: Draft) -> Iterator[AgreementLack]:
    if len({s.side for s in draft.signers}) < 2:
        yield AgreementLack.PARTIES
    if not draft.matter.strip():
        yield AgreementLack.MATTER
    if not draft.promises or not all(p.what.strip() for p in draft.promises):
        yield AgreementLack.TERMS
    if any(p.fen and not p.how.strip() for p in draft.promises):
        yield AgreementLack.HOW
    if not all(p.on or p.instalments for p in draft.promises):
        yield AgreementLack.BY_WHEN
    if any(s.is_minor and not s.guardian_present for s in draft.signers):
        yield AgreementLack.GUARDIAN
    if not draft.is_oral and not all(s.signed for s in draft.signers):
        yield AgreementLack.SIGNATURES
    if not draft.mediator_signed:
        yield AgreementLack.MEDIATOR


def instalments(fen: int, days: tuple[date, ...]) -> tuple[Instalment, ...]:
    """``fen`` in equal parts on ``days``; what does not divide goes to the first parts, a fen each."""
    if not days or fen < len(days):
        raise Refused(AgreementRefusal.INSTALMENTS, whole=yuan(fen), times=len(days))
    each, rest = divmod(fen, len(days))
    return tuple(Instalment(fen=each + (number < rest), on=day) for number, day in enumerate(sorted(days)))


def yuan(fen: int) -> str:
    """1,200.50 as people write it; whole yuan without fen."""
    whole, part = divmod(fen, 100)
    return f"{whole:,}" + (f".{part:02d}" if part else "")
