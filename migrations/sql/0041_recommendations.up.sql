-- Recommendations of a review with their assessments, and the figures that assessors state. As secret as their case (ADR 32).

CREATE TABLE recommendations (
  id uuid NOT NULL,
  case_id uuid NOT NULL,
  ref varchar NOT NULL,
  cycle integer,
  number varchar,
  place varchar COLLATE "C" NOT NULL,
  states text[] NOT NULL,
  text varchar NOT NULL,
  state_position varchar NOT NULL,
  theme varchar,
  note varchar,
  created_by_id uuid,
  created_at timestamptz NOT NULL,
  voided_at timestamptz,
  void_reason varchar,
  version integer NOT NULL,
  CONSTRAINT pk_recommendations PRIMARY KEY (id),
  CONSTRAINT ck_recommendations_state_position CHECK (state_position IN ('supported', 'supported_in_part', 'considered_already_implemented', 'noted', 'unknown')),
  CONSTRAINT ck_recommendations_cycle CHECK (cycle IS NULL OR cycle BETWEEN 1 AND 99),
  CONSTRAINT fk_recommendations_case_id_cases FOREIGN KEY (case_id) REFERENCES cases (id) ON DELETE CASCADE,
  CONSTRAINT fk_recommendations_created_by_id_people FOREIGN KEY (created_by_id) REFERENCES people (id)
);
CREATE INDEX ix_recommendations_case_id ON recommendations (case_id);
CREATE INDEX ix_recommendations_place ON recommendations (case_id, place, id) WHERE voided_at IS NULL;
CREATE UNIQUE INDEX uq_recommendations_ref ON recommendations (case_id, ref) WHERE voided_at IS NULL;
COMMENT ON COLUMN recommendations.ref IS 'the name that a dossier file has for it';
COMMENT ON COLUMN recommendations.cycle IS 'null: not known';
COMMENT ON COLUMN recommendations.number IS 'in the report of the Working Group, such as 138.45';
COMMENT ON COLUMN recommendations.place IS 'its number, figure by figure, to sort by';
COMMENT ON COLUMN recommendations.states IS 'who recommends it';
COMMENT ON COLUMN recommendations.state_position IS 'of the state under review';
COMMENT ON COLUMN recommendations.created_by_id IS 'null: the operator';

CREATE TABLE recommendation_repetitions (
  recommendation_id uuid NOT NULL,
  predecessor_id uuid NOT NULL,
  CONSTRAINT pk_recommendation_repetitions PRIMARY KEY (recommendation_id, predecessor_id),
  CONSTRAINT fk_recommendation_repetitions_recommendation_id_recommendations FOREIGN KEY (recommendation_id) REFERENCES recommendations (id) ON DELETE CASCADE,
  CONSTRAINT fk_recommendation_repetitions_predecessor_id_recommendations FOREIGN KEY (predecessor_id) REFERENCES recommendations (id) ON DELETE CASCADE
);
CREATE INDEX ix_recommendation_repetitions_predecessor_id ON recommendation_repetitions (predecessor_id);

CREATE TABLE recommendation_changes (
  id uuid NOT NULL,
  recommendation_id uuid NOT NULL,
  kind varchar NOT NULL,
  before jsonb NOT NULL,
  after jsonb NOT NULL,
  reason varchar,
  by_id uuid,
  at timestamptz NOT NULL,
  CONSTRAINT pk_recommendation_changes PRIMARY KEY (id),
  CONSTRAINT ck_recommendation_changes_kind CHECK (kind IN ('entered', 'corrected', 'struck_out')),
  CONSTRAINT fk_recommendation_changes_recommendation_id_recommendations FOREIGN KEY (recommendation_id) REFERENCES recommendations (id) ON DELETE CASCADE,
  CONSTRAINT fk_recommendation_changes_by_id_people FOREIGN KEY (by_id) REFERENCES people (id)
);
CREATE INDEX ix_recommendation_changes_recommendation_id ON recommendation_changes (recommendation_id);
COMMENT ON COLUMN recommendation_changes.before IS 'changed fields as they stood';
COMMENT ON COLUMN recommendation_changes.by_id IS 'null: the operator';

CREATE TABLE recommendation_assessments (
  id uuid NOT NULL,
  recommendation_id uuid NOT NULL,
  assessor varchar NOT NULL,
  assessment varchar NOT NULL,
  assessed_on varchar COLLATE "C",
  source varchar,
  note varchar,
  entered_by_id uuid,
  entered_at timestamptz NOT NULL,
  voided_at timestamptz,
  void_reason varchar,
  CONSTRAINT pk_recommendation_assessments PRIMARY KEY (id),
  CONSTRAINT ck_recommendation_assessments_assessment CHECK (assessment IN ('implemented', 'partially', 'not', 'not_assessed')),
  CONSTRAINT fk_recommendation_assessments_recommendation_id_recommendations FOREIGN KEY (recommendation_id) REFERENCES recommendations (id) ON DELETE CASCADE,
  CONSTRAINT fk_recommendation_assessments_entered_by_id_people FOREIGN KEY (entered_by_id) REFERENCES people (id)
);
CREATE INDEX ix_recommendation_assessments_recommendation_id ON recommendation_assessments (recommendation_id);
COMMENT ON COLUMN recommendation_assessments.assessor IS 'an organisation as it calls itself, or NAM';
COMMENT ON COLUMN recommendation_assessments.assessed_on IS 'YYYY[-MM[-DD]]; null: unknown';
COMMENT ON COLUMN recommendation_assessments.entered_by_id IS 'null: the operator';

CREATE TABLE stated_figures (
  id uuid NOT NULL,
  case_id uuid NOT NULL,
  ref varchar NOT NULL,
  assessor varchar NOT NULL,
  stated_on varchar COLLATE "C",
  total integer,
  assessed integer,
  implemented integer,
  partially integer,
  not_implemented integer,
  not_assessed integer,
  source varchar,
  note varchar,
  entered_by_id uuid,
  entered_at timestamptz NOT NULL,
  voided_at timestamptz,
  void_reason varchar,
  CONSTRAINT pk_stated_figures PRIMARY KEY (id),
  CONSTRAINT ck_stated_figures_some CHECK (num_nonnulls(total, assessed, implemented, partially, not_implemented, not_assessed) > 0),
  CONSTRAINT ck_stated_figures_counts CHECK (least(total, assessed, implemented, partially, not_implemented, not_assessed) >= 0),
  CONSTRAINT fk_stated_figures_case_id_cases FOREIGN KEY (case_id) REFERENCES cases (id) ON DELETE CASCADE,
  CONSTRAINT fk_stated_figures_entered_by_id_people FOREIGN KEY (entered_by_id) REFERENCES people (id)
);
CREATE INDEX ix_stated_figures_case_id ON stated_figures (case_id);
CREATE UNIQUE INDEX uq_stated_figures_ref ON stated_figures (case_id, ref) WHERE voided_at IS NULL;
COMMENT ON COLUMN stated_figures.ref IS 'the name that a dossier file has for it';
COMMENT ON COLUMN stated_figures.stated_on IS 'YYYY[-MM[-DD]]; null: unknown';
COMMENT ON COLUMN stated_figures.total IS 'null here and below: the source does not say';
COMMENT ON COLUMN stated_figures.entered_by_id IS 'null: the operator';

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['recommendations', 'recommendation_repetitions', 'recommendation_changes', 'recommendation_assessments', 'stated_figures'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tracker_operator', name);
    EXECUTE format('CREATE POLICY operator_sees_all ON %I TO tracker_operator USING (true) WITH CHECK (true)', name);
  END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE ON recommendations, recommendation_assessments, stated_figures TO tracker_app;
GRANT SELECT, INSERT ON recommendation_changes TO tracker_app;
GRANT SELECT, INSERT, DELETE ON recommendation_repetitions TO tracker_app;

CREATE FUNCTION app_records_on_recommendation(wanted uuid) RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT coalesce((SELECT app_works_on(r.case_id, 'legal_officer') FROM recommendations r WHERE r.id = wanted), false)
$$;
CREATE POLICY sees ON recommendations FOR SELECT TO tracker_app USING ((SELECT true FROM cases c WHERE c.id = case_id));
CREATE POLICY makes ON recommendations FOR INSERT TO tracker_app WITH CHECK (app_works_on(case_id, 'legal_officer'));
CREATE POLICY changes ON recommendations FOR UPDATE TO tracker_app USING ((SELECT true FROM cases c WHERE c.id = case_id)) WITH CHECK (app_works_on(case_id, 'legal_officer'));
-- Seen where both ends are, as links of cases.
CREATE POLICY sees ON recommendation_repetitions FOR SELECT TO tracker_app USING (
  (SELECT true FROM recommendations r WHERE r.id = recommendation_id) AND (SELECT true FROM recommendations r WHERE r.id = predecessor_id));
CREATE POLICY makes ON recommendation_repetitions FOR INSERT TO tracker_app WITH CHECK (
  app_records_on_recommendation(recommendation_id) AND (SELECT true FROM recommendations r WHERE r.id = predecessor_id));
CREATE POLICY takes ON recommendation_repetitions FOR DELETE TO tracker_app USING (
  app_records_on_recommendation(recommendation_id) AND (SELECT true FROM recommendations r WHERE r.id = predecessor_id));
CREATE POLICY sees ON recommendation_changes FOR SELECT TO tracker_app USING ((SELECT true FROM recommendations r WHERE r.id = recommendation_id));
CREATE POLICY writes ON recommendation_changes FOR INSERT TO tracker_app WITH CHECK (app_records_on_recommendation(recommendation_id) AND by_id = (SELECT app_person()));
CREATE POLICY sees ON recommendation_assessments FOR SELECT TO tracker_app USING ((SELECT true FROM recommendations r WHERE r.id = recommendation_id));
CREATE POLICY makes ON recommendation_assessments FOR INSERT TO tracker_app WITH CHECK (app_records_on_recommendation(recommendation_id));
CREATE POLICY changes ON recommendation_assessments FOR UPDATE TO tracker_app USING ((SELECT true FROM recommendations r WHERE r.id = recommendation_id))
  WITH CHECK (app_records_on_recommendation(recommendation_id));
CREATE POLICY sees ON stated_figures FOR SELECT TO tracker_app USING ((SELECT true FROM cases c WHERE c.id = case_id));
CREATE POLICY makes ON stated_figures FOR INSERT TO tracker_app WITH CHECK (app_works_on(case_id, 'legal_officer'));
CREATE POLICY changes ON stated_figures FOR UPDATE TO tracker_app USING ((SELECT true FROM cases c WHERE c.id = case_id)) WITH CHECK (app_works_on(case_id, 'legal_officer'));

-- Of merged cases what hangs on them under a name of the file's goes along, but never to a wider circle. One function for every such table.
CREATE FUNCTION app_merge_parts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE ranks CONSTANT text[] := ARRAY['public', 'internal', 'restricted', 'sealed'];
BEGIN
  EXECUTE format(
    'UPDATE %1$I p SET case_id = kept.id,
            ref = CASE WHEN EXISTS (SELECT 1 FROM %1$I k WHERE k.case_id = kept.id AND k.ref = p.ref) THEN p.ref || ''-'' || p.id ELSE p.ref END
       FROM cases kept
      WHERE kept.id = $1 AND p.case_id = $2 AND array_position($4, kept.level::text) >= array_position($4, $3)', TG_ARGV[0])
  USING NEW.merged_into_id, NEW.id, NEW.level::text, ranks;
  RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION app_merge_parts() FROM PUBLIC;
DROP TRIGGER merge_charges ON cases;
DROP FUNCTION app_merge_charges();
DROP TRIGGER merge_period_records ON cases;
DROP FUNCTION app_merge_period_records();
DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['charges', 'period_records', 'recommendations', 'stated_figures'] LOOP
    EXECUTE format(
      'CREATE TRIGGER %I AFTER UPDATE OF merged_into_id ON cases FOR EACH ROW
         WHEN (OLD.merged_into_id IS NULL AND NEW.merged_into_id IS NOT NULL) EXECUTE FUNCTION app_merge_parts(%L)', 'merge_' || name, name);
  END LOOP;
END $$;

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
        ('period_records', ARRAY['title', 'holder', 'authority', 'note', 'void_reason']), ('periods', ARRAY['basis', 'source', 'void_reason']),
        ('recommendations', ARRAY['text', 'theme', 'note', 'void_reason']), ('recommendation_changes', ARRAY['before', 'after', 'reason']),
        ('recommendation_assessments', ARRAY['assessor', 'source', 'note', 'void_reason']), ('stated_figures', ARRAY['assessor', 'source', 'note', 'void_reason'])
$$;
