"""By what the rows of a figure are parted, and what is joined for it."""

from __future__ import annotations

from twinloop.insight.figures.rules import RULES

# by what a figure is parted; `d` is what `behind` joins
BY = {
    "place": "coalesce((SELECT p.short FROM places_place p WHERE p.id = d.place_id), '')",
    "type": "coalesce(d.type_code, '')",
    "month": "to_char(d.registered_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')",
    # the mediation that was opened last before the window's end
    "method": """coalesce((SELECT CASE WHEN m.track = 'police' AND m.strength <> 'joint' THEN 'mode_police'
            ELSE 'mode_' || m.strength END FROM mediation_mediation m
        WHERE m.dispute_id = rows.dispute_id AND m.opened_at < %(end)s ORDER BY m.opened_at DESC, m.id DESC
        LIMIT 1), '')""",
    "agency": """(SELECT u.name FROM joint_answer a JOIN people_unit u ON u.id = a.unit_id
        WHERE a.id = split_part(rows.name, ':', 2)::bigint)""",
}

# the same as a course knows it
_METHOD = "coalesce(rows.methods[(SELECT count(*) FROM unnest(rows.opened) o WHERE o < %(end)s)::int], '')"


# counted from the projections alone
OF_COURSES = frozenset(code for code, rule in RULES.items() if "figures_course" in rule)


def behind(code: str) -> str:
    """The dispute of each row, `d`: of a projection the projection's own."""
    if code in OF_COURSES:
        return "JOIN figures_course d ON d.dispute_id = rows.dispute_id"
    return "JOIN cases_dispute d ON d.id = rows.dispute_id"


def parting(code: str, by: str) -> str:
    """What parts the rows of a figure: a settlement knows itself how it came about."""
    return "rows.mode" if by == "method" and code.startswith("durable_") else BY[by]


def parting_alone(code: str, by: str) -> tuple[str, str]:
    """The same and what is joined for it: nothing where the rows know themselves."""
    part = parting(code, by)
    is_settlement = code.startswith("durable_")
    if code in OF_COURSES and (not is_settlement or by in ("place", "method")):
        return _METHOD if by == "method" and not is_settlement else part.replace("d.", "rows."), ""
    return part, behind(code) + ("/* near d */" if code in OF_COURSES else "")


def of_part(code: str, by: str) -> str:
    """Which rows belong to one part, `%(of)s`, told so that an index can find them."""
    if by == "place":
        return """(d.place_id = ANY (ARRAY(SELECT p.id FROM places_place p WHERE p.short = %(of)s))
            OR (%(of)s = '' AND d.place_id IS NULL))"""
    return f"{parting(code, by)} = %(of)s"
