CREATE OR REPLACE FUNCTION search_sees_subject(wanted uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM case_subjects cs WHERE cs.subject_id = wanted AND search_sees_case(cs.case_id))
      OR (NOT EXISTS (SELECT 1 FROM case_subjects cs WHERE cs.subject_id = wanted)
          AND (app_is_staff() OR EXISTS (SELECT 1 FROM subjects s WHERE s.id = wanted AND s.created_by_id = app_person())));
END $$;
