DROP FUNCTION app_note_throttled(uuid, bytea, timestamptz);
DROP FUNCTION app_audit_trail(uuid, text, timestamptz, timestamptz, text, timestamptz, uuid, integer);
DROP INDEX ix_audit_entries_actor;
DROP POLICY reads ON audit_entries;
CREATE POLICY reads ON audit_entries FOR SELECT TO tracker_app USING (
  actor_id = (SELECT app_person())
  OR (case_id IS NULL AND (SELECT app_has_role('administrator')))
  OR (SELECT true FROM cases c WHERE c.id = case_id
      AND (object_type <> 'case_event' OR (SELECT true FROM case_events e WHERE e.id = object_id))
      AND (object_type <> 'follow_up' OR (SELECT true FROM follow_ups f WHERE f.id = object_id))));
DROP FUNCTION app_sees_object(text, uuid);
