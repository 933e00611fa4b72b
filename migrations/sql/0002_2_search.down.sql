-- Everything of search is called search_… or app_search…; views, functions and triggers go before the tables they are about.
DO $$
DECLARE one record;
BEGIN
  FOR one IN SELECT tgname, tgrelid::regclass AS source FROM pg_trigger WHERE tgname LIKE 'search\_%' AND NOT tgisinternal LOOP
    EXECUTE format('DROP TRIGGER %I ON %s', one.tgname, one.source);
  END LOOP;
  FOR one IN SELECT viewname FROM pg_views WHERE schemaname = 'public' AND viewname LIKE 'search\_%\_texts' LOOP
    EXECUTE format('DROP VIEW %I', one.viewname);
  END LOOP;
  FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'search\_%' LOOP
    EXECUTE format('DROP TABLE %I', one.tablename);
  END LOOP;
  FOR one IN SELECT oid::regprocedure AS name FROM pg_proc
              WHERE pronamespace = 'public'::regnamespace AND (proname LIKE 'search\_%' OR proname LIKE 'app\_search%') LOOP
    EXECUTE format('DROP FUNCTION %s', one.name);
  END LOOP;
END $$;
