-- As 0014 and 0008 left them.

CREATE OR REPLACE FUNCTION app_erase_words(words text[], mark text) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  names text[] := ARRAY(SELECT DISTINCT btrim(one) FROM unnest(words) AS one WHERE length(btrim(one)) >= 4);
  pattern text; place record; done integer; changed integer := 0;
BEGIN
  IF names = '{}' THEN RETURN 0; END IF;
  pattern := '(' || (SELECT string_agg(regexp_replace(one, '([][*+?^${}()|\\.])', '\\\1', 'g'), '|' ORDER BY length(one) DESC)
                       FROM unnest(names) AS one) || ')';
  FOR place IN
    SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c
     WHERE c.table_schema = 'public' AND c.data_type IN ('text', 'character varying', 'jsonb', 'ARRAY')
       AND (c.data_type <> 'ARRAY' OR c.udt_name IN ('_text', '_varchar'))
       AND c.table_name IN ('cases', 'case_events', 'case_memberships', 'case_subjects', 'subjects', 'dossiers', 'comments', 'contact_merges',
         'follow_ups', 'follow_up_changes', 'checklist_items', 'timelines', 'timeline_sets', 'engagements', 'engagement_participants',
         'commitments', 'documents', 'organisations', 'saved_views', 'contacts', 'offices', 'posts', 'approvals')
       AND c.column_name NOT IN ('sender', 'ref', 'reference', 'kind', 'digest', 'decision')
  LOOP
    EXECUTE format(
      CASE place.data_type
        WHEN 'jsonb' THEN 'UPDATE %1$I SET %2$I = regexp_replace(%2$I::text, $1, $2, ''gi'')::jsonb WHERE %2$I::text ~* $1'
        WHEN 'ARRAY' THEN 'UPDATE %1$I SET %2$I = ARRAY(SELECT regexp_replace(one, $1, $2, ''gi'') FROM unnest(%2$I) AS one)
                            WHERE array_to_string(%2$I, '' '') ~* $1'
        ELSE 'UPDATE %1$I SET %2$I = regexp_replace(%2$I, $1, $2, ''gi'') WHERE %2$I ~* $1' END, place.table_name, place.column_name)
    USING pattern, mark;
    GET DIAGNOSTICS done = ROW_COUNT;
    changed := changed + done;
  END LOOP;
  RETURN changed;
END $$;
DROP FUNCTION app_erase_in_json(jsonb, text, text);

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
    WHEN 'contact' THEN (SELECT true FROM contacts o WHERE o.id = wanted)
    WHEN 'organisation' THEN (SELECT true FROM organisations o WHERE o.id = wanted)
    WHEN 'post' THEN (SELECT true FROM posts o WHERE o.id = wanted)
    WHEN 'subject' THEN (SELECT true FROM subjects o WHERE o.id = wanted)
    WHEN 'dossier' THEN (SELECT true FROM dossiers o WHERE o.id = wanted)
    WHEN 'reminder' THEN (SELECT true FROM reminders o WHERE o.id = wanted)
    ELSE true END, false)
$$;
