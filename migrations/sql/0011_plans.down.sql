DROP TRIGGER plan_new_follow_up ON follow_ups;
DROP TRIGGER plan_follow_up ON follow_ups;
DROP FUNCTION app_plan_follow_up();
UPDATE follow_ups f SET next_plan_at = p.next_plan_at FROM follow_up_plans p
 WHERE p.follow_up_id = f.id AND p.next_plan_at IS DISTINCT FROM f.next_plan_at;
COMMENT ON COLUMN follow_ups.next_plan_at IS 'when the reminders of this row must be planned next';
CREATE INDEX ix_follow_ups_next_plan ON follow_ups (next_plan_at) WHERE next_plan_at IS NOT NULL;
GRANT UPDATE (next_plan_at) ON follow_ups TO tracker_planner;
DROP TABLE follow_up_plans;
