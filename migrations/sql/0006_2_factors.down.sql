DROP FUNCTION app_means_of_signing_in();
DROP FUNCTION app_owner_of_invitation(bytea);
DROP FUNCTION app_owner_of_passkey(bytea);

DROP POLICY ends ON sign_in_sessions;
CREATE POLICY ends ON sign_in_sessions FOR UPDATE TO tracker_app USING (
  person_id = (SELECT app_person()) OR (SELECT app_manages_people()));

DROP POLICY counts ON sign_in_attempts;
DROP POLICY operator_sees_all ON sign_in_attempts;
ALTER TABLE sign_in_attempts DISABLE ROW LEVEL SECURITY;
ALTER TABLE sign_in_attempts DROP COLUMN purpose;
COMMENT ON COLUMN sign_in_attempts.account_hash IS 'keyed hash of the address typed';

ALTER TABLE people ADD COLUMN password_hash varchar;
COMMENT ON COLUMN people.password_hash IS 'argon2id, PHC string; null: can''t sign in';
UPDATE people p SET password_hash = w.password_hash FROM person_passwords w WHERE w.person_id = p.id;

DROP TABLE used_challenges, invitations, recovery_codes, passkeys, totp_factors, person_passwords;
DROP FUNCTION app_signing_in();
