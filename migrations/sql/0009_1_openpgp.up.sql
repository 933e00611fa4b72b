-- People's public OpenPGP keys. A mail is written by a job that acts as its recipient, so everybody's own row is enough.

CREATE TABLE openpgp_keys (
  person_id uuid NOT NULL,
  cert bytea NOT NULL,
  fingerprint varchar NOT NULL,
  expires_at timestamptz,
  given_at timestamptz NOT NULL,
  CONSTRAINT pk_openpgp_keys PRIMARY KEY (person_id),
  CONSTRAINT fk_openpgp_keys_person_id_people FOREIGN KEY (person_id) REFERENCES people (id) ON DELETE CASCADE
);
COMMENT ON COLUMN openpgp_keys.cert IS 'the public certificate, binary (RFC 9580)';
COMMENT ON COLUMN openpgp_keys.expires_at IS 'when nothing can be encrypted to it any more';

ALTER TABLE openpgp_keys ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON openpgp_keys TO tracker_app, tracker_operator;
GRANT SELECT (person_id, fingerprint, expires_at) ON openpgp_keys TO tracker_planner;
CREATE POLICY operator_sees_all ON openpgp_keys TO tracker_operator USING (true) WITH CHECK (true);
CREATE POLICY planner_sees_due_facts ON openpgp_keys FOR SELECT TO tracker_planner USING (true);
CREATE POLICY owns ON openpgp_keys TO tracker_app USING (person_id = (SELECT app_person()))
  WITH CHECK (person_id = (SELECT app_person()));
