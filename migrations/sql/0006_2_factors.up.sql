-- What somebody signs in with. A row is there for its own person only, and for whoever is about to sign in as them.

CREATE FUNCTION app_signing_in() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, public
    AS $$ SELECT nullif(current_setting('app.signing_in', true), '')::uuid $$;

CREATE TABLE person_passwords (
    person_id uuid NOT NULL,
    password_hash varchar NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT pk_person_passwords PRIMARY KEY (person_id),
    CONSTRAINT fk_person_passwords_person_id FOREIGN KEY (person_id) REFERENCES people (id) ON DELETE CASCADE
);
COMMENT ON COLUMN person_passwords.password_hash IS 'argon2id, PHC string; no row: nobody signs in with a password';
INSERT INTO person_passwords (person_id, password_hash, changed_at)
    SELECT id, password_hash, created_at FROM people WHERE password_hash IS NOT NULL;
ALTER TABLE people DROP COLUMN password_hash;

CREATE TABLE totp_factors (
    person_id uuid NOT NULL,
    secret_sealed bytea NOT NULL,
    last_step bigint NOT NULL,
    confirmed_at timestamptz NOT NULL,
    CONSTRAINT pk_totp_factors PRIMARY KEY (person_id),
    CONSTRAINT fk_totp_factors_person_id FOREIGN KEY (person_id) REFERENCES people (id) ON DELETE CASCADE
);
COMMENT ON COLUMN totp_factors.last_step IS 'the half minute of the last code used: codes of it and before are worth nothing';

CREATE TABLE passkeys (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    credential_id bytea NOT NULL,
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    transports jsonb NOT NULL,
    aaguid varchar NOT NULL,
    is_backed_up boolean NOT NULL,
    name varchar NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz,
    regressed_at timestamptz,
    CONSTRAINT pk_passkeys PRIMARY KEY (id),
    CONSTRAINT uq_passkeys_credential_id UNIQUE (credential_id),
    CONSTRAINT fk_passkeys_person_id FOREIGN KEY (person_id) REFERENCES people (id) ON DELETE CASCADE
);
CREATE INDEX ix_passkeys_person_id ON passkeys (person_id);
COMMENT ON COLUMN passkeys.public_key IS 'COSE';
COMMENT ON COLUMN passkeys.is_backed_up IS 'the device keeps copies of it elsewhere';
COMMENT ON COLUMN passkeys.regressed_at IS 'when its counter last went backwards: there may be a copy';

CREATE TABLE recovery_codes (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    code_hash bytea NOT NULL,
    made_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT pk_recovery_codes PRIMARY KEY (id),
    CONSTRAINT uq_recovery_codes_person_id_code_hash UNIQUE (person_id, code_hash),
    CONSTRAINT fk_recovery_codes_person_id FOREIGN KEY (person_id) REFERENCES people (id) ON DELETE CASCADE
);
COMMENT ON COLUMN recovery_codes.code_hash IS 'keyed hash';

CREATE TABLE invitations (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    purpose varchar NOT NULL,
    token_hash bytea NOT NULL,
    made_by_id uuid,
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    withdrawn_at timestamptz,
    CONSTRAINT pk_invitations PRIMARY KEY (id),
    CONSTRAINT ck_invitations_purpose CHECK (purpose IN ('invite', 'password', 'factors')),
    CONSTRAINT uq_invitations_token_hash UNIQUE (token_hash),
    CONSTRAINT fk_invitations_person_id FOREIGN KEY (person_id) REFERENCES people (id) ON DELETE CASCADE,
    CONSTRAINT fk_invitations_made_by_id FOREIGN KEY (made_by_id) REFERENCES people (id)
);
CREATE INDEX ix_invitations_person_id ON invitations (person_id);
COMMENT ON COLUMN invitations.purpose IS 'invite: a new account; password: a forgotten one; factors: everything was lost';
COMMENT ON COLUMN invitations.token_hash IS 'SHA-256 of what stands in the link';
COMMENT ON COLUMN invitations.made_by_id IS 'null: the operator';

CREATE TABLE used_challenges (
    challenge_hash bytea NOT NULL,
    until timestamptz NOT NULL,
    CONSTRAINT pk_used_challenges PRIMARY KEY (challenge_hash)
);
CREATE INDEX ix_used_challenges_until ON used_challenges (until);
COMMENT ON COLUMN used_challenges.until IS 'when it would have run out by itself';

ALTER TABLE sign_in_attempts
    ADD COLUMN purpose varchar NOT NULL DEFAULT 'password',
    ADD CONSTRAINT ck_sign_in_attempts_purpose CHECK (purpose IN ('password', 'totp', 'recovery', 'passkey', 'invitation'));
COMMENT ON COLUMN sign_in_attempts.purpose IS 'what was guessed at; each is counted for itself';
COMMENT ON COLUMN sign_in_attempts.account_hash IS 'keyed hash of the address typed, or of what else was tried';

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['person_passwords', 'totp_factors', 'passkeys', 'recovery_codes', 'invitations',
      'used_challenges', 'sign_in_attempts'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY operator_sees_all ON %I TO tracker_operator USING (true) WITH CHECK (true)', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tracker_operator', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['person_passwords', 'totp_factors', 'passkeys', 'recovery_codes'] LOOP
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tracker_app', name);
    EXECUTE format('CREATE POLICY owns ON %I TO tracker_app USING (
      person_id = (SELECT app_person()) OR person_id = (SELECT app_signing_in()))', name);
  END LOOP;
END $$;
-- Whoever makes an account may give it its first password; nobody but its owner changes or reads one.
CREATE POLICY makes ON person_passwords FOR INSERT TO tracker_app WITH CHECK ((SELECT app_manages_people()));

GRANT SELECT, INSERT, UPDATE ON invitations TO tracker_app;
CREATE POLICY sees ON invitations FOR SELECT TO tracker_app USING (
  person_id = (SELECT app_signing_in()) OR (SELECT app_manages_people()));
CREATE POLICY makes ON invitations FOR INSERT TO tracker_app WITH CHECK (
  (SELECT app_manages_people()) AND made_by_id = (SELECT app_person()));
CREATE POLICY uses ON invitations FOR UPDATE TO tracker_app USING (
  person_id = (SELECT app_signing_in()) OR (SELECT app_manages_people()));

GRANT SELECT, INSERT, DELETE ON used_challenges TO tracker_app;
CREATE POLICY burns ON used_challenges TO tracker_app USING (true) WITH CHECK (true);
CREATE POLICY counts ON sign_in_attempts TO tracker_app USING (true) WITH CHECK (true);

DROP POLICY ends ON sign_in_sessions;
CREATE POLICY ends ON sign_in_sessions FOR UPDATE TO tracker_app USING (
  person_id = (SELECT app_person()) OR person_id = (SELECT app_signing_in()) OR (SELECT app_manages_people()));

-- Whose passkey, whose link: asked before anybody is known, about values that nobody can guess.
CREATE FUNCTION app_owner_of_passkey(wanted bytea) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$ SELECT k.person_id FROM passkeys k JOIN people p ON p.id = k.person_id WHERE k.credential_id = wanted AND p.active $$;
CREATE FUNCTION app_owner_of_invitation(wanted bytea) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$ SELECT i.person_id FROM invitations i JOIN people p ON p.id = i.person_id WHERE i.token_hash = wanted AND p.active $$;
-- For those who manage accounts: what people can sign in with, as numbers.
CREATE FUNCTION app_means_of_signing_in() RETURNS TABLE (person_id uuid, has_password boolean, has_totp boolean, passkeys integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$ SELECT p.id, EXISTS (SELECT FROM person_passwords w WHERE w.person_id = p.id),
                 EXISTS (SELECT FROM totp_factors t WHERE t.person_id = p.id),
                 (SELECT count(*)::integer FROM passkeys k WHERE k.person_id = p.id)
            FROM people p WHERE app_has_role('administrator') $$;
REVOKE EXECUTE ON FUNCTION app_owner_of_passkey(bytea), app_owner_of_invitation(bytea), app_means_of_signing_in() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_owner_of_passkey(bytea), app_owner_of_invitation(bytea), app_means_of_signing_in()
    TO tracker_app, tracker_operator;
