-- Need-to-know, enforced by PostgreSQL (product/access.md). The same rule stands in tracker/access/visibility.py.
-- tracker_app: every request and every rendering. tracker_operator: the server's shell. tracker_planner: ids and due facts only.
-- None of them owns a table. The owner (DATABASE_URL) becomes one of them at the start of every transaction.

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['tracker_app', 'tracker_operator', 'tracker_planner'] LOOP
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = name) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN NOBYPASSRLS', name);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;  -- another migration made it meanwhile
      END;
    END IF;
    -- INHERIT FALSE: the owner gains nothing by itself, SET TRUE: but may become the role.
    IF NOT pg_has_role(current_user, name, 'SET') THEN
      EXECUTE format('GRANT %I TO CURRENT_USER WITH INHERIT FALSE, SET TRUE', name);
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', name);
  END LOOP;
END $$;

-- Functions of the rule. SECURITY DEFINER: they read roles and memberships as the owner, and nothing else.

CREATE FUNCTION app_person() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, public AS
$$ SELECT nullif(current_setting('app.person', true), '')::uuid $$;

CREATE FUNCTION app_has_role(VARIADIC wanted text[]) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, public AS
$$ SELECT EXISTS (SELECT 1 FROM person_roles r JOIN people p ON p.id = r.person_id
                  WHERE p.id = app_person() AND p.active AND r.role = ANY (wanted)) $$;

CREATE FUNCTION app_is_staff() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, public AS
$$ SELECT app_has_role('legal_officer', 'coordinator', 'head') $$;

-- Asked for one case at a time: one look-up in a unique index. A set of all one's cases, hashed, costs 5 ms for two thousand memberships.
CREATE FUNCTION app_is_member(wanted uuid) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM case_memberships m JOIN people p ON p.id = m.person_id
                 WHERE m.case_id = wanted AND m.person_id = app_person() AND p.active AND m.ended_at IS NULL
                   AND m.starts_at <= now() AND (m.ends_at IS NULL OR m.ends_at > now())
                   AND EXISTS (SELECT 1 FROM person_roles r WHERE r.person_id = p.id  -- an administrator is never a member
                               AND r.role IN ('legal_officer', 'coordinator', 'head', 'outside_counsel')));
END $$;

-- The matrix's row "manage members"; and whoever makes a case says who works on it, in the same transaction. A membership that
-- this transaction ended still counts: whoever leads and becomes a member ends the one row before writing the other.
CREATE FUNCTION app_manages_members(wanted uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM cases c WHERE c.id = wanted AND c.level IN ('public', 'internal')
                 AND app_has_role('legal_officer', 'coordinator'))
      OR EXISTS (SELECT 1 FROM case_memberships m WHERE m.case_id = wanted AND m.person_id = app_person() AND m.kind = 'lead'
                 AND app_has_role('legal_officer', 'coordinator', 'head', 'outside_counsel') AND m.starts_at <= now()
                 AND (m.ended_at IS NULL OR (m.ended_by_id = app_person() AND m.xmin = pg_current_xact_id()::xid))
                 AND (m.ends_at IS NULL OR m.ends_at > now()))
      OR (EXISTS (SELECT 1 FROM cases c WHERE c.id = wanted AND c.created_by_id = app_person())
          AND NOT EXISTS (SELECT 1 FROM case_memberships m WHERE m.case_id = wanted AND m.xmin <> pg_current_xact_id()::xid));
END $$;

-- Accounts are an administrator's; the first one is made by nobody, in an empty installation.
CREATE FUNCTION app_manages_people() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS
$$ SELECT app_has_role('administrator') OR (app_person() IS NULL AND NOT EXISTS (SELECT 1 FROM person_roles)) $$;

CREATE FUNCTION app_dossier_has_cases(wanted uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$ SELECT EXISTS (SELECT 1 FROM cases WHERE dossier_id = wanted) $$;

CREATE FUNCTION app_subject_has_cases(wanted uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$ SELECT EXISTS (SELECT 1 FROM case_subjects WHERE subject_id = wanted) $$;

CREATE FUNCTION app_engagement_has_cases(wanted uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$ SELECT EXISTS (SELECT 1 FROM engagement_cases WHERE engagement_id = wanted) $$;

CREATE FUNCTION app_document_has_cases(wanted uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$ SELECT EXISTS (SELECT 1 FROM document_cases WHERE document_id = wanted) $$;

CREATE FUNCTION app_mail_is_sealed(of_case uuid, of_follow_up uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS
$$ SELECT EXISTS (SELECT 1 FROM cases WHERE id = of_case AND level = 'sealed')
       OR EXISTS (SELECT 1 FROM follow_ups WHERE id = of_follow_up AND level = 'sealed') $$;

-- Raising a level may end the actor's own sight of the case; a plain UPDATE is then refused by the SELECT policy on the new row.
CREATE FUNCTION app_raise_level(wanted uuid, new_level text, expected_version integer) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE seen boolean;
BEGIN
  SELECT (c.level IN ('public', 'internal') AND app_has_role('legal_officer', 'coordinator'))
         OR EXISTS (SELECT 1 FROM case_memberships m WHERE m.case_id = c.id AND m.person_id = app_person() AND m.kind = 'lead'
                    AND m.ended_at IS NULL AND m.starts_at <= now() AND (m.ends_at IS NULL OR m.ends_at > now()))
    INTO seen FROM cases c WHERE c.id = wanted;
  IF seen IS NOT TRUE THEN RETURN false; END IF;
  UPDATE cases SET level = new_level, version = version + 1, activity_at = now()
   WHERE id = wanted AND version = expected_version
     AND array_position(ARRAY['public', 'internal', 'restricted', 'sealed'], new_level)
       > array_position(ARRAY['public', 'internal', 'restricted', 'sealed'], level::text);
  RETURN FOUND;
END $$;

REVOKE EXECUTE ON FUNCTION app_raise_level(uuid, text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_raise_level(uuid, text, integer) TO tracker_app;

-- Whoever leaves names the next lead, whatever they led: an administrator learns neither that there was a case nor that there was none.
-- The successor becomes lead of every case that would be left without one, sealed ones too; each such case gets its audit entry.
CREATE FUNCTION app_hand_over_leads(leaving uuid, successor uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
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

REVOKE EXECUTE ON FUNCTION app_hand_over_leads(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_hand_over_leads(uuid, uuid) TO tracker_app, tracker_operator;

-- A person's zone, country, wishes or memberships changed: the reminders of all their work must be planned anew, also of
-- work that whoever made the change (an administrator) can't see. It gives nothing away and sends nothing by itself.
CREATE FUNCTION app_plan_again(wanted uuid, at timestamptz) RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, public AS
$$ UPDATE follow_ups SET next_plan_at = at WHERE assignee_id = wanted AND status IN ('open', 'in_progress', 'waiting') $$;

REVOKE EXECUTE ON FUNCTION app_plan_again(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_plan_again(uuid, timestamptz) TO tracker_app, tracker_operator;

-- Rights. History and audit: no DELETE for anybody, UPDATE only of what voids an entry.

GRANT SELECT, INSERT, UPDATE, DELETE ON
  sign_in_sessions, sign_in_attempts, organisations, contacts, contact_private, offices,
  dossiers, subjects, case_subjects, case_links, case_contacts, follow_ups, engagements, engagement_cases,
  engagement_participants, commitments, documents, document_cases, reminder_preferences, sightings
TO tracker_app, tracker_operator;
GRANT SELECT, INSERT, UPDATE, DELETE ON people, person_roles, case_memberships, reminders TO tracker_operator;
-- People and memberships stay on record; whom a mail is for, and about what, is settled when it is promised.
GRANT SELECT, INSERT, UPDATE ON people TO tracker_app;
GRANT SELECT, INSERT, DELETE ON person_roles TO tracker_app;
GRANT SELECT, INSERT, UPDATE (ended_at, ended_by_id) ON case_memberships TO tracker_app;
GRANT SELECT, INSERT, UPDATE (status, scheduled_at, send_at, useful_until, settled_at, last_error, attempts, token, lease_until)
  ON reminders TO tracker_app;
GRANT SELECT, INSERT, UPDATE ON cases TO tracker_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON cases TO tracker_operator;
GRANT SELECT, INSERT ON case_events, audit_entries TO tracker_app, tracker_operator;
GRANT UPDATE (voided_at, voided_by_id, void_reason) ON case_events TO tracker_app, tracker_operator;
GRANT SELECT ON pathway_definitions TO tracker_app, tracker_operator, tracker_planner;
GRANT INSERT, UPDATE (checked_sha256) ON pathway_definitions TO tracker_operator;

GRANT SELECT (id, case_id, kind, due_on, due_version, status, assignee_id, level, next_plan_at, completed_on, created_at) ON follow_ups TO tracker_planner;
GRANT UPDATE (next_plan_at) ON follow_ups TO tracker_planner;
GRANT SELECT (id, level, lead_id) ON cases TO tracker_planner;
GRANT SELECT (id, email, active, language, time_zone, country) ON people TO tracker_planner;
GRANT SELECT ON case_memberships, person_roles, reminder_preferences TO tracker_planner;
GRANT SELECT, INSERT, UPDATE ON reminders, sightings TO tracker_planner;
GRANT INSERT ON audit_entries TO tracker_planner;

-- Policies. `(SELECT true FROM … WHERE …)` and not EXISTS: the planner hashes an EXISTS over the whole of `cases` (measured at 100,000
-- cases: 111 ms for a list of fifty follow-ups), while a scalar sub-select is looked up row by row, by its index.

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['cases', 'case_events', 'case_memberships', 'case_subjects', 'case_links', 'case_contacts', 'dossiers',
      'subjects', 'organisations', 'contacts', 'contact_private', 'offices', 'follow_ups', 'engagements', 'engagement_cases',
      'engagement_participants', 'commitments', 'documents', 'document_cases', 'reminders', 'audit_entries',
      'people', 'person_roles', 'sign_in_sessions', 'reminder_preferences'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY operator_sees_all ON %I TO tracker_operator USING (true) WITH CHECK (true)', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['cases', 'case_memberships', 'follow_ups', 'reminders', 'people', 'person_roles', 'reminder_preferences'] LOOP
    EXECUTE format('CREATE POLICY planner_sees_due_facts ON %I TO tracker_planner USING (true) WITH CHECK (true)', name);
  END LOOP;
END $$;

CREATE POLICY planner_writes ON audit_entries FOR INSERT TO tracker_planner WITH CHECK (true);

CREATE POLICY sees ON cases FOR SELECT TO tracker_app USING (
  (level IN ('public', 'internal') AND (SELECT app_is_staff())) OR app_is_member(id));
CREATE POLICY opens ON cases FOR INSERT TO tracker_app WITH CHECK (
  (SELECT app_has_role('legal_officer', 'coordinator')) AND created_by_id = (SELECT app_person()));
CREATE POLICY changes ON cases FOR UPDATE TO tracker_app USING (
  (level IN ('public', 'internal') AND (SELECT app_is_staff())) OR app_is_member(id));

CREATE POLICY sees ON case_events TO tracker_app USING (
  (SELECT true FROM cases c WHERE c.id = case_id)
  AND (level IS NULL OR level IN ('public', 'internal') OR app_is_member(case_id)));

CREATE POLICY sees ON follow_ups TO tracker_app USING (
  (SELECT true FROM cases c WHERE c.id = case_id)
  AND (level IS NULL OR level IN ('public', 'internal') OR app_is_member(case_id)));

CREATE POLICY sees ON case_memberships FOR SELECT TO tracker_app USING (
  person_id = (SELECT app_person()) OR (SELECT true FROM cases c WHERE c.id = case_id));
CREATE POLICY gives ON case_memberships FOR INSERT TO tracker_app WITH CHECK (app_manages_members(case_id));
CREATE POLICY ends ON case_memberships FOR UPDATE TO tracker_app USING (app_manages_members(case_id));

-- Who may sign in, as what: names and roles are seen by all, since sign-in looks for them; nobody gives a role to themselves.
CREATE POLICY sees ON people FOR SELECT TO tracker_app USING (true);
CREATE POLICY makes ON people FOR INSERT TO tracker_app WITH CHECK ((SELECT app_manages_people()));
CREATE POLICY changes ON people FOR UPDATE TO tracker_app USING (
  id = (SELECT app_person()) OR (SELECT app_manages_people()));
CREATE POLICY sees ON person_roles FOR SELECT TO tracker_app USING (true);
CREATE POLICY gives ON person_roles FOR INSERT TO tracker_app WITH CHECK ((SELECT app_manages_people()));
CREATE POLICY takes ON person_roles FOR DELETE TO tracker_app USING ((SELECT app_manages_people()));

-- A session is found by its token before anybody is known, and begun by nobody; it is changed by its person.
CREATE POLICY sees ON sign_in_sessions FOR SELECT TO tracker_app USING (true);
CREATE POLICY begins ON sign_in_sessions FOR INSERT TO tracker_app WITH CHECK (
  (SELECT app_person()) IS NULL OR person_id = (SELECT app_person()));
CREATE POLICY ends ON sign_in_sessions FOR UPDATE TO tracker_app USING (
  person_id = (SELECT app_person()) OR (SELECT app_manages_people()));
CREATE POLICY forgets ON sign_in_sessions FOR DELETE TO tracker_app USING (expires_at < now() OR revoked_at < now());
-- Planning looks at the wishes of whoever gets the work.
CREATE POLICY sees ON reminder_preferences FOR SELECT TO tracker_app USING (true);
CREATE POLICY makes ON reminder_preferences FOR INSERT TO tracker_app WITH CHECK (person_id = (SELECT app_person()));
CREATE POLICY changes ON reminder_preferences FOR UPDATE TO tracker_app USING (person_id = (SELECT app_person()));

CREATE POLICY sees ON case_subjects TO tracker_app USING ((SELECT true FROM cases c WHERE c.id = case_id));
CREATE POLICY sees ON case_contacts TO tracker_app USING ((SELECT true FROM cases c WHERE c.id = case_id));
CREATE POLICY sees ON case_links TO tracker_app USING (
  (SELECT true FROM cases c WHERE c.id = from_case_id) AND (SELECT true FROM cases c WHERE c.id = to_case_id));

CREATE POLICY sees ON dossiers FOR SELECT TO tracker_app USING (
  (SELECT true FROM cases c WHERE c.dossier_id = dossiers.id LIMIT 1)
  OR (((SELECT app_is_staff()) OR created_by_id = (SELECT app_person())) AND NOT app_dossier_has_cases(id)));
CREATE POLICY changes ON dossiers FOR UPDATE TO tracker_app USING (
  (SELECT true FROM cases c WHERE c.dossier_id = dossiers.id LIMIT 1)
  OR (((SELECT app_is_staff()) OR created_by_id = (SELECT app_person())) AND NOT app_dossier_has_cases(id)));
CREATE POLICY makes ON dossiers FOR INSERT TO tracker_app WITH CHECK (created_by_id = (SELECT app_person()));

CREATE POLICY sees ON subjects FOR SELECT TO tracker_app USING (
  (SELECT true FROM case_subjects cs WHERE cs.subject_id = subjects.id LIMIT 1)
  OR (((SELECT app_is_staff()) OR created_by_id = (SELECT app_person())) AND NOT app_subject_has_cases(id)));
CREATE POLICY changes ON subjects FOR UPDATE TO tracker_app USING (
  (SELECT true FROM case_subjects cs WHERE cs.subject_id = subjects.id LIMIT 1)
  OR (((SELECT app_is_staff()) OR created_by_id = (SELECT app_person())) AND NOT app_subject_has_cases(id)));
CREATE POLICY makes ON subjects FOR INSERT TO tracker_app WITH CHECK (created_by_id = (SELECT app_person()));

CREATE POLICY sees ON contacts FOR SELECT TO tracker_app USING (
  (SELECT app_is_staff()) OR created_by_id = (SELECT app_person())
  OR (SELECT true FROM case_contacts cc WHERE cc.contact_id = contacts.id LIMIT 1));
CREATE POLICY changes ON contacts FOR UPDATE TO tracker_app USING (
  (SELECT app_is_staff()) OR created_by_id = (SELECT app_person())
  OR (SELECT true FROM case_contacts cc WHERE cc.contact_id = contacts.id LIMIT 1));
CREATE POLICY makes ON contacts FOR INSERT TO tracker_app WITH CHECK (created_by_id = (SELECT app_person()));
CREATE POLICY sees ON offices TO tracker_app USING ((SELECT true FROM contacts c WHERE c.id = contact_id));
CREATE POLICY sees ON contact_private TO tracker_app USING (
  (SELECT app_has_role('legal_officer', 'coordinator'))
  OR (SELECT true FROM case_contacts cc WHERE cc.contact_id = contact_private.contact_id AND app_is_member(cc.case_id) LIMIT 1));
CREATE POLICY sees ON organisations FOR SELECT TO tracker_app USING (
  (SELECT app_is_staff())
  OR (SELECT true FROM contacts c WHERE c.organisation_id = organisations.id LIMIT 1)
  OR (SELECT true FROM offices o WHERE o.organisation_id = organisations.id LIMIT 1));
CREATE POLICY changes ON organisations FOR UPDATE TO tracker_app USING ((SELECT app_is_staff()));
CREATE POLICY makes ON organisations FOR INSERT TO tracker_app WITH CHECK ((SELECT app_person()) IS NOT NULL);

CREATE POLICY sees ON engagement_cases TO tracker_app USING ((SELECT true FROM cases c WHERE c.id = case_id));
CREATE POLICY sees ON engagements FOR SELECT TO tracker_app USING (
  (SELECT true FROM engagement_cases ec WHERE ec.engagement_id = engagements.id
          AND (engagements.level IN ('public', 'internal') OR app_is_member(ec.case_id)) LIMIT 1)
  OR (((level IN ('public', 'internal') AND (SELECT app_is_staff())) OR created_by_id = (SELECT app_person()))
      AND NOT app_engagement_has_cases(id)));
CREATE POLICY changes ON engagements FOR UPDATE TO tracker_app USING (
  (SELECT true FROM engagement_cases ec WHERE ec.engagement_id = engagements.id
          AND (engagements.level IN ('public', 'internal') OR app_is_member(ec.case_id)) LIMIT 1)
  OR (((level IN ('public', 'internal') AND (SELECT app_is_staff())) OR created_by_id = (SELECT app_person()))
      AND NOT app_engagement_has_cases(id)));
CREATE POLICY makes ON engagements FOR INSERT TO tracker_app WITH CHECK (created_by_id = (SELECT app_person()));
CREATE POLICY sees ON engagement_participants TO tracker_app USING ((SELECT true FROM engagements e WHERE e.id = engagement_id));
CREATE POLICY sees ON commitments TO tracker_app USING (
  (engagement_id IS NULL OR (SELECT true FROM engagements e WHERE e.id = engagement_id))
  AND (case_id IS NULL OR (SELECT true FROM cases c WHERE c.id = case_id))
  AND (engagement_id IS NOT NULL OR case_id IS NOT NULL OR (SELECT app_is_staff())));

CREATE POLICY sees ON document_cases TO tracker_app USING ((SELECT true FROM cases c WHERE c.id = case_id));
CREATE POLICY sees ON documents FOR SELECT TO tracker_app USING (
  (SELECT true FROM document_cases dc WHERE dc.document_id = documents.id
          AND (documents.level IN ('public', 'internal') OR app_is_member(dc.case_id)) LIMIT 1)
  OR (((level IN ('public', 'internal') AND (SELECT app_is_staff())) OR created_by_id = (SELECT app_person()))
      AND NOT app_document_has_cases(id)));
CREATE POLICY makes ON documents FOR INSERT TO tracker_app WITH CHECK (created_by_id = (SELECT app_person()));

-- The ledger: one's own mail; mail about follow-ups that one sees; administrators see that mail is stuck, never that a sealed case exists.
CREATE POLICY sees ON reminders FOR SELECT TO tracker_app USING (
  recipient_id = (SELECT app_person())
  OR ((SELECT app_has_role('administrator')) AND NOT app_mail_is_sealed(case_id, subject_id))
  OR (SELECT true FROM follow_ups f WHERE f.id = subject_id));
CREATE POLICY plans ON reminders FOR INSERT TO tracker_app WITH CHECK ((SELECT true FROM follow_ups f WHERE f.id = subject_id));
CREATE POLICY settles ON reminders FOR UPDATE TO tracker_app USING (
  recipient_id = (SELECT app_person())
  OR ((SELECT app_has_role('administrator')) AND NOT app_mail_is_sealed(case_id, subject_id))
  OR (SELECT true FROM follow_ups f WHERE f.id = subject_id));

CREATE POLICY writes ON audit_entries FOR INSERT TO tracker_app WITH CHECK (
  actor_id IS NULL OR actor_id = (SELECT app_person()));
CREATE POLICY reads ON audit_entries FOR SELECT TO tracker_app USING (
  actor_id = (SELECT app_person())
  OR (case_id IS NULL AND (SELECT app_has_role('administrator')))
  OR (SELECT true FROM cases c WHERE c.id = case_id
      AND (object_type <> 'case_event' OR (SELECT true FROM case_events e WHERE e.id = object_id))
      AND (object_type <> 'follow_up' OR (SELECT true FROM follow_ups f WHERE f.id = object_id))));
