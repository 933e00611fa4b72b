-- Tables and columns of reminders of every kind.

ALTER TABLE people ADD COLUMN mail_fault varchar, ADD COLUMN mail_fault_at timestamptz;
COMMENT ON COLUMN people.mail_fault IS 'mail to this address came back: a code such as dsn_5.1.1';

ALTER TABLE reminders
  ADD COLUMN via varchar NOT NULL DEFAULT 'mail',
  ADD COLUMN digest_id uuid CONSTRAINT fk_reminders_digest_id REFERENCES reminders (id) ON DELETE SET NULL,
  ADD COLUMN failures integer NOT NULL DEFAULT 0,
  ADD COLUMN fenced_at timestamptz,
  ADD COLUMN relay varchar,
  ADD COLUMN read_at timestamptz,
  DROP CONSTRAINT ck_reminders_status,
  ADD CONSTRAINT ck_reminders_status CHECK (status IN ('planned', 'sending', 'committing', 'sent', 'shown', 'dead', 'cancelled')),
  ADD CONSTRAINT ck_reminders_via CHECK (via IN ('mail', 'digest', 'app')),
  ADD CONSTRAINT ck_reminders_subject_type CHECK (
    subject_type IN ('follow_up', 'case_event', 'case', 'commitment', 'digest', 'summary', 'watchdog'));
COMMENT ON COLUMN reminders.subject_id IS 'what it is about; of digests and summaries the recipient';
COMMENT ON COLUMN reminders.kind IS 'tracker.reminders.kinds: assigned, before, on_the_day, overdue, escalation, waiting, …';
COMMENT ON COLUMN reminders.attempts IS 'times it was offered to a relay';
COMMENT ON COLUMN reminders.failures IS 'times it could not be written';
COMMENT ON COLUMN reminders.fenced_at IS 'when the fence was passed: the final dot may have gone';
COMMENT ON COLUMN reminders.relay IS 'host:port of the relay that it was offered to last';
COMMENT ON COLUMN reminders.read_at IS 'when the recipient saw it in the app';

DROP INDEX ix_reminders_claim;
CREATE INDEX ix_reminders_claim ON reminders (send_at, id) WHERE status = 'planned' AND via = 'mail';
CREATE INDEX ix_reminders_gather ON reminders (send_at, id) WHERE status = 'planned' AND via <> 'mail';
CREATE UNIQUE INDEX uq_reminders_message_id ON reminders (message_id);
CREATE INDEX ix_reminders_digest ON reminders (digest_id) WHERE digest_id IS NOT NULL;
CREATE INDEX ix_reminders_sent ON reminders (settled_at DESC) WHERE status = 'sent';
CREATE INDEX ix_reminders_unread ON reminders (recipient_id, scheduled_at DESC, id DESC) WHERE read_at IS NULL AND status <> 'cancelled';

-- What was told before there was a bell is not news.
UPDATE reminders SET read_at = coalesce(settled_at, created_at) WHERE status IN ('sent', 'dead', 'cancelled');

ALTER TABLE reminder_preferences
  ALTER COLUMN days_before DROP NOT NULL,
  ADD COLUMN overdue_every integer,
  ADD COLUMN unwanted_kinds text[] NOT NULL DEFAULT '{}',
  ADD COLUMN working_days integer[] NOT NULL DEFAULT '{1,2,3,4,5}',
  ADD COLUMN only_working_days boolean NOT NULL DEFAULT false,
  ADD COLUMN quiet_from time,
  ADD COLUMN quiet_until time,
  ADD COLUMN delivery varchar NOT NULL DEFAULT 'single',
  ADD COLUMN digest_day integer NOT NULL DEFAULT 1,
  ADD COLUMN paused_until date,
  ADD COLUMN away_from date,
  ADD COLUMN away_until date,
  ADD COLUMN substitute_id uuid CONSTRAINT fk_reminder_preferences_substitute_id REFERENCES people (id),
  ADD CONSTRAINT ck_reminder_preferences_delivery CHECK (delivery IN ('single', 'daily', 'weekly'));
COMMENT ON COLUMN reminder_preferences.overdue_every IS 'working days from one overdue reminder to the next';
COMMENT ON COLUMN reminder_preferences.wants_mail IS 'false: everything in the app only';
COMMENT ON COLUMN reminder_preferences.unwanted_kinds IS 'kinds of which there is to be no mail';
COMMENT ON COLUMN reminder_preferences.working_days IS 'ISO weekdays, Monday 1';
COMMENT ON COLUMN reminder_preferences.only_working_days IS 'no mail on other days: earlier what comes before, else later';
COMMENT ON COLUMN reminder_preferences.quiet_from IS 'no mail from here until quiet_until, over midnight too';
COMMENT ON COLUMN reminder_preferences.digest_day IS 'ISO weekday of a weekly digest';
COMMENT ON COLUMN reminder_preferences.paused_until IS 'no mail before this day';
COMMENT ON COLUMN reminder_preferences.away_until IS 'last day away';
COMMENT ON COLUMN reminder_preferences.substitute_id IS 'gets the mail meanwhile, where they may see the case';
-- Whoever left the default in place wished for nothing of their own.
UPDATE reminder_preferences SET days_before = NULL WHERE days_before = '{7,3,1}';

CREATE TABLE reminder_rules (
  id uuid CONSTRAINT pk_reminder_rules PRIMARY KEY,
  scope varchar NOT NULL CONSTRAINT ck_reminder_rules_scope CHECK (scope IN ('all', 'pathway', 'case')),
  pathway varchar,
  case_id uuid CONSTRAINT fk_reminder_rules_case_id REFERENCES cases (id) ON DELETE CASCADE,
  days_before integer[],
  renewal_days_before integer[],
  overdue_every integer,
  waiting_every integer,
  escalation jsonb,
  changed_by_id uuid CONSTRAINT fk_reminder_rules_changed_by_id REFERENCES people (id),
  changed_at timestamptz NOT NULL,
  version integer NOT NULL,
  CONSTRAINT ck_reminder_rules_case CHECK ((scope = 'case') = (case_id IS NOT NULL)),
  CONSTRAINT ck_reminder_rules_pathway CHECK ((scope = 'pathway') = (pathway IS NOT NULL)),
  CONSTRAINT uq_reminder_rules_scope UNIQUE NULLS NOT DISTINCT (scope, pathway, case_id)
);
CREATE INDEX ix_reminder_rules_case_id ON reminder_rules (case_id);
COMMENT ON COLUMN reminder_rules.overdue_every IS 'working days';
COMMENT ON COLUMN reminder_rules.waiting_every IS 'working days from one nudge to the next';

CREATE TABLE reminder_plans (
  subject_type varchar NOT NULL,
  subject_id uuid NOT NULL,
  case_id uuid CONSTRAINT fk_reminder_plans_case_id REFERENCES cases (id) ON DELETE CASCADE,
  next_plan_at timestamptz NOT NULL,
  CONSTRAINT pk_reminder_plans PRIMARY KEY (subject_type, subject_id)
);
CREATE INDEX ix_reminder_plans_next ON reminder_plans (next_plan_at);
CREATE INDEX ix_reminder_plans_case_id ON reminder_plans (case_id);

CREATE TABLE mail_pace (
  name varchar CONSTRAINT pk_mail_pace PRIMARY KEY,
  "left" double precision NOT NULL,
  counted_at timestamptz NOT NULL
);
COMMENT ON COLUMN mail_pace.name IS 'relay:host:port or domain:example.org';
COMMENT ON COLUMN mail_pace."left" IS 'mails that may go at once';
COMMENT ON COLUMN mail_pace.counted_at IS 'by the database''s clock';

-- Rights and rows.

ALTER TABLE reminder_rules ENABLE ROW LEVEL SECURITY;
ALTER TABLE reminder_plans ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON reminder_rules TO tracker_app, tracker_operator;
GRANT SELECT, INSERT, UPDATE, DELETE ON reminder_plans, mail_pace TO tracker_operator;
GRANT SELECT, INSERT, UPDATE, DELETE ON reminder_plans, mail_pace TO tracker_planner;
GRANT SELECT ON reminder_rules TO tracker_planner;
GRANT SELECT (waiting_since) ON follow_ups TO tracker_planner;
GRANT SELECT (pathway, removed_at, expires_on) ON cases TO tracker_planner;
GRANT SELECT (mail_fault) ON people TO tracker_planner;
GRANT UPDATE (mail_fault, mail_fault_at) ON people TO tracker_planner;
GRANT UPDATE (via, read_at) ON reminders TO tracker_app;
CREATE POLICY operator_sees_all ON reminder_rules TO tracker_operator USING (true) WITH CHECK (true);
CREATE POLICY operator_sees_all ON reminder_plans TO tracker_operator USING (true) WITH CHECK (true);
CREATE POLICY planner_sees_due_facts ON reminder_rules FOR SELECT TO tracker_planner USING (true);
CREATE POLICY planner_sees_due_facts ON reminder_plans TO tracker_planner USING (true) WITH CHECK (true);
-- What holds everywhere is no secret; a case's rule is seen and set by whoever sees the case (who may set it: the policy).
CREATE POLICY sees ON reminder_rules TO tracker_app USING (
  case_id IS NULL OR (SELECT true FROM cases c WHERE c.id = case_id)) WITH CHECK (
  (case_id IS NULL AND ((SELECT app_has_role('administrator')) OR (SELECT app_has_role('coordinator'))))
  OR (SELECT true FROM cases c WHERE c.id = case_id));

-- A change that nobody's follow-up carries asks for planning by ids alone; it gives nothing away and sends nothing by itself.
CREATE FUNCTION app_plan_subject(kind text, subject uuid, of_case uuid, at timestamptz) RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, public AS
$$ INSERT INTO reminder_plans (subject_type, subject_id, case_id, next_plan_at) VALUES (kind, subject, of_case, at)
   ON CONFLICT (subject_type, subject_id) DO UPDATE SET next_plan_at = least(reminder_plans.next_plan_at, excluded.next_plan_at) $$;
REVOKE EXECUTE ON FUNCTION app_plan_subject(text, uuid, uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_plan_subject(text, uuid, uuid, timestamptz) TO tracker_app, tracker_operator, tracker_planner;
