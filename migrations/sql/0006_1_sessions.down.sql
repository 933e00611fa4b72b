DROP FUNCTION app_is_assured();
ALTER TABLE sign_in_sessions
    DROP COLUMN stage,
    DROP COLUMN method,
    DROP COLUMN is_assured,
    DROP COLUMN time_zone;
