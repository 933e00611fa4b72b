-- Administrators see no case by that role, and so they give themselves none that does: a second person agrees, as for the administrator's
-- role. What was agreed to is named in the request; an agreement about other roles makes nobody an administrator.

DROP POLICY gives ON person_roles;
CREATE POLICY gives ON person_roles FOR INSERT TO tracker_app WITH CHECK (
  ((SELECT app_manages_people()) AND (role <> 'administrator' OR (SELECT app_person()) IS NULL)
   AND person_id IS DISTINCT FROM (SELECT app_person()))
  OR (role = 'administrator' AND app_agreed('administrator', NULL, person_id, '{}'))
  OR (role <> 'administrator' AND app_agreed('administrator', NULL, person_id, jsonb_build_object('roles', jsonb_build_array(role)))));
