DROP INDEX ix_cases_quiet;
DROP FUNCTION app_merged_into(text);
DROP FUNCTION app_merged_history(uuid, uuid);
DROP FUNCTION app_merged_cases(uuid);
DROP FUNCTION app_merge_case(uuid, uuid, text, integer);
DROP FUNCTION app_remove_case(uuid, text, integer);
DROP FUNCTION app_ends_case(uuid);
