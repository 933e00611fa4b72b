-- Files from outside. What a file belongs to says who sees it; the pieces are noise without the key that stands encrypted beside them.

CREATE TABLE files (
  id uuid NOT NULL,
  document_id uuid NOT NULL,
  kind varchar NOT NULL,
  size integer NOT NULL,
  state varchar NOT NULL,
  name_sealed bytea,
  key_sealed bytea,
  uploaded_by_id uuid,
  uploaded_at timestamptz NOT NULL,
  checked_at timestamptz,
  destroyed_at timestamptz,
  CONSTRAINT pk_files PRIMARY KEY (id),
  CONSTRAINT ck_files_state CHECK (state IN ('waiting', 'clean', 'refused', 'destroyed')),
  CONSTRAINT ck_files_destroyed CHECK (
    (state = 'destroyed') = (key_sealed IS NULL) AND (state = 'destroyed') = (name_sealed IS NULL)
    AND (state = 'destroyed') = (destroyed_at IS NOT NULL)),
  CONSTRAINT fk_files_document_id_documents FOREIGN KEY (document_id) REFERENCES documents (id) ON DELETE CASCADE,
  CONSTRAINT fk_files_uploaded_by_id_people FOREIGN KEY (uploaded_by_id) REFERENCES people (id)
);
CREATE INDEX ix_files_document_id ON files (document_id);
COMMENT ON COLUMN files.kind IS 'tracker.files.kinds, told from the content';
COMMENT ON COLUMN files.size IS 'bytes';
COMMENT ON COLUMN files.key_sealed IS 'the key of its pieces; without it they are noise';
COMMENT ON COLUMN files.checked_at IS 'when the scanner last said a word';

CREATE TABLE file_pieces (
  file_id uuid NOT NULL,
  number integer NOT NULL,
  content bytea NOT NULL,
  CONSTRAINT pk_file_pieces PRIMARY KEY (file_id, number),
  CONSTRAINT fk_file_pieces_file_id_files FOREIGN KEY (file_id) REFERENCES files (id) ON DELETE CASCADE
);
ALTER TABLE file_pieces ALTER COLUMN content SET STORAGE EXTERNAL;  -- what is encrypted does not pack
COMMENT ON COLUMN file_pieces.number IS 'from 0';
COMMENT ON COLUMN file_pieces.content IS 'nonce and ciphertext, bound to file, number and count';

ALTER TABLE files ENABLE ROW LEVEL SECURITY;
ALTER TABLE file_pieces ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON files, file_pieces TO tracker_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON files, file_pieces TO tracker_operator;
CREATE POLICY operator_sees_all ON files TO tracker_operator USING (true) WITH CHECK (true);
CREATE POLICY operator_sees_all ON file_pieces TO tracker_operator USING (true) WITH CHECK (true);

CREATE POLICY sees ON files FOR SELECT TO tracker_app USING ((SELECT true FROM documents o WHERE o.id = document_id));
CREATE POLICY makes ON files FOR INSERT TO tracker_app WITH CHECK (
  uploaded_by_id = (SELECT app_person())
  AND (SELECT true FROM documents o WHERE o.id = document_id)
  AND (SELECT true FROM document_cases dc WHERE dc.document_id = files.document_id AND app_works_on(dc.case_id, 'legal_officer') LIMIT 1));
CREATE POLICY sees ON file_pieces FOR SELECT TO tracker_app USING (
  (SELECT true FROM files f WHERE f.id = file_id AND (f.state = 'clean' OR f.uploaded_by_id = (SELECT app_person()))));
CREATE POLICY makes ON file_pieces FOR INSERT TO tracker_app WITH CHECK (
  (SELECT true FROM files f WHERE f.id = file_id AND f.uploaded_by_id = (SELECT app_person())));
