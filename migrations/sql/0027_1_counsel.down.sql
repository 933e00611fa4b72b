DROP POLICY sees ON case_memberships;
CREATE POLICY sees ON case_memberships FOR SELECT TO tracker_app USING (
  (person_id = (SELECT app_person()) AND ended_at IS NULL AND (ends_at IS NULL OR ends_at > now())
   AND ((SELECT app_is_assured()) OR app_is_member(case_id)))
  OR (SELECT true FROM cases c WHERE c.id = case_id));

DROP POLICY reads ON audit_entries;
CREATE POLICY reads ON audit_entries FOR SELECT TO tracker_app USING (
  CASE WHEN case_id IS NOT NULL THEN (SELECT true FROM cases c WHERE c.id = case_id) AND app_sees_object(object_type, object_id)
       WHEN object_type IN ('person', 'command') THEN actor_id = (SELECT app_person()) OR (SELECT app_has_role('administrator'))
       WHEN object_type IN ('list', 'dossier_file', 'saved_view') THEN actor_id = (SELECT app_person())
       ELSE (actor_id = (SELECT app_person()) OR (SELECT app_has_role('administrator'))) AND app_sees_object(object_type, object_id) END);
