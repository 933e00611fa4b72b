-- Sealed asks for an assured session; a reader writes no history (ADR 17).

-- Where a session is assured, which is nearly always, the level is not looked up.

CREATE OR REPLACE FUNCTION app_is_member(wanted uuid) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM case_memberships m JOIN people p ON p.id = m.person_id
                 WHERE m.case_id = wanted AND m.person_id = app_person() AND p.active AND m.ended_at IS NULL
                   AND m.starts_at <= now() AND (m.ends_at IS NULL OR m.ends_at > now())
                   AND EXISTS (SELECT 1 FROM person_roles r WHERE r.person_id = p.id  -- an administrator is never a member
                               AND r.role IN ('legal_officer', 'coordinator', 'head', 'outside_counsel')))
     AND (app_is_assured() OR (SELECT c.level <> 'sealed' FROM cases c WHERE c.id = wanted));
END $$;

-- What is sealed on an open case asks for it too: the branch is written out wherever a row has a level of its own.

CREATE OR REPLACE FUNCTION search_rule(kind text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN kind = 'case' THEN seen_case
    WHEN kind IN ('event', 'follow_up') THEN seen_case || own_level
    WHEN kind = 'comment' THEN seen_case || own_level || $r$ AND (SELECT k.follow_up_id IS NULL OR
      (SELECT (f.case_id = k.case_id OR search_sees_case(f.case_id))  -- the work may have been handed over to another case
          AND (f.level IS NULL OR f.level IN ('public', 'internal') OR ((f.level <> 'sealed' OR (SELECT app_is_assured())) AND app_is_member(f.case_id))) FROM follow_ups f WHERE f.id = k.follow_up_id)
      FROM comments k WHERE k.id = e.object_id)$r$
    WHEN kind = 'engagement' THEN 'search_sees_engagement(e.object_id)'
    WHEN kind = 'commitment' THEN 'search_sees_commitment(e.object_id)'
    WHEN kind = 'document' THEN 'search_sees_document(e.object_id)'
    WHEN kind = 'contact' THEN 'search_sees_contact(e.object_id)'
    WHEN kind = 'organisation' THEN 'search_sees_organisation(e.object_id)'
    WHEN kind = 'subject' THEN 'search_sees_subject(e.object_id)'
  END
  FROM (VALUES (
    $r$(SELECT c.removed_at IS NULL AND (($2 AND c.level IN ('public', 'internal')) OR app_is_member(c.id)) FROM cases c WHERE c.id = e.case_id)$r$,
    $r$ AND (e.own_level IS NULL OR e.own_level IN ('public', 'internal') OR ((e.own_level <> 'sealed' OR (SELECT app_is_assured())) AND app_is_member(e.case_id)))$r$
  )) AS rules (seen_case, own_level)
$$;

CREATE OR REPLACE FUNCTION search_sees_engagement(wanted uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM engagements g WHERE g.id = wanted AND (
    EXISTS (SELECT 1 FROM engagement_cases ec WHERE ec.engagement_id = g.id AND search_sees_case(ec.case_id)
            AND (g.level IN ('public', 'internal') OR ((g.level <> 'sealed' OR (SELECT app_is_assured())) AND app_is_member(ec.case_id))))
    OR (((g.level IN ('public', 'internal') AND app_is_staff()) OR g.created_by_id = app_person())
        AND NOT EXISTS (SELECT 1 FROM engagement_cases ec WHERE ec.engagement_id = g.id))));
END $$;

CREATE OR REPLACE FUNCTION search_sees_document(wanted uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  -- A paper without a case has no page yet, so it is not found.
  RETURN EXISTS (SELECT 1 FROM documents d JOIN document_cases dc ON dc.document_id = d.id
                 WHERE d.id = wanted AND search_sees_case(dc.case_id)
                   AND (d.level IN ('public', 'internal') OR ((d.level <> 'sealed' OR (SELECT app_is_assured())) AND app_is_member(dc.case_id))));
END $$;

CREATE OR REPLACE FUNCTION app_search_matches(kind text, wanted uuid, asked tsquery) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER COST 20
SET search_path = pg_catalog, public AS $$
BEGIN
  CASE kind
    WHEN 'case' THEN RETURN (SELECT e.words @@ asked FROM search_case e WHERE e.object_id = wanted) AND search_sees_case(wanted);
    WHEN 'follow_up' THEN RETURN (SELECT e.words @@ asked AND search_sees_case(e.case_id)
        AND (e.own_level IS NULL OR e.own_level IN ('public', 'internal') OR ((e.own_level <> 'sealed' OR (SELECT app_is_assured())) AND app_is_member(e.case_id)))
        FROM search_follow_up e WHERE e.object_id = wanted);
    WHEN 'contact' THEN RETURN (SELECT e.words @@ asked FROM search_contact e WHERE e.object_id = wanted) AND search_sees_contact(wanted);
    WHEN 'organisation' THEN RETURN (SELECT e.words @@ asked FROM search_organisation e WHERE e.object_id = wanted)
        AND search_sees_organisation(wanted);
    WHEN 'engagement' THEN RETURN (SELECT CASE WHEN app_is_staff() THEN e.words ELSE coalesce(e.outside_words, e.words) END @@ asked
        FROM search_engagement e WHERE e.object_id = wanted) AND search_sees_engagement(wanted);
    WHEN 'commitment' THEN RETURN (SELECT CASE WHEN app_is_staff() THEN e.words ELSE coalesce(e.outside_words, e.words) END @@ asked
        FROM search_commitment e WHERE e.object_id = wanted) AND search_sees_commitment(wanted);
    ELSE RETURN false;
  END CASE;
END $$;

CREATE OR REPLACE FUNCTION app_merged_cases(kept uuid) RETURNS TABLE (id uuid, reference text, title text, merged_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  WITH RECURSIVE gone AS (
    SELECT c.* FROM cases c WHERE c.merged_into_id = kept AND c.removed_at IS NOT NULL
    UNION ALL SELECT c.* FROM cases c JOIN gone g ON c.merged_into_id = g.id WHERE c.removed_at IS NOT NULL)
  SELECT g.id, g.reference::text, g.title::text, g.removed_at FROM gone g
   WHERE EXISTS (SELECT 1 FROM cases k WHERE k.id = kept AND k.removed_at IS NULL
                 AND ((k.level IN ('public', 'internal') AND app_is_staff()) OR app_is_member(k.id)))
     AND (g.level IN ('public', 'internal') OR ((g.level <> 'sealed' OR (SELECT app_is_assured())) AND app_is_member(kept)))
$$;

CREATE OR REPLACE FUNCTION app_merged_history(kept uuid, gone uuid) RETURNS SETOF case_events
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT e.* FROM case_events e
   WHERE e.case_id = gone AND EXISTS (SELECT 1 FROM app_merged_cases(kept) m WHERE m.id = gone)
     AND (e.level IS NULL OR e.level IN ('public', 'internal') OR ((e.level <> 'sealed' OR (SELECT app_is_assured())) AND app_is_member(kept)))
   ORDER BY e.place, e.entered_at, e.id
$$;

CREATE OR REPLACE FUNCTION app_workload(today date) RETURNS TABLE (person_id uuid, active bigint, overdue bigint, soon bigint, waiting bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT f.assignee_id, count(*), count(*) FILTER (WHERE f.due_on < today),
         count(*) FILTER (WHERE f.due_on BETWEEN today AND today + 14), count(*) FILTER (WHERE f.status = 'waiting')
    FROM follow_ups f
   WHERE (SELECT app_is_staff()) AND f.status IN ('open', 'in_progress', 'waiting')
     AND f.case_id NOT IN (
       SELECT c.id FROM cases c WHERE c.removed_at IS NOT NULL
       UNION ALL
       SELECT c.id FROM cases c WHERE c.removed_at IS NULL AND c.level NOT IN ('public', 'internal')
          AND ((c.level = 'sealed' AND NOT (SELECT app_is_assured())) OR c.id NOT IN (SELECT m.case_id FROM case_memberships m
                     WHERE m.person_id = (SELECT app_person()) AND m.ended_at IS NULL AND m.starts_at <= now()
                       AND (m.ends_at IS NULL OR m.ends_at > now())
                       AND (SELECT app_has_role('legal_officer', 'coordinator', 'head', 'outside_counsel')))))
     AND (f.level IS NULL OR f.level IN ('public', 'internal') OR ((f.level <> 'sealed' OR (SELECT app_is_assured())) AND app_is_member(f.case_id)))
   GROUP BY f.assignee_id
$$;

CREATE OR REPLACE FUNCTION app_decisions(today date, pathways text[], since date[], few integer)
RETURNS TABLE (kind text, id uuid, reference text, title text, words text, day date)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
#variable_conflict use_column
DECLARE me uuid := app_person(); staff boolean := app_is_staff();
BEGIN
  -- A lead has a thousand cases: for those the rule is written out, since a call of the function costs a tenth of a millisecond.
  RETURN QUERY
    SELECT 'mention', o.id, c.reference::text, c.title::text, left(o.body, 160), o.created_at::date
      FROM comment_mentions n JOIN comments o ON o.id = n.comment_id JOIN cases c ON c.id = o.case_id
      LEFT JOIN follow_ups f ON f.id = o.follow_up_id
     WHERE n.person_id = me AND n.seen_at IS NULL AND o.removed_at IS NULL AND app_sees_case(c.id, c.level, c.removed_at)
       AND (o.level IS NULL OR o.level IN ('public', 'internal') OR ((o.level <> 'sealed' OR (SELECT app_is_assured())) AND app_is_member(c.id)))
       AND (f.id IS NULL OR f.case_id = c.id  -- else the work was handed over to another case
            OR (SELECT app_sees_case(fc.id, fc.level, fc.removed_at) FROM cases fc WHERE fc.id = f.case_id))
       AND (f.level IS NULL OR f.level IN ('public', 'internal') OR ((f.level <> 'sealed' OR (SELECT app_is_assured())) AND app_is_member(f.case_id)))
     ORDER BY o.created_at DESC, o.id LIMIT few;
  RETURN QUERY
    SELECT 'recheck', f.id, c.reference::text, c.title::text, f.title::text, f.due_to_check
      FROM follow_ups f JOIN cases c ON c.id = f.case_id
     WHERE f.due_to_check IS NOT NULL AND f.status IN ('open', 'in_progress', 'waiting')
       AND (f.assignee_id = me OR c.lead_id = me) AND app_sees_case(c.id, c.level, c.removed_at)
       AND (f.level IS NULL OR f.level IN ('public', 'internal') OR ((f.level <> 'sealed' OR (SELECT app_is_assured())) AND app_is_member(c.id)))
     ORDER BY f.due_to_check, f.id LIMIT few;
  RETURN QUERY
    SELECT 'commitment', k.id, c.reference::text, c.title::text, left(k.text, 160), k.due_on
      FROM commitments k JOIN cases c ON c.id = k.case_id LEFT JOIN engagements e ON e.id = k.engagement_id
     WHERE k.status = 'open' AND k.due_on < today AND c.lead_id = me AND app_sees_case(c.id, c.level, c.removed_at)
       AND (e.id IS NULL
            OR EXISTS (SELECT 1 FROM engagement_cases ec JOIN cases ce ON ce.id = ec.case_id
                        WHERE ec.engagement_id = e.id AND app_sees_case(ce.id, ce.level, ce.removed_at)
                          AND (e.level IN ('public', 'internal') OR ((e.level <> 'sealed' OR (SELECT app_is_assured())) AND app_is_member(ce.id))))
            OR (NOT EXISTS (SELECT 1 FROM engagement_cases ec WHERE ec.engagement_id = e.id)
                AND ((e.level IN ('public', 'internal') AND staff) OR e.created_by_id = me)))
     ORDER BY k.due_on, k.id LIMIT few;
  RETURN QUERY
    SELECT 'stalled', NULL::uuid, NULL, NULL, count(*)::text, min(quiet.last_event_on)
      FROM (SELECT c.last_event_on FROM cases c JOIN unnest(pathways, since) AS w (pathway, since) ON w.pathway = c.pathway
             WHERE c.lead_id = me AND c.removed_at IS NULL AND c.phase <> 'closed' AND c.phase IN ('prep', 'open')
               AND c.last_event_on < w.since AND ((staff AND c.level IN ('public', 'internal')) OR app_is_member(c.id)) LIMIT 99) quiet;
  RETURN QUERY
    SELECT 'gaps', NULL::uuid, NULL, NULL, count(*)::text, NULL::date
      FROM (SELECT 1 FROM cases c WHERE c.lead_id = me AND c.gap_count > 0 AND c.removed_at IS NULL
              AND ((staff AND c.level IN ('public', 'internal')) OR app_is_member(c.id)) LIMIT 99) few_of_them;
END $$;

CREATE OR REPLACE FUNCTION app_case_counts() RETURNS TABLE (pathway text, phase text, cases bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT seen.pathway, seen.phase, sum(seen.cases)::bigint FROM (
    SELECT c.pathway::text, c.phase::text, count(*) AS cases FROM cases c
     WHERE (SELECT app_is_staff()) AND c.removed_at IS NULL AND c.level IN ('public', 'internal') GROUP BY c.pathway, c.phase
    UNION ALL
    SELECT c.pathway, c.phase, count(*) FROM cases c
     WHERE c.removed_at IS NULL AND c.level NOT IN ('public', 'internal') AND (c.level <> 'sealed' OR (SELECT app_is_assured()))
       AND c.id IN (SELECT m.case_id FROM case_memberships m
                     WHERE m.person_id = (SELECT app_person()) AND m.ended_at IS NULL AND m.starts_at <= now()
                       AND (m.ends_at IS NULL OR m.ends_at > now())
                       AND (SELECT app_has_role('legal_officer', 'coordinator', 'head', 'outside_counsel'))) GROUP BY c.pathway, c.phase
    UNION ALL
    SELECT c.pathway, c.phase, count(*) FROM cases c
     WHERE NOT (SELECT app_is_staff()) AND c.removed_at IS NULL AND c.level IN ('public', 'internal')
       AND c.id IN (SELECT m.case_id FROM case_memberships m
                     WHERE m.person_id = (SELECT app_person()) AND m.ended_at IS NULL AND m.starts_at <= now()
                       AND (m.ends_at IS NULL OR m.ends_at > now())
                       AND (SELECT app_has_role('legal_officer', 'coordinator', 'head', 'outside_counsel'))) GROUP BY c.pathway, c.phase
  ) seen GROUP BY seen.pathway, seen.phase
$$;

CREATE OR REPLACE FUNCTION app_stalled_count(pathways text[], since date[]) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  WITH wanted AS MATERIALIZED (SELECT * FROM unnest(pathways, since) AS w (pathway, since))
  SELECT (SELECT coalesce(sum((SELECT count(*) FROM cases c
                                WHERE c.pathway = w.pathway AND c.last_event_on < w.since
                                  AND c.removed_at IS NULL AND c.phase IN ('prep', 'open') AND c.level IN ('public', 'internal'))), 0)
            FROM wanted w WHERE (SELECT app_is_staff()))::bigint
       + (SELECT count(*) FROM cases c JOIN wanted w ON w.pathway = c.pathway
           WHERE c.removed_at IS NULL AND c.level NOT IN ('public', 'internal') AND (c.level <> 'sealed' OR (SELECT app_is_assured())) AND c.phase IN ('prep', 'open') AND c.last_event_on < w.since
             AND c.id IN (SELECT m.case_id FROM case_memberships m
                     WHERE m.person_id = (SELECT app_person()) AND m.ended_at IS NULL AND m.starts_at <= now()
                       AND (m.ends_at IS NULL OR m.ends_at > now())
                       AND (SELECT app_has_role('legal_officer', 'coordinator', 'head', 'outside_counsel'))))
       + (SELECT count(*) FROM cases c JOIN wanted w ON w.pathway = c.pathway
           WHERE NOT (SELECT app_is_staff()) AND c.removed_at IS NULL AND c.level IN ('public', 'internal')
             AND c.phase IN ('prep', 'open') AND c.last_event_on < w.since
             AND c.id IN (SELECT m.case_id FROM case_memberships m
                     WHERE m.person_id = (SELECT app_person()) AND m.ended_at IS NULL AND m.starts_at <= now()
                       AND (m.ends_at IS NULL OR m.ends_at > now())
                       AND (SELECT app_has_role('legal_officer', 'coordinator', 'head', 'outside_counsel'))))
$$;

CREATE OR REPLACE FUNCTION app_ends_case(wanted uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM cases c WHERE c.id = wanted AND c.removed_at IS NULL AND (c.level <> 'sealed' OR app_is_assured()) AND (
    (c.level IN ('public', 'internal') AND app_has_role('head'))
    OR EXISTS (SELECT 1 FROM case_memberships m WHERE m.case_id = c.id AND m.person_id = app_person() AND m.kind = 'lead'
               AND app_has_role('legal_officer', 'coordinator', 'head', 'outside_counsel') AND m.ended_at IS NULL
               AND m.starts_at <= now() AND (m.ends_at IS NULL OR m.ends_at > now()))));
END $$;

CREATE OR REPLACE FUNCTION app_manages_members(wanted uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM cases c WHERE c.id = wanted AND c.level IN ('public', 'internal')
                 AND app_has_role('legal_officer', 'coordinator'))
      OR EXISTS (SELECT 1 FROM case_memberships m WHERE m.case_id = wanted AND m.person_id = app_person() AND m.kind = 'lead'
                 AND app_has_role('legal_officer', 'coordinator', 'head', 'outside_counsel') AND m.starts_at <= now()
                 AND (m.ended_at IS NULL OR (m.ended_by_id = app_person() AND m.xmin = pg_current_xact_id()::xid))
                 AND (m.ends_at IS NULL OR m.ends_at > now())
                 AND (app_is_assured() OR (SELECT c.level <> 'sealed' FROM cases c WHERE c.id = wanted)))
      OR (EXISTS (SELECT 1 FROM cases c WHERE c.id = wanted AND c.created_by_id = app_person())
          AND NOT EXISTS (SELECT 1 FROM case_memberships m WHERE m.case_id = wanted AND m.xmin <> pg_current_xact_id()::xid));
END $$;

CREATE OR REPLACE FUNCTION app_raise_level(wanted uuid, new_level text, expected_version integer) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE seen boolean;
BEGIN
  SELECT (c.level IN ('public', 'internal') AND app_has_role('legal_officer', 'coordinator'))
         OR EXISTS (SELECT 1 FROM case_memberships m WHERE m.case_id = c.id AND m.person_id = app_person() AND m.kind = 'lead'
                    AND m.ended_at IS NULL AND m.starts_at <= now() AND (m.ends_at IS NULL OR m.ends_at > now()))
    INTO seen FROM cases c WHERE c.id = wanted AND (c.level <> 'sealed' OR app_is_assured());
  IF seen IS NOT TRUE THEN RETURN false; END IF;
  UPDATE cases SET level = new_level, version = version + 1, activity_at = now()
   WHERE id = wanted AND version = expected_version
     AND array_position(ARRAY['public', 'internal', 'restricted', 'sealed'], new_level)
       > array_position(ARRAY['public', 'internal', 'restricted', 'sealed'], level::text);
  RETURN FOUND;
END $$;

-- The bell counts what its reader may be told of in this session.
DROP FUNCTION app_news(uuid, timestamptz);

CREATE FUNCTION app_news(who uuid, asked_at timestamptz, assured boolean) RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  unread integer; newest uuid; dead integer := 0; faulty integer := 0; late boolean := false; still boolean := false;
  administers boolean; coordinates boolean; late_before timestamptz := asked_at - interval '15 minutes';
BEGIN
  IF app_person() <> who THEN RETURN NULL; END IF;  -- nobody yet, or they themselves
  SELECT count(*), (array_agg(id ORDER BY scheduled_at DESC, id DESC))[1] INTO unread, newest
    FROM (SELECT r.id, r.scheduled_at FROM reminders r
           WHERE r.recipient_id = who AND r.read_at IS NULL AND r.status <> 'cancelled' AND r.scheduled_at <= asked_at
             AND (assured OR NOT app_mail_is_sealed(r.case_id, r.subject_id))
             AND (r.kind <> 'digest' OR r.status = 'dead')
           ORDER BY r.scheduled_at DESC, r.id DESC LIMIT 100) AS news;
  SELECT coalesce(bool_or(role = 'administrator'), false), coalesce(bool_or(role = 'coordinator'), false)
    INTO administers, coordinates FROM person_roles WHERE person_id = who;
  IF administers OR coordinates THEN
    SELECT count(*) INTO dead
      FROM (SELECT 1 FROM reminders r
             WHERE r.status = 'dead' AND r.looked_at IS NULL
               AND ((administers AND NOT app_mail_is_sealed(r.case_id, r.subject_id))
                    OR (coordinates AND EXISTS (
                      SELECT 1 FROM cases c
                       LEFT JOIN follow_ups f ON f.id = r.subject_id
                       LEFT JOIN case_events e ON e.id = r.subject_id
                       WHERE c.id = r.case_id AND c.removed_at IS NULL
                         AND (assured OR NOT app_mail_is_sealed(r.case_id, r.subject_id))
                         AND ((c.level IN ('public', 'internal') AND coalesce(f.level, e.level, 'internal') IN ('public', 'internal'))
                              OR EXISTS (SELECT 1 FROM case_memberships m WHERE m.case_id = c.id AND m.person_id = who
                                         AND m.ended_at IS NULL AND m.starts_at <= now()
                                         AND (m.ends_at IS NULL OR m.ends_at > now()))))))
             LIMIT 100) AS news;
    SELECT count(*) INTO faulty FROM people p WHERE p.mail_fault IS NOT NULL AND p.active;
    -- Each in the order of an index of its own, so that nobody walks over what was sent long ago: mails, lines of the bell and of
    -- digests, what was put off since, and what a worker has in hand.
    late := coalesce(
      (SELECT true FROM reminders r WHERE r.status = 'planned' AND r.via = 'mail' AND r.send_at < late_before
          AND r.scheduled_at < late_before AND r.created_at < late_before ORDER BY r.send_at LIMIT 1),
      (SELECT true FROM reminders r WHERE r.status = 'planned' AND r.via <> 'mail' AND r.send_at < late_before
          AND r.scheduled_at < late_before AND r.created_at < late_before ORDER BY r.send_at LIMIT 1),
      (SELECT true FROM reminders r WHERE r.status = 'planned' AND r.send_at <> r.scheduled_at AND r.scheduled_at < late_before
          AND r.created_at < late_before AND (r.via = 'mail' OR r.send_at < late_before) ORDER BY r.scheduled_at LIMIT 1),
      (SELECT true FROM reminders r WHERE r.status IN ('sending', 'committing') AND r.scheduled_at < late_before
          AND r.created_at < late_before AND (r.via = 'mail' OR r.send_at < late_before) ORDER BY r.lease_until LIMIT 1),
      false);
    still := coalesce((SELECT now() - s.seen_at > interval '5 minutes' FROM sightings s WHERE s.name = 'done'), false);
  END IF;
  RETURN jsonb_build_object('unread', unread, 'newest', newest, 'dead', dead, 'faulty', faulty, 'late', late, 'still', still) || app_duties(who, assured);
END $$;
REVOKE EXECUTE ON FUNCTION app_news(uuid, timestamptz, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_news(uuid, timestamptz, boolean) TO tracker_app, tracker_operator;

-- Who writes: the roles named on open cases, and members and leads on any. Asked for a row that is written, never for one that is read.
CREATE FUNCTION app_works_on(wanted uuid, VARIADIC roles text[]) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM cases c WHERE c.id = wanted AND c.removed_at IS NULL AND (
    (c.level IN ('public', 'internal') AND app_has_role(VARIADIC roles))
    OR (app_is_member(c.id) AND EXISTS (SELECT 1 FROM case_memberships m WHERE m.case_id = c.id AND m.person_id = app_person()
                                        AND m.kind IN ('member', 'lead') AND m.ended_at IS NULL))
    -- whoever opens a case writes its first rows before anybody is a member of it
    OR (c.created_by_id = app_person() AND NOT EXISTS (SELECT 1 FROM case_memberships m WHERE m.case_id = c.id))));
END $$;
REVOKE EXECUTE ON FUNCTION app_works_on(uuid, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_works_on(uuid, text[]) TO tracker_app;

DROP POLICY sees ON follow_ups;
CREATE POLICY sees ON follow_ups TO tracker_app USING (
  (SELECT true FROM cases c WHERE c.id = case_id)
  AND (level IS NULL OR level IN ('public', 'internal') OR ((level <> 'sealed' OR (SELECT app_is_assured())) AND app_is_member(case_id))));

DROP POLICY sees ON comments;
CREATE POLICY sees ON comments FOR SELECT TO tracker_app USING (
  (SELECT true FROM cases c WHERE c.id = case_id)
  AND (level IS NULL OR level IN ('public', 'internal') OR ((level <> 'sealed' OR (SELECT app_is_assured())) AND app_is_member(case_id)))
  AND (follow_up_id IS NULL OR (SELECT true FROM follow_ups f WHERE f.id = follow_up_id)));

DROP POLICY sees ON engagements;
CREATE POLICY sees ON engagements FOR SELECT TO tracker_app USING (
  (SELECT true FROM engagement_cases ec WHERE ec.engagement_id = engagements.id
          AND (engagements.level IN ('public', 'internal') OR ((engagements.level <> 'sealed' OR (SELECT app_is_assured())) AND app_is_member(ec.case_id))) LIMIT 1)
  OR (((level IN ('public', 'internal') AND (SELECT app_is_staff())) OR created_by_id = (SELECT app_person()))
      AND NOT app_engagement_has_cases(id)));

DROP POLICY changes ON engagements;
CREATE POLICY changes ON engagements FOR UPDATE TO tracker_app USING (
  (SELECT true FROM engagement_cases ec WHERE ec.engagement_id = engagements.id
          AND (engagements.level IN ('public', 'internal') OR ((engagements.level <> 'sealed' OR (SELECT app_is_assured())) AND app_is_member(ec.case_id))) LIMIT 1)
  OR (((level IN ('public', 'internal') AND (SELECT app_is_staff())) OR created_by_id = (SELECT app_person()))
      AND NOT app_engagement_has_cases(id)));

DROP POLICY sees ON documents;
CREATE POLICY sees ON documents FOR SELECT TO tracker_app USING (
  (SELECT true FROM document_cases dc WHERE dc.document_id = documents.id
          AND (documents.level IN ('public', 'internal') OR ((documents.level <> 'sealed' OR (SELECT app_is_assured())) AND app_is_member(dc.case_id))) LIMIT 1)
  OR (((level IN ('public', 'internal') AND (SELECT app_is_staff())) OR created_by_id = (SELECT app_person()))
      AND NOT app_document_has_cases(id)));

DROP POLICY sees ON case_events;
CREATE POLICY sees ON case_events FOR SELECT TO tracker_app USING (
  (SELECT true FROM cases c WHERE c.id = case_id)
  AND (level IS NULL OR level IN ('public', 'internal') OR ((level <> 'sealed' OR (SELECT app_is_assured())) AND app_is_member(case_id))));

CREATE POLICY records ON case_events FOR INSERT TO tracker_app WITH CHECK (app_works_on(case_id, 'legal_officer', 'head'));
CREATE POLICY voids ON case_events FOR UPDATE TO tracker_app USING (
  (SELECT true FROM cases c WHERE c.id = case_id)
  AND (level IS NULL OR level IN ('public', 'internal') OR ((level <> 'sealed' OR (SELECT app_is_assured())) AND app_is_member(case_id)))) WITH CHECK (app_works_on(case_id, 'legal_officer'));

DROP POLICY sees ON timelines;
CREATE POLICY sees ON timelines FOR SELECT TO tracker_app USING (
  (SELECT true FROM cases c WHERE c.id = case_id)
  AND (level IS NULL OR level IN ('public', 'internal') OR ((level <> 'sealed' OR (SELECT app_is_assured())) AND app_is_member(case_id))));

CREATE POLICY makes ON timelines FOR INSERT TO tracker_app WITH CHECK (app_works_on(case_id, 'legal_officer', 'coordinator'));
CREATE POLICY changes ON timelines FOR UPDATE TO tracker_app USING (
  (SELECT true FROM cases c WHERE c.id = case_id)
  AND (level IS NULL OR level IN ('public', 'internal') OR ((level <> 'sealed' OR (SELECT app_is_assured())) AND app_is_member(case_id)))) WITH CHECK (app_works_on(case_id, 'legal_officer', 'coordinator'));
CREATE POLICY takes ON timelines FOR DELETE TO tracker_app USING (app_works_on(case_id, 'legal_officer', 'coordinator'));

DROP POLICY sees ON case_subjects;
CREATE POLICY sees ON case_subjects FOR SELECT TO tracker_app USING ((SELECT true FROM cases c WHERE c.id = case_id));

CREATE POLICY makes ON case_subjects FOR INSERT TO tracker_app WITH CHECK (app_works_on(case_id, 'legal_officer'));
CREATE POLICY changes ON case_subjects FOR UPDATE TO tracker_app USING (
  (SELECT true FROM cases c WHERE c.id = case_id)) WITH CHECK (app_works_on(case_id, 'legal_officer'));
CREATE POLICY takes ON case_subjects FOR DELETE TO tracker_app USING (app_works_on(case_id, 'legal_officer'));

DROP POLICY sees ON case_contacts;
CREATE POLICY sees ON case_contacts FOR SELECT TO tracker_app USING ((SELECT true FROM cases c WHERE c.id = case_id));

CREATE POLICY makes ON case_contacts FOR INSERT TO tracker_app WITH CHECK (app_works_on(case_id, 'legal_officer', 'coordinator'));
CREATE POLICY changes ON case_contacts FOR UPDATE TO tracker_app USING (
  (SELECT true FROM cases c WHERE c.id = case_id)) WITH CHECK (app_works_on(case_id, 'legal_officer', 'coordinator'));
CREATE POLICY takes ON case_contacts FOR DELETE TO tracker_app USING (app_works_on(case_id, 'legal_officer', 'coordinator'));

DROP POLICY sees ON engagement_cases;
CREATE POLICY sees ON engagement_cases FOR SELECT TO tracker_app USING ((SELECT true FROM cases c WHERE c.id = case_id));

CREATE POLICY makes ON engagement_cases FOR INSERT TO tracker_app WITH CHECK (app_works_on(case_id, 'legal_officer', 'coordinator'));
CREATE POLICY changes ON engagement_cases FOR UPDATE TO tracker_app USING (
  (SELECT true FROM cases c WHERE c.id = case_id)) WITH CHECK (app_works_on(case_id, 'legal_officer', 'coordinator'));
CREATE POLICY takes ON engagement_cases FOR DELETE TO tracker_app USING (app_works_on(case_id, 'legal_officer', 'coordinator'));

DROP POLICY sees ON document_cases;
CREATE POLICY sees ON document_cases FOR SELECT TO tracker_app USING ((SELECT true FROM cases c WHERE c.id = case_id));

CREATE POLICY makes ON document_cases FOR INSERT TO tracker_app WITH CHECK (app_works_on(case_id, 'legal_officer', 'coordinator'));
CREATE POLICY changes ON document_cases FOR UPDATE TO tracker_app USING (
  (SELECT true FROM cases c WHERE c.id = case_id)) WITH CHECK (app_works_on(case_id, 'legal_officer', 'coordinator'));
CREATE POLICY takes ON document_cases FOR DELETE TO tracker_app USING (app_works_on(case_id, 'legal_officer', 'coordinator'));

DROP POLICY sees ON case_links;
CREATE POLICY sees ON case_links FOR SELECT TO tracker_app USING (
  (SELECT true FROM cases c WHERE c.id = from_case_id) AND (SELECT true FROM cases c WHERE c.id = to_case_id));

CREATE POLICY makes ON case_links FOR INSERT TO tracker_app WITH CHECK (app_works_on(from_case_id, 'legal_officer', 'coordinator'));
CREATE POLICY changes ON case_links FOR UPDATE TO tracker_app USING (
  (SELECT true FROM cases c WHERE c.id = from_case_id) AND (SELECT true FROM cases c WHERE c.id = to_case_id)) WITH CHECK (app_works_on(from_case_id, 'legal_officer', 'coordinator'));
CREATE POLICY takes ON case_links FOR DELETE TO tracker_app USING (app_works_on(from_case_id, 'legal_officer', 'coordinator'));

-- One's own mail: of what one sees no longer its number and day alone, of what is sealed nothing without a passkey.
DROP POLICY sees ON reminders;
CREATE POLICY sees ON reminders FOR SELECT TO tracker_app USING (
  (recipient_id = (SELECT app_person()) AND ((SELECT app_is_assured()) OR NOT app_mail_is_sealed(case_id, subject_id)))
  OR ((SELECT app_has_role('administrator')) AND NOT app_mail_is_sealed(case_id, subject_id))
  OR (SELECT true FROM follow_ups f WHERE f.id = subject_id));
DROP POLICY sees ON case_memberships;
CREATE POLICY sees ON case_memberships FOR SELECT TO tracker_app USING (
  (person_id = (SELECT app_person()) AND ended_at IS NULL AND (ends_at IS NULL OR ends_at > now())
   AND ((SELECT app_is_assured()) OR app_is_member(case_id)))
  OR (SELECT true FROM cases c WHERE c.id = case_id));
