ALTER TABLE case_events DROP CONSTRAINT ck_case_events_starts, DROP COLUMN clock_rule, DROP COLUMN clock_party, DROP COLUMN clock_on;

-- As the migration before left it.
CREATE OR REPLACE FUNCTION app_typed_columns() RETURNS TABLE (in_table text, in_columns text[]) LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public AS $$
  VALUES
        ('cases', ARRAY['title', 'summary', 'details', 'remove_reason']),
        ('case_events', ARRAY['location', 'reason', 'new_facts', 'facts', 'summary', 'authority', 'reference_no', 'source', 'void_reason']),
        ('case_memberships', ARRAY['reason']), ('case_subjects', ARRAY['counts']), ('subjects', ARRAY['name', 'aliases', 'office', 'notes']),
        ('dossiers', ARRAY['title', 'summary']), ('comments', ARRAY['body']), ('contact_merges', ARRAY['moved']),
        ('follow_ups', ARRAY['title', 'assignee_named', 'notes', 'waiting_on']), ('follow_up_changes', ARRAY['before', 'after']),
        ('checklist_items', ARRAY['text']), ('timelines', ARRAY['title']), ('timeline_sets', ARRAY['title', 'items']),
        ('engagements', ARRAY['date_text', 'place', 'summary']), ('engagement_participants', ARRAY['name']),
        ('commitments', ARRAY['by_text', 'to_text', 'text', 'check_note']), ('documents', ARRAY['title', 'from_text', 'to_text', 'source']),
        ('organisations', ARRAY['name']), ('saved_views', ARRAY['name', 'query']), ('contacts', ARRAY['name']), ('offices', ARRAY['title']),
        ('posts', ARRAY['title']), ('approvals', ARRAY['payload', 'reason']), ('clock_rule_versions', ARRAY['reason', 'source']),
        ('charges', ARRAY['offence', 'law', 'gravity', 'limitation_source', 'note', 'void_reason']), ('charge_changes', ARRAY['before', 'after', 'reason']),
        ('limitation_acts', ARRAY['act', 'source', 'void_reason']),
        ('period_records', ARRAY['title', 'holder', 'authority', 'note', 'void_reason']), ('periods', ARRAY['basis', 'source', 'void_reason'])
$$;
