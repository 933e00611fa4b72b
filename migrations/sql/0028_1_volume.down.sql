DROP FUNCTION app_note_reading(uuid, text, timestamptz, integer, timestamptz, text);
DROP TABLE reading_alarms;
DROP FUNCTION app_count_volume(bytea[], bytea[], integer[], integer, timestamptz);
DROP TABLE volume_counts;
