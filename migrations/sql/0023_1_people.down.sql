-- As 0016 left it.

DROP POLICY sees ON reminder_preferences;
CREATE POLICY sees ON reminder_preferences FOR SELECT TO tracker_app USING ((SELECT app_person()) IS NOT NULL);
DROP POLICY sees ON person_roles;
CREATE POLICY sees ON person_roles FOR SELECT TO tracker_app USING (
  (SELECT app_person()) IS NOT NULL OR person_id = (SELECT app_signing_in()));
DROP POLICY sees ON people;
CREATE POLICY sees ON people FOR SELECT TO tracker_app USING (
  (SELECT app_person()) IS NOT NULL OR id = (SELECT app_signing_in()));
DROP FUNCTION app_known_people();
DROP FUNCTION app_knows_everybody();
