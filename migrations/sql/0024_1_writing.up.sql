-- Who may write, as far as a row tells it (access.md, "Doing"). What one sees is read and locked as before; triggers look at what a statement of
-- the web's role would change, so that reading costs nothing. Functions with the owner's rights ask for themselves.

CREATE FUNCTION app_leads_case(wanted uuid, who uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (SELECT 1 FROM case_memberships m WHERE m.case_id = wanted AND m.person_id = who AND m.kind = 'lead'
                 AND m.ended_at IS NULL AND m.starts_at <= now() AND (m.ends_at IS NULL OR m.ends_at > now()))
     AND (who = app_person() OR app_works_on(wanted, 'legal_officer', 'coordinator', 'head'))
$$;
-- The next of a series is made by whoever completes the one before, who may be its assignee and no more.
CREATE FUNCTION app_is_assigned(work uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (SELECT 1 FROM follow_ups f JOIN cases c ON c.id = f.case_id
                  WHERE f.id = work AND f.assignee_id = app_person() AND app_sees_case(c.id, c.level, c.removed_at))
$$;
REVOKE EXECUTE ON FUNCTION app_leads_case(uuid, uuid), app_is_assigned(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_leads_case(uuid, uuid), app_is_assigned(uuid) TO tracker_app;

CREATE FUNCTION app_refuse_write(what text) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  RAISE EXCEPTION 'this person may not change %', what USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION app_changed(was jsonb, becomes jsonb, free text[]) RETURNS text[] LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public AS $$
  SELECT coalesce(array_agg(n.key), '{}') FROM jsonb_each(becomes) n
   WHERE n.value IS DISTINCT FROM was -> n.key AND n.key <> ALL (free)
$$;

-- Whoever sees a case may remark on it and complete what is assigned to them: that moves its activity, next date and counts. What the
-- history says of it is written anew by all who organise; facts are for those who record; levels, leads and removal have rules of their own.
CREATE FUNCTION app_guards_case() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
  levels CONSTANT text[] := ARRAY['public', 'internal', 'restricted', 'sealed'];
  told CONSTANT text[] := ARRAY['definition_version', 'status', 'phase', 'status_since', 'status_since_earliest', 'status_since_latest',
    'left_status', 'resume_to', 'outcome', 'expires_on', 'flags', 'lead_id', 'review_due_on', 'level'];
  changed text[] := app_changed(to_jsonb(OLD), to_jsonb(NEW), ARRAY['activity_at', 'next_due_on', 'gap_count', 'last_event_on', 'version']);
BEGIN
  IF changed = '{}' THEN RETURN NEW; END IF;
  IF changed && ARRAY['id', 'reference', 'created_by_id', 'created_at', 'removed_at', 'removed_by_id', 'remove_reason', 'merged_into_id'] THEN
    PERFORM app_refuse_write('where a case comes from and where it went');
  END IF;
  IF NOT app_works_on(OLD.id, 'legal_officer', 'coordinator', 'head') THEN PERFORM app_refuse_write('this case'); END IF;
  IF NOT changed <@ told AND NOT app_works_on(OLD.id, 'legal_officer') THEN PERFORM app_refuse_write('the facts of this case'); END IF;
  IF NEW.lead_id IS DISTINCT FROM OLD.lead_id AND NEW.lead_id IS NOT NULL AND NOT app_leads_case(OLD.id, NEW.lead_id) THEN
    PERFORM app_refuse_write('who leads this case');
  END IF;
  IF array_position(levels, NEW.level::text) > array_position(levels, OLD.level::text) THEN
    IF NOT app_manages_members(OLD.id) THEN PERFORM app_refuse_write('the level of this case'); END IF;
  ELSIF NEW.level <> OLD.level AND OLD.level <> 'sealed' AND NOT app_leads_case(OLD.id, app_person())  -- sealed: guards_unsealing
        AND NOT app_agreed('unseal', OLD.id, NULL, jsonb_build_object('level', NEW.level)) THEN
    PERFORM app_refuse_write('the level of this case');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guards_writing BEFORE UPDATE ON cases FOR EACH ROW WHEN (current_user = 'tracker_app') EXECUTE FUNCTION app_guards_case();

-- An assignee gets on with their work, wherever it hangs; heads close cases, and with them what is open.
CREATE FUNCTION app_guards_follow_up() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
  changed text[] := app_changed(to_jsonb(OLD), to_jsonb(NEW), ARRAY['next_plan_at', 'version']);
  kept CONSTANT text[] := ARRAY['id', 'sender', 'ref', 'case_id', 'engagement_id', 'title', 'level', 'assignee_id', 'created_by_id', 'created_at'];
BEGIN
  IF changed = '{}' THEN RETURN NEW; END IF;
  IF OLD.assignee_id = app_person() AND NOT changed && kept THEN RETURN NEW; END IF;
  IF NOT app_works_on(OLD.case_id, 'legal_officer', 'coordinator', 'head')
     OR (NEW.case_id <> OLD.case_id AND NOT app_works_on(NEW.case_id, 'legal_officer', 'coordinator', 'head')) THEN
    PERFORM app_refuse_write('this follow-up');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guards_writing BEFORE UPDATE ON follow_ups FOR EACH ROW WHEN (current_user = 'tracker_app') EXECUTE FUNCTION app_guards_follow_up();

-- Nobody deletes a follow-up: it is cancelled.
DROP POLICY sees ON follow_ups;
CREATE POLICY sees ON follow_ups FOR SELECT TO tracker_app USING (
  (SELECT true FROM cases c WHERE c.id = case_id)
  AND (level IS NULL OR level IN ('public', 'internal') OR ((level <> 'sealed' OR (SELECT app_is_assured())) AND app_is_member(case_id))));
CREATE POLICY changes ON follow_ups FOR UPDATE TO tracker_app USING (
  (SELECT true FROM cases c WHERE c.id = case_id)
  AND (level IS NULL OR level IN ('public', 'internal') OR ((level <> 'sealed' OR (SELECT app_is_assured())) AND app_is_member(case_id))));
CREATE POLICY makes ON follow_ups FOR INSERT TO tracker_app WITH CHECK (
  (SELECT true FROM cases c WHERE c.id = case_id)
  AND (app_works_on(case_id, 'legal_officer', 'coordinator') OR (recurrence_of_id IS NOT NULL AND app_is_assigned(recurrence_of_id)))
  AND (level IS NULL OR level IN ('public', 'internal') OR ((level <> 'sealed' OR (SELECT app_is_assured())) AND app_is_member(case_id))));

-- Private facts are written by those who record contacts: by role, or as members and leads of a case where the contact has a role.
DROP POLICY sees ON contact_private;
CREATE POLICY sees ON contact_private FOR SELECT TO tracker_app USING (
  ((SELECT app_has_role('legal_officer', 'coordinator')) AND (SELECT true FROM contacts c WHERE c.id = contact_id))
  OR (SELECT true FROM contacts c WHERE c.id = contact_id AND c.compartment_id IS NOT NULL AND app_is_member(c.compartment_id))
  OR (SELECT true FROM case_contacts cc WHERE cc.contact_id = contact_private.contact_id AND app_is_member(cc.case_id) LIMIT 1));
DO $$
DECLARE
  rule CONSTANT text := $rule$
    ((SELECT app_has_role('legal_officer', 'coordinator')) AND (SELECT true FROM contacts c WHERE c.id = contact_id))
    OR (SELECT true FROM contacts c WHERE c.id = contact_id AND c.compartment_id IS NOT NULL AND app_works_on(c.compartment_id, VARIADIC '{}'))
    OR (SELECT true FROM case_contacts cc WHERE cc.contact_id = contact_private.contact_id AND app_works_on(cc.case_id, VARIADIC '{}') LIMIT 1)$rule$;
BEGIN
  EXECUTE format('CREATE POLICY makes ON contact_private FOR INSERT TO tracker_app WITH CHECK (%s)', rule);
  EXECUTE format('CREATE POLICY changes ON contact_private FOR UPDATE TO tracker_app USING (%s)', rule);
  EXECUTE format('CREATE POLICY takes ON contact_private FOR DELETE TO tracker_app USING (%s)', rule);
END $$;
