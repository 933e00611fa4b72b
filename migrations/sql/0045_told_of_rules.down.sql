DROP POLICY planner_sees_due_facts ON clock_recomputations;
DROP POLICY planner_sees_due_facts ON clock_moves;
DROP POLICY planner_sees_due_facts ON followed_clocks;
REVOKE SELECT (rule_key, number, finished_at) ON clock_recomputations FROM tracker_planner;
REVOKE SELECT (follow_up_id, new_on, cause, is_by_hand, rule_version) ON clock_moves FROM tracker_planner;
REVOKE SELECT (follow_up_id, rule_key) ON followed_clocks FROM tracker_planner;
REVOKE SELECT (due_to_check) ON follow_ups FROM tracker_planner;
