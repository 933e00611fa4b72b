-- As 0015 left it.

DROP POLICY sees ON reminder_preferences;
CREATE POLICY sees ON reminder_preferences FOR SELECT TO tracker_app USING (true);
DROP POLICY sees ON person_roles;
CREATE POLICY sees ON person_roles FOR SELECT TO tracker_app USING (true);
DROP POLICY sees ON people;
CREATE POLICY sees ON people FOR SELECT TO tracker_app USING (true);
DROP FUNCTION app_account_of_token(bytea);
DROP FUNCTION app_anybody_exists();
DROP FUNCTION app_person_of_address(text);
