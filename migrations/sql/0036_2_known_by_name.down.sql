CREATE FUNCTION app_dossier_has_cases(wanted uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$ SELECT EXISTS (SELECT 1 FROM cases WHERE dossier_id = wanted) $$;
CREATE FUNCTION app_subject_has_cases(wanted uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$ SELECT EXISTS (SELECT 1 FROM case_subjects WHERE subject_id = wanted) $$;
DROP POLICY changes ON dossiers;
DROP POLICY sees ON dossiers;
CREATE POLICY sees ON dossiers FOR SELECT TO tracker_app USING (
  (SELECT true FROM cases c WHERE c.dossier_id = dossiers.id LIMIT 1)
  OR (((SELECT app_is_staff()) OR created_by_id = (SELECT app_person())) AND NOT app_dossier_has_cases(id)));
CREATE POLICY changes ON dossiers FOR UPDATE TO tracker_app USING (
  (SELECT true FROM cases c WHERE c.dossier_id = dossiers.id LIMIT 1)
  OR (((SELECT app_is_staff()) OR created_by_id = (SELECT app_person())) AND NOT app_dossier_has_cases(id)));
DROP POLICY changes ON subjects;
DROP POLICY sees ON subjects;
CREATE POLICY sees ON subjects FOR SELECT TO tracker_app USING (
  (SELECT true FROM case_subjects cs WHERE cs.subject_id = subjects.id LIMIT 1)
  OR (((SELECT app_is_staff()) OR created_by_id = (SELECT app_person())) AND NOT app_subject_has_cases(id)));
CREATE POLICY changes ON subjects FOR UPDATE TO tracker_app USING (
  (SELECT true FROM case_subjects cs WHERE cs.subject_id = subjects.id LIMIT 1)
  OR (((SELECT app_is_staff()) OR created_by_id = (SELECT app_person())) AND NOT app_subject_has_cases(id)));
DROP TRIGGER opens_without_case ON dossiers;
DROP TRIGGER opens_without_case ON subjects;
DROP FUNCTION app_opens_what_has_no_case();
DROP TRIGGER opens_with_level ON cases;
DROP FUNCTION app_opens_with_level();
DROP TRIGGER opens_dossier ON cases;
DROP FUNCTION app_opens_dossier();
DROP TRIGGER opens ON case_subjects;
DROP FUNCTION app_opens_subject();
ALTER TABLE dossiers DROP COLUMN is_open;
ALTER TABLE subjects DROP COLUMN is_open;
