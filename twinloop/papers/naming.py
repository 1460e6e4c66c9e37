"""What papers say of a dispute and its people, in the clear. Whoever calls writes the look down (`actions.take`)."""

from __future__ import annotations

from typing import Any

from twinloop.cases import sealing
from twinloop.cases.models import Dispute, Incident, Party
from twinloop.cases.queries import type_names
from twinloop.papers.filling import day

HIDDEN = "（保密）"  # domestic violence: no paper that the other side gets says where somebody lives
NUMERALS = "一二三四五六七八九十"


def party(one: Party, guardians: dict[int, list[Party]]) -> dict[str, Any]:
    names = "、".join(_open(g, "name") for g in guardians.get(one.pk, []))
    return {
        "part": str(one.get_side_display()), "name": _open(one, "name"),
        "sex": str(one.get_sex_display()) if one.sex else "", "id_number": _open(one, "id_number"),
        "phone": _open(one, "phone"), "address": HIDDEN if one.is_address_hidden else _open(one, "address"),
        "claim": one.claim, "by_whom": f"（监护人：{names}）" if names else "",
    }  # fmt: skip


def parties(dispute: Dispute) -> list[dict[str, Any]]:
    """Everybody in the dispute but guardians, who stand beside whom they guard."""
    known = list(dispute.parties.filter(removed_at__isnull=True))
    guardians: dict[int, list[Party]] = {}
    for one in known:
        if one.is_guardian and one.represents_id:
            guardians.setdefault(one.represents_id, []).append(one)
    return [party(one, guardians) for one in known if not one.is_guardian]


def common(about: Dispute | Incident) -> dict[str, Any]:
    """What every paper may print; of a report, what its dispute says if it has one that the viewer may see."""
    if isinstance(about, Dispute):
        return _common(about)
    link = about.links.filter(unlinked_at__isnull=True).select_related("dispute__place", "dispute__station").first()
    if link is not None:
        return _common(link.dispute)
    return {"dispute": {}, "parties": [], "names": "", "unit": str(about.station or ""), "committee": ""}


def _common(dispute: Dispute) -> dict[str, Any]:
    """`committee`: the people's mediation committee of the community."""
    people = parties(dispute)
    place = str(dispute.place or "")
    return {
        "dispute": {
            "number": dispute.number, "title": dispute.title, "focus": dispute.focus, "place": place,
            "type": type_names().get(dispute.type_code, ""),
            "level": f"{NUMERALS[dispute.level - 1]}级" if dispute.level else "",
            "state": str(dispute.get_state_display()), "year": dispute.registered_at.year,
            "registered": day(dispute.registered_at), "settled": day(dispute.settled_at),
            "closed": day(dispute.closed_at),
        },
        "parties": people, "names": "、".join(one["name"] for one in people), "unit": str(dispute.station or ""),
        "committee": f"{place}人民调解委员会" if place else "人民调解委员会",
    }  # fmt: skip


def _open(one: Party, field: str) -> str:
    return sealing.open_(getattr(one, f"{field}_sealed"), f"party:{one.pk}:{field}")
