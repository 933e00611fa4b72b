-- Secret notes: what is known of a case, a follow-up, a meeting or a contact and must not be read off a disk. Encrypted, in no search.
CREATE TABLE secret_notes (
  id uuid NOT NULL,
  object_type varchar NOT NULL,
  object_id uuid NOT NULL,
  case_id uuid,
  note_sealed bytea NOT NULL,
  written_by_id uuid,
  written_at timestamptz NOT NULL,
  CONSTRAINT pk_secret_notes PRIMARY KEY (id),
  CONSTRAINT ck_secret_notes_object_type CHECK (object_type IN ('case', 'follow_up', 'engagement', 'contact')),
  CONSTRAINT fk_secret_notes_case_id_cases FOREIGN KEY (case_id) REFERENCES cases (id) ON DELETE CASCADE,
  CONSTRAINT fk_secret_notes_written_by_id_people FOREIGN KEY (written_by_id) REFERENCES people (id)
);
COMMENT ON COLUMN secret_notes.case_id IS 'of a case and of a follow-up: whose it is';
CREATE INDEX ix_secret_notes_object ON secret_notes (object_type, object_id, written_at);
CREATE INDEX ix_secret_notes_case_id ON secret_notes (case_id);
ALTER TABLE secret_notes ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, DELETE ON secret_notes TO tracker_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON secret_notes TO tracker_operator;
CREATE POLICY operator_sees_all ON secret_notes TO tracker_operator USING (true) WITH CHECK (true);

-- Of a contact they are as private as the telephone: the rule of contact_private.
CREATE FUNCTION app_sees_noted(kind text, wanted uuid) RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT coalesce(CASE kind
    WHEN 'case' THEN (SELECT true FROM cases o WHERE o.id = wanted)
    WHEN 'contact' THEN (SELECT true FROM contacts o WHERE o.id = wanted)
      AND (app_has_role('legal_officer', 'coordinator')
           OR coalesce((SELECT true FROM case_contacts cc WHERE cc.contact_id = wanted AND app_is_member(cc.case_id) LIMIT 1), false))
    ELSE app_sees_object(kind, wanted) END, false)
$$;
CREATE POLICY sees ON secret_notes FOR SELECT TO tracker_app USING (app_sees_noted(object_type, object_id));
CREATE POLICY writes ON secret_notes FOR INSERT TO tracker_app WITH CHECK (
  written_by_id = (SELECT app_person()) AND app_sees_noted(object_type, object_id));
CREATE POLICY takes_back ON secret_notes FOR DELETE TO tracker_app USING (
  written_by_id = (SELECT app_person()) AND app_sees_noted(object_type, object_id));
