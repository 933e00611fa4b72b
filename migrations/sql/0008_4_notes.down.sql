DROP TABLE secret_notes;
DROP FUNCTION app_sees_noted(text, uuid);
