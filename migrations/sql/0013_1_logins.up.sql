-- The web's login may become tracker_app and tracker_watcher, that of jobs every role; neither owns a table. tracker_watcher answers
-- for readiness and metrics: how many mails there are and how old they are, nothing of whom or what they are about.

DO $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'tracker_watcher') THEN
    BEGIN
      CREATE ROLE tracker_watcher NOLOGIN NOBYPASSRLS;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;  -- another migration made it meanwhile
    END;
  END IF;
  IF NOT pg_has_role(current_user, 'tracker_watcher', 'SET') THEN
    GRANT tracker_watcher TO CURRENT_USER WITH INHERIT FALSE, SET TRUE;
  END IF;
  GRANT USAGE ON SCHEMA public TO tracker_watcher;
END $$;

GRANT SELECT (status, via, scheduled_at, send_at, created_at, settled_at) ON reminders TO tracker_watcher;
CREATE POLICY watcher_counts ON reminders FOR SELECT TO tracker_watcher USING (true);
GRANT SELECT (mail_fault) ON people TO tracker_watcher;
CREATE POLICY watcher_counts ON people FOR SELECT TO tracker_watcher USING (true);
GRANT SELECT ON sightings TO tracker_watcher;

-- Whoever may connect learns which version the database is of: a process of another one must not start.
GRANT SELECT ON alembic_version TO PUBLIC;

-- A process that owns nothing still has to know whether its keys are the right ones: the word that each of them sealed.
GRANT SELECT ON field_key_checks TO tracker_app;
CREATE POLICY reads ON field_key_checks FOR SELECT TO tracker_app USING (true);

-- Changing keys waits for processes that still work with other ones, which each connection's name says. Names of other logins are
-- seen by whoever inherits them: the owner does, and tells the operator these names alone.
CREATE FUNCTION app_connections() RETURNS TABLE (name text, changed_at timestamptz)
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$ SELECT application_name, state_change FROM pg_stat_activity
           WHERE datname = current_database() AND application_name LIKE 'tracker %' $$;
REVOKE EXECUTE ON FUNCTION app_connections() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_connections() TO tracker_operator;
