DROP FUNCTION app_hand_over_rest(uuid);
CREATE OR REPLACE FUNCTION app_hand_over_leads(leaving uuid, successor uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE led uuid; acting uuid := app_person();
BEGIN
  IF current_setting('role') <> 'tracker_operator' AND (NOT app_has_role('administrator') OR acting = successor) THEN
    RAISE EXCEPTION 'only an administrator hands cases over, and to somebody else' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM people p JOIN person_roles r ON r.person_id = p.id
                 WHERE p.id = successor AND p.active AND p.id <> leaving AND r.role IN ('legal_officer', 'coordinator', 'head')) THEN
    RAISE EXCEPTION 'only active staff can lead cases' USING ERRCODE = 'insufficient_privilege';
  END IF;
  FOR led IN
    SELECT m.case_id FROM case_memberships m
     WHERE m.person_id = leaving AND m.kind = 'lead' AND m.ended_at IS NULL AND (m.ends_at IS NULL OR m.ends_at > now())
       AND NOT EXISTS (SELECT 1 FROM case_memberships o JOIN people p ON p.id = o.person_id
                       WHERE o.case_id = m.case_id AND o.person_id <> leaving AND o.kind = 'lead' AND p.active
                         AND o.ended_at IS NULL AND o.starts_at <= now() AND (o.ends_at IS NULL OR o.ends_at > now()))
  LOOP
    UPDATE case_memberships SET ended_at = now(), ended_by_id = acting
     WHERE case_id = led AND person_id = successor AND ended_at IS NULL;
    INSERT INTO case_memberships (id, case_id, person_id, kind, reason, starts_at, given_by_id)
    VALUES (gen_random_uuid(), led, successor, 'lead', 'The lead before left', now(), acting);
    INSERT INTO audit_entries (id, at, actor_kind, actor_id, action, object_type, object_id, case_id, detail)
    -- No actor_id: it would let the administrator read this entry, and so learn of the case.
    VALUES (gen_random_uuid(), now(), CASE WHEN acting IS NULL THEN 'operator' ELSE 'person' END, NULL,
            'membership.handed_over', 'person', successor, led, jsonb_build_object('from', leaving, 'by', acting));
  END LOOP;
  UPDATE case_memberships SET ended_at = now(), ended_by_id = acting WHERE person_id = leaving AND ended_at IS NULL;
  UPDATE cases c SET version = version + 1, lead_id = (
      SELECT m.person_id FROM case_memberships m JOIN people p ON p.id = m.person_id
       WHERE m.case_id = c.id AND m.kind = 'lead' AND m.person_id <> leaving AND p.active AND m.ended_at IS NULL
       ORDER BY m.starts_at, m.id LIMIT 1)
   WHERE c.lead_id = leaving;
END $$;
DROP FUNCTION app_hand_over_case(uuid, uuid, uuid, uuid);
DROP FUNCTION app_next_lead(uuid, uuid, uuid);
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
DROP FUNCTION app_invited_lately(uuid, uuid);
DELETE FROM approvals WHERE kind = 'hand_over';
ALTER TABLE approvals DROP CONSTRAINT ck_approvals_kind, ADD CONSTRAINT ck_approvals_kind CHECK (
  kind IN ('unseal', 'export_all', 'administrator', 'erase', 'destroy', 'break_glass', 'factors'));
