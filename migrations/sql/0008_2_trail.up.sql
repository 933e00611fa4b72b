-- Who reads the audit. An entry about a case is read by whoever sees the case and the thing on it that the entry is about, now: nobody
-- keeps what they did on a case that they lost. One about a thing that stands on no case of its own is read by whoever sees that thing.
-- What stands on its own is read by administrators, and by whoever did it.

CREATE FUNCTION app_sees_object(kind text, wanted uuid) RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT coalesce(CASE kind
    WHEN 'case_event' THEN (SELECT true FROM case_events o WHERE o.id = wanted)
    WHEN 'follow_up' THEN (SELECT true FROM follow_ups o WHERE o.id = wanted)
    WHEN 'comment' THEN (SELECT true FROM comments o WHERE o.id = wanted)
    WHEN 'timeline' THEN (SELECT true FROM timelines o WHERE o.id = wanted)
    WHEN 'case_link' THEN (SELECT true FROM case_links o WHERE o.id = wanted)
    WHEN 'engagement' THEN (SELECT true FROM engagements o WHERE o.id = wanted)
    WHEN 'commitment' THEN (SELECT true FROM commitments o WHERE o.id = wanted)
    WHEN 'document' THEN (SELECT true FROM documents o WHERE o.id = wanted)
    WHEN 'contact' THEN (SELECT true FROM contacts o WHERE o.id = wanted)
    WHEN 'organisation' THEN (SELECT true FROM organisations o WHERE o.id = wanted)
    WHEN 'post' THEN (SELECT true FROM posts o WHERE o.id = wanted)
    WHEN 'subject' THEN (SELECT true FROM subjects o WHERE o.id = wanted)
    WHEN 'dossier' THEN (SELECT true FROM dossiers o WHERE o.id = wanted)
    WHEN 'reminder' THEN (SELECT true FROM reminders o WHERE o.id = wanted)
    ELSE true END, false)
$$;

DROP POLICY reads ON audit_entries;
CREATE POLICY reads ON audit_entries FOR SELECT TO tracker_app USING (
  CASE WHEN case_id IS NOT NULL THEN (SELECT true FROM cases c WHERE c.id = case_id) AND app_sees_object(object_type, object_id)
       WHEN object_type IN ('person', 'command') THEN actor_id = (SELECT app_person()) OR (SELECT app_has_role('administrator'))
       WHEN object_type IN ('list', 'dossier_file', 'saved_view') THEN actor_id = (SELECT app_person())
       ELSE (actor_id = (SELECT app_person()) OR (SELECT app_has_role('administrator'))) AND app_sees_object(object_type, object_id) END);

CREATE INDEX ix_audit_entries_actor ON audit_entries (actor_id, at);

-- The page of the administrators: who did what when, on which reference; never a word of what. A sealed case, and a sealed thing on an
-- open one, is there for whoever is a member of it; links and roles, which may name a sealed case or person, are not there at all.
CREATE FUNCTION app_audit_trail(who uuid, deed text, since timestamptz, until timestamptz, on_case text,
                                after_at timestamptz, after_id uuid, most integer)
RETURNS TABLE (id uuid, at timestamptz, actor_kind varchar, actor_id uuid, action varchar, object_type varchar, about_person uuid, reference varchar)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
#variable_conflict use_column
BEGIN
  IF NOT app_has_role('administrator') THEN RETURN; END IF;
  RETURN QUERY
  SELECT e.id, e.at, e.actor_kind, e.actor_id, e.action, e.object_type,
         CASE WHEN e.object_type = 'person' THEN e.object_id END, c.reference
    FROM audit_entries e LEFT JOIN cases c ON c.id = e.case_id
   WHERE (who IS NULL OR e.actor_id = who) AND (deed IS NULL OR starts_with(e.action, deed))
     AND (since IS NULL OR e.at >= since) AND (until IS NULL OR e.at < until)
     AND (on_case IS NULL OR c.reference = on_case)
     AND (after_at IS NULL OR (e.at, e.id) < (after_at, after_id))
     AND CASE
       WHEN e.case_id IS NULL THEN e.object_type IN ('person', 'command')
         OR (e.actor_id = app_person() AND e.object_type IN ('list', 'dossier_file', 'saved_view'))
       WHEN c.level = 'sealed' THEN app_is_member(c.id) AND app_is_assured() AND e.object_type IN ('case', 'case_event', 'follow_up', 'person')
       WHEN e.object_type IN ('case', 'person') THEN true
       WHEN e.object_type = 'case_event' THEN (SELECT coalesce(o.level, '') <> 'sealed' FROM case_events o WHERE o.id = e.object_id)
       WHEN e.object_type = 'follow_up' THEN (SELECT coalesce(o.level, '') <> 'sealed' FROM follow_ups o WHERE o.id = e.object_id)
       ELSE false END
   ORDER BY e.at DESC, e.id DESC LIMIT most;
END $$;
REVOKE EXECUTE ON FUNCTION app_audit_trail(uuid, text, timestamptz, timestamptz, text, timestamptz, uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_audit_trail(uuid, text, timestamptz, timestamptz, text, timestamptz, uuid, integer) TO tracker_app;

-- Guesses that were not even judged, by nobody: one entry for an account and quarter of an hour, however many there were.
CREATE FUNCTION app_note_throttled(entry_id uuid, account bytea, noted_at timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  INSERT INTO audit_entries (id, at, actor_kind, action, object_type, detail)
  SELECT entry_id, noted_at, 'nobody', 'sign_in.throttled', 'person', jsonb_build_object('account', left(encode(account, 'hex'), 16))
   WHERE NOT EXISTS (SELECT 1 FROM audit_entries e WHERE e.object_type = 'person' AND e.object_id IS NULL
                     AND e.at > noted_at - interval '15 minutes' AND e.action = 'sign_in.throttled'
                     AND e.detail ->> 'account' = left(encode(account, 'hex'), 16))
$$;
REVOKE EXECUTE ON FUNCTION app_note_throttled(uuid, bytea, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_note_throttled(uuid, bytea, timestamptz) TO tracker_app;
