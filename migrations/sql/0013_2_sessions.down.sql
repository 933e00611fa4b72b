DROP POLICY sees ON sign_in_sessions;
CREATE POLICY sees ON sign_in_sessions FOR SELECT TO tracker_app USING (true);
DROP FUNCTION app_session_of_token(bytea);
