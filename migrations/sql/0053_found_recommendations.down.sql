DO $$
DECLARE one record; stands text;
BEGIN
  FOR one IN VALUES
    ('search_rule(text)', 'WHEN kind IN (''case'', ''recommendation'') THEN seen_case', 'WHEN kind = ''case'' THEN seen_case'),
    ('search_one(text, tsquery[], tsquery, integer, date, date, text[])', 'by_case boolean := kind IN (''recommendation'', ''case'',', 'by_case boolean := kind IN (''case'',')
  LOOP
    stands := pg_get_functiondef(one.column1::regprocedure);
    IF strpos(stands, one.column2) = 0 THEN RAISE EXCEPTION 'nothing to change in %', one.column1; END IF;
    EXECUTE replace(stands, one.column2, one.column3);
  END LOOP;
END $$;
DROP TRIGGER search_made ON recommendations;
DROP TRIGGER search_gone ON recommendations;
DROP TRIGGER search_changed ON recommendations;
DROP FUNCTION search_recommendation_made();
DROP FUNCTION search_recommendation_gone();
DROP FUNCTION search_recommendation_changed();
DROP FUNCTION search_refresh_recommendation(uuid[]);
DROP VIEW search_recommendation_texts;
DROP TABLE search_recommendation;
