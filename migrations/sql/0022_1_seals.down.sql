ALTER TABLE passkeys ALTER COLUMN public_key SET NOT NULL, DROP COLUMN public_key_sealed;
ALTER TABLE person_passwords ALTER COLUMN password_hash SET NOT NULL, DROP COLUMN hash_sealed;

UPDATE invitations SET withdrawn_at = now() WHERE used_at IS NULL AND withdrawn_at IS NULL;
ALTER TABLE invitations DROP COLUMN seal;
COMMENT ON COLUMN invitations.token_hash IS 'SHA-256 of what stands in the link';

DELETE FROM sign_in_sessions;
ALTER TABLE sign_in_sessions DROP COLUMN seal;
