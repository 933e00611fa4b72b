DROP FUNCTION app_recur(uuid, uuid, text, date, text);
