-- As 0007 left it.

DROP POLICY takes ON contact_private;
DROP POLICY changes ON contact_private;
DROP POLICY makes ON contact_private;
DROP POLICY sees ON contact_private;
CREATE POLICY sees ON contact_private TO tracker_app USING (
  ((SELECT app_has_role('legal_officer', 'coordinator')) AND (SELECT true FROM contacts c WHERE c.id = contact_id))
  OR (SELECT true FROM contacts c WHERE c.id = contact_id AND c.compartment_id IS NOT NULL AND app_is_member(c.compartment_id))
  OR (SELECT true FROM case_contacts cc WHERE cc.contact_id = contact_private.contact_id AND app_is_member(cc.case_id) LIMIT 1));
DROP POLICY makes ON follow_ups;
DROP POLICY changes ON follow_ups;
DROP POLICY sees ON follow_ups;
CREATE POLICY sees ON follow_ups TO tracker_app USING (
  (SELECT true FROM cases c WHERE c.id = case_id)
  AND (level IS NULL OR level IN ('public', 'internal') OR ((level <> 'sealed' OR (SELECT app_is_assured())) AND app_is_member(case_id))));
DROP TRIGGER guards_writing ON follow_ups;
DROP FUNCTION app_guards_follow_up();
DROP TRIGGER guards_writing ON cases;
DROP FUNCTION app_guards_case();
DROP FUNCTION app_changed(jsonb, jsonb, text[]);
DROP FUNCTION app_refuse_write(text);
DROP FUNCTION app_is_assigned(uuid);
DROP FUNCTION app_leads_case(uuid, uuid);
