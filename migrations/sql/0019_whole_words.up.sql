-- Erasing takes whole words, from what people typed and from nothing else: a name is part of other words ("Vera" of "several"), and codes
-- and the keys of facts are no text. Who read a file stands in the trail for whoever sees the file.

CREATE FUNCTION app_erase_in_json(given jsonb, pattern text, mark text) RETURNS jsonb LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public AS $$
  SELECT CASE jsonb_typeof(given)
    WHEN 'string' THEN to_jsonb(regexp_replace(given #>> '{}', pattern, mark, 'gi'))
    WHEN 'array' THEN coalesce((SELECT jsonb_agg(app_erase_in_json(e.value, pattern, mark) ORDER BY e.place)
                                  FROM jsonb_array_elements(given) WITH ORDINALITY AS e (value, place)), '[]')
    WHEN 'object' THEN coalesce((SELECT jsonb_object_agg(e.key, app_erase_in_json(e.value, pattern, mark)) FROM jsonb_each(given) AS e), '{}')
    ELSE given END
$$;
REVOKE EXECUTE ON FUNCTION app_erase_in_json(jsonb, text, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION app_erase_words(words text[], mark text) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  names text[] := ARRAY(SELECT DISTINCT btrim(one) FROM unnest(words) AS one WHERE length(btrim(one)) >= 4);
  pattern text; place record; done integer; changed integer := 0;
BEGIN
  IF names = '{}' THEN RETURN 0; END IF;
  pattern := '(?<![[:alnum:]])(' || (SELECT string_agg(regexp_replace(one, '([][*+?^${}()|\\.])', '\\\1', 'g'), '|' ORDER BY length(one) DESC)
                       FROM unnest(names) AS one) || ')(?![[:alnum:]])';
  FOR place IN
    SELECT c.table_name, c.column_name, c.data_type
      FROM information_schema.columns c JOIN (VALUES
        ('cases', ARRAY['title', 'summary', 'details', 'remove_reason']),
        ('case_events', ARRAY['location', 'reason', 'new_facts', 'facts', 'summary', 'authority', 'reference_no', 'source', 'void_reason']),
        ('case_memberships', ARRAY['reason']), ('case_subjects', ARRAY['counts']), ('subjects', ARRAY['name', 'aliases', 'office', 'notes']),
        ('dossiers', ARRAY['title', 'summary']), ('comments', ARRAY['body']), ('contact_merges', ARRAY['moved']),
        ('follow_ups', ARRAY['title', 'assignee_named', 'notes', 'waiting_on']), ('follow_up_changes', ARRAY['before', 'after']),
        ('checklist_items', ARRAY['text']), ('timelines', ARRAY['title']), ('timeline_sets', ARRAY['title', 'items']),
        ('engagements', ARRAY['date_text', 'place', 'summary']), ('engagement_participants', ARRAY['name']),
        ('commitments', ARRAY['by_text', 'to_text', 'text', 'check_note']), ('documents', ARRAY['title', 'from_text', 'to_text', 'source']),
        ('organisations', ARRAY['name']), ('saved_views', ARRAY['name', 'query']), ('contacts', ARRAY['name']), ('offices', ARRAY['title']),
        ('posts', ARRAY['title']), ('approvals', ARRAY['payload', 'reason'])) AS typed (in_table, in_columns)
        ON c.table_name = typed.in_table AND c.column_name = ANY(typed.in_columns)
     WHERE c.table_schema = 'public'
  LOOP
    EXECUTE format(
      CASE place.data_type
        WHEN 'jsonb' THEN 'UPDATE %1$I SET %2$I = app_erase_in_json(%2$I, $1, $2)
                            WHERE %2$I::text ~* $1 AND %2$I <> app_erase_in_json(%2$I, $1, $2)'
        WHEN 'ARRAY' THEN 'UPDATE %1$I SET %2$I = ARRAY(SELECT regexp_replace(one, $1, $2, ''gi'') FROM unnest(%2$I) AS one)
                            WHERE array_to_string(%2$I, '' '') ~* $1'
        ELSE 'UPDATE %1$I SET %2$I = regexp_replace(%2$I, $1, $2, ''gi'') WHERE %2$I ~* $1' END, place.table_name, place.column_name)
    USING pattern, mark;
    GET DIAGNOSTICS done = ROW_COUNT;
    changed := changed + done;
  END LOOP;
  RETURN changed;
END $$;

CREATE OR REPLACE FUNCTION app_sees_object(kind text, wanted uuid) RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT coalesce(CASE kind
    WHEN 'case_event' THEN (SELECT true FROM case_events o WHERE o.id = wanted)
    WHEN 'follow_up' THEN (SELECT true FROM follow_ups o WHERE o.id = wanted)
    WHEN 'comment' THEN (SELECT true FROM comments o WHERE o.id = wanted)
    WHEN 'timeline' THEN (SELECT true FROM timelines o WHERE o.id = wanted)
    WHEN 'case_link' THEN (SELECT true FROM case_links o WHERE o.id = wanted)
    WHEN 'engagement' THEN (SELECT true FROM engagements o WHERE o.id = wanted)
    WHEN 'commitment' THEN (SELECT true FROM commitments o WHERE o.id = wanted)
    WHEN 'document' THEN (SELECT true FROM documents o WHERE o.id = wanted)
    WHEN 'file' THEN (SELECT true FROM files o WHERE o.id = wanted)
    WHEN 'contact' THEN (SELECT true FROM contacts o WHERE o.id = wanted)
    WHEN 'organisation' THEN (SELECT true FROM organisations o WHERE o.id = wanted)
    WHEN 'post' THEN (SELECT true FROM posts o WHERE o.id = wanted)
    WHEN 'subject' THEN (SELECT true FROM subjects o WHERE o.id = wanted)
    WHEN 'dossier' THEN (SELECT true FROM dossiers o WHERE o.id = wanted)
    WHEN 'reminder' THEN (SELECT true FROM reminders o WHERE o.id = wanted)
    ELSE true END, false)
$$;
