-- What overview and workload count beside the open cases, what somebody is a member of, is found in two indexes alone: neither table is read.
DROP INDEX ix_case_memberships_person_current;
CREATE INDEX ix_case_memberships_person_current ON case_memberships (person_id, case_id) INCLUDE (starts_at, ends_at) WHERE ended_at IS NULL;
DROP INDEX ix_cases_members_only;
CREATE INDEX ix_cases_members_only ON cases (id) INCLUDE (pathway, phase, last_event_on, level)
  WHERE removed_at IS NULL AND level NOT IN ('public', 'internal');

-- The same rule as before (0007); one's own cases are found first, and only then asked since when they are quiet.
CREATE OR REPLACE FUNCTION app_stalled_count(pathways text[], since date[]) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  WITH wanted AS MATERIALIZED (SELECT * FROM unnest(pathways, since) AS w (pathway, since)),
  mine AS MATERIALIZED (
    SELECT m.case_id FROM case_memberships m
     WHERE m.person_id = (SELECT app_person()) AND m.ended_at IS NULL AND m.starts_at <= now()
       AND (m.ends_at IS NULL OR m.ends_at > now())
       AND (SELECT app_has_role('legal_officer', 'coordinator', 'head', 'outside_counsel'))),
  own AS MATERIALIZED (
    SELECT c.pathway, c.last_event_on FROM cases c
     WHERE c.removed_at IS NULL AND c.level NOT IN ('public', 'internal') AND (c.level <> 'sealed' OR (SELECT app_is_assured()))
       AND c.phase IN ('prep', 'open') AND c.id IN (SELECT case_id FROM mine)
    UNION ALL
    SELECT c.pathway, c.last_event_on FROM cases c
     WHERE NOT (SELECT app_is_staff()) AND c.removed_at IS NULL AND c.level IN ('public', 'internal')
       AND c.phase IN ('prep', 'open') AND c.id IN (SELECT case_id FROM mine))
  SELECT (SELECT coalesce(sum((SELECT count(*) FROM cases c
                                WHERE c.pathway = w.pathway AND c.last_event_on < w.since
                                  AND c.removed_at IS NULL AND c.phase IN ('prep', 'open') AND c.level IN ('public', 'internal'))), 0)
            FROM wanted w WHERE (SELECT app_is_staff()))::bigint
       + (SELECT count(*) FROM own JOIN wanted w ON w.pathway = own.pathway WHERE own.last_event_on < w.since)
$$;
