-- As 0009 left it.

DELETE FROM reminder_plans WHERE subject_type = 'commitment';
DELETE FROM reminders WHERE subject_type = 'commitment';
DROP POLICY settles_on_commitment ON reminders;
DROP POLICY sees_on_commitment ON reminders;
CREATE OR REPLACE FUNCTION app_mail_is_sealed(of_case uuid, of_follow_up uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS
$$ SELECT EXISTS (SELECT 1 FROM cases WHERE id = of_case AND level = 'sealed')
       OR EXISTS (SELECT 1 FROM follow_ups WHERE id = of_follow_up AND level = 'sealed')
       OR EXISTS (SELECT 1 FROM case_events WHERE id = of_follow_up AND level = 'sealed') $$;

CREATE OR REPLACE FUNCTION app_plan_case(wanted uuid, at timestamptz) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
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

DROP TRIGGER plan_unchecked ON follow_ups;
DROP TRIGGER plan_checked ON follow_ups;
DROP TRIGGER plan_commitment ON commitments;
DROP TRIGGER plan_new_commitment ON commitments;
DROP FUNCTION app_plan_checked();
DROP FUNCTION app_plan_commitment();
DROP POLICY planner_sees_due_facts ON engagement_cases;
DROP POLICY planner_sees_due_facts ON engagements;
DROP POLICY planner_sees_due_facts ON commitments;
REVOKE SELECT (engagement_id, case_id) ON engagement_cases FROM tracker_planner;
REVOKE SELECT (id, level, created_by_id) ON engagements FROM tracker_planner;
REVOKE SELECT (id, engagement_id, case_id, due_on, status, created_by_id, created_at) ON commitments FROM tracker_planner;
