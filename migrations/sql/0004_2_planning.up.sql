-- What planning reads and writes beside the follow-ups of an assignee.

CREATE TABLE reminder_sweep (
  id boolean CONSTRAINT pk_reminder_sweep PRIMARY KEY DEFAULT true,
  cursor uuid NOT NULL,
  next_at timestamptz NOT NULL,
  hurries boolean NOT NULL DEFAULT false,
  CONSTRAINT ck_reminder_sweep_one CHECK (id)
);
COMMENT ON TABLE reminder_sweep IS 'how far the slow look at everything has come that finds what no change asked for';
COMMENT ON COLUMN reminder_sweep.cursor IS 'the last follow-up looked at';
COMMENT ON COLUMN reminder_sweep.next_at IS 'not to be gone on with before';
COMMENT ON COLUMN reminder_sweep.hurries IS 'a rule changed: on to the end without a rest';
INSERT INTO reminder_sweep (cursor, next_at) VALUES ('00000000-0000-0000-0000-000000000000', now() + interval '1 day');
ALTER TABLE reminder_sweep ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON reminder_sweep TO tracker_planner;
GRANT SELECT, INSERT, UPDATE, DELETE ON reminder_sweep TO tracker_operator;
CREATE POLICY operator_sees_all ON reminder_sweep TO tracker_operator USING (true) WITH CHECK (true);
CREATE POLICY planner_sees_due_facts ON reminder_sweep TO tracker_planner USING (true) WITH CHECK (true);

-- What was withdrawn from a digest and holds again is a line of no digest.
GRANT UPDATE (digest_id) ON reminders TO tracker_app;
GRANT SELECT (phase) ON cases TO tracker_planner;
GRANT SELECT (id, case_id, level, entered_by_id, entered_at, voided_at) ON case_events TO tracker_planner;
CREATE POLICY planner_sees_due_facts ON case_events FOR SELECT TO tracker_planner USING (true);

-- A person's zone, wishes, roles or account changed: everything that they are told of must be planned anew, also what whoever made the
-- change (an administrator) can't see. It gives nothing away and sends nothing by itself; the next ticks do the work, batch by batch.
CREATE OR REPLACE FUNCTION app_plan_again(wanted uuid, at timestamptz) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  UPDATE follow_ups SET next_plan_at = at WHERE id IN (
    SELECT f.id FROM follow_ups f WHERE f.id IN (
      SELECT o.id FROM follow_ups o WHERE o.assignee_id = wanted AND o.status IN ('open', 'in_progress', 'waiting')
      UNION SELECT o.id FROM follow_ups o JOIN reminder_preferences w ON w.person_id = o.assignee_id  -- whose substitute they are
             WHERE w.substitute_id = wanted AND w.away_until >= at::date - 1 AND o.status IN ('open', 'in_progress', 'waiting')
      UNION SELECT r.subject_id FROM reminders r  -- what they were promised as lead, coordinator, watcher
             WHERE r.recipient_id = wanted AND r.status = 'planned' AND r.subject_type = 'follow_up'
      UNION SELECT o.id FROM case_memberships m JOIN follow_ups o ON o.case_id = m.case_id  -- overdue where they lead
             WHERE m.person_id = wanted AND m.kind = 'lead' AND m.ended_at IS NULL
               AND o.due_on <= at::date AND o.status IN ('open', 'in_progress', 'waiting'))
    ORDER BY f.id FOR NO KEY UPDATE OF f);
  INSERT INTO reminder_plans (subject_type, subject_id, case_id, next_plan_at)
  SELECT DISTINCT r.subject_type, r.subject_id, r.case_id, at FROM reminders r
   WHERE r.recipient_id = wanted AND r.status = 'planned' AND r.subject_type IN ('case_event', 'case', 'summary')
  UNION SELECT 'summary', r.person_id, NULL, at FROM person_roles r WHERE r.person_id = wanted AND r.role = 'head'
  ON CONFLICT (subject_type, subject_id) DO UPDATE SET next_plan_at = least(reminder_plans.next_plan_at, excluded.next_plan_at);
END $$;

-- Who sees a case, or who leads it, or its rules, changed: what it makes people hear must be planned anew.
CREATE FUNCTION app_plan_case(wanted uuid, at timestamptz) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  UPDATE follow_ups SET next_plan_at = at WHERE id IN (
    SELECT f.id FROM follow_ups f WHERE f.id IN (
      SELECT o.id FROM follow_ups o WHERE o.case_id = wanted AND o.status IN ('open', 'in_progress', 'waiting')
      UNION SELECT r.subject_id FROM reminders r WHERE r.case_id = wanted AND r.status = 'planned' AND r.subject_type = 'follow_up')
    ORDER BY f.id FOR NO KEY UPDATE OF f);
  INSERT INTO reminder_plans (subject_type, subject_id, case_id, next_plan_at)
  SELECT DISTINCT r.subject_type, r.subject_id, r.case_id, at FROM reminders r
   WHERE r.case_id = wanted AND r.status = 'planned' AND r.subject_type IN ('case_event', 'case')
  UNION SELECT 'case', c.id, c.id, at FROM cases c WHERE c.id = wanted AND c.expires_on IS NOT NULL
  ON CONFLICT (subject_type, subject_id) DO UPDATE SET next_plan_at = least(reminder_plans.next_plan_at, excluded.next_plan_at);
END $$;

-- A rule of a pathway, or of everything, changed. Not a million rows in one request: the ticks walk through all open work at once.
CREATE FUNCTION app_plan_everything(at timestamptz) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF current_setting('role') <> 'tracker_operator' AND NOT app_has_role('administrator', 'coordinator') THEN
    RAISE EXCEPTION 'only administrators and coordinators set rules of pathways' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO reminder_sweep (cursor, next_at, hurries) VALUES ('00000000-0000-0000-0000-000000000000', at, true)
  ON CONFLICT (id) DO UPDATE SET cursor = excluded.cursor, next_at = excluded.next_at, hurries = true;
END $$;

REVOKE EXECUTE ON FUNCTION app_plan_case(uuid, timestamptz), app_plan_everything(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_plan_case(uuid, timestamptz), app_plan_everything(timestamptz) TO tracker_app, tracker_operator;

-- What a case's history makes people hear is asked for by the rows themselves: no path past the services forgets it, and a change of
-- status costs no statement more. An import by the operator (nobody acts) brings old news, which is told to nobody.
CREATE FUNCTION app_plan_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF NEW.voided_at IS NULL AND (app_person() IS NULL OR NOT EXISTS (SELECT FROM case_watchers w WHERE w.case_id = NEW.case_id)) THEN
    RETURN NULL;
  END IF;
  PERFORM app_plan_subject('case_event', NEW.id, NEW.case_id, coalesce(NEW.voided_at, NEW.entered_at));
  RETURN NULL;
END $$;
CREATE TRIGGER plan_entry AFTER INSERT ON case_events FOR EACH ROW
  WHEN (NEW.status IS NOT NULL AND NEW.voided_at IS NULL) EXECUTE FUNCTION app_plan_entry();
CREATE TRIGGER plan_voided AFTER UPDATE OF voided_at ON case_events FOR EACH ROW
  WHEN (NEW.status IS NOT NULL AND NEW.voided_at IS NOT NULL AND OLD.voided_at IS NULL) EXECUTE FUNCTION app_plan_entry();

CREATE FUNCTION app_plan_period() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM app_plan_subject('case', NEW.id, NEW.id, NEW.activity_at);
  RETURN NULL;
END $$;
CREATE TRIGGER plan_new_period AFTER INSERT ON cases FOR EACH ROW
  WHEN (NEW.expires_on IS NOT NULL) EXECUTE FUNCTION app_plan_period();
CREATE TRIGGER plan_period AFTER UPDATE OF expires_on, phase, removed_at ON cases FOR EACH ROW
  WHEN ((NEW.expires_on IS NOT NULL OR OLD.expires_on IS NOT NULL)
        AND (NEW.expires_on, NEW.phase, NEW.removed_at) IS DISTINCT FROM (OLD.expires_on, OLD.phase, OLD.removed_at))
  EXECUTE FUNCTION app_plan_period();
REVOKE EXECUTE ON FUNCTION app_plan_entry(), app_plan_period() FROM PUBLIC;

-- Periods that run, and heads' weeks, from the first tick on.
INSERT INTO reminder_plans (subject_type, subject_id, case_id, next_plan_at)
SELECT 'case', id, id, now() FROM cases WHERE expires_on >= current_date AND removed_at IS NULL
UNION ALL SELECT 'summary', person_id, NULL, now() FROM person_roles WHERE role = 'head';
