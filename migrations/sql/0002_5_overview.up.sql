-- Home, overview, workload, calendar: counts of what the acting person may see, and the indexes that they walk.
-- Counting through the row policies looks up every row. These functions apply the same rule to whole sets instead: open cases
-- for staff, and whatever somebody is a member of; one hashed set of memberships for each question. They give numbers only.

-- Conditions are written out as in the queries, for the planner to recognise them.
CREATE INDEX ix_cases_counted ON cases (pathway, phase) WHERE removed_at IS NULL AND level IN ('public', 'internal');
CREATE INDEX ix_cases_members_only ON cases (id) INCLUDE (pathway, phase, last_event_on)
  WHERE removed_at IS NULL AND level NOT IN ('public', 'internal');
CREATE INDEX ix_cases_removed ON cases (id) WHERE removed_at IS NOT NULL;
CREATE INDEX ix_cases_stalled ON cases (pathway, last_event_on)
  WHERE removed_at IS NULL AND phase IN ('prep', 'open') AND level IN ('public', 'internal');
CREATE INDEX ix_cases_lead_last_event ON cases (lead_id, last_event_on, id) WHERE removed_at IS NULL AND phase <> 'closed';
CREATE INDEX ix_cases_lead_gaps ON cases (lead_id) WHERE gap_count > 0;
CREATE INDEX ix_cases_expires ON cases (expires_on, id) WHERE expires_on IS NOT NULL;
CREATE INDEX ix_case_events_status_entered ON case_events (entered_at DESC, id DESC) WHERE status IS NOT NULL AND voided_at IS NULL;
CREATE INDEX ix_follow_ups_load ON follow_ups (case_id) INCLUDE (assignee_id, status, due_on, level)
  WHERE status IN ('open', 'in_progress', 'waiting');
CREATE INDEX ix_follow_ups_done ON follow_ups (completed_on, id) WHERE status = 'done' AND completed_on IS NOT NULL;
CREATE INDEX ix_follow_ups_assignee_done ON follow_ups (assignee_id, completed_on, id) WHERE status = 'done' AND completed_on IS NOT NULL;
CREATE INDEX ix_follow_ups_to_check ON follow_ups (assignee_id) WHERE due_to_check IS NOT NULL;

CREATE FUNCTION app_case_counts() RETURNS TABLE (pathway text, phase text, cases bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT seen.pathway, seen.phase, sum(seen.cases)::bigint FROM (
    SELECT c.pathway::text, c.phase::text, count(*) AS cases FROM cases c
     WHERE (SELECT app_is_staff()) AND c.removed_at IS NULL AND c.level IN ('public', 'internal') GROUP BY c.pathway, c.phase
    UNION ALL
    SELECT c.pathway, c.phase, count(*) FROM cases c
     WHERE c.removed_at IS NULL AND c.level NOT IN ('public', 'internal')
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

-- Cases, not closed, without an entry since the day that stands beside their pathway.
CREATE FUNCTION app_stalled_count(pathways text[], since date[]) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  WITH wanted AS MATERIALIZED (SELECT * FROM unnest(pathways, since) AS w (pathway, since))
  SELECT (SELECT coalesce(sum((SELECT count(*) FROM cases c
                                WHERE c.pathway = w.pathway AND c.last_event_on < w.since
                                  AND c.removed_at IS NULL AND c.phase IN ('prep', 'open') AND c.level IN ('public', 'internal'))), 0)
            FROM wanted w WHERE (SELECT app_is_staff()))::bigint
       + (SELECT count(*) FROM cases c JOIN wanted w ON w.pathway = c.pathway
           WHERE c.removed_at IS NULL AND c.level NOT IN ('public', 'internal') AND c.phase IN ('prep', 'open') AND c.last_event_on < w.since
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

-- For staff: what each person has to do among what the acting person sees. NULL: nobody's.
CREATE FUNCTION app_workload(today date) RETURNS TABLE (person_id uuid, active bigint, overdue bigint, soon bigint, waiting bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT f.assignee_id, count(*), count(*) FILTER (WHERE f.due_on < today),
         count(*) FILTER (WHERE f.due_on BETWEEN today AND today + 14), count(*) FILTER (WHERE f.status = 'waiting')
    FROM follow_ups f
   WHERE (SELECT app_is_staff()) AND f.status IN ('open', 'in_progress', 'waiting')
     AND f.case_id NOT IN (
       SELECT c.id FROM cases c WHERE c.removed_at IS NOT NULL
       UNION ALL
       SELECT c.id FROM cases c WHERE c.removed_at IS NULL AND c.level NOT IN ('public', 'internal')
          AND c.id NOT IN (SELECT m.case_id FROM case_memberships m
                     WHERE m.person_id = (SELECT app_person()) AND m.ended_at IS NULL AND m.starts_at <= now()
                       AND (m.ends_at IS NULL OR m.ends_at > now())
                       AND (SELECT app_has_role('legal_officer', 'coordinator', 'head', 'outside_counsel'))))
     AND (f.level IS NULL OR f.level IN ('public', 'internal') OR app_is_member(f.case_id))
   GROUP BY f.assignee_id
$$;

-- What waits for a decision of the acting person, the first few of each kind (tracker/pages/decisions.py). Through the policies the
-- five questions take longer to plan than to answer; here the rule stands once, and PostgreSQL keeps the plan.
CREATE FUNCTION app_sees_case(wanted uuid, level text, removed_at timestamptz) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS
$$ SELECT removed_at IS NULL AND ((level IN ('public', 'internal') AND app_is_staff()) OR app_is_member(wanted)) $$;

CREATE FUNCTION app_decisions(today date, pathways text[], since date[], few integer)
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
       AND (o.level IS NULL OR o.level IN ('public', 'internal') OR app_is_member(c.id))
       AND (f.id IS NULL OR f.case_id = c.id  -- else the work was handed over to another case
            OR (SELECT app_sees_case(fc.id, fc.level, fc.removed_at) FROM cases fc WHERE fc.id = f.case_id))
       AND (f.level IS NULL OR f.level IN ('public', 'internal') OR app_is_member(f.case_id))
     ORDER BY o.created_at DESC, o.id LIMIT few;
  RETURN QUERY
    SELECT 'recheck', f.id, c.reference::text, c.title::text, f.title::text, f.due_to_check
      FROM follow_ups f JOIN cases c ON c.id = f.case_id
     WHERE f.due_to_check IS NOT NULL AND f.status IN ('open', 'in_progress', 'waiting')
       AND (f.assignee_id = me OR c.lead_id = me) AND app_sees_case(c.id, c.level, c.removed_at)
       AND (f.level IS NULL OR f.level IN ('public', 'internal') OR app_is_member(c.id))
     ORDER BY f.due_to_check, f.id LIMIT few;
  RETURN QUERY
    SELECT 'commitment', k.id, c.reference::text, c.title::text, left(k.text, 160), k.due_on
      FROM commitments k JOIN cases c ON c.id = k.case_id LEFT JOIN engagements e ON e.id = k.engagement_id
     WHERE k.status = 'open' AND k.due_on < today AND c.lead_id = me AND app_sees_case(c.id, c.level, c.removed_at)
       AND (e.id IS NULL
            OR EXISTS (SELECT 1 FROM engagement_cases ec JOIN cases ce ON ce.id = ec.case_id
                        WHERE ec.engagement_id = e.id AND app_sees_case(ce.id, ce.level, ce.removed_at)
                          AND (e.level IN ('public', 'internal') OR app_is_member(ce.id)))
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

REVOKE EXECUTE ON FUNCTION app_case_counts(), app_stalled_count(text[], date[]), app_workload(date), app_sees_case(uuid, text, timestamptz),
  app_decisions(date, text[], date[], integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_case_counts(), app_stalled_count(text[], date[]), app_workload(date), app_decisions(date, text[], date[], integer)
  TO tracker_app, tracker_operator;
