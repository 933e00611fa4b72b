-- Addresses by which calendar programs fetch somebody's days (ADR 28). Found by the keyed digest of a token, as sessions are.

CREATE TABLE calendar_feeds (
  id uuid NOT NULL,
  person_id uuid NOT NULL,
  name varchar NOT NULL,
  whose varchar NOT NULL,
  is_neutral boolean NOT NULL,
  token_hash bytea NOT NULL,
  made_at timestamptz NOT NULL,
  last_used_at timestamptz,
  withdrawn_at timestamptz,
  seal bytea NOT NULL,
  CONSTRAINT pk_calendar_feeds PRIMARY KEY (id),
  CONSTRAINT uq_calendar_feeds_token_hash UNIQUE (token_hash),
  CONSTRAINT ck_calendar_feeds_whose CHECK (whose IN ('own', 'team')),
  CONSTRAINT fk_calendar_feeds_person_id_people FOREIGN KEY (person_id) REFERENCES people (id) ON DELETE CASCADE
);
CREATE INDEX ix_calendar_feeds_person_id ON calendar_feeds (person_id);
COMMENT ON COLUMN calendar_feeds.name IS 'where its person uses it, in their words';
COMMENT ON COLUMN calendar_feeds.whose IS 'own: their work; team: all that they see';
COMMENT ON COLUMN calendar_feeds.is_neutral IS 'every line is a day and a number, whatever it is about';
COMMENT ON COLUMN calendar_feeds.token_hash IS 'keyed digest of what stands in the address';
COMMENT ON COLUMN calendar_feeds.made_at IS 'when the address was made or renewed';
COMMENT ON COLUMN calendar_feeds.seal IS 'keyed digest of whose it is and what it shows';

ALTER TABLE calendar_feeds ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON calendar_feeds TO tracker_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON calendar_feeds TO tracker_operator;
CREATE POLICY operator_sees_all ON calendar_feeds TO tracker_operator USING (true) WITH CHECK (true);
CREATE POLICY owns ON calendar_feeds TO tracker_app USING (person_id = (SELECT app_person()))
  WITH CHECK (person_id = (SELECT app_person()));
-- Whoever lets somebody go, and whoever lost what they sign in with, withdraws the addresses and does nothing else with them.
CREATE POLICY ends ON calendar_feeds FOR SELECT TO tracker_app USING (
  person_id = (SELECT app_signing_in()) OR (SELECT app_manages_people()));
CREATE POLICY withdraws ON calendar_feeds FOR UPDATE TO tracker_app USING (
  person_id = (SELECT app_signing_in()) OR (SELECT app_manages_people())) WITH CHECK (withdrawn_at IS NOT NULL);

-- The living address behind a token's digest, which nobody can guess, with what its person is now; nothing for who has left or has
-- a password that somebody else knows.
CREATE FUNCTION app_calendar_feed(wanted bytea) RETURNS TABLE (id uuid, person_id uuid, name varchar, whose varchar, is_neutral boolean,
      token_hash bytea, made_at timestamptz, last_used_at timestamptz, withdrawn_at timestamptz, seal bytea,
      language varchar, time_zone varchar, roles varchar[], gave_key boolean)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, public
    AS $$ SELECT f.id, f.person_id, f.name, f.whose, f.is_neutral, f.token_hash, f.made_at, f.last_used_at, f.withdrawn_at, f.seal,
                 p.language, p.time_zone, (SELECT array_agg(r.role) FROM person_roles r WHERE r.person_id = p.id),
                 EXISTS (SELECT 1 FROM openpgp_keys k WHERE k.person_id = p.id)
            FROM calendar_feeds f JOIN people p ON p.id = f.person_id
           WHERE f.token_hash = wanted AND f.withdrawn_at IS NULL AND p.active AND NOT p.must_change_password $$;
REVOKE EXECUTE ON FUNCTION app_calendar_feed(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_calendar_feed(bytea) TO tracker_app;

CREATE OR REPLACE FUNCTION app_erase_account(wanted uuid, also text[]) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE mark text := 'Former colleague [' || left(wanted::text, 8) || ']'; names text[]; forgotten text;
BEGIN
  SELECT also || p.name::text || p.email::text INTO names FROM people p WHERE p.id = wanted AND NOT p.active FOR UPDATE;
  IF names IS NULL THEN RETURN -1; END IF;
  FOREACH forgotten IN ARRAY ARRAY['person_passwords', 'totp_factors', 'passkeys', 'recovery_codes', 'invitations', 'sign_in_sessions', 'drafts',
      'reminder_preferences', 'openpgp_keys', 'person_roles', 'case_visits', 'case_watchers', 'follow_up_watchers',
      'person_pictures', 'dossier_imports', 'calendar_feeds'] LOOP
    EXECUTE format('DELETE FROM %I WHERE person_id = $1', forgotten) USING wanted;
  END LOOP;
  DELETE FROM saved_views WHERE owner_id = wanted AND NOT is_shared;
  UPDATE reminder_preferences SET substitute_id = NULL WHERE substitute_id = wanted;
  UPDATE people SET name = mark, email = 'erased-' || wanted::text || '@invalid', language = 'en', time_zone = 'UTC', country = NULL, picture = NULL,
         mail_fault = NULL, mail_fault_at = NULL, version = version + 1
   WHERE id = wanted;
  RETURN app_erase_words(names, mark);
END $$;
