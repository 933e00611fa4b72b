DROP TRIGGER plan_openpgp_key ON openpgp_keys;
DROP FUNCTION app_plan_openpgp_key();
DROP TRIGGER plan_ended_membership ON case_memberships;
DROP TRIGGER plan_broken_glass ON case_memberships;
DROP FUNCTION app_plan_membership();
DELETE FROM reminder_plans WHERE subject_type IN ('membership', 'openpgp_key');
DELETE FROM reminders WHERE subject_type IN ('membership', 'openpgp_key');
ALTER TABLE reminders DROP CONSTRAINT ck_reminders_subject_type, ADD CONSTRAINT ck_reminders_subject_type CHECK (
  subject_type IN ('follow_up', 'case_event', 'case', 'commitment', 'digest', 'summary', 'watchdog'));
