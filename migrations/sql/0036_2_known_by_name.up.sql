-- Subjects and dossiers whose names everybody of the house has seen stay seen when their last open case leaves them: that they went away would
-- tell of a case that one does not see. `is_open` follows their cases, and is set for those that are made without any.

ALTER TABLE subjects ADD COLUMN is_open boolean NOT NULL DEFAULT false;
ALTER TABLE dossiers ADD COLUMN is_open boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN subjects.is_open IS 'seen by everybody of the house, whatever case it is on';
COMMENT ON COLUMN dossiers.is_open IS 'seen by everybody of the house, whatever cases it holds';
UPDATE subjects s SET is_open = true
 WHERE NOT EXISTS (SELECT 1 FROM case_subjects l WHERE l.subject_id = s.id)
    OR EXISTS (SELECT 1 FROM case_subjects l JOIN cases c ON c.id = l.case_id WHERE l.subject_id = s.id AND c.level IN ('public', 'internal'));
UPDATE dossiers d SET is_open = true
 WHERE NOT EXISTS (SELECT 1 FROM cases c WHERE c.dossier_id = d.id)
    OR EXISTS (SELECT 1 FROM cases c WHERE c.dossier_id = d.id AND c.level IN ('public', 'internal'));

CREATE FUNCTION app_opens_subject() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  UPDATE subjects s SET is_open = true FROM cases c
   WHERE s.id = NEW.subject_id AND NOT s.is_open AND c.id = NEW.case_id AND c.level IN ('public', 'internal');
  RETURN NULL;
END $$;
CREATE TRIGGER opens AFTER INSERT OR UPDATE OF case_id, subject_id ON case_subjects FOR EACH ROW EXECUTE FUNCTION app_opens_subject();

CREATE FUNCTION app_opens_dossier() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  UPDATE dossiers SET is_open = true WHERE id = NEW.dossier_id AND NOT is_open AND NEW.level IN ('public', 'internal');
  RETURN NULL;
END $$;
CREATE TRIGGER opens_dossier AFTER INSERT OR UPDATE OF dossier_id ON cases FOR EACH ROW
  WHEN (NEW.dossier_id IS NOT NULL) EXECUTE FUNCTION app_opens_dossier();

-- A level that rises hides the names that no other open case shows; one that falls shows them.
CREATE FUNCTION app_opens_with_level() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  UPDATE subjects s SET is_open = EXISTS (SELECT 1 FROM case_subjects l JOIN cases c ON c.id = l.case_id
                                           WHERE l.subject_id = s.id AND c.level IN ('public', 'internal'))
   WHERE s.id IN (SELECT l.subject_id FROM case_subjects l WHERE l.case_id = NEW.id);
  UPDATE dossiers d SET is_open = EXISTS (SELECT 1 FROM cases c WHERE c.dossier_id = d.id AND c.level IN ('public', 'internal'))
   WHERE d.id = NEW.dossier_id;
  RETURN NULL;
END $$;
CREATE TRIGGER opens_with_level AFTER UPDATE OF level ON cases FOR EACH ROW
  WHEN ((OLD.level IN ('public', 'internal')) <> (NEW.level IN ('public', 'internal'))) EXECUTE FUNCTION app_opens_with_level();

-- Looked at when the transaction ends: a case that was opened with it may be a secret one.
CREATE FUNCTION app_opens_what_has_no_case() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_TABLE_NAME = 'subjects' THEN
    UPDATE subjects s SET is_open = true WHERE s.id = NEW.id AND NOT s.is_open AND NOT EXISTS (SELECT 1 FROM case_subjects l WHERE l.subject_id = s.id);
  ELSE
    UPDATE dossiers d SET is_open = true WHERE d.id = NEW.id AND NOT d.is_open AND NOT EXISTS (SELECT 1 FROM cases c WHERE c.dossier_id = d.id);
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER opens_without_case AFTER INSERT ON subjects DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app_opens_what_has_no_case();
CREATE CONSTRAINT TRIGGER opens_without_case AFTER INSERT ON dossiers DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app_opens_what_has_no_case();
REVOKE EXECUTE ON FUNCTION app_opens_subject(), app_opens_dossier(), app_opens_with_level(), app_opens_what_has_no_case() FROM PUBLIC;

DROP POLICY sees ON subjects;
DROP POLICY changes ON subjects;
CREATE POLICY sees ON subjects FOR SELECT TO tracker_app USING (
  (is_open AND (SELECT app_is_staff())) OR (SELECT true FROM case_subjects cs WHERE cs.subject_id = subjects.id LIMIT 1));
CREATE POLICY changes ON subjects FOR UPDATE TO tracker_app USING (
  (is_open AND (SELECT app_is_staff())) OR (SELECT true FROM case_subjects cs WHERE cs.subject_id = subjects.id LIMIT 1));
DROP POLICY sees ON dossiers;
DROP POLICY changes ON dossiers;
CREATE POLICY sees ON dossiers FOR SELECT TO tracker_app USING (
  (is_open AND (SELECT app_is_staff())) OR (SELECT true FROM cases c WHERE c.dossier_id = dossiers.id LIMIT 1));
CREATE POLICY changes ON dossiers FOR UPDATE TO tracker_app USING (
  (is_open AND (SELECT app_is_staff())) OR (SELECT true FROM cases c WHERE c.dossier_id = dossiers.id LIMIT 1));
DROP FUNCTION app_subject_has_cases(uuid);
DROP FUNCTION app_dossier_has_cases(uuid);
