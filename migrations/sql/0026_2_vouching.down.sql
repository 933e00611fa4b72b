DROP TRIGGER guards_new_vouching ON people;
DROP TRIGGER guards_vouching ON people;
DROP FUNCTION app_guards_vouching();
DROP FUNCTION app_may_vouch(uuid);
DROP FUNCTION app_was_invited(uuid);
CREATE FUNCTION app_invited_lately(who uuid, by_whom uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (SELECT 1 FROM people p JOIN invitations i ON i.person_id = p.id
                  WHERE p.id = who AND i.purpose = 'invite' AND i.made_by_id = by_whom AND i.made_at > now() - interval '30 days')
$$;
CREATE OR REPLACE FUNCTION app_seconds(who uuid, asked approvals) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE has varchar[];
BEGIN
  SELECT array_agg(r.role) INTO has FROM person_roles r JOIN people p ON p.id = r.person_id WHERE p.id = who AND p.active;
  IF has IS NULL OR who = asked.asked_by_id OR app_invited_lately(who, asked.asked_by_id) THEN RETURN false; END IF;
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
REVOKE EXECUTE ON FUNCTION app_invited_lately(uuid, uuid) FROM PUBLIC;
DROP FUNCTION app_depends_on(uuid, uuid);
ALTER TABLE people DROP COLUMN vouched_by_id, DROP COLUMN vouched_at;
