-- Planning tells of days that a changed rule moved, once all of them are reckoned: days and versions, no words.
GRANT SELECT (due_to_check) ON follow_ups TO tracker_planner;
GRANT SELECT (follow_up_id, rule_key) ON followed_clocks TO tracker_planner;
GRANT SELECT (follow_up_id, new_on, cause, is_by_hand, rule_version) ON clock_moves TO tracker_planner;
GRANT SELECT (rule_key, number, finished_at) ON clock_recomputations TO tracker_planner;
CREATE POLICY planner_sees_due_facts ON followed_clocks FOR SELECT TO tracker_planner USING (true);
CREATE POLICY planner_sees_due_facts ON clock_moves FOR SELECT TO tracker_planner USING (true);
CREATE POLICY planner_sees_due_facts ON clock_recomputations FOR SELECT TO tracker_planner USING (true);
