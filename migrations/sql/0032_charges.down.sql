DROP TRIGGER merge_charges ON cases;
DROP FUNCTION app_merge_charges();
DROP TABLE charge_follow_ups;
DROP TABLE limitation_acts;
DROP TABLE charge_changes;
DROP TABLE charges;
DROP FUNCTION app_records_on_charge(uuid);

-- As 0019 left it.
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
DROP FUNCTION app_typed_columns();
