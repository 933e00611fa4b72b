-- Whoever has a login of the database and none of the keys makes no way in: sessions and links are found by keyed digests and carry a seal,
-- passwords and passkeys are sealed for their person. Sessions end, and links that are open have to be made anew.

DELETE FROM sign_in_sessions;
ALTER TABLE sign_in_sessions ADD COLUMN seal bytea NOT NULL;
COMMENT ON COLUMN sign_in_sessions.seal IS 'keyed digest of whose it is, how it began and until when it lasts';

UPDATE invitations SET withdrawn_at = now() WHERE used_at IS NULL AND withdrawn_at IS NULL;
ALTER TABLE invitations ADD COLUMN seal bytea NOT NULL DEFAULT '';
ALTER TABLE invitations ALTER COLUMN seal DROP DEFAULT;
COMMENT ON COLUMN invitations.seal IS 'keyed digest of whom and what it is for, and until when';
COMMENT ON COLUMN invitations.token_hash IS 'keyed digest of what stands in the link';

ALTER TABLE person_passwords ADD COLUMN hash_sealed bytea;
COMMENT ON COLUMN person_passwords.hash_sealed IS 'argon2id, PHC string, sealed; no row: nobody signs in with a password';
ALTER TABLE passkeys ADD COLUMN public_key_sealed bytea;
COMMENT ON COLUMN passkeys.public_key_sealed IS 'COSE, in base64, sealed';
