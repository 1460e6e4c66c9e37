"""What a team or an agency is measured by, as the database counts it: SELECTs of the columns of `Raw`.

`verdict` is 'in', 'of' (the denominator's rest) or why a row stands in neither; `label` is what people call the row by.
What each means stands at `decide.assessment.Yardstick`. Read as the system: a score is counted from everything.
"""

from __future__ import annotations

from collections.abc import Mapping

from twinloop.decide.assessment import SubjectKind
from twinloop.insight.figures.rules import RULES


def _day(moment: str) -> str:
    return f"({moment} AT TIME ZONE 'Asia/Shanghai')::date"


def _within(moment: str) -> str:
    return f"{moment} >= %(start)s AND {moment} < %(end)s"


def _on(day: str) -> str:
    return f"{day} >= {_day('%(start)s')} AND {day} < {_day('%(end)s')}"


def _team(account: str, moment: str, kind: str) -> str:
    """Joins the team `t` in which somebody was on the day."""
    return f"""JOIN people_membership b ON b.account_id = {account} AND b.period @> {_day(moment)}
        JOIN people_team t ON t.id = b.team_id AND t.kind = '{kind}'"""


DUE = """CASE WHEN k.met_at IS NULL AND k.due_at > %(at)s THEN 'out_not_due'
            WHEN k.met_at <= k.due_at THEN 'in' ELSE 'of' END"""

# --- agencies ---
_ANSWERED = f"""SELECT r.name, r.dispute_id, r.verdict, a.unit_id AS subject, w.number AS label
    FROM ({RULES["agency_answered"]}) r JOIN joint_answer a ON r.name = 'answer:' || a.id
    JOIN joint_whistle w ON w.id = a.whistle_id"""  # noqa: S608 - our own words
_FED_BACK = f"""SELECT 'answer:' || a.id AS name, a.dispute_id, {DUE} AS verdict, a.unit_id AS subject,
        w.number AS label FROM joint_answer a JOIN joint_whistle w ON w.id = a.whistle_id
    JOIN cases_clock k ON k.subject = 'answer:' || a.id AND k.rule LIKE 'whistle_feedback%%' AND k.dropped_at IS NULL
    WHERE a.state NOT IN ('moved', 'recalled') AND {_within("k.due_at")}"""  # noqa: S608
# who is told to keep what it objected to has lost; while nobody has decided it is neither
_OBJECTED = f"""SELECT 'answer:' || a.id AS name, a.dispute_id,
        CASE WHEN o.decision = '' THEN 'out_not_due' WHEN o.decision = 'stays' THEN 'in' ELSE 'of' END AS verdict,
        a.unit_id AS subject, w.number AS label
    FROM joint_answer a JOIN joint_whistle w ON w.id = a.whistle_id LEFT JOIN joint_objection o ON o.answer_id = a.id
    WHERE a.state <> 'recalled' AND {_within("a.sent_at")}"""  # noqa: S608


def _pushed(rule: str) -> str:
    return f"""SELECT 'push:' || p.id AS name, p.dispute_id, {DUE} AS verdict, p.to_unit_id AS subject,
            p.number AS label
        FROM pushes_push p JOIN cases_clock k ON k.subject = 'push:' || p.id AND k.rule = '{rule}'
            AND k.dropped_at IS NULL
        WHERE p.state <> 'withdrawn' AND {_within("k.due_at")}"""  # noqa: S608


# --- teams of neighbours: a mediation is that of the team in which its lead was on the day it began ---
_LED = f"""JOIN cases_dispute d ON d.id = m.dispute_id JOIN mediators_mediator l ON l.id = m.lead_id
    {_team("l.account_id", "m.opened_at", "neighbour")}"""
# nobody can be made to agree: where a party refused, or the law ended it, nothing is said of the team
_MEDIATED = f"""SELECT 'mediation:' || m.id AS name, m.dispute_id,
        CASE m.state WHEN 'settled' THEN 'in' WHEN 'failed' THEN 'of' ELSE 'out_unwilling' END AS verdict,
        t.id AS subject, d.number AS label
    FROM mediation_mediation m {_LED} WHERE {_within("m.ended_at")}"""  # noqa: S608
_SAT = f"""SELECT 'session:' || s.id AS name, m.dispute_id, CASE WHEN s.outcome IN ('refused', 'dropped')
            THEN 'out_unwilling' WHEN s.outcome IN ('agreed', 'again', 'failed') THEN 'in'
            WHEN s.outcome = '' AND upper(s.period) > %(at)s THEN 'out_not_due' ELSE 'of' END AS verdict,
        t.id AS subject, d.number AS label
    FROM mediation_session s JOIN mediation_mediation m ON m.id = s.mediation_id {_LED}
    WHERE {_within("lower(s.period)")}"""  # noqa: S608

# --- 2+2 teams: a campaign is one team's ---
# stopped by the system: the dispute went elsewhere. Stopped by a person: given up, and that counts
_FOUGHT = f"""SELECT 'campaign:' || c.id AS name, c.dispute_id, CASE WHEN c.outcome = 'settled' THEN 'in'
            WHEN c.outcome = 'left' AND c.ended_by_id IS NULL THEN 'out_transferred' ELSE 'of' END AS verdict,
        c.team_id AS subject, d.number AS label
    FROM follow_campaign c JOIN cases_dispute d ON d.id = c.dispute_id
    WHERE c.outcome <> '' AND {_within("c.ended_at")}"""  # noqa: S608
# a later step by that day, written down by the next: no step is put in afterwards
_STEPPED = f"""SELECT 'step:' || s.id AS name, c.dispute_id, CASE WHEN {_day("c.ended_at")} <= s.then_on
            OR EXISTS (SELECT 1 FROM follow_step n WHERE n.campaign_id = s.campaign_id AND n.id > s.id
                AND n."on" <= s.then_on AND {_day("n.at")} <= s.then_on + 1) THEN 'in'
            WHEN s.then_on >= {_day("%(at)s")} THEN 'out_not_due' ELSE 'of' END AS verdict,
        c.team_id AS subject, d.number AS label
    FROM follow_step s JOIN follow_campaign c ON c.id = s.campaign_id JOIN cases_dispute d ON d.id = c.dispute_id
    WHERE {_on("s.then_on")}"""  # noqa: S608

# --- teams of volunteers ---
# known already: a true report all the same. In the name of the activity's team, else of the reporter's
_LEADS = f"""SELECT DISTINCT 'lead:' || l.id AS name, l.dispute_id,
        CASE WHEN l.state = 'declined' AND l.reason = 'known' THEN 'out_merged'
            WHEN l.state = 'declined' THEN 'of' ELSE 'in' END AS verdict,
        t.id AS subject, l.number AS label
    FROM leads_lead l LEFT JOIN volunteers_activity a ON l.context = 'activity:' || a.id
    LEFT JOIN people_membership b ON a.team_id IS NULL AND b.account_id = l.reporter_id
        AND b.period @> {_day("l.reported_at")}
    JOIN people_team t ON t.kind = 'volunteer' AND t.id = coalesce(a.team_id, b.team_id)
    WHERE l.state IN ('accepted', 'joined', 'declined') AND {_within("l.decided_at")}"""  # noqa: S608
_PROMPT = f"""SELECT 'activity:' || a.id AS name, NULL::bigint AS dispute_id,
        CASE WHEN a.recorded_at <= a.ends_at + interval '2 days' THEN 'in' ELSE 'of' END AS verdict,
        a.team_id AS subject, to_char(a."on", 'YYYY-MM-DD') || ' ' || p.short AS label
    FROM volunteers_activity a JOIN places_place p ON p.id = a.place_id
    JOIN people_team t ON t.id = a.team_id AND t.kind = 'volunteer'
    WHERE a.withdrawn_at IS NULL AND {_on('a."on"')}"""  # noqa: S608

# --- settlements that hold, of a team: what stood when it was settled ---
_LEADING = f"""JOIN LATERAL (SELECT m.lead_id, m.opened_at FROM mediation_mediation m WHERE m.dispute_id = s.dispute_id
        AND m.opened_at <= s.at AND (m.ended_at IS NULL OR m.ended_at >= s.at)
        ORDER BY m.opened_at DESC, m.id DESC LIMIT 1) m ON true JOIN mediators_mediator l ON l.id = m.lead_id
    {_team("l.account_id", "m.opened_at", "neighbour")}"""  # noqa: S608
_FIGHTING = """JOIN follow_campaign c ON c.dispute_id = s.dispute_id AND c.started_at <= s.at
        AND (c.ended_at IS NULL OR c.ended_at >= s.at) JOIN people_team t ON t.id = c.team_id"""


def _held(code: str, join: str) -> str:
    return f"""SELECT r.name, r.dispute_id, r.verdict, t.id AS subject, d.number AS label FROM ({RULES[code]}) r
        JOIN figures_settled s ON r.name = s.dispute_id || '/' || s.number
        JOIN cases_dispute d ON d.id = s.dispute_id {join}"""  # noqa: S608


DURABLE: Mapping[str, int] = {"durable_30": 30, "durable_90": 90, "durable_180": 180}  # days
OWN: Mapping[SubjectKind, Mapping[str, str]] = {
    SubjectKind.AGENCY: {
        "agency_answered": _ANSWERED, "agency_fed_back": _FED_BACK, "pushes_signed": _pushed("push_receipt"),
        "pushes_replied": _pushed("push_reply"), "objections_lost": _OBJECTED,
    },
    SubjectKind.NEIGHBOUR: {
        "mediations_settled": _MEDIATED, "sessions_held": _SAT, **{code: _held(code, _LEADING) for code in DURABLE},
    },
    SubjectKind.TWO_PLUS_TWO: {
        "campaigns_settled": _FOUGHT, "steps_in_time": _STEPPED, **{code: _held(code, _FIGHTING) for code in DURABLE},
    },
    SubjectKind.VOLUNTEER: {"leads_taken": _LEADS, "activities_prompt": _PROMPT},
}  # fmt: skip

# said beside a score and not judged: (subject, figure)
BESIDE: Mapping[SubjectKind, Mapping[str, str]] = {
    SubjectKind.AGENCY: {
        "hours_to_answer": f"""SELECT a.unit_id, percentile_cont(0.5) WITHIN GROUP
                (ORDER BY extract(epoch FROM a.signed_at - a.sent_at) / 3600.0)
            FROM joint_answer a WHERE a.signed_at IS NOT NULL AND a.state NOT IN ('moved', 'recalled')
                AND {_within("a.sent_at")} GROUP BY 1""",  # noqa: S608
        "whistles": f"SELECT a.unit_id, count(*) FROM joint_answer a WHERE {_within('a.sent_at')} GROUP BY 1",  # noqa: S608
        "pushes": f"SELECT p.to_unit_id, count(*) FROM pushes_push p WHERE {_within('p.sent_at')} GROUP BY 1",  # noqa: S608
    },
    SubjectKind.NEIGHBOUR: {
        "mediations": f"""SELECT t.id, count(DISTINCT m.id) FROM mediation_mediation m {_LED}
            WHERE {_within("m.opened_at")} GROUP BY 1""",  # noqa: S608
        "sessions": f"""SELECT t.id, count(DISTINCT s.id) FROM mediation_session s
            JOIN mediation_mediation m ON m.id = s.mediation_id {_LED}
            WHERE {_within("lower(s.period)")} GROUP BY 1""",  # noqa: S608
    },
    SubjectKind.TWO_PLUS_TWO: {
        "campaigns": """SELECT c.team_id, count(*) FROM follow_campaign c
            WHERE c.started_at < %(end)s AND (c.ended_at IS NULL OR c.ended_at >= %(start)s) GROUP BY 1""",
        "steps": f"""SELECT c.team_id, count(*) FROM follow_step s JOIN follow_campaign c ON c.id = s.campaign_id
            WHERE {_on('s."on"')} GROUP BY 1""",  # noqa: S608
    },
    SubjectKind.VOLUNTEER: {
        code: f"""SELECT a.team_id, {amount} FROM volunteers_activity a JOIN people_team t ON t.id = a.team_id
            AND t.kind = 'volunteer' WHERE a.withdrawn_at IS NULL AND {_on('a."on"')} GROUP BY 1"""  # noqa: S608
        for code, amount in {
            "activities": "count(*)", "helped": "sum(a.helped)",
            "hours": "round(extract(epoch FROM sum(a.ends_at - a.starts_at)) / 3600.0, 1)",
        }.items()
    },
}  # fmt: skip
