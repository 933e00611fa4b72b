DROP TABLE clock_recomputations;
DROP TABLE clock_rule_versions;
CREATE OR REPLACE FUNCTION app_seconds(who uuid, asked approvals) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE has varchar[];
BEGIN
  SELECT array_agg(r.role) INTO has FROM person_roles r JOIN people p ON p.id = r.person_id WHERE p.id = who AND p.active;
  IF has IS NULL OR who = asked.asked_by_id OR app_depends_on(who, asked.asked_by_id) THEN RETURN false; END IF;
  RETURN CASE
    WHEN asked.kind = 'unseal' THEN
      has && ARRAY['legal_officer', 'coordinator', 'head', 'outside_counsel']::varchar[]
      AND EXISTS (SELECT 1 FROM case_memberships m WHERE m.case_id = asked.case_id AND m.person_id = who AND m.kind IN ('member', 'lead')
                  AND m.ended_at IS NULL AND m.starts_at <= now() AND (m.ends_at IS NULL OR m.ends_at > now()))
    WHEN asked.kind = 'administrator' THEN 'administrator' = ANY (has)
      OR ('head' = ANY (has) AND NOT EXISTS (
        SELECT 1 FROM person_roles r JOIN people p ON p.id = r.person_id
         WHERE r.role = 'administrator' AND p.active AND p.id NOT IN (asked.asked_by_id, coalesce(asked.object_id, asked.asked_by_id))))
    WHEN asked.kind = 'break_glass' THEN has && ARRAY['head', 'administrator']::varchar[]
    WHEN asked.kind = 'factors' THEN who <> asked.object_id AND has && ARRAY['head', 'administrator']::varchar[]
    WHEN asked.kind = 'hand_over' THEN who <> asked.object_id AND who::text IS DISTINCT FROM asked.payload ->> 'successor'
      AND has && ARRAY['head', 'administrator']::varchar[]
    ELSE 'head' = ANY (has) OR (has && ARRAY['legal_officer', 'coordinator']::varchar[] AND app_leads_a_case(who))
  END;
END $$;
DELETE FROM approvals WHERE kind = 'clock_rule';
ALTER TABLE approvals DROP CONSTRAINT ck_approvals_kind, ADD CONSTRAINT ck_approvals_kind CHECK (
  kind IN ('unseal', 'export_all', 'administrator', 'erase', 'destroy', 'break_glass', 'factors', 'hand_over'));
