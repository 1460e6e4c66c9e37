"""What a viewer sees outside the own area, as conditions on the rows of a figure."""
# ruff: noqa: S608 - all of it our own words

from __future__ import annotations

# what one sees outside the own station
_ELSEWHERE = """ARRAY(SELECT d.id FROM cases_dispute d
    WHERE (d.place_id = ANY (%(places)s) OR d.id = ANY (ARRAY(SELECT figures_own())))
        AND NOT coalesce(d.station_id = ANY (%(stations)s), false))"""
BEYOND = f"rows.dispute_id = ANY ({_ELSEWHERE})"
# of clocks those of calls too: the station counts what belongs to it by its dispute, its call or the call's disputes
_CALLS = f"""ARRAY(
        SELECT i.id FROM cases_incident i WHERE i.registered_by_id = ANY (%(accounts)s)
            AND NOT coalesce(i.station_id = ANY (%(stations)s), false)
        UNION ALL SELECT i.id FROM cases_incident i WHERE i.place_id = ANY (%(places)s)
            AND NOT coalesce(i.station_id = ANY (%(stations)s), false)
        UNION ALL SELECT o.incident_id FROM cases_order o
        WHERE o.to_account_id = ANY (%(accounts)s) AND o.incident_id IS NOT NULL
        UNION ALL SELECT l.incident_id FROM cases_incidentlink l
        WHERE l.dispute_id = ANY ({_ELSEWHERE}) AND l.unlinked_at IS NULL)"""
BEYOND_CLOCKS = f"""({BEYOND} OR rows.incident_id = ANY ({_CALLS}))
    AND NOT EXISTS (SELECT 1 FROM cases_dispute d WHERE d.id = rows.dispute_id AND d.station_id = ANY (%(stations)s))
    AND NOT EXISTS (SELECT 1 FROM cases_incident i WHERE i.id = rows.incident_id AND i.station_id = ANY (%(stations)s))
    AND NOT EXISTS (SELECT 1 FROM cases_incidentlink l JOIN cases_dispute d ON d.id = l.dispute_id
        WHERE l.incident_id = rows.incident_id AND l.unlinked_at IS NULL AND d.station_id = ANY (%(stations)s))"""
IS_ELSEWHERE = f"cardinality({_ELSEWHERE}) + cardinality({_CALLS}) > 0"
# the same of who sees communities and no station: one's own elsewhere; and clocks of calls that are seen by the call,
# though no dispute of theirs lies there
BEYOND_PLACES = "rows.dispute_id = ANY (ARRAY(SELECT figures_own()))"
BEYOND_PLACES_CLOCKS = f"""({BEYOND_PLACES} OR rows.incident_id = ANY (ARRAY(
        SELECT figures_calls(%(start)s, %(after)s, {{since}}))))
    AND NOT EXISTS (SELECT 1 FROM cases_dispute d WHERE d.id = rows.dispute_id AND d.place_id = ANY (%(places)s))"""
IS_ELSEWHERE_PLACES = "EXISTS (SELECT figures_own())"
# and visits that one made to a dispute elsewhere
BEYOND_PLACES_VISITS = "rows.visit_id = ANY (ARRAY(SELECT figures_visits_away(%(start)s, %(after)s)))"
