ALTER POLICY sees ON reminder_rules USING (case_id IS NULL OR (SELECT true FROM cases c WHERE c.id = case_id)) WITH CHECK (
  (case_id IS NULL AND ((SELECT app_has_role('administrator')) OR (SELECT app_has_role('coordinator')))) OR (SELECT true FROM cases c WHERE c.id = case_id));
