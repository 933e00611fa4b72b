-- Whoever asked for a second person hears what was answered; other administrators and heads hear what two persons did that weighs; whoever
-- was taken off a case by somebody hears that.

ALTER TABLE reminders DROP CONSTRAINT ck_reminders_subject_type, ADD CONSTRAINT ck_reminders_subject_type CHECK (
  subject_type IN ('follow_up', 'case_event', 'case', 'commitment', 'membership', 'openpgp_key', 'approval', 'digest', 'summary', 'watchdog'));

GRANT SELECT (id, kind, case_id, asked_by_id, decision, decided_by_id, decided_at) ON approvals TO tracker_planner;
CREATE POLICY planner_sees_due_facts ON approvals FOR SELECT TO tracker_planner USING (true);
CREATE FUNCTION app_plan_approval() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM app_plan_subject('approval', NEW.id, NEW.case_id, NEW.decided_at);
  RETURN NULL;
END $$;
CREATE TRIGGER plan_answer AFTER UPDATE OF decision ON approvals FOR EACH ROW
  WHEN (OLD.decision IS NULL AND NEW.decision IN ('agreed', 'refused')) EXECUTE FUNCTION app_plan_approval();

-- By somebody else; what ran out by itself is told already (0014).
CREATE TRIGGER plan_taken_membership AFTER UPDATE OF ended_at ON case_memberships FOR EACH ROW
  WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL AND NEW.ended_by_id <> NEW.person_id AND NEW.approval_id IS NULL)
  EXECUTE FUNCTION app_plan_membership();

-- What somebody asked about something sealed is as secret.
CREATE OR REPLACE FUNCTION app_mail_is_sealed(of_case uuid, of_follow_up uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS
$$ SELECT EXISTS (SELECT 1 FROM cases WHERE id = of_case AND level = 'sealed')
       OR EXISTS (SELECT 1 FROM follow_ups WHERE id = of_follow_up AND level = 'sealed')
       OR EXISTS (SELECT 1 FROM case_events WHERE id = of_follow_up AND level = 'sealed')
       OR EXISTS (SELECT 1 FROM approvals WHERE id = of_follow_up AND kind = 'unseal')
       OR EXISTS (SELECT 1 FROM commitments m JOIN cases c ON c.id = m.case_id WHERE m.id = of_follow_up AND c.level = 'sealed')
       OR EXISTS (SELECT 1 FROM commitments m JOIN engagements g ON g.id = m.engagement_id WHERE m.id = of_follow_up
                  AND (g.level = 'sealed' OR (SELECT bool_and(c.level = 'sealed' OR c.removed_at IS NOT NULL)
                                                FROM engagement_cases x JOIN cases c ON c.id = x.case_id WHERE x.engagement_id = g.id))) $$;

-- What was agreed to and weighs stands before all who watch over it, whether they could have been the second person or not.
DROP POLICY sees ON approvals;
CREATE POLICY sees ON approvals FOR SELECT TO tracker_app USING (
  (case_id IS NULL OR ((SELECT true FROM cases c WHERE c.id = case_id) AND (object_id IS NULL OR (SELECT app_is_assured()))))
  AND (asked_by_id = (SELECT app_person()) OR app_seconds((SELECT app_person()), approvals)
       OR (decision = 'agreed' AND kind IN ('administrator', 'factors', 'hand_over', 'break_glass', 'erase', 'export_all')
           AND (SELECT app_has_role('head', 'administrator')))));
REVOKE EXECUTE ON FUNCTION app_plan_approval() FROM PUBLIC;
