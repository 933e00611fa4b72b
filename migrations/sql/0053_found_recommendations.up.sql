-- Recommendations are found by the one search, by whoever sees their case (ADR 10, 32).

CREATE VIEW search_recommendation_texts AS
  SELECT r.id AS object_id, r.case_id, NULL::text AS own_level, (r.created_at AT TIME ZONE 'UTC')::date AS on_day,
         '' AS names, concat_ws(' ', r.number, r.text, r.theme, r.note) AS prose, NULL::text AS hidden
    FROM recommendations r WHERE r.voided_at IS NULL;
CREATE TABLE search_recommendation (
  object_id uuid PRIMARY KEY, case_id uuid, own_level text, on_day date NOT NULL,
  words tsvector NOT NULL, outside_words tsvector, slips text[]);
ALTER TABLE search_recommendation ENABLE ROW LEVEL SECURITY;
CREATE INDEX ix_search_recommendation_words ON search_recommendation USING gin (words) WITH (gin_pending_list_limit = 128);
CREATE INDEX ix_search_recommendation_day ON search_recommendation (on_day DESC, object_id DESC);
CREATE INDEX ix_search_recommendation_case ON search_recommendation (case_id);
REVOKE ALL ON search_recommendation, search_recommendation_texts FROM PUBLIC;

CREATE FUNCTION search_refresh_recommendation(ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  DELETE FROM search_recommendation WHERE object_id = ANY (ids);
  INSERT INTO search_recommendation (object_id, case_id, own_level, on_day, words)
  SELECT object_id, case_id, own_level, on_day, search_lexemes(names, prose) FROM search_recommendation_texts WHERE object_id = ANY (ids);
END $$;
CREATE FUNCTION search_recommendation_made() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN PERFORM search_refresh_recommendation(ARRAY(SELECT id FROM made)); RETURN NULL; END $$;
CREATE FUNCTION search_recommendation_gone() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN DELETE FROM search_recommendation WHERE object_id IN (SELECT id FROM gone); RETURN NULL; END $$;
CREATE FUNCTION search_recommendation_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN PERFORM search_refresh_recommendation(ARRAY[NEW.id]); RETURN NULL; END $$;
REVOKE EXECUTE ON FUNCTION search_refresh_recommendation(uuid[]) FROM PUBLIC;
CREATE TRIGGER search_made AFTER INSERT ON recommendations REFERENCING NEW TABLE AS made
  FOR EACH STATEMENT EXECUTE FUNCTION search_recommendation_made();
CREATE TRIGGER search_gone AFTER DELETE ON recommendations REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION search_recommendation_gone();
CREATE TRIGGER search_changed AFTER UPDATE ON recommendations FOR EACH ROW
  WHEN ((OLD.case_id, OLD.number, OLD.text, OLD.theme, OLD.note, OLD.voided_at)
        IS DISTINCT FROM (NEW.case_id, NEW.number, NEW.text, NEW.theme, NEW.note, NEW.voided_at))
  EXECUTE FUNCTION search_recommendation_changed();

-- The rule is that of the case; a pathway narrows them as what stands on a case. One word more in each function, and nothing else.
DO $$
DECLARE one record; stands text;
BEGIN
  FOR one IN VALUES
    ('search_rule(text)', 'WHEN kind = ''case'' THEN seen_case', 'WHEN kind IN (''case'', ''recommendation'') THEN seen_case'),
    ('search_one(text, tsquery[], tsquery, integer, date, date, text[])', 'by_case boolean := kind IN (''case'',', 'by_case boolean := kind IN (''recommendation'', ''case'',')
  LOOP
    stands := pg_get_functiondef(one.column1::regprocedure);
    IF strpos(stands, one.column2) = 0 THEN RAISE EXCEPTION 'nothing to change in %', one.column1; END IF;
    EXECUTE replace(stands, one.column2, one.column3);
  END LOOP;
END $$;
SELECT search_refresh_recommendation(ARRAY(SELECT id FROM recommendations));
