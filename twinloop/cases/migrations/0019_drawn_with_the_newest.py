"""A report's number, its id, and who came in since it was looked up: one statement instead of two.

Each step of the function sees what stands by then: whoever held the number of the day until now has been waited for,
and its report is among the newest. A plain statement would see what stood when it began to wait.
"""

from django.db import migrations

NEWEST = 30  # of the reports that came in while one was searched for
DRAW = f"""
CREATE FUNCTION cases_draw_report(of_day date, upto bigint) RETURNS TABLE (drawn integer, pk bigint, newer bigint[])
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $draw$
BEGIN
    INSERT INTO cases_number AS n (kind, day, last) VALUES ('JQ', of_day, 1)
        ON CONFLICT (kind, day) DO UPDATE SET last = n.last + 1 RETURNING n.last INTO drawn;
    pk := nextval('cases_incident_id_seq');
    newer := '{{}}';
    IF upto IS NOT NULL THEN
        newer := ARRAY(SELECT i.id FROM cases_incident i WHERE i.id > upto ORDER BY i.id DESC LIMIT {NEWEST});
    END IF;
    RETURN NEXT;
END $draw$;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0018_pairs_are_numbers")]
    operations = [migrations.RunSQL(DRAW, "DROP FUNCTION cases_draw_report(date, bigint)")]
