-- Two persons (ADR 15, 17): one asks, another agrees, and the database holds them to it.

CREATE TABLE approvals (
  id uuid CONSTRAINT pk_approvals PRIMARY KEY,
  kind varchar NOT NULL CONSTRAINT ck_approvals_kind CHECK (
    kind IN ('unseal', 'export_all', 'administrator', 'erase', 'destroy', 'break_glass')),
  case_id uuid CONSTRAINT fk_approvals_case_id REFERENCES cases (id) ON DELETE CASCADE,
  object_id uuid,
  payload jsonb NOT NULL,
  digest varchar NOT NULL,
  reason varchar NOT NULL,
  asked_by_id uuid NOT NULL CONSTRAINT fk_approvals_asked_by_id REFERENCES people (id),
  asked_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  decision varchar CONSTRAINT ck_approvals_decision CHECK (decision IN ('agreed', 'refused', 'withdrawn')),
  decided_by_id uuid CONSTRAINT fk_approvals_decided_by_id REFERENCES people (id),
  decided_at timestamptz,
  done_at timestamptz,
  version integer NOT NULL,
  CONSTRAINT ck_approvals_two_persons CHECK (
    CASE decision WHEN 'withdrawn' THEN decided_by_id = asked_by_id ELSE decided_by_id IS DISTINCT FROM asked_by_id END),
  CONSTRAINT ck_approvals_done CHECK (done_at IS NULL OR coalesce(decision = 'agreed', false)),
  CONSTRAINT ck_approvals_case CHECK ((case_id IS NOT NULL) = (kind = 'unseal'))
);
COMMENT ON COLUMN approvals.object_id IS 'the person whom it is about, or what is to be destroyed';
COMMENT ON COLUMN approvals.payload IS 'what exactly is to be done; for breaking the glass the reference as it was typed';
COMMENT ON COLUMN approvals.digest IS 'SHA-256 over kind, ids, payload and asker: what was agreed to can''t become something else';
COMMENT ON COLUMN approvals.done_at IS 'when it was carried out, once';
CREATE INDEX ix_approvals_open ON approvals (expires_at) WHERE decision IS NULL;
CREATE INDEX ix_approvals_asked_by ON approvals (asked_by_id, asked_at);
CREATE INDEX ix_approvals_case_id ON approvals (case_id) WHERE case_id IS NOT NULL;

ALTER TABLE approvals ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON approvals TO tracker_operator;
GRANT SELECT, INSERT, UPDATE (decision, decided_by_id, decided_at, done_at, version) ON approvals TO tracker_app;
CREATE POLICY operator_sees_all ON approvals TO tracker_operator USING (true) WITH CHECK (true);

-- Who may be the second person. The same rule stands in tracker/approvals/policy.py.
CREATE FUNCTION app_leads_a_case(who uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (SELECT 1 FROM case_memberships m JOIN cases c ON c.id = m.case_id
                  WHERE m.person_id = who AND m.kind = 'lead' AND m.ended_at IS NULL AND m.starts_at <= now()
                    AND (m.ends_at IS NULL OR m.ends_at > now()) AND c.removed_at IS NULL)
$$;
CREATE FUNCTION app_seconds(who uuid, asked approvals) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
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
    ELSE 'head' = ANY (has) OR (has && ARRAY['legal_officer', 'coordinator']::varchar[] AND app_leads_a_case(who))
  END;
END $$;
REVOKE EXECUTE ON FUNCTION app_leads_a_case(uuid), app_seconds(uuid, approvals) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_seconds(uuid, approvals) TO tracker_app;
GRANT EXECUTE ON FUNCTION app_leads_a_case(uuid) TO tracker_app;

CREATE POLICY sees ON approvals FOR SELECT TO tracker_app USING (
  (case_id IS NULL OR (SELECT true FROM cases c WHERE c.id = case_id))
  AND (asked_by_id = (SELECT app_person()) OR app_seconds((SELECT app_person()), approvals)));
CREATE POLICY asks ON approvals FOR INSERT TO tracker_app WITH CHECK (
  asked_by_id = (SELECT app_person()) AND decision IS NULL AND done_at IS NULL AND expires_at <= asked_at + interval '3 days'
  AND (case_id IS NULL OR (SELECT true FROM cases c WHERE c.id = case_id)));
CREATE POLICY decides ON approvals FOR UPDATE TO tracker_app USING (
  done_at IS NULL AND (case_id IS NULL OR (SELECT true FROM cases c WHERE c.id = case_id))
  AND (asked_by_id = (SELECT app_person()) OR app_seconds((SELECT app_person()), approvals)))
  WITH CHECK (decision IS NOT NULL AND ((asked_by_id = (SELECT app_person()) AND (decision = 'withdrawn' OR done_at IS NOT NULL))
                                        OR decided_by_id = (SELECT app_person())));

-- An agreement that may be used now: not expired, not carried out, by two who are both active. `acting` is one of the two.
CREATE FUNCTION app_agreed(wanted_kind text, of_case uuid, of_object uuid, holds jsonb) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (SELECT 1 FROM approvals a
    WHERE a.kind = wanted_kind AND a.case_id IS NOT DISTINCT FROM of_case AND a.object_id IS NOT DISTINCT FROM of_object
      AND a.payload @> holds AND a.decision = 'agreed' AND a.done_at IS NULL AND a.expires_at > now()
      AND app_person() IN (a.asked_by_id, a.decided_by_id) AND app_seconds(a.decided_by_id, a)
      AND EXISTS (SELECT 1 FROM people p WHERE p.id = a.asked_by_id AND p.active))
$$;
REVOKE EXECUTE ON FUNCTION app_agreed(text, uuid, uuid, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_agreed(text, uuid, uuid, jsonb) TO tracker_app;

-- Neither can be gone round by a statement of the application's role.
CREATE FUNCTION app_guards_unsealing() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT app_agreed('unseal', NEW.id, NULL, jsonb_build_object('level', NEW.level)) THEN
    RAISE EXCEPTION 'unsealing needs a second person' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guards_unsealing BEFORE UPDATE OF level ON cases FOR EACH ROW
  WHEN (OLD.level = 'sealed' AND NEW.level <> 'sealed' AND current_setting('role') = 'tracker_app')
  EXECUTE FUNCTION app_guards_unsealing();

DROP POLICY gives ON person_roles;
CREATE POLICY gives ON person_roles FOR INSERT TO tracker_app WITH CHECK (
  ((SELECT app_manages_people()) AND (role <> 'administrator' OR (SELECT app_person()) IS NULL))
  OR (role = 'administrator' AND app_agreed('administrator', NULL, person_id, '{}')));

-- Breaking the glass. Both persons act blindly: whether there is such a case, only what happens afterwards tells, and only to those two
-- and to the case's members. A reader for a day, who stays on record; every member is told at their next page (app_duties).
ALTER TABLE case_memberships ADD COLUMN approval_id uuid;
COMMENT ON COLUMN case_memberships.approval_id IS 'the request with which the glass was broken';
CREATE INDEX ix_case_memberships_approval ON case_memberships (case_id, starts_at) WHERE approval_id IS NOT NULL;
CREATE FUNCTION app_break_glass(asked uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE a approvals%ROWTYPE; opened uuid;
BEGIN
  SELECT * INTO a FROM approvals WHERE id = asked AND kind = 'break_glass' AND decision = 'agreed' AND done_at IS NULL AND expires_at > now()
     FOR UPDATE;
  IF a.id IS NULL OR a.decided_by_id IS DISTINCT FROM app_person() OR NOT app_seconds(a.decided_by_id, a)
     OR NOT EXISTS (SELECT 1 FROM people p JOIN person_roles r ON r.person_id = p.id
                     WHERE p.id = a.asked_by_id AND p.active AND r.role IN ('legal_officer', 'coordinator', 'head')) THEN
    RAISE EXCEPTION 'breaking the glass needs two persons' USING ERRCODE = 'insufficient_privilege';
  END IF;
  UPDATE approvals SET done_at = now(), version = version + 1 WHERE id = a.id;
  SELECT c.id INTO opened FROM cases c WHERE c.reference = a.payload ->> 'reference' AND c.removed_at IS NULL
     AND c.level IN ('restricted', 'sealed')
     AND NOT EXISTS (SELECT 1 FROM case_memberships m WHERE m.case_id = c.id AND m.person_id = a.asked_by_id AND m.ended_at IS NULL
                     AND (m.ends_at IS NULL OR m.ends_at > now()));
  IF opened IS NULL THEN RETURN; END IF;
  UPDATE case_memberships SET ended_at = ends_at WHERE case_id = opened AND person_id = a.asked_by_id AND ended_at IS NULL;
  INSERT INTO case_memberships (id, case_id, person_id, kind, reason, starts_at, ends_at, given_by_id, approval_id)
  VALUES (gen_random_uuid(), opened, a.asked_by_id, 'reader', a.reason, now(), now() + interval '24 hours', a.decided_by_id, a.id);
  INSERT INTO audit_entries (id, at, actor_kind, actor_id, action, object_type, object_id, case_id, detail)
  VALUES (gen_random_uuid(), now(), 'person', a.asked_by_id, 'case.glass_broken', 'case', opened, opened,
          jsonb_build_object('agreed_by', a.decided_by_id, 'approval', a.id));
END $$;
REVOKE EXECUTE ON FUNCTION app_break_glass(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_break_glass(uuid) TO tracker_app;
