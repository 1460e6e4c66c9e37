"""Which disputes something happened to in a span: the rows that count otherwise after it than before."""
# ruff: noqa: S608 - all of it our own words

from __future__ import annotations


def _happened(*moments: tuple[str, str]) -> str:
    return " UNION ALL ".join(
        f"SELECT x.dispute_id FROM {table} x WHERE x.{moment} >= %(since)s AND x.{moment} < %(until)s"
        + ("" if table == "mediation_mediation" else "/* near x */")
        for table, moment in moments
    )


_GONE = (("figures_course", "merged_at"), ("figures_course", "transferred_at"))
_BEGAN = ("figures_settled", "at")
_TURNS = _happened(*_GONE, _BEGAN, ("figures_settled", "until"))
# disputes that something happened to from a moment until another; {more}: that began, were heard of, or were mediated
CHANGED = f"rows.dispute_id = ANY (ARRAY({_TURNS} {{more}}))"
CHANGED_BEGAN = f" UNION ALL {_happened(('figures_course', 'registered_at'))}"
# by their last report, or by two reports around the end: those are few wherever they lie
_HEARD_THEN = f"""{_happened(("figures_course", "last_heard"))} UNION ALL SELECT x.dispute_id FROM figures_course x
    WHERE x.first_heard < %(until)s AND x.last_heard >= %(until)s AND x.last_heard > x.first_heard"""
CHANGED_HEARD = f" UNION ALL {_HEARD_THEN}"
CHANGED_MEDIATED = f" UNION ALL {_happened(('mediation_mediation', 'opened_at'))}"
# of a figure that cannot be cut: the disputes that count otherwise where a window begins at the end of this span
TOUCHED = {
    "repeat_rate": f"rows.dispute_id = ANY (ARRAY({_HEARD_THEN}))",
    "backlog_success": f"rows.dispute_id = ANY (ARRAY({_happened(*_GONE, _BEGAN)}))",
}
