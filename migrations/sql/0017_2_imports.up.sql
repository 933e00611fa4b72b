-- Dossier files that people give on a page: examined like every file, taken in by a job that acts as the person.

CREATE TABLE dossier_imports (
  id uuid NOT NULL,
  person_id uuid NOT NULL,
  is_assured boolean NOT NULL,
  wanted varchar NOT NULL,
  state varchar NOT NULL,
  attempts integer NOT NULL,
  result_sealed bytea,
  asked_at timestamptz NOT NULL,
  settled_at timestamptz,
  CONSTRAINT pk_dossier_imports PRIMARY KEY (id),
  CONSTRAINT ck_dossier_imports_wanted CHECK (wanted IN ('check', 'import')),
  CONSTRAINT ck_dossier_imports_state CHECK (state IN ('asked', 'checked', 'imported', 'refused')),
  CONSTRAINT fk_dossier_imports_person_id_people FOREIGN KEY (person_id) REFERENCES people (id)
);
CREATE INDEX ix_dossier_imports_person_id ON dossier_imports (person_id);
CREATE INDEX ix_dossier_imports_asked ON dossier_imports (asked_at) WHERE state = 'asked';
COMMENT ON COLUMN dossier_imports.is_assured IS 'whether a passkey was shown in the session that asked';
COMMENT ON COLUMN dossier_imports.attempts IS 'how often a job has begun with it';
COMMENT ON COLUMN dossier_imports.result_sealed IS 'what was found and counted, as JSON';

ALTER TABLE dossier_imports ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON dossier_imports TO tracker_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON dossier_imports TO tracker_operator;
CREATE POLICY operator_sees_all ON dossier_imports TO tracker_operator USING (true) WITH CHECK (true);
CREATE POLICY sees ON dossier_imports FOR SELECT TO tracker_app USING (person_id = (SELECT app_person()));
CREATE POLICY makes ON dossier_imports FOR INSERT TO tracker_app WITH CHECK (
  person_id = (SELECT app_person()) AND (SELECT app_has_role('legal_officer', 'coordinator')));
CREATE POLICY changes ON dossier_imports FOR UPDATE TO tracker_app USING (person_id = (SELECT app_person()));

ALTER TABLE files ALTER COLUMN document_id DROP NOT NULL;
ALTER TABLE files ADD COLUMN import_id uuid CONSTRAINT fk_files_import_id_dossier_imports REFERENCES dossier_imports (id) ON DELETE CASCADE;
ALTER TABLE files ADD CONSTRAINT ck_files_owner CHECK (num_nonnulls(document_id, import_id) = 1);
CREATE INDEX ix_files_import_id ON files (import_id) WHERE import_id IS NOT NULL;
DROP POLICY sees ON files;
CREATE POLICY sees ON files FOR SELECT TO tracker_app USING (
  (SELECT true FROM documents o WHERE o.id = document_id) OR (SELECT true FROM dossier_imports i WHERE i.id = import_id));
CREATE POLICY makes_for_import ON files FOR INSERT TO tracker_app WITH CHECK (
  uploaded_by_id = (SELECT app_person()) AND document_id IS NULL AND (SELECT true FROM dossier_imports i WHERE i.id = import_id));
