-- Records of periods: what an act grants for a time and another renews. As secret as their case (ADR 27).

CREATE TABLE period_records (
  id uuid NOT NULL,
  case_id uuid NOT NULL,
  ref varchar NOT NULL,
  kind varchar NOT NULL,
  title varchar NOT NULL,
  holder varchar,
  authority varchar,
  rule_key varchar,
  note varchar,
  created_by_id uuid,
  created_at timestamptz NOT NULL,
  voided_at timestamptz,
  void_reason varchar,
  version integer NOT NULL,
  CONSTRAINT pk_period_records PRIMARY KEY (id),
  CONSTRAINT ck_period_records_kind CHECK (kind IN ('framework', 'listing', 'mandate', 'state_membership', 'body_membership', 'power_of_attorney')),
  CONSTRAINT fk_period_records_case_id_cases FOREIGN KEY (case_id) REFERENCES cases (id) ON DELETE CASCADE,
  CONSTRAINT fk_period_records_created_by_id_people FOREIGN KEY (created_by_id) REFERENCES people (id)
);
CREATE INDEX ix_period_records_case_id ON period_records (case_id);
CREATE UNIQUE INDEX uq_period_records_ref ON period_records (case_id, ref) WHERE voided_at IS NULL;
COMMENT ON COLUMN period_records.ref IS 'the name that a dossier file has for it';
COMMENT ON COLUMN period_records.holder IS 'who is listed, appointed, a member, empowered; never a victim';
COMMENT ON COLUMN period_records.authority IS 'who grants and renews it';
COMMENT ON COLUMN period_records.rule_key IS 'the rule of a clock by which its periods end, where there is one';
COMMENT ON COLUMN period_records.created_by_id IS 'null: the operator';

CREATE TABLE periods (
  id uuid NOT NULL,
  record_id uuid NOT NULL,
  ref varchar NOT NULL,
  begins_on varchar,
  ends_on varchar,
  end_kind varchar NOT NULL,
  ends_by date,
  basis varchar,
  source varchar,
  is_overlapping boolean NOT NULL,
  entered_by_id uuid,
  entered_at timestamptz NOT NULL,
  replaces_id uuid,
  voided_at timestamptz,
  voided_by_id uuid,
  void_reason varchar,
  CONSTRAINT pk_periods PRIMARY KEY (id),
  CONSTRAINT ck_periods_end_kind CHECK (end_kind IN ('day', 'open', 'unknown') AND (end_kind = 'day') = (ends_on IS NOT NULL)),
  CONSTRAINT fk_periods_record_id_period_records FOREIGN KEY (record_id) REFERENCES period_records (id) ON DELETE CASCADE,
  CONSTRAINT fk_periods_entered_by_id_people FOREIGN KEY (entered_by_id) REFERENCES people (id),
  CONSTRAINT fk_periods_replaces_id_periods FOREIGN KEY (replaces_id) REFERENCES periods (id),
  CONSTRAINT fk_periods_voided_by_id_people FOREIGN KEY (voided_by_id) REFERENCES people (id)
);
CREATE INDEX ix_periods_ends_by ON periods (ends_by, id) WHERE voided_at IS NULL AND ends_by IS NOT NULL;
CREATE INDEX ix_periods_record_id ON periods (record_id);
CREATE UNIQUE INDEX uq_periods_ref ON periods (record_id, ref) WHERE voided_at IS NULL;
COMMENT ON COLUMN periods.begins_on IS 'YYYY[-MM[-DD]]; null: unknown';
COMMENT ON COLUMN periods.ends_on IS 'YYYY[-MM[-DD]]: the last day of it';
COMMENT ON COLUMN periods.end_kind IS 'day; open: until somebody ends it; unknown';
COMMENT ON COLUMN periods.ends_by IS 'the last day that ends_on leaves open';
COMMENT ON COLUMN periods.basis IS 'the act that grants it';
COMMENT ON COLUMN periods.is_overlapping IS 'whoever entered it said that the acts overlap';
COMMENT ON COLUMN periods.entered_by_id IS 'null: the operator';

CREATE TABLE period_follow_ups (
  follow_up_id uuid NOT NULL,
  period_id uuid NOT NULL,
  due_on date,
  CONSTRAINT pk_period_follow_ups PRIMARY KEY (follow_up_id),
  CONSTRAINT fk_period_follow_ups_follow_up_id_follow_ups FOREIGN KEY (follow_up_id) REFERENCES follow_ups (id) ON DELETE CASCADE,
  CONSTRAINT fk_period_follow_ups_period_id_periods FOREIGN KEY (period_id) REFERENCES periods (id) ON DELETE CASCADE
);
CREATE INDEX ix_period_follow_ups_period_id ON period_follow_ups (period_id);
COMMENT ON COLUMN period_follow_ups.due_on IS 'the day that it was made for';

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['period_records', 'periods', 'period_follow_ups'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tracker_operator', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO tracker_app', name);
    EXECUTE format('CREATE POLICY operator_sees_all ON %I TO tracker_operator USING (true) WITH CHECK (true)', name);
  END LOOP;
END $$;
CREATE FUNCTION app_records_on_period_record(wanted uuid) RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT coalesce((SELECT app_works_on(r.case_id, 'legal_officer') FROM period_records r WHERE r.id = wanted), false)
$$;
CREATE POLICY sees ON period_records FOR SELECT TO tracker_app USING ((SELECT true FROM cases c WHERE c.id = case_id));
CREATE POLICY makes ON period_records FOR INSERT TO tracker_app WITH CHECK (app_works_on(case_id, 'legal_officer'));
CREATE POLICY changes ON period_records FOR UPDATE TO tracker_app USING ((SELECT true FROM cases c WHERE c.id = case_id)) WITH CHECK (app_works_on(case_id, 'legal_officer'));
CREATE POLICY sees ON periods FOR SELECT TO tracker_app USING ((SELECT true FROM period_records r WHERE r.id = record_id));
CREATE POLICY makes ON periods FOR INSERT TO tracker_app WITH CHECK (app_records_on_period_record(record_id));
CREATE POLICY changes ON periods FOR UPDATE TO tracker_app USING ((SELECT true FROM period_records r WHERE r.id = record_id)) WITH CHECK (app_records_on_period_record(record_id));
CREATE POLICY sees ON period_follow_ups TO tracker_app USING (
  (SELECT true FROM follow_ups f WHERE f.id = follow_up_id) AND (SELECT true FROM periods p WHERE p.id = period_id));

-- Of merged cases the records go along, but never to a wider circle.
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
