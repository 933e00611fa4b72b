-- As 0003 left it. What only the app told counts as withdrawn; digests and other kinds that nobody knows any more go.

DROP FUNCTION app_plan_subject(text, uuid, uuid, timestamptz);
DROP TABLE mail_pace, reminder_plans, reminder_rules;
REVOKE SELECT (waiting_since) ON follow_ups FROM tracker_planner;
REVOKE SELECT (pathway, removed_at, expires_on) ON cases FROM tracker_planner;
UPDATE reminder_preferences SET days_before = '{7,3,1}' WHERE days_before IS NULL;
ALTER TABLE reminder_preferences
  ALTER COLUMN days_before SET NOT NULL,
  DROP COLUMN overdue_every, DROP COLUMN unwanted_kinds, DROP COLUMN working_days, DROP COLUMN only_working_days, DROP COLUMN quiet_from,
  DROP COLUMN quiet_until, DROP COLUMN delivery, DROP COLUMN digest_day, DROP COLUMN paused_until, DROP COLUMN away_from,
  DROP COLUMN away_until, DROP COLUMN substitute_id;
COMMENT ON COLUMN reminder_preferences.wants_mail IS NULL;
DROP INDEX ix_reminders_claim, ix_reminders_gather, uq_reminders_message_id, ix_reminders_digest, ix_reminders_sent, ix_reminders_unread;
DELETE FROM reminders WHERE subject_type <> 'follow_up' OR kind NOT IN ('assigned', 'before', 'on_the_day', 'overdue');
UPDATE reminders SET status = 'cancelled' WHERE status = 'shown' OR (via <> 'mail' AND status = 'planned');
UPDATE reminders SET status = 'sending' WHERE status = 'committing';
ALTER TABLE reminders
  DROP CONSTRAINT ck_reminders_subject_type, DROP CONSTRAINT ck_reminders_via, DROP CONSTRAINT ck_reminders_status,
  DROP COLUMN via, DROP COLUMN digest_id, DROP COLUMN failures, DROP COLUMN fenced_at, DROP COLUMN relay, DROP COLUMN read_at,
  ADD CONSTRAINT ck_reminders_status CHECK (status IN ('planned', 'sending', 'committing', 'sent', 'dead', 'cancelled'));
CREATE INDEX ix_reminders_claim ON reminders (send_at, id) WHERE status = 'planned';
COMMENT ON COLUMN reminders.subject_id IS 'the follow-up''s id';
COMMENT ON COLUMN reminders.kind IS 'assigned, before, on_the_day, overdue, escalation_lead, escalation_coordinator';
COMMENT ON COLUMN reminders.attempts IS NULL;
ALTER TABLE people DROP COLUMN mail_fault, DROP COLUMN mail_fault_at;
