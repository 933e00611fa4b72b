DROP INDEX ix_case_memberships_person_current;
CREATE INDEX ix_case_memberships_person_current ON case_memberships (person_id, case_id) WHERE ended_at IS NULL;
DROP INDEX ix_cases_members_only;
CREATE INDEX ix_cases_members_only ON cases (id) INCLUDE (pathway, phase, last_event_on)
  WHERE removed_at IS NULL AND level NOT IN ('public', 'internal');

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
