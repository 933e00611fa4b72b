-- A day that no entry of the history carries is one of its own: it names the rule whose clock it starts, and whose day it is. As secret,
-- guarded and audited as every other entry, and corrected like them (ADR 29).
ALTER TABLE case_events
  ADD COLUMN clock_rule varchar, ADD COLUMN clock_party varchar, ADD COLUMN clock_on varchar,
  ADD CONSTRAINT ck_case_events_starts CHECK (CASE WHEN clock_rule IS NULL THEN clock_party IS NULL AND clock_on IS NULL ELSE status IS NULL AND source IS NOT NULL END);
COMMENT ON COLUMN case_events.clock_rule IS 'the rule whose clock this entry starts, where somebody typed the day that no other entry carries';
COMMENT ON COLUMN case_events.clock_party IS 'the State or party whose own day it is';
COMMENT ON COLUMN case_events.clock_on IS 'YYYY[-MM[-DD]] that starts it, where that is not the day of the entry: one that lies ahead';

-- Whose day it is is typed by people, too.
CREATE OR REPLACE FUNCTION app_typed_columns() RETURNS TABLE (in_table text, in_columns text[]) LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public AS $$
  VALUES
        ('cases', ARRAY['title', 'summary', 'details', 'remove_reason']),
        ('case_events', ARRAY['location', 'reason', 'new_facts', 'facts', 'summary', 'authority', 'reference_no', 'source', 'void_reason', 'clock_party']),
        ('case_memberships', ARRAY['reason']), ('case_subjects', ARRAY['counts']), ('subjects', ARRAY['name', 'aliases', 'office', 'notes']),
        ('dossiers', ARRAY['title', 'summary']), ('comments', ARRAY['body']), ('contact_merges', ARRAY['moved']),
        ('follow_ups', ARRAY['title', 'assignee_named', 'notes', 'waiting_on']), ('followed_clocks', ARRAY['party']), ('follow_up_changes', ARRAY['before', 'after']),
        ('checklist_items', ARRAY['text']), ('timelines', ARRAY['title']), ('timeline_sets', ARRAY['title', 'items']),
        ('engagements', ARRAY['date_text', 'place', 'summary']), ('engagement_participants', ARRAY['name']),
        ('commitments', ARRAY['by_text', 'to_text', 'text', 'check_note']), ('documents', ARRAY['title', 'from_text', 'to_text', 'source']),
        ('organisations', ARRAY['name']), ('saved_views', ARRAY['name', 'query']), ('contacts', ARRAY['name']), ('offices', ARRAY['title']),
        ('posts', ARRAY['title']), ('approvals', ARRAY['payload', 'reason']), ('clock_rule_versions', ARRAY['reason', 'source']),
        ('charges', ARRAY['offence', 'law', 'gravity', 'limitation_source', 'note', 'void_reason']), ('charge_changes', ARRAY['before', 'after', 'reason']),
        ('limitation_acts', ARRAY['act', 'source', 'void_reason']),
        ('period_records', ARRAY['title', 'holder', 'authority', 'note', 'void_reason']), ('periods', ARRAY['basis', 'source', 'void_reason'])
$$;
