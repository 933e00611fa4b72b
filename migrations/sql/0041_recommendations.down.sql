DROP TRIGGER merge_charges ON cases;
DROP TRIGGER merge_period_records ON cases;
DROP TRIGGER merge_recommendations ON cases;
DROP TRIGGER merge_stated_figures ON cases;
DROP FUNCTION app_merge_parts();
DROP TABLE stated_figures;
DROP TABLE recommendation_assessments;
DROP TABLE recommendation_changes;
DROP TABLE recommendation_repetitions;
DROP TABLE recommendations;
DROP FUNCTION app_records_on_recommendation(uuid);

-- As the migrations before left them.
CREATE FUNCTION app_merge_charges() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE ranks CONSTANT text[] := ARRAY['public', 'internal', 'restricted', 'sealed'];
BEGIN
  UPDATE charges c SET case_id = kept.id,
         ref = CASE WHEN EXISTS (SELECT 1 FROM charges k WHERE k.case_id = kept.id AND k.ref = c.ref) THEN c.ref || '-' || c.id ELSE c.ref END
    FROM cases kept
   WHERE kept.id = NEW.merged_into_id AND c.case_id = NEW.id
     AND array_position(ranks, kept.level::text) >= array_position(ranks, NEW.level::text);
  RETURN NULL;
END $$;
CREATE TRIGGER merge_charges AFTER UPDATE OF merged_into_id ON cases FOR EACH ROW
  WHEN (OLD.merged_into_id IS NULL AND NEW.merged_into_id IS NOT NULL) EXECUTE FUNCTION app_merge_charges();
REVOKE EXECUTE ON FUNCTION app_merge_charges() FROM PUBLIC;
CREATE FUNCTION app_merge_period_records() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE ranks CONSTANT text[] := ARRAY['public', 'internal', 'restricted', 'sealed'];
BEGIN
  UPDATE period_records r SET case_id = kept.id,
         ref = CASE WHEN EXISTS (SELECT 1 FROM period_records k WHERE k.case_id = kept.id AND k.ref = r.ref) THEN r.ref || '-' || r.id ELSE r.ref END
    FROM cases kept
   WHERE kept.id = NEW.merged_into_id AND r.case_id = NEW.id
     AND array_position(ranks, kept.level::text) >= array_position(ranks, NEW.level::text);
  RETURN NULL;
END $$;
CREATE TRIGGER merge_period_records AFTER UPDATE OF merged_into_id ON cases FOR EACH ROW
  WHEN (OLD.merged_into_id IS NULL AND NEW.merged_into_id IS NOT NULL) EXECUTE FUNCTION app_merge_period_records();
REVOKE EXECUTE ON FUNCTION app_merge_period_records() FROM PUBLIC;

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
