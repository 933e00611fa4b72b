-- Whoever lost everything they sign in with gets a link when an administrator asks for it and a second person agrees. The person whom it
-- is about is nobody's second.

ALTER TABLE approvals DROP CONSTRAINT ck_approvals_kind, ADD CONSTRAINT ck_approvals_kind CHECK (
  kind IN ('unseal', 'export_all', 'administrator', 'erase', 'destroy', 'break_glass', 'factors'));

CREATE OR REPLACE FUNCTION app_seconds(who uuid, asked approvals) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE has varchar[];
BEGIN
  SELECT array_agg(r.role) INTO has FROM person_roles r JOIN people p ON p.id = r.person_id WHERE p.id = who AND p.active;
  IF has IS NULL OR who = asked.asked_by_id THEN RETURN false; END IF;
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
    ELSE 'head' = ANY (has) OR (has && ARRAY['legal_officer', 'coordinator']::varchar[] AND app_leads_a_case(who))
  END;
END $$;

-- Nobody answers in another's name: an answer is given once, by whoever acts.
CREATE FUNCTION app_guards_answers() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF OLD.decision IS NOT NULL OR NEW.decided_by_id IS DISTINCT FROM app_person() THEN
    RAISE EXCEPTION 'an answer is given once, by oneself' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guards_answers BEFORE UPDATE OF decision, decided_by_id, decided_at ON approvals FOR EACH ROW
  WHEN ((OLD.decision, OLD.decided_by_id, OLD.decided_at) IS DISTINCT FROM (NEW.decision, NEW.decided_by_id, NEW.decided_at)
        AND current_setting('role') = 'tracker_app')
  EXECUTE FUNCTION app_guards_answers();

DROP POLICY makes ON invitations;
CREATE POLICY makes ON invitations FOR INSERT TO tracker_app WITH CHECK (
  (SELECT app_manages_people()) AND made_by_id = (SELECT app_person())
  AND (purpose <> 'factors' OR app_agreed('factors', NULL, person_id, '{}')));
-- A link never becomes one for something else.
REVOKE UPDATE ON invitations FROM tracker_app;
GRANT UPDATE (used_at, withdrawn_at) ON invitations TO tracker_app;
