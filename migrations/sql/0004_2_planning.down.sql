-- As 0003 left it.

DROP TRIGGER plan_period ON cases;
DROP TRIGGER plan_new_period ON cases;
DROP TRIGGER plan_voided ON case_events;
DROP TRIGGER plan_entry ON case_events;
DROP FUNCTION app_plan_period();
DROP FUNCTION app_plan_entry();
DROP FUNCTION app_plan_everything(timestamptz);
DROP FUNCTION app_plan_case(uuid, timestamptz);
CREATE OR REPLACE FUNCTION app_plan_again(wanted uuid, at timestamptz) RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, public AS
$$ UPDATE follow_ups SET next_plan_at = at WHERE assignee_id = wanted AND status IN ('open', 'in_progress', 'waiting') $$;
DROP POLICY planner_sees_due_facts ON case_events;
REVOKE SELECT (id, case_id, level, entered_by_id, entered_at, voided_at) ON case_events FROM tracker_planner;
REVOKE SELECT (phase) ON cases FROM tracker_planner;
DROP TABLE reminder_sweep;
