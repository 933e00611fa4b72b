DROP TABLE audit_checks, audit_anchors, audit_links;
DROP POLICY auditor_reads ON audit_entries;
REVOKE SELECT ON audit_entries FROM tracker_auditor;
-- The role stays: it belongs to the server, and other databases on it may use it.
