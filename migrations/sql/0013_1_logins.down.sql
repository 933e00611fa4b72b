-- As 0012 left it. The role stays: it belongs to the server, and other databases on it may use it.

DROP FUNCTION app_connections();
DROP POLICY reads ON field_key_checks;
REVOKE SELECT ON field_key_checks FROM tracker_app;
REVOKE SELECT ON alembic_version FROM PUBLIC;
REVOKE SELECT ON sightings FROM tracker_watcher;
DROP POLICY watcher_counts ON people;
REVOKE SELECT (mail_fault) ON people FROM tracker_watcher;
DROP POLICY watcher_counts ON reminders;
REVOKE SELECT (status, via, scheduled_at, send_at, created_at, settled_at) ON reminders FROM tracker_watcher;
