DROP POLICY sees ON approvals;
CREATE POLICY sees ON approvals FOR SELECT TO tracker_app USING (
  (case_id IS NULL OR ((SELECT true FROM cases c WHERE c.id = case_id) AND (object_id IS NULL OR (SELECT app_is_assured()))))
  AND (asked_by_id = (SELECT app_person()) OR app_seconds((SELECT app_person()), approvals)));
CREATE OR REPLACE FUNCTION app_mail_is_sealed(of_case uuid, of_follow_up uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS
$$ SELECT EXISTS (SELECT 1 FROM cases WHERE id = of_case AND level = 'sealed')
       OR EXISTS (SELECT 1 FROM follow_ups WHERE id = of_follow_up AND level = 'sealed')
       OR EXISTS (SELECT 1 FROM case_events WHERE id = of_follow_up AND level = 'sealed')
       OR EXISTS (SELECT 1 FROM commitments m JOIN cases c ON c.id = m.case_id WHERE m.id = of_follow_up AND c.level = 'sealed')
       OR EXISTS (SELECT 1 FROM commitments m JOIN engagements g ON g.id = m.engagement_id WHERE m.id = of_follow_up
                  AND (g.level = 'sealed' OR (SELECT bool_and(c.level = 'sealed' OR c.removed_at IS NOT NULL)
                                                FROM engagement_cases x JOIN cases c ON c.id = x.case_id WHERE x.engagement_id = g.id))) $$;
DROP TRIGGER plan_taken_membership ON case_memberships;
DROP TRIGGER plan_answer ON approvals;
DROP FUNCTION app_plan_approval();
DROP POLICY planner_sees_due_facts ON approvals;
REVOKE SELECT (id, kind, case_id, asked_by_id, decision, decided_by_id, decided_at) ON approvals FROM tracker_planner;
DELETE FROM reminder_plans WHERE subject_type = 'approval';
DELETE FROM reminders WHERE subject_type = 'approval' OR kind = 'membership_taken';
ALTER TABLE reminders DROP CONSTRAINT ck_reminders_subject_type, ADD CONSTRAINT ck_reminders_subject_type CHECK (
  subject_type IN ('follow_up', 'case_event', 'case', 'commitment', 'membership', 'openpgp_key', 'digest', 'summary', 'watchdog'));
