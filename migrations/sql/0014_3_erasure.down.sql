DROP FUNCTION app_carry_out_erasure(uuid);
DROP FUNCTION app_erase_account(uuid, text[]);
DROP FUNCTION app_erase_subject(uuid, text[]);
CREATE OR REPLACE FUNCTION app_erase_contact(wanted uuid, also text[]) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  mark text := '[' || left(wanted::text, 8) || ']';
  names text[] := ARRAY(SELECT DISTINCT btrim(one) FROM unnest(also || (SELECT name::text FROM contacts WHERE id = wanted)) AS one
                         WHERE length(btrim(one)) >= 4);
  pattern text; place record; done integer; changed integer := 0;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM contacts WHERE id = wanted) THEN RETURN -1; END IF;
  DELETE FROM contact_private WHERE contact_id = wanted;
  DELETE FROM secret_notes WHERE object_type = 'contact' AND object_id = wanted;
  DELETE FROM contact_merges WHERE kept_id = wanted OR gone_id = wanted;
  DELETE FROM offices WHERE contact_id = wanted;
  DELETE FROM drafts WHERE strpos(form_key, wanted::text) > 0;
  UPDATE contacts SET name = NULL, organisation_id = NULL, country = NULL, languages = '{}', sender = 'local',
         ref = 'erased-' || left(wanted::text, 8), version = version + 1
   WHERE id = wanted;
  IF names = '{}' THEN RETURN 0; END IF;
  pattern := '(' || (SELECT string_agg(regexp_replace(one, '([][*+?^${}()|\\.])', '\\\1', 'g'), '|' ORDER BY length(one) DESC)
                       FROM unnest(names) AS one) || ')';
  FOR place IN
    SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c
     WHERE c.table_schema = 'public' AND c.data_type IN ('text', 'character varying', 'jsonb', 'ARRAY')
       AND (c.data_type <> 'ARRAY' OR c.udt_name IN ('_text', '_varchar'))
       AND c.table_name IN ('cases', 'case_events', 'case_memberships', 'case_subjects', 'subjects', 'dossiers', 'comments', 'contact_merges',
         'follow_ups', 'follow_up_changes', 'checklist_items', 'timelines', 'timeline_sets', 'engagements', 'engagement_participants',
         'commitments', 'documents', 'organisations', 'saved_views', 'contacts', 'offices', 'posts')
       AND c.column_name NOT IN ('sender', 'ref', 'reference')
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
DROP FUNCTION app_erase_words(text[], text);
