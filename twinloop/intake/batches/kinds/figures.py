"""Figures that others count, for the indicators: eight grave categories, satisfaction, safety surveys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from twinloop.intake.batches import typed
from twinloop.intake.batches.columns import Columns
from twinloop.intake.batches.models import OutsideFigure
from twinloop.intake.batches.records import Acting, Facts, Form, Reader
from twinloop.intake.batches.typed import Fault
from twinloop.ledger.actions import record_many
from twinloop.places.models import Place

COLUMNS = Columns(
    number="code",
    fields={
        "code": ("指标", "indicator", "指标名称", "名称"),
        "place": ("地区", "place", "行政区划", "属地"),
        "period": ("期间", "period", "时期", "年度"),
        "numerator": ("分子", "numerator", "数值", "值"),
        "denominator": ("分母", "denominator"),
        "source": ("来源", "source", "数据来源"),
    },
    required=("code", "period", "numerator", "source"),
)


def read_figure(row: Reader) -> Facts:
    code = row.take("code", typed.limited, 60, needed=True)
    period = row.take("period", typed.period, needed=True)
    below = row.take("denominator", typed.figure)
    if below is not None and below <= 0:
        row.fault("denominator", "zero_below")
    above = row.take("numerator", typed.figure, needed=True)
    place = row.cells.get("place", "")
    first, after = (day.isoformat() for day in period) if period else ("", "")
    return row.done({
        "number": f"{code}|{place}|{first}|{after}"[:80],
        "code": code, "place": place, "first_on": first, "after_on": after,
        "numerator": str(above), "denominator": None if below is None else str(below),
        "source": row.take("source", typed.limited, 200, needed=True),
    })  # fmt: skip


def _places(records: Sequence[Facts]) -> dict[str, int]:
    names = {facts["place"] for facts in records if facts["place"]}
    found = Place.objects.filter(name__in=names) | Place.objects.filter(code__in=[n.ljust(12, "0") for n in names])
    by_name: dict[str, int] = {}
    for place in found.order_by("is_served"):  # ours win where a name is common
        by_name |= dict.fromkeys((place.name, place.code, place.prefix), place.pk)
    return by_name


def check_figures(records: Sequence[Facts]) -> Mapping[int, tuple[str, Exception]]:
    places = _places(records)
    return {
        index: ("place", Fault("place_unknown", place=facts["place"][:40]))
        for index, facts in enumerate(records)
        if facts["place"] and facts["place"] not in places
    }


def write_figures(records: Sequence[Facts], acting: Acting) -> list[int]:
    places = _places(records)
    made = OutsideFigure.objects.bulk_create([
        OutsideFigure(
            code=f["code"], place_id=places.get(f["place"]), first_on=date.fromisoformat(f["first_on"]),
            after_on=date.fromisoformat(f["after_on"]), numerator=f["numerator"], denominator=f["denominator"],
            source=f["source"],
        )
        for f in records
    ])  # fmt: skip
    events = ((f"figure:{one.pk}", {"code": one.code, "batch": acting.batch}) for one in made)
    record_many(events, "figure_brought", by=acting.by, at=acting.at)
    return [one.pk for one in made]


def drop_figures(ids: Sequence[int], acting: Acting, why: str) -> list[int]:
    OutsideFigure.objects.filter(pk__in=ids).delete()
    record_many(((f"figure:{pk}", {"batch": acting.batch}) for pk in ids), "figure_withdrawn",
                by=acting.by, at=acting.at, why=why)  # fmt: skip
    return list(ids)


FORM = Form("figure", COLUMNS, read_figure, write_figures, drop_figures, check=check_figures)
