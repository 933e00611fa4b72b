-- Looks that were refused. Whatever was asked for by its number or reference is noted alike, there or not, so that neither the answer nor
-- the time it takes tells which; a job finds out a moment later, and writes into the audit what was secret.

CREATE TABLE audit_refusals (
  id uuid NOT NULL,
  person_id uuid NOT NULL,
  object_type varchar NOT NULL,
  asked varchar NOT NULL,
  day date NOT NULL,
  status smallint NOT NULL,
  is_assured boolean NOT NULL,
  at timestamptz NOT NULL,
  request_id varchar,
  settled_at timestamptz,
  CONSTRAINT pk_audit_refusals PRIMARY KEY (id),
  CONSTRAINT uq_audit_refusals_person_id_day_object_type_asked UNIQUE (person_id, day, object_type, asked),
  CONSTRAINT fk_audit_refusals_person_id_people FOREIGN KEY (person_id) REFERENCES people (id) ON DELETE CASCADE
);
COMMENT ON COLUMN audit_refusals.asked IS 'a reference or an id, as it stood in the address';
COMMENT ON COLUMN audit_refusals.day IS 'in UTC: each thing once a day';
COMMENT ON COLUMN audit_refusals.settled_at IS 'when it was found secret';
CREATE INDEX ix_audit_refusals_waiting ON audit_refusals (at) WHERE settled_at IS NULL;
ALTER TABLE audit_refusals ENABLE ROW LEVEL SECURITY;
GRANT SELECT, DELETE ON audit_refusals TO tracker_operator;
CREATE POLICY operator_sees_all ON audit_refusals TO tracker_operator USING (true);

-- Two thousand of one person at a time, so that nobody floods the audit. It is not waited for that the disk has it.
CREATE FUNCTION app_note_refusals(ids uuid[], kinds text[], wanted text[], answered integer, refused_at timestamptz, request text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE who uuid := app_person(); today date := (refused_at AT TIME ZONE 'UTC')::date;
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  IF who IS NULL OR (SELECT count(*) FROM audit_refusals r WHERE r.person_id = who AND r.day = today) >= 2000 THEN RETURN; END IF;
  INSERT INTO audit_refusals (id, person_id, object_type, asked, day, status, is_assured, at, request_id)
  SELECT t.id, who, t.kind, left(t.asked, 40), today, answered, app_is_assured(), refused_at, request
    FROM unnest(ids, kinds, wanted) AS t (id, kind, asked)
   WHERE t.kind = 'case' OR t.asked ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
  ON CONFLICT (person_id, day, object_type, asked) DO UPDATE SET status = least(audit_refusals.status, excluded.status),
    is_assured = audit_refusals.is_assured AND excluded.is_assured WHERE audit_refusals.settled_at IS NULL;
END $$;
REVOKE EXECUTE ON FUNCTION app_note_refusals(uuid[], text[], text[], integer, timestamptz, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_note_refusals(uuid[], text[], text[], integer, timestamptz, text) TO tracker_app;

-- What stands under a reference or an id: on which case, and how secret it is at least. Nothing for what is open or not there.
CREATE FUNCTION app_secret_thing(kind text, asked text) RETURNS TABLE (thing uuid, on_case uuid, level text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
#variable_conflict use_column
BEGIN
  IF kind = 'case' THEN
    RETURN QUERY SELECT c.id, c.id, c.level::text FROM cases c
     WHERE c.reference = upper(asked) AND c.removed_at IS NULL AND c.level IN ('restricted', 'sealed');
  ELSIF kind = 'case_event' THEN
    RETURN QUERY SELECT o.id, o.case_id, CASE WHEN 'sealed' IN (o.level, c.level) THEN 'sealed' ELSE 'restricted' END
      FROM case_events o JOIN cases c ON c.id = o.case_id
     WHERE o.id = asked::uuid AND c.removed_at IS NULL AND (o.level IN ('restricted', 'sealed') OR c.level IN ('restricted', 'sealed'));
  ELSIF kind = 'follow_up' THEN
    RETURN QUERY SELECT o.id, o.case_id, CASE WHEN 'sealed' IN (o.level, c.level) THEN 'sealed' ELSE 'restricted' END
      FROM follow_ups o JOIN cases c ON c.id = o.case_id
     WHERE o.id = asked::uuid AND c.removed_at IS NULL AND (o.level IN ('restricted', 'sealed') OR c.level IN ('restricted', 'sealed'));
  ELSIF kind = 'engagement' THEN
    RETURN QUERY SELECT o.id, c.id, CASE WHEN 'sealed' IN (o.level, c.level) THEN 'sealed' ELSE 'restricted' END
      FROM engagements o JOIN engagement_cases x ON x.engagement_id = o.id JOIN cases c ON c.id = x.case_id
     WHERE o.id = asked::uuid AND c.removed_at IS NULL AND (o.level IN ('restricted', 'sealed') OR NOT EXISTS (
             SELECT 1 FROM engagement_cases y JOIN cases d ON d.id = y.case_id WHERE y.engagement_id = o.id AND d.level IN ('public', 'internal')))
     ORDER BY c.level = 'sealed' DESC, c.level = 'restricted' DESC, c.id LIMIT 1;
  ELSIF kind = 'file' THEN
    RETURN QUERY SELECT o.id, c.id, CASE WHEN 'sealed' IN (d.level, c.level) THEN 'sealed' ELSE 'restricted' END
      FROM files o JOIN documents d ON d.id = o.document_id JOIN document_cases x ON x.document_id = d.id JOIN cases c ON c.id = x.case_id
     WHERE o.id = asked::uuid AND c.removed_at IS NULL AND (d.level IN ('restricted', 'sealed') OR NOT EXISTS (
             SELECT 1 FROM document_cases y JOIN cases e ON e.id = y.case_id WHERE y.document_id = d.id AND e.level IN ('public', 'internal')))
     ORDER BY c.level = 'sealed' DESC, c.level = 'restricted' DESC, c.id LIMIT 1;
  ELSIF kind = 'contact' THEN
    RETURN QUERY SELECT o.id, o.compartment_id, 'sealed' FROM contacts o WHERE o.id = asked::uuid AND o.compartment_id IS NOT NULL;
  END IF;
END $$;
REVOKE EXECUTE ON FUNCTION app_secret_thing(text, text) FROM PUBLIC;

-- One entry a day for each look at something secret that its person was not let at; all others are forgotten. How many were written.
CREATE FUNCTION app_settle_refusals(settled timestamptz, most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE r audit_refusals; found record; written integer := 0;
BEGIN
  FOR r IN SELECT * FROM audit_refusals WHERE settled_at IS NULL ORDER BY at LIMIT most FOR UPDATE SKIP LOCKED LOOP
    SELECT * INTO found FROM app_secret_thing(r.object_type, r.asked);
    IF found.thing IS NOT NULL AND (
         r.status = 403 OR (found.level = 'sealed' AND NOT r.is_assured)
         OR NOT EXISTS (SELECT 1 FROM case_memberships m WHERE m.case_id = found.on_case AND m.person_id = r.person_id AND m.starts_at <= r.at
                        AND (m.ended_at IS NULL OR m.ended_at > r.at) AND (m.ends_at IS NULL OR m.ends_at > r.at))
         OR NOT EXISTS (SELECT 1 FROM person_roles p WHERE p.person_id = r.person_id AND p.role <> 'administrator')) THEN
      INSERT INTO audit_entries (id, at, actor_kind, actor_id, action, object_type, object_id, case_id, detail, request_id)
      VALUES (r.id, settled, 'person', r.person_id, r.object_type || '.refused', r.object_type, found.thing, found.on_case,
              jsonb_build_object('asked_at', r.at, 'status', r.status), r.request_id);
      UPDATE audit_refusals SET settled_at = settled WHERE id = r.id;
      written := written + 1;
    ELSE
      DELETE FROM audit_refusals WHERE id = r.id;
    END IF;
  END LOOP;
  RETURN written;
END $$;
REVOKE EXECUTE ON FUNCTION app_settle_refusals(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_settle_refusals(timestamptz, integer) TO tracker_auditor;
