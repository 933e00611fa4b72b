-- When the reminders of a follow-up are planned next stands in a narrow table of its own: planning is no edit of the
-- follow-up, and a new version of that wide row costs an entry in each of its twenty indexes.
CREATE TABLE follow_up_plans (
  follow_up_id uuid CONSTRAINT pk_follow_up_plans PRIMARY KEY
    CONSTRAINT fk_follow_up_plans_follow_up_id REFERENCES follow_ups (id) ON DELETE CASCADE,
  next_plan_at timestamptz
);
COMMENT ON COLUMN follow_up_plans.next_plan_at IS 'when the reminders of this follow-up must be planned next';
COMMENT ON COLUMN follow_ups.next_plan_at IS 'when planning its reminders was last asked for; the queue is follow_up_plans';
INSERT INTO follow_up_plans (follow_up_id, next_plan_at) SELECT id, next_plan_at FROM follow_ups;
CREATE INDEX ix_follow_up_plans_next ON follow_up_plans (next_plan_at) WHERE next_plan_at IS NOT NULL;
DROP INDEX ix_follow_ups_next_plan;
ANALYZE follow_up_plans;

ALTER TABLE follow_up_plans ENABLE ROW LEVEL SECURITY;
GRANT SELECT, UPDATE ON follow_up_plans TO tracker_app, tracker_planner;
GRANT SELECT, INSERT, UPDATE, DELETE ON follow_up_plans TO tracker_operator;
REVOKE UPDATE (next_plan_at) ON follow_ups FROM tracker_planner;
CREATE POLICY operator_sees_all ON follow_up_plans TO tracker_operator USING (true) WITH CHECK (true);
CREATE POLICY planner_sees_due_facts ON follow_up_plans TO tracker_planner USING (true) WITH CHECK (true);
CREATE POLICY as_the_follow_up ON follow_up_plans TO tracker_app
  USING ((SELECT true FROM follow_ups f WHERE f.id = follow_up_id))
  WITH CHECK ((SELECT true FROM follow_ups f WHERE f.id = follow_up_id));

-- Every follow-up has its row, and whoever asks for planning asks in the follow-up, as before.
CREATE FUNCTION app_plan_follow_up() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  INSERT INTO follow_up_plans (follow_up_id, next_plan_at) VALUES (NEW.id, NEW.next_plan_at)
  ON CONFLICT (follow_up_id) DO UPDATE SET next_plan_at = excluded.next_plan_at;
  RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION app_plan_follow_up() FROM PUBLIC;
CREATE TRIGGER plan_new_follow_up AFTER INSERT ON follow_ups FOR EACH ROW EXECUTE FUNCTION app_plan_follow_up();
CREATE TRIGGER plan_follow_up AFTER UPDATE OF next_plan_at ON follow_ups FOR EACH ROW EXECUTE FUNCTION app_plan_follow_up();
