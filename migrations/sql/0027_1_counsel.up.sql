-- Of the people on a case outside counsel see those who work on it now: neither who worked on it before, but for memberships that they
-- ended themselves, nor who of the house read what and when. What was done to a follow-up stands on its page; what went with a removed
-- case comes back with it.

DROP POLICY sees ON case_memberships;
CREATE POLICY sees ON case_memberships FOR SELECT TO tracker_app USING (
  (person_id = (SELECT app_person()) AND ended_at IS NULL AND (ends_at IS NULL OR ends_at > now())
   AND ((SELECT app_is_assured()) OR app_is_member(case_id)))
  OR ((ended_at IS NULL OR (SELECT app_is_staff()) OR ended_by_id = (SELECT app_person()))
      AND (SELECT true FROM cases c WHERE c.id = case_id)));

DROP POLICY reads ON audit_entries;
CREATE POLICY reads ON audit_entries FOR SELECT TO tracker_app USING (
  CASE WHEN case_id IS NOT NULL THEN
         ((SELECT app_is_staff()) OR actor_id = (SELECT app_person()) OR action = 'case.removed'
          OR (object_type = 'follow_up' AND action <> 'follow_up.read'))
         AND (SELECT true FROM cases c WHERE c.id = case_id) AND app_sees_object(object_type, object_id)
       WHEN object_type IN ('person', 'command') THEN actor_id = (SELECT app_person()) OR (SELECT app_has_role('administrator'))
       WHEN object_type IN ('list', 'dossier_file', 'saved_view') THEN actor_id = (SELECT app_person())
       ELSE (actor_id = (SELECT app_person()) OR (SELECT app_has_role('administrator'))) AND app_sees_object(object_type, object_id) END);
