DELETE FROM files WHERE import_id IS NOT NULL;
DROP POLICY makes_for_import ON files;
DROP POLICY sees ON files;
CREATE POLICY sees ON files FOR SELECT TO tracker_app USING ((SELECT true FROM documents o WHERE o.id = document_id));
ALTER TABLE files DROP COLUMN import_id;
ALTER TABLE files ALTER COLUMN document_id SET NOT NULL;
DROP TABLE dossier_imports;
