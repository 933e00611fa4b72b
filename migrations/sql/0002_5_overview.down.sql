DROP FUNCTION app_decisions(date, text[], date[], integer);
DROP FUNCTION app_sees_case(uuid, text, timestamptz);
DROP FUNCTION app_workload(date);
DROP FUNCTION app_stalled_count(text[], date[]);
DROP FUNCTION app_case_counts();
DROP INDEX ix_follow_ups_to_check, ix_follow_ups_done, ix_follow_ups_assignee_done, ix_follow_ups_load, ix_case_events_status_entered, ix_cases_expires, ix_cases_lead_gaps,
  ix_cases_lead_last_event, ix_cases_stalled, ix_cases_removed, ix_cases_members_only, ix_cases_counted;
