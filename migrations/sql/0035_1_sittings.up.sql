-- Sittings of institutions: public dates, taken in from files. Everybody with an account sees them; those who keep calendars write.

CREATE TABLE sittings (
  id uuid NOT NULL,
  key varchar NOT NULL,
  institution varchar NOT NULL,
  name varchar NOT NULL,
  starts_on date NOT NULL,
  ends_on date,
  place varchar NOT NULL,
  certainty varchar NOT NULL,
  source varchar NOT NULL,
  taken_at timestamptz NOT NULL,
  taken_by_id uuid,
  CONSTRAINT pk_sittings PRIMARY KEY (id),
  CONSTRAINT uq_sittings_key UNIQUE (key),
  CONSTRAINT ck_sittings_institution CHECK (institution IN ('hrc', 'upr', 'asp', 'ep', 'pace', 'council', 'other')),
  CONSTRAINT ck_sittings_certainty CHECK (certainty IN ('confirmed', 'secondary', 'unverified')),
  CONSTRAINT ck_sittings_order CHECK (ends_on IS NULL OR ends_on >= starts_on),
  CONSTRAINT fk_sittings_taken_by_id_people FOREIGN KEY (taken_by_id) REFERENCES people (id)
);
CREATE INDEX ix_sittings_starts_on ON sittings (starts_on, id);
COMMENT ON COLUMN sittings.key IS 'its name in files, such as hrc-61';
COMMENT ON COLUMN sittings.ends_on IS 'last day; null: not known';
COMMENT ON COLUMN sittings.certainty IS 'confirmed: the institution says so; secondary: somebody else does; unverified: nobody was asked';
COMMENT ON COLUMN sittings.source IS 'where the dates stand';
COMMENT ON COLUMN sittings.taken_at IS 'when a file last made or changed it';
COMMENT ON COLUMN sittings.taken_by_id IS 'null: the operator';

ALTER TABLE sittings ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON sittings TO tracker_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON sittings TO tracker_operator;
CREATE POLICY operator_sees_all ON sittings TO tracker_operator USING (true) WITH CHECK (true);
CREATE POLICY sees ON sittings FOR SELECT TO tracker_app USING ((SELECT app_person()) IS NOT NULL);
CREATE POLICY adds ON sittings FOR INSERT TO tracker_app WITH CHECK (
  (SELECT app_has_role('administrator', 'coordinator')) AND taken_by_id = (SELECT app_person()));
CREATE POLICY changes ON sittings FOR UPDATE TO tracker_app USING ((SELECT app_has_role('administrator', 'coordinator')))
  WITH CHECK (taken_by_id = (SELECT app_person()));

ALTER TABLE calendar_feeds ADD COLUMN with_sittings boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN calendar_feeds.with_sittings IS 'sittings of institutions stand in it as well';

DROP FUNCTION app_calendar_feed(bytea);
CREATE FUNCTION app_calendar_feed(wanted bytea) RETURNS TABLE (id uuid, person_id uuid, name varchar, whose varchar, is_neutral boolean, with_sittings boolean,
      token_hash bytea, made_at timestamptz, last_used_at timestamptz, withdrawn_at timestamptz, seal bytea,
      language varchar, time_zone varchar, roles varchar[], gave_key boolean)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, public
    AS $$ SELECT f.id, f.person_id, f.name, f.whose, f.is_neutral, f.with_sittings, f.token_hash, f.made_at, f.last_used_at, f.withdrawn_at, f.seal,
                 p.language, p.time_zone, (SELECT array_agg(r.role) FROM person_roles r WHERE r.person_id = p.id),
                 EXISTS (SELECT 1 FROM openpgp_keys k WHERE k.person_id = p.id)
            FROM calendar_feeds f JOIN people p ON p.id = f.person_id
           WHERE f.token_hash = wanted AND f.withdrawn_at IS NULL AND p.active AND NOT p.must_change_password $$;
REVOKE EXECUTE ON FUNCTION app_calendar_feed(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_calendar_feed(bytea) TO tracker_app;
