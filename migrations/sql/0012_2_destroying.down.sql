-- As it was.

DELETE FROM approvals WHERE kind = 'destroy';
DROP FUNCTION app_destroy_file(uuid);
DROP FUNCTION app_ends_case_of(uuid, uuid);
DROP POLICY of_a_file_that_one_sees ON approvals;
CREATE OR REPLACE FUNCTION app_duties(who uuid, assured boolean) RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE waiting integer; reviews integer; glass integer;
BEGIN
  SELECT count(*) INTO waiting FROM (SELECT 1 FROM approvals a LEFT JOIN cases c ON c.id = a.case_id
    WHERE a.decision IS NULL AND a.expires_at > now() AND (c.id IS NULL OR assured) AND app_seconds(who, a) LIMIT 99) few;
  SELECT count(*) INTO reviews FROM (SELECT 1 FROM cases c WHERE c.lead_id = who AND c.review_due_on <= current_date AND c.removed_at IS NULL
                                        AND (c.level <> 'sealed' OR assured) LIMIT 99) few;
  SELECT count(DISTINCT g.case_id) INTO glass
    FROM case_memberships g JOIN cases c ON c.id = g.case_id
    JOIN case_memberships m ON m.case_id = g.case_id AND m.person_id = who AND m.ended_at IS NULL AND m.starts_at <= now()
         AND (m.ends_at IS NULL OR m.ends_at > now())
   WHERE g.approval_id IS NOT NULL AND g.starts_at > now() - interval '7 days' AND g.person_id <> who AND c.removed_at IS NULL
     AND (c.level <> 'sealed' OR assured);
  RETURN jsonb_build_object('requests', waiting, 'reviews', reviews, 'glass', glass);
END $$;

DROP FUNCTION app_is_sealed_file(uuid);
DROP FUNCTION app_is_told_of_file(uuid, uuid);
