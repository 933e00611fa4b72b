ALTER TABLE person_passwords ADD COLUMN password_hash varchar;
COMMENT ON COLUMN person_passwords.password_hash IS 'argon2id, PHC string; no row: nobody signs in with a password';
ALTER TABLE passkeys ADD COLUMN public_key bytea;
COMMENT ON COLUMN passkeys.public_key IS 'COSE';
