-- Which field keys this database was written with. The check is a known word, sealed with the key: it opens with that very key only.
CREATE TABLE field_key_checks (
  key_id varchar NOT NULL,
  check_sealed bytea NOT NULL,
  first_seen_at timestamptz NOT NULL,
  retired_at timestamptz,
  CONSTRAINT pk_field_key_checks PRIMARY KEY (key_id)
);
ALTER TABLE field_key_checks ENABLE ROW LEVEL SECURITY;
CREATE POLICY operator_sees_all ON field_key_checks TO tracker_operator USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON field_key_checks TO tracker_operator;

-- The name of the key in an envelope: version, length, name, nonce, ciphertext.
CREATE FUNCTION sealed_key_id(envelope bytea) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS
$$ SELECT convert_from(substring(envelope FROM 3 FOR get_byte(envelope, 1)), 'UTF8') $$;
