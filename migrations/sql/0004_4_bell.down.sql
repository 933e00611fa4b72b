DROP FUNCTION app_news(uuid, timestamptz);
DROP POLICY settles_on_case ON reminders;
DROP POLICY sees_on_case ON reminders;
REVOKE UPDATE (looked_at, failures, fenced_at) ON reminders FROM tracker_app;
DROP INDEX ix_reminders_unlooked;
ALTER TABLE reminders DROP COLUMN looked_at;
CREATE OR REPLACE FUNCTION app_mail_is_sealed(of_case uuid, of_follow_up uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS
$$ SELECT EXISTS (SELECT 1 FROM cases WHERE id = of_case AND level = 'sealed')
       OR EXISTS (SELECT 1 FROM follow_ups WHERE id = of_follow_up AND level = 'sealed') $$;
