-- Home, overview, workload, calendar: counts of what the acting person may see, and the indexes that they walk.
-- Counting through the row policies looks up every row. These functions apply the same rule to whole sets instead: open cases
-- for staff, and whatever somebody is a member of; one hashed set of memberships for each question. They give numbers only.

-- Conditions are written out as in the queries, for the planner to recognise them.
CREATE INDEX ix_cases_counted ON cases (pathway, phase) WHERE removed_at IS NULL AND level IN ('public', 'internal');
CREATE INDEX ix_cases_members_only ON cases (id) INCLUDE (pathway, phase, last_event_on)
  WHERE removed_at IS NULL AND level NOT IN ('public', 'internal');
CREATE INDEX ix_cases_removed ON cases (id) WHERE removed_at IS NOT NULL;
CREATE INDEX ix_cases_stalled ON cases (pathway, last_event_on)
  WHERE removed_at IS NULL AND phase <> 'closed' AND level IN ('public', 'internal');
CREATE INDEX ix_cases_lead_last_event ON cases (lead_id, last_event_on, id) WHERE removed_at IS NULL AND phase <> 'closed';
CREATE INDEX ix_cases_lead_gaps ON cases (lead_id) WHERE gap_count > 0;
CREATE INDEX ix_cases_expires ON cases (expires_on, id) WHERE expires_on IS NOT NULL;
CREATE INDEX ix_case_events_status_entered ON case_events (entered_at DESC, id DESC) WHERE status IS NOT NULL AND voided_at IS NULL;
CREATE INDEX ix_follow_ups_load ON follow_ups (case_id) INCLUDE (assignee_id, status, due_on, level)
  WHERE status IN ('open', 'in_progress', 'waiting');
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
                                  AND c.removed_at IS NULL AND c.phase <> 'closed' AND c.level IN ('public', 'internal'))), 0)
            FROM wanted w WHERE (SELECT app_is_staff()))::bigint
       + (SELECT count(*) FROM cases c JOIN wanted w ON w.pathway = c.pathway
           WHERE c.removed_at IS NULL AND c.level NOT IN ('public', 'internal') AND c.phase <> 'closed' AND c.last_event_on < w.since
             AND c.id IN (SELECT m.case_id FROM case_memberships m
                     WHERE m.person_id = (SELECT app_person()) AND m.ended_at IS NULL AND m.starts_at <= now()
                       AND (m.ends_at IS NULL OR m.ends_at > now())
                       AND (SELECT app_has_role('legal_officer', 'coordinator', 'head', 'outside_counsel'))))
       + (SELECT count(*) FROM cases c JOIN wanted w ON w.pathway = c.pathway
           WHERE NOT (SELECT app_is_staff()) AND c.removed_at IS NULL AND c.level IN ('public', 'internal')
             AND c.phase <> 'closed' AND c.last_event_on < w.since
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

REVOKE EXECUTE ON FUNCTION app_case_counts(), app_stalled_count(text[], date[]), app_workload(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_case_counts(), app_stalled_count(text[], date[]), app_workload(date) TO tracker_app;
