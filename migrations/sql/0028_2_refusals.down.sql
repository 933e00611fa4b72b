DROP FUNCTION app_settle_refusals(timestamptz, integer);
DROP FUNCTION app_secret_thing(text, text);
DROP FUNCTION app_note_refusals(uuid[], text[], text[], integer, timestamptz, text);
DROP TABLE audit_refusals;
