-- Search finds the subjects that their policy shows (0036): those of cases that somebody sees, and for everybody of the house those that are open.
CREATE OR REPLACE FUNCTION search_sees_subject(wanted uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM case_subjects cs WHERE cs.subject_id = wanted AND search_sees_case(cs.case_id))
      OR (app_is_staff() AND EXISTS (SELECT 1 FROM subjects s WHERE s.id = wanted AND s.is_open));
END $$;
