DROP FUNCTION app_recur(uuid, uuid, date, text);
