ALTER TABLE person_passwords ALTER COLUMN hash_sealed SET NOT NULL, DROP COLUMN password_hash;
ALTER TABLE passkeys ALTER COLUMN public_key_sealed SET NOT NULL, DROP COLUMN public_key;
