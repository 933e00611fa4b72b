-- Mistaken cases: removed, or merged into another. By functions, since both touch what the actor may not see, and since a removed case
-- is out of sight for whoever removes it. The same right stands in tracker/access/policy.py (the row "close, reopen, delete, merge").

CREATE FUNCTION app_ends_case(wanted uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM cases c WHERE c.id = wanted AND c.removed_at IS NULL AND (
    (c.level IN ('public', 'internal') AND app_has_role('head'))
    OR EXISTS (SELECT 1 FROM case_memberships m WHERE m.case_id = c.id AND m.person_id = app_person() AND m.kind = 'lead'
               AND app_has_role('legal_officer', 'coordinator', 'head', 'outside_counsel') AND m.ended_at IS NULL
               AND m.starts_at <= now() AND (m.ends_at IS NULL OR m.ends_at > now()))));
END $$;

-- Follow-ups that are open are cancelled, hidden ones too, and mail about them; which they were stands in the audit, for a restoration.
CREATE FUNCTION app_remove_case(wanted uuid, why text, expected_version integer) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE given_up jsonb;
BEGIN
  IF NOT app_ends_case(wanted) OR coalesce(btrim(why), '') = '' THEN RETURN false; END IF;
  UPDATE cases SET removed_at = now(), removed_by_id = app_person(), remove_reason = why, version = version + 1
   WHERE id = wanted AND version = expected_version AND removed_at IS NULL;
  IF NOT FOUND THEN RETURN false; END IF;
  SELECT coalesce(jsonb_object_agg(f.id, f.status), '{}') INTO given_up
    FROM follow_ups f WHERE f.case_id = wanted AND f.status IN ('open', 'in_progress', 'waiting');
  UPDATE follow_ups SET status = 'cancelled', version = version + 1, next_plan_at = now()
   WHERE case_id = wanted AND status IN ('open', 'in_progress', 'waiting');
  UPDATE reminders SET status = 'cancelled', settled_at = now() WHERE case_id = wanted AND status = 'planned';
  -- No actor_id for others to stumble over: an entry of one's own is readable after the case has gone. Who it was stands in the row.
  INSERT INTO audit_entries (id, at, actor_kind, actor_id, action, object_type, object_id, case_id, detail)
  VALUES (gen_random_uuid(), now(), 'person', NULL, 'case.removed', 'case', wanted, wanted,
          jsonb_build_object('by', app_person(), 'follow_ups', given_up));
  RETURN true;
END $$;

-- Nobody may come to see by a merger what they did not see before. So the kept case is at least as secret, and everybody who is a
-- member of it, now or from a day to come, is a member of the one that goes, and for as long. NULL: done. Else a word for what hinders it.
CREATE FUNCTION app_merge_case(gone uuid, kept uuid, why text, expected_version integer) RETURNS text LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  ranks constant text[] := ARRAY['public', 'internal', 'restricted', 'sealed'];
  old cases; new cases;
BEGIN
  IF gone = kept OR NOT app_ends_case(gone) OR NOT app_ends_case(kept) OR coalesce(btrim(why), '') = '' THEN RETURN 'refused'; END IF;
  PERFORM 1 FROM cases WHERE id IN (gone, kept) ORDER BY id FOR UPDATE;
  SELECT * INTO old FROM cases WHERE id = gone;
  SELECT * INTO new FROM cases WHERE id = kept;
  IF old.removed_at IS NOT NULL OR new.removed_at IS NOT NULL OR old.version <> expected_version THEN RETURN 'changed'; END IF;
  IF old.pathway <> new.pathway THEN RETURN 'pathway'; END IF;
  IF array_position(ranks, old.level::text) > array_position(ranks, new.level::text) THEN RETURN 'level'; END IF;
  IF EXISTS (SELECT 1 FROM case_memberships m WHERE m.case_id = kept AND m.ended_at IS NULL
             AND (m.ends_at IS NULL OR m.ends_at > now())
             AND NOT EXISTS (SELECT 1 FROM case_memberships o WHERE o.case_id = gone AND o.person_id = m.person_id AND o.ended_at IS NULL
                             AND o.starts_at <= greatest(m.starts_at, now())
                             AND (o.ends_at IS NULL OR o.ends_at >= coalesce(m.ends_at, 'infinity')))) THEN
    RETURN 'members';
  END IF;

  UPDATE follow_ups SET case_id = kept, version = version + 1, next_plan_at = now(),
         level = CASE WHEN array_position(ranks, level::text) > array_position(ranks, new.level::text) THEN level END
   WHERE case_id = gone;
  UPDATE comments SET case_id = kept,
         level = CASE WHEN array_position(ranks, level::text) > array_position(ranks, new.level::text) THEN level END
   WHERE case_id = gone;
  UPDATE timelines SET case_id = kept WHERE case_id = gone;
  UPDATE commitments SET case_id = kept WHERE case_id = gone;
  UPDATE reminders SET case_id = kept WHERE case_id = gone;
  DELETE FROM case_contacts a USING case_contacts b
   WHERE a.case_id = gone AND b.case_id = kept AND a.contact_id = b.contact_id AND a.role = b.role;
  UPDATE case_contacts SET case_id = kept WHERE case_id = gone;
  -- Where a subject is on both, what each case says of them stays with its case: charges are not mixed.
  UPDATE case_subjects a SET case_id = kept WHERE case_id = gone
     AND NOT EXISTS (SELECT 1 FROM case_subjects b WHERE b.case_id = kept AND b.subject_id = a.subject_id);
  DELETE FROM case_links WHERE gone IN (from_case_id, to_case_id) AND kept IN (from_case_id, to_case_id);
  DELETE FROM case_links a USING case_links b WHERE a.from_case_id = gone AND b.from_case_id = kept AND a.to_case_id = b.to_case_id AND a.kind = b.kind;
  DELETE FROM case_links a USING case_links b WHERE a.to_case_id = gone AND b.to_case_id = kept AND a.from_case_id = b.from_case_id AND a.kind = b.kind;
  UPDATE case_links SET from_case_id = kept WHERE from_case_id = gone;
  UPDATE case_links SET to_case_id = kept WHERE to_case_id = gone;
  INSERT INTO engagement_cases (engagement_id, case_id) SELECT engagement_id, kept FROM engagement_cases WHERE case_id = gone ON CONFLICT DO NOTHING;
  INSERT INTO document_cases (document_id, case_id) SELECT document_id, kept FROM document_cases WHERE case_id = gone ON CONFLICT DO NOTHING;
  DELETE FROM engagement_cases WHERE case_id = gone;
  DELETE FROM document_cases WHERE case_id = gone;
  UPDATE cases SET removed_at = now(), removed_by_id = app_person(), remove_reason = why, merged_into_id = kept, version = version + 1
   WHERE id = gone;
  UPDATE cases SET version = version + 1, activity_at = now() WHERE id = kept;
  INSERT INTO audit_entries (id, at, actor_kind, actor_id, action, object_type, object_id, case_id, detail) VALUES
    (gen_random_uuid(), now(), 'person', NULL, 'case.removed', 'case', gone, gone,
     jsonb_build_object('by', app_person(), 'merged_into', kept)),
    (gen_random_uuid(), now(), 'person', app_person(), 'case.merged', 'case', kept, kept, jsonb_build_object('from', gone));
  RETURN NULL;
END $$;

-- The history of a merged case stays where it is, untouched, and is read through the case that was kept.
CREATE FUNCTION app_merged_cases(kept uuid) RETURNS TABLE (id uuid, reference text, title text, merged_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  WITH RECURSIVE gone AS (
    SELECT c.* FROM cases c WHERE c.merged_into_id = kept AND c.removed_at IS NOT NULL
    UNION ALL SELECT c.* FROM cases c JOIN gone g ON c.merged_into_id = g.id WHERE c.removed_at IS NOT NULL)
  SELECT g.id, g.reference::text, g.title::text, g.removed_at FROM gone g
   WHERE EXISTS (SELECT 1 FROM cases k WHERE k.id = kept AND k.removed_at IS NULL
                 AND ((k.level IN ('public', 'internal') AND app_is_staff()) OR app_is_member(k.id)))
     AND (g.level IN ('public', 'internal') OR app_is_member(kept))
$$;

CREATE FUNCTION app_merged_history(kept uuid, gone uuid) RETURNS SETOF case_events
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT e.* FROM case_events e
   WHERE e.case_id = gone AND EXISTS (SELECT 1 FROM app_merged_cases(kept) m WHERE m.id = gone)
     AND (e.level IS NULL OR e.level IN ('public', 'internal') OR app_is_member(kept))
   ORDER BY e.place, e.entered_at, e.id
$$;

-- Where somebody who follows an old address finds the case; NULL for all who do not see that one.
CREATE FUNCTION app_merged_into(said text) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  WITH RECURSIVE way AS (
    SELECT c.id, c.merged_into_id, 0 AS step FROM cases c WHERE c.reference = said AND c.removed_at IS NOT NULL
    UNION ALL SELECT c.id, c.merged_into_id, w.step + 1 FROM cases c JOIN way w ON c.id = w.merged_into_id WHERE w.step < 20)
  SELECT k.reference::text FROM cases k JOIN way w ON w.id = k.id
   WHERE k.removed_at IS NULL AND EXISTS (SELECT 1 FROM app_merged_cases(k.id) m WHERE m.reference = said)
$$;

REVOKE EXECUTE ON FUNCTION app_ends_case(uuid), app_remove_case(uuid, text, integer), app_merge_case(uuid, uuid, text, integer),
  app_merged_cases(uuid), app_merged_history(uuid, uuid), app_merged_into(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_ends_case(uuid), app_remove_case(uuid, text, integer), app_merge_case(uuid, uuid, text, integer),
  app_merged_cases(uuid), app_merged_history(uuid, uuid), app_merged_into(text) TO tracker_app;

-- The stalled cases, the longest silent first.
CREATE INDEX ix_cases_quiet ON cases (last_event_on, id) WHERE removed_at IS NULL AND phase IN ('prep', 'open');
