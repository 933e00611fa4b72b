DROP POLICY gives ON person_roles;
CREATE POLICY gives ON person_roles FOR INSERT TO tracker_app WITH CHECK (
  ((SELECT app_manages_people()) AND (role <> 'administrator' OR (SELECT app_person()) IS NULL))
  OR (role = 'administrator' AND app_agreed('administrator', NULL, person_id, '{}')));
