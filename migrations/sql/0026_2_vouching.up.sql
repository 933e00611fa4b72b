-- Nobody makes their own second person, however long ago: an account whose invitation leads back to the asker is none, until somebody
-- vouched for it who does not depend on whoever invited it: another administrator, or the operator.

ALTER TABLE people ADD COLUMN vouched_at timestamptz, ADD COLUMN vouched_by_id uuid
  CONSTRAINT fk_people_vouched_by_id REFERENCES people (id);
COMMENT ON COLUMN people.vouched_at IS 'when somebody said that a real colleague holds this account whom they know';
COMMENT ON COLUMN people.vouched_by_id IS 'null: the operator, or the upgrade';
-- Whoever counted as a second person until now goes on.
UPDATE people SET vouched_at = now() WHERE created_at < now() - interval '30 days';

CREATE FUNCTION app_depends_on(who uuid, by_whom uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
  WITH RECURSIVE chain (person_id) AS (
    SELECT who
    UNION SELECT i.made_by_id FROM chain c JOIN people p ON p.id = c.person_id AND p.vouched_at IS NULL
                  JOIN invitations i ON i.person_id = p.id AND i.purpose = 'invite' AND i.made_by_id IS NOT NULL)
  SELECT who <> by_whom AND EXISTS (SELECT 1 FROM chain WHERE person_id = by_whom)
$$;
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
DROP FUNCTION app_invited_lately(uuid, uuid);

CREATE FUNCTION app_was_invited(who uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
  SELECT app_has_role('administrator')
     AND EXISTS (SELECT 1 FROM invitations i WHERE i.person_id = who AND i.purpose = 'invite' AND i.made_by_id IS NOT NULL)
$$;
CREATE FUNCTION app_may_vouch(for_whom uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
  SELECT app_has_role('administrator') AND for_whom <> app_person()
     AND EXISTS (SELECT 1 FROM people p WHERE p.id = for_whom AND p.active AND p.vouched_at IS NULL)
     AND app_was_invited(for_whom)
     AND NOT EXISTS (SELECT 1 FROM invitations i WHERE i.person_id = for_whom AND i.purpose = 'invite' AND i.made_by_id IS NOT NULL
                        AND (i.made_by_id = app_person() OR app_depends_on(app_person(), i.made_by_id)))
$$;
CREATE FUNCTION app_guards_vouching() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'INSERT' OR NEW.vouched_by_id IS DISTINCT FROM app_person() OR NOT app_may_vouch(NEW.id) THEN
    RAISE EXCEPTION 'only an administrator who does not depend on whoever invited them vouches for somebody' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guards_vouching BEFORE UPDATE OF vouched_at, vouched_by_id ON people FOR EACH ROW
  WHEN ((OLD.vouched_at, OLD.vouched_by_id) IS DISTINCT FROM (NEW.vouched_at, NEW.vouched_by_id) AND current_setting('role') = 'tracker_app')
  EXECUTE FUNCTION app_guards_vouching();
CREATE TRIGGER guards_new_vouching BEFORE INSERT ON people FOR EACH ROW
  WHEN ((NEW.vouched_at IS NOT NULL OR NEW.vouched_by_id IS NOT NULL) AND current_setting('role') = 'tracker_app')
  EXECUTE FUNCTION app_guards_vouching();
REVOKE EXECUTE ON FUNCTION app_depends_on(uuid, uuid), app_was_invited(uuid), app_may_vouch(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_was_invited(uuid), app_may_vouch(uuid) TO tracker_app;
GRANT EXECUTE ON FUNCTION app_depends_on(uuid, uuid) TO tracker_operator;
