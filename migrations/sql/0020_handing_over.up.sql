-- Whoever leaves hands over what everybody sees to the successor that an administrator names. A case that members alone see stays in its
-- circle: one of its own members leads it from then on. Where there is nobody else, it waits for two persons (kind 'hand_over').

ALTER TABLE approvals DROP CONSTRAINT ck_approvals_kind, ADD CONSTRAINT ck_approvals_kind CHECK (
  kind IN ('unseal', 'export_all', 'administrator', 'erase', 'destroy', 'break_glass', 'factors', 'hand_over'));

-- Nobody makes their own second person: an account that the asker invited within thirty days is none.
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

-- Who of the case's own circle leads it next: staff who see it without an end and without a broken glass; whom the administrator
-- named, when they are among them, then who works on it longest. Never who acts.
CREATE FUNCTION app_next_lead(of_case uuid, leaving uuid, named uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
  SELECT m.person_id FROM case_memberships m JOIN people p ON p.id = m.person_id
   WHERE m.case_id = of_case AND m.person_id <> leaving AND m.person_id IS DISTINCT FROM app_person() AND p.active
     AND m.ended_at IS NULL AND m.starts_at <= now() AND m.ends_at IS NULL AND m.approval_id IS NULL
     AND EXISTS (SELECT 1 FROM person_roles r WHERE r.person_id = m.person_id AND r.role IN ('legal_officer', 'coordinator', 'head'))
   ORDER BY m.person_id = named DESC, m.kind = 'member' DESC, m.starts_at, m.id LIMIT 1
$$;

-- One case: the next lead, its audit entry, and a review that is due now, so that the new lead looks at who sees it.
CREATE FUNCTION app_hand_over_case(led uuid, leaving uuid, next uuid, acting uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  UPDATE case_memberships SET ended_at = now(), ended_by_id = acting WHERE case_id = led AND person_id = next AND ended_at IS NULL;
  INSERT INTO case_memberships (id, case_id, person_id, kind, reason, starts_at, given_by_id)
  VALUES (gen_random_uuid(), led, next, 'lead', 'The lead before left', now(), acting);
  UPDATE cases SET review_due_on = current_date WHERE id = led AND review_due_on IS NOT NULL;
  INSERT INTO audit_entries (id, at, actor_kind, actor_id, action, object_type, object_id, case_id, detail)
  -- No actor_id: it would let the administrator read this entry, and so learn of the case.
  VALUES (gen_random_uuid(), now(), CASE WHEN acting IS NULL THEN 'operator' ELSE 'person' END, NULL,
          'membership.handed_over', 'person', next, led, jsonb_build_object('from', leaving, 'by', acting));
END $$;

CREATE OR REPLACE FUNCTION app_hand_over_leads(leaving uuid, successor uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE led record; next uuid; acting uuid := app_person(); by_operator boolean := current_setting('role') = 'tracker_operator';
BEGIN
  IF NOT by_operator AND (NOT app_has_role('administrator') OR acting = successor) THEN
    RAISE EXCEPTION 'only an administrator hands cases over, and to somebody else' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM people p JOIN person_roles r ON r.person_id = p.id
                 WHERE p.id = successor AND p.active AND p.id <> leaving AND r.role IN ('legal_officer', 'coordinator', 'head')) THEN
    RAISE EXCEPTION 'only active staff can lead cases' USING ERRCODE = 'insufficient_privilege';
  END IF;
  FOR led IN
    SELECT m.case_id, c.level IN ('restricted', 'sealed') AS members_only FROM case_memberships m JOIN cases c ON c.id = m.case_id
     WHERE m.person_id = leaving AND m.kind = 'lead' AND m.ended_at IS NULL AND (m.ends_at IS NULL OR m.ends_at > now())
       AND NOT EXISTS (SELECT 1 FROM case_memberships o JOIN people p ON p.id = o.person_id
                       WHERE o.case_id = m.case_id AND o.person_id <> leaving AND o.kind = 'lead' AND p.active
                         AND o.ended_at IS NULL AND o.starts_at <= now()
                         AND (o.ends_at IS NULL OR (o.ends_at > now() AND c.level NOT IN ('restricted', 'sealed'))))
  LOOP
    next := CASE WHEN led.members_only AND NOT by_operator THEN app_next_lead(led.case_id, leaving, successor) ELSE successor END;
    IF next IS NOT NULL THEN
      PERFORM app_hand_over_case(led.case_id, leaving, next, acting);
    END IF;
  END LOOP;
  UPDATE case_memberships SET ended_at = now(), ended_by_id = acting WHERE person_id = leaving AND ended_at IS NULL;
  UPDATE cases c SET version = version + 1, lead_id = (
      SELECT m.person_id FROM case_memberships m JOIN people p ON p.id = m.person_id
       WHERE m.case_id = c.id AND m.kind = 'lead' AND m.person_id <> leaving AND p.active AND m.ended_at IS NULL
       ORDER BY m.starts_at, m.id LIMIT 1)
   WHERE c.lead_id = leaving;
END $$;

-- Both act blindly, as with a broken glass: what nobody leads since somebody left, and members alone see, goes to the successor.
CREATE FUNCTION app_hand_over_rest(asked uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE a approvals%ROWTYPE; led uuid; successor uuid;
BEGIN
  SELECT * INTO a FROM approvals WHERE id = asked AND kind = 'hand_over' AND decision = 'agreed' AND done_at IS NULL AND expires_at > now()
     FOR UPDATE;
  successor := (a.payload ->> 'successor')::uuid;
  IF a.id IS NULL OR a.decided_by_id IS DISTINCT FROM app_person() OR NOT app_seconds(a.decided_by_id, a) OR successor = a.asked_by_id
     OR NOT EXISTS (SELECT 1 FROM people p JOIN person_roles r ON r.person_id = p.id
                     WHERE p.id = a.asked_by_id AND p.active AND r.role = 'administrator')
     OR NOT EXISTS (SELECT 1 FROM people p JOIN person_roles r ON r.person_id = p.id
                     WHERE p.id = successor AND p.active AND r.role IN ('legal_officer', 'coordinator', 'head'))
     OR EXISTS (SELECT 1 FROM people p WHERE p.id = a.object_id AND p.active) THEN
    RAISE EXCEPTION 'handing over needs two persons' USING ERRCODE = 'insufficient_privilege';
  END IF;
  UPDATE approvals SET done_at = now(), version = version + 1 WHERE id = a.id;
  FOR led IN
    SELECT c.id FROM cases c
     WHERE c.level IN ('restricted', 'sealed') AND c.removed_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM case_memberships o JOIN people p ON p.id = o.person_id
                        WHERE o.case_id = c.id AND o.kind = 'lead' AND p.active AND o.ended_at IS NULL
                          AND (o.ends_at IS NULL OR o.ends_at > now()))
       AND a.object_id = (SELECT m.person_id FROM case_memberships m WHERE m.case_id = c.id AND m.kind = 'lead' AND m.ended_at IS NOT NULL
                           ORDER BY m.ended_at DESC, m.id DESC LIMIT 1)
  LOOP
    PERFORM app_hand_over_case(led, a.object_id, successor, a.asked_by_id);
    UPDATE cases SET lead_id = successor, version = version + 1 WHERE id = led;
  END LOOP;
END $$;
REVOKE EXECUTE ON FUNCTION app_invited_lately(uuid, uuid), app_next_lead(uuid, uuid, uuid), app_hand_over_case(uuid, uuid, uuid, uuid),
  app_hand_over_rest(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_hand_over_rest(uuid) TO tracker_app;
