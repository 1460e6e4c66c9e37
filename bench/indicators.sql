CREATE TEMP TABLE spots AS SELECT row_number() OVER (ORDER BY p.code) - 1 AS n, p.id AS place,
    coalesce((SELECT u.id FROM people_unit u JOIN people_unit_places up ON up.unit_id = u.id WHERE up.place_id IN (p.id, p.parent_id) AND u.kind = 'station' LIMIT 1),
             (SELECT id FROM people_unit WHERE kind = 'station' ORDER BY id LIMIT 1)) AS station
    FROM places_place p WHERE p.is_served AND p.kind = 'community';
CREATE TEMP TABLE folk AS SELECT row_number() OVER (ORDER BY a.id) - 1 AS n, a.id FROM people_account a JOIN people_rolegrant g ON g.account_id = a.id AND g.role = 'community_officer';
INSERT INTO cases_dispute (number, title, focus, source, origin, type_code, level, state, state_before, round, place_id, station_id, owner_id, merged_into_id, registered_at, touched_at, closed_at, version)
SELECT 'JF' || to_char(at, 'YYMMDD') || '-' || lpad((i % 1000000)::text, 6, '0'), '排水沟纠纷', '', '', (ARRAY['call','call','call','lead','backlog'])[1 + i % 5],
    (ARRAY['A1','A2','A3','B1','B2','B3','C1','C2','C3','D1','D2','D3'])[1 + i % 12], CASE WHEN i % 50 = 0 THEN 1 WHEN i % 6 = 0 THEN 2 ELSE 3 END,
    CASE WHEN i % 100 < 12 THEN 'handling' WHEN i % 10 = 3 AND i % 20 = 3 THEN 'handling' ELSE 'settled' END, '', 1 + (i % 9 = 0)::int, s.place, s.station, f.id, NULL, at, at, NULL, 1
FROM (SELECT i, date_trunc('second', now() - interval '70 days' - i * (interval '1755 days' / current_setting('bench.rows')::int)) AS at FROM generate_series(1, current_setting('bench.rows')::int) AS i) AS t
JOIN spots s ON s.n = i % (SELECT count(*) FROM spots) JOIN folk f ON f.n = i % (SELECT count(*) FROM folk);
CREATE TEMP TABLE made AS SELECT id, right(number, 6)::int AS i, place_id, station_id, owner_id, type_code, registered_at AS at, round, origin FROM cases_dispute;
INSERT INTO cases_standing (dispute_id, review, gate_track, gate_articles, gate_reasons, domestic_violence, settled_by, settled_how, terms_text, terms_broken, broken_agreement, letter_served, callback_reached, callback_dissatisfied, decision, application_approved, transfer_receipt, linked_incident_after, order_returned, sessions_failed, party_unwilling, group_event, minors, violence, first_unsettled)
SELECT id, '', '', '[]', '[]', false, '', '', '', false, false, false, false, false, '', false, '', false, false, 0, false, false, false, false, false FROM made;
INSERT INTO cases_incident (number, outside_number, channel, reported_at, received_at, place_id, station_id, address, address_key, narrative, reported_kind, reported_type, confirmed_kind, confirmed_type, caller_name_masked, caller_phone_masked, caller_is_confidential, search_keys, recording_no, registered_at, version)
SELECT 'JQ' || to_char(at, 'YYMMDD') || '-' || lpad(i::text, 7, '0'), '', 'call_110', at, at, place_id, station_id, '', '', '两家为排水沟争吵', 'dispute', '', '', '', '', '', false, '{}'::uuid[], '', at, 1 FROM made
UNION ALL SELECT 'JR' || to_char(at, 'YYMMDD') || '-' || lpad(i::text, 7, '0'), '', 'call_110', at + interval '50 days', at + interval '50 days', place_id, station_id, '', '', '又吵起来', 'dispute', '', '', '', '', '', false, '{}'::uuid[], '', at + interval '50 days', 1 FROM made WHERE i % 7 = 0;
INSERT INTO cases_incidentlink (incident_id, dispute_id, source, linked_at, why, unlinked_why)
SELECT n.id, m.id, 'person', m.at, '', '' FROM cases_incident n JOIN made m ON m.i = right(n.number, 7)::int;
INSERT INTO cases_clock (rule, dispute_id, subject, owner_id, started_at, due_at, warn_at, met_at, rung)
SELECT 'first_feedback', id, '', owner_id, at, at + interval '1 hour', at + interval '48 minutes', at + interval '50 minutes' + (i % 5 = 0)::int * interval '1 hour', '' FROM made;
INSERT INTO figures_course (dispute_id, registered_at, second_at, merged_at, transferred_at, is_backlog, is_domestic_violence, station_id, place_id, type_code, heard, opened, methods)
SELECT id, at, CASE WHEN i % 9 = 0 THEN at + interval '1 day' END, NULL, NULL, origin = 'backlog', false, station_id, place_id, type_code, CASE WHEN i % 7 = 0 THEN ARRAY[at, at + interval '50 days'] ELSE ARRAY[at] END, '{}', '{}' FROM made;
CREATE TEMP TABLE calm AS SELECT id, i, station_id, place_id, owner_id, at, round, at + (2 + i % 19) * interval '1 day' AS first, i % 10 = 3 AS again, i % 20 <> 3 AS twice FROM made WHERE i % 100 >= 12;
INSERT INTO figures_settled (dispute_id, number, at, until, mode, round, station_id, place_id, flared_at)
SELECT id, 1, first, CASE WHEN again THEN at + interval '30 days' END, CASE WHEN i % 9 = 0 THEN 'mode_other' ELSE 'mode_spot' END, round, station_id, place_id,
    least(CASE WHEN again THEN at + interval '30 days' END, CASE WHEN i % 7 = 0 THEN at + interval '50 days' END) FROM calm
UNION ALL SELECT id, 2, at + interval '40 days', NULL, CASE WHEN i % 9 = 0 THEN 'mode_other' ELSE 'mode_spot' END, round, station_id, place_id, CASE WHEN i % 7 = 0 THEN at + interval '50 days' END FROM calm WHERE again AND twice;
UPDATE figures_course c SET is_open = true WHERE NOT EXISTS (SELECT 1 FROM figures_settled s WHERE s.dispute_id = c.dispute_id AND s.until IS NULL);
INSERT INTO cases_clock (rule, dispute_id, subject, owner_id, started_at, due_at, warn_at, met_at, rung)
SELECT 'callback_level_3', id, '', owner_id, first, first + interval '30 days', first + interval '24 days', CASE WHEN i % 8 > 0 THEN first + interval '20 days' END, '' FROM calm WHERE NOT again;
ALTER TABLE ledger_event DISABLE TRIGGER USER;
INSERT INTO ledger_event (stream, verb, at, why, body, is_look, previous, hash, seq, data)
SELECT 'dispute:' || id, verb, t, '', body, false, '', '', row_number() OVER (PARTITION BY id ORDER BY t), body::jsonb FROM (
    SELECT id, at AS t, 'register' AS verb, '{"after":{"round":1,"state":"registered"},"before":{}}' AS body FROM made WHERE i <= current_setting('bench.told')::int
    UNION ALL SELECT id, at + interval '1 hour', 'order', '{"after":{"round":1,"state":"handling"},"before":{"round":1,"state":"registered"}}' FROM made WHERE i <= current_setting('bench.told')::int
    UNION ALL SELECT id, at + interval '1 day', 'order', '{"after":{"round":2,"state":"handling"},"before":{"round":1,"state":"handling"}}' FROM made WHERE i % 9 = 0 AND i <= current_setting('bench.told')::int
    UNION ALL SELECT id, first, 'settle', format('{"after":{"round":%s,"state":"settled"},"before":{"round":%s,"state":"handling"}}', round, round) FROM calm WHERE i <= current_setting('bench.told')::int
    UNION ALL SELECT id, at + interval '30 days', 'reopen', format('{"after":{"round":%s,"state":"reopened"},"before":{"round":%s,"state":"settled"}}', round, round) FROM calm WHERE again AND i <= current_setting('bench.told')::int
    UNION ALL SELECT id, at + interval '35 days', 'order', format('{"after":{"round":%s,"state":"handling"},"before":{"round":%s,"state":"reopened"}}', round, round) FROM calm WHERE again AND i <= current_setting('bench.told')::int
    UNION ALL SELECT id, at + interval '40 days', 'settle', format('{"after":{"round":%s,"state":"settled"},"before":{"round":%s,"state":"handling"}}', round, round) FROM calm WHERE again AND twice AND i <= current_setting('bench.told')::int
) AS events ORDER BY id, t;
ALTER TABLE ledger_event ENABLE TRIGGER USER;
INSERT INTO figures_reach (id, event, at) VALUES (1, (SELECT coalesce(max(id), 0) FROM ledger_event), now());
ANALYZE
