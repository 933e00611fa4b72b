-- The audit as a chain. Entries are chained by a role of its own, a moment after they were written, with a key that is not in the
-- database; once a day the head is signed. Nobody but that role reads the chain: how long it is says how much is done on sealed cases.

DO $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'tracker_auditor') THEN
    BEGIN
      CREATE ROLE tracker_auditor NOLOGIN NOBYPASSRLS;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;  -- another migration made it meanwhile
    END;
  END IF;
  IF NOT pg_has_role(current_user, 'tracker_auditor', 'SET') THEN
    GRANT tracker_auditor TO CURRENT_USER WITH INHERIT FALSE, SET TRUE;
  END IF;
  GRANT USAGE ON SCHEMA public TO tracker_auditor;
END $$;

CREATE TABLE audit_links (
  position bigint NOT NULL,
  entry_id uuid NOT NULL,
  form smallint NOT NULL,
  key_id varchar NOT NULL,
  chained_at timestamptz NOT NULL,
  digest bytea NOT NULL,
  CONSTRAINT pk_audit_links PRIMARY KEY (position),
  CONSTRAINT uq_audit_links_entry_id UNIQUE (entry_id)
);
COMMENT ON COLUMN audit_links.entry_id IS 'no foreign key: an entry that is gone is to be found, not to be prevented';
COMMENT ON COLUMN audit_links.form IS 'version of the canonical form that was digested';
COMMENT ON COLUMN audit_links.digest IS 'HMAC-SHA-256 of the digest before and the entry';

CREATE TABLE audit_anchors (
  number integer NOT NULL,
  position bigint NOT NULL,
  digest bytea NOT NULL,
  made_at timestamptz NOT NULL,
  key_id varchar NOT NULL,
  signature bytea NOT NULL,
  mailed_at timestamptz,
  written_at timestamptz,
  CONSTRAINT pk_audit_anchors PRIMARY KEY (number)
);
COMMENT ON COLUMN audit_anchors.signature IS 'Ed25519 over number, digest and time';
COMMENT ON COLUMN audit_anchors.mailed_at IS 'when the relay took it';
COMMENT ON COLUMN audit_anchors.written_at IS 'when its file was written';

CREATE TABLE audit_checks (
  id uuid NOT NULL,
  at timestamptz NOT NULL,
  is_whole boolean NOT NULL,
  findings integer NOT NULL,
  last_anchor integer,
  CONSTRAINT pk_audit_checks PRIMARY KEY (id)
);
CREATE INDEX ix_audit_checks_at ON audit_checks (at);

ALTER TABLE audit_links ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_anchors ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_checks ENABLE ROW LEVEL SECURITY;

GRANT SELECT ON audit_entries TO tracker_auditor;
GRANT SELECT, INSERT ON audit_links, audit_anchors, audit_checks TO tracker_auditor;
GRANT UPDATE (mailed_at, written_at) ON audit_anchors TO tracker_auditor;
GRANT SELECT ON audit_checks TO tracker_app, tracker_operator;

CREATE POLICY auditor_reads ON audit_entries FOR SELECT TO tracker_auditor USING (true);
CREATE POLICY auditor_reads ON audit_links FOR SELECT TO tracker_auditor USING (true);
CREATE POLICY auditor_chains ON audit_links FOR INSERT TO tracker_auditor WITH CHECK (true);
CREATE POLICY auditor_reads ON audit_anchors FOR SELECT TO tracker_auditor USING (true);
CREATE POLICY auditor_anchors ON audit_anchors FOR INSERT TO tracker_auditor WITH CHECK (true);
CREATE POLICY auditor_sends ON audit_anchors FOR UPDATE TO tracker_auditor USING (true);
CREATE POLICY auditor_reads ON audit_checks FOR SELECT TO tracker_auditor USING (true);
CREATE POLICY auditor_notes ON audit_checks FOR INSERT TO tracker_auditor WITH CHECK (true);
CREATE POLICY operator_sees_all ON audit_checks TO tracker_operator USING (true);
CREATE POLICY sees ON audit_checks FOR SELECT TO tracker_app USING ((SELECT app_has_role('administrator')));
