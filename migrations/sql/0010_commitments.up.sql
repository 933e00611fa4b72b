-- A commitment with a day, of which no follow-up asks, is told to whoever recorded it: planning reads when it is due and who may see it.
GRANT SELECT (id, engagement_id, case_id, due_on, status, created_by_id, created_at) ON commitments TO tracker_planner;
GRANT SELECT (id, level, created_by_id) ON engagements TO tracker_planner;
GRANT SELECT (engagement_id, case_id) ON engagement_cases TO tracker_planner;
CREATE POLICY planner_sees_due_facts ON commitments FOR SELECT TO tracker_planner USING (true);
CREATE POLICY planner_sees_due_facts ON engagements FOR SELECT TO tracker_planner USING (true);
CREATE POLICY planner_sees_due_facts ON engagement_cases FOR SELECT TO tracker_planner USING (true);

-- Asked for by the rows themselves: an import and a merge go past the services. `created_at` is past: the next tick looks.
CREATE FUNCTION app_plan_commitment() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM app_plan_subject('commitment', NEW.id, NEW.case_id, NEW.created_at);
  RETURN NULL;
END $$;
CREATE TRIGGER plan_new_commitment AFTER INSERT ON commitments FOR EACH ROW
  WHEN (NEW.status = 'open' AND NEW.due_on IS NOT NULL) EXECUTE FUNCTION app_plan_commitment();
CREATE TRIGGER plan_commitment AFTER UPDATE OF due_on, status, case_id, engagement_id ON commitments FOR EACH ROW
  WHEN ((NEW.due_on, NEW.status, NEW.case_id, NEW.engagement_id) IS DISTINCT FROM (OLD.due_on, OLD.status, OLD.case_id, OLD.engagement_id))
  EXECUTE FUNCTION app_plan_commitment();

-- Once a follow-up asks, that one is told; without it the commitment is again.
CREATE FUNCTION app_plan_checked() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE asked follow_ups := coalesce(NEW, OLD);
BEGIN
  PERFORM app_plan_subject('commitment', asked.commitment_id, NULL, asked.created_at);
  RETURN NULL;
END $$;
CREATE TRIGGER plan_checked AFTER INSERT ON follow_ups FOR EACH ROW
  WHEN (NEW.commitment_id IS NOT NULL) EXECUTE FUNCTION app_plan_checked();
CREATE TRIGGER plan_unchecked AFTER DELETE ON follow_ups FOR EACH ROW
  WHEN (OLD.commitment_id IS NOT NULL) EXECUTE FUNCTION app_plan_checked();
REVOKE EXECUTE ON FUNCTION app_plan_commitment(), app_plan_checked() FROM PUBLIC;

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
   WHERE r.recipient_id = wanted AND r.status = 'planned' AND r.subject_type IN ('case_event', 'case', 'summary', 'commitment')
  UNION SELECT 'summary', r.person_id, NULL, at FROM person_roles r WHERE r.person_id = wanted AND r.role = 'head'
  ON CONFLICT (subject_type, subject_id) DO UPDATE SET next_plan_at = least(reminder_plans.next_plan_at, excluded.next_plan_at);
END $$;

-- `DISTINCT ON`: what stands in the outbox may still name the case that a commitment had before.
CREATE OR REPLACE FUNCTION app_plan_case(wanted uuid, at timestamptz) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  UPDATE follow_ups SET next_plan_at = at WHERE id IN (
    SELECT f.id FROM follow_ups f WHERE f.id IN (
      SELECT o.id FROM follow_ups o WHERE o.case_id = wanted AND o.status IN ('open', 'in_progress', 'waiting')
      UNION SELECT r.subject_id FROM reminders r WHERE r.case_id = wanted AND r.status = 'planned' AND r.subject_type = 'follow_up')
    ORDER BY f.id FOR NO KEY UPDATE OF f);
  INSERT INTO reminder_plans (subject_type, subject_id, case_id, next_plan_at)
  SELECT DISTINCT ON (kind, id) kind, id, wanted, at FROM (
    SELECT r.subject_type AS kind, r.subject_id AS id FROM reminders r
     WHERE r.case_id = wanted AND r.status = 'planned' AND r.subject_type IN ('case_event', 'case', 'commitment')
    UNION SELECT 'case', c.id FROM cases c WHERE c.id = wanted AND c.expires_on IS NOT NULL
    UNION SELECT 'commitment', m.id FROM commitments m WHERE m.case_id = wanted AND m.status = 'open' AND m.due_on IS NOT NULL
    UNION SELECT 'commitment', m.id FROM engagement_cases x JOIN commitments m ON m.engagement_id = x.engagement_id
           WHERE x.case_id = wanted AND m.status = 'open' AND m.due_on IS NOT NULL) AS concerned
  ON CONFLICT (subject_type, subject_id) DO UPDATE SET next_plan_at = least(reminder_plans.next_plan_at, excluded.next_plan_at);
END $$;

-- Mail about what was said at a sealed meeting, or at one about a sealed case, is as sealed.
CREATE OR REPLACE FUNCTION app_mail_is_sealed(of_case uuid, of_follow_up uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS
$$ SELECT EXISTS (SELECT 1 FROM cases WHERE id = of_case AND level = 'sealed')
       OR EXISTS (SELECT 1 FROM follow_ups WHERE id = of_follow_up AND level = 'sealed')
       OR EXISTS (SELECT 1 FROM case_events WHERE id = of_follow_up AND level = 'sealed')
       OR EXISTS (SELECT 1 FROM commitments m JOIN cases c ON c.id = m.case_id WHERE m.id = of_follow_up AND c.level = 'sealed')
       OR EXISTS (SELECT 1 FROM commitments m JOIN engagements g ON g.id = m.engagement_id WHERE m.id = of_follow_up
                  AND (g.level = 'sealed' OR EXISTS (SELECT 1 FROM engagement_cases x JOIN cases c ON c.id = x.case_id
                                                      WHERE x.engagement_id = g.id AND c.level = 'sealed'))) $$;

CREATE POLICY sees_on_commitment ON reminders FOR SELECT TO tracker_app USING (
  subject_type = 'commitment' AND (SELECT true FROM commitments m WHERE m.id = subject_id));
CREATE POLICY settles_on_commitment ON reminders FOR UPDATE TO tracker_app USING (
  subject_type = 'commitment' AND (SELECT true FROM commitments m WHERE m.id = subject_id));

INSERT INTO reminder_plans (subject_type, subject_id, case_id, next_plan_at)
SELECT 'commitment', m.id, m.case_id, now() FROM commitments m
 WHERE m.status = 'open' AND m.due_on IS NOT NULL AND NOT EXISTS (SELECT FROM follow_ups f WHERE f.commitment_id = m.id);
