"""What an agreement fills: the agreement itself, oral or written, of people's or police mediation; asking the court."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from twinloop.cases.models import Dispute, Party
from twinloop.mediation.agreements import queries, telling
from twinloop.mediation.agreements.models import Agreement, Promise
from twinloop.papers import naming
from twinloop.papers.filling import day
from twinloop.papers.kinds import Subject, Subjects

NUMERALS = "一二三四五六七八九十"


def _of(track: str, *, is_oral: bool) -> Subjects:
    def found(dispute: Dispute) -> Iterator[Subject]:
        standing = dispute.agreements.exclude(state="void", signed_at__isnull=True).filter(track=track)
        for one in standing.filter(is_oral=is_oral).select_related("mediator").order_by("pk"):
            yield _subject(one)

    return found


def _subject(one: Agreement) -> Subject:
    return Subject(
        one.pk, str(one.get_state_display()), lambda: {"agreement": _values(one)}, one.number,
        is_done=one.signed_at is not None,
    )  # fmt: skip


def _values(one: Agreement) -> dict[str, Any]:
    promises = list(one.promises.select_related("by_party", "to_party").prefetch_related("dues"))
    clock = queries.clock_of(one)
    return {
        "facts": one.facts, "matter": one.matter, "lead": str(one.mediator or one.mediator_name),
        "day": day(one.signed_at) or "年　　月　　日", "terms": [_term(promise) for promise in promises],
        "dues": [f"第{_item(promise)}项{telling.days(list(promise.dues.all()), promise)}" for promise in promises],
        "copies": NUMERALS[min(one.dispute.parties.filter(removed_at__isnull=True, is_guardian=False).count(), 9)],
        "confirm_by": day(clock.due_at) if clock else "",
    }  # fmt: skip


def _item(promise: Promise) -> str:
    return f"（{NUMERALS[promise.number - 1]}）" if promise.number <= len(NUMERALS) else f"（{promise.number}）"


def _term(promise: Promise) -> str:
    """As `telling.term`, with the names that the paper needs."""
    who = _name(promise.by_party)
    if promise.to_party is not None:
        who += f"向{_name(promise.to_party)}"
    parts = (
        f"{who}{promise.get_kind_display()}：{promise.text.rstrip('。；，')}",
        telling.money(promise.amount),
        promise.how,
    )
    return _item(promise) + "，".join(part for part in parts if part) + "。"


def _name(party: Party) -> str:
    return str(naming.party(party, {})["name"])


def confirmations(dispute: Dispute) -> Iterator[Subject]:
    """Offered while the court may still be asked; on file once it was."""
    signed = dispute.agreements.filter(track="people", subject="other", signed_at__isnull=False)
    for one in signed.select_related("mediator", "confirmation").order_by("pk"):
        said = getattr(one, "confirmation", None)
        yield Subject(
            one.pk, one.number, lambda one=one: {"agreement": _values(one), "number": one.number},  # type: ignore[misc]
            is_done=said is not None and said.state != "declined",
        )  # fmt: skip


PAPERS = {
    "agreement_people": _of("people", is_oral=False),
    "agreement_oral": _of("people", is_oral=True),
    "agreement_police": _of("police", is_oral=False),
    "confirmation": confirmations,
}
