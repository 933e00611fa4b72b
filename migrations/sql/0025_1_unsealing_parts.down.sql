DROP POLICY lowers ON documents;
REVOKE UPDATE ON documents FROM tracker_app;
GRANT UPDATE ON documents TO tracker_app;
DROP TRIGGER guards_unsealing ON documents;
DROP TRIGGER guards_unsealing ON engagements;
DROP FUNCTION app_guards_unsealing_record();
DROP TRIGGER guards_unsealing ON case_events;
DROP FUNCTION app_guards_entry_anew();
DROP TRIGGER guards_level ON case_events;
DROP FUNCTION app_guards_entry_level();
REVOKE UPDATE (level) ON case_events FROM tracker_app;
DROP TRIGGER guards_unsealing ON follow_ups;
DROP FUNCTION app_guards_unsealing_work();
DROP FUNCTION app_higher_level(varchar, varchar);
-- What was asked about a thing on a case has no place in the older form.
UPDATE approvals SET decision = 'withdrawn', decided_by_id = asked_by_id, decided_at = now()
 WHERE kind = 'unseal' AND object_id IS NOT NULL AND decision IS NULL;
DROP POLICY sees ON approvals;
CREATE POLICY sees ON approvals FOR SELECT TO tracker_app USING (
  (case_id IS NULL OR (SELECT true FROM cases c WHERE c.id = case_id))
  AND (asked_by_id = (SELECT app_person()) OR app_seconds((SELECT app_person()), approvals)));
