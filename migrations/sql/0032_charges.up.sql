-- Charges with their limitation, as secret as their case (ADR 27). What is corrected keeps what stood before.

CREATE TABLE charges (
  id uuid NOT NULL,
  case_id uuid NOT NULL,
  ref varchar NOT NULL,
  jurisdiction varchar NOT NULL,
  offence varchar NOT NULL,
  crime varchar NOT NULL,
  law varchar,
  gravity varchar,
  limitation varchar NOT NULL,
  lapses_on date,
  counted_from date,
  period_amount integer,
  period_unit varchar,
  limitation_source varchar,
  certainty varchar,
  note varchar,
  created_by_id uuid,
  created_at timestamptz NOT NULL,
  checked_by_id uuid,
  checked_at timestamptz NOT NULL,
  voided_at timestamptz,
  void_reason varchar,
  version integer NOT NULL,
  CONSTRAINT pk_charges PRIMARY KEY (id),
  CONSTRAINT ck_charges_crime CHECK (crime IN ('genocide', 'crimes_against_humanity', 'war_crimes', 'aggression', 'torture', 'ordinary')),
  CONSTRAINT ck_charges_limitation CHECK (limitation IN ('none', 'date', 'unknown')),
  CONSTRAINT ck_charges_lapses_on CHECK ((limitation = 'date') = (lapses_on IS NOT NULL)),
  CONSTRAINT ck_charges_period CHECK (num_nulls(counted_from, period_amount, period_unit) IN (0, 3) AND (counted_from IS NULL OR limitation = 'date')),
  CONSTRAINT ck_charges_sourced CHECK (limitation = 'unknown' OR (limitation_source IS NOT NULL AND certainty IS NOT NULL)),
  CONSTRAINT ck_charges_certainty CHECK (certainty IS NULL OR certainty IN ('V', 'V2', 'K')),
  CONSTRAINT fk_charges_case_id_cases FOREIGN KEY (case_id) REFERENCES cases (id) ON DELETE CASCADE,
  CONSTRAINT fk_charges_created_by_id_people FOREIGN KEY (created_by_id) REFERENCES people (id),
  CONSTRAINT fk_charges_checked_by_id_people FOREIGN KEY (checked_by_id) REFERENCES people (id)
);
CREATE INDEX ix_charges_case_id ON charges (case_id);
CREATE UNIQUE INDEX uq_charges_ref ON charges (case_id, ref) WHERE voided_at IS NULL;
COMMENT ON COLUMN charges.ref IS 'the name that a dossier file has for it';
COMMENT ON COLUMN charges.jurisdiction IS 'ISO 3166-1 alpha-2, or ICC';
COMMENT ON COLUMN charges.gravity IS 'the class of gravity as the law has it';
COMMENT ON COLUMN charges.lapses_on IS 'the last day before limitation sets in, typed or counted';
COMMENT ON COLUMN charges.counted_from IS 'where it was counted: the day from which the period runs';
COMMENT ON COLUMN charges.checked_at IS 'when somebody last said that the limitation stands as it is';
COMMENT ON COLUMN charges.created_by_id IS 'null: the operator';

CREATE TABLE charge_changes (
  id uuid NOT NULL,
  charge_id uuid NOT NULL,
  kind varchar NOT NULL,
  before jsonb NOT NULL,
  after jsonb NOT NULL,
  reason varchar,
  by_id uuid,
  at timestamptz NOT NULL,
  CONSTRAINT pk_charge_changes PRIMARY KEY (id),
  CONSTRAINT ck_charge_changes_kind CHECK (kind IN ('entered', 'corrected', 'checked', 'struck_out')),
  CONSTRAINT fk_charge_changes_charge_id_charges FOREIGN KEY (charge_id) REFERENCES charges (id) ON DELETE CASCADE,
  CONSTRAINT fk_charge_changes_by_id_people FOREIGN KEY (by_id) REFERENCES people (id)
);
CREATE INDEX ix_charge_changes_charge_id ON charge_changes (charge_id);
COMMENT ON COLUMN charge_changes.before IS 'changed fields as they stood';
COMMENT ON COLUMN charge_changes.by_id IS 'null: the operator';

CREATE TABLE limitation_acts (
  id uuid NOT NULL,
  charge_id uuid NOT NULL,
  kind varchar NOT NULL,
  occurred_on varchar,
  act varchar NOT NULL,
  source varchar,
  entered_by_id uuid,
  entered_at timestamptz NOT NULL,
  voided_at timestamptz,
  void_reason varchar,
  CONSTRAINT pk_limitation_acts PRIMARY KEY (id),
  CONSTRAINT ck_limitation_acts_kind CHECK (kind IN ('suspended', 'resumed', 'interrupted', 'extended')),
  CONSTRAINT fk_limitation_acts_charge_id_charges FOREIGN KEY (charge_id) REFERENCES charges (id) ON DELETE CASCADE,
  CONSTRAINT fk_limitation_acts_entered_by_id_people FOREIGN KEY (entered_by_id) REFERENCES people (id)
);
CREATE INDEX ix_limitation_acts_charge_id ON limitation_acts (charge_id);
COMMENT ON COLUMN limitation_acts.occurred_on IS 'YYYY[-MM[-DD]]; null: unknown';

CREATE TABLE charge_follow_ups (
  follow_up_id uuid NOT NULL,
  charge_id uuid NOT NULL,
  due_on date,
  CONSTRAINT pk_charge_follow_ups PRIMARY KEY (follow_up_id),
  CONSTRAINT fk_charge_follow_ups_follow_up_id_follow_ups FOREIGN KEY (follow_up_id) REFERENCES follow_ups (id) ON DELETE CASCADE,
  CONSTRAINT fk_charge_follow_ups_charge_id_charges FOREIGN KEY (charge_id) REFERENCES charges (id) ON DELETE CASCADE
);
CREATE INDEX ix_charge_follow_ups_charge_id ON charge_follow_ups (charge_id);
COMMENT ON COLUMN charge_follow_ups.due_on IS 'the day that it was made for';

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['charges', 'charge_changes', 'limitation_acts', 'charge_follow_ups'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tracker_operator', name);
    EXECUTE format('CREATE POLICY operator_sees_all ON %I TO tracker_operator USING (true) WITH CHECK (true)', name);
  END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE ON charges, limitation_acts, charge_follow_ups TO tracker_app;
GRANT SELECT, INSERT ON charge_changes TO tracker_app;

CREATE FUNCTION app_records_on_charge(wanted uuid) RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT coalesce((SELECT app_works_on(c.case_id, 'legal_officer') FROM charges c WHERE c.id = wanted), false)
$$;
CREATE POLICY sees ON charges FOR SELECT TO tracker_app USING ((SELECT true FROM cases c WHERE c.id = case_id));
CREATE POLICY makes ON charges FOR INSERT TO tracker_app WITH CHECK (app_works_on(case_id, 'legal_officer'));
CREATE POLICY changes ON charges FOR UPDATE TO tracker_app USING ((SELECT true FROM cases c WHERE c.id = case_id)) WITH CHECK (app_works_on(case_id, 'legal_officer'));
CREATE POLICY sees ON charge_changes FOR SELECT TO tracker_app USING ((SELECT true FROM charges c WHERE c.id = charge_id));
CREATE POLICY writes ON charge_changes FOR INSERT TO tracker_app WITH CHECK (app_records_on_charge(charge_id) AND by_id = (SELECT app_person()));
CREATE POLICY sees ON limitation_acts FOR SELECT TO tracker_app USING ((SELECT true FROM charges c WHERE c.id = charge_id));
CREATE POLICY makes ON limitation_acts FOR INSERT TO tracker_app WITH CHECK (app_records_on_charge(charge_id));
CREATE POLICY changes ON limitation_acts FOR UPDATE TO tracker_app USING ((SELECT true FROM charges c WHERE c.id = charge_id)) WITH CHECK (app_records_on_charge(charge_id));
CREATE POLICY sees ON charge_follow_ups TO tracker_app USING (
  (SELECT true FROM follow_ups f WHERE f.id = follow_up_id) AND (SELECT true FROM charges c WHERE c.id = charge_id));

-- Of merged cases the charges go along, but never to a wider circle.
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

-- What people type, column by column, stands in a function of its own: whoever adds some names them here.
CREATE FUNCTION app_typed_columns() RETURNS TABLE (in_table text, in_columns text[]) LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public AS $$
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
        ('posts', ARRAY['title']), ('approvals', ARRAY['payload', 'reason']),
        ('charges', ARRAY['offence', 'law', 'gravity', 'limitation_source', 'note', 'void_reason']), ('charge_changes', ARRAY['before', 'after', 'reason']),
        ('limitation_acts', ARRAY['act', 'source', 'void_reason'])
$$;
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
      FROM information_schema.columns c JOIN app_typed_columns() AS typed
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
