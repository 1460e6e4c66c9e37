-- bench_quarrel, bench_call and bench_side came by COPY (`bench.filling`); what the product keeps of them is told here,
-- set by set. `bench.now` is the moment at which the district stands.
CREATE UNLOGGED TABLE bench_life AS SELECT *,
    CASE WHEN i % 97 <> 0 AND first < now THEN first END AS settled_1,
    CASE WHEN i % 97 <> 0 AND i % 20 = 3 AND first + interval '30 days' < now THEN first + interval '30 days' END AS reopened,
    CASE WHEN i % 97 <> 0 AND i % 20 = 3 AND first + interval '40 days' < now THEN first + interval '40 days' END AS settled_2
    FROM (SELECT q.*, current_setting('bench.now')::timestamptz AS now, at + (2 + (i % 30) * 2) * interval '1 day' AS first,
        1 + (i % 9 = 0 AND at < current_setting('bench.now')::timestamptz - interval '1 day')::int AS round, at + (1 + i % 20) * interval '1 day' AS again FROM bench_quarrel q) AS t;
ALTER TABLE bench_life ADD ended timestamptz, ADD closed timestamptz, ADD state text, ADD number text, ADD handled bool;
UPDATE bench_life SET ended = CASE WHEN reopened IS NULL THEN settled_1 ELSE settled_2 END;
UPDATE bench_life AS b SET
    closed = CASE WHEN ended + interval '45 days' < now THEN ended + interval '45 days' END,
    state = CASE WHEN ended + interval '45 days' < now THEN 'closed' WHEN ended IS NOT NULL THEN 'settled'
        WHEN reopened + interval '5 days' < now THEN 'handling' WHEN reopened IS NOT NULL THEN 'reopened' WHEN at > now - interval '2 hours' THEN 'registered'
        WHEN at > now - interval '6 hours' THEN 'sorted' WHEN at > now - interval '1 day' THEN 'ordered'
        ELSE (ARRAY['handling', 'handling', 'handling', 'mediating', 'unsettled', 'review'])[1 + i % 6] END,
    number = n.number, handled = at <= now - interval '1 day'
    FROM (SELECT id, 'JF' || to_char(at AT TIME ZONE 'Asia/Shanghai', 'YYMMDD') || '-' || 100 + row_number()
        OVER (PARTITION BY (at AT TIME ZONE 'Asia/Shanghai')::date ORDER BY at, id) AS number FROM bench_quarrel) AS n WHERE n.id = b.id;
ALTER TABLE bench_life ADD PRIMARY KEY (id);
ANALYZE bench_life;
INSERT INTO cases_dispute (id, number, title, focus, source, origin, type_code, level, state, state_before, round, place_id, station_id, owner_id, registered_by_id, registered_at, touched_at, settled_at, closed_at, version)
SELECT id, number, title, focus, '', (ARRAY['call','call','call','lead','backlog'])[1 + i % 5], CASE WHEN state = 'registered' THEN '' ELSE type_code END,
    CASE WHEN state = 'registered' THEN NULL WHEN i % 50 = 0 THEN 1 WHEN i % 6 = 0 THEN 2 ELSE 3 END, state, '', round, place_id, station_id, owner_id, desk_id, at,
    coalesce(closed, ended, reopened, CASE WHEN handled THEN least(now, at + interval '1 day') ELSE at END), ended, closed, 5 FROM bench_life ORDER BY id;
INSERT INTO cases_standing (dispute_id, review, gate_track, gate_articles, gate_reasons, domestic_violence, settled_by, settled_how, settled_on, terms_text, terms_broken, broken_agreement, letter_served, callback_at, callback_reached, callback_dissatisfied, decision, application_approved, transfer_receipt, linked_incident_after, order_returned, sessions_failed, party_unwilling, group_event, minors, violence, first_unsettled)
SELECT id, '', '', '[]', '[]', type_code = 'A1' AND i % 3 = 0, CASE WHEN ended IS NULL THEN '' ELSE '社区民警' END, CASE WHEN ended IS NULL THEN '' WHEN i % 3 = 0 THEN 'reconciliation' ELSE 'mediation' END,
    ended::date, '', false, false, false, closed - interval '5 days', closed IS NOT NULL, false, '', false, '', false, false, 0, false, false, false, i % 40 = 0, reopened IS NOT NULL FROM bench_life;
INSERT INTO cases_incident (id, number, outside_number, channel, reported_at, received_at, place_id, station_id, address, address_key, narrative, reported_kind, reported_type, confirmed_kind, confirmed_type, caller_name_sealed, caller_name_masked, caller_phone_sealed, caller_phone_masked, caller_is_confidential, search_keys, recording_no, registered_by_id, registered_at, version)
SELECT c.id, 'JQ' || to_char(c.at AT TIME ZONE 'Asia/Shanghai', 'YYMMDD') || '-' || 1000 + row_number() OVER (PARTITION BY (c.at AT TIME ZONE 'Asia/Shanghai')::date ORDER BY c.at, c.id),
    '', (ARRAY['call_110','call_110','call_110','walk_in','transfer'])[1 + c.id % 5], c.at, c.at, l.place_id, l.station_id, c.address, c.address_key, c.narrative, 'dispute', l.type_code,
    CASE WHEN l.handled THEN 'dispute' ELSE '' END, CASE WHEN l.handled THEN l.type_code ELSE '' END, c.name_sealed, c.name_masked, c.phone_sealed, c.phone_masked, c.id % 40 = 0, c.keys, '', l.desk_id, c.at, 1
FROM bench_call c JOIN bench_life l ON l.id = c.dispute_id ORDER BY c.id;
INSERT INTO cases_number (kind, day, last)
SELECT left(number, 2), day, max(n) FROM (SELECT number, (registered_at AT TIME ZONE 'Asia/Shanghai')::date AS day, split_part(number, '-', 2)::int AS n FROM cases_dispute
    UNION ALL SELECT number, (registered_at AT TIME ZONE 'Asia/Shanghai')::date, split_part(number, '-', 2)::int FROM cases_incident) AS drawn GROUP BY 1, 2
ON CONFLICT (kind, day) DO UPDATE SET last = greatest(cases_number.last, excluded.last);
INSERT INTO cases_incidentlink (incident_id, dispute_id, source, linked_by_id, linked_at, why, unlinked_why)
SELECT c.id, c.dispute_id, 'person', l.desk_id, c.at, '', '' FROM bench_call c JOIN bench_life l ON l.id = c.dispute_id ORDER BY c.id;
INSERT INTO cases_party (id, dispute_id, side, name_sealed, name_masked, id_number_sealed, id_number_masked, phone_sealed, phone_masked, address_masked, is_address_hidden, search_keys, sex, is_firm, is_reporter, is_guardian, claim)
SELECT id, dispute_id, side, name_sealed, name_masked, id_number_sealed, id_number_masked, phone_sealed, phone_masked, '', false, keys, '', false, side = 'a', false, '' FROM bench_side ORDER BY id;
INSERT INTO cases_involvement (dispute_id, account_id, part, side, since) SELECT id, owner_id, 'handler', '', at FROM bench_life WHERE handled ORDER BY id;
INSERT INTO cases_involvement (dispute_id, account_id, part, side, since)
SELECT l.id, m.id, 'mediator', '', l.at FROM bench_life l JOIN (SELECT account_id AS id, row_number() OVER (ORDER BY account_id) - 1 AS n, count(*) OVER () AS of FROM people_rolegrant WHERE role = 'mediator') AS m ON m.n = (l.i / 10) % m.of WHERE l.i % 10 = 0 AND l.handled;
INSERT INTO cases_order (id, dispute_id, outside_number, round, to_account_id, text, why, state, sent_by_id, sent_at, signed_at, arrived_at, ended_at, ended_why)
SELECT id, id, '', round, owner_id, '到场了解，能调则调', '', CASE WHEN settled_1 IS NOT NULL THEN 'done' WHEN handled THEN 'arrived' ELSE 'sent' END, desk_id, at + interval '10 minutes',
    CASE WHEN handled THEN at + interval '12 minutes' END, CASE WHEN handled THEN at + interval '30 minutes' END, settled_1, '' FROM bench_life WHERE state NOT IN ('registered', 'sorted') ORDER BY id;
INSERT INTO cases_feedback (order_id, outside_number, by_id, at, text, is_final, is_settled, helped, injured, dead)
SELECT id, '', owner_id, settled_1, '双方说开了，各退一步', true, true, 0, 0, 0 FROM bench_life WHERE settled_1 IS NOT NULL ORDER BY id;
INSERT INTO cases_clock (rule, dispute_id, order_id, subject, owner_id, started_at, due_at, warn_at, met_at, missed_at, rung)
SELECT rule, l.id, o.id, '', l.owner_id, o.sent_at, due, o.sent_at + (due - o.sent_at) * 0.8, met, CASE WHEN due < coalesce(met, l.now) THEN due END, '' FROM bench_life l JOIN cases_order o ON o.id = l.id
CROSS JOIN LATERAL (VALUES ('order_signed', o.sent_at + interval '3 minutes', o.signed_at + (l.i % 8 = 0)::int * interval '5 minutes'), ('final_feedback', o.sent_at + interval '2 days', CASE WHEN l.i % 5 = 0 THEN l.settled_1 ELSE least(l.settled_1, o.sent_at + interval '1 day') END)) AS v (rule, due, met) ORDER BY l.id;
INSERT INTO cases_clock (rule, dispute_id, subject, owner_id, started_at, due_at, warn_at, met_at, rung)
SELECT 'callback_level_3', id, '', owner_id, ended, ended + interval '30 days', ended + interval '24 days', closed - interval '20 days', '' FROM bench_life WHERE ended IS NOT NULL ORDER BY id;
INSERT INTO triage_judgement (what, incident_id, answer, reasons, params_version, at, why)
SELECT v.what, c.id, v.answer::jsonb, v.reasons::jsonb, v.version, c.at, '' FROM bench_call c JOIN bench_life l ON l.id = c.dispute_id CROSS JOIN LATERAL (VALUES
    ('sorting', format('{"kind":"dispute","type":"%s","doubt":"","flags":[],"abstained":false,"confidence":0.93,"alternatives":[{"kind":"dispute","type":"D2","confidence":0.05}]}', l.type_code), '["像邻里相邻"]', 'sorting-bench'),
    ('level', format('{"floor":null,"level":%s,"lines":[],"points":0,"expires_on":"%s"}', 3 - (c.id % 6 = 0)::int, (c.at + interval '90 days')::date), '[]', 'risk-bench')) AS v (what, answer, reasons, version) ORDER BY c.id;
INSERT INTO triage_repeatpair (incident_id, earlier_id, kind, source, probability, reasons, state, made_at, answered_by_id, answered_at)
SELECT c.id, f.id, 'join', 'door', 0.9, '["姓名相同 +6.3"]', CASE WHEN c.at > l.now - interval '20 days' THEN 'open' ELSE 'joined' END, c.at, CASE WHEN c.at > l.now - interval '20 days' THEN NULL ELSE l.owner_id END, CASE WHEN c.at > l.now - interval '20 days' THEN NULL ELSE c.at + interval '1 hour' END
FROM bench_call c JOIN bench_life l ON l.id = c.dispute_id JOIN bench_call f ON f.dispute_id = c.dispute_id AND NOT f.is_again WHERE c.is_again;
INSERT INTO visits_watch (dispute_id, by_other, looked_at) SELECT id, false, now FROM bench_life ORDER BY id;
INSERT INTO visits_callback (state, reason, due_on, is_given, planned_at, way, "on", outcome, terms, satisfaction, mind, risk, why, consents, at, met_at, by_id, dispute_id, owner_id)
SELECT CASE WHEN closed IS NULL THEN 'planned' ELSE 'done' END, 'visit_callback', (ended + interval '30 days')::date, false, ended, CASE WHEN closed IS NULL THEN '' ELSE 'visit' END, (closed - interval '5 days')::date,
    CASE WHEN closed IS NULL THEN '' ELSE 'settled' END, CASE WHEN closed IS NULL THEN '' ELSE 'kept' END, CASE WHEN closed IS NOT NULL THEN 3 + i % 3 END, CASE WHEN closed IS NULL THEN '' ELSE 'calm' END, '', '', false,
    closed - interval '5 days', closed - interval '5 days', CASE WHEN closed IS NOT NULL THEN owner_id END, id, owner_id FROM bench_life WHERE ended IS NOT NULL AND i % 2 = 0 ORDER BY id;
INSERT INTO figures_course (dispute_id, registered_at, second_at, is_backlog, is_domestic_violence, station_id, place_id, type_code, heard, opened, methods)
SELECT id, at, CASE WHEN round = 2 THEN at + interval '1 day' END, i % 5 = 4, type_code = 'A1' AND i % 3 = 0, station_id, place_id, CASE WHEN state = 'registered' THEN '' ELSE type_code END, coalesce(h.moments, '{}'), '{}', '{}' FROM bench_life
LEFT JOIN (SELECT l.dispute_id, array_agg(DISTINCT n.received_at ORDER BY n.received_at) AS moments FROM cases_incidentlink l JOIN cases_incident n ON n.id = l.incident_id WHERE l.unlinked_at IS NULL GROUP BY 1) h ON h.dispute_id = id ORDER BY id;
INSERT INTO figures_settled (dispute_id, number, at, until, mode, round, flared_at, station_id, place_id)
SELECT id, 1, settled_1, reopened, CASE WHEN round = 1 THEN 'mode_spot' ELSE 'mode_other' END, round, least(reopened, CASE WHEN i % 7 = 0 AND again > settled_1 AND again < now THEN again END), station_id, place_id FROM bench_life WHERE settled_1 IS NOT NULL
UNION ALL SELECT id, 2, settled_2, NULL, CASE WHEN round = 1 THEN 'mode_spot' ELSE 'mode_other' END, round, NULL, station_id, place_id FROM bench_life WHERE settled_2 IS NOT NULL ORDER BY 1, 2;
UPDATE figures_course c SET is_open = true WHERE merged_at IS NULL AND transferred_at IS NULL AND NOT EXISTS (SELECT 1 FROM figures_settled s WHERE s.dispute_id = c.dispute_id AND s.until IS NULL);
CREATE UNLOGGED TABLE bench_event AS
SELECT 'dispute:' || id AS stream, n, verb, by_id, t AS at, body FROM (
    SELECT id, 1 AS n, 'dispute_opened' AS verb, desk_id AS by_id, at AS t, format('{"number":"%s","origin":"call"}', number) AS body FROM bench_life
    UNION ALL SELECT id, 2, 'sort', NULL, at, format('{"after":{"round":1,"state":"sorted"},"before":{"round":1,"state":"registered"},"given":{"level":3,"type_code":"%s"}}', type_code) FROM bench_life WHERE state <> 'registered'
    UNION ALL SELECT id, 3, 'order', desk_id, at + interval '10 minutes', '{"after":{"round":1,"state":"ordered"},"before":{"round":1,"state":"sorted"},"given":{"text":"到场了解，能调则调"}}' FROM bench_life WHERE state NOT IN ('registered', 'sorted')
    UNION ALL SELECT id, 4, 'start', owner_id, at + interval '30 minutes', '{"after":{"round":1,"state":"handling"},"before":{"round":1,"state":"ordered"},"given":{}}' FROM bench_life WHERE handled
    UNION ALL SELECT id, 5, 'open_review', owner_id, at + interval '1 day', '{"after":{"round":2,"state":"review"},"before":{"round":1,"state":"handling"},"given":{}}' FROM bench_life WHERE round = 2
    UNION ALL SELECT id, 6, 'order', owner_id, at + interval '1 day', '{"after":{"round":2,"state":"handling"},"before":{"round":2,"state":"review"},"given":{}}' FROM bench_life WHERE round = 2
    UNION ALL SELECT id, 7, 'settle', owner_id, settled_1, format('{"after":{"round":%1$s,"state":"settled"},"before":{"round":%1$s,"state":"handling"},"given":{"settled_how":"reconciliation"}}', round) FROM bench_life WHERE settled_1 IS NOT NULL
    UNION ALL SELECT id, 8, 'reopen', owner_id, reopened, format('{"after":{"round":%1$s,"state":"reopened"},"before":{"round":%1$s,"state":"settled"},"given":{}}', round) FROM bench_life WHERE reopened IS NOT NULL
    UNION ALL SELECT id, 9, 'order', owner_id, reopened + interval '5 days', format('{"after":{"round":%1$s,"state":"handling"},"before":{"round":%1$s,"state":"reopened"},"given":{}}', round) FROM bench_life WHERE reopened + interval '5 days' < now
    UNION ALL SELECT id, 10, 'settle', owner_id, settled_2, format('{"after":{"round":%1$s,"state":"settled"},"before":{"round":%1$s,"state":"handling"},"given":{"settled_how":"reconciliation"}}', round) FROM bench_life WHERE settled_2 IS NOT NULL
    UNION ALL SELECT id, 11, 'close', owner_id, closed, format('{"after":{"round":%1$s,"state":"closed"},"before":{"round":%1$s,"state":"settled"},"given":{}}', round) FROM bench_life WHERE closed IS NOT NULL) AS told
UNION ALL SELECT 'incident:' || c.id, v.n, v.verb, v.by_id, c.at, v.body FROM bench_call c JOIN bench_life l ON l.id = c.dispute_id CROSS JOIN LATERAL (VALUES
    (1, 'incident_registered', l.desk_id, format('{"channel":"call_110","number":"%s"}', c.id)), (2, 'judged', NULL, format('{"abstained":false,"flags":[],"level":3,"marked":[],"sorting":"%s"}', l.type_code))) AS v (n, verb, by_id, body);
CREATE FUNCTION bench_chain() RETURNS TABLE (stream text, seq int, verb text, by_id bigint, at timestamptz, body text, previous bytea, hash bytea) LANGUAGE plpgsql AS $chain$
-- what the trigger `ledger_chain` writes a row at a time
DECLARE e record; before text := '';
    BEGIN
    FOR e IN SELECT * FROM bench_event b ORDER BY b.stream COLLATE "C", b.n LOOP
        IF e.stream <> before THEN before := e.stream; seq := 0; hash := ''::bytea; END IF;
        stream := e.stream; seq := seq + 1; verb := e.verb; by_id := e.by_id; at := e.at; body := e.body; previous := hash;
        hash := sha256(previous || convert_to(concat_ws(chr(31), stream, seq::text, verb, coalesce(by_id::text, ''), to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '', body, ''), 'UTF8'));
        RETURN NEXT;
    END LOOP;
    END $chain$;
INSERT INTO ledger_event (id, stream, seq, verb, by_id, at, recorded_at, why, body, data, is_look, previous, hash)
SELECT (SELECT coalesce(max(id), 0) FROM ledger_event) + row_number() OVER (ORDER BY at, stream, seq), stream, seq, verb, by_id, at, at, '', body, body::jsonb, false, previous, hash FROM bench_chain();
DROP FUNCTION bench_chain; DROP TABLE bench_event; DROP TABLE bench_life; DROP TABLE bench_quarrel; DROP TABLE bench_call; DROP TABLE bench_side
