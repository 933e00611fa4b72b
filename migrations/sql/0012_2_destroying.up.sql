-- Destroying a file: somebody who may end its case asks, a second person who sees the file agrees, and its key and pieces are gone.

-- A request tells nobody of a file that they don't see.
CREATE POLICY of_a_file_that_one_sees ON approvals AS RESTRICTIVE TO tracker_app USING (
  kind <> 'destroy' OR (SELECT true FROM files f WHERE f.id = object_id));

-- Who sees the case of a file, apart from what a session without a passkey is not shown (app_is_sealed_file); `who` has a role of staff.
CREATE FUNCTION app_is_told_of_file(who uuid, wanted uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (SELECT 1 FROM files f JOIN documents o ON o.id = f.document_id JOIN document_cases dc ON dc.document_id = o.id
                   JOIN cases c ON c.id = dc.case_id
                  WHERE f.id = wanted AND c.removed_at IS NULL
                    AND ((c.level IN ('public', 'internal') AND o.level IN ('public', 'internal'))
                         OR EXISTS (SELECT 1 FROM case_memberships m WHERE m.case_id = c.id AND m.person_id = who AND m.ended_at IS NULL
                                    AND m.starts_at <= now() AND (m.ends_at IS NULL OR m.ends_at > now()))))
$$;
CREATE FUNCTION app_is_sealed_file(wanted uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (SELECT 1 FROM files f JOIN documents o ON o.id = f.document_id LEFT JOIN document_cases dc ON dc.document_id = o.id
                   LEFT JOIN cases c ON c.id = dc.case_id
                  WHERE f.id = wanted AND (o.level = 'sealed' OR c.level = 'sealed'))
$$;
REVOKE EXECUTE ON FUNCTION app_is_told_of_file(uuid, uuid), app_is_sealed_file(uuid) FROM PUBLIC;

CREATE OR REPLACE FUNCTION app_duties(who uuid, assured boolean) RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE waiting integer; reviews integer; glass integer;
BEGIN
  SELECT count(*) INTO waiting FROM (SELECT 1 FROM approvals a LEFT JOIN cases c ON c.id = a.case_id
    WHERE a.decision IS NULL AND a.expires_at > now() AND (assured OR (c.id IS NULL AND NOT app_is_sealed_file(a.object_id))) AND app_seconds(who, a)
      AND (a.kind <> 'destroy' OR app_is_told_of_file(who, a.object_id)) LIMIT 99) few;
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

CREATE FUNCTION app_ends_case_of(who uuid, wanted uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (SELECT 1 FROM people p JOIN person_roles r ON r.person_id = p.id
                  WHERE p.id = who AND p.active AND r.role IN ('legal_officer', 'coordinator', 'head', 'outside_counsel')
                    AND (r.role = 'head' OR EXISTS (
                      SELECT 1 FROM files f JOIN document_cases dc ON dc.document_id = f.document_id
                        JOIN case_memberships m ON m.case_id = dc.case_id
                       WHERE f.id = wanted AND m.person_id = who AND m.kind = 'lead' AND m.ended_at IS NULL
                         AND m.starts_at <= now() AND (m.ends_at IS NULL OR m.ends_at > now()))))
$$;
CREATE FUNCTION app_destroy_file(asked uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE a approvals%ROWTYPE;
BEGIN
  SELECT * INTO a FROM approvals WHERE id = asked AND kind = 'destroy' AND decision = 'agreed' AND done_at IS NULL AND expires_at > now()
     FOR UPDATE;
  IF a.id IS NULL OR a.decided_by_id IS DISTINCT FROM app_person() OR NOT app_seconds(a.decided_by_id, a)
     OR NOT app_is_told_of_file(a.decided_by_id, a.object_id) OR NOT app_ends_case_of(a.asked_by_id, a.object_id) THEN
    RAISE EXCEPTION 'destroying a file needs two persons' USING ERRCODE = 'insufficient_privilege';
  END IF;
  UPDATE approvals SET done_at = now(), version = version + 1 WHERE id = a.id;
  DELETE FROM file_pieces WHERE file_id = a.object_id;
  UPDATE files SET state = 'destroyed', key_sealed = NULL, name_sealed = NULL, destroyed_at = now()
   WHERE id = a.object_id AND state <> 'destroyed';
END $$;
REVOKE EXECUTE ON FUNCTION app_ends_case_of(uuid, uuid), app_destroy_file(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_destroy_file(uuid) TO tracker_app;
