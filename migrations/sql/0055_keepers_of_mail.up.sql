-- Mail is for administrators alone (access.md, "Doing"); a case's own rule stays with whoever manages the case.
ALTER POLICY sees ON reminder_rules USING (case_id IS NULL OR (SELECT true FROM cases c WHERE c.id = case_id)) WITH CHECK (
  (case_id IS NULL AND (SELECT app_has_role('administrator'))) OR (SELECT true FROM cases c WHERE c.id = case_id));
