CREATE TEMP TABLE spots AS SELECT row_number() OVER (ORDER BY p.code) - 1 AS n, p.id AS place,
    coalesce((SELECT u.id FROM people_unit u JOIN people_unit_places up ON up.unit_id = u.id WHERE up.place_id IN (p.id, p.parent_id) AND u.kind = 'station' LIMIT 1),
             (SELECT id FROM people_unit WHERE kind = 'station' ORDER BY id LIMIT 1)) AS station
    FROM places_place p WHERE p.is_served AND p.kind = 'community';
CREATE TEMP TABLE folk AS SELECT row_number() OVER (ORDER BY a.id) - 1 AS n, a.id FROM people_account a JOIN people_rolegrant g ON g.account_id = a.id AND g.role = 'community_officer';
INSERT INTO cases_dispute (number, title, focus, source, origin, type_code, level, state, state_before, round, place_id, station_id, owner_id, merged_into_id, registered_at, touched_at, closed_at, version)
SELECT 'JF' || to_char(at, 'YYMMDD') || '-' || lpad((i % 100000)::text, 5, '0'),
    (ARRAY['两家','兄弟','楼上楼下','店主和顾客','工人和包工头','物业和业主'])[1 + i % 6] || '为' || (ARRAY['排水沟','宅基地','工资','噪音','欠款','树木','道路','停车','漏水','赡养'])[1 + (i / 7) % 10]
        || (ARRAY['争执','打架','起口角','扯皮'])[1 + (i / 11) % 4] || CASE WHEN i % 20011 = 3 THEN '翡翠' ELSE '' END || '的纠纷',
    '', '', (ARRAY['call','call','call','lead','backlog'])[1 + i % 5], (ARRAY['A1','A2','A3','B1','B2','B3','C1','C2','C3','D1','D2','D3'])[1 + i % 12],
    CASE WHEN i % 50 = 0 THEN 1 WHEN i % 6 = 0 THEN 2 ELSE 3 END,
    CASE WHEN i % 100 < 12 THEN (ARRAY['registered','sorted','ordered','handling','mediating','unsettled','review','reopened'])[1 + (i / 100) % 8] WHEN i % 100 < 30 THEN 'settled' ELSE 'closed' END,
    '', 1 + (i % 9 = 0)::int, s.place, s.station, f.id, NULL, at, at + interval '3 hours', CASE WHEN i % 100 >= 30 THEN at + interval '20 days' END, 1
FROM (SELECT i, timestamptz '2026-11-01 08:00+08' - i * (interval '900 days' / current_setting('bench.rows')::int) AS at FROM generate_series(1, current_setting('bench.rows')::int) AS i) AS t
JOIN spots s ON s.n = i % (SELECT count(*) FROM spots) JOIN folk f ON f.n = i % (SELECT count(*) FROM folk);
INSERT INTO cases_standing (dispute_id, review, gate_track, gate_articles, gate_reasons, domestic_violence, settled_by, settled_how, terms_text, terms_broken, broken_agreement, letter_served, callback_reached, callback_dissatisfied, decision, application_approved, transfer_receipt, linked_incident_after, order_returned, sessions_failed, party_unwilling, group_event, minors, violence, first_unsettled)
SELECT id, '', '', '[]', '[]', false, '', '', '', false, false, false, false, false, '', false, '', false, false, 0, false, false, false, false, false FROM cases_dispute;
INSERT INTO cases_incident (number, outside_number, channel, reported_at, received_at, place_id, station_id, address, address_key, narrative, reported_kind, reported_type, confirmed_kind, confirmed_type, caller_name_masked, caller_phone_masked, caller_is_confidential, search_keys, recording_no, registered_at, version)
SELECT 'JQ' || to_char(registered_at, 'YYMMDD') || '-' || right(number, 5), '', 'call_110', registered_at, registered_at, place_id, station_id, '柳塘村' || id % 12 || '组' || id % 97 || '号', '柳塘' || id % 12 || '组' || id % 97 || '号',
    '报警人称' || title || '，双方在现场争吵，邻居多次劝说没有效果，要求派出所到场处理，' || (ARRAY['有人扬言动手','老人在家','孩子受惊','已经第三次','没有受伤'])[1 + id % 5] || '，请尽快到场',
    'dispute', '', '', '', '王*兰', '139****0127', id % 40 = 0, ARRAY[md5('a' || id % 50000)::uuid, md5('b' || id % 9000)::uuid, md5('c' || id)::uuid], '', registered_at, 1
FROM cases_dispute;
INSERT INTO cases_incidentlink (incident_id, dispute_id, source, linked_at, why, unlinked_why)
SELECT i.id, d.id, 'person', d.registered_at, '', '' FROM cases_dispute d JOIN cases_incident i ON right(i.number, 12) = right(d.number, 12) WHERE d.id % 10 > 0;
INSERT INTO cases_party (dispute_id, side, name_sealed, name_masked, id_number_masked, phone_masked, address_masked, is_address_hidden, search_keys, sex, is_firm, is_reporter, is_guardian, claim)
SELECT d.id, side, '', '王*兰', '36******17', '139****0127', '', false, ARRAY[md5('a' || (d.id * 3) % 50000)::uuid, md5('b' || d.id % 9000)::uuid, md5('c' || d.id)::uuid, md5(side || d.id)::uuid], '', false, false, false, ''
FROM cases_dispute d, (VALUES ('a'), ('b')) AS v(side);
INSERT INTO cases_clock (rule, dispute_id, subject, owner_id, started_at, due_at, warn_at, met_at, rung)
SELECT r, id, '', owner_id, registered_at, registered_at + h, registered_at + h * 0.8, CASE WHEN state IN ('closed') THEN registered_at + interval '1 hour' END, ''
FROM cases_dispute, (VALUES ('first_feedback', interval '1 hour'), ('people_mediation', interval '30 days')) AS v(r, h);
INSERT INTO cases_involvement (dispute_id, account_id, part, side, since)
SELECT d.id, (SELECT g.account_id FROM people_rolegrant g WHERE g.role = 'mediator' ORDER BY 1 LIMIT 1), 'mediator', '', d.registered_at FROM cases_dispute d WHERE d.id % 5000 = 0;
ANALYZE
