DROP FUNCTION app_forget_guess(uuid, timestamptz);
DROP FUNCTION app_count_guess(uuid, bytea, bytea, text, timestamptz, integer, integer, integer, integer, boolean);
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_attempts TO tracker_app;
CREATE POLICY counts ON sign_in_attempts TO tracker_app USING (true) WITH CHECK (true);
